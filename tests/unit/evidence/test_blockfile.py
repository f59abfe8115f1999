"""An object's file: the same bytes past the page cache and through it, or nothing at all."""

from __future__ import annotations

import errno
import fcntl
import io
import itertools
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from blake3 import blake3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from comity import age
from comity.errors import Unavailable
from comity.evidence import FileVault, VaultWriter
from comity.evidence.blockfile import BLOCKS
from comity.evidence.relay import BLOCK, Relay

DATA = bytes(i % 251 for i in range(251 * 40)) * (9 * BLOCK // (251 * 40) + 1)
"""No period of a power of two: a block in the wrong place is seen."""

KEY = age.X25519Identity(bytes(range(32)))
PIECES = [1, 16, 3 * 65552, 70_000, 2 * BLOCK + 5]

on_both = pytest.mark.parametrize("refused", [False, True], ids=["direct", "refused"])
plain_open, plain_pwrite = os.open, os.pwrite


def refuse(path, flags, mode=0o777, **more) -> int:
    """A file system without direct writing: Linux says it when the file is opened."""
    if flags & os.O_DIRECT:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    return plain_open(path, flags, mode, **more)


@pytest.fixture
def vault(tmp_path) -> FileVault:
    return FileVault(tmp_path / "vault")


@pytest.fixture(autouse=True)
def nothing_stays_open() -> Iterator[None]:
    """No handle and no thread outlives a writer, however it ended."""
    before = set(Path("/proc/self/fd").iterdir())
    yield
    assert set(Path("/proc/self/fd").iterdir()) <= before
    assert [one for one in threading.enumerate() if one.name == "evidence-relay"] == []


def files(vault: FileVault) -> list[Path]:
    return [path for path in vault._root.rglob("*") if path.is_file()]


def written(vault: FileVault, size: int, pieces=PIECES) -> str:
    """Write the first bytes of ``DATA`` in pieces of these sizes, in turn; the address."""
    at = 0
    with vault.writer() as writer:
        while at < size:
            for piece in pieces:
                writer.write(memoryview(DATA)[at : min(at + piece, size)])
                at = min(at + piece, size)
        return writer.commit().digest


def write_on(writer: VaultWriter) -> None:
    """More blocks than can be on their way at once, so that one comes back that failed."""
    for _ in range(BLOCKS + 3):
        writer.write(DATA[:BLOCK])


@contextmanager
def direct_writes(monkeypatch) -> Iterator[list[tuple[int, int]]]:
    """Offset and length of what is written past the page cache."""
    seen: list[tuple[int, int]] = []

    def see(descriptor: int, data, offset: int) -> int:
        if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_DIRECT:
            seen.append((offset, len(data)))
        return plain_pwrite(descriptor, data, offset)

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", see)
        yield seen


def takes_direct(folder: Path) -> bool:
    """Whether the file system under the tests writes past the page cache at all."""
    path = folder / "probe"
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_DIRECT))
    except OSError:
        return False
    finally:
        path.unlink(missing_ok=True)
    return True


@on_both
@given(
    blocks=st.integers(0, 7),
    beside=st.sampled_from([-65552, -4096, -513, -1, 0, 1, 511, 4096, 65552]),
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
)
@example(blocks=0, beside=0, pieces=[1])
@example(blocks=1, beside=0, pieces=[BLOCK])
@example(blocks=BLOCKS + 2, beside=0, pieces=[BLOCK])
@settings(max_examples=60, deadline=None)
def test_the_object_is_the_same_whichever_way_it_is_written(refused, blocks, beside, pieces) -> None:
    size = max(0, blocks * BLOCK + beside)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if refused:
            patch.setattr(os, "open", refuse)
        vault = FileVault(Path(folder))
        address = written(vault, size, [max(piece, size // 200) for piece in pieces])
        assert address == blake3(DATA[:size]).hexdigest()
        assert files(vault) == [vault.path(address)]
        assert vault.path(address).read_bytes() == DATA[:size]


@on_both
@given(
    size=st.sampled_from([0, age.CHUNK, BLOCK, 16 * age.SEALED, 3 * BLOCK, 6 * BLOCK]),
    beside=st.integers(-300, 300) | st.sampled_from([-age.CHUNK, age.CHUNK]),
    pieces=st.lists(st.sampled_from([*PIECES, age.CHUNK, BLOCK]), min_size=1, max_size=3),
)
@example(size=0, beside=0, pieces=[1])
@example(size=6 * BLOCK, beside=0, pieces=[BLOCK])
@settings(max_examples=60, deadline=None)
def test_what_is_encrypted_in_place_is_what_is_encrypted_elsewhere(refused, size, beside, pieces) -> None:
    """The end of the age file falls before, on and behind the end of a block, and so does each chunk."""
    size = max(0, size + beside)
    cuts = itertools.accumulate(itertools.cycle([max(piece, size // 200) for piece in pieces]))
    ends = [*itertools.takewhile(lambda end: end < size, cuts), size]
    elsewhere = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        if refused:
            patch.setattr(os, "open", refuse)
        vault = FileVault(Path(folder))
        with vault.writer() as writer:
            for sink in (writer, elsewhere):
                with age.encrypt([KEY.recipient], sink, entropy=bytes) as sealer:
                    for start, end in itertools.pairwise([0, *ends]):
                        sealer.write(memoryview(DATA)[start:end])
            stored = writer.commit()
        assert vault.path(stored.digest).read_bytes() == elsewhere.getvalue()
        assert vault.verify(stored.digest) == stored


def test_whole_blocks_go_past_the_page_cache_and_the_rest_does_not(vault, monkeypatch) -> None:
    if not takes_direct(vault._root):
        pytest.skip("the file system of the tests does not write past the page cache")
    for size, blocks in ((BLOCK - 1, 0), (BLOCK, 0), (BLOCK + 1, 1), (6 * BLOCK, 5), (6 * BLOCK + 9, 6)):
        with direct_writes(monkeypatch) as seen:
            written(vault, size)
        assert seen == [(at * BLOCK, BLOCK) for at in range(blocks)]


def test_a_file_system_in_memory_takes_the_same_object() -> None:
    if not Path("/dev/shm").is_dir():
        pytest.skip("no file system in memory")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        vault = FileVault(Path(folder))
        address = written(vault, 3 * BLOCK + 7)
        assert vault.path(address).read_bytes() == DATA[: 3 * BLOCK + 7]


@pytest.mark.parametrize("what", ["refused", "short"])
def test_a_file_that_opens_for_direct_writing_and_does_not_write_so(vault, monkeypatch, what) -> None:
    """Some file systems say so only when written to; and after a short write nothing is aligned."""
    refusals = []

    def pwrite(descriptor: int, data, offset: int) -> int:
        if not fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_DIRECT:
            return plain_pwrite(descriptor, data, offset)
        if what == "short" and offset == 2 * BLOCK:
            os.pwrite = plain_pwrite  # from here on the kernel itself says what it thinks of it
            return plain_pwrite(descriptor, data[:512], offset) - 12
        if what == "refused":
            refusals.append(offset)
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return plain_pwrite(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    address = written(vault, 5 * BLOCK + 7)
    monkeypatch.undo()
    assert vault.path(address).read_bytes() == DATA[: 5 * BLOCK + 7]
    assert len(refusals) == (what == "refused")  # it is not asked again


@on_both
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize("block", [0, 3, 5])
def test_a_disk_that_fails_in_between_leaves_nothing(vault, monkeypatch, refused, code, block) -> None:
    """In the first block, in a later one, and in the rest that ``commit`` writes."""

    def fail(descriptor: int, data, offset: int) -> int:
        if offset >= block * BLOCK:
            raise OSError(code, os.strerror(code))
        return plain_pwrite(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", fail)
    if refused:
        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unavailable) as caught:
        written(vault, 5 * BLOCK + 7)
    assert caught.value.arguments["reason"] == os.strerror(code)
    assert files(vault) == []


def test_a_disk_that_takes_nothing_is_not_asked_for_ever(vault, monkeypatch) -> None:
    monkeypatch.setattr(os, "pwrite", lambda *_: 0)
    for size in (7, 3 * BLOCK):
        with pytest.raises(Unavailable):
            written(vault, size)
        assert files(vault) == []


@on_both
def test_a_failed_sync_leaves_nothing_and_is_not_tried_again(vault, monkeypatch, refused) -> None:
    calls = []

    def fail(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fail)
    if refused:
        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(Unavailable):
        written(vault, 5 * BLOCK + 7)
    assert len(calls) == 1
    assert files(vault) == []


def test_no_second_handle_to_be_had_is_said(vault, monkeypatch) -> None:
    def fail(path, flags, mode=0o777, **more) -> int:
        if flags & os.O_DIRECT:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return plain_open(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(Unavailable):
        written(vault, 5 * BLOCK)
    assert files(vault) == []


def test_a_fault_of_the_disk_is_raised_while_more_is_written(vault, monkeypatch) -> None:
    def fail(descriptor: int, data, offset: int) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "pwrite", fail)
    with vault.writer() as writer, pytest.raises(Unavailable):
        write_on(writer)
    assert files(vault) == []


def test_a_fault_of_the_disk_is_not_lost_on_one_who_goes_on(vault, monkeypatch) -> None:
    """Who catches the error and commits all the same gets it again, and never an object."""
    refusals = []

    def fail(descriptor: int, data, offset: int) -> int:
        if not refusals:
            refusals.append(offset)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return plain_pwrite(descriptor, data, offset)

    monkeypatch.setattr(os, "pwrite", fail)
    with vault.writer() as writer:
        with pytest.raises(Unavailable):
            write_on(writer)
        with pytest.raises(Unavailable):
            writer.commit()
        with pytest.raises(ValueError, match="closed"):
            writer.commit()
    assert files(vault) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("blocks", [2, BLOCKS + 3])
def test_a_thread_that_dies_never_leaves_half_an_object(vault, monkeypatch, blocks) -> None:
    def die(descriptor: int, data, offset: int) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(os, "pwrite", die)
    with pytest.raises(RuntimeError, match="died"):
        written(vault, blocks * BLOCK)
    assert files(vault) == []


def test_an_interruption_while_the_last_blocks_are_waited_for_leaves_nothing(vault, monkeypatch) -> None:
    """Nothing is closed under the thread that writes, and it ends."""

    def interrupted(_: Relay) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Relay, "end", interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(vault, 3 * BLOCK)
    assert files(vault) == []


def test_a_writer_that_is_left_in_between_leaves_nothing(vault) -> None:
    with vault.writer() as writer:
        writer.write(DATA[: 6 * BLOCK + 1])
        assert len(files(vault)) == 1
    assert files(vault) == []
