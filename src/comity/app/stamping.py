"""Time-stamps by the node itself: one for all seals of some seconds, asked for again until it comes.

Promises: sealing never waits for an authority. Where the settings say so (``stamp_seconds``), each seal is
stamped, together with those made about the same time: one question, one token, and each exhibit has its place
under it. While the authority is down, what is due is counted and told (``doctor``); nothing is lost.

Leaves to others: one exhibit stamped at once (``exhibit.stamp``), the tree (``evidence.stamp_batch``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from comity import store
from comity.app.content import write_stamp
from comity.app.node import Node, Person
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.errors import Unavailable
from comity.evidence import BATCH_MOST, Action, OpenSslAuthority, Token, stamp_together
from comity.store import Connection, Job, Unstamped
from comity.wire import digest

JOB: Final = "stamp"
"""The kind of the job, of which there is one."""


class Batch(NamedTuple):
    """How many exhibits one token came to cover, and the time that it names; none where nothing was due."""

    exhibits: int
    at: datetime | None
    left: int


def plan_stamp(node: Node, conn: Connection) -> None:
    """Something was sealed, in this transaction: a time-stamp is due, if the settings want one."""
    if node.settings.stamp_seconds and node.settings.timestamp_folder is not None:
        due = node.clock.now() + timedelta(seconds=node.settings.stamp_seconds)
        store.put_again(conn, JOB, {}, due)


def stamp_due(node: Node, who: Person | None = None) -> Batch:
    """Have all that is due stamped by one token (the longest waiting, where they are very many).

    Raises:
        Unavailable: no authority is set, or it did not answer. ProofFailed: its answer does not hold.
    """
    folder = node.settings.timestamp_folder
    if folder is None:
        raise Unavailable("evidence_app.no_timestamp_authority")
    with node.db.read() as conn:
        waiting = store.unstamped(conn, BATCH_MOST)
    if not waiting:
        return Batch(0, None, 0)
    authority = OpenSslAuthority(folder)
    tokens, at = stamp_together(authority, [one.statement for one in waiting], node.entropy)

    def keep(conn: Connection) -> int:
        _keep(node, conn, dict(zip(waiting, tokens, strict=True)), at, who)
        return store.count_unstamped(conn)

    return Batch(len(waiting), at, node.db.writer.run(keep))


def stamp_job(node: Node, job: Job) -> None:
    """Do it, and stand again if more was sealed meanwhile."""
    stamp_due(node)

    def after(conn: Connection) -> None:
        now = node.clock.now()
        if store.count_unstamped(conn):
            store.repeat(conn, job, now + timedelta(seconds=node.settings.stamp_seconds))
        else:
            store.finish(conn, job, now)

    node.db.writer.run(after)


def _keep(
    node: Node, conn: Connection, tokens: dict[Unstamped, Token], at: datetime, who: Person | None
) -> None:
    touches: dict[str, list[Touch]] = {}
    for one, token in tokens.items():
        # Another may have been quicker; two stamps harm nothing, but one is enough.
        if store.timestamps_of(conn, one.case, one.exhibit):
            continue
        store.put_timestamp(conn, one.case, one.exhibit, write_stamp(token), node.clock.now())
        touch = Touch(one.exhibit, Action.STAMPED, "timestamp", digest(one.statement), write_instant(at))
        touches.setdefault(one.case, []).append(touch)
    for case, made in touches.items():
        record(node, conn, case, who, *made)
