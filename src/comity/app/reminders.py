"""Reminders: one job for each clock that somebody has to keep, written with the act that started it.

Promises: whatever act starts, moves or ends a clock, the reminders are right in the same transaction; each
clock with a date that is not over has one waiting, also long after its date: then every day. What was
reminded of stays marked. A clock that began again is reminded of again. Names and texts are in none of them.

Leaves to others: what is due (``cases.due``), calling it where an act is stored (``index``), the jobs
(``worker``), showing them (``due``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from comity import store
from comity.app.node import Node, case_of, home_of
from comity.app.offices import offices_of
from comity.app.paper import with_unsent
from comity.cases import Due, DueStanding, due
from comity.clock import write_instant
from comity.store import Connection, Job
from comity.wire import Json

STAGES: Final = (("week", timedelta(days=7)), ("day", timedelta(days=1)), ("end", timedelta()))
"""How long before the end somebody is reminded; nobody is before the clock began."""

LATE: Final = "late"
EVERY: Final = timedelta(days=1)
"""How often what is late is reminded of."""

_TOLD: Final = frozenset({DueStanding.RUNNING, DueStanding.LATE, DueStanding.RESTS, DueStanding.LAPSED})

_log = structlog.get_logger("reminders")


def dues_of(node: Node, conn: Connection, case: str, now: datetime) -> tuple[Due, ...]:
    """What is due in a case at an instant, as this node sees it.

    Raises:
        BadInput: as ``cases.due``.
    """
    shared = case_of(node, conn, case)
    bundle = node.bundle_on(conn)
    states = (*shared.states, node.state)
    home = with_unsent(node, conn, case, home_of(node, conn, case, shared))
    offices = offices_of(node.directory(conn), bundle)
    return due(shared, home, bundle, bundle.zones(states), now, offices=offices)


def plan(conn: Connection, case: str, dues: Iterable[Due], now: datetime) -> None:
    """Write the reminders of what is due in a case; call it in the transaction that made it due."""
    for one in dues:
        if one.at is not None:
            stage, at = _next(one, now)
            store.put_again(conn, store.REMIND, _subject(case, one, stage), at)


def remind(node: Node, job: Job) -> None:
    """Mark that somebody is reminded, and write the next reminder; nothing, where the clock is over."""
    node.db.writer.run(partial(_remind, node, job))


def _remind(node: Node, job: Job, conn: Connection) -> None:
    case, now = str(job.subject["case"]), node.clock.now()
    dues = dues_of(node, conn, case, now)
    one = {_name(case, due): due for due in dues}.get(tuple(job.subject[name] for name in _NAMES))
    if one is not None and one.standing in _TOLD:
        _log.info("reminder", job=job.id)  # not which clock in which case: others read the log too
    if one is not None and job.subject["stage"] == LATE:
        store.repeat(conn, job, now + EVERY)
    else:
        store.finish(conn, job, now)
    plan(conn, case, dues, now)


def reminded_at(conn: Connection, dues: Sequence[tuple[str, Due]]) -> list[datetime | None]:
    """When somebody was reminded last of each of these, before it was late, if ever; a case with each."""
    named = [
        [] if one.at is None else [_subject(case, one, stage) for stage, _ in STAGES] for case, one in dues
    ]
    jobs = store.get_jobs(conn, store.REMIND, [subject for subjects in named for subject in subjects])
    done = {text: job.done_at for text, job in jobs.items() if job.done_at is not None}
    texts = ([store.subject_text(subject) for subject in subjects] for subjects in named)
    return [max((done[text] for text in some if text in done), default=None) for some in texts]


def _next(one: Due, now: datetime) -> tuple[str, datetime]:
    """The stage at which somebody is reminded next, and when."""
    if one.at is None:
        raise LookupError(one.kind)
    for stage, before in STAGES:
        at = one.at - before
        if at > now and (at > one.since or stage == "end"):
            return stage, at
    return LATE, now + EVERY


_NAMES: Final = ("case", "clock", "act", "label", "at")


def _name(case: str, one: Due) -> tuple[str | None, ...]:
    at = None if one.at is None else write_instant(one.at)
    return (case, one.kind, one.act, one.clock.label, at)


def _subject(case: str, one: Due, stage: str) -> Json:
    return {**dict(zip(_NAMES, _name(case, one), strict=True)), "stage": stage}
