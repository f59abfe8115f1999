"""Time-stamps by the node itself: one for all seals of some seconds, asked for again until it comes.

Promises: sealing never waits for an authority. A hand-over is stamped as a seal is, over its custody event.
Where the settings say so (``stamp_seconds``), each seal is stamped, together with those made about the same
time: one question, one token of each authority, and each exhibit has its place under it. Where several
authorities are asked, one that is down keeps no other's token back. While one is, what is due is counted and
told (``doctor``); nothing is lost. Whether a hand-over waits for it, the settings say (``stamp_handover``).

Leaves to others: which authorities there are (``time_authority``), the tree (``evidence.stamp_batch``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comity import store
from comity.app.content import write_stamp
from comity.app.look import find_case
from comity.app.node import Node, Person
from comity.app.time_authority import Asked, asked, set_up, some_asked
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.errors import ComityError, Unavailable
from comity.evidence import BATCH_MOST, Action, Token, stamp_together
from comity.evidence import stamp as ask_stamp
from comity.store import Connection, Job, Unstamped
from comity.wire import digest

JOB: Final = "stamp"
"""The kind of the job, of which there is one."""


@dataclass(frozen=True)
class Batch:
    """What one authority gave: how many exhibits its token covers, the time in it, how many wait still.

    ``trouble``: why it gave none, where some were due.
    """

    authority: str
    exhibits: int
    at: datetime | None
    left: int
    trouble: ComityError | None = None


def plan_stamp(node: Node, conn: Connection) -> None:
    """Something was sealed, in this transaction: a time-stamp is due, if the settings want one."""
    if node.settings.stamp_seconds and set_up(node):
        due = node.clock.now() + timedelta(seconds=node.settings.stamp_seconds)
        store.put_again(conn, JOB, {}, due)


def plan_handover_stamps(node: Node, conn: Connection, case: str, exhibits: Iterable[str]) -> None:
    """Exhibits were handed over, in this transaction: the last event of each is to be time-stamped."""
    if not set_up(node):
        return
    for exhibit in exhibits:
        last = store.custody_of(conn, case, exhibit)[-1]
        handover = store.Handover(case, exhibit, last.counter, last.envelope, node.clock.now())
        store.put_handover(conn, handover)
    plan_stamp(node, conn)


def count_due(conn: Connection, authority: str, since: datetime | None) -> int:
    """How many seals wait for an authority's time-stamp, and hand-overs (``BATCH_MOST`` at most)."""
    handed = store.unstamped_handovers(conn, authority, since, BATCH_MOST)
    return store.count_unstamped(conn, authority, since) + len(handed)


def stamp_due(node: Node, who: Person | None = None) -> tuple[Batch, ...]:
    """Have all that is due stamped, by one token of each authority (if very many, those waiting longest).

    Each is asked, whatever came of another.

    Raises:
        Unavailable: no authority is set.
    """
    authorities = some_asked(node)
    with node.db.read() as conn:
        waiting = [_waiting(conn, one) for one in authorities]
    return tuple(_stamp_all(node, one, due, who) for one, due in zip(authorities, waiting, strict=True))


def stamp(node: Node, case: str, exhibit: str, who: Person) -> tuple[Batch, ...]:
    """Have one seal statement stamped at once, by each authority.

    Raises:
        NotFound: no such exhibit. Unavailable: no authority is set. The first's
            trouble, where none gave a token.
    """
    with node.db.read() as conn:
        row = store.get_exhibit(conn, find_case(node, conn, case), exhibit)
    came = []
    for one in some_asked(node):
        try:
            token, at = ask_stamp(one.authority, row.statement)
        except ComityError as error:
            came.append(Batch(one.name, 0, None, 1, error))
            continue
        due = Unstamped(row.case, row.id, row.statement, row.added_at)
        _keep(node, one, {due: token}, at, who, again=True)
        came.append(Batch(one.name, 1, at, 0))
    if came[0].trouble is not None and not any(one.exhibits for one in came):
        raise came[0].trouble
    return tuple(came)


def stamp_job(node: Node, job: Job) -> None:
    """Do it, and stand again if more was sealed meanwhile."""
    came = stamp_due(node)
    for one in came:
        if one.trouble is not None:
            raise one.trouble

    def after(conn: Connection) -> None:
        now = node.clock.now()
        if any(count_due(conn, one.name, one.since) for one in asked(node)):
            store.repeat(conn, job, now + timedelta(seconds=node.settings.stamp_seconds))
        else:
            store.finish(conn, job, now)

    node.db.writer.run(after)


def check_stamped(node: Node, conn: Connection, case: str, exhibit: str) -> None:
    """Refuse a hand-over before the exhibit's time-stamps have come, where the settings want it so.

    Raises:
        Unavailable: one is due still.
    """
    if node.settings.stamp_handover == "goes_on":
        return
    for one in asked(node):
        if store.is_unstamped(conn, case, exhibit, one.name, one.since):
            raise Unavailable("evidence_app.not_stamped_yet", exhibit=exhibit, authority=one.name)


def _waiting(conn: Connection, by: Asked) -> tuple[_Due, ...]:
    seals = store.unstamped(conn, by.name, by.since, BATCH_MOST)
    left = BATCH_MOST - len(seals)
    return (*seals, *(store.unstamped_handovers(conn, by.name, by.since, left) if left else ()))


def _stamp_all(node: Node, by: Asked, waiting: tuple[_Due, ...], who: Person | None) -> Batch:
    if not waiting:
        return Batch(by.name, 0, None, 0)
    try:
        tokens, at = stamp_together(by.authority, [_data(one) for one in waiting], node.entropy)
    except ComityError as error:
        return Batch(by.name, 0, None, len(waiting), error)
    _keep(node, by, dict(zip(waiting, tokens, strict=True)), at, who)
    with node.db.read() as conn:
        return Batch(by.name, len(waiting), at, count_due(conn, by.name, by.since))


def _keep(
    node: Node,
    by: Asked,
    tokens: dict[_Due, Token],
    at: datetime,
    who: Person | None,
    *,
    again: bool = False,
) -> None:
    """``again``: also where it has this authority's already."""

    def keep(conn: Connection) -> None:
        touches: dict[str, list[Touch]] = {}
        for one, token in tokens.items():
            # Another may have been quicker; two stamps harm nothing, but one is enough.
            now, data = node.clock.now(), write_stamp(token)
            if isinstance(one, store.Handover):
                if not store.put_handover_stamp(conn, one, by.name, data, now):
                    continue
            elif not again and not store.is_unstamped(conn, one.case, one.exhibit, by.name, by.since):
                continue
            else:
                store.put_timestamp(conn, one.case, one.exhibit, data, now, by.name)
            what = "handover" if isinstance(one, store.Handover) else "timestamp"
            touch = Touch(one.exhibit, Action.STAMPED, what, digest(_data(one)), write_instant(at))
            touches.setdefault(one.case, []).append(touch)
        for case, made in touches.items():
            record(node, conn, case, who, *made)

    node.db.writer.run(keep)


_Due = Unstamped | store.Handover


def _data(one: _Due) -> bytes:
    """What is stamped: a seal statement, or the event of a hand-over."""
    return one.event if isinstance(one, store.Handover) else one.statement
