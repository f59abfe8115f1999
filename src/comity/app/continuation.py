"""The log goes on after a restore: what was published since the copy is taken back from whoever kept it.

Promises: nothing is placed that the log's own signature does not prove: the entries make the root of the
last signed checkpoint, and that of every other checkpoint at hand; the copy's own entries are their
beginning. Leaves whose openings were lost with the database stand in it as ``lost``: they keep their place
and tell nothing. The tiles are made anew from the entries. Nothing is signed here, and doing it twice
changes nothing.

Leaves to others: publishing from there (``publish``); finding out which checkpoint is the last, which a
person has to say: nobody can see from a file that there is no later one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from comity import store, tlog
from comity.app.entry import log_vkey
from comity.app.log_files import alone, write_over
from comity.app.node import Node
from comity.app.publish import CHECKPOINT, GUARD, RESTORED, reader
from comity.app.recovery import Continued
from comity.errors import Conflict, NotFound
from comity.store import Connection
from comity.tlog.tiles import ENTRIES, WIDTH, Tile, entries_of

LOST: Final = "lost"
"""The kind of a leaf in the database whose opening is gone: of which event it was, nobody can show."""


def continue_log(node: Node, last: bytes, folder: Path | None) -> Continued:
    """Take up the log where it was signed last.

    Args:
        node: the restored node.
        last: the last checkpoint that it published, as a person says.
        folder: the log's folder, or a mirror of it: ``tile/`` and perhaps ``checkpoint``. Where it holds a
            later signed checkpoint than ``last``, that one is taken.

    Raises:
        Conflict: the checkpoint is older than the copy's own, or tells another log than the copy or the
            folder. NotFound: the folder lacks a tile. ProofFailed: a checkpoint is not this log's, or a
            bundle was cut.
    """
    with alone(node.settings.guard):
        return _continue(node, last, folder)


def _continue(node: Node, last: bytes, folder: Path | None) -> Continued:
    vkey = log_vkey(node)
    known = [tlog.checkpoint.open(last, vkey)]
    given = known[0].checkpoint
    if folder is not None and not (folder / "tile").is_dir():
        raise NotFound("backup.no_log_there", folder=str(folder))
    kept = [node.settings.guard / GUARD, *([] if folder is None else [folder / CHECKPOINT])]
    known += [tlog.checkpoint.open(path.read_bytes(), vkey) for path in kept if path.is_file()]
    with node.db.read() as conn:
        stored = store.last_checkpoint(conn)
        had = store.log_size(conn)
        leaves = store.leaves(conn, 0, had)
    if stored is not None:
        if stored.size > given.size:
            raise Conflict("backup.checkpoint_older", size=given.size, known=stored.size)
        known.append(tlog.checkpoint.open(stored.note, vkey))
    # The first of the largest: where two say the same, the one that the person gave.
    target = max(known, key=lambda one: one.checkpoint.size)
    size = target.checkpoint.size
    entries = leaves if folder is None or size <= had else _entries(folder, size)
    short = min(had, len(entries))
    if entries[:short] != leaves[:short]:
        raise Conflict("backup.log_differs", size=short)
    growth = tlog.integrate(tlog.Frontier(), entries[:size])
    for one in known:
        at = one.checkpoint
        if at.size <= len(entries) and growth.root_at(at.size) != at.root:
            raise Conflict("backup.log_differs", size=at.size)
    data = target.encode()
    if len(entries) < size:
        # The entries are nowhere here: the guard holds ``publish`` back until they are found.
        _keep_guard(node, data)
        return Continued(had, size, 0, size - len(entries))
    for tile, content in growth.writes:
        write_over(node, node.settings.log / tile.path, content)
    _keep_guard(node, data)
    lost = node.db.writer.run(lambda conn: _place(node, conn, entries[had:size], size, data))
    write_over(node, node.settings.log / CHECKPOINT, data)
    return Continued(had, size, lost, 0)


def _entries(folder: Path, size: int) -> tuple[bytes, ...]:
    """The first entries of a log from its bundles; what they are worth, the root will tell."""
    return tuple(entry for index in range(-(-size // WIDTH)) for entry in _bundle(folder, index, size))


def _bundle(folder: Path, index: int, size: int) -> Iterator[bytes]:
    read = reader(folder)
    width = min(WIDTH, size - index * WIDTH)
    tile = Tile(ENTRIES, index, width)
    try:
        yield from entries_of(read(tile.path), width)
    except NotFound:
        # The full bundle takes the place of a partial one as a log grows ("Partial Tiles").
        yield from entries_of(read(tile.full().path), WIDTH)[:width]


def _keep_guard(node: Node, data: bytes) -> None:
    write_over(node, node.settings.guard / GUARD, data)
    (node.settings.guard / RESTORED).unlink(missing_ok=True)


def _place(node: Node, conn: Connection, lost: tuple[bytes, ...], size: int, data: bytes) -> int:
    """Give the leaves their places; those that waited in the copy come with their openings."""
    if store.log_size(conn) + len(lost) < size:
        raise Conflict("backup.log_differs", size=size)
    waiting = {one.leaf for one in store.pending_leaves(conn)}
    unknown = [leaf for leaf in lost if leaf not in waiting]
    for leaf in unknown:
        store.pend_leaf(conn, leaf, b"", node.clock.now(), kind=LOST)
    store.place_leaves(conn, lost)
    store.put_checkpoint(conn, size, data, node.clock.now())
    return len(unknown)
