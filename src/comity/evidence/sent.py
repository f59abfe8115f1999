"""A journal of what was sent of one content to a store, so that a second run need not send it again.

Promises: the digest of each part is on the disk before a byte of that part leaves. What a second run makes
under the same key is sent only where the journal has no other digest in its place: so no two texts ever leave
under one counter of a key. A line that a crash cut was never acted on. Of two runs, one has a journal, never
both.

Leaves to others: the key, sealed in the first line (``s3unfinished``), sending (``s3content``), the sweep
(``s3vault``). It holds digests of what is sealed, and names of the store: nothing of what was taken in.
"""

from __future__ import annotations

import fcntl
import os
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from errno import EIO
from io import FileIO
from pathlib import Path
from threading import Lock as Mutex
from typing import Final

from comity.age import fill, pour
from comity.durable import make_folder, sync_folder
from comity.errors import Conflict
from comity.evidence.vault import disk

FOLDER: Final = "unfinished"
_ENDING: Final = ".sent"
_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of a journal: more than what 40 TB are sent in."""

_BEGUN: Final = re.compile(r"begun (\S+) (\S+)")
_PART: Final = re.compile(r"part ([1-9][0-9]{0,4}) ([0-9a-f]{64})")


@dataclass(slots=True)
class Begun:
    """An object of the store that was begun: its upload, and the digests of the parts that left for it.

    ``there``: of those that the store has, its tag and their size. ``made``: its version and size, where it
    was made of them already.
    """

    key: str
    upload: str
    parts: dict[int, str] = field(default_factory=dict)
    there: dict[int, tuple[str, int]] = field(default_factory=dict)
    made: tuple[str | None, int] | None = None

    def tag(self, number: int, digest: str, size: int) -> str | None:
        """The store's tag of a part, if it is there; nothing where it is to be sent.

        Raises:
            Conflict: another one was sent in its place; or one was, and the journal does not know which.
        """
        known = self.parts.get(number)
        # What the store has and the journal does not know: this journal is an older state of itself.
        sent = known is not None or self.made is not None or number in self.there
        if sent and known != digest:
            raise Conflict("evidence.changed_since")
        if self.made is not None:
            return ""
        tag, kept = self.there.get(number, ("", -1))
        return tag if kept == size else None

    def check_end(self, number: int, size: int) -> None:
        """The content ends with part ``number``, and ``size`` bytes of this object.

        Raises:
            Conflict: it went on when it was sent before.
        """
        last = max((*self.parts, *self.there), default=0)
        if last > number or (self.made is not None and self.made[1] != size):
            raise Conflict("evidence.changed_since")


class Journal:
    """What was sent of one content. ``note``: what it begins with, sealed."""

    def __init__(self, vault: Path, note: bytes) -> None:
        self._path = vault / FOLDER / (os.urandom(16).hex() + _ENDING)
        self._file: FileIO | None = None
        self._failed = False
        self._mutex = Mutex()
        self.note = note
        self.begun: list[Begun] = []

    @property
    def parts(self) -> int:
        """How many parts left, or were about to."""
        return sum(len(one.parts) for one in self.begun)

    def begin(self, key: str, upload: str) -> Begun:
        """An object was begun. Durable when this returns, as all that is told.

        Raises:
            Unavailable: the disk does not take it.
        """
        try:
            if self._file is None:
                self._make()
            self._write(f"begun {key} {upload}\n")
        except OSError as error:
            raise disk(error) from error
        self.begun.append(Begun(key, upload))
        return self.begun[-1]

    def part(self, begun: Begun, number: int, digest: str) -> None:
        """A part of the object that was begun last is about to leave; from any thread.

        Raises:
            Unavailable: the disk does not take it: then it must not leave. Conflict: it is of another object.
        """
        with self._mutex:
            if begun is not self.begun[-1]:
                raise Conflict("evidence.changed_since")
            try:
                self._write(f"part {number} {digest}\n")
            except OSError as error:
                raise disk(error) from error
            begun.parts[number] = digest

    def drop(self) -> None:
        """Remove it for good: it served, or nobody can go on with it. What the store has, the sweep finds.

        Raises:
            Unavailable: the disk does not let it go.
        """
        try:
            if self._file is not None:
                self._path.unlink(missing_ok=True)
                sync_folder(self._path.parent)
        except OSError as error:
            raise disk(error) from error
        finally:
            self.close()

    def close(self) -> None:
        """Let go of it, so that another run may have it."""
        if self._file is not None:
            self._file.close()

    def _make(self) -> None:
        make_folder(self._path.parent)
        self._file = FileIO(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
        fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        pour(self._file, b64encode(self.note) + b"\n")
        sync_folder(self._path.parent)

    def _write(self, line: str) -> None:
        if self._file is None or self._failed:  # a fault of the program; or of the disk, once before
            raise self._unwritten()
        # A disk tells once that it lost what it was given, and then takes the next as if nothing were.
        self._failed = True
        pour(self._file, line.encode("ascii"))
        os.fsync(self._file.fileno())
        self._failed = False

    def _unwritten(self) -> Exception:
        if self._file is None:
            return ValueError("a part of nothing that was begun")
        return OSError(EIO, os.strerror(EIO))

    @classmethod
    def taken(cls, path: Path) -> Journal | None:
        """Read a journal, and hold it; nothing where another run has it, or it is none."""
        try:
            file = FileIO(path, "r+")
        except OSError:
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            made = cls._read(path, file)
        except (OSError, NotBase64, UnicodeDecodeError):
            made = None
        if made is None:
            file.close()
        return made

    @classmethod
    def _read(cls, path: Path, file: FileIO) -> Journal | None:
        size = os.fstat(file.fileno()).st_size
        if size > _LIMIT:
            return None
        data = bytearray(size)
        fill(file, memoryview(data))
        whole = data.rfind(b"\n") + 1  # what a crash cut was never acted on
        first, *lines = data[:whole].decode("ascii").split("\n")
        journal = cls(path.parent.parent, b64decode(first, validate=True))
        for line in lines[:-1]:
            if begun := _BEGUN.fullmatch(line):
                journal.begun.append(Begun(begun[1], begun[2]))
            elif (part := _PART.fullmatch(line)) and journal.begun:
                journal.begun[-1].parts[int(part[1])] = part[2]
            else:
                return None
        file.truncate(whole)
        file.seek(whole)
        journal._path, journal._file = path, file
        return journal


def journals(vault: Path) -> list[Path]:
    """All that lie in the folder of a vault; they may be held by others."""
    return sorted((vault / FOLDER).glob(f"*{_ENDING}"))


def keys_kept(vault: Path, since: datetime) -> frozenset[str]:
    """The keys of the store of which a second run may make something; older journals are removed.

    For who holds the vault alone.

    Raises:
        Unavailable: the disk fails.
    """
    return frozenset(_kept(vault, since))


def _kept(vault: Path, since: datetime) -> Iterator[str]:
    for path in journals(vault):
        journal = Journal.taken(path)
        try:
            if journal is None or path.stat().st_mtime < since.timestamp():
                path.unlink()
            else:
                yield from (one.key for one in journal.begun)
        except OSError as error:
            raise disk(error) from error
        finally:
            if journal is not None:
                journal.close()
