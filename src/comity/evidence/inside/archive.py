"""What is inside archives: zip, tar, and what gzip, bzip2 or xz wrap, without unpacking anything to a disk.

Promises: each member is read once, in blocks, and hashed; what does not come out whole is named with its
reason, and the rest is listed all the same. Sizes that an archive tells are never believed.

Leaves to others: bounds (``allowance``), and the process that all this is done in (``reader``).
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, Final, cast

from comity.evidence.inside.allowance import Spent
from comity.evidence.inside.listing import Reason, Times
from comity.evidence.inside.member import Member, Members, no_time

DAMAGED: Final = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, KeyError,
    IndexError, TypeError, AttributeError, ArithmeticError, struct.error, RecursionError, AssertionError,
)  # fmt: skip
"""In how many ways the readers of the standard library stumble over a damaged file."""

XZ_MEMORY: Final = 128 * 1024 * 1024
"""Bytes that an xz stream may ask for: it names its own need."""

_ENCRYPTED: Final = 0x1
_UNIX_TIME: Final = 0x5455
_TAR_BLOCK: Final = 512


def list_zip(source: IO[bytes], members: Members) -> None:
    """List a zip.

    Raises:
        Spent: a bound was met, or the archive cannot be read.
    """
    try:
        archive = zipfile.ZipFile(source)
    except NotImplementedError as error:  # zipfile's word for a version or a method that it does not know
        raise Spent("no_reader") from error
    except DAMAGED as error:
        raise Spent("damaged") from error
    for info in archive.infolist():
        if info.filename.endswith("/"):  # its own is_dir stumbles over an empty name
            continue
        what: Reason | None = "encrypted" if info.flag_bits & _ENCRYPTED else None
        with members.entered(info.filename, "file", _zip_times(info)) as member:
            if what is not None:
                member.fail(what)
                continue
            _read_zipped(archive, info, member)


def _read_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member) -> None:
    try:
        with archive.open(info) as file:
            member.read(file)
        if member.size != info.file_size:
            member.fail("damaged")
    except (NotImplementedError, RuntimeError) as error:
        # RuntimeError: a password is wanted, though no flag said so.
        member.fail("no_reader" if isinstance(error, NotImplementedError) else "encrypted")
    except DAMAGED:
        member.fail("damaged")


def list_tar(source: IO[bytes], members: Members) -> None:
    """List a tar, from its beginning to its end.

    Raises:
        Spent: a bound was met, or the archive cannot be read.
    """
    try:
        with tarfile.open(fileobj=source, mode="r|", bufsize=64 * 1024) as archive:
            while (info := archive.next()) is not None:
                _one_of_tar(archive, info, members)
                archive.members = []  # type: ignore[attr-defined]  # it keeps all that it has seen: memory would grow
    except DAMAGED as error:
        raise Spent("damaged") from error


def _one_of_tar(archive: tarfile.TarFile, info: tarfile.TarInfo, members: Members) -> None:
    if info.isdir():
        return
    times = no_time(modified=instant(info.mtime))
    if info.issym() or info.islnk():
        with members.entered(info.name, "link", times):
            return
    if not info.isfile():
        with members.entered(info.name, "special", times):
            return
    with members.entered(info.name, "file", times) as member:
        file = archive.extractfile(info)
        if file is None:
            member.fail("damaged")
        else:
            member.read(file)


def list_compressed(source: IO[bytes], type: str, name: str, members: Members) -> None:
    """List what gzip, bzip2 or xz wraps: the one file in it, or the members of a tar.

    Raises:
        Spent: a bound was met, or it cannot be read.
    """
    times = no_time()
    if type == "application/gzip":
        fixed = source.read(8)
        source.seek(0)
        told = int.from_bytes(fixed[4:8], "little")
        times = no_time(modified=instant(told) if told else None)
    try:
        with _unwrapped(source, type) as plain:
            start = plain.read(_TAR_BLOCK)
            whole = cast(IO[bytes], io.BufferedReader(_Rejoined(start, plain, members.allowance.take)))
            if start[257:262] == b"ustar":
                list_tar(whole, members)
            else:
                with members.entered(_bare(name), "file", times) as member:
                    try:
                        member.read(whole, counted=False)
                    except DAMAGED:
                        member.fail("damaged")
    except MemoryError as error:
        raise Spent("memory") from error
    except DAMAGED as error:
        raise Spent("damaged") from error


def _unwrapped(source: IO[bytes], type: str) -> IO[bytes]:
    if type == "application/gzip":
        return cast(IO[bytes], gzip.GzipFile(fileobj=source, mode="rb"))
    if type == "application/x-bzip2":
        return cast(IO[bytes], bz2.BZ2File(source))
    return cast(IO[bytes], io.BufferedReader(_Xz(source)))


class _Xz(io.RawIOBase):
    """An xz stream that may not ask for more memory than we give."""

    def __init__(self, source: IO[bytes]) -> None:
        super().__init__()
        self._source = source
        self._stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        while not self._stream.eof:
            wanted = self._stream.needs_input
            data = self._source.read(64 * 1024) if wanted else b""
            if wanted and not data:
                raise EOFError
            plain = self._stream.decompress(data, max_length=len(buffer))
            if plain:
                buffer[: len(plain)] = plain
                return len(plain)
        return 0


class _Rejoined(io.RawIOBase):
    """A stream whose beginning was read already; it tells how much it gives."""

    def __init__(self, start: bytes, rest: IO[bytes], taken: Callable[[int], None]) -> None:
        super().__init__()
        self._start = start
        self._rest = rest
        self._taken = taken

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        data = self._start[: len(buffer)] if self._start else self._rest.read(len(buffer))
        self._start = self._start[len(data) :]
        buffer[: len(data)] = data
        self._taken(len(data))
        return len(data)


def instant(seconds: float) -> str | None:
    """Seconds since 1970 as an instant; nothing, where no calendar has it."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (ValueError, OverflowError, OSError):
        return None


def _zip_times(info: zipfile.ZipInfo) -> Times:
    for kind, data in _extras(info.extra):
        if kind == _UNIX_TIME and len(data) >= 5 and data[0] & 1:  # noqa: PLR2004  flags, and 4 bytes
            return no_time(modified=instant(int.from_bytes(data[1:5], "little", signed=True)))
    try:
        return no_time(modified=datetime(*info.date_time).strftime("%Y-%m-%dT%H:%M:%S"))  # noqa: DTZ001  a zip knows no zone
    except ValueError:
        return no_time()


def _extras(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:  # noqa: PLR2004  two numbers of two bytes
        kind, size = struct.unpack("<HH", data[:4])
        yield kind, data[4 : 4 + size]
        data = data[4 + size :]


def _bare(name: str) -> str:
    stem, _, ending = name.rpartition("/")[2].rpartition(".")
    return stem if stem and ending.lower() in {"gz", "bz2", "xz"} else name.rpartition("/")[2]
