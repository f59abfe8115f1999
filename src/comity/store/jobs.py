"""Work that must happen: written in the deed that needs it, leased by a worker, never dropped.

Promises: a job is there once for its kind and subject, for ever; a late one is later, never gone. At
most one holder of a lease can finish it: a lease that ran out and was taken by another is no good.
A job that failed stands again at the time its worker said, with the error's id.

Leaves to others: what a job does, and how long to wait between tries (``worker``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import Conflict
from comity.store.schema import Dialect, dialect_of
from comity.store.statement import Statement
from comity.wire import Json, encode

_AT_ONCE: Final = 150
"""Jobs that are named in one statement."""

REMIND: Final = "remind"
"""The kind of job that reminds somebody; its subject names the case."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. ``tries``: leases given so far; ``token``: proof of the lease, if one holds."""

    id: int
    kind: str
    subject: Json
    due: datetime
    tries: int
    lease_until: datetime | None
    token: str | None
    last_error: str | None
    done_at: datetime | None


def put_job(conn: Connection, kind: str, subject: Json, due: datetime) -> bool:
    """Write a job, to be done at ``due`` or later; ``False`` if it was ever written, done or not.

    What recurs stays one job, moved by ``repeat``; or has its date in its subject.

    Raises:
        BadInput: ``subject`` is no JSON value of ours.
    """
    row = {"kind": kind, "subject": _subject(subject), "due": write_instant(due)}
    return _PUT.run(conn, row) == 1


def put_again(conn: Connection, kind: str, subject: Json, due: datetime) -> bool:
    """As ``put_job``; one that was done is to be done again, then. ``False``: it waits already.

    Raises:
        BadInput: ``subject`` is no JSON value of ours.
    """
    row = {"kind": kind, "subject": _subject(subject), "due": write_instant(due)}
    return _PUT_AGAIN.run(conn, row) == 1


def get_job(conn: Connection, kind: str, subject: Json) -> Job | None:
    """The job of that kind and subject, done or not."""
    row = _GET.first(conn, {"kind": kind, "subject": _subject(subject)})
    return None if row is None else _job(row)


def get_jobs(conn: Connection, kind: str, subjects: Sequence[Json]) -> dict[str, Job]:
    """The jobs of that kind and of these subjects, by ``subject_text``."""
    found: dict[str, Job] = {}
    for first in range(0, len(subjects), _AT_ONCE):
        some = subjects[first : first + _AT_ONCE]
        values = {"kind": kind, **{f"subject{n}": _subject(one) for n, one in enumerate(some)}}
        found |= {row.subject: _job(row) for row in _get_some(len(some)).all(conn, values)}
    return found


def subject_text(subject: Json) -> str:
    """The one text of a subject."""
    return _subject(subject)


def lease(
    conn: Connection, now: datetime, for_seconds: int, kinds: Sequence[str] | None = None
) -> Job | None:
    """Take the job that has been due longest and that nobody holds; nobody else gets it until then.

    ``kinds``: take one of these only.
    """
    wanted = {
        "now": write_instant(now),
        "until": write_instant(now + timedelta(seconds=for_seconds)),
        "token": token_hex(16),
    }
    statement = _lease(dialect_of(conn), None if kinds is None else len(kinds))
    row = statement.first(conn, wanted | _named(kinds or ()))
    return None if row is None else _job(row)


def is_due(conn: Connection, now: datetime, kinds: Sequence[str]) -> bool:
    """Whether ``lease`` would give one of these: to be asked first, since asking writes nothing."""
    return _is_due(len(kinds)).first(conn, {"now": write_instant(now), **_named(kinds)}) is not None


def renew(conn: Connection, job: Job, now: datetime, for_seconds: int) -> None:
    """Hold a lease longer, while work on it goes on.

    Raises:
        Conflict: the lease was lost.
    """
    until = write_instant(now + timedelta(seconds=for_seconds))
    _held(_RENEW.run(conn, {"id": job.id, "token": job.token, "until": until}), job)


def finish(conn: Connection, job: Job, now: datetime) -> None:
    """It is done. Call it in the deed that the job led to, so that both hold or neither.

    Raises:
        Conflict: the lease was lost: another may have done it, so nothing of this deed may hold.
    """
    _held(_FINISH.run(conn, {"id": job.id, "token": job.token, "now": write_instant(now)}), job)


def fail(conn: Connection, job: Job, retry_at: datetime, error: str) -> None:
    """It did not succeed; it is due again then. ``error``: the error's id, without what it is about.

    Raises:
        Conflict: the lease was lost.
    """
    row = {"id": job.id, "token": job.token, "due": write_instant(retry_at), "error": error}
    _held(_FAIL.run(conn, row), job)


def repeat(conn: Connection, job: Job, due: datetime) -> None:
    """It succeeded, and is to be done again then: its tries are counted anew.

    Raises:
        Conflict: the lease was lost.
    """
    _held(_REPEAT.run(conn, {"id": job.id, "token": job.token, "due": write_instant(due)}), job)


def put_off(conn: Connection, job: Job, due: datetime) -> None:
    """It was not even tried: it is due again then, and this lease does not count as a try.

    Raises:
        Conflict: the lease was lost.
    """
    _held(_PUT_OFF.run(conn, {"id": job.id, "token": job.token, "due": write_instant(due)}), job)


def free_leases(conn: Connection) -> int:
    """Let every lease go, where no worker can be left that holds one; gives how many there were."""
    return _FREE.run(conn)


def hasten(conn: Connection, kind: str, subject: Json, due: datetime) -> bool:
    """Make a waiting job due earlier; ``False`` if it is done, not there, or due by then anyway."""
    row = {"kind": kind, "subject": _subject(subject), "due": write_instant(due)}
    return _HASTEN.run(conn, row) == 1


def waiting(conn: Connection, kind: str | None = None) -> tuple[Job, ...]:
    """All jobs that are not done, leased ones too, in the order in which they are due.

    Reminders wait for a day that may be years ahead, and are no work that is left: see ``cases_to_remind``.
    """
    return tuple(_job(row) for row in _WAITING.all(conn, {"kind": kind, "remind": REMIND}))


def cases_to_remind(conn: Connection, until: datetime) -> tuple[str, ...]:
    """The cases of which somebody is to be reminded by then, the first to be reminded first."""
    values = {"until": write_instant(until), "remind": REMIND}
    found = (json.loads(text)["case"] for text in _REMINDERS.scalars(conn, values))
    return tuple(dict.fromkeys(found))


def acts_waiting(conn: Connection, case: str, kind: str) -> frozenset[str]:
    """The acts of a case that are the subject (``{"act": id}``) of a job of that kind that is not done."""
    return frozenset(str(id) for id in _ACTS.scalars(conn, {"case": case, "kind": kind}))


def _subject(subject: Json) -> str:
    return encode(subject).decode("utf-8")


def _held(changed: int, job: Job) -> None:
    if changed != 1:
        raise Conflict("store.lease_lost", job=job.id, kind=job.kind)


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        subject=json.loads(row.subject),
        due=read_instant(row.due),
        tries=row.tries,
        lease_until=None if row.lease_until is None else read_instant(row.lease_until),
        token=row.lease_token,
        last_error=row.last_error,
        done_at=None if row.done_at is None else read_instant(row.done_at),
    )


_PUT = Statement(
    "INSERT INTO job (kind, subject, due) VALUES (:kind, :subject, :due)"
    " ON CONFLICT (kind, subject) DO NOTHING"
)
_PUT_AGAIN = Statement(
    "INSERT INTO job (kind, subject, due) VALUES (:kind, :subject, :due)"
    " ON CONFLICT (kind, subject) DO UPDATE SET due = excluded.due, done_at = NULL, tries = 0"
    " WHERE job.done_at IS NOT NULL"
)
_GET = Statement("SELECT * FROM job WHERE kind = :kind AND subject = :subject")


@lru_cache(maxsize=_AT_ONCE)
def _get_some(subjects: int) -> Statement:
    named = ", ".join(f":subject{n}" for n in range(subjects))
    return Statement(f"SELECT * FROM job WHERE kind = :kind AND subject IN ({named})")  # noqa: S608 - names of values


_LEASE_ONE: Final = (
    "UPDATE job SET lease_until = :until, lease_token = :token, tries = tries + 1 WHERE id ="
    " (SELECT id FROM job WHERE done_at IS NULL AND due <= :now{of_kinds}"
    " AND (lease_until IS NULL OR lease_until <= :now) ORDER BY due, id LIMIT 1{passing_by}) RETURNING *"
)
# A job that somebody is just looking at is passed by, and not waited for.
_PASSING_BY: Final = " FOR UPDATE SKIP LOCKED"


@lru_cache(maxsize=64)
def _lease(dialect: Dialect, kinds: int | None) -> Statement:
    return Statement(
        _LEASE_ONE.format(
            of_kinds="" if kinds is None else f" AND {_of_kinds(kinds)}",
            passing_by=_PASSING_BY if dialect == "postgresql" else "",
        )
    )


@lru_cache(maxsize=64)
def _is_due(kinds: int) -> Statement:
    return Statement(
        f"SELECT 1 FROM job WHERE done_at IS NULL AND due <= :now AND {_of_kinds(kinds)}"  # noqa: S608 - names
        " AND (lease_until IS NULL OR lease_until <= :now) LIMIT 1"
    )


def _of_kinds(kinds: int) -> str:
    """That a job is of one of so many kinds; of none, where there are none."""
    return f"kind IN ({', '.join(f':kind{number}' for number in range(kinds)) or 'NULL'})"


def _named(kinds: Sequence[str]) -> dict[str, str]:
    return {f"kind{number}": kind for number, kind in enumerate(kinds)}


_RENEW = Statement("UPDATE job SET lease_until = :until WHERE id = :id AND lease_token = :token")
_FINISH = Statement(
    "UPDATE job SET done_at = :now, lease_until = NULL, lease_token = NULL, last_error = NULL"
    " WHERE id = :id AND lease_token = :token"
)
_FAIL = Statement(
    "UPDATE job SET due = :due, last_error = :error, lease_until = NULL, lease_token = NULL"
    " WHERE id = :id AND lease_token = :token"
)
_REPEAT = Statement(
    "UPDATE job SET due = :due, tries = 0, last_error = NULL, lease_until = NULL, lease_token = NULL"
    " WHERE id = :id AND lease_token = :token"
)
_PUT_OFF = Statement(
    "UPDATE job SET due = :due, tries = tries - 1, lease_until = NULL, lease_token = NULL"
    " WHERE id = :id AND lease_token = :token"
)
_FREE = Statement("UPDATE job SET lease_until = NULL, lease_token = NULL WHERE lease_token IS NOT NULL")
_HASTEN = Statement(
    "UPDATE job SET due = :due WHERE kind = :kind AND subject = :subject AND done_at IS NULL AND due > :due"
)
_ACTS = Statement(
    "SELECT a.id FROM act AS a JOIN job AS j ON j.kind = :kind AND j.subject = '{\"act\":\"' || a.id || '\"}'"
    " WHERE a.case_id = :case AND j.done_at IS NULL"
)
_REMINDERS = Statement(
    "SELECT subject FROM job WHERE done_at IS NULL AND due <= :until AND kind = :remind ORDER BY due, id"
)
_WAITING = Statement(
    "SELECT * FROM job WHERE done_at IS NULL AND coalesce(CAST(:kind AS TEXT) = kind, kind <> :remind)"
    " ORDER BY due, id"
)
