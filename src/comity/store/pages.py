"""Finding cases in the index: by tags, words, whose they are, what is due; a page at a time.

Promises: lists are given in the order in which cases moved last, or by what is due first, from a place on;
the first order of those alone in which nothing is due too, so that both make up one list of all. A page costs
as much at the end as at the beginning, and as much for a word that stands in every case as for one that
stands in few. Both databases find the same.

Leaves to others: the rows (``projection``), what a word is (``words``), who may see what is found (``app``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import BadInput, Conflict
from comity.store import readers
from comity.store.dues import CROSS
from comity.store.projection import are_whole, first_place
from comity.store.readers import Readership
from comity.store.schema import Dialect, dialect_of
from comity.store.statement import Statement
from comity.store.words import words_asked
from comity.wire import Json

FEW: Final = 2000
"""Rows that are few enough to be looked at one by one, and sorted; more are walked along in their order."""

NEAR: Final = 1000
"""Rows that are looked at for words one by one, from where a page begins, before the index of words is asked:
a word that stands in many cases is found among the next ones sooner than all of its cases are listed."""

_MOST: Final = 1000
_BIGGEST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list.

    ``place``: grows with ``moved_at``, and no two cases have the same. ``seq``: of the last act that it
    was made of, which may be one that nobody may see. ``law``: the law data by which dues were counted.
    ``body``: what else a list says. ``due``: when the first thing is, or was, due.
    """

    place: int
    case: str
    moved_at: datetime
    seq: int
    law: str
    body: dict[str, Json]
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; everything that is named must hold.

    ``now``: by which it is told what is over. ``tags``: name and value. ``text``: each of its words must
    stand in the case, or begin one that does. ``since``: when the case moved last, at the earliest.
    ``keys``: each of them must be one of the case. ``readers``: whose cases; none: all.
    ``resting``: a request rests, since a clarification was not given in its time. ``due_by``: something is
    due by then; what is due first is given first. ``quiet``: nothing is due in it. ``after``: the key of the
    last line of the page before.
    """

    now: datetime
    tags: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    keys: frozenset[str] = frozenset()
    readers: Readership | None = None
    since: datetime | None = None
    resting: bool = False
    due_by: datetime | None = None
    quiet: bool = False
    after: str | None = None
    limit: int = 50


def find_lines(conn: Connection, wanted: Wanted) -> tuple[Line, ...]:
    """A page of lines; the case that moved last first, or with ``due_by`` what is due first.

    Raises:
        Conflict: the lists are not whole. BadInput: ``after`` is no key, or the text has no word.
    """
    rows: list[Any] = []
    for statement, values in page_statements(conn, wanted):
        rows = statement.all(conn, values)
        if len(rows) == values["limit"]:
            break
    return tuple(map(_line, rows))


def page_statements(conn: Connection, wanted: Wanted) -> Iterator[tuple[Statement, dict[str, Any]]]:
    """The statements that ``find_lines`` runs, with values: each finds a whole page, or the next is run.

    Raises:
        As ``find_lines``.
    """
    if not are_whole(conn):
        raise Conflict("store.lists_not_whole")
    words = _words(wanted)
    values: dict[str, Any] = {"limit": max(1, min(wanted.limit, _MOST)), "now": write_instant(wanted.now)}
    due = wanted.due_by is not None
    if wanted.since is not None:
        values["since"] = first_place(wanted.since)
    if wanted.due_by is not None:
        values["due_by"] = write_instant(wanted.due_by)
    if wanted.after:
        values |= _position(wanted.after, due=due)
    tags, rarest = _rarest_first(conn, wanted.tags, needed=bool(words) or due)
    for n, (name, value) in enumerate(tags):
        values |= {f"name{n}": name, f"value{n}": value}
    own = wanted.readers
    if own is not None:
        values |= own.values()
    few = _few(conn, wanted, rarest, values)
    shape = _Shape(
        dialect_of(conn),
        few or "all",
        len(tags),
        (),
        wanted.since is not None,
        wanted.resting,
        wanted.quiet,
        due,
        bool(wanted.after),
        None if own is None else own.shape,
    )
    if not words:
        yield _page(shape), values
        return
    for n, word in enumerate(words):
        values[f"word{n}"] = f" {word}"
    every = tuple(range(len(words)))
    if shape.dialect == "postgresql":
        values["words"] = _query(words, shape.dialect)
    if few is not None:
        yield _page(shape.with_words(few, every)), values
        return
    yield _page(shape.with_words("near", every)), values | {"near": NEAR}
    if shape.dialect == "postgresql":
        yield _page(shape.with_words("all", ())), values
        return
    # SQLite lists all cases of a word before it gives the first: of words in many, each row is asked.
    rare = [word for word in words if _stands_in(conn, word) <= FEW] or words
    tested = tuple(n for n, word in enumerate(words) if word not in rare)
    yield _page(shape.with_words("all", tested)), values | {"words": _query(tuple(rare), shape.dialect)}


def _few(conn: Connection, wanted: Wanted, rarest: int, values: Mapping[str, Any]) -> _Lead | None:
    """What finds so few rows that they are read first, and sorted. ``rarest``: how many have the rarest."""
    if wanted.readers is not None and readers.has_few(conn, wanted.readers, FEW):
        return "own"
    if rarest <= FEW:
        return "tag"
    if wanted.quiet and int(_COUNT_QUIET.scalar(conn, {"now": values["now"], "most": FEW + 1})) <= FEW:
        return "quiet"
    return None


def key_after(line: Line, *, due: bool) -> str:
    """The key from which the next page goes on, in a list by what is due, or by what moved."""
    return f"{write_instant(line.due)}.{line.place:x}" if due and line.due else f"{line.place:x}"


_Lead = Literal["own", "tag", "quiet", "near", "all"]
"""What is read first: a reader's few cases, those of a rare tag, few in which nothing is due, the next ones
in order, or whatever is asked for, in order."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a question consists of. ``tags``: how many. ``tested``: of which words each row is asked.

    ``matched``: the index of words is asked.
    """

    dialect: Dialect
    lead: _Lead
    tags: int
    tested: tuple[int, ...]
    since: bool
    resting: bool
    quiet: bool
    due: bool
    after: bool
    readers: readers.Shape | None
    matched: bool = False

    def with_words(self, lead: _Lead, tested: tuple[int, ...]) -> _Shape:
        return _Shape(
            self.dialect,
            lead,
            self.tags,
            tested,
            self.since,
            self.resting,
            self.quiet,
            self.due,
            self.after,
            self.readers,
            matched=lead == "all",
        )


@lru_cache(maxsize=512)
def _page(shape: _Shape) -> Statement:
    """One statement a shape of the question: what leads is what the fewest rows are read by."""
    source, place, where, order = _led(shape)
    # By what is due each row is asked, in their order: else PostgreSQL sorts all that have the tag.
    asked = "(SELECT 1 FROM {} LIMIT 1) IS NOT NULL" if shape.due else "EXISTS (SELECT 1 FROM {})"
    where += [
        asked.format(f"case_tag AS t WHERE t.name = :name{n} AND t.value = :value{n} AND t.place = {place}")
        for n in range(1 if "case_tag AS t0" in source else 0, shape.tags)
    ]
    if shape.tested:
        where += _tested(shape, place)
    if shape.readers is not None:
        where.append(shape.readers.holds(place))
    if shape.resting:
        where.append(
            "EXISTS (SELECT 1 FROM case_due AS r"  # noqa: S608
            f" WHERE r.place = {place} AND r.outcome = 'rests' AND r.at <= :now)"
        )
    if shape.quiet:
        where.append("l.quiet_from <= :now")
    first = "d.at" if shape.due else _FIRST_DUE
    # Of fixed parts alone; every value is bound.
    told = " AND ".join(where) or "1 = 1"
    return Statement(
        f"SELECT l.*, {first} AS due FROM {source} WHERE {told} ORDER BY {order} LIMIT :limit"  # noqa: S608
    )


def _led(shape: _Shape) -> tuple[str, str, list[str], str]:
    """What a statement reads first: its tables, the place of a case in them, conditions, and the order."""
    cross = CROSS[shape.dialect]
    line = f" {cross} case_line AS l ON l.place = "
    dues = f" {cross} case_due AS d ON d.place = l.place" if shape.due else ""
    due_order = "d.at, d.place"
    if shape.lead == "near":
        near = "d" if shape.due else "near"
        order = due_order if shape.due else "near.place DESC"
        return f"({_near(shape)}) AS {near}{line}{near}.place", f"{near}.place", [], order
    if shape.lead == "own" and shape.readers is not None:
        place, source, where = "l.place", f"case_line AS l{dues}", [f"l.place IN ({shape.readers.places})"]
    elif shape.lead == "quiet":
        place, source, where = "l.place", "case_line AS l", [f"l.place IN ({_QUIET})"]
    elif shape.lead == "tag" or (shape.tags and not shape.due and not shape.matched):
        place, source, where = "t0.place", f"case_tag AS t0{line}t0.place{dues}", [_TAG]
    elif shape.due:
        place, source, where = "d.place", f"case_due AS d{line}d.place", []
        if shape.matched:
            where.append(_AMONG_WORDS[shape.dialect])
    elif shape.matched:
        place = "w.rowid" if shape.dialect == "sqlite" else "w.place"
        source, where = f"case_word AS w{line}{place}", [_MATCHING[shape.dialect]]
    else:
        place, source, where = "l.place", "case_line AS l", []
    if shape.due:
        where.append(_FIRST_OF_CASE)
    return source, place, [*where, *_bounds(shape, place)], due_order if shape.due else f"{place} DESC"


def _near(shape: _Shape) -> str:
    """The next rows from where a page begins, whatever their words."""
    if shape.due:
        where, place = [_FIRST_OF_CASE, *_bounds(shape, "d.place")], "d.place"
        told, order = " AND ".join(where), "d.at, d.place"
        return f"SELECT d.at, d.place FROM case_due AS d WHERE {told} ORDER BY {order} LIMIT :near"  # noqa: S608
    table, place, where = (
        ("case_tag AS t0", "t0.place", [_TAG]) if shape.tags else ("case_line AS p", "p.place", [])
    )
    told = " AND ".join([*where, *_bounds(shape, place)]) or "1 = 1"
    return f"SELECT {place} AS place FROM {table} WHERE {told} ORDER BY {place} DESC LIMIT :near"  # noqa: S608


def _bounds(shape: _Shape, place: str) -> list[str]:
    """Where a page begins, and how far back it goes."""
    told = []
    if shape.since:
        told.append(f"{place} >= :since")
    if shape.after:
        told.append("(d.at, d.place) > (:due, :place)" if shape.due else f"{place} < :place")
    return told


def _tested(shape: _Shape, place: str) -> list[str]:
    if shape.dialect == "postgresql":
        return [_TESTED_IN_POSTGRESQL.format(place)]
    return [_TESTED_IN_SQLITE.format(place, n) for n in shape.tested]


def _words(wanted: Wanted) -> tuple[str, ...]:
    words = () if wanted.text is None else words_asked(wanted.text)
    if wanted.text is not None and not words:
        raise BadInput("store.no_word")
    return words + tuple(sorted(wanted.keys))


def _stands_in(conn: Connection, word: str) -> int:
    """In how many cases a word stands as it is, counted up to one more than ``FEW``."""
    return int(_COUNT_WORD.scalar(conn, {"word": f'"{word}"', "most": FEW + 1}))


def _rarest_first(
    conn: Connection, tags: tuple[tuple[str, str], ...], *, needed: bool
) -> tuple[tuple[tuple[str, str], ...], int]:
    """The tags, and how many cases have the rarest, counted up to one more than ``FEW``."""
    if not tags or (len(tags) == 1 and not needed):
        return tags, FEW + 1
    counted = sorted(
        (int(_COUNT.scalar(conn, {"name": n, "value": v, "most": FEW + 1})), n, v) for n, v in tags
    )
    return tuple((name, value) for _, name, value in counted), counted[0][0]


def _query(words: tuple[str, ...], dialect: Dialect) -> str:
    # A word is of a-z, 0-9 and _ alone (``words``): nothing in it means anything to either.
    if dialect == "postgresql":
        return " & ".join(f"{word}:*" for word in words)
    return " AND ".join(f'"{word}" *' for word in words)


def _position(after: str, *, due: bool) -> dict[str, Any]:
    instant, _, digits = after.rpartition(".")
    try:
        if bool(instant) != due or not 0 <= int(digits, 16) < _BIGGEST:
            raise ValueError(after)
        place = int(digits, 16)
        if due:
            return {"due": write_instant(read_instant(instant)), "place": place}
    except (ValueError, BadInput) as error:
        raise BadInput("store.no_such_page", text=after[:64]) from error
    return {"place": place}


def _line(row: Any) -> Line:
    due = None if row.due is None else read_instant(row.due)
    moved_at = read_instant(row.moved_at)
    return Line(row.place, row.case_id, moved_at, row.seq, row.law, json.loads(row.body), due)


_COUNT = Statement(
    "SELECT count(*) FROM (SELECT 1 FROM case_tag WHERE name = :name AND value = :value LIMIT :most) AS few"
)
_COUNT_WORD = Statement(
    "SELECT count(*) FROM (SELECT 1 FROM case_word WHERE case_word MATCH :word LIMIT :most) AS few"
)
_QUIET: Final = "SELECT place FROM case_line WHERE quiet_from <= :now"
_COUNT_QUIET = Statement(f"SELECT count(*) FROM ({_QUIET} LIMIT :most) AS few")  # noqa: S608 - fixed parts
_TAG: Final = "t0.name = :name0 AND t0.value = :value0"
_LIVE: Final = "({0}.outcome <> 'settles' OR {0}.at > :now)"
_FIRST_DUE: Final = f"(SELECT min(e.at) FROM case_due AS e WHERE e.place = l.place AND {_LIVE.format('e')})"  # noqa: S608
_FIRST_OF_CASE: Final = (
    f"d.at <= :due_by AND {_LIVE.format('d')} AND NOT EXISTS (SELECT 1 FROM case_due AS e"  # noqa: S608
    f" WHERE e.place = d.place AND (e.at, e.outcome) < (d.at, d.outcome) AND {_LIVE.format('e')})"
)
_MATCHING: Final = {
    "sqlite": "case_word MATCH :words",
    "postgresql": "w.words @@ CAST(:words AS tsquery)",
}
_AMONG_WORDS: Final = {
    "sqlite": "l.place IN (SELECT rowid FROM case_word WHERE case_word MATCH :words)",
    "postgresql": "l.place IN (SELECT place FROM case_word WHERE words @@ CAST(:words AS tsquery))",
}
# Words stand in the row in their order with a blank between them: what is asked for is the beginning of one.
_TESTED_IN_SQLITE: Final = (
    "instr((SELECT ' ' || v.words FROM case_word AS v WHERE v.rowid = {0}), :word{1}) > 0"
)
_TESTED_IN_POSTGRESQL: Final = (
    "EXISTS (SELECT 1 FROM case_word AS v WHERE v.place = {0} AND v.words @@ CAST(:words AS tsquery))"
)
