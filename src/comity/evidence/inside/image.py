"""What is inside an image of a disk: the media of an acquisition, its own digests, and the files on it.

Promises: the media of an ``.E01``, whole or in parts, is read once to its end, and the digests that were
stored when it was acquired are computed again over it; both are listed, equal or not. Files of the file
systems that The Sleuth Kit reads are listed with their times and digests; deleted ones by name, times and
size alone, since their place may hold other content.

Leaves to others: bounds (``allowance``), and the process that all this is done in (``reader``), which matters
most here: these readers are written in C.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import IO, Any, Final, cast

from comity.evidence.inside.allowance import BLOCK, DEEP, FREE, MIB, Spent
from comity.evidence.inside.archive import instant
from comity.evidence.inside.listing import Acquired, Reason, StoredHash, Times, label
from comity.evidence.inside.member import Member, Members
from comity.wire import MAX_INTEGER

MEDIA_RATIO: Final = 2000
"""How many times its own bytes an acquisition's media may have: empty disks compress well."""

FOLDER_ENTRIES: Final = 100_000
"""Entries of one folder."""

_TROUBLE: Final = (OSError, RuntimeError)
"""What the readers raise over damaged bytes; the latter for an error in reading what they read from."""

_TOLD: Final = ("acquiry_date", "system_date", "acquiry_software_version", "acquiry_operating_system")
"""What is kept of what the acquisition says of itself: no name of a person."""


def readers() -> dict[str, bool]:
    """Which readers of images are installed (the extra ``forensics``)."""
    return {name: find_spec(name) is not None for name in ("pyewf", "pytsk3")}


class Media(io.RawIOBase):
    """The media of an acquisition, as a file."""

    def __init__(self, parts: Sequence[IO[bytes]]) -> None:
        super().__init__()
        if not readers()["pyewf"]:
            raise Spent("no_reader")
        import pyewf

        self._handle = pyewf.handle()
        try:
            self._handle.open_file_objects(list(parts))
            self.size = int(self._handle.get_media_size())
        except (*_TROUBLE, MemoryError, TypeError, ValueError) as error:
            raise Spent(_why(error)) from error
        if not 0 <= self.size <= MAX_INTEGER:
            raise Spent("damaged")
        self.trouble: Reason | None = None
        """Why the media could not be read to its end."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Set the position."""
        self._handle.seek(offset, whence)
        return int(self._handle.tell())

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes.

        Raises:
            OSError: that part of the image is damaged.
        """
        return cast(bytes, self._handle.read(size))

    def acquired(self, names: Sequence[str], weight: int) -> Acquired:
        """Read all of it, and hold it against what was stored.

        ``names``: of the image's parts; ``weight``: their bytes.
        """
        stored: dict[str, str] = {}
        for name, value in (self._handle.get_hash_values() or {}).items():
            if name.lower() in {"md5", "sha1"} and isinstance(value, str):
                stored[name.lower()] = value.lower()
        hashing = {name: hashlib.new(name, usedforsecurity=False) for name in stored}
        whole = self._hashed([hashlib.sha256(), *hashing.values()], weight)
        told = self._handle.get_header_values() or {}
        return Acquired(
            parts=tuple(names),
            media_size=self.size,
            sha256=whole,
            hashes=tuple(
                StoredHash(
                    algorithm="md5" if name == "md5" else "sha1",
                    stored=stored[name],
                    found=None if whole is None else hashing[name].hexdigest(),
                )
                for name in sorted(stored)
            ),
            told=tuple((key, label(str(told[key]))) for key in _TOLD if told.get(key)),
        )

    def _hashed(self, hashing: Sequence[Any], weight: int) -> str | None:
        """The SHA-256 of the media; nothing, where it could not be read to its end."""
        if self.size > FREE + MEDIA_RATIO * weight:
            self.trouble = "ratio"
            return None
        done = 0
        self.seek(0)
        try:
            while data := self.read(min(MIB, self.size - done)):
                done += len(data)
                for one in hashing:
                    one.update(data)
        except _TROUBLE as error:
            self.trouble = _why(error)
            return None
        if done != self.size:
            self.trouble = "damaged"
            return None
        return str(hashing[0].hexdigest())


def _why(error: BaseException) -> Reason:
    return "parts_missing" if "missing segment" in str(error) else "damaged"


def list_image(source: IO[bytes] | Media, size: int, members: Members) -> None:
    """List the files of an image's file systems, partition by partition where it has them.

    Raises:
        Spent: a bound was met, nothing here reads it, or it has no file system that is known.
    """
    if not readers()["pytsk3"]:
        raise Spent("no_reader")
    import pytsk3

    class Image(pytsk3.Img_Info):  # type: ignore[misc]  # it has no annotations
        def __init__(self) -> None:
            super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

        def close(self) -> None:
            """Nothing: who opened the source closes it."""

        def read(self, offset: int, wanted: int) -> bytes:
            source.seek(offset)
            return source.read(wanted)

        def get_size(self) -> int:
            return size

    image = Image()
    found = False
    for name, offset in _volumes(pytsk3, image):
        try:
            system = pytsk3.FS_Info(image, offset=offset)
        except _TROUBLE:
            continue
        found = True
        _System(pytsk3, system, members.within(name) if name else members).walk()
    if not found:
        raise Spent("no_reader")


def _volumes(pytsk3: Any, image: Any) -> list[tuple[str, int]]:
    """The partitions that are in use, by their names and first bytes; or the whole."""
    try:
        volume = pytsk3.Volume_Info(image)
        return [
            (f"partition-{part.addr}", part.start * volume.info.block_size)
            for part in volume
            if part.flags == pytsk3.TSK_VS_PART_FLAG_ALLOC
        ]
    except _TROUBLE:
        return [("", 0)]


class _System:
    """One file system: walked folder by folder, each once."""

    def __init__(self, pytsk3: Any, system: Any, members: Members) -> None:
        self._tsk = pytsk3
        self._system = system
        self._members = members

    def walk(self) -> None:
        seen: set[int] = set()
        waiting: list[tuple[int, tuple[str, ...]]] = [(int(self._system.info.root_inum), ())]
        while waiting:
            inode, path = waiting.pop()
            if inode in seen:
                continue
            seen.add(inode)
            for entry in self._entries(inode, path):
                name = self._name(entry)
                if name in {"", ".", ".."} or name.startswith("$Orphan"):
                    continue
                deleted = bool(int(entry.info.name.flags) & int(self._tsk.TSK_FS_NAME_FLAG_UNALLOC))
                kind = entry.info.name.type
                if kind == self._tsk.TSK_FS_NAME_TYPE_DIR and not deleted:
                    if entry.info.meta is not None and len(path) < DEEP:
                        waiting.append((int(entry.info.meta.addr), (*path, name)))
                    else:
                        with self._members.entered("/".join((*path, name)), "special", None) as member:
                            member.fail("depth" if len(path) >= DEEP else "damaged")
                    continue
                self._one(entry, "/".join((*path, name)), deleted=deleted)

    def _entries(self, inode: int, path: tuple[str, ...]) -> Iterator[Any]:
        try:
            for number, entry in enumerate(self._system.open_dir(inode=inode)):
                if number >= FOLDER_ENTRIES:
                    raise Spent("entries")
                yield entry
        except _TROUBLE:
            with self._members.entered("/".join(path) or "/", "special", None) as member:
                member.fail("damaged")

    def _name(self, entry: Any) -> str:
        return bytes(entry.info.name.name or b"").decode("utf-8", errors="surrogateescape")

    def _one(self, entry: Any, path: str, *, deleted: bool) -> None:
        meta = entry.info.meta
        kind = entry.info.name.type
        file = kind == self._tsk.TSK_FS_NAME_TYPE_REG or (
            meta is not None and meta.type == self._tsk.TSK_FS_META_TYPE_REG
        )
        link = kind == self._tsk.TSK_FS_NAME_TYPE_LNK
        what = cast(Any, "file" if file or deleted else "link" if link else "special")
        with self._members.entered(path, what, None if meta is None else _times(meta)) as member:
            if meta is not None and not member.says(int(meta.size)):
                return
            if deleted:
                member.fail("deleted")
            elif file and meta is None:
                member.fail("damaged")
            elif file:
                self._content(entry, int(meta.size), member)

    def _content(self, entry: Any, size: int, member: Member) -> None:
        if not size:
            member.read(io.BytesIO(b""))
            return
        try:
            member.read(cast(IO[bytes], _Content(entry, size)))
        except _TROUBLE:
            member.fail("damaged")
            return
        if member.size != size:
            member.fail("damaged")
            member.size = size


class _Content:
    """The content of one file of a file system."""

    def __init__(self, entry: Any, size: int) -> None:
        self._entry = entry
        self._at = 0
        self._left = size

    def read(self, size: int) -> bytes:
        wanted = min(size, self._left, BLOCK)
        if not wanted:
            return b""
        data = cast(bytes, self._entry.read_random(self._at, wanted))
        self._at += len(data)
        self._left -= len(data)
        return data


def _times(meta: Any) -> Times:
    def told(name: str) -> str | None:
        seconds = int(getattr(meta, name, 0) or 0)
        return instant(seconds) if seconds else None

    return Times(modified=told("mtime"), accessed=told("atime"), changed=told("ctime"), born=told("crtime"))
