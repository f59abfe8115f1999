"""The index of an exhibit: which files its one stream is made of, and what was left out.

Promises: paths are relative, POSIX, NFC, and can be written into a BagIt manifest and read back by
``sha256sum`` without any escape. A name that cannot be is spelled anew, and the bytes found are
kept beside it. Files stand in the order of their paths' UTF-8 bytes and follow each other without a gap.

Leaves to others: reading the files (``source``, ``intake``), writing them (``package``).
"""

from __future__ import annotations

import os
import re
import unicodedata
from hashlib import sha256
from typing import Final, Literal

from pydantic import Field

from comity.errors import BadInput
from comity.evidence.names import Digest
from comity.wire import Model, Version1, b64, dump_bytes, parse

INDEX_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of an index: about a million files."""

NAME_LIMIT: Final = 255
PATH_LIMIT: Final = 4000
"""Bytes of one name, and of a path: what file systems take."""

PAYLOAD: Final = "data/"
"""Where BagIt (RFC 8493, section 2.1.2) keeps the payload."""

_PLAIN: Final = re.compile(r"[!-$&-.0-\[\]-~](?:[ -$&-.0-\[\]-~]*[!-$&-.0-\[\]-~])?")
"""Names that are spelled as they are, told at a glance: nearly all. A test holds it against the rest."""

_NO_REMARKS: Final = b'"remarks":[]'

_KEPT: Final = 200
"""Bytes that are kept of a name that is too long once it is spelled."""

_RESERVED: Final = frozenset("%\\/\x7f")
_FIRST_BYTE: Final = 0xDC80
_LAST_BYTE: Final = 0xDCFF
"""``os.fsdecode`` keeps a byte 0xNN that is not UTF-8 as the lone surrogate U+DCNN."""

_LINE_ENDS: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})


class Entry(Model):
    """One file: its bytes are ``[offset, offset + size)`` of the stream.

    ``found_as`` is the base64 of the path's bytes where it was found under another spelling.
    """

    path: str
    offset: int = Field(ge=0)
    size: int = Field(ge=0)
    sha256: Digest
    found_as: str | None


class LeftOut(Model):
    """Something that was there and is no file.

    A link (never followed), an empty folder, a socket, a pipe or a device.
    """

    path: str
    why: Literal["symlink", "empty_folder", "socket", "pipe", "block_device", "character_device", "special"]
    target: str | None


class Remark(Model):
    """What is to be known of a file beside its bytes. ``other``: the path that it concerns too.

    ``hard_link``: the same file has another name (none, where that lies outside of what was taken in);
    ``sparse``: parts of it had no place on the disk, and read as zeros; ``case_collision``: differs from
    ``other`` in capitals only; ``windows_name``: Windows cannot have a file of that name; ``resumed``:
    reading was interrupted in or before this file, and a later run went on within it, at its byte ``at``;
    ``came_again``, ``came_otherwise``: a stream was interrupted, and is here as it came anew from its
    beginning: its first ``at`` bytes are those that were sealed the first time; after them, it differs.
    """

    path: str
    what: Literal[
        "hard_link",
        "sparse",
        "case_collision",
        "windows_name",
        "resumed",
        "came_again",
        "came_otherwise",
    ]
    other: str | None
    at: int | None = Field(default=None, ge=0, exclude_if=lambda at: at is None)
    """Written only where it is told."""


class Index(Model):
    """All files of an exhibit, what was left out, and what is to be known of some of them."""

    v: Version1
    size: int = Field(ge=0)
    files: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Remark, ...] = Field(default=(), exclude_if=lambda remarks: not remarks)
    """Written only where there are any: what was sealed before they were known has the bytes that it had."""


def write_index(index: Index) -> bytes:
    """Its canonical bytes, whose digest the seal statement holds."""
    return dump_bytes(index)


def read_index(data: bytes) -> Index:
    """Read and check an index.

    Raises:
        BadInput: not canonical; an unsafe path; files out of order, overlapping or with gaps.
    """
    index = parse(Index, data, limit=INDEX_LIMIT)
    if _NO_REMARKS in data:  # one index, one text; within a string, each of these quotes would be escaped
        raise BadInput("wire.not_canonical", offset=data.index(_NO_REMARKS))
    return checked(index)


def checked(index: Index) -> Index:
    """The index itself, if it describes one stream and a tree of files that can be written.

    Raises:
        BadInput: as ``read_index``.
    """
    if not index.files:
        raise BadInput("evidence.nothing_there")
    offset = 0
    before = b""
    folders: set[str] = set()
    for entry in index.files:
        check_path(entry.path)
        here = entry.path.encode("utf-8")
        if here <= before:
            raise BadInput("evidence.index_order", path=entry.path)
        if entry.offset != offset:
            raise BadInput("evidence.index_gap", path=entry.path)
        before = here
        offset += entry.size
        parts = entry.path.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
    if index.size != offset:
        raise BadInput("evidence.index_gap", path=index.files[-1].path)
    for entry in index.files:
        if entry.path in folders:
            raise BadInput("evidence.name_collides", path=entry.path)
    return index


def manifest_bytes(index: Index) -> bytes:
    """The bytes of ``manifest-sha256.txt`` (RFC 8493, section 2.1.3), as ``sha256sum -c`` reads it."""
    return "".join(f"{entry.sha256}  {PAYLOAD}{entry.path}\n" for entry in index.files).encode("utf-8")


def check_path(path: str) -> None:
    """Hold a path against the profile.

    Raises:
        BadInput: absolute, climbing, empty or over-long parts, not NFC, a character that a
            manifest would have to escape.
    """
    if len(path.encode("utf-8", "surrogatepass")) > PATH_LIMIT:
        raise BadInput("evidence.unsafe_path", path=safe(path)[:200], what="length")
    parts = path.split("/")
    if "" in parts:
        raise BadInput("evidence.unsafe_path", path=safe(path), what="absolute or empty part")
    if "." in parts or ".." in parts:
        raise BadInput("evidence.unsafe_path", path=safe(path), what="traversal")
    for part in parts:
        if part != spell(part):
            raise BadInput("evidence.unsafe_path", path=safe(path), what="spelling")
        if len(part.encode("utf-8")) > NAME_LIMIT:
            raise BadInput("evidence.unsafe_path", path=safe(path)[:200], what="length")


def spell(name: str) -> str:
    """One part of a path as the profile spells it: NFC, with ``=25`` for ``%`` and so on.

    Escaped are the per cent sign, the backslash, controls, line ends, white space at the end, and
    bytes that are not UTF-8 (given here as lone surrogates, as ``os.fsdecode`` has them).
    """
    if _PLAIN.fullmatch(name):
        return name
    composed = unicodedata.normalize("NFC", name)
    kept = composed.rstrip()
    return "".join(
        letter if at < len(kept) and letter not in _RESERVED and _printable(letter) else _escape(letter)
        for at, letter in enumerate(composed)
    )


def spell_found(name: bytes) -> str:
    """One name as it was found on a disk, spelled so that it can stand in an exhibit.

    Spelling makes a name longer: one that becomes too long keeps its beginning, and ends in a digest of
    its bytes, so that two of them stay two. What was found stands in ``Entry.found_as``.
    """
    spelled = spell(os.fsdecode(name))
    if len(spelled.encode("utf-8")) <= NAME_LIMIT:
        return spelled
    kept = spelled.encode("utf-8")[:_KEPT].decode("utf-8", errors="ignore")
    return spell(f"{kept}~{sha256(name).hexdigest()[:16]}")


def found_as(raw: bytes, path: str) -> str | None:
    """What ``Entry.found_as`` holds: nothing, where the path is what was found."""
    return None if raw == path.encode("utf-8") else b64(raw)


def safe(text: str) -> str:
    """A text that can be shown and put into a model, whatever bytes it came from."""
    return "".join(letter if _printable(letter) else _escape(letter) for letter in text)


def _printable(letter: str) -> bool:
    return unicodedata.category(letter) not in _LINE_ENDS


def _escape(letter: str) -> str:
    code = ord(letter)
    if _FIRST_BYTE <= code <= _LAST_BYTE:
        raw = bytes([code - 0xDC00])
    else:
        raw = letter.encode("utf-8", "surrogatepass")
    return "".join(f"={byte:02X}" for byte in raw)
