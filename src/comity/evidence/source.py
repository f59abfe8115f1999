"""What is taken in: files, folders, a disk, or an open stream, listed before a byte of it is read.

Promises: the same tree gives the same list. Nothing outside the source is ever opened: each part of
a path is opened in turn, links not followed, so exchanging a folder for a link while it is read
does not lead elsewhere. Links, sockets, pipes and devices in a folder are listed as left out. Of
several paths, each stands in the exhibit under its own name. A disk is read only while nobody has it mounted,
and what was written to it meanwhile is found, where the kernel tells.

Leaves to others: reading and hashing (``intake``), what is remarkable about names (``remarks``).
"""

from __future__ import annotations

import errno
import marshal
import os
import stat
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, NamedTuple

from comity.age import ByteSource
from comity.errors import BadInput, Conflict, NotFound, Unavailable
from comity.evidence.disk import DiskState, disk_state
from comity.evidence.index import LEFT_OUT, Entry, LeftOut, check_path, found_as, safe, spell_found
from comity.evidence.packed import Packed, Packing

_DEPTH_LIMIT: Final = 256
"""Folders in folders. Whoever has more gives an image of the disk."""

_FIRST_PARTS: Final = frozenset({".e01", ".ex01", ".l01", ".lx01", ".s01", ".ad1", ".001"})
"""How the first part of an image ends that may be in several; the second ends in 2."""

_Kind = Literal["socket", "pipe", "block_device", "character_device", "special"]
_KINDS: Final[tuple[tuple[Callable[[int], bool], _Kind], ...]] = (
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISBLK, "block_device"),
    (stat.S_ISCHR, "character_device"),
)


class Found(NamedTuple):
    """One file as listed: its path in the exhibit, where it lies, and its state then."""

    path: str
    folder: bytes
    """The folder from which its names lead on: opened first, and by its path."""
    depth: int
    """How many names lead from there to it: the last of ``raw``."""
    size: int
    state: tuple[int, int, int, int]
    """Device, inode, size in bytes, time of last change in nanoseconds."""
    links: int
    """How many names the file has."""
    allocated: int
    """Bytes that it takes on the disk."""
    block: bool = False
    """Whether it is a disk."""
    raw: bytes = b""
    """Its path in the exhibit as it would be, had every name been spelled as it was found."""
    changed: int = 0
    """When anything about it changed last, its names and rights too, in nanoseconds: nobody can set that."""
    disk: DiskState | None = None
    """Of a disk, what tells whether anything was written to it; nothing where the kernel does not tell."""

    @property
    def names(self) -> list[bytes]:
        """The names that lead to it from its folder."""
        return self.raw.split(b"/")[-self.depth :]

    @property
    def found_as(self) -> str | None:
        """See ``index.Entry``."""
        return found_as(self.raw, self.path)


@dataclass(frozen=True, slots=True)
class Listing:
    """Files and folders on disk, listed in the order of the paths' UTF-8 bytes."""

    files: Sequence[Found]
    left_out: Sequence[LeftOut]
    size: int
    """Bytes of all files together, when they were listed."""


@dataclass(frozen=True, slots=True)
class StreamSource:
    """An open stream that becomes the one file ``name``; ``size`` in bytes where it is known."""

    name: str
    stream: ByteSource
    size: int | None = None


@dataclass(frozen=True, slots=True)
class PartSource:
    """Files of an exhibit that was sealed before, each with a stream that is read when its turn comes."""

    files: Iterable[tuple[Entry, ByteSource]]
    size: int


def list_source(*paths: Path) -> Listing:
    """List what is to be taken in. One folder gives what is in it; several paths, each under its own name.

    Raises:
        NotFound: there is nothing. BadInput: a link, a device, an unsafe or doubled name, no file; a part
            of an image whose other parts lie beside it. Unavailable: a folder or file may not be read.
    """
    _check_parts(paths)
    listed = _Listed()
    for path in paths:
        try:
            state = path.lstat()
        except FileNotFoundError as error:
            raise NotFound("evidence.no_source", path=safe(str(path))) from error
        except OSError as error:
            raise _trouble(error, safe(str(path))[:200]) from error
        if stat.S_ISLNK(state.st_mode):
            raise BadInput("evidence.source_is_link", path=safe(str(path)))
        here = os.fsencode(os.path.abspath(path))  # noqa: PTH100  Path.resolve would follow links
        folder, name = os.path.split(here)
        if stat.S_ISDIR(state.st_mode):
            start = _Place(here) if len(paths) == 1 else _Place(here).inner(name)
            listed.walk(start, ())
        else:
            listed.given(_Place(folder).inner(name), state)
    if not len(listed.files):
        raise BadInput("evidence.nothing_there")
    files = listed.files.packed()
    if not listed.ordered:
        files = _sorted(files)
    left_out = sorted(listed.left_out, key=lambda left: left.path.encode("utf-8"))
    return Listing(files, LEFT_OUT.pack(left_out), listed.size)


def _sorted(files: Packed[Found]) -> Packed[Found]:
    """The files in order, where the walk did not find them so: of several paths, or under other spellings."""
    paths = [found.path.encode("utf-8") for found in files]
    order = array("Q", sorted(range(len(paths)), key=paths.__getitem__))
    for one, other in pairwise(order):
        if paths[one] == paths[other]:
            raise BadInput("evidence.name_collides", path=paths[one].decode("utf-8"))
    again = _packing()
    for number in order:
        again.add(files[number])
    return again.packed()


def _packing() -> Packing[Found]:
    return Packing(_write, _read)


def _write(files: Sequence[Found]) -> bytes:
    return marshal.dumps(
        [(*found[:-1], found.disk and (found.disk.own, found.disk.whole)) for found in files]
    )


def _read(data: bytes) -> Sequence[Found]:
    # Nobody else's bytes: they never left this process.
    rows = marshal.loads(data)  # noqa: S302
    return [
        Found._make(row) if row[-1] is None else Found._make((*row[:-1], DiskState(*row[-1]))) for row in rows
    ]


def _check_parts(paths: tuple[Path, ...]) -> None:
    """An image in parts is one thing: whoever names the first part names all that lie beside it."""
    given = {os.path.abspath(path) for path in paths}  # noqa: PTH100  as above
    for path in paths:
        if path.suffix.lower() not in _FIRST_PARTS or not path.is_file():
            continue
        second = path.with_suffix(path.suffix[:-1] + "2")
        if second.exists() and os.path.abspath(second) not in given:  # noqa: PTH100  as above
            raise BadInput("evidence.parts_beside", path=safe(path.name), other=safe(second.name))


@contextmanager
def opened(found: Found) -> Iterator[FileIO]:
    """Open one listed file; at the end, check that it is still what was listed.

    Raises:
        Conflict: it changed, or was exchanged, since it was listed; or it is a disk that is mounted.
        Unavailable: it may not be read.
    """
    try:
        descriptor = _open_inside(found)
    except OSError as error:
        raise _trouble(error, found.path) from error
    with FileIO(descriptor) as file:
        _same(found, descriptor)
        yield file
        _same(found, descriptor)
        number = os.fstat(descriptor).st_rdev
    if found.disk is not None:
        # Of a disk, its node's times tell little; what is written to it, the kernel counts. Asked once it is
        # closed: that its last user closes it has the kernel write out what it still holds.
        now = disk_state(number)
        if now is None or now.own != found.disk.own:
            raise Conflict("evidence.changed_while_read", path=found.path)


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder on the disk, and what the paths below it begin with in the exhibit."""

    folder: bytes
    path: str = ""
    raw: bytes = b""

    def inner(self, name: bytes) -> _Place:
        """The same folder, for what bears its own name in the exhibit."""
        return _Place(self.folder, spell_found(name) + "/", name + b"/")


class _Listed:
    def __init__(self) -> None:
        self.files = _packing()
        self.left_out: list[LeftOut] = []
        self.size = 0
        self.ordered = True
        """Whether each file came after the one before, in the order of their paths' bytes."""
        self._last = b""

    def given(self, place: _Place, state: os.stat_result) -> None:
        """A path that was named itself: a file or a disk, and nothing else."""
        path, raw = place.path.rstrip("/"), place.raw.rstrip(b"/")
        if not stat.S_ISREG(state.st_mode) and not stat.S_ISBLK(state.st_mode):
            raise BadInput("evidence.not_a_file", path=path, kind=_kind(state).replace("_", " "))
        check_path(path)
        found = _found(path, place.folder, 1, state, raw)
        if found.block:
            found = found._replace(size=_size_of_disk(found), disk=disk_state(state.st_rdev))
        self._put(found)

    def walk(self, place: _Place, names: tuple[bytes, ...]) -> None:
        if len(names) > _DEPTH_LIMIT:
            raise BadInput("evidence.unsafe_path", path=place.path[:200], what="depth")
        here = b"/".join((place.folder, *names))
        try:
            with os.scandir(here) as scan:
                entries = [
                    entry.name + b"/" if entry.is_dir(follow_symlinks=False) else entry.name for entry in scan
                ]
        except OSError as error:
            raise _trouble(error, place.path) from error
        if not entries and place.path:
            self._leave(place.path.rstrip("/"), "empty_folder")
        entries.sort(key=_place_of)
        for entry in entries:
            name = entry.removesuffix(b"/")
            path = place.path + spell_found(name)
            raw = place.raw + name
            try:
                state = os.lstat(here + b"/" + name)
                if stat.S_ISLNK(state.st_mode):
                    target = safe(os.fsdecode(os.readlink(here + b"/" + name)))  # noqa: PTH115  raw bytes
                    self._leave(path, "symlink", target)
                    continue
            except OSError as error:
                raise _trouble(error, path) from error
            if stat.S_ISDIR(state.st_mode):
                self.walk(_Place(place.folder, path + "/", raw + b"/"), (*names, name))
            elif stat.S_ISREG(state.st_mode):
                check_path(path)
                self._put(_found(path, place.folder, len(names) + 1, state, raw))
            else:
                self._leave(path, _kind(state))

    def _put(self, found: Found) -> None:
        here = found.path.encode("utf-8")
        self.ordered = self.ordered and self._last < here
        self._last = here
        self.size += found.size
        self.files.add(found)

    def _leave(
        self, path: str, why: _Kind | Literal["symlink", "empty_folder"], to: str | None = None
    ) -> None:
        self.left_out.append(LeftOut(path=path, why=why, target=to))


def _place_of(name: bytes) -> bytes:
    """What a name in a folder is ordered by: its spelling, and that of a folder with the slash behind it."""
    spelled = spell_found(name.removesuffix(b"/")).encode("utf-8")
    if name.endswith(b"/"):
        spelled += b"/"
    return name if spelled == name else spelled  # nearly always: no second object for a name


def _kind(state: os.stat_result) -> _Kind:
    return next((name for test, name in _KINDS if test(state.st_mode)), "special")


def _found(path: str, folder: bytes, depth: int, state: os.stat_result, raw: bytes) -> Found:
    allocated = state.st_blocks * 512  # the unit of st_blocks, whatever the file system's own is
    block = stat.S_ISBLK(state.st_mode)
    return Found(
        path,
        folder,
        depth,
        state.st_size,
        _state(state),
        state.st_nlink,
        allocated,
        block,
        raw,
        state.st_ctime_ns,
    )


def _size_of_disk(found: Found) -> int:
    with opened(found) as disk:
        try:
            return disk.seek(0, os.SEEK_END)
        except OSError as error:
            raise _trouble(error, found.path) from error


def _open_inside(found: Found) -> int:
    at = os.open(found.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in found.names[:-1]:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        # O_NONBLOCK: should a pipe now stand there, opening it must not wait for a writer.
        # O_EXCL, of a disk: nobody has it mounted, and nobody mounts it meanwhile (Linux, open(2)).
        more = os.O_EXCL if found.block else 0
        return os.open(found.names[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | more, dir_fd=at)
    finally:
        os.close(at)


def _same(found: Found, descriptor: int) -> None:
    if _state(os.fstat(descriptor)) != found.state:
        raise Conflict("evidence.changed_while_read", path=found.path)


def _state(state: os.stat_result) -> tuple[int, int, int, int]:
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns


def _trouble(error: OSError, path: str) -> BadInput | Conflict | Unavailable:
    if error.errno == errno.ENAMETOOLONG:
        return BadInput("evidence.unsafe_path", path=path[:200], what="length")
    if isinstance(error, FileNotFoundError | NotADirectoryError) or error.errno == errno.ELOOP:
        return Conflict("evidence.changed_while_read", path=path)
    if error.errno == errno.EBUSY:
        return Conflict("evidence.disk_in_use", path=path)
    return Unavailable("evidence.cannot_read", path=path, reason=error.strerror or "")
