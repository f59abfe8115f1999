"""The textual header of an age file: stanzas that wrap the file key, and the MAC over them.

Promises: the parser takes exactly the ABNF of C2SP ``age.md`` and nothing else: bare LF, canonical
unpadded base64, 64 columns, a short last line in each stanza. The MAC is checked over the very bytes
that were read, never over a header written anew. A header is bounded, so that a hostile one costs
little memory.

Leaves to others: what a stanza means (``x25519``, ``hybrid``, ``scrypt``), and the payload.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import io
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.errors import BadInput, ProofFailed

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

VERSION_LINE: Final = b"age-encryption.org/v1\n"
FILE_KEY_SIZE: Final = 16
"""Bytes of a file key (128 bit)."""

COLUMNS: Final = 64
HEADER_LIMIT: Final = 256 * 1024
"""Bytes of a whole header: some hundred hybrid recipients."""

LINE_LIMIT: Final = 8192
"""Bytes of one line: an ``mlkem768x25519`` argument line has 1,511."""

_ARGUMENT_LINE: Final = re.compile(rb"-> [\x21-\x7e]+( [\x21-\x7e]+)*")
_MAC_LINE: Final = re.compile(rb"--- ([A-Za-z0-9+/]{43})")


class ByteSource(Protocol):
    """What can be read from: any binary file, ``io.BytesIO``, a reader of this room."""

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:
        """Read at most ``len(buffer)`` bytes into it; 0 at the end."""
        ...


class ByteSink(Protocol):
    """What can be written to: any binary file, ``io.BytesIO``, a writer of this room."""

    def write(self, data: bytes | bytearray | memoryview, /) -> int | None:
        """Write; say how many bytes were taken."""
        ...


@dataclass(frozen=True, slots=True)
class Stanza:
    """One recipient stanza: its type, its further arguments, its body."""

    type: str
    arguments: tuple[str, ...]
    body: bytes

    def format(self) -> bytes:
        """The stanza's lines."""
        text = raw_b64(self.body).encode("ascii")
        lines = [text[at : at + COLUMNS] for at in range(0, len(text) + 1, COLUMNS)]
        return b"".join(
            line + b"\n" for line in [" ".join(["->", self.type, *self.arguments]).encode("ascii"), *lines]
        )


@dataclass(frozen=True, slots=True)
class Header:
    """A header as read: its stanzas, its MAC, and the bytes that the MAC covers."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes

    @property
    def size(self) -> int:
        """Bytes of the whole header, up to the start of the payload's nonce."""
        return len(self.covered) + len(" \n") + len(raw_b64(self.mac))

    def check(self, file_key: bytes) -> None:
        """Check the MAC under the unwrapped file key.

        Raises:
            ProofFailed: the header is not the one that its writer made.
        """
        if not hmac.compare_digest(_mac(file_key, self.covered), self.mac):
            raise ProofFailed("age.header_mac")


def write_header(stanzas: list[Stanza], file_key: bytes) -> bytes:
    """The bytes of a header with its MAC."""
    covered = VERSION_LINE + b"".join(stanza.format() for stanza in stanzas) + b"---"
    return covered + b" " + raw_b64(_mac(file_key, covered)).encode("ascii") + b"\n"


def read_header(src: ByteSource) -> Header:
    """Read a header, and not one byte more.

    Raises:
        BadInput: ``age.header`` with the fault and the number of the line.
    """
    reader = _Lines(src)
    if reader.line() + b"\n" != VERSION_LINE:
        raise BadInput("age.header", what="version", line=1)
    stanzas: list[Stanza] = []
    while True:
        before = len(reader.seen)
        line = reader.line()
        if line.startswith(b"---"):
            match = _MAC_LINE.fullmatch(line)
            if match is None or not stanzas:
                raise reader.fault("mac" if stanzas else "stanzas")
            mac = unraw_b64(match[1].decode("ascii"))
            if mac is None:
                raise reader.fault("mac")
            return Header(tuple(stanzas), mac, bytes(reader.seen[: before + 3]))
        stanzas.append(_stanza(reader, line))


def derive(ikm: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 to 32 bytes (RFC 5869), as every key of the format is derived."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(ikm)


def raw_b64(data: bytes) -> str:
    """Base64 without padding (RFC 4648, section 4)."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def unraw_b64(text: str) -> bytes | None:
    """Read base64 without padding in its canonical spelling; ``None`` for any other."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if raw_b64(data) == text else None


def fill(src: ByteSource, view: memoryview) -> int:
    """Read until ``view`` is full or the source ends; how many bytes were read.

    Raises:
        BlockingIOError: the source has no bytes *now*: that is not its end.
    """
    done = 0
    while done < len(view):
        count = src.readinto(view[done:])
        if count is None:
            raise BlockingIOError
        if not count:
            break
        done += count
    return done


def pour(dst: ByteSink, data: ReadableBuffer) -> None:
    """Write all of ``data``, also to a raw file that takes it piece by piece."""
    view = memoryview(data)
    while view:
        count = dst.write(view)
        if count is None:
            raise BlockingIOError
        view = view[count:]


class _Lines:
    """Lines of a header, read byte by byte: what follows the header belongs to others."""

    def __init__(self, src: ByteSource) -> None:
        self._src = src
        self._one = bytearray(1)
        self.seen = bytearray()
        self.number = 0

    def line(self) -> bytes:
        """The next line, less its LF."""
        self.number += 1
        start = len(self.seen)
        if isinstance(self._src, io.BytesIO):  # nothing is lost by reading a line at once
            piece = self._src.readline(LINE_LIMIT + 1)
            self.seen += piece
            text = piece.removesuffix(b"\n")
            if len(text) > LINE_LIMIT or start + len(text) > HEADER_LIMIT:
                raise self.fault("length")
            if len(text) == len(piece):
                raise self.fault("end")
            return text
        while self._src.readinto(self._one):
            self.seen += self._one
            if self._one == b"\n":
                return bytes(self.seen[start:-1])
            if len(self.seen) - start > LINE_LIMIT or len(self.seen) > HEADER_LIMIT:
                raise self.fault("length")
        raise self.fault("end")

    def fault(self, what: str) -> BadInput:
        """The error that names this line."""
        return BadInput("age.header", what=what, line=self.number)


def _stanza(reader: _Lines, line: bytes) -> Stanza:
    if not _ARGUMENT_LINE.fullmatch(line):
        raise reader.fault("arguments")
    kind, *arguments = line[3:].decode("ascii").split(" ")
    text = ""
    while True:
        piece = reader.line()
        if len(piece) > COLUMNS:
            raise reader.fault("columns")
        try:
            text += piece.decode("ascii")
        except UnicodeDecodeError as error:
            raise reader.fault("body") from error
        if len(piece) < COLUMNS:
            break
    body = unraw_b64(text)
    if body is None:
        raise reader.fault("body")
    return Stanza(kind, tuple(arguments), body)


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", b"header"), covered, sha256)
