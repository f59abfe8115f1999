"""A second thread for sealing: one reads and hashes while the other encrypts and writes.

Promises: blocks reach the sink in order, unchanged, and are lent again: memory is constant and
nothing is copied. What goes wrong in the sink is raised in the reader, at the latest when it ends.
Hashing and encrypting let go of the interpreter's lock, so that two cores work.

Leaves to others: what is read, and what the sink does with it (``intake``).
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Self

from comity.age import ByteSink, pour
from comity.errors import ComityError

if TYPE_CHECKING:
    from types import TracebackType

BLOCK: Final = 256 * 1024
"""Bytes of a block: large enough that handing over costs little, small enough to stay in the cache."""

BLOCKS: Final = 6


class Relay:
    """Takes blocks that it has lent, filled, and writes them to ``sink`` in a thread of its own."""

    def __init__(self, sink: ByteSink) -> None:
        self._sink = sink
        self._free: SimpleQueue[memoryview | None] = SimpleQueue()
        self._full: SimpleQueue[memoryview | None] = SimpleQueue()
        for _ in range(BLOCKS):
            self._free.put(memoryview(bytearray(BLOCK)))
        self._trouble: ComityError | OSError | None = None
        self._done = False
        self._thread = threading.Thread(target=self._run, name="evidence-relay", daemon=True)

    def lend(self) -> memoryview:
        """A block to fill; waits for one.

        Raises:
            ComityError, OSError: what the sink raised.
        """
        block = self._free.get()
        if self._trouble is not None:
            raise self._trouble
        if block is None:
            raise RuntimeError("the sealing thread died")
        return block

    def send(self, block: memoryview, size: int) -> None:
        """Hand over the first ``size`` bytes of a lent block; it must not be touched any more."""
        if size:
            self._full.put(block[:size])
        else:
            self._free.put(block)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._full.put(None)
        self._thread.join()
        if kind is None and self._trouble is not None:
            raise self._trouble
        if kind is None and not self._done:  # never take half a stream for a whole one
            raise RuntimeError("the sealing thread died")

    def _run(self) -> None:
        try:
            self._relay()
            self._done = True
        finally:
            self._free.put(None)  # whoever waits for a block must not wait for ever

    def _relay(self) -> None:
        while (block := self._full.get()) is not None:
            if self._trouble is None:
                try:
                    pour(self._sink, block)
                except (ComityError, OSError) as error:
                    self._trouble = error
            whole = block.obj
            self._free.put(memoryview(whole))
