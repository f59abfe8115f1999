"""Threads side by side: one reads, each of the others takes every block in its turn.

Promises: blocks reach each taker in order, unchanged, and are lent again when the last has had them:
memory is constant and nothing is copied. What goes wrong in a taker is raised in the reader, at the
latest when it ends; a thread that dies is never taken for one that has done its work. Hashing,
encrypting and writing let go of the interpreter's lock, so that all cores work.

Leaves to others: what is read, and what the takers do with it (``intake``, ``blockfile``).
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from mmap import mmap
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Self

from comity.age import ByteSource, fill
from comity.errors import ComityError

if TYPE_CHECKING:
    from types import TracebackType

BLOCK: Final = 1024 * 1024
"""Bytes of a block: large enough that handing over costs little, small enough to stay in the cache."""

BLOCKS: Final = 8

Taker = Callable[[memoryview], object]
"""Takes all of the bytes it is given, before it returns; it must not keep them."""

_Queue = SimpleQueue[memoryview | None]


class Running(ABC):
    """What works beside its caller: started on entering, ended on leaving, stopped on an error."""

    @abstractmethod
    def start(self) -> None:
        """Start what works beside."""

    @abstractmethod
    def end(self) -> None:
        """Wait until all is done, and raise what went wrong."""

    @abstractmethod
    def stop(self) -> None:
        """End it, whatever became of its work."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.end()
        else:
            self.stop()


class Relay(Running):
    """Hands blocks that it has lent, filled, to the takers, each in a thread of its own.

    ``size``: bytes of a block; each begins at a page of memory, as writing past the page cache asks.
    As a context manager, it starts on entering and ends on leaving.
    """

    def __init__(self, *takers: Taker, blocks: int = BLOCKS, size: int = BLOCK) -> None:
        # A block goes along: from the reader to the first taker, to the next, and back when all are done.
        self._queues: list[_Queue] = [SimpleQueue() for _ in range(len(takers) + 1)]
        self._free = self._queues[-1]
        for _ in range(blocks):
            self._free.put(memoryview(mmap(-1, size)))
        self._blocks = blocks
        self._trouble: ComityError | OSError | None = None
        self._done: list[Taker] = []
        self._ended = [threading.Event() for _ in takers]
        between = zip(self._queues, self._queues[1:], strict=False)
        self._threads = [
            threading.Thread(target=self._run, args=(taker, ended, *ends), name="evidence-relay", daemon=True)
            for taker, ended, ends in zip(takers, self._ended, between, strict=True)
        ]

    def lend(self) -> memoryview:
        """A block to fill; waits for one.

        Raises:
            ComityError, OSError: what a taker raised.
        """
        block = self._free.get()
        if self._trouble is not None:
            raise self._trouble
        if block is None:
            raise RuntimeError("a thread of the relay died")
        return block

    def send(self, block: memoryview, size: int) -> None:
        """Hand over the first ``size`` bytes of a lent block; until one is lent again, it may be read."""
        if size and self._threads:
            self._queues[0].put(block[:size])
        else:
            self._free.put(block)

    def settle(self) -> None:
        """Wait until all takers have had all that was sent; no block may be lent meanwhile.

        Raises:
            ComityError, OSError: what a taker raised.
        """
        for block in [self.lend() for _ in range(self._blocks)]:
            self._free.put(block)

    def start(self) -> None:
        """Start the threads: all of them, or none."""
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:  # whatever it was, nothing half made is left; it goes on to the caller
            self.stop()
            raise

    def end(self) -> None:
        """Wait until the takers have had everything.

        Raises:
            ComityError, OSError: what a taker raised.
        """
        self.stop()
        if self._trouble is not None:
            raise self._trouble
        if len(self._done) != len(self._threads):  # never take half a stream for a whole one
            raise RuntimeError("a thread of the relay died")

    def stop(self) -> None:
        """End the threads, whatever became of their work; all have ended, also where this is interrupted."""
        self._queues[0].put(None)
        interrupted: KeyboardInterrupt | None = None
        for thread, ended in zip(self._threads, self._ended, strict=True):
            if thread.ident is None:
                continue
            # Not by ``join`` alone: interrupted, it takes for ended what is not (CPython, bpo-45274).
            try:
                ended.wait()
            except KeyboardInterrupt as error:
                interrupted = error
                ended.wait()
            thread.join()
        if interrupted is not None:
            raise interrupted

    def _run(self, taker: Taker, ended: threading.Event, incoming: _Queue, onward: _Queue) -> None:
        try:
            self._relay(taker, incoming, onward)
            self._done.append(taker)
        finally:
            onward.put(None)  # whoever waits for a block must not wait for ever
            ended.set()

    def _relay(self, taker: Taker, incoming: _Queue, onward: _Queue) -> None:
        last = onward is self._free
        while (block := incoming.get()) is not None:
            if self._trouble is None:
                try:
                    taker(block)
                except (ComityError, OSError) as error:
                    self._trouble = error
            onward.put(memoryview(block.obj) if last else block)


def spread(src: ByteSource, *takers: Taker) -> None:
    """Read a source to its end in this thread, and give all of it to each taker in a thread of its own.

    Raises:
        ComityError, OSError: what a taker raised, or the source.
    """
    with Relay(*takers) as running:
        while size := fill(src, block := running.lend()):
            running.send(block, size)
