"""The type of a file by its first bytes.

Promises: only what a signature of several bytes shows is named, or text that is text; everything else is
``None``. Nothing is parsed: bytes at fixed places are compared.

Leaves to others: what is inside (``archive``, ``mailbox``, ``image``, ``logical``). Signatures are those that
the formats' own specifications give. Why not a library: ADR 32.
"""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = 40 * 1024
"""Bytes from the beginning that are looked at: an ISO 9660 volume names itself at 32 KiB."""

BOM: Final = b"\xef\xbb\xbf"
"""What some programs put before a text in UTF-8; a message may stand after it."""

_TEXT: Final = 4096
_MESSAGE: Final = re.compile(rb"From [^\r\n]{1,200}[0-9]{4}\r?\n[!-9;-~]{1,80}:")
_NAME: Final = re.compile(rb"[!-9;-~]{1,76}")
_UNDATED: Final = re.compile(rb"From [^\r\n]{1,200}\r?\n")
_FIELDS: Final = 400
"""Lines of a message's header that are looked at."""

_CONTROLS: Final = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")

_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    # Acquired images.
    (0, b"EVF\x09\x0d\x0a\xff\x00", "image/x-ewf"),
    (0, b"EVF2\x0d\x0a\x81\x00", "image/x-ewf2"),
    (0, b"LVF\x09\x0d\x0a\xff\x00", "image/x-ewf-logical"),
    (0, b"LEF2\x0d\x0a\x81\x00", "image/x-ewf2-logical"),
    (0, b"ADSEGMENTEDFILE\x00", "application/x-ad1"),
    (0, b"ADCRYPT\x00", "application/x-adcrypt"),
    (0, b"AFF10\x0d\x0a\x00", "image/x-aff"),
    (0, b"QFI\xfb", "image/x-qcow2"),
    (0, b"KDMV", "image/x-vmdk"),
    (0, b"vhdxfile", "image/x-vhdx"),
    # Archives.
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (257, b"ustar\x00", "application/x-tar"),
    (257, b"ustar  \x00", "application/x-tar"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    # Mail and documents.
    (0, b"!BDN", "application/vnd.ms-outlook-pst"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"age-encryption.org/v1\n", "application/x-age"),
    (0, b"regf", "application/x-windows-registry"),
    (0, b"ElfFile\x00", "application/x-windows-evtx"),
    # Pictures, sound, moving pictures.
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\x0d\x0a\x1a\x0a", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (8, b"WEBPVP8", "image/webp"),
    (8, b"WAVEfmt ", "audio/wav"),
    (8, b"AVI LIST", "video/x-msvideo"),
    (0, b"OggS\x00", "application/ogg"),
    (0, b"fLaC\x00", "audio/flac"),
    (0, b"ID3\x03", "audio/mpeg"),
    (0, b"ID3\x04", "audio/mpeg"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska"),
    # Programs and captures.
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xca\xfe\xba\xbe\x00\x00", "application/x-java-class"),
    (0, b"\xd4\xc3\xb2\xa1", "application/vnd.tcpdump.pcap"),
    (0, b"\xa1\xb2\xc3\xd4", "application/vnd.tcpdump.pcap"),
    (0, b"\x0a\x0d\x0d\x0a", "application/x-pcapng"),
    # Disks.
    (3, b"NTFS    ", "application/x-filesystem-ntfs"),
    (3, b"EXFAT   ", "application/x-filesystem-exfat"),
    (3, b"-FVE-FS-", "application/x-filesystem-bitlocker"),
    (0, b"LUKS\xba\xbe", "application/x-filesystem-luks"),
    (54, b"FAT1", "application/x-filesystem-fat"),
    (82, b"FAT32   ", "application/x-filesystem-fat"),
    (1024, b"H+\x00\x04", "application/x-filesystem-hfsplus"),
    (1024, b"HX\x00\x05", "application/x-filesystem-hfsplus"),
    (32, b"NXSB", "application/x-filesystem-apfs"),
    (0, b"XFSB\x00\x00", "application/x-filesystem-xfs"),
    (32769, b"CD001\x01", "application/x-iso9660-image"),
    (512, b"EFI PART", "application/x-disk-gpt"),
)


EWF: Final = "image/x-ewf"
DISKS: Final = ("application/x-filesystem-", "application/x-disk-", "application/x-iso9660-image")
COMPRESSED: Final = frozenset({"application/gzip", "application/x-bzip2", "application/x-xz"})
AD1: Final = "application/x-ad1"
MESSAGE: Final = "message/rfc822"
OPENED: Final = COMPRESSED | {"application/zip", "application/x-tar", "application/mbox", MESSAGE, AD1}
"""Types of containers that are opened within others too."""

LOCKED: Final = "application/x-adcrypt"
"""An image that its maker encrypted: nobody reads it without the password."""

CLOSED: Final = frozenset(
    {
        "image/x-ewf2",
        "image/x-ewf-logical",
        "image/x-ewf2-logical",
        "image/x-aff",
        "image/x-qcow2",
        "image/x-vmdk",
        "image/x-vhdx",
        "application/zstd",
        "application/x-7z-compressed",
        "application/vnd.rar",
        "application/vnd.ms-outlook-pst",
        "application/x-ole-storage",
        "application/x-age",
        LOCKED,
    }
)
"""Containers that nothing here reads; they are taken in as they are, and so named."""


def is_container(type: str | None) -> bool:
    """Whether there is something to look into, or to say that nothing here does."""
    return type is not None and (type in OPENED or type in CLOSED or type == EWF or type.startswith(DISKS))


def type_of(head: bytes) -> str | None:
    """The media type of a file that begins so; nothing, where its bytes do not show it.

    ``head``: its first ``HEAD`` bytes, or all of it.
    """
    for at, signature, name in _SIGNATURES:
        if head.startswith(signature, at):
            return name
    # Two bytes at 1080 are few, and two at 510: with what each format fixes beside them.
    if head[1080:1082] == b"\x53\xef" and head[1084:1086] in {b"\x01\x00", b"\x02\x00", b"\x00\x00"}:
        return "application/x-filesystem-ext"
    if head[510:512] == b"\x55\xaa" and all(head[at : at + 1] in {b"\x00", b"\x80"} for at in _PARTITIONS):
        return "application/x-disk-mbr"
    if head[:2] == b"MZ" and b"PE\x00\x00" in head[:1024]:
        return "application/vnd.microsoft.portable-executable"
    return _mail(head.removeprefix(BOM)) or _text(head)


def _mail(head: bytes) -> str | None:
    if _MESSAGE.match(head):
        return "application/mbox"
    start = _UNDATED.match(head)  # some programs write no date there: then what follows must be a message
    if start is not None and _is_message(head[start.end() :]):
        return "application/mbox"
    return MESSAGE if _is_message(head) else None


def _is_message(head: bytes) -> bool:
    """Whether header fields stand there up to an empty line, and among them the two that each message has.

    Source: RFC 5322, sections 2.2 and 3.6.
    """
    fields: set[bytes] = set()
    for line in head.split(b"\n", _FIELDS)[:-1]:  # what follows the last end of a line is none
        if line in {b"", b"\r"}:
            return {b"date", b"from"} <= fields
        if line[:1] in {b" ", b"\t"} and fields:
            continue
        name, colon, _ = line.partition(b":")
        if not colon or not _NAME.fullmatch(name):
            return False
        fields.add(name.lower())
    return False


_PARTITIONS: Final = (446, 462, 478, 494)
"""Where a master boot record says of each partition whether it is active."""


def _text(head: bytes) -> str | None:
    start = head[:_TEXT]
    if not start or not _CONTROLS.isdisjoint(start):
        return None
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 3 or len(head) <= _TEXT:  # a letter that the cut went through is none
            return None
    return "text/plain"
