"""Publish the log: at the end of an epoch leaves get their places, and a checkpoint is signed.

Promises: everything is padded and mixed, so that an epoch tells neither how many things happened nor in
which order. The order of work survives a kill at any point: places in the database, tiles on disk,
the guard (the last signed checkpoint, kept outside backups), the checkpoint in the database, then its
publication. A log that disagrees with its guard is not grown (P12).

Leaves to others: witnesses; serving the files (``api``).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from comity import store, tlog
from comity.app.entry import log_vkey
from comity.app.node import Node
from comity.durable import sync_folder
from comity.errors import Conflict, NotFound, Unavailable
from comity.store import Connection
from comity.wire import dump_bytes

BATCH: Final = 64
"""Leaves of an epoch are padded to a multiple of this, so that their number tells nothing."""

CHECKPOINT: Final = "checkpoint"
GUARD: Final = "checkpoint"
LOCK: Final = "lock"
RESTORED: Final = "restored"
"""A file beside the guard: this node was restored without the last checkpoint that it had published."""


def publish(node: Node) -> bytes:
    """Place what is pending, and sign a checkpoint over it; gives the checkpoint's bytes.

    Raises:
        Conflict: the database, the tiles and the guard tell different logs: nothing is signed.
        Unavailable: a file could not be written; the next run goes on from there.
    """
    with alone(node.settings.guard):
        return _publish(node)


def _publish(node: Node) -> bytes:
    guard = _guard(node)
    node.db.writer.run(lambda conn: _place(node, conn))
    with node.db.read() as conn:
        last = store.last_checkpoint(conn)
        size = store.log_size(conn)
        before = 0 if last is None else last.size
        entries = store.leaves(conn, before, size)
    vkey = log_vkey(node)
    frontier = tlog.Frontier()
    if last is not None:
        frontier = tlog.load(reader(node.settings.log), tlog.checkpoint.open(last.note, vkey).checkpoint)
    growth = tlog.integrate(frontier, entries)
    for tile, data in growth.writes:
        _write(node, node.settings.log / tile.path, data)
    signed = tlog.sign(growth, vkey, node.keys.log.sign, guard)
    data = signed.encode()
    _write(node, node.settings.guard / GUARD, data)
    node.db.writer.run(lambda conn: store.put_checkpoint(conn, growth.size, data, node.clock.now()))
    _write(node, node.settings.log / CHECKPOINT, data)
    store.forget_opened()  # what another process erased must not outlive the epoch in this one's memory
    return data


def reader(folder: Path) -> tlog.Reader:
    """Reads the tiles of a log's folder."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("app.no_such_tile", path=path) from error

    return read


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


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One publisher at a time, whatever the number of processes: the guard must never step back."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Unavailable("app.cannot_write", file=str(folder / LOCK), what=error.strerror or "?") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _place(node: Node, conn: Connection) -> None:
    pending = [one.leaf for one in store.pending_leaves(conn)]
    for _ in range(tlog.pad(len(pending), BATCH)):
        opening = tlog.dummy(node.entropy)
        leaf = tlog.leaf(opening)
        store.pend_leaf(conn, leaf, dump_bytes(opening), node.clock.now(), kind="dummy")
        pending.append(leaf)
    store.place_leaves(conn, tlog.mix(pending))


def _guard(node: Node) -> tlog.Checkpoint | None:
    """The last checkpoint that this log ever signed, from outside all backups.

    Raises:
        Conflict: the node was restored, and nobody has said what it had published.
    """
    found = checkpoint_in(node, node.settings.guard / GUARD)
    # Nothing there does not say that nothing was ever published: a copy may be older than the first time.
    if found is None and (node.settings.guard / RESTORED).exists():
        raise Conflict("app.guard_lost", file=str(node.settings.guard / RESTORED))
    return found


def checkpoint_in(node: Node, path: Path) -> tlog.Checkpoint | None:
    """The checkpoint of this node's log in a file; none where there is no file.

    Raises:
        BadInput: no checkpoint. ProofFailed: this log did not sign it.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    return tlog.checkpoint.open(data, log_vkey(node)).checkpoint


def _write(node: Node, path: Path, data: bytes) -> None:
    """Write durably, in the place of what was there: temporary file, fsync, rename, fsync of the folders.

    Of all folders up to the node's own: a run that was killed may have made them and synced no name.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        for folder in path.relative_to(node.settings.data).parents:
            sync_folder(node.settings.data / folder)
    except OSError as error:
        raise Unavailable("app.cannot_write", file=str(path), what=error.strerror or "?") from error
