"""ASCII armor of age files: strict PEM with the label ``AGE ENCRYPTED FILE`` (RFC 7468, section 3).

Promises: one spelling of the inside: 64 columns, padded canonical base64, no headers, no blank
lines, no checksum. LF or CRLF end a line; white space alone may stand before and after.

Leaves to others: what is inside. Armor is for mail and paper; large files are kept binary.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from typing import TYPE_CHECKING, Final

from comity.age.header import ByteSink, ByteSource, fill, pour
from comity.errors import BadInput

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = b"-----END AGE ENCRYPTED FILE-----"

_COLUMNS: Final = 64
_LINE_BYTES: Final = 48
_WHITE_LIMIT: Final = 1024
"""Bytes of white space that may stand before or after."""

_TEXT: Final = re.compile(rb"[A-Za-z0-9+/]+={0,2}")


def armor(data: bytes) -> bytes:
    """The armored text of a whole age file."""
    out = io.BytesIO()
    writer = ArmorWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


class ArmorWriter:
    """Armors what is written to it; ``close`` writes the end line and does not close ``dst``."""

    def __init__(self, dst: ByteSink) -> None:
        self._dst = dst
        self._held = bytearray()
        self._open = True
        pour(dst, BEGIN + b"\n")

    def write(self, data: ReadableBuffer) -> int:
        """Take all of ``data``; returns its length in bytes."""
        view = memoryview(data).cast("B")
        self._held += view
        whole = len(self._held) // _LINE_BYTES * _LINE_BYTES
        if whole:
            self._lines(self._held[:whole])
            del self._held[:whole]
        return len(view)

    def close(self) -> None:
        """Write what is held and the end line. Does nothing the second time."""
        if self._open:
            self._open = False
            self._lines(self._held)
            pour(self._dst, END + b"\n")

    def _lines(self, data: bytearray) -> None:
        text = base64.b64encode(data)
        pour(
            self._dst,
            b"".join(text[at : at + _COLUMNS] + b"\n" for at in range(0, len(text), _COLUMNS)),
        )


class ArmorReader(io.RawIOBase):
    """The bytes inside an armored text. Does not close the source."""

    def __init__(self, src: ByteSource) -> None:
        super().__init__()
        self._src = src
        self._block = memoryview(bytearray(8192))
        self._text = b""
        self._ready = b""
        self._number = 0
        self._begun = False
        self._ended = False

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give decoded bytes; 0 at the end.

        Raises:
            BadInput: ``age.armor`` with the fault and the number of the line.
        """
        view = memoryview(buffer).cast("B")
        if not self._ready and not self._ended and len(view):
            self._ready = self._next()
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _next(self) -> bytes:
        if not self._begun:
            self._start()
        line = self._line()
        if line == END:
            self._finish()
            return b""
        if len(line) > _COLUMNS or not _TEXT.fullmatch(line):
            raise self._fault("line")
        try:
            data = base64.b64decode(line, validate=True)
        except binascii.Error as error:
            raise self._fault("base64") from error
        if base64.b64encode(data) != line:
            raise self._fault("base64")
        if len(data) < _LINE_BYTES:  # a short line is the last one
            if self._line() != END:
                raise self._fault("end")
            self._finish()
        return data

    def _start(self) -> None:
        self._begun = True
        white = 0
        while not (line := self._line()).strip(b" \t\r\n"):
            white += len(line) + 1
            if white > _WHITE_LIMIT:
                raise self._fault("white space")
        if line != BEGIN:
            raise self._fault("begin")

    def _finish(self) -> None:
        self._ended = True
        size = fill(self._src, self._block[: _WHITE_LIMIT + 1])
        rest = self._text + bytes(self._block[:size])
        self._text = b""
        if rest.strip(b" \t\r\n") or size > _WHITE_LIMIT:
            raise self._fault("trailing")

    def _line(self) -> bytes:
        """The next line less LF or CRLF; the last one may lack its end."""
        self._number += 1
        while b"\n" not in self._text:
            size = fill(self._src, self._block)
            if not size:
                if not self._text:
                    raise self._fault("end")
                self._text += b"\n"
                break
            self._text += bytes(self._block[:size])
        line, _, self._text = self._text.partition(b"\n")
        if len(line) > _WHITE_LIMIT:
            raise self._fault("line")
        return line.removesuffix(b"\r")

    def _fault(self, what: str) -> BadInput:
        return BadInput("age.armor", what=what, line=self._number)
