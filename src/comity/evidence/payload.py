"""The payload of a package, read file after file and held against the index and the seal.

Promises: each file is read once, from its first byte to its end, into blocks that small files share: no
hand-over and no buffer for each. Its own digest is taken by who reads; the digest of the stream that all of
them make, and its chunk tree, beside that, by threads of their own. A link is never followed.

Leaves to others: which files there are, and what is told of one that fails (``inspection``).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from comity.evidence.chunks import SECRET_SIZE, ChunkTrees
from comity.evidence.relay import Relay, Taker

if TYPE_CHECKING:
    from pathlib import Path

    from comity.evidence.index import Entry, Index
    from comity.evidence.seal import SealStatement

_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def differing(folder: Path, entries: Iterable[Entry], stream: Stream) -> list[Entry]:
    """The files below ``folder`` that are not what the index says, for ``stream`` to have all the others.

    Raises:
        OSError: one cannot be opened or read.
    """
    with Relay(*stream.takers) as running:
        blocks = _Blocks(running)
        found = [entry for entry in entries if not _same(f"{folder}{os.sep}{entry.path}", entry, blocks)]
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


def _same(path: str, entry: Entry, blocks: _Blocks) -> bool:
    """Whether a file is what the index says; read to its end, or to where it is found to be too long."""
    try:
        file = os.open(path, _READ)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOENT):  # exchanged since the folder was listed
            return False
        raise
    value = sha256()
    total = 0
    try:
        while total <= entry.size:
            room = blocks.room()
            size = os.readv(file, [room])
            if not size:
                break
            value.update(room[:size])
            blocks.filled(size)
            total += size
    finally:
        os.close(file)
    return total == entry.size and value.hexdigest() == entry.sha256
