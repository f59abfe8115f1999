"""What the rows tell of who may know of a case: its offices, and acts at home of one kind in all cases.

Promises: nothing is judged here; acts come in the order in which they were stored.

Leaves to others: who may read what (the room ``cases``, ``app``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from comity.acts import Act
from comity.store.acts import get_act
from comity.store.statement import Statement

_AT_ONCE: Final = 100
"""Cases that are named in one statement."""


def home_acts_of_kind(conn: Connection, kind: str, case: str | None = None) -> tuple[Act, ...]:
    """The acts of one kind that stay at home, of all cases or of one."""
    if case is None:
        found = _OF_KIND.scalars(conn, {"kind": kind})
    else:
        found = _OF_KIND_IN_CASE.scalars(conn, {"kind": kind, "case": case})
    return tuple(get_act(conn, str(id)) for id in found)


def cases_having(conn: Connection, kind: str, cases: Sequence[str]) -> frozenset[str]:
    """Those of some cases in which an act of this kind was said at home."""
    found: set[str] = set()
    for first in range(0, len(cases), _AT_ONCE):
        some = cases[first : first + _AT_ONCE]
        values = {"kind": kind, **{f"case{n}": case for n, case in enumerate(some)}}
        found |= {str(case) for case in _having(len(some)).scalars(conn, values)}
    return frozenset(found)


def offices_of_case(conn: Connection, case: str, state: str) -> frozenset[str]:
    """The offices of a State that the acts of a case come from or go to."""
    rows = _OFFICES.scalars(conn, {"case": case, "state": state, "prefix": f"{state.lower()}:%"})
    return frozenset(str(office) for office in rows)


@lru_cache(maxsize=_AT_ONCE)
def _having(cases: int) -> Statement:
    named = ", ".join(f":case{n}" for n in range(cases))
    return Statement(
        "SELECT DISTINCT case_id FROM act"  # noqa: S608 - names of values
        f" WHERE direction = 'home' AND kind = :kind AND case_id IN ({named})"
    )


_OF_KIND = Statement("SELECT id FROM act WHERE direction = 'home' AND kind = :kind ORDER BY seq")
_OF_KIND_IN_CASE = Statement(
    "SELECT id FROM act WHERE direction = 'home' AND kind = :kind AND case_id = :case ORDER BY seq"
)
_OFFICES = Statement(
    "SELECT from_authority FROM act WHERE case_id = :case AND state = :state AND direction <> 'home'"
    " UNION SELECT to_authority FROM act WHERE case_id = :case AND to_authority LIKE :prefix"
)
