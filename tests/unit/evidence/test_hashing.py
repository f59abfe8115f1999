"""Two threads that share the hashing: each byte once and in order, whoever makes a leaf."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity.errors import ComityError
from comity.evidence.chunks import CHUNK_SIZE, ChunkTrees
from comity.evidence.hashing import BLOCKS, Hashing, hash_all

SECRET = bytes(32)
WAIT = 60
"""Seconds after which a test that waits for another thread has failed."""


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert [one for one in threading.enumerate() if one.name == "evidence-hashing"] == []


def bytes_of(size: int) -> bytes:
    """Chunks that differ from each other."""
    return b"".join(bytes([n % 251]) * CHUNK_SIZE for n in range(-(-size // CHUNK_SIZE)))[:size]


def roots(data: bytes) -> tuple[bytes, bytes]:
    trees = ChunkTrees(SECRET)
    trees.update(data)
    return trees.finish()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 20 * CHUNK_SIZE), st.lists(st.integers(1, CHUNK_SIZE), max_size=6))
@example(0, [])
@example(CHUNK_SIZE, [])
@example(3 * CHUNK_SIZE, [CHUNK_SIZE - 1, 1, 1])
def test_the_digest_and_both_trees_are_those_of_one_thread(size: int, short: list[int]) -> None:
    """Also where blocks are handed over before they are full, and the chunk goes on in the next."""
    data = bytes_of(size)
    source, whole, trees = io.BytesIO(data), sha256(), ChunkTrees(SECRET)
    with Hashing(trees, whole.update) as running:
        while True:
            block = running.lend()
            count = source.readinto(block[: short.pop()] if short else block)
            running.send(block, count)
            if not count:
                break
    assert (whole.digest(), trees.size) == (sha256(data).digest(), size)
    assert trees.finish() == roots(data)


@pytest.mark.parametrize("chunks", [1, BLOCKS, BLOCKS + 1, 3 * BLOCKS])
def test_a_reader_that_would_wait_makes_the_leaves(chunks: int, monkeypatch) -> None:
    """The taker is held until as many leaves as can be are the reader's; no block is given back too early."""
    mine, go = [], threading.Event()
    reader = threading.current_thread()

    def leaf(chunk: memoryview) -> bytes:
        if threading.current_thread() is reader:
            mine.append(bytes(chunk[:1]))
            if len(mine) == min(chunks, BLOCKS):
                go.set()
        return sha256(b"\x00" + chunk).digest()

    def held(_: memoryview) -> None:
        assert go.wait(WAIT)

    monkeypatch.setattr("comity.evidence.hashing.plain_leaf", leaf)
    data = bytes_of(chunks * CHUNK_SIZE)
    whole, trees = sha256(), ChunkTrees(SECRET)
    hash_all(io.BytesIO(data), trees, held, whole.update)
    assert len(mine) >= min(chunks, BLOCKS)
    assert (whole.digest(), *trees.finish()) == (sha256(data).digest(), *roots(data))


def test_a_reader_that_is_slow_makes_none(monkeypatch) -> None:
    """The other thread makes the leaf after the digest, while the block is in its cache."""
    by = []
    made = threading.Semaphore(0)

    def leaf(chunk: memoryview) -> bytes:
        by.append(threading.current_thread().name)
        made.release()
        return sha256(b"\x00" + chunk).digest()

    monkeypatch.setattr("comity.evidence.hashing.plain_leaf", leaf)
    trees = ChunkTrees(SECRET)
    with Hashing(trees) as running:
        for _ in range(3):
            running.send(running.lend(), CHUNK_SIZE)
            assert made.acquire(timeout=WAIT)
    assert by == ["evidence-hashing"] * 3
    assert trees.finish() == roots(bytes(3 * CHUNK_SIZE))


def test_what_was_sent_is_hashed_once_it_has_settled() -> None:
    whole = sha256()
    with Hashing(ChunkTrees(SECRET), whole.update) as running:
        sent = b""
        for n in range(3 * BLOCKS):
            block = running.lend()
            size = len(block) - (n % 3 == 1)
            block[:size] = bytes([n]) * size
            running.send(block, size)
            sent += bytes([n]) * size
            if n % 5 == 1:
                running.settle()
                assert whole.digest() == sha256(sent).digest()


class Broken:
    """A taker that fails after some bytes."""

    def __init__(self, error: BaseException, after: int) -> None:
        self.error, self.left = error, after

    def take(self, data: memoryview) -> None:
        self.left -= len(data)
        if self.left < 0:
            raise self.error


@pytest.mark.parametrize("size", [1000, CHUNK_SIZE])
@pytest.mark.parametrize("blocks", [1, 50])
def test_what_goes_wrong_in_a_taker_is_raised_in_the_reader(blocks: int, size: int) -> None:
    for error in (OSError(28, "No space left on device"), ComityError("evidence.stream_wrong")):
        with pytest.raises(type(error)) as told:
            push(Hashing(ChunkTrees(SECRET), Broken(error, 100).take), blocks, size)
        assert told.value is error


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("size", [1000, CHUNK_SIZE])
@pytest.mark.parametrize("blocks", [1, 50])
def test_a_fault_of_the_program_never_passes_for_the_end(blocks: int, size: int) -> None:
    with pytest.raises(RuntimeError, match="died"):
        push(Hashing(ChunkTrees(SECRET), Broken(ZeroDivisionError(), 100).take), blocks, size)


def push(hashing: Hashing, blocks: int, size: int) -> None:
    with hashing:
        for _ in range(blocks):
            block = hashing.lend()
            hashing.send(block, min(size, len(block)))


def test_a_source_that_fails_is_told_as_it_is() -> None:
    class Failing(io.RawIOBase):
        def readinto(self, buffer) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        hash_all(Failing(), ChunkTrees(SECRET))


def test_a_reader_that_is_interrupted_in_its_last_leaves_leaves_no_thread(monkeypatch) -> None:
    go, reader = threading.Event(), threading.current_thread()

    def leaf(_: memoryview) -> bytes:
        go.set()
        if threading.current_thread() is reader:
            raise KeyboardInterrupt
        return bytes(32)

    def held(_: memoryview) -> None:
        assert go.wait(WAIT)

    monkeypatch.setattr("comity.evidence.hashing.plain_leaf", leaf)
    with pytest.raises(KeyboardInterrupt):
        push(Hashing(ChunkTrees(SECRET), held), 2, CHUNK_SIZE)


def test_a_leaf_within_a_chunk_is_refused() -> None:
    trees = ChunkTrees(SECRET)
    trees.update(b"begun")
    with pytest.raises(ValueError, match="within"):
        trees.append(bytes(32))
