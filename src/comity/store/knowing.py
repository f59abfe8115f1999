"""What the rows tell of who may know of a case: its offices, and acts at home of one kind in all cases.

Promises: nothing is judged here; acts come in the order in which they were stored.

Leaves to others: who may read what (the room ``cases``, ``app``).
"""

from __future__ import annotations

from sqlalchemy import Connection

from comity.acts import Act
from comity.store.acts import get_act
from comity.store.statement import Statement


def home_acts_of_kind(conn: Connection, kind: str, case: str | None = None) -> tuple[Act, ...]:
    """The acts of one kind that stay at home, of all cases or of one."""
    if case is None:
        found = _OF_KIND.scalars(conn, {"kind": kind})
    else:
        found = _OF_KIND_IN_CASE.scalars(conn, {"kind": kind, "case": case})
    return tuple(get_act(conn, str(id)) for id in found)


def offices_of_case(conn: Connection, case: str, state: str) -> frozenset[str]:
    """The offices of a State that the acts of a case come from or go to."""
    rows = _OFFICES.scalars(conn, {"case": case, "state": state, "prefix": f"{state.lower()}:%"})
    return frozenset(str(office) for office in rows)


_OF_KIND = Statement("SELECT id FROM act WHERE direction = 'home' AND kind = :kind ORDER BY seq")
_OF_KIND_IN_CASE = Statement(
    "SELECT id FROM act WHERE direction = 'home' AND kind = :kind AND case_id = :case ORDER BY seq"
)
_OFFICES = Statement(
    "SELECT from_authority FROM act WHERE case_id = :case AND state = :state AND direction <> 'home'"
    " UNION SELECT to_authority FROM act WHERE case_id = :case AND to_authority LIKE :prefix"
)
