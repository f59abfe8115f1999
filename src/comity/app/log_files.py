"""The log's files: tiles, guard and checkpoint, written durably, by one process at a time.

Promises: a file is there whole or not at all, and its name outlives a power cut; a tile never changes. Who
looks at the guard and then writes it does both under one lock.

Leaves to others: what is written, and in which order (``publish``, ``continuation``).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from comity import durable
from comity.app.node import Node
from comity.errors import Conflict, Unavailable

LOCK: Final = "lock"
LOCK_SECONDS: Final = 10
POLL_SECONDS: Final = 0.05


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One writer of the log's files at a time: between looking at the guard and writing it, nobody else does.

    Raises:
        Unavailable: the lock cannot be had: another holds it, and is perhaps stopped.
    """
    path = folder / LOCK
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable("app.cannot_write", file=str(path), what=error.strerror or "?") from error
    try:
        until = monotonic() + LOCK_SECONDS
        while not _locked(handle):
            if monotonic() >= until:
                raise Unavailable("app.log_locked", file=str(path), seconds=LOCK_SECONDS)
            sleep(POLL_SECONDS)
        yield
    finally:
        os.close(handle)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_once(node: Node, path: Path, data: bytes) -> None:
    """Write what can have one content only; the same again changes nothing.

    Raises:
        Conflict: it has another content. Unavailable: the disk did not take it.
    """
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        there = data
    except OSError as error:
        raise Unavailable("app.cannot_write", file=str(path), what=error.strerror or "?") from error
    if there != data:
        raise Conflict("app.tile_differs", file=str(path))
    write_over(node, path, data)


def write_over(node: Node, path: Path, data: bytes) -> None:
    """Write durably, in the place of what was there.

    Raises:
        Unavailable: the disk did not take it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write_over(path, data, node.settings.data)
    except OSError as error:
        raise Unavailable("app.cannot_write", file=str(path), what=error.strerror or "?") from error


def unfinished(node: Node) -> int:
    """Remove the files that a killed publisher left half-written; to be called ``alone``. Gives their number.

    Raises:
        Unavailable: the disk fails.
    """
    left = [path for top in (node.settings.log, node.settings.guard) for path in top.rglob(".*.new")]
    try:
        for path in left:
            path.unlink()
    except OSError as error:
        raise Unavailable("app.cannot_write", file=str(left[0]), what=error.strerror or "?") from error
    return len(left)
