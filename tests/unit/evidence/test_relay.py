"""Threads beside the reader: each has every byte once and in order, and no failure passes for an end."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.evidence import spread
from comity.evidence.relay import BLOCK, BLOCKS, Relay


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert [one for one in threading.enumerate() if one.name == "evidence-relay"] == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 11 * BLOCK), st.integers(0, 3), st.binary(min_size=1, max_size=30))
@example(0, 2, b"-")
@example(BLOCK, 2, b"-")
@example((BLOCKS + 1) * BLOCK, 2, b"abc")
def test_each_taker_has_all_bytes_in_order(size: int, takers: int, seed: bytes) -> None:
    data = (seed * (size // len(seed) + 1))[:size]
    hashes = [sha256() for _ in range(takers)]
    spread(io.BytesIO(data), *(one.update for one in hashes))
    assert {one.digest() for one in hashes} <= {sha256(data).digest()}


def test_a_slow_taker_is_waited_for_and_nothing_is_overwritten() -> None:
    """The blocks are few and used again: the reader must not run over one that is not yet taken."""
    data = b"".join(bytes([n]) * BLOCK for n in range(3 * BLOCKS))
    seen = []

    def slow(block: memoryview) -> None:
        first = block[0]
        time.sleep(0)  # let the reader run
        seen.append((first, block[0], block[-1]))

    spread(io.BytesIO(data), slow, lambda _: None)
    assert seen == [(n, n, n) for n in range(3 * BLOCKS)]


def test_what_was_sent_has_been_taken_once_it_has_settled() -> None:
    digest, last = sha256(), sha256()
    with Relay(digest.update, last.update) as running:
        for n in range(3 * BLOCKS):
            block = running.lend()
            block[:] = bytes([n]) * BLOCK
            running.send(block, BLOCK)
            if n % BLOCKS == 1:
                running.settle()
                told = sha256(b"".join(bytes([m]) * BLOCK for m in range(n + 1))).digest()
                assert (digest.digest(), last.digest()) == (told, told)


def test_without_takers_blocks_come_back_whole() -> None:
    with Relay() as running:
        for _ in range(2 * BLOCKS):
            block = running.lend()
            assert len(block) == BLOCK
            running.send(block, 10)


def test_a_thread_that_cannot_be_had_leaves_no_other_behind(monkeypatch) -> None:
    start, started = threading.Thread.start, []

    def scarce(thread: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    with pytest.raises(RuntimeError, match="new thread"):
        spread(io.BytesIO(b"x"), sha256().update, sha256().update)
    assert len(started) == 1


def test_an_interruption_waits_for_all_threads_before_it_is_raised(monkeypatch) -> None:
    """Whoever is interrupted closes what the threads write to: none may be at work then."""
    go, taken = threading.Event(), []

    def held(block: memoryview) -> None:
        assert go.wait(60)
        taken.append(len(block))

    running = Relay(held, held, blocks=3)
    wait = running._ended[0].wait

    def interrupted() -> bool:
        if not go.is_set():
            go.set()
            raise KeyboardInterrupt
        return wait()

    monkeypatch.setattr(running._ended[0], "wait", interrupted)
    running.start()
    for _ in range(3):
        running.send(running.lend(), BLOCK)
    with pytest.raises(KeyboardInterrupt):
        running.end()
    assert taken == [BLOCK] * 6


def test_the_second_of_two_takers_is_heard_too() -> None:
    with pytest.raises(OSError, match="No space"):
        spread(io.BytesIO(bytes(50 * BLOCK)), sha256().update, Broken(OSError(28, "No space"), BLOCK).take)


def test_a_source_that_fails_is_told_as_it_is() -> None:
    class Failing(io.RawIOBase):
        def readinto(self, buffer) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        spread(Failing(), sha256().update)


class Broken:
    """A taker that fails after some bytes."""

    def __init__(self, error: BaseException, after: int) -> None:
        self.error, self.left = error, after

    def take(self, data) -> int:
        self.left -= len(data)
        if self.left < 0:
            raise self.error
        return len(data)


@pytest.mark.parametrize("blocks", [1, 50])
def test_what_goes_wrong_while_sealing_is_raised_while_reading(blocks: int) -> None:
    """Also at the very end, and without waiting for ever."""
    relay = Relay(Broken(OSError(28, "No space left on device"), 100).take)
    with pytest.raises(OSError, match="No space"):
        push(relay, blocks)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("blocks", [1, 50])
def test_a_fault_of_the_program_while_sealing_never_passes_for_the_end(blocks: int) -> None:
    with pytest.raises(RuntimeError, match="died"):
        push(Relay(Broken(ZeroDivisionError(), 100).take), blocks)


def push(relay: Relay, blocks: int) -> None:
    with relay:
        for _ in range(blocks):
            relay.send(relay.lend(), 1000)
