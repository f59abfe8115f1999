"""What is due over all cases, a row for each clock that somebody has to keep: by pages, the first due first.

Promises: nothing stands here that the acts do not say; a case's rows are put with its line and go with it. A
page costs as much as what it shows, wherever it begins. What has no date comes after all that has one.

Leaves to others: what a row says, and how it stands at an instant (``app.due``); who may see it (``app``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import BadInput
from comity.store import readers
from comity.store.readers import Readership
from comity.store.schema import dialect_of
from comity.store.statement import Statement
from comity.wire import Json, encode

FEW: Final = 2000
"""As in ``pages``."""

_BIGGEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class DueRow:
    """``at``: when time is over, if anything says. ``ours``: this State has to act. ``body``: the clock."""

    at: datetime | None
    ours: bool
    body: Json


@dataclass(frozen=True, slots=True)
class FoundDue:
    """A row found.

    ``states``: the case's. ``law``: by which law data it was counted. ``key``: where the next page begins.
    """

    case: str
    states: tuple[str, ...]
    law: str
    body: Json
    key: str


@dataclass(frozen=True, slots=True)
class WantedDues:
    """What is looked for.

    ``until``: due by then. ``awaited``: also what has no date. ``ours``: only what this State has to do.
    ``readers``: whose cases; none: all. ``after``: the key of the last row of the page before.
    """

    until: datetime
    ours: bool = False
    awaited: bool = False
    readers: Readership | None = None
    after: str | None = None
    limit: int = 50


def put_dues(conn: Connection, place: int, rows: Iterable[DueRow]) -> None:
    """Put the rows of a case, in the order in which they are shown where their dates are equal."""
    _PUT.many(
        conn,
        [
            {
                "place": place,
                "n": n,
                "at": None if row.at is None else write_instant(row.at),
                "ours": int(row.ours),
                "body": encode(row.body).decode("utf-8"),
            }
            for n, row in enumerate(rows)
        ],
    )


def drop_dues(conn: Connection, place: int) -> None:
    """Take a case's rows away."""
    _DROP.run(conn, {"place": place})


def find_dues(conn: Connection, wanted: WantedDues) -> tuple[FoundDue, ...]:
    """A page of what is due.

    Raises:
        BadInput: ``after`` is no key.
    """
    found: list[Any] = []
    for dated in (True, False) if wanted.awaited else (True,):
        asked = dues_statement(conn, wanted, wanted.limit - len(found), dated=dated)
        if asked is not None and len(found) < wanted.limit:
            statement, values = asked
            found += statement.all(conn, values)
    return tuple(
        FoundDue(
            row.case_id,
            tuple(sorted({row.state_a, row.state_b} - {None})),
            row.law,
            json.loads(row.body),
            f"{row.at or ''}.{row.place:x}.{row.n:x}",
        )
        for row in found
    )


def dues_statement(
    conn: Connection, wanted: WantedDues, limit: int, *, dated: bool
) -> tuple[Statement, dict[str, Any]] | None:
    """The statement that ``find_dues`` runs for what has a date, or for what has none, with its values.

    None: the key is beyond all of that.

    Raises:
        As ``find_dues``.
    """
    values: dict[str, Any] = {"limit": limit}
    after = wanted.after is not None
    if wanted.after is not None:
        at, place, n = _position(wanted.after)
        if dated and at is None:
            return None
        after = dated or at is None
        values |= {"a_place": place, "a_n": n} if after else {}
        values |= {"a_at": at} if dated else {}
    if dated:
        values["until"] = write_instant(wanted.until)
    few = False
    if wanted.readers is not None:
        values |= wanted.readers.values()
        few = readers.has_few(conn, wanted.readers, FEW)
    shape = None if wanted.readers is None else wanted.readers.shape
    return _page(_Shape(dialect_of(conn), dated, wanted.ours, after, few, shape)), values


@dataclass(frozen=True, slots=True)
class _Shape:
    dialect: str
    dated: bool
    ours: bool
    after: bool
    few: bool
    readers: readers.Shape | None


@lru_cache(maxsize=256)
def _page(shape: _Shape) -> Statement:
    cross = CROSS[shape.dialect]
    source = f"case_clock AS c {cross} case_line AS l ON l.place = c.place"
    where = ["c.at <= :until" if shape.dated else "c.at IS NULL"]
    if shape.after:
        where.append("(c.at, c.place, c.n) > (:a_at, :a_place, :a_n)" if shape.dated else _LATER)
    if shape.ours:
        where.append("c.ours = 1")
    if shape.readers is not None:
        if shape.few:
            source = f"case_line AS l {cross} case_clock AS c ON c.place = l.place"
            where.append(f"l.place IN ({shape.readers.places})")
        where.append(shape.readers.holds("c.place"))
    told, order = " AND ".join(where), "c.at, c.place, c.n" if shape.dated else "c.place, c.n"
    source = f"{source} LEFT JOIN case_list AS s ON s.case_id = l.case_id"
    return Statement(
        "SELECT c.at, c.place, c.n, c.body, l.case_id, l.law, s.state_a, s.state_b"  # noqa: S608 - fixed parts
        f" FROM {source} WHERE {told} ORDER BY {order} LIMIT :limit"
    )


def _position(after: str) -> tuple[str | None, int, int]:
    try:
        at, *places = after.split(".")
        place, n = (int(one, 16) for one in places)
        if max(place, n) >= _BIGGEST:
            raise ValueError(after)
        return write_instant(read_instant(at)) if at else None, place, n
    except (ValueError, BadInput) as error:
        raise BadInput("store.no_such_page", text=after[:64]) from error


# SQLite keeps the order of a CROSS JOIN; PostgreSQL knows by its statistics.
CROSS: Final = {"sqlite": "CROSS JOIN", "postgresql": "JOIN"}
_LATER: Final = "(c.place, c.n) > (:a_place, :a_n)"
_PUT = Statement("INSERT INTO case_clock (place, n, at, ours, body) VALUES (:place, :n, :at, :ours, :body)")
_DROP = Statement("DELETE FROM case_clock WHERE place = :place")
CLEAR: Final = Statement("DELETE FROM case_clock")
