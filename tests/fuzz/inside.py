"""Fuzz targets: what is inside of foreign files; each reader in this process, unbounded."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from fuzz.target import target

from comity import dsse
from comity.evidence.inside import read_listing, verify_examination, write_listing
from comity.evidence.inside.contents import Part, read_inside
from comity.evidence.inside.listing import EXAMINATION_TYPE, Inner
from comity.evidence.inside.signature import HEAD, is_container, type_of
from comity.wire import build, dump

sys.path.append(str(Path(__file__).resolve().parents[1] / "unit" / "evidence"))

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "evidence"


def look(data: bytes, type: str) -> None:
    look_at([Part("file", len(data), io.BytesIO(data))], type)


def look_at(parts: list[Part], type: str) -> None:
    found: list[Inner] = []
    acquired = []
    read_inside(parts, type, found.append, acquired.append)
    for one in (*found, *acquired):
        assert build(one.__class__, dump(one)) == one


def zips() -> dict[str, bytes]:
    import bombs

    return {
        "plain": bombs.zipped(a=b"hello", b=bombs.zipped(c=b"deeper")),
        "encrypted": bombs.encrypted_zip(),
        "lying": bombs.lying_zip(),
    }


@target("comity.evidence.inside.contents.read_inside", raises=(), seeds=zips)
def inside_zip(data):
    look(data, "application/zip")


def tars() -> dict[str, bytes]:
    import bombs

    return {"plain": bombs.tarred(bombs.member("a", b"hello"))[:2560], "sparse": bombs.sparse_tar(1 << 20)}


@target(raises=(), seeds=tars)
def inside_tar(data):
    look(data, "application/x-tar")


def wrapped() -> dict[str, bytes]:
    import bz2
    import gzip
    import lzma

    return {
        "gzip": b"\0" + gzip.compress(b"hello", mtime=0),
        "bzip2": b"\1" + bz2.compress(b"hello"),
        "xz": b"\2" + lzma.compress(b"hello"),
    }


@target(raises=(), seeds=wrapped)
def inside_compressed(data):
    types = ("application/gzip", "application/x-bzip2", "application/x-xz")
    look(data[1:], types[data[0] % 3] if data else types[0])


def logical() -> dict[str, bytes]:
    """An image whole, and in three parts that are told by the two bytes before each."""
    from logical_images import Item, image

    items = Item("a", children=(Item("b", b"hello"),)), Item("c", b"\0" * 300)
    parts = image(*items, chunk=128, part=1500)
    links = (Item("l", b"to", records={(2, 2): b"9", (5, 0xA002): b"20260401T010203"}), Item("e", b""))
    return {
        "three": bytes(2) + image(*links, version=3)[0],
        "whole": bytes(2) + image(*items)[0],
        "parts": b"".join(len(one).to_bytes(2, "little") + one for one in parts),
    }


@target("comity.evidence.inside.logical.list_logical", raises=(), seeds=logical)
def inside_logical(data):
    parts = []
    while len(data) > 2 and len(parts) < 9:
        size = int.from_bytes(data[:2], "little") or len(data)
        part, data = data[2 : 2 + size], data[2 + size :]
        parts.append(Part("file", len(part), io.BytesIO(part)))
    if parts:
        look_at(parts, "application/x-ad1")


@target(raises=(), seeds=lambda: {"two": __import__("bombs").MAILBOX})
def inside_mailbox(data):
    look(data, "application/mbox")
    look(data, "message/rfc822")


def images() -> dict[str, bytes]:
    if not REAL.is_dir():
        raise SystemExit("the seed of an image needs the evidence files beside this repository")
    return {"ext2": (REAL / "ext2.E01").read_bytes()}


@target(raises=(), slow=True, seeds=images)
def inside_image(data):
    look(data, "image/x-ewf")


def disks() -> dict[str, bytes]:
    """A master boot record with one partition, in which there is the beginning of a FAT volume."""
    record = bytearray(4096)
    record[446:462] = bytes([0x80, 1, 1, 0, 6, 1, 1, 0, 1, 0, 0, 0, 7, 0, 0, 0])
    record[510:512] = record[1022:1024] = b"\x55\xaa"
    record[512:523] = b"\xeb\x3c\x90MSDOS5.0"
    record[523:548] = bytes([0, 2, 1, 1, 0, 1, 16, 0, 7, 0, 0xF8, 1, 0]) + bytes(12)
    record[512 + 54 : 512 + 62] = b"FAT12   "
    return {"partition": bytes(record)}


@target(raises=(), slow=True, seeds=disks)
def inside_disk(data):
    look(data, "application/x-disk-mbr")


@target(
    "comity.evidence.inside.signature.type_of",
    raises=(),
    seeds=lambda: {"zip": b"PK\x03\x04" + bytes(30), "text": b"hello\n", "mbox": b"From a 2026\nA: b\n"},
)
def inside_type(data):
    type = type_of(data[:HEAD])
    assert type is None or is_container(type) in {True, False}


LISTING = (
    b'{"files":[{"acquired":null,"inside":[{"hashes":[],"path":["a","b"],"sha256":null,"size":1,"times":null,"type":null,'
    b'"unread":"damaged","what":"file"}],"part_of":null,"path":"x","type":"application/zip","unread":null}],'
    b'"salt":"' + b"0" * 64 + b'","v":1}'
)


@target("comity.evidence.inside.listing.read_listing", seeds=lambda: {"small": LISTING})
def inside_listing(data):
    assert write_listing(read_listing(data)) == data


EXAMINATION = (
    b'{"agrees":1,"at":"2026-11-21T18:00:00Z","by":"a-b","case":"' + b"0" * 32 + b'","differs":0,'
    b'"exhibit":"EX-1","inside":2,"listing_sha256":"' + b"0" * 64 + b'","seal":"' + b"0" * 64 + b'",'
    b'"tools":[{"name":"python","version":"3.11"}],"types":1,"unread":0,"v":1}'
)


@target("comity.evidence.inside.listing.verify_examination", seeds=lambda: {"small": EXAMINATION})
def inside_examination(data):
    from fuzz import world

    key = world.case_files().PT.keys["acts"]
    envelope = key.state(EXAMINATION_TYPE, data)
    assert dsse.read(dsse.write(envelope)) == envelope
    verify_examination(envelope, key.public)
