"""What is taken in: a file, a folder, or an open stream, listed before a byte of it is read.

Promises: the same tree gives the same list. Nothing outside the source is ever opened: each part of
a path is opened in turn, links not followed, so exchanging a folder for a link while it is read
does not lead elsewhere. Links are listed as left out; sockets, devices and pipes are refused by name.

Leaves to others: reading and hashing (``intake``). To take in a disk, give an image of it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from itertools import pairwise
from pathlib import Path
from typing import Final

from comity.age import ByteSource
from comity.errors import BadInput, Conflict, NotFound, Unavailable
from comity.evidence.index import LeftOut, check_path, found_as, safe, spell

_DEPTH_LIMIT: Final = 256
"""Folders in folders. Whoever has more gives an image of the disk."""

_KINDS: Final = (
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISBLK, "block device"),
    (stat.S_ISCHR, "character device"),
)


@dataclass(frozen=True, slots=True)
class Found:
    """One file as listed: its path in the exhibit, its raw names from the root, and its state then."""

    path: str
    names: tuple[bytes, ...]
    size: int
    state: tuple[int, int, int, int]
    """Device, inode, size in bytes, time of last change in nanoseconds."""

    @property
    def found_as(self) -> str | None:
        """See ``index.Entry``."""
        return found_as(b"/".join(self.names), self.path)


@dataclass(frozen=True, slots=True)
class Listing:
    """A file or folder on disk, listed in the order of the paths' UTF-8 bytes."""

    folder: Path
    files: tuple[Found, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together, when they were listed."""
        return sum(found.size for found in self.files)


@dataclass(frozen=True, slots=True)
class StreamSource:
    """An open stream that becomes the one file ``name``; ``size`` in bytes where it is known."""

    name: str
    stream: ByteSource
    size: int | None = None


def list_source(path: Path) -> Listing:
    """List a file, or a folder with all below it.

    Raises:
        NotFound: there is nothing. BadInput: a link, a device, an unsafe or doubled name, no file.
        Unavailable: a folder or file may not be read.
    """
    try:
        state = path.lstat()
    except FileNotFoundError as error:
        raise NotFound("evidence.no_source", path=safe(str(path))) from error
    if stat.S_ISLNK(state.st_mode):
        raise BadInput("evidence.source_is_link", path=safe(str(path)))
    files: list[Found] = []
    left_out: list[LeftOut] = []
    if stat.S_ISDIR(state.st_mode):
        _walk(os.fsencode(path), (), "", files, left_out)
        folder = path
    else:
        name = os.fsencode(path.name)
        files.append(_found(spell(path.name), (name,), state))
        folder = path.parent
    if not files:
        raise BadInput("evidence.nothing_there")
    files.sort(key=lambda found: found.path.encode("utf-8"))
    for one, other in pairwise(files):
        if one.path == other.path:
            raise BadInput("evidence.name_collides", path=one.path)
    left_out.sort(key=lambda left: left.path.encode("utf-8"))
    return Listing(folder, tuple(files), tuple(left_out))


@contextmanager
def opened(listing: Listing, found: Found) -> Iterator[FileIO]:
    """Open one listed file; at the end, check that it is still what was listed.

    Raises:
        Conflict: it changed, or was exchanged, since it was listed.
        Unavailable: it may not be read.
    """
    try:
        descriptor = _open_inside(listing.folder, found.names)
    except OSError as error:
        raise _trouble(error, found.path) from error
    with FileIO(descriptor) as file:
        _same(found, descriptor)
        yield file
        _same(found, descriptor)


def _walk(
    folder: bytes, names: tuple[bytes, ...], prefix: str, files: list[Found], left_out: list[LeftOut]
) -> None:
    if len(names) > _DEPTH_LIMIT:
        raise BadInput("evidence.unsafe_path", path=prefix[:200], what="depth")
    here = b"/".join((folder, *names))
    try:
        with os.scandir(here) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        raise _trouble(error, prefix) from error
    if not entries and names:
        left_out.append(LeftOut(path=prefix.rstrip("/"), why="empty_folder", target=None))
    for entry in entries:
        path = prefix + spell(os.fsdecode(entry.name))
        state = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(state.st_mode):
            target = safe(os.fsdecode(os.readlink(entry.path)))  # noqa: PTH115  a path of raw bytes
            left_out.append(LeftOut(path=path, why="symlink", target=target))
        elif stat.S_ISDIR(state.st_mode):
            _walk(folder, (*names, entry.name), path + "/", files, left_out)
        else:
            files.append(_found(path, (*names, entry.name), state))


def _found(path: str, names: tuple[bytes, ...], state: os.stat_result) -> Found:
    if not stat.S_ISREG(state.st_mode):
        kind = next((name for test, name in _KINDS if test(state.st_mode)), "special file")
        raise BadInput("evidence.not_a_file", path=path, kind=kind)
    check_path(path)
    return Found(path, names, state.st_size, _state(state))


def _open_inside(folder: Path, names: tuple[bytes, ...]) -> int:
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in names[:-1]:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        # O_NONBLOCK: should a pipe now stand there, opening it must not wait for a writer.
        return os.open(names[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)


def _same(found: Found, descriptor: int) -> None:
    if _state(os.fstat(descriptor)) != found.state:
        raise Conflict("evidence.changed_while_read", path=found.path)


def _state(state: os.stat_result) -> tuple[int, int, int, int]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _trouble(error: OSError, path: str) -> Conflict | Unavailable:
    if isinstance(error, FileNotFoundError | NotADirectoryError) or error.errno == errno.ELOOP:
        return Conflict("evidence.changed_while_read", path=path)
    return Unavailable("evidence.cannot_read", path=path, reason=error.strerror or "")
