"""The list of cases: a projection of the acts, which can be thrown away and made again.

Promises: it says nothing that the acts do not say; ``reindex`` gives the same list as the acts that
were stored one by one did.

Leaves to others: the state of a case, which is a fold over its acts (the room ``cases``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from comity.clock import read_instant
from comity.errors import NotFound
from comity.store.statement import Statement

_ALL: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. ``states``: of the acts' authors and addressees, in alphabetical order.

    ``first_at`` and ``last_at``: when this node stored its first and its last act.
    """

    case: str
    states: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    last_kind: str
    shared_acts: int
    home_acts: int


def list_cases(
    conn: Connection, *, state: str | None = None, limit: int = 100, offset: int = 0
) -> tuple[CaseLine, ...]:
    """The cases, or those with one State; the one that moved last comes first. ``limit`` below 0: all."""
    most = limit if limit >= 0 else _ALL
    rows = _LIST.all(conn, {"state": state, "limit": most, "offset": offset})
    return tuple(_line(row) for row in rows)


def get_case_line(conn: Connection, case: str) -> CaseLine:
    """One case's line.

    Raises:
        NotFound: no act of it is here.
    """
    row = _GET.first(conn, {"case": case})
    if row is None:
        raise NotFound("store.no_such_case", case=case)
    return _line(row)


def last_stored(conn: Connection) -> datetime | None:
    """When this node stored the last act of any case; none before the first."""
    found = _LAST.scalar(conn)
    return None if found is None else read_instant(found)


def cases_beginning(conn: Connection, prefix: str, *, most: int = 2) -> tuple[str, ...]:
    """References that begin so (hexadecimal digits), at most so many."""
    row = {"low": prefix, "high": prefix + "g", "most": most}
    return tuple(str(id) for id in _BEGINNING.scalars(conn, row))


def reindex(conn: Connection) -> int:
    """Throw the list away and make it again from the acts; gives the number of cases."""
    _CLEAR.run(conn)
    cases = [str(row.case_id) for row in _CASES.all(conn)]
    for case in cases:
        _PROJECT.run(conn, {"case": case})
    return len(cases)


def reindex_case(conn: Connection, case: str) -> None:
    """Make one case's line again."""
    _CLEAR_ONE.run(conn, {"case": case})
    _PROJECT.run(conn, {"case": case})


def _line(row: Any) -> CaseLine:
    states = (row.state_a,) if row.state_a == row.state_b else (row.state_a, row.state_b)
    first_at, last_at = read_instant(row.first_at), read_instant(row.last_at)
    return CaseLine(row.case_id, states, first_at, last_at, row.last_kind, row.shared_acts, row.home_acts)


_BEGINNING = Statement(
    "SELECT case_id FROM case_list WHERE case_id >= :low AND case_id < :high ORDER BY case_id LIMIT :most"
)
_LIST = Statement(
    "SELECT * FROM case_list WHERE CAST(:state AS TEXT) IS NULL OR state_a = :state OR state_b = :state"
    " ORDER BY last_at DESC, case_id LIMIT :limit OFFSET :offset"
)
_GET = Statement("SELECT * FROM case_list WHERE case_id = :case")
_LAST = Statement("SELECT max(last_at) FROM case_list")
_CLEAR = Statement("DELETE FROM case_list")
_CLEAR_ONE = Statement("DELETE FROM case_list WHERE case_id = :case")
_CASES = Statement("SELECT DISTINCT case_id FROM act WHERE case_id IS NOT NULL ORDER BY case_id")
# An act that stays at home names no other State: until one is shared, the case has our State alone.
_PROJECT = Statement(
    """WITH acts AS (SELECT * FROM act WHERE case_id = :case),
    named AS (
        SELECT state FROM acts
        UNION SELECT upper(substr(to_authority, 1, 2)) FROM acts WHERE to_authority IS NOT NULL
    )
    INSERT INTO case_list (case_id, state_a, state_b, first_at, last_at, last_kind, shared_acts, home_acts)
    SELECT :case, (SELECT min(state) FROM named), (SELECT max(state) FROM named),
        min(arrived_at), max(arrived_at),
        (SELECT kind FROM acts ORDER BY seq DESC LIMIT 1),
        sum(CASE WHEN direction <> 'home' THEN 1 ELSE 0 END),
        sum(CASE WHEN direction = 'home' THEN 1 ELSE 0 END)
    FROM acts"""
)
