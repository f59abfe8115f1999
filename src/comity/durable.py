"""Bytes and names that outlive a power cut.

Promises: what these return from is on the disk, as far as the disk tells the truth.

Leaves to others: ``OSError``, which comes as it is; the caller knows what it was writing.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

_AT_ONCE: Final = 8
"""Files that are synced at the same time: a journal takes them as one, and each alone would wait its turn."""

_WAITING: Final = 64
"""Files that wait open for their sync."""


def write_new(path: Path, data: bytes) -> None:
    """Write and sync a new file, for its owner alone (0600); the folder is the caller's to sync.

    Raises:
        FileExistsError: the name is taken. OSError: the disk does not take it.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_over(path: Path, data: bytes, top: Path, mode: int = 0o666) -> None:
    """Write a file whole in the place of what was there: a temporary file beside it, fsync, rename.

    Args:
        path: the file; its folder is there.
        data: its content.
        top: every folder from the file's up to this one is synced: a run that was killed may have made them
            and synced no name.
        mode: of a new file, less the umask.

    Raises:
        OSError: the disk does not take it.
    """
    beside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    for folder in path.relative_to(top).parents:
        sync_folder(top / folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: there is no such folder, or the disk fails.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder (0700), and those above it that are missing, each with a durable name.

    Raises:
        OSError: the disk does not take it, or a file is in the way.
    """
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync_folder(one.parent)


class Syncs:
    """Syncs many files and folders side by side, while the next ones are written.

    As a context manager: once it is left without an error, all that it took is on the disk.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, "syncs")
        self._room = threading.Semaphore(_WAITING)
        self._trouble: OSError | None = None
        self._taken = 0
        self._synced = 0
        self._counting = threading.Lock()

    def take(self, handle: int) -> None:
        """Sync an open file, some time, and close it; it is the caller's no more.

        Its pages leave the cache: memory that is used again is filled at twice the pace of fresh one.

        Raises:
            OSError: of this or of an earlier one; the disk did not take it.
        """
        self._submit(handle, drop=hasattr(os, "posix_fadvise"))

    def take_folder(self, folder: str | Path) -> None:
        """Make the names in a folder durable, some time.

        Raises:
            OSError: as ``take``; or there is no such folder.
        """
        self._submit(os.open(folder, os.O_RDONLY | os.O_DIRECTORY), drop=False)

    def settle(self) -> None:
        """Wait until all that was taken is on the disk.

        Raises:
            OSError: the disk did not take one. A failed sync is never tried again: the system tells it once.
        """
        for _ in range(_WAITING):
            self._room.acquire()
        self._room.release(_WAITING)
        if self._trouble is not None:
            raise self._trouble
        if self._synced != self._taken:  # never take for durable what no thread has synced
            raise RuntimeError("a sync died")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)
        if kind is None:
            self.settle()

    def _submit(self, handle: int, *, drop: bool) -> None:
        self._room.acquire()
        self._taken += 1
        self._pool.submit(self._sync, handle, drop=drop)
        if self._trouble is not None:
            raise self._trouble

    def _sync(self, handle: int, *, drop: bool) -> None:
        try:
            try:
                os.fsync(handle)
                if drop:
                    os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(handle)
            with self._counting:
                self._synced += 1
        except OSError as error:
            self._trouble = error
        finally:
            self._room.release()
