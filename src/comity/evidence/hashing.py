"""Hashing beside reading, by two threads of which neither waits while there is work.

What must have the stream in order (the flat digest) goes on in a thread of its own. The leaf of a whole
chunk needs nothing of the chunks before it: whoever has nothing else to do hashes it, the thread after the
flat digest has had the block, or the reader instead of waiting for a block to fill. A reader that slept
there would be woken on the core of the thread that gave the block back, and the other core would idle.

Promises: takers and trees have each byte once, in order, unchanged; memory is constant and nothing is
copied. What goes wrong in a taker is raised in the reader, at the latest when it ends; a thread that dies
is never taken for one that has done its work.

Leaves to others: what is read (``intake``), and threads in a row for what has no such parts (``relay``).
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from mmap import mmap
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from comity.age import ByteSource, fill
from comity.errors import ComityError
from comity.evidence.chunks import CHUNK_SIZE, ChunkTrees, plain_leaf
from comity.evidence.relay import Running

if TYPE_CHECKING:
    from comity.evidence.relay import Taker

BLOCKS: Final = 8
"""Blocks of a chunk each: as far as the reader may be ahead; together they stay in the cache."""


@dataclass(slots=True)
class _Piece:
    """Some bytes of the stream on their way. ``leaf``: of the tree, once it is known."""

    block: memoryview
    data: memoryview
    leaf: bytes | None = None


class Hashing(Running):
    """Lends blocks, takes them back filled, and gives them to ``trees`` and to each of ``takers``.

    A block ends at the latest where a chunk of the stream does. As a context manager, it starts on entering
    and ends on leaving.
    """

    def __init__(self, trees: ChunkTrees, *takers: Taker, blocks: int = BLOCKS) -> None:
        self._trees = trees
        self._takers = takers
        self._free: SimpleQueue[memoryview | None] = SimpleQueue()
        for _ in range(blocks):
            self._free.put(memoryview(mmap(-1, CHUNK_SIZE)))
        self._blocks = blocks
        self._sent: SimpleQueue[tuple[int, _Piece] | None] = SimpleQueue()
        # Dictionaries, because taking a key out of one is atomic: one of the two threads has it.
        self._unhashed: dict[int, _Piece] = {}
        """Whole chunks whose leaf nobody has begun."""
        self._twice: dict[int, bool] = {}
        """Whole chunks of which takers and leaf are both to be done: with the second, the block is free."""
        self._count = 0
        self._size = 0
        self._trouble: ComityError | OSError | None = None
        self._done = False
        self._thread = threading.Thread(target=self._run, name="evidence-hashing", daemon=True)

    def lend(self) -> memoryview:
        """A block to fill, in part or whole.

        Raises:
            ComityError, OSError: what a taker raised.
        """
        while True:
            try:
                block = self._free.get_nowait()
            except Empty:
                if self._help():
                    continue
                block = self._free.get()
            if self._trouble is not None:
                raise self._trouble
            if block is None:
                raise RuntimeError("the thread of a hashing died")
            return block[: CHUNK_SIZE - self._size % CHUNK_SIZE]

    def send(self, block: memoryview, size: int) -> None:
        """Hand over the first ``size`` bytes of a lent block; until one is lent again, it may be read."""
        whole = memoryview(block.obj)
        if not size:
            self._free.put(whole)
            return
        piece = _Piece(whole, whole[:size])
        number, self._count = self._count, self._count + 1
        self._size += size
        if size == CHUNK_SIZE:
            self._twice[number] = True
            self._unhashed[number] = piece
        else:  # its chunk goes on in the next, so the other thread places it at once: after all leaves
            self._help_out()
        self._sent.put((number, piece))

    def settle(self) -> None:
        """Wait until all that was sent is hashed; no block may be lent meanwhile.

        Raises:
            ComityError, OSError: what a taker raised.
        """
        for block in [self.lend() for _ in range(self._blocks)]:
            self._free.put(memoryview(block.obj))

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def end(self) -> None:
        """Wait until all is hashed.

        Raises:
            ComityError, OSError: what a taker raised.
        """
        try:
            self._help_out()
        finally:  # also where it is interrupted: nobody else ends the thread
            self.stop()
        if self._trouble is not None:
            raise self._trouble
        if not self._done:  # never take half a stream for a whole one
            raise RuntimeError("the thread of a hashing died")

    def stop(self) -> None:
        """End the thread, whatever became of its work."""
        self._sent.put(None)
        if self._thread.ident is not None:
            self._thread.join()

    def _help(self) -> bool:
        """In the reader: make one leaf that nobody has begun, the newest; whether there was one."""
        try:
            number, piece = self._unhashed.popitem()
        except KeyError:
            return False
        piece.leaf = plain_leaf(piece.data)
        self._had(number, piece)
        return True

    def _help_out(self) -> None:
        """Make the leaves that nobody has begun; then the other thread has all, or is making the last."""
        while self._help():
            pass

    def _had(self, number: int, piece: _Piece) -> None:
        """One of the two that a whole chunk needs is done; with the second its block is free."""
        if self._twice.pop(number, None) is None:
            self._free.put(piece.block)

    def _run(self) -> None:
        try:
            self._take()
            self._done = True
        finally:
            self._free.put(None)  # the reader must not wait for a block for ever

    def _take(self) -> None:
        awaited: deque[_Piece] = deque()
        while (sent := self._sent.get()) is not None:
            number, piece = sent
            if self._trouble is None:
                try:
                    for take in self._takers:
                        take(piece.data)
                except (ComityError, OSError) as error:
                    self._trouble = error
            if len(piece.data) < CHUNK_SIZE:
                self._place(awaited)
                self._trees.update(piece.data)
                self._free.put(piece.block)
                continue
            awaited.append(piece)
            if self._unhashed.pop(number, None) is not None:
                piece.leaf = plain_leaf(piece.data)
                self._twice.pop(number)
                self._free.put(piece.block)
            else:
                self._had(number, piece)
            self._place(awaited)
        self._place(awaited)

    def _place(self, awaited: deque[_Piece]) -> None:
        while awaited and (leaf := awaited[0].leaf) is not None:
            self._trees.append(leaf)
            awaited.popleft()


def hash_all(src: ByteSource, trees: ChunkTrees, *takers: Taker) -> None:
    """Read a source to its end in this thread, and give all of it to the trees and to each taker beside it.

    Raises:
        ComityError, OSError: what a taker raised, or the source.
    """
    with Hashing(trees, *takers) as running:
        while size := fill(src, block := running.lend()):
            running.send(block, size)
