"""What is inside a logical image of AccessData (``.ad1``): the files that somebody chose to acquire.

Promises: versions 3 and 4, whole or in parts, read in streams; each file with its times, its digest, and
beside it the MD5 and SHA-1 that were stored when it was acquired, computed again over what came out. What is
damaged, or lies in a part that is not here, is named, and the rest is listed all the same.

Leaves to others: bounds (``allowance``), and the process that all this is done in (``reader``). The format is
its maker's own; what is known of it was found by looking (``_HEAD`` and below: AD1-tools, pyad1, and images
that FTK Imager wrote). Places in the image are counted from its beginning, less the first bytes of each part.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Final, Literal, cast

from comity.evidence.inside.allowance import DEEP, MIB, Spent
from comity.evidence.inside.listing import NAME_LETTERS, Reason, StoredHash, Times
from comity.evidence.inside.member import Member, Members

MARGIN: Final = 512
"""Bytes at the beginning of each part."""

CHUNK: Final = 8 * MIB
"""Bytes that a chunk may become; all that is known of have 64 KiB."""

NAME: Final = 32 * 1024
"""Bytes of an item's name. What is longer is damage."""

RECORDS: Final = 1000
"""Records of one item. Those that are known have some twenty."""

VALUE: Final = 64
"""Bytes of those values that are read here: a digest or a time."""

_MARGIN: Final = struct.Struct("<16s8xIIQI")
"""Signature; number of the part from 1; how many there are; bytes of each but the last, and of this head."""

_HEAD: Final = struct.Struct("<16sI4xI8xQ")
"""Signature, version, bytes of a chunk, place of the first item."""

_ITEM: Final = struct.Struct("<QQQQQII")
"""Places of the next beside it, its first child, its first record, its chunks; size; kind; bytes of its name.

The name follows.
"""

_RECORD: Final = struct.Struct("<Q4xII")
"""Place of the next, (category,) key, bytes of the value, which follows."""

_PLACE: Final = struct.Struct("<Q")
_TOLD: Final = 1024
"""Places of chunks that are read at once."""

_FOLDER: Final = 5
_CLASS: Final = 2
_LINKS: Final = frozenset({b"9", b"11"})
"""A symbolic link, a reparse point of NTFS."""

_ACCESSED, _BORN, _MODIFIED, _CHANGED = 7, 8, 9, 0xA002
_HASHES: Final[dict[int, tuple[Literal["md5", "sha1"], int]]] = {0x5001: ("md5", 32), 0x5002: ("sha1", 40)}
_WANTED: Final = frozenset({_CLASS, _ACCESSED, _BORN, _MODIFIED, _CHANGED, *_HASHES})
"""Keys: each stands in one category only, so that the category need not be asked."""

_TIME: Final = re.compile(rb"([0-9]{8}T[0-9]{6})(?:\.[0-9]*)?")


class _Broken(Exception):
    """Something cannot be read: why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class _Segments:
    """The parts of an image as one sequence of bytes."""

    def __init__(self, parts: Sequence[tuple[IO[bytes], int]]) -> None:
        self._parts: dict[int, tuple[IO[bytes], int]] = {}
        self.trouble: Reason | None = None
        """Why not all of it can be read."""
        heads = [self._head(source) for source, _ in parts]
        if heads[0] is None:
            raise Spent("damaged")
        self._count, each = heads[0][1], heads[0][2]
        self._body = parts[0][1] if self._count == 1 else each - MARGIN
        if self._body <= 0:
            raise Spent("damaged")
        for head, (source, size) in zip(heads, parts, strict=True):
            if head is None or head[1:] != (self._count, each) or head[0] in self._parts:
                self.trouble = "damaged"
                continue
            self._parts[head[0]] = (source, size - MARGIN)
            if head[0] < self._count and size - MARGIN != self._body:
                self.trouble = "damaged"
        if len(self._parts) < self._count and self.trouble is None:
            self.trouble = "parts_missing"

    def _head(self, source: IO[bytes]) -> tuple[int, int, int] | None:
        source.seek(0)
        data = source.read(_MARGIN.size)
        if len(data) < _MARGIN.size:
            return None
        signature, number, count, each, size = _MARGIN.unpack(data)
        known = signature == b"ADSEGMENTEDFILE\x00" and size == MARGIN and 1 <= number <= count
        return (number, count, each) if known else None

    def read(self, at: int, size: int) -> bytes:
        """So many bytes from a place on.

        Raises:
            _Broken: the image has none there, or the part that has them is not here.
        """
        out: list[bytes] = []
        while size:
            number, start = divmod(at, self._body)
            wanted = min(size, self._body - start)
            if number >= self._count:
                raise _Broken("damaged")
            if number + 1 not in self._parts:
                raise _Broken("parts_missing")
            source, there = self._parts[number + 1]
            if start + wanted > there:
                raise _Broken("damaged")
            source.seek(MARGIN + start)
            data = source.read(wanted)
            if len(data) != wanted:
                raise _Broken("damaged")
            out.append(data)
            at, size = at + wanted, size - wanted
        return b"".join(out)


@dataclass(frozen=True, slots=True)
class _Item:
    """A file or a folder, as the image tells it."""

    beside: int
    child: int
    records: int
    chunks: int
    size: int
    folder: bool
    name: str


def list_logical(parts: Sequence[tuple[IO[bytes], int]], members: Members) -> None:
    """List the files of a logical image. ``parts``: each with its size in bytes, the first one first.

    Raises:
        Spent: a bound was met, a part is not here, or the image cannot be read to its end.
    """
    segments = _Segments(parts)
    try:
        signature, version, chunk, first = _HEAD.unpack(segments.read(0, _HEAD.size))
    except _Broken as broken:
        raise Spent(broken.reason) from broken
    if not signature.startswith(b"ADLOGICALIMAGE\x00") or not 0 < chunk <= CHUNK:
        raise Spent("damaged")
    if version not in {3, 4}:
        raise Spent("no_reader")
    _Image(segments, chunk, members).walk(first)
    if segments.trouble is not None:
        raise Spent(segments.trouble)


class _Image:
    """The tree of items: walked from the first, each once."""

    def __init__(self, segments: _Segments, chunk: int, members: Members) -> None:
        self._segments = segments
        self._chunk = chunk
        self._members = members

    def walk(self, first: int) -> None:
        seen: set[int] = set()
        waiting = [(first, 1, "")]
        while waiting:
            place, depth, path = waiting.pop()
            if not place:
                continue
            try:
                if place in seen:
                    raise _Broken("damaged")
                seen.add(place)
                item = self._item(place)
            except _Broken as broken:
                self._left(path, broken.reason)
                continue
            waiting.append((item.beside, depth, path))
            # As many letters as are listed, and one more, so that it is seen that there are more.
            inner = (f"{path}/{item.name}" if path else item.name)[: NAME_LETTERS + 1]
            if depth < DEEP:
                waiting.append((item.child, depth + 1, inner))
            elif item.child:
                self._left(inner, "depth")
            if item.folder and not item.size:
                self._members.allowance.entry()
            else:
                self._one(item, inner)

    def _left(self, path: str, reason: Reason) -> None:
        """What is, or would follow, in a folder cannot be listed."""
        with self._members.entered(path + "/", "special", None) as member:
            member.fail(reason)

    def _item(self, place: int) -> _Item:
        data = self._segments.read(place, _ITEM.size)
        beside, child, records, chunks, size, kind, length = _ITEM.unpack(data)
        if length > NAME:
            raise _Broken("damaged")
        name = self._segments.read(place + _ITEM.size, length).decode("utf-8", errors="surrogateescape")
        # A name is one name: what would make it a path is spelled as in any listing (``index.safe``).
        name = name.replace("/", "=2F")
        return _Item(beside, child, records, chunks, size, kind == _FOLDER, name)

    def _one(self, item: _Item, path: str) -> None:
        trouble: Reason | None = None
        told: dict[int, bytes] = {}
        try:
            self._records(item.records, told)
        except _Broken as broken:
            trouble = broken.reason
        link = told.get(_CLASS) in _LINKS
        what = cast(Any, "special" if item.folder else "link" if link else "file")
        times = Times(
            modified=_time(told, _MODIFIED),
            accessed=_time(told, _ACCESSED),
            changed=_time(told, _CHANGED),
            born=_time(told, _BORN),
        )
        with self._members.entered(path, what, times) as member:
            if member.says(item.size):
                trouble = self._content(item, told, member) or trouble
            if trouble is not None:
                member.fail(trouble)

    def _records(self, place: int, told: dict[int, bytes]) -> None:
        """What the image says of an item: as far as it can be read, into ``told``."""
        for _ in range(RECORDS):
            if not place:
                return
            at, (place, key, size) = place, _RECORD.unpack(self._segments.read(place, _RECORD.size))
            if key in _WANTED and size:
                told[key] = self._segments.read(at + _RECORD.size, min(size, VALUE))
        raise _Broken("damaged")

    def _content(self, item: _Item, told: dict[int, bytes], member: Member) -> Reason | None:
        """Read it, and hold it against what was stored; gives why it could not be."""
        stored = {}
        for key, (algorithm, letters) in _HASHES.items():
            if key in told:
                value = told[key].lower()
                if re.fullmatch(rb"[0-9a-f]{%d}" % letters, value) is None:
                    return "damaged"
                stored[algorithm] = value.decode("ascii")
        member.hashes = tuple(StoredHash(algorithm=one, stored=stored[one], found=None) for one in stored)
        hashing = {name: hashlib.new(name, usedforsecurity=False) for name in stored}
        source = _Content(self._segments, self._chunk, item, list(hashing.values()))
        try:
            member.read(cast(IO[bytes], source))
        except _Broken as broken:
            member.size = item.size
            return broken.reason
        member.hashes = tuple(
            one.model_copy(update={"found": hashing[one.algorithm].hexdigest()}) for one in member.hashes
        )
        return None


class _Content:
    """The content of one file: its chunks, one after the other."""

    def __init__(self, segments: _Segments, chunk: int, item: _Item, hashing: Sequence[Any]) -> None:
        self._segments = segments
        self._chunk = chunk
        self._hashing = hashing
        self._left = item.size
        self._count = -(-item.size // chunk)
        self._table = item.chunks
        self._number = 0
        self._places: list[int] = []
        self._ready = b""

    def read(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            _Broken: they are damaged, or not here.
        """
        parts, have = [self._ready], len(self._ready)
        while have < size and self._left:
            plain = self._next()
            for one in self._hashing:
                one.update(plain)
            parts.append(plain)
            have += len(plain)
        data = b"".join(parts)
        self._ready = data[size:]
        return data[:size]

    def _next(self) -> bytes:
        start, end = self._span()
        # A chunk that cannot be made smaller grows by a few bytes only.
        if not 0 < end - start <= self._chunk + self._chunk // 8 + 1024:
            raise _Broken("damaged")
        wanted = min(self._chunk, self._left)
        stream = zlib.decompressobj()
        try:
            plain = stream.decompress(self._segments.read(start, end - start), wanted + 1)
        except zlib.error as error:
            raise _Broken("damaged") from error
        if len(plain) != wanted or not stream.eof:
            raise _Broken("damaged")
        self._left -= wanted
        return plain

    def _span(self) -> tuple[int, int]:
        """Where the next chunk begins and ends: the table has a place for each, and one for the end."""
        if not self._number:
            if _PLACE.unpack(self._segments.read(self._table, _PLACE.size))[0] != self._count:
                raise _Broken("damaged")
            self._places = [self._place_of(0)]
        if len(self._places) == 1:
            more = min(_TOLD, self._count - self._number)
            data = self._segments.read(self._at(self._number + 1), more * _PLACE.size)
            self._places += [place for (place,) in _PLACE.iter_unpack(data)]
        self._number += 1
        return self._places.pop(0), self._places[0]

    def _at(self, number: int) -> int:
        return self._table + _PLACE.size * (1 + number)

    def _place_of(self, number: int) -> int:
        return int(_PLACE.unpack(self._segments.read(self._at(number), _PLACE.size))[0])


def _time(told: dict[int, bytes], key: int) -> str | None:
    """A time as the image tells it, which says no zone; nothing, where no calendar has it."""
    found = _TIME.fullmatch(told.get(key, b""))
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1].decode("ascii"), "%Y%m%dT%H%M%S")  # noqa: DTZ007  it tells no zone
    except ValueError:
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
