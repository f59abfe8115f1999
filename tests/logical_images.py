"""Logical images of AccessData (``.ad1``) made where they are needed, as FTK Imager lays them out."""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass, field

TIMES = {7: "20260301T101112.131415", 8: "20260101T000000", 9: "20260201T091011.5"}
"""Accessed, born, modified."""


@dataclass
class Item:
    """A file with its content, or a folder with its children; ``records``: (category, key) to a value.

    ``lies``: numbers that stand in its head instead of the true ones, by their name.
    """

    name: str | bytes
    content: bytes | None = None
    children: tuple[Item, ...] = ()
    records: dict[tuple[int, int], bytes] | None = None
    lies: dict[str, int] = field(default_factory=dict)
    place: int = 0
    """Where it came to lie; known once the image is written."""

    def told(self) -> dict[tuple[int, int], bytes]:
        """What stands in its records."""
        told = {(2, 2): b"3" if self.content is None else b"1"}
        told |= {(5, key): value.encode() for key, value in TIMES.items()}
        told |= {(4, 0x1002): b"false"}
        if self.content is not None:
            told[3, 3] = str(len(self.content)).encode()
            told[1, 0x5001] = hashlib.md5(self.content, usedforsecurity=False).hexdigest().encode()
            told[1, 0x5002] = hashlib.sha1(self.content, usedforsecurity=False).hexdigest().encode()
        return {key: value for key, value in (told | (self.records or {})).items() if value}


def image(*items: Item, version=4, part=None, chunk=65536, source="E:\\Data") -> list[bytes]:
    """The parts of an image, each of ``part`` bytes but the last; one, where that is not given."""
    name = source.encode()
    start = 48 if version == 3 else 92
    data = bytearray(start) + name
    about = len(data)
    data += struct.pack("<QIII", 0, 1, 0x10002, len(name)) + name
    struct.pack_into("<16sIIIQQI", data, 0, b"ADLOGICALIMAGE", version, 1, chunk, about, len(data), len(name))
    if version == 4:
        struct.pack_into("<4sQ", data, 48, b"AD", 92)
    if not items:
        struct.pack_into("<Q", data, 36, 0)
    _level(data, items, 0, chunk)
    if version == 4:
        struct.pack_into("<QQQ", data, 60, len(data), 0, len(data))
        data += b"ATTRGUID".ljust(16, b"\0") + b"LOCSGUID".ljust(16, b"\0")
    each = part or 1500 << 20
    body = each - 512
    bodies = [bytes(data[at : at + body]) for at in range(0, len(data), body)]
    return [
        struct.pack("<16sIIIIQI", b"ADSEGMENTEDFILE", 1, 2, number, len(bodies), each, 512).ljust(512, b"\0")
        + one
        for number, one in enumerate(bodies, start=1)
    ]


def _level(data, items, parent, chunk):
    before = None
    for item in items:
        at = _one(data, item, parent, chunk)
        if before is not None:
            struct.pack_into("<Q", data, before, at)
        before = at if "beside" not in item.lies else None


def _one(data, item, parent, chunk):
    at = item.place = len(data)
    name = item.name if isinstance(item.name, bytes) else item.name.encode()
    content = item.content or b""
    head = {"beside": 0, "child": 0, "records": 0, "chunks": 0, "size": len(content)}
    head |= {"kind": 5 if item.content is None else 0, "name": len(name)}
    data += bytes(48) + name + struct.pack("<Q", parent)
    if content:
        head["chunks"] = len(data)
        packed = [zlib.compress(content[one : one + chunk]) for one in range(0, len(content), chunk)]
        first = len(data) + 8 * (len(packed) + 2)
        places = [first + sum(map(len, packed[:number])) for number in range(len(packed) + 1)]
        data += struct.pack(f"<{len(places) + 1}Q", len(packed), *places) + b"".join(packed)
    told = list(item.told().items())
    head["records"] = len(data) if told else 0
    for number, ((category, key), value) in enumerate(told, start=1):
        end = len(data) + 20 + len(value)
        data += struct.pack("<QIII", end if number < len(told) else 0, category, key, len(value)) + value
    if item.children:
        head["child"] = len(data)
    struct.pack_into("<QQQQQII", data, at, *(head | item.lies).values())
    _level(data, item.children, at, chunk)
    return at
