"""Hand-overs of exhibits that are to be time-stamped, and their time-stamps.

Promises: the custody event of a hand-over is kept as it was signed; each authority's token over it once.

Leaves to others: what the bytes mean (``evidence.handover``), asking for the tokens (``app.stamping``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.store.statement import Statement


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over: its event's counter among the exhibit's, and the event's signed envelope."""

    case: str
    exhibit: str
    counter: int
    event: bytes
    added_at: datetime


def put_handover(conn: Connection, one: Handover) -> None:
    """Keep a hand-over that is to be time-stamped.

    Raises:
        Conflict: it is there.
    """
    _put(conn, one, f"{_EVENT}{one.counter:0{_DIGITS}d}", one.event, one.added_at)


def unstamped_handovers(
    conn: Connection, authority: str, since: datetime | None, most: int
) -> tuple[Handover, ...]:
    """Those that wait for an authority's time-stamp, the longest waiting first.

    Those that have none at all; and, of those of ``since`` or later, those without this authority's.
    """
    values = {"authority": authority, "since": _NEVER if since is None else write_instant(since)}
    rows = _WAITING.all(conn, values | {"most": most})
    return tuple(
        Handover(r.case_id, r.exhibit, _counter(r.kind), bytes(r.data), read_instant(r.added_at))
        for r in rows
    )


def put_handover_stamp(conn: Connection, one: Handover, authority: str, token: bytes, at: datetime) -> bool:
    """Keep an authority's token over a hand-over; ``False``: it is there already."""
    kind = f"{_TOKEN}{one.counter:0{_DIGITS}d}-{authority}"
    if _GET.first(conn, {"case": one.case, "exhibit": one.exhibit, "kind": kind}) is not None:
        return False
    _put(conn, one, kind, token, at)
    return True


def handover_stamps(conn: Connection, case: str, exhibit: str) -> tuple[tuple[Handover, bytes], ...]:
    """The time-stamped hand-overs of an exhibit with their tokens, in the order of the events."""
    rows = _OF.all(conn, {"case": case, "exhibit": exhibit, "kind": f"{_EVENT}%"})
    events = {
        _counter(r.kind): Handover(case, exhibit, _counter(r.kind), bytes(r.data), read_instant(r.added_at))
        for r in rows
    }
    tokens = _OF.all(conn, {"case": case, "exhibit": exhibit, "kind": f"{_TOKEN}%"})
    return tuple((events[_counter(r.kind)], bytes(r.data)) for r in tokens)


def _put(conn: Connection, one: Handover, kind: str, data: bytes, at: datetime) -> None:
    row = {"case": one.case, "exhibit": one.exhibit, "kind": kind, "data": data, "at": write_instant(at)}
    _PUT.run(conn, row)


def _counter(kind: str) -> int:
    return int(kind.split("-")[1])


_EVENT: Final = "handover-"
_TOKEN: Final = "handed-"  # noqa: S105 - the beginning of a kind of record
_DIGITS: Final = 6
_NEVER: Final = "~"
"""After every instant."""

_PUT = Statement(
    "INSERT INTO exhibit_record (case_id, exhibit, kind, data, added_at)"
    " VALUES (:case, :exhibit, :kind, :data, :at)"
)
_GET = Statement(
    "SELECT data FROM exhibit_record WHERE case_id = :case AND exhibit = :exhibit AND kind = :kind"
)
_OF = Statement(
    "SELECT kind, data, added_at FROM exhibit_record"
    " WHERE case_id = :case AND exhibit = :exhibit AND kind LIKE :kind ORDER BY kind"
)
_WAITING = Statement(
    "SELECT case_id, exhibit, kind, data, added_at FROM exhibit_record AS r WHERE kind LIKE 'handover-%'"
    " AND (NOT EXISTS (SELECT 1 FROM exhibit_record AS t WHERE t.case_id = r.case_id"
    " AND t.exhibit = r.exhibit AND t.kind LIKE 'handed-' || substr(r.kind, 10) || '-%')"
    " OR (added_at >= :since AND NOT EXISTS (SELECT 1 FROM exhibit_record AS t WHERE t.case_id = r.case_id"
    " AND t.exhibit = r.exhibit AND t.kind = 'handed-' || substr(r.kind, 10) || '-' || :authority)))"
    " ORDER BY added_at, case_id, exhibit, kind LIMIT :most"
)
