"""Containers that mean harm, and some that do not, made where they are needed: none is kept in a file."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile

MIB = 1024 * 1024


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name.replace("__", "/"), (2026, 11, 21, 18, 0, 4))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def tarred(*infos):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for info, data in infos:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def member(name, data=b"", **more):
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mtime = 1_342_000_000
    for key, value in more.items():
        setattr(info, key, value)
    return info, data


def zip_bomb(size=100 * MIB):
    """A small zip whose one member becomes large."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("zeros", "w", force_zip64=True) as file,
    ):
        for _ in range(size // MIB):
            file.write(bytes(MIB))
    return out.getvalue()


def gzip_bomb(size=100 * MIB):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
        for _ in range(size // MIB):
            file.write(bytes(MIB))
    return out.getvalue()


def overlapping_zip():
    """Entries of the directory that all stand for the one member: quoted again and again (Fifield, 2019)."""
    plain = zipped(a=bytes(100_000))
    end = plain.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", plain[end + 16 : end + 20])[0]
    entry = plain[start:end]
    many = 3000
    tail = plain[end : end + 8] + struct.pack("<HHIIH", many, many, many * len(entry), start, 0)
    return plain[:start] + entry * many + tail


def lying_zip():
    """A member that says that it has one byte, and has many; another that says it has more than there is."""
    plain = bytearray(zipped(short=b"x" * 5000, long=b"y" * 5000))
    for at in _entries(plain):
        name = bytes(plain[at + 46 : at + 51])
        struct.pack_into("<I", plain, at + 24, 1 if name == b"short" else 4_000_000_000)
    return bytes(plain)


def _entries(data):
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        yield at
        at += 4


def encrypted_zip():
    """A zip whose directory says that its member is encrypted."""
    plain = bytearray(zipped(secret=b"content"))
    for at in _entries(plain):
        plain[at + 8] |= 1
    return bytes(plain)


def nested_zip(depth=8):
    data = b"the innermost"
    for level in range(depth):
        data = zipped(**{f"level-{level}.zip" if level else "text": data})
    return data


def sparse_tar(size=1 << 50):
    """A tar whose one member says that it is a petabyte of nothing."""
    records = b"".join(
        _record(f"GNU.sparse.{key}", value)
        for key, value in (
            ("major", "1"), ("minor", "0"), ("name", "holes"), ("realsize", str(size)),
        )
    )  # fmt: skip
    pax = tarfile.TarInfo("pax")
    pax.type, pax.size = tarfile.XHDTYPE, len(records)
    block = b"0\n".ljust(512, b"\0")
    holes, _ = member("holes", block)
    return (
        pax.tobuf(tarfile.USTAR_FORMAT)
        + records.ljust(-(-len(records) // 512) * 512, b"\0")
        + holes.tobuf(tarfile.USTAR_FORMAT)
        + block
        + bytes(1024)
    )


def _record(key, value):
    line = f" {key}={value}\n".encode()
    size = len(line) + len(str(len(line) + 2))
    return str(size).encode() + line


def quine_gzip():
    """A gzip within itself as often as it is opened: here, more often than anyone opens it."""
    data = b"end"
    for _ in range(50):
        data = gzip.compress(data, mtime=0)
    return data


MAILBOX = b"""From a@mail.example Sat Nov 21 10:00:00 2026
Date: Sat, 21 Nov 2026 10:00:00 +0100
Subject: not listed

>From here on, text.
No message: From is within a line.

From b@mail.example Sat Nov 21 11:00:00 2026
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

From the second part of a message, after a line that is not empty.
--b
Content-Type: application/octet-stream; name=x
Content-Disposition: attachment; filename="plan.txt"
Content-Transfer-Encoding: base64

aGVsbG8=
--b--
"""
