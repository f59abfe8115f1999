"""The payload of a package: a stream written as files, and files read as the stream that was sealed.

Promises: small files share blocks: no hand-over and no buffer for each. Written, each is held against its
digest and its size, and synced beside the next ones; large ones go past the page cache (``blockfile``). Read,
each goes through once, from its first byte to its end; its own digest is taken by who reads, that of the
stream and its chunk tree by threads of their own. A link is never followed.

Leaves to others: which files there are, what is told of one that fails (``inspection``), and the names of
the folders, which are durable only when they are synced (``package``).
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from comity import age
from comity.errors import ProofFailed
from comity.evidence.blockfile import BlockFile
from comity.evidence.chunks import SECRET_SIZE, ChunkTrees
from comity.evidence.relay import BLOCK, Relay, Taker

if TYPE_CHECKING:
    from comity.durable import Syncs
    from comity.evidence.index import Entry, Index
    from comity.evidence.seal import SealStatement

SMALL: Final = 8 * BLOCK
"""Bytes up to which a file is written by way of the page cache, and synced beside others."""

_AHEAD: Final = 64
"""Small files that are made before their bytes come: making one can take longer than filling it."""

_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | os.O_CLOEXEC


def write_payload(folder: Path, index: Index, payload: age.ByteSource, syncs: Syncs) -> str:
    """Write all files below ``folder``, and the folders that they need; gives the digest of the stream.

    They are on the disk once ``syncs`` has settled; the names in the folders are the caller's to sync.

    Raises:
        ProofFailed: a file is not what the index says, or the stream is cut or goes on.
        OSError: the disk did not take it; ``FileExistsError``: it takes two of the names for one.
    """
    last = index.files[-1]
    if len(index.files) == 1:  # the file is the stream: hash it only once
        with Relay() as running:
            _write_large(folder / last.path, last, payload, running)
            _ended(payload, last, running)
        return last.sha256
    whole = sha256()
    with closing(_SmallFiles(folder, index.files, syncs)) as small:
        with Relay(whole.update, small.update) as running:
            at = 0
            for entry in filter(_is_large, index.files):
                _hand_on(index, at, entry.offset, payload, running)
                _write_large(folder / entry.path, entry, payload, running)
                at = entry.offset + entry.size
            _hand_on(index, at, index.size, payload, running)
            _ended(payload, last, running)
        small.finish()
    return whole.hexdigest()


def _is_large(entry: Entry) -> bool:
    return entry.size > SMALL


def _ended(payload: age.ByteSource, last: Entry, running: Relay) -> None:
    if age.fill(payload, memoryview(bytearray(1))):
        _refuse(last, "goes on", running)


def _refuse(entry: Entry, what: str, running: Relay) -> NoReturn:
    """Tell a file that is wrong; but first one before it, whose bytes the takers still have."""
    running.settle()
    raise ProofFailed("evidence.payload_wrong", path=entry.path, what=what)


def _write_large(path: Path, entry: Entry, payload: age.ByteSource, running: Relay) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    own = sha256()
    left = entry.size
    with closing(BlockFile(path, own.update, 0o666)) as file:
        while left:
            block = running.lend()
            size = age.fill(payload, block[: min(left, BLOCK)])
            running.send(block, size)
            if not size:
                _refuse(entry, "is cut", running)
            file.write(block[:size])
            left -= size
        file.finish()
    if own.hexdigest() != entry.sha256:
        _refuse(entry, "is another", running)


def _hand_on(index: Index, at: int, end: int, payload: age.ByteSource, running: Relay) -> None:
    """Send the bytes of the stream from ``at`` to ``end``, of files that share blocks."""
    while at < end:
        block = running.lend()
        size = age.fill(payload, block[: min(end - at, BLOCK)])
        running.send(block, size)
        if not size:
            cut = next(entry for entry in index.files if entry.offset + entry.size > at)
            _refuse(cut, "is cut", running)
        at += size


class _SmallFiles:
    """Takes the whole stream, and writes the small files of it; a thread makes them ahead."""

    def __init__(self, folder: Path, entries: Sequence[Entry], syncs: Syncs) -> None:
        self._folder = folder
        self._syncs = syncs
        self._maker = ThreadPoolExecutor(1, "files")
        self._entries = iter(entries)
        self._made: deque[tuple[Entry, Future[int] | None]] = deque()
        self._folders: set[Path] = set()
        self._entry = entries[0]
        self._left = 0
        self._own = sha256()
        self._file: int | None = None

    def update(self, block: memoryview) -> None:
        """Take the next bytes of the stream.

        Raises:
            ProofFailed: a file is not what the index says. OSError: the disk did not take it.
        """
        while block:
            if not self._left:
                self._begin()
            part = block[: self._left]
            self._left -= len(part)
            block = block[len(part) :]
            if self._file is not None:  # else it is of a large file
                self._own.update(part)
                _put(self._file, part)
                if not self._left:
                    self._end(self._file)

    def finish(self) -> None:
        """Write the empty files at the end.

        Raises:
            ProofFailed, OSError: as ``update``.
        """
        self._begin()

    def close(self) -> None:
        """Let go of the files that did not become whole."""
        self._maker.shutdown(cancel_futures=True)
        made = [one for _, one in self._made if one is not None and not one.cancelled()]
        left = [one.result() for one in made if one.exception() is None]
        for file in left if self._file is None else [self._file, *left]:
            os.close(file)

    def _begin(self) -> None:
        """Go to the next file that has bytes, and write the empty ones before it."""
        for entry, made in self._coming():
            self._entry, self._left = entry, entry.size
            if made is None:  # a large one, written by who reads
                return
            self._own = sha256()
            self._file = made.result()
            if self._left:
                return
            self._end(self._file)

    def _coming(self) -> Iterator[tuple[Entry, Future[int] | None]]:
        """The next files, and those that are small in the making."""
        while True:
            for entry in islice(self._entries, _AHEAD - len(self._made)):
                made = None if _is_large(entry) else self._maker.submit(self._make, entry.path)
                self._made.append((entry, made))
            if not self._made:
                return
            yield self._made.popleft()

    def _make(self, name: str) -> int:
        path = self._folder / name
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        return os.open(path, _WRITE, 0o666)

    def _end(self, file: int) -> None:
        if self._own.hexdigest() != self._entry.sha256:
            raise ProofFailed("evidence.payload_wrong", path=self._entry.path, what="is another")
        self._file = None
        self._syncs.take(file)


def _put(file: int, part: memoryview) -> None:
    while part:
        part = part[os.write(file, part) :]


def differing(folder: Path, entries: Iterable[Entry], stream: Stream) -> dict[str, str]:
    """The files below ``folder`` that are not what the index says, for ``stream`` to have all the others.

    By path, and why: ``changed``, or ``unreadable`` where the disk does not give it; the rest is read on.
    """
    found: dict[str, str] = {}
    with Relay(*stream.takers) as running:
        blocks = _Blocks(running)
        for entry in entries:
            what = _fault(f"{folder}{os.sep}{entry.path}", entry, blocks)
            if what is not None:
                found[entry.path] = what
        blocks.end()
    return found


class Stream:
    """The payload as one stream, hashed beside the files: its digest, and its chunk tree."""

    def __init__(self, index: Index) -> None:
        # A file that stands alone is the stream: it is hashed only once.
        self._only = index.files[0].sha256 if len(index.files) == 1 else None
        self._whole = sha256()
        self._trees = ChunkTrees(bytes(SECRET_SIZE))  # without the secret, the plain tree only

    @property
    def takers(self) -> tuple[Taker, ...]:
        """What must have every byte of it."""
        return (self._trees.update,) if self._only is not None else (self._trees.update, self._whole.update)

    def proves(self, statement: SealStatement) -> bool:
        """Whether it is the sealed stream, if no file differed."""
        value = self._whole.hexdigest() if self._only is None else self._only
        return (value, self._trees.finish()[0].hex()) == (statement.sha256, statement.chunk_root)


class _Blocks:
    """Lends room in blocks of the relay, and hands each over when it is full."""

    def __init__(self, running: Relay) -> None:
        self._running = running
        self._block = running.lend()
        self._used = 0

    def room(self) -> memoryview:
        """Where the next bytes go: at least one."""
        if self._used == len(self._block):
            self._running.send(self._block, self._used)
            self._block = self._running.lend()
            self._used = 0
        return self._block[self._used :]

    def filled(self, size: int) -> None:
        self._used += size

    def end(self) -> None:
        self._running.send(self._block, self._used)


def _fault(path: str, entry: Entry, blocks: _Blocks) -> str | None:
    """What a file fails by, if it does; read to its end, or to where it is found to be too long."""
    try:
        file = os.open(path, _READ)
    except OSError as error:
        # A link, or nothing: exchanged since the folder was listed.
        return "changed" if error.errno in (errno.ELOOP, errno.ENOENT) else "unreadable"
    value = sha256()
    total = 0
    try:
        while total <= entry.size:
            room = blocks.room()
            try:
                size = os.readv(file, [room])
            except OSError:
                return "unreadable"
            if not size:
                break
            value.update(room[:size])
            blocks.filled(size)
            total += size
    finally:
        os.close(file)
    return None if total == entry.size and value.hexdigest() == entry.sha256 else "changed"
