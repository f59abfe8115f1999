"""Whose cases a list keeps to: the part of a statement by which one person's cases are found in the index.

Promises: the database itself leaves out what is not the person's, so that a page costs as much as what it
shows, whether a person has ten cases or all of them. What is asked for is bound, never written into the text.

Leaves to others: whose business a case is (``app.index`` puts it there, by ``cases.knowing``), and walls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection

from comity.clock import write_instant
from comity.store.statement import Statement

READER: Final = "reader"
"""The tag of whoever has a part in a case: a key, or an office where it is assigned to no person."""

LOOKED: Final = "looked"
"""The tag of a look into a case: ``looked_value``."""

ASSIGNED: Final = "assigned"
"""The tag of whom a case is assigned to: a key, an office, or ``NOBODY``."""

NOBODY: Final = "-"


@dataclass(frozen=True, slots=True)
class Readership:
    """A person whose cases a list keeps to, at an instant.

    ``key`` and ``office``: the person's. ``waiting``: the cases in which an act waits for that person's
    signature, which is in no index. ``assigned``: only cases that are assigned to the person, to nobody
    within the person's office, or to nobody at all. ``strict``: only those in which the person has a part,
    or looked into for a reason that still holds.
    """

    key: str
    office: str
    now: datetime
    waiting: frozenset[str] = frozenset()
    strict: bool = True
    assigned: bool = False

    @property
    def shape(self) -> Shape:
        """What its part of a statement consists of."""
        return Shape(self.strict, self.assigned, len(self.waiting) if self.strict else 0)

    def values(self) -> dict[str, Any]:
        """What its part of a statement is bound to."""
        if not self.strict:
            return {"r_key": self.key, "r_office": self.office}
        return {
            "r_key": self.key,
            "r_office": self.office,
            "r_from": looked_value(self.key, self.now),
            "r_to": f"{self.key}!",
            **{f"r_case{n}": case for n, case in enumerate(sorted(self.waiting))},
        }


@dataclass(frozen=True, slots=True)
class Shape:
    """``waiting``: how many cases are named."""

    strict: bool
    assigned: bool
    waiting: int

    def holds(self, place: str) -> str:
        """The condition that a case, named by its place, is the person's."""
        told = []
        if self.strict:
            told.append(_any(_READ.format(place), *self._among_waiting(place)))
        if self.assigned:
            told.append(_ASSIGNED.format(place))
        return " AND ".join(told)

    @property
    def places(self) -> str:
        """The places of the person's cases, for a person who has few."""
        if not self.strict:
            return _ASSIGNED_PLACES
        return " UNION ALL ".join((_READ_PLACES, _LOOKED_PLACES, *self._waiting_places()))

    def _among_waiting(self, place: str) -> tuple[str, ...]:
        return tuple(f"{place} IN ({places})" for places in self._waiting_places())

    def _waiting_places(self) -> tuple[str, ...]:
        if not self.waiting:
            return ()
        named = ", ".join(f":r_case{n}" for n in range(self.waiting))
        return (f"SELECT place FROM case_line WHERE case_id IN ({named})",)  # noqa: S608 - names of values


def looked_value(key: str, until: datetime) -> str:
    """The value of ``LOOKED`` for a look that holds until then. Those of one key stand in order of time."""
    return f"{key} {write_instant(until)}"


def has_few(conn: Connection, readership: Readership, most: int) -> bool:
    """Whether a person has so many cases at most."""
    counted = _counted(readership.shape).scalar(conn, {**readership.values(), "r_most": most + 1})
    return int(counted) <= most


@lru_cache(maxsize=256)
def _counted(shape: Shape) -> Statement:
    return Statement(
        f"SELECT count(*) FROM (SELECT place FROM ({shape.places}) AS own LIMIT :r_most) AS few"  # noqa: S608
    )


def _any(*conditions: str) -> str:
    return f"({' OR '.join(conditions)})"


# With a limit, and not EXISTS: else PostgreSQL lists all of the person's cases to look up a page's thirty.
# "!" comes right after the blank: so nothing but looks of this key stands between the two values.
_READ: Final = (
    "(SELECT 1 FROM case_tag AS m WHERE m.place = {0} AND"
    " ((m.name = 'reader' AND m.value IN (:r_key, :r_office))"
    " OR (m.name = 'looked' AND m.value > :r_from AND m.value < :r_to)) LIMIT 1) IS NOT NULL"
)
_ASSIGNED: Final = (
    "(SELECT 1 FROM case_tag AS g WHERE g.name = 'assigned' AND g.value IN (:r_key, :r_office, '-')"
    " AND g.place = {0} LIMIT 1) IS NOT NULL"
)
_READ_PLACES: Final = "SELECT place FROM case_tag WHERE name = 'reader' AND value IN (:r_key, :r_office)"
_LOOKED_PLACES: Final = (
    "SELECT place FROM case_tag WHERE name = 'looked' AND value > :r_from AND value < :r_to"
)
_ASSIGNED_PLACES: Final = (
    "SELECT place FROM case_tag WHERE name = 'assigned' AND value IN (:r_key, :r_office, '-')"
)
