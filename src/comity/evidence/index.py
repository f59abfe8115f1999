"""The index of an exhibit: which files its one stream is made of, and what was left out.

Promises: paths are relative, POSIX, NFC, and can be written into a BagIt manifest and read back by
``sha256sum`` without any escape. A name that cannot be is spelled anew, and the bytes found are
kept beside it. Files stand in the order of their paths' UTF-8 bytes and follow each other without a gap.

An index is written and read piece by piece, and lies packed in memory, however many files it has.

Leaves to others: reading the files (``source``, ``intake``), writing them (``package``); the text of rows
(``rows``).
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import Field, PlainSerializer, PlainValidator

from comity.age import ByteSource
from comity.errors import BadInput
from comity.evidence.names import Digest
from comity.evidence.rows import Foreign, Rows
from comity.wire import Model, Version1, b64, parse

INDEX_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of an index: about a million files."""

NAME_LIMIT: Final = 255
PATH_LIMIT: Final = 4000
"""Bytes of one name, and of a path: what file systems take."""

PAYLOAD: Final = "data/"
"""Where BagIt (RFC 8493, section 2.1.2) keeps the payload."""

_PLAIN: Final = re.compile(r"[!-$&-.0-\[\]-~](?:[ -$&-.0-\[\]-~]*[!-$&-.0-\[\]-~])?")
"""Names that are spelled as they are, told at a glance: nearly all. A test holds it against the rest."""

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


ENTRIES: Final = Rows(Entry)
LEFT_OUT: Final = Rows(LeftOut)
REMARKS: Final = Rows(Remark)


class Index(Model):
    """All files of an exhibit, what was left out, and what is to be known of some of them.

    Each of the three lies packed (``packed``), whatever it is given as.
    """

    v: Version1
    size: int = Field(ge=0)
    files: Annotated[Sequence[Entry], PlainValidator(ENTRIES.pack), PlainSerializer(list)]
    left_out: Annotated[Sequence[LeftOut], PlainValidator(LEFT_OUT.pack), PlainSerializer(list)]
    remarks: Annotated[Sequence[Remark], PlainValidator(REMARKS.pack), PlainSerializer(list)] = Field(
        default=(), exclude_if=lambda remarks: not remarks
    )
    """Written only where there are any: what was sealed before they were known has the bytes that it had."""


class _Rest(Model):
    """What follows the lists."""

    size: int = Field(ge=0)
    v: Version1


_FILES: Final = b'{"files":['
_THEN_LEFT_OUT: Final = b'],"left_out":['
_THEN_REMARKS: Final = b'],"remarks":['
_THEN_REST: Final = b'],"size":'
_REST_LIMIT: Final = 100


def index_text(index: Index) -> Iterator[bytes]:
    """Its canonical bytes piece by piece; the seal statement holds their digest."""
    yield _FILES
    yield from ENTRIES.text(index.files)
    yield _THEN_LEFT_OUT
    yield from LEFT_OUT.text(index.left_out)
    if index.remarks:
        yield _THEN_REMARKS
        yield from REMARKS.text(index.remarks)
    yield b'],"size":%d,"v":%d}' % (index.size, index.v)


def write_index(index: Index) -> bytes:
    """Its canonical bytes in one piece."""
    return b"".join(index_text(index))


def read_index(data: bytes | ByteSource) -> Index:
    """Read and check an index, in one piece or as it comes.

    Raises:
        BadInput: not canonical; an unsafe path; files out of order, overlapping or with gaps.
    """
    text = Foreign(io.BytesIO(data) if isinstance(data, bytes) else data, "Index", INDEX_LIMIT)
    text.expect(_FILES)
    files = text.rows(ENTRIES, "files", _THEN_LEFT_OUT)
    left_out = text.rows(LEFT_OUT, "left_out", _THEN_REMARKS, _THEN_REST)
    remarks: Sequence[Remark] = ()
    if text.ended_with == _THEN_REMARKS:
        remarks = text.rows(REMARKS, "remarks", _THEN_REST)
        if not remarks:  # one index, one text
            raise BadInput("wire.not_canonical", offset=text.offset)
    rest = parse(_Rest, b'{"size":' + text.rest(_REST_LIMIT), limit=2 * _REST_LIMIT)
    return checked(Index(v=rest.v, size=rest.size, files=files, left_out=left_out, remarks=remarks))


def checked(index: Index) -> Index:
    """The index itself, if it describes one stream and a tree of files that can be written.

    Raises:
        BadInput: as ``read_index``.
    """
    if not index.files:
        raise BadInput("evidence.nothing_there")
    offset = 0
    before = b""
    path = ""
    above: list[str] = []
    """Files whose paths the present one begins with: what begins alike stands together."""
    for entry in index.files:
        path = entry.path
        check_path(path)
        here = path.encode("utf-8")
        if here <= before:
            raise BadInput("evidence.index_order", path=path)
        if entry.offset != offset:
            raise BadInput("evidence.index_gap", path=path)
        while above and not path.startswith(above[-1]):
            above.pop()
        for file in above:
            if path[len(file)] == "/":
                raise BadInput("evidence.name_collides", path=file)
        above.append(path)
        before = here
        offset += entry.size
    if index.size != offset:
        raise BadInput("evidence.index_gap", path=path)
    return index


def manifest_text(index: Index) -> Iterator[bytes]:
    """``manifest-sha256.txt`` (RFC 8493, section 2.1.3), as ``sha256sum -c`` reads it, piece by piece."""
    for rows in ENTRIES.members(index.files):
        yield "".join([f"{row['sha256']}  {PAYLOAD}{row['path']}\n" for row in rows]).encode("utf-8")


def manifest_bytes(index: Index) -> bytes:
    """The same in one piece."""
    return b"".join(manifest_text(index))


def digest_of(pieces: Iterable[bytes]) -> str:
    """SHA-256 of what comes in pieces, in hexadecimal."""
    value = sha256()
    for piece in pieces:
        value.update(piece)
    return value.hexdigest()


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
