"""A new file written in whole blocks, past the page cache where the file system allows it.

Promises: the same bytes whichever way they go, and all of them on the disk when ``finish`` returns.
The blocks of a large file go to the disk directly (``O_DIRECT``), in a thread of its own that waits for
the disk while others compute: filling the page cache with what nobody reads soon costs as much as hashing
it. What makes no whole block, and each file on a file system that refuses, goes the ordinary way. A
thread that fails or dies is found by ``finish``, at the latest.

Leaves to others: names, digests, the sync of the folder (``vault``), and ``OSError``, which comes as it is.
"""

from __future__ import annotations

import errno
import os
from io import FileIO
from mmap import mmap
from typing import TYPE_CHECKING, Final

from comity.age import SEALED
from comity.evidence.relay import BLOCK, Relay, Taker

if TYPE_CHECKING:
    from pathlib import Path

BLOCKS: Final = 4
"""Blocks on their way to the disk: what a file that is being written holds of memory."""

SPARE: Final = SEALED + 4096 - SEALED % 4096
"""Bytes behind a block, where what is written in place may run over: a sealed chunk, in whole pages."""

_ROOM: Final = BLOCK + SPARE

_DIRECT: Final = getattr(os, "O_DIRECT", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)

_WRITE_OUT: Final = 8 * BLOCK
"""Bytes in the page cache after which the disk is told that it will not be asked for them."""


class BlockFile:
    """A file at ``path``, where there must be none; ``mode`` as for ``os.open``, the umask applies.

    ``watch`` is given all bytes, in order, before they are written: ``beside`` the caller, in a thread of its
    own, or in the caller's. One more thread costs more than a quick hash where the cores have other work.
    """

    def __init__(self, path: Path, watch: Taker, mode: int = 0o600, *, beside: bool = True) -> None:
        self._path = path
        self._watch = watch
        self._beside = beside
        self._plain = FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, mode), "w")
        self._direct: FileIO | None = None
        self._relay: Relay | None = None
        self._block = memoryview(mmap(-1, _ROOM))
        self._held = 0
        self._size = 0

    def write(self, view: memoryview) -> None:
        """Take all of the bytes.

        Raises:
            OSError: the disk did not take these, or earlier ones.
        """
        while view:
            if self._held == BLOCK:
                self._hand_over()
            take = min(BLOCK - self._held, len(view))
            self._block[self._held : self._held + take] = view[:take]
            self._held += take
            view = view[take:]

    def room(self) -> memoryview:
        """Where the next bytes go, ``SPARE`` or more: fill some from its beginning, then say ``filled``."""
        return self._block[self._held :]

    def filled(self, size: int) -> None:
        """Take so many bytes of the room that was lent last.

        Raises:
            OSError: the disk did not take earlier ones.
        """
        self._held += size
        if self._held > BLOCK:
            over = self._block[BLOCK : self._held]
            self._hand_over()
            self._block[: len(over)] = over
            self._held = len(over)

    def finish(self, mode: int | None = None) -> None:
        """Write what is held, set the permissions where they are given, sync, and close.

        Raises:
            OSError: the disk did not take it. A failed sync is never tried again: the system tells it once.
            ValueError: it was finished or closed before (a fault of the program).
        """
        try:
            if self._relay is not None:
                self._relay.end()  # should it be interrupted, ``close`` waits for its thread
            self._go_plain()
            self._watch(self._block[: self._held])
            self._put(self._block[: self._held])
            if mode is not None:
                os.fchmod(self._plain.fileno(), mode)
            os.fsync(self._plain.fileno())
        finally:
            self.close()

    def close(self) -> None:
        """Let go of the file, finished or not. May be done again."""
        if self._relay is not None:
            self._relay.stop()  # first: it writes to what is closed next
            self._relay = None
        self._go_plain()
        self._plain.close()

    def _hand_over(self) -> None:
        if self._relay is None:
            self._direct = _open_direct(self._path)
            takers = (self._watch, self._put) if self._beside else (self._put,)
            relay = Relay(*takers, blocks=BLOCKS - 1, size=_ROOM)
            relay.start()
            self._relay = relay
        if not self._beside:
            self._watch(self._block[:BLOCK])
        self._relay.send(self._block, BLOCK)
        self._block = self._relay.lend()
        self._held = 0

    def _put(self, block: memoryview) -> None:
        while block:
            count = self._some(block)
            if not count:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            self._size += count
            block = block[count:]
        if self._direct is None and not self._size % _WRITE_OUT and hasattr(os, "posix_fadvise"):
            # Have the disk begin now: else all of it waits for the sync at the end.
            start = self._size - _WRITE_OUT
            os.posix_fadvise(self._plain.fileno(), start, _WRITE_OUT, os.POSIX_FADV_DONTNEED)

    def _some(self, block: memoryview) -> int:
        if self._direct is not None:
            try:
                return os.pwrite(self._direct.fileno(), block, self._size)
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
            # It opens so, but does not write so; or what was written before ended within a block.
            self._go_plain()
        return os.pwrite(self._plain.fileno(), block, self._size)

    def _go_plain(self) -> None:
        if self._direct is not None:
            self._direct.close()
            self._direct = None


def _open_direct(path: Path) -> FileIO | None:
    """A second handle on the file, past the page cache; none where the file system has no such thing."""
    if not _DIRECT:
        return None
    try:
        return FileIO(os.open(path, os.O_WRONLY | _DIRECT | _NO_LINK), "w")
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
            raise
        return None
