"""Rows by the million: a sequence of values that lies compressed in memory, in blocks.

Promises: what is taken out is what was put in, in its order, and is equal to any sequence of equal values. A
row costs what it has of its own (of a file: its digest, above all), whatever the objects that it becomes
would take. One block at a time is opened; who goes from the first to the last opens each once. Nothing is
written to a disk: names of files are as secret as the case.

Leaves to others: what a row is (``index``, ``source``): it gives each block as bytes, and reads it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Generic, TypeVar, overload

T = TypeVar("T")

ROWS: Final = 256
"""Rows of a block, but of the last."""

_LEVEL: Final = 1
"""Of zlib: for files' rows, level 6 takes nearly twice as long and saves a twentieth."""


class Packed(Sequence[T], Generic[T]):
    """Rows that lie packed. ``Packing`` makes them."""

    __slots__ = ("_blocks", "_count", "_read", "_shown")

    def __init__(self, blocks: list[bytes], count: int, read: Callable[[bytes], Sequence[T]]) -> None:
        self._blocks = blocks
        self._count = count
        self._read = read
        self._shown: tuple[int, Sequence[T]] = (-1, ())
        """The block that was opened last. One object, so that threads see a number with its own rows."""

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        for block in self.blocks():
            yield from self._read(block)

    def blocks(self) -> Iterator[bytes]:
        """The bytes of each block, as they were given."""
        for block in self._blocks:
            yield zlib.decompress(block)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        if isinstance(place, slice):
            start, stop, step = place.indices(self._count)
            if step > 0:
                return tuple(islice(iter(self), start, stop, step))
            return tuple(self[number] for number in range(start, stop, step))
        number = place + self._count if place < 0 else place
        if not 0 <= number < self._count:
            raise IndexError(place)
        block, row = divmod(number, ROWS)
        shown, rows = self._shown
        if shown != block:
            rows = self._read(zlib.decompress(self._blocks[block]))
            self._shown = (block, rows)
        return rows[row]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Packed({self._count})"


class Packing(Generic[T]):
    """Rows that are packed as they come. ``write`` makes the bytes of a block, ``read`` the rows again."""

    def __init__(self, write: Callable[[Sequence[T]], bytes], read: Callable[[bytes], Sequence[T]]) -> None:
        self._write = write
        self._read = read
        self._rows: list[T] = []
        self._blocks: list[bytes] = []
        self._count = 0

    def __len__(self) -> int:
        return len(self._rows) + self._count

    def add(self, row: T) -> None:
        """Put a row behind those that are there."""
        self._rows.append(row)
        if len(self._rows) == ROWS:
            self.add_block(self._write(self._rows), ROWS)
            self._rows.clear()

    def extend(self, rows: Iterable[T]) -> None:
        """Put several."""
        for row in rows:
            self.add(row)

    def add_block(self, block: bytes, count: int) -> None:
        """Put a whole block, whose bytes and rows are known; after one of fewer rows, nothing more."""
        self._blocks.append(zlib.compress(block, _LEVEL))
        self._count += count

    def packed(self) -> Packed[T]:
        """What was put in so far; nothing more can be."""
        if self._rows:
            self.add_block(self._write(self._rows), len(self._rows))
            self._rows = []
        return Packed(self._blocks, self._count, self._read)
