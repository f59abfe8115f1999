"""The transparency log's rows: leaves in their order, the openings that only this node has, checkpoints.

Promises: positions run from 0 without a gap, and a leaf never changes; nothing is committed to twice;
a checkpoint never covers more than the leaves, never shrinks, and for one size never says two things
(its witnesses' signatures may be added).

Leaves to others: salts, tiles, roots, signatures (``tlog``); the checkpoint outside backups (``app``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import BadInput, Conflict
from comity.store.statement import Statement


@dataclass(frozen=True, slots=True)
class Opened:
    """A leaf with its opening's bytes. ``position``: none while it waits to be integrated."""

    leaf: bytes
    opening: bytes
    kind: str
    subject: str | None
    case: str | None
    position: int | None
    pended_at: datetime


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A signed checkpoint: the tree's size, the signed note, and when it was stored."""

    size: int
    note: bytes
    at: datetime


def pend_leaf(
    conn: Connection,
    leaf: bytes,
    opening: bytes,
    at: datetime,
    *,
    kind: str,
    subject: str | None = None,
    case: str | None = None,
) -> None:
    """Commit to an event, in the deed that does it; it gets its place in the log with its batch.

    Raises:
        Conflict: that leaf, or that kind of event of that subject, is committed to already.
    """
    row = {"leaf": leaf, "opening": opening, "kind": kind, "subject": subject, "case": case}
    _PUT_OPENING.run(conn, {**row, "at": write_instant(at)})
    _PEND.run(conn, {"leaf": leaf})


def pending_leaves(conn: Connection) -> tuple[Opened, ...]:
    """What is committed to and has no place yet, oldest first."""
    return tuple(_opened(row) for row in _PENDING.all(conn))


def place_leaves(conn: Connection, leaves: Sequence[bytes]) -> int:
    """Give pending leaves their places, in the order given; gives the position of the first.

    Raises:
        Conflict: a leaf has its place already, or was never committed to.
    """
    first = log_size(conn)
    waiting = {bytes(leaf) for leaf in _WAITING.scalars(conn)}
    rows = []
    for position, leaf in enumerate(leaves, first):
        if leaf not in waiting:
            raise Conflict("store.leaf_not_pending", leaf=leaf.hex())
        waiting.remove(leaf)
        rows.append({"position": position, "leaf": leaf})
    _UNPEND.many(conn, rows)
    _PLACE.many(conn, rows)
    return first


def log_size(conn: Connection) -> int:
    """How many leaves have their place."""
    return int(_SIZE.scalar(conn))


def leaves(conn: Connection, start: int, end: int) -> tuple[bytes, ...]:
    """The leaves from ``start`` to before ``end``.

    Raises:
        BadInput: the log has no such range.
    """
    if not 0 <= start <= end <= log_size(conn):
        raise BadInput("store.no_such_leaves", start=start, end=end, size=log_size(conn))
    return tuple(bytes(row.leaf) for row in _LEAVES.all(conn, {"start": start, "end": end}))


def opening_of(conn: Connection, subject: str, kind: str | None = None) -> Opened | None:
    """The opening of the event of this subject (of that kind, or the oldest of any)."""
    row = _OPENING.first(conn, {"subject": subject, "kind": kind})
    return None if row is None else _opened(row)


def openings(conn: Connection, case: str | None = None) -> tuple[Opened, ...]:
    """All openings, or a case's: those with a place first, in their order."""
    return tuple(_opened(row) for row in _OPENINGS.all(conn, {"case": case}))


def put_checkpoint(conn: Connection, size: int, note: bytes, at: datetime) -> None:
    """Keep a signed checkpoint; for a size that is there, the same text with other signatures.

    Raises:
        BadInput: it is not a signed note.
        Conflict: it covers more than the log has, is smaller than the last one, or says something
            else than the one of that size: then the log was forked, and nothing may be published.
    """
    said = _text_of(note)
    if size > log_size(conn):
        raise Conflict("store.checkpoint_ahead", size=size, leaves=log_size(conn))
    last = last_checkpoint(conn)
    if last is not None and size < last.size:
        raise Conflict("store.checkpoint_shrinks", size=size, last=last.size)
    if last is not None and size == last.size and said != _text_of(last.note):
        raise Conflict("store.checkpoint_forks", size=size)
    _PUT_CHECKPOINT.run(conn, {"size": size, "note": note, "at": write_instant(at)})


def last_checkpoint(conn: Connection) -> StoredCheckpoint | None:
    """The largest checkpoint that was kept; none before the first."""
    row = _LAST.first(conn)
    return None if row is None else StoredCheckpoint(row.size, row.note, read_instant(row.at))


def _text_of(note: bytes) -> bytes:
    """A signed note's text, without its signatures (C2SP signed-note: up to the last empty line)."""
    said, empty_line, _ = note.rpartition(b"\n\n")
    if not empty_line:
        raise BadInput("store.not_a_note")
    return said


def _opened(row: Any) -> Opened:
    at = read_instant(row.pended_at)
    return Opened(bytes(row.leaf), bytes(row.opening), row.kind, row.subject, row.case_id, row.position, at)


_PUT_OPENING = Statement(
    "INSERT INTO log_opening (leaf, opening, kind, subject, case_id, pended_at)"
    " VALUES (:leaf, :opening, :kind, :subject, :case, :at)"
)
_PEND = Statement("INSERT INTO log_pending (leaf) VALUES (:leaf)")
_WAITING = Statement("SELECT leaf FROM log_pending")
_UNPEND = Statement("DELETE FROM log_pending WHERE leaf = :leaf")
_PENDING = Statement(
    "SELECT o.*, NULL AS position FROM log_pending AS p JOIN log_opening AS o ON o.leaf = p.leaf"
    " ORDER BY o.pended_at, o.leaf"
)
_PLACE = Statement("INSERT INTO log_leaf (position, leaf) VALUES (:position, :leaf)")
_SIZE = Statement("SELECT coalesce(max(position) + 1, 0) FROM log_leaf")
_LEAVES = Statement(
    "SELECT leaf FROM log_leaf WHERE position >= :start AND position < :end ORDER BY position"
)
_OPENING = Statement(
    "SELECT o.*, l.position FROM log_opening AS o LEFT JOIN log_leaf AS l ON l.leaf = o.leaf"
    " WHERE o.subject = :subject AND (CAST(:kind AS TEXT) IS NULL OR o.kind = :kind)"
    " ORDER BY o.pended_at, o.kind LIMIT 1"
)
_OPENINGS = Statement(
    "SELECT o.*, l.position FROM log_opening AS o LEFT JOIN log_leaf AS l ON l.leaf = o.leaf"
    " WHERE CAST(:case AS TEXT) IS NULL OR o.case_id = :case"
    " ORDER BY l.position IS NULL, l.position, o.pended_at, o.leaf"
)
_PUT_CHECKPOINT = Statement(
    "INSERT INTO checkpoint (size, note, at) VALUES (:size, :note, :at)"
    " ON CONFLICT (size) DO UPDATE SET note = excluded.note"
)
_LAST = Statement("SELECT size, note, at FROM checkpoint ORDER BY size DESC LIMIT 1")
