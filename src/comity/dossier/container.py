"""The container of a case file: a zip in which no bit is free.

Promises: one list of members has one container: every member stored, dated 1980-01-01, without
extra fields or comments, in its order, headers included. Reading compares each byte with the
container that the members' own list calls for; what differs is named by the part that it lies in.
One flipped bit names one part. Nothing is raised for content.

Leaves to others: what the list of members (the first member) looks like, and who signed it (``statement``).

Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from comity.dossier.report import Part, Place
from comity.errors import BadInput, ComityError

Buffer = bytes | bytearray | memoryview

SIZE_LIMIT: Final = 2**32 - 1
"""Bytes of a container at most: beyond that a zip needs other records (zip64), which are not written."""

COUNT_LIMIT: Final = 2**16 - 2

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_NAME_LIMIT: Final = 200

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")

_NEEDED: Final = 10  # version 1.0: stored files
_MADE_BY: Final = (3 << 8) | _NEEDED  # as a Unix would
_MODE: Final = 0o100644 << 16
_DAY: Final = (1 << 5) | 1  # 1980-01-01, 00:00:00: the format's first instant


@dataclass(frozen=True, slots=True)
class Member:
    """A member to be written."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list says of a member: its name, its size in bytes, its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


Contents = Callable[[bytes], Sequence[Listed]]
"""Reads the first member as the list of all others, in their order; raises ``ComityError`` if it cannot."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: contents by name (of sound members alone), and the parts at fault, in order."""

    contents: dict[str, bytes]
    faults: tuple[Part, ...]


def pack(members: Sequence[Member]) -> bytes:
    """The one container of these members.

    Raises:
        BadInput: a name that is not plain, twice, or too many members, or more than 4 GiB.
    """
    sizes = [(one.name, len(one.data)) for one in members]
    _check(sizes)
    bodies: list[bytes] = []
    centrals: list[bytes] = []
    offset = 0
    for one in members:
        crc = zlib.crc32(one.data)
        local = _local(one.name, crc, len(one.data))
        bodies += (local, one.data)
        centrals.append(_central(one.name, crc, len(one.data), offset))
        offset += len(local) + len(one.data)
    tail = b"".join(centrals)
    return b"".join([*bodies, tail, _end(len(members), len(tail), offset)])


def read(data: Buffer, first: str, contents: Contents) -> Reading:
    """Read a container whose first member, ``first``, lists all others.

    Nothing is raised: what is at fault is named. Where the first member itself is at fault nothing
    else can be told, and only that is named.
    """
    view = memoryview(data)
    size = _first_size(view, first)
    if size is None:
        return Reading({}, (Part(Place.WHOLE),))
    start = _LOCAL.size + len(first)
    listing = bytes(view[start : start + size])
    here = Part(Place.CONTENT, first)
    if zlib.crc32(listing) not in _claimed(view, first):
        return Reading({}, (here,))
    try:
        plan = _planned(first, size, contents, listing)
    except (ComityError, ValueError, RecursionError):
        return Reading({}, (here,))
    return _compare(view, plan)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where one member lies: its local header, its content, and its entry at the end."""

    listed: Listed
    local: int
    start: int
    end: int
    central: int


@dataclass(frozen=True, slots=True)
class _Plan:
    spans: tuple[_Span, ...]
    centrals: int
    end: int


@lru_cache(maxsize=2)
def _planned(first: str, size: int, contents: Contents, listing: bytes) -> _Plan:
    """Lay out the container that a list calls for. Kept, since one list is often read again."""
    listed = (Listed(first, size, ""), *contents(listing))
    _check([(one.name, one.size) for one in listed])
    places: list[tuple[int, int, int]] = []
    at = 0
    for one in listed:
        start = at + _LOCAL.size + len(one.name)
        places.append((at, start, start + one.size))
        at = start + one.size
    centrals = at
    spans: list[_Span] = []
    for one, (local, start, end) in zip(listed, places, strict=True):
        spans.append(_Span(one, local, start, end, at))
        at += _CENTRAL.size + len(one.name)
    return _Plan(tuple(spans), centrals, at)


def _compare(view: memoryview, plan: _Plan) -> Reading:
    sound: dict[str, bytes] = {}
    faults: list[Part] = []
    for span in plan.spans:
        name = span.listed.name
        content = view[span.start : span.end]
        crc = zlib.crc32(content)
        if span.local == 0 or sha256(content).hexdigest() == span.listed.sha256:
            sound[name] = content.tobytes()
        else:
            faults.append(Part(Place.CONTENT, name))
            crc = _crc_at(view, span.central + 16)  # what its headers agree on is not theirs to answer for
        if view[span.local : span.start] != _local(name, crc, span.listed.size):
            faults.append(Part(Place.LOCAL_HEADER, name))
        entry = _central(name, crc, span.listed.size, span.local)
        if view[span.central : span.central + len(entry)] != entry:
            faults.append(Part(Place.CENTRAL_ENTRY, name))
    end = _end(len(plan.spans), plan.end - plan.centrals, plan.centrals)
    if view[plan.end : plan.end + len(end)] != end:
        faults.append(Part(Place.END_RECORD))
    if len(view) > plan.end + len(end):
        faults.append(Part(Place.AFTER_END))
    return Reading(sound, tuple(faults))


def _first_size(view: memoryview, first: str) -> int | None:
    """The size of the first member: as its own header says twice, or as the end of the file says twice.

    One of the four may be damaged; the one is taken under which the content has a checksum that is
    claimed for it, or else the one that is said most often.
    """
    start = _LOCAL.size + len(first)
    claimed = _claimed(view, first)
    said = []
    for size in _sizes(view, first):
        if start + size <= len(view):
            said.append(size)
            if said.count(size) == 1 and zlib.crc32(view[start : start + size]) in claimed:
                return size
    return max(dict.fromkeys(said), key=said.count, default=None)


def _sizes(view: memoryview, first: str) -> Iterator[int]:
    for header, at in _headers(view, first):
        yield from struct.unpack_from("<2L", view, header + at + 4)


def _claimed(view: memoryview, first: str) -> list[int]:
    return [_crc_at(view, header + at) for header, at in _headers(view, first)]


def _headers(view: memoryview, first: str) -> Iterator[tuple[int, int]]:
    """Where the first member's two headers are, each with the offset of its checksum."""
    if len(view) < _LOCAL.size + len(first) + _CENTRAL.size + len(first) + _END.size:
        return
    # A file of another kind has neither; of our own, one bit may be wrong in the one or the other.
    named = first.encode("ascii")
    if view[:4].tobytes() == b"PK\x03\x04" or view[_LOCAL.size : _LOCAL.size + len(first)].tobytes() == named:
        yield 0, 14
    (central,) = struct.unpack_from("<L", view, len(view) - _END.size + 16)
    if central + _CENTRAL.size + _END.size <= len(view):
        name = view[central + _CENTRAL.size : central + _CENTRAL.size + len(first)].tobytes()
        if view[central : central + 4].tobytes() == b"PK\x01\x02" or name == named:
            yield central, 16


def _crc_at(view: memoryview, offset: int) -> int:
    found = bytes(view[offset : offset + 4])
    return int.from_bytes(found, "little")


def _local(name: str, crc: int, size: int) -> bytes:
    fixed = _LOCAL.pack(b"PK\x03\x04", _NEEDED, 0, 0, 0, _DAY, crc, size, size, len(name), 0)
    return fixed + name.encode("ascii")


def _central(name: str, crc: int, size: int, offset: int) -> bytes:
    head = (b"PK\x01\x02", _MADE_BY, _NEEDED, 0, 0, 0, _DAY, crc, size, size, len(name))
    return _CENTRAL.pack(*head, 0, 0, 0, 0, _MODE, offset) + name.encode("ascii")


def _end(count: int, size: int, offset: int) -> bytes:
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


def _check(members: Sequence[tuple[str, int]]) -> None:
    seen: set[str] = set()
    total = _END.size
    for name, size in members:
        if len(name) > _NAME_LIMIT or not _NAME.fullmatch(name):
            raise BadInput("dossier.member_name", name=ascii(name[:80]))
        if name.lower() in seen:  # two names that one folder of some systems cannot hold both
            raise BadInput("dossier.member_twice", name=name)
        seen.add(name.lower())
        total += _LOCAL.size + _CENTRAL.size + 2 * len(name) + size
    if len(members) > COUNT_LIMIT or total > SIZE_LIMIT:
        raise BadInput("dossier.too_large", size=total, count=len(members))
