"""Files and folders to be verified: the one place of this room that reads a disk.

Promises: nothing is written, no link inside a folder is followed, nothing is read beyond a limit. A file
is mapped, not copied, so that one larger than memory can be held against its list.

Leaves to others: knowing what it is (``recognise``).
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from comity.errors import BadInput, NotFound, Unavailable

HEAD: Final = 64
"""Bytes that tell one kind of file from another."""


@dataclass(frozen=True)
class Source:
    """A file or folder at a path."""

    path: Path

    @property
    def name(self) -> str:
        """Its own name; of a folder that was named by dots, the whole path."""
        return self.path.name if self.path.name not in {"", ".."} else str(self.path.resolve())

    @cached_property
    def is_folder(self) -> bool:
        return self.path.is_dir()

    @cached_property
    def head(self) -> bytes:
        """The first bytes of a file; of a folder, none."""
        return b"" if self.is_folder else self.read("", HEAD, cut=True)

    def has(self, name: str) -> bool:
        """Whether a folder holds a regular file of that name."""
        return self.is_folder and (self.path / name).is_file()

    def beside(self, name: str) -> Source:
        """Another file of the same folder."""
        return Source(self.path.parent / name)

    def names(self) -> Iterator[str]:
        """Everything below a folder that is no folder, with ``/``, in order; links too."""
        for folder, inner, files in os.walk(self.path, followlinks=False):
            inner.sort()
            links = [name for name in inner if (Path(folder) / name).is_symlink()]
            for name in sorted([*files, *links]):
                yield (Path(folder) / name).relative_to(self.path).as_posix()

    def read(self, name: str, limit: int, *, cut: bool = False) -> bytes:
        """A file of a folder (or the file itself, for no name). ``cut``: no more than the limit's worth.

        Raises:
            NotFound: it is not there. BadInput: longer than the limit, or a link.
            Unavailable: the disk did not give it.
        """
        path = self.path / name if name else self.path
        if name and any(one.is_symlink() for one in (path, *path.parents) if self.path in one.parents):
            raise BadInput("dossier.link", path=name)
        try:
            with path.open("rb") as file:
                data = file.read(limit + (not cut))
        except FileNotFoundError as error:
            raise NotFound("dossier.no_such_file", path=name or path.name) from error
        except OSError as error:
            raise Unavailable("dossier.disk", path=name or path.name, what=error.strerror or "?") from error
        if len(data) > limit:
            raise BadInput("dossier.file_too_long", path=name or path.name, limit=limit)
        return data

    @contextmanager
    def view(self) -> Iterator[memoryview]:
        """The whole of a file, mapped.

        Raises:
            BadInput: it is empty. Unavailable: the disk did not give it.
        """
        try:
            with self.path.open("rb") as file:
                if not os.fstat(file.fileno()).st_size:
                    raise BadInput("dossier.empty_file", path=self.path.name)
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                with mapped, memoryview(mapped) as view:
                    yield view
        except OSError as error:
            raise Unavailable("dossier.disk", path=self.path.name, what=error.strerror or "?") from error


def source(path: Path) -> Source:
    """What lies at a path.

    Raises:
        NotFound: nothing does.
    """
    if not path.exists():
        raise NotFound("dossier.no_such_file", path=path.name)
    return Source(path)
