"""Lists of flat models: their canonical text (RFC 8785), written and read piece by piece.

Promises: what is written so is what ``wire.dump_bytes`` writes of the whole; what is read is refused wherever
``wire.parse`` would refuse the whole. Of a list, some hundred rows are objects at a time; the others lie
packed.

Leaves to others: what the rows mean, and what stands around the lists (``index``).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Generic, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from comity import age
from comity.errors import BadInput
from comity.evidence.packed import ROWS, Packed, Packing
from comity.wire import Model, decode, dump, encode_rows

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

M = TypeVar("M", bound=Model)

PIECE: Final = 256 * 1024
"""Bytes that are read at once; and of a row at most: one with the longest of paths has fewer."""


_LONG: Final = re.compile(rb"[:,\[][0-9]{16}")
"""A number that may be too large, or else a text that looks like one."""


class Rows(Generic[M]):
    """Rows of one model, whose members are texts, integers and nulls; or ``nested``, where some hold more.

    ``longest``: bytes of a row at most.
    """

    def __init__(self, model: type[M], *, nested: bool = False, longest: int = PIECE) -> None:
        self._model = model
        self._nested = nested
        self.longest = longest
        self._several: TypeAdapter[tuple[M, ...]] = TypeAdapter(tuple[model, ...])  # type: ignore[valid-type]
        optional = {
            name: field.default for name, field in model.model_fields.items() if not field.is_required()
        }
        self._optional: dict[str, object] = optional
        """What is written only where it is told, and what it is elsewhere: every model says so of its own."""
        names = sorted(model.model_fields)
        first = names[: next(at for at, name in enumerate(names) if name not in optional) + 1]
        self.between = re.compile(f'}},{{"(?:{"|".join(first)})":'.encode("ascii"))
        """What stands between two rows, up to the second's first member: in a text, quotes are escaped."""

    def packing(self) -> Packing[M]:
        """To put rows in, one after another."""
        return Packing(self._write, self._read)

    def pack(self, rows: object) -> Packed[M]:
        """Rows, packed.

        Raises:
            TypeError: something else.
        """
        if isinstance(rows, Packed):
            return rows
        packing = self.packing()
        if not isinstance(rows, Iterable):
            raise TypeError(type(rows))
        for row in rows:
            if not isinstance(row, self._model):
                raise TypeError(type(row))
            packing.add(row)
        return packing.packed()

    def blocks(self, rows: Sequence[M]) -> Iterator[bytes]:
        """The text of some rows, as often as there are more: what stands in the list, commas between rows."""
        return self.pack(rows).blocks()

    def text(self, rows: Sequence[M]) -> Iterator[bytes]:
        """All that stands in the list."""
        for number, block in enumerate(self.blocks(rows)):
            yield b"," + block if number else block

    def members(self, rows: Sequence[M]) -> Iterator[list[dict[str, Any]]]:
        """The members of some rows, as often as there are more: for who needs no models."""
        for block in self.blocks(rows):
            yield json.loads(b"[" + block + b"]")

    def read(self, text: bytes) -> None:
        """Hold foreign text of some rows against the model.

        Raises:
            ValidationError: a member that is missing, unknown or of another type; no JSON.
            ValueError: it is not canonical. BadInput: a number that not every reader keeps.
        """
        whole = b"[" + text + b"]"
        if _LONG.search(whole):
            decode(whole, limit=len(whole))
        found = self._several.validate_json(whole, strict=True)
        if self._encoded(found) != whole:
            raise ValueError

    def _write(self, rows: Sequence[M]) -> bytes:
        return self._encoded(rows)[1:-1]

    def _read(self, text: bytes) -> Sequence[M]:
        made_of = self._model.made_of
        if self._nested:
            return self._several.validate_json(b"[" + text + b"]", strict=True)
        rows = json.loads(b"[" + text + b"]")
        if self._optional:
            return [made_of({**self._optional, **members}) for members in rows]
        return [made_of(members) for members in rows]

    def _encoded(self, rows: Sequence[M]) -> bytes:
        optional = self._optional.items()
        if self._nested:
            return encode_rows([dump(row) for row in rows])
        if not optional:
            return encode_rows([row.__dict__ for row in rows])
        members = [
            {name: value for name, value in row.__dict__.items() if (name, value) not in optional}
            for row in rows
        ]
        return encode_rows(members)


class Joined(io.RawIOBase):
    """What comes in pieces, none of them empty, as a stream."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        super().__init__()
        self._pieces = iter(pieces)
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give some bytes; 0 at the end."""
        view = memoryview(buffer).cast("B")
        if not self._ready:
            self._ready = memoryview(next(self._pieces, b""))
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


class Foreign:
    """Text that others wrote, read from its beginning to its end. ``name``: of what it is to be."""

    def __init__(self, source: age.ByteSource, name: str, limit: int) -> None:
        self._source = source
        self._name = name
        self._limit = limit
        self._text = bytearray()
        self._all = False
        self.offset = 0
        """Bytes that were taken off."""
        self.ended_with = b""
        """What followed the list that was read last."""

    def expect(self, words: bytes) -> None:
        """Take off what has to come.

        Raises:
            BadInput: something else comes.
        """
        while len(self._text) < len(words) and self._more():
            pass
        if not self._text.startswith(words):
            self._refuse()
        self._take(len(words))

    def rows(self, rows: Rows[M], name: str, *ends: bytes) -> Packed[M]:
        """Take off the rows of a list, and what follows it: one of ``ends``.

        Raises:
            BadInput: a row that is none, or nothing that ends the list.
        """
        packing = rows.packing()
        if not self._ended(0, ends):
            while True:
                cut, last = self._some(rows, ends)
                text = bytes(self._text[:cut])
                try:
                    rows.read(text)
                except ValueError as error:  # pydantic's is one
                    self._fault(text, error, name, len(packing))
                count = ROWS if not last else len(rows.between.findall(text)) + 1
                packing.add_block(text, count)
                if last:
                    self._ended(cut, ends)
                    break
                self._take(cut + 1)
        return packing.packed()

    def rest(self, limit: int) -> bytes:
        """All that is left.

        Raises:
            BadInput: more than so many bytes.
        """
        while len(self._text) <= limit and self._more():
            pass
        if len(self._text) > limit:
            self._refuse()
        return bytes(self._text)

    def _some(self, rows: Rows[M], ends: Sequence[bytes]) -> tuple[int, bool]:
        """Where the text of ``ROWS`` rows ends, or of all that are left; and whether these are all."""
        while True:
            starts = [match.start() + 1 for match in islice(rows.between.finditer(self._text), ROWS)]
            # Not beyond these rows: after a long one there may be very many more, and they have their turn.
            so_far = starts[-1] if len(starts) == ROWS else len(self._text)
            found = [at for end in ends if (at := self._text.find(b"}" + end, 0, so_far)) >= 0]
            if found:
                return min(found) + 1, True
            if len(starts) == ROWS:
                return so_far, False
            if len(self._text) > len(starts) * PIECE + rows.longest:
                raise BadInput("wire.too_long", size=len(self._text), limit=rows.longest)
            if not self._more():
                self._refuse()

    def _ended(self, at: int, ends: Sequence[bytes]) -> bool:
        longest = max(map(len, ends))
        while len(self._text) < at + longest and self._more():
            pass
        for end in ends:
            if self._text.startswith(end, at):
                self._take(at + len(end))
                self.ended_with = end
                return True
        return False

    def _more(self) -> bool:
        if self._all:
            return False
        piece = bytearray(
            max(PIECE, len(self._text))
        )  # so that a long row is not gone through again and again
        size = age.fill(self._source, memoryview(piece))
        self._all = size < len(piece)
        self._text += piece[:size]
        total = self.offset + len(self._text)
        if total > self._limit:
            raise BadInput("wire.too_long", size=total, limit=self._limit)
        return size > 0

    def _take(self, size: int) -> None:
        del self._text[:size]
        self.offset += size

    def _refuse(self) -> NoReturn:
        """Something stands here that does not belong: say what, as far as it can be told."""
        while not self.offset and len(self._text) < PIECE and self._more():
            pass
        if not self.offset and self._all:  # short, and not begun yet
            decode(bytes(self._text), limit=self._limit)
            raise BadInput("wire.not_the_model", model=self._name, where="(the whole)", what="missing")
        raise BadInput("wire.not_json", offset=self.offset)

    def _fault(self, text: bytes, error: ValueError, name: str, row: int) -> NoReturn:
        try:
            decode(b"[" + text + b"]", limit=self._limit)
        except BadInput as found:
            place = found.arguments.get("offset")
            if isinstance(place, int):
                found.arguments["offset"] = self.offset + place - 1
            raise
        if not isinstance(error, ValidationError):
            raise BadInput("wire.not_canonical", offset=self.offset) from error
        first = error.errors(include_url=False, include_input=False)[0]
        number, *inner = first["loc"] or (0,)
        where = ".".join(str(part) for part in (name, row + int(number), *inner))
        raise BadInput("wire.not_the_model", model=self._name, where=where, what=first["type"]) from error
