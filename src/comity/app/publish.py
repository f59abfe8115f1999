"""Publish the log: at the end of an epoch leaves get their places, and a checkpoint is signed.

Promises: everything is padded and mixed, so that an epoch tells neither how many things happened nor in
which order. The order of work survives a kill at any point: places in the database, tiles on disk,
the guard (the last signed checkpoint, kept outside backups), the checkpoint in the database, then its
publication. A log that disagrees with its guard is not grown (P12).

One process publishes at a time, whatever the number of processes and machines on one database: it holds the
sequencer's lease (``store.sequencer``). Whoever lost it, and does not know yet, writes nothing more: the
database asks for the token in the transaction itself; the files are written under a lock on the guard's
folder, once the token was asked for; a checkpoint's file never steps back, a tile never changes (ADR 12).

Leaves to others: writing the files (``log_files``), serving them (``api``); witnesses.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from comity import note, store, tlog
from comity.app.entry import log_vkey
from comity.app.log_files import alone, write_once, write_over
from comity.app.node import Node
from comity.app.timekeeping import refuse_clock_behind
from comity.errors import Conflict, NotFound, Unavailable
from comity.store import Connection
from comity.wire import dump_bytes

BATCH: Final = 64
"""Leaves of an epoch are padded to a multiple of this, so that their number tells nothing."""

LEASE_SECONDS: Final = 20
"""How long after its last sign of life a publisher that died is followed; less than its job's lease."""

CHECKPOINT: Final = "checkpoint"
GUARD: Final = "checkpoint"
RESTORED: Final = "restored"
"""A file beside the guard: this node was restored without the last checkpoint that it had published."""


def publish(node: Node) -> bytes:
    """Place what is pending, and sign a checkpoint over it; gives the checkpoint's bytes.

    Raises:
        Conflict: the database, the tiles and the guard tell different logs: nothing is signed. Or another
            process is publishing, or took over from this one.
        Unavailable: a file could not be written; the next run goes on from there.
    """
    lease = _Lease(node)
    try:
        return _publish(node, lease)
    finally:
        lease.release()


class _Lease:
    """The right to publish, asked for anew in each transaction."""

    def __init__(self, node: Node) -> None:
        self._node = node
        holder = f"{socket.gethostname()[:64]}/{os.getpid()}"
        self._held = node.db.writer.run(
            lambda conn: store.take_sequencer(conn, holder, node.clock.now(), LEASE_SECONDS)
        )

    def run(self, deed: Callable[[Connection], None]) -> None:
        """Do a deed, if this process still has the right to; nothing of it is done if not.

        Raises:
            Conflict: it has not.
        """

        def held(conn: Connection) -> None:
            store.hold_sequencer(conn, self._held, self._node.clock.now(), LEASE_SECONDS)
            deed(conn)

        self._node.db.writer.run(held)

    def release(self) -> None:
        """Let the next one publish at once. Where the store does not answer, the lease runs out by itself."""
        with suppress(Unavailable):
            self._node.db.writer.run(lambda conn: store.release_sequencer(conn, self._held))


def _publish(node: Node, lease: _Lease) -> bytes:
    vkey = log_vkey(node)
    guard = _guard(node)  # before the database is read: it is never ahead of it but after a restore
    with node.db.read() as conn:
        refuse_clock_behind(node, conn)
        here = store.log_size(conn)
    if guard is not None and guard.size > here:
        # Nothing gets a place where others stand already: they may still be found (``continuation``).
        raise Conflict("app.log_behind", size=here, signed=guard.size)
    # Nothing is placed in a log that disagrees with itself: each vain try would lengthen it.
    tlog.refuse_fork(_growth(node, vkey), vkey, guard)
    lease.run(lambda conn: _place(node, conn))
    growth = _growth(node, vkey)
    with alone(node.settings.guard):
        lease.run(lambda _: None)  # it may have waited for long
        # Asked of the guard as it is now: nobody else can move it until it is written.
        data = tlog.sign(growth, vkey, node.keys.log.sign, _guard(node)).encode()
        for tile, content in growth.writes:
            write_once(node, node.settings.log / tile.path, content)
        write_over(node, node.settings.guard / GUARD, data)
    lease.run(lambda conn: store.put_checkpoint(conn, growth.size, data, node.clock.now()))
    with alone(node.settings.guard):
        # Where the guard has moved on, another process has: it publishes the later one.
        last = checkpoint_in(node, node.settings.guard / GUARD)
        if last is not None and last.size == growth.size:
            write_over(node, node.settings.log / CHECKPOINT, data)
    store.forget_opened()  # what another process erased must not outlive the epoch in this one's memory
    return data


def _growth(node: Node, vkey: note.Vkey) -> tlog.Growth:
    """The log as its tiles have it, and what the database has placed since."""
    with node.db.read() as conn:
        last = store.last_checkpoint(conn)
        size = store.log_size(conn)
        before = 0 if last is None else last.size
        entries = store.leaves(conn, before, size)
    frontier = tlog.Frontier()
    if last is not None:
        frontier = tlog.load(reader(node.settings.log), tlog.checkpoint.open(last.note, vkey).checkpoint)
    return tlog.integrate(frontier, entries)


def reader(folder: Path) -> tlog.Reader:
    """Reads the tiles of a log's folder."""

    def read(path: str) -> bytes:
        try:
            return (folder / path).read_bytes()
        except FileNotFoundError as error:
            raise NotFound("app.no_such_tile", path=path) from error

    return read


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
