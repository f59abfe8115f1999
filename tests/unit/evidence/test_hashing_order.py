"""Two threads that share the hashing, in orders of their steps that no machine would try in years.

Of the two, one goes on at a time, and at each step that they share (a queue, a dictionary, the reading or
filling of a block) a seeded choice says which. A block that is given back is written over at once.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from queue import Empty

import pytest

from comity.evidence import chunks, hashing
from comity.evidence.chunks import ChunkTrees
from comity.evidence.hashing import Hashing

CHUNK = 8
WAIT = 60
"""Seconds after which a thread that waits for its turn has failed."""

ORDERS = 60


class Turns:
    """Whose turn it is: ``reader`` or ``other``."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._often = self._chance.choice([0.03, 0.1, 0.3, 0.5, 0.8])
        self._moved = threading.Condition()
        self._reader = threading.current_thread()
        self._turn = "reader"
        self._waits: dict[str, Callable[[], object]] = {"other": lambda: False}

    def step(self, until: Callable[[], object] = lambda: True) -> None:
        """Before a step: let the other go first, perhaps, and in any case until this one can be done."""
        me = "reader" if threading.current_thread() is self._reader else "other"
        with self._moved:
            self._waits[me] = until
            self._pass_on(me)
            assert self._moved.wait_for(lambda: self._turn in {me, "stuck"}, WAIT)
            assert self._turn != "stuck", "both wait for each other"
            self._waits[me] = lambda: True

    def begin(self) -> None:
        with self._moved:
            self._waits["other"] = lambda: True
        self.step()

    def await_first(self) -> None:
        with self._moved:
            assert self._moved.wait_for(lambda: self._turn != "reader", WAIT)

    def end(self) -> None:
        with self._moved:
            self._waits["other"] = lambda: False
            if self._turn == "other":
                self._turn = "reader"
            self._moved.notify_all()

    def _pass_on(self, me: str) -> None:
        can = [who for who, until in self._waits.items() if until()]
        if self._turn != "stuck":
            others = [who for who in can if who != me]
            changes = me not in can or self._chance.random() < self._often
            self._turn = (others if others and changes else can or ["stuck"])[0]
            if self._turn != me and me in can and not changes:
                self._turn = me
        self._moved.notify_all()


class Queue:
    """A queue whose every use is a step."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.items: deque = deque()

    def put(self, item) -> None:
        self.turns.step()
        self.items.append(item)

    def get(self):
        self.turns.step(lambda: self.items)
        return self.items.popleft()

    def get_nowait(self):
        self.turns.step()
        if not self.items:
            raise Empty
        return self.items.popleft()


class Free(Queue):
    """The free blocks: what is given back is nobody's, and is given back once."""

    def put(self, item: memoryview | None) -> None:
        self.turns.step()
        if item is not None:
            assert not any(one is not None and one.obj is item.obj for one in self.items)
            item[:] = b"\xee" * len(item)
        self.items.append(item)


class Shared(dict):
    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self.turns = turns

    def __setitem__(self, key, value) -> None:
        self.turns.step()
        super().__setitem__(key, value)

    def pop(self, *key):
        self.turns.step()
        return super().pop(*key)

    def popitem(self):
        self.turns.step()
        return super().popitem()


class Thread:
    """The other thread, which takes turns."""

    ident = 1

    def __init__(self, turns: Turns, run: Callable[[], None]) -> None:
        self._turns, self._run = turns, run
        self._thread = threading.Thread(target=self._body, daemon=True)

    def _body(self) -> None:
        self._turns.await_first()
        try:
            self._run()
        finally:
            self._turns.end()

    def start(self) -> None:
        self._thread.start()
        self._turns.begin()

    def join(self) -> None:
        # It ends in steps, each of which waits for the reader to have passed its turn on.
        while self._thread.is_alive():
            self._turns.step(lambda: not self._turns._waits["other"]())
            self._thread.join(0)


@pytest.mark.parametrize(
    ("sizes", "blocks", "settled"),
    [
        ([CHUNK] * 3, 1, ()),
        ([CHUNK] * 5, 3, ()),
        ([CHUNK, CHUNK, 3, 5, CHUNK, CHUNK], 2, ()),
        ([3, CHUNK, CHUNK, CHUNK], 2, (0,)),
        ([0, CHUNK, CHUNK, 0, CHUNK, 1], 2, (0, 2)),
        ([1] * CHUNK + [CHUNK] * 2, 2, (3, 7)),
    ],
)
@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_in_whatever_order_the_two_take_their_steps_the_digests_are_the_same(
    sizes, blocks, settled, monkeypatch
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_SIZE", CHUNK)
    monkeypatch.setattr(hashing, "CHUNK_SIZE", CHUNK)
    for seed in range(ORDERS):
        turns = Turns(seed)

        def leaf(chunk: memoryview, turns=turns) -> bytes:
            value = sha256(b"\x00")
            for half in (chunk[: CHUNK // 2], chunk[CHUNK // 2 :]):
                turns.step()
                value.update(half)
            return value.digest()

        monkeypatch.setattr(hashing, "plain_leaf", leaf)
        told = f"order {seed}"
        found, sent = hashed(turns, sizes, blocks, settled, told)
        trees = ChunkTrees(bytes(32))
        trees.update(sent)
        assert found == (sha256(sent).digest(), len(sent), *trees.finish()), told


def hashed(turns: Turns, sizes, blocks: int, settled, told: str):
    whole, trees, sent = sha256(), ChunkTrees(bytes(32)), b""

    def take(data: memoryview) -> None:
        for half in (data[: len(data) // 2], data[len(data) // 2 :]):
            turns.step()
            whole.update(half)

    running = Hashing(trees, take, blocks=blocks)
    free = Free(turns)
    free.items.extend(running._free.get_nowait() for _ in range(blocks))
    running._free, running._sent = free, Queue(turns)
    running._unhashed, running._twice = Shared(turns), Shared(turns)
    running._thread = Thread(turns, running._run)
    with running:
        for number, wanted in enumerate(sizes):
            block = running.lend()
            data = bytes((len(sent) + at) % 251 for at in range(min(wanted, len(block))))
            block[: len(data)] = data
            running.send(block, len(data))
            turns.step()
            sent += data
            if number in settled:
                running.settle()
                assert whole.digest() == sha256(sent).digest(), told
    assert len(free.items) == blocks + 1, told  # all came back, and the word that the thread ended
    return (whole.digest(), trees.size, *trees.finish()), sent
