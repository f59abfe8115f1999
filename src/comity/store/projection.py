"""What lists and searches read: a line, tags and words for each case. They can be thrown away and made again.

Promises: nothing stands here that the acts do not say; a case's rows are put in place of those it had, so
that what was erased of it is gone here too. Lists are given in the order in which cases moved last, a page at
a time, from a place on: a page costs as much at the end as at the beginning. Both databases find the same.

Leaves to others: what a line says and which tags a case has (``app.index``), what a word is (``words``), who
may see it (``app``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import BadInput, Conflict
from comity.store.schema import INDEX_VERSION, dialect_of
from comity.store.statement import Statement
from comity.store.words import words_asked, words_of
from comity.wire import Json, encode

Outcome = Literal["stays", "settles", "rests"]
"""What comes of what is due when its time is over: it stays due, that settles it, or the request rests."""

_TIE_BITS: Final = 30
_DIGITS: Final = 8
_FEW: Final = 2000
"""Rows up to which it is counted which of several tags is the rarest."""

_MADE_FOR: Final = "index_version"
_MOST: Final = 1000


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
    ``keys``: each of them must be one of the case.
    ``resting``: a request rests, since a clarification was not given in its time. ``due_by``: something is
    due by then; what is due first is given first. ``after``: the key of the last line of the page before.
    """

    now: datetime
    tags: tuple[tuple[str, str], ...] = ()
    text: str | None = None
    keys: frozenset[str] = frozenset()
    since: datetime | None = None
    resting: bool = False
    due_by: datetime | None = None
    after: str | None = None
    limit: int = 50


def put_line(
    conn: Connection,
    case: str,
    *,
    moved_at: datetime,
    seq: int,
    law: str,
    body: dict[str, Json],
    dues: Collection[tuple[datetime, Outcome]],
    tags: Collection[tuple[str, str]],
    texts: Iterable[str],
    keys: Collection[str] = (),
) -> None:
    """Put a case's line, tags and words in place of those that it had.

    ``keys``: kept among the words; of a-z, 0-9 and _, beginning with two underlines and ending with one.
    """
    drop_line(conn, case)
    place = _free_place(conn, case, moved_at)
    line = {
        "place": place,
        "case": case,
        "moved_at": write_instant(moved_at),
        "seq": seq,
        "law": law,
        "body": encode(body).decode("utf-8"),
    }
    _PUT.run(conn, line)
    times = sorted({(write_instant(at), outcome) for at, outcome in dues})
    _PUT_DUE.many(conn, [{"place": place, "at": at, "outcome": outcome} for at, outcome in times])
    _PUT_TAG.many(conn, [{"place": place, "name": n, "value": v} for n, v in sorted(set(tags))])
    words = (*words_of(texts), *sorted(keys))
    if dialect_of(conn) == "postgresql":
        _PUT_WORDS["postgresql"].run(conn, {"place": place, "words": list(words)})
    else:
        _PUT_WORDS["sqlite"].run(conn, {"place": place, "words": " ".join(words)})


def drop_line(conn: Connection, case: str) -> None:
    """Take a case out of every list; nothing else changes."""
    place = _PLACE.scalar(conn, {"case": case})
    if place is None:
        return
    row = {"place": place}
    _DROP_WORDS[dialect_of(conn)].run(conn, row)
    _DROP_TAGS.run(conn, row)
    _DROP_DUES.run(conn, row)
    _DROP.run(conn, row)


def drop_lines(conn: Connection) -> None:
    """Throw all lines, tags and words away, and say that lists are not whole until ``lists_whole``."""
    for statement in _CLEAR:
        statement.run(conn)
    _MARK.run(conn, {"name": _MADE_FOR, "value": "0"})


def lists_whole(conn: Connection) -> None:
    """Say that every case has its line."""
    _MARK.run(conn, {"name": _MADE_FOR, "value": str(INDEX_VERSION)})


def are_whole(conn: Connection) -> bool:
    """Whether every case has its line, as this version of the program makes lines."""
    return bool(_MARKED.scalar(conn, {"name": _MADE_FOR}) == str(INDEX_VERSION))


def stale_cases(conn: Connection, law: str) -> tuple[int, int]:
    """How many lines are missing, too many or older than their acts; and how many go by other law data."""
    lines, acts = (int(one.scalar(conn)) for one in (_LINES, _CASES))
    behind = int(_BEHIND.scalar(conn))
    return behind + max(lines - acts, 0), int(_OTHER_LAW.scalar(conn, {"law": law}))


def cases_with_acts(conn: Connection, after: str, limit: int) -> tuple[str, ...]:
    """References of cases beyond one (``""``: from the first), in their order, at most so many."""
    return tuple(str(id) for id in _NEXT_CASES.scalars(conn, {"after": after, "limit": limit}))


def find_lines(conn: Connection, wanted: Wanted) -> tuple[Line, ...]:
    """A page of lines; the case that moved last first, or with ``due_by`` what is due first.

    Raises:
        Conflict: the lists are not whole. BadInput: ``after`` is no key, or the text has no word.
    """
    statement, values = page_statement(conn, wanted)
    return tuple(_line(row) for row in statement.all(conn, values))


def page_statement(conn: Connection, wanted: Wanted) -> tuple[Statement, dict[str, Any]]:
    """The statement that ``find_lines`` runs, with its values: what a look at its plan is asked for.

    Raises:
        As ``find_lines``.
    """
    if not are_whole(conn):
        raise Conflict("store.lists_not_whole")
    dialect = dialect_of(conn)
    words = () if wanted.text is None else words_asked(wanted.text)
    if wanted.text is not None and not words:
        raise BadInput("store.no_word")
    words += tuple(sorted(wanted.keys))
    tags = _rarest_first(conn, wanted.tags) if wanted.tags else ()
    values: dict[str, Any] = {"limit": max(1, min(wanted.limit, _MOST)), "now": write_instant(wanted.now)}
    for n, (name, value) in enumerate(tags):
        values |= {f"name{n}": name, f"value{n}": value}
    if words:
        values["words"] = _query(words, dialect)
    if wanted.since is not None:
        values["since"] = _first_place(wanted.since)
    if wanted.due_by is not None:
        values["due_by"] = write_instant(wanted.due_by)
    if wanted.after:
        values |= _position(wanted.after, due=wanted.due_by is not None)
    shape = _Shape(
        dialect,
        len(tags),
        bool(words),
        wanted.since is not None,
        wanted.resting,
        wanted.due_by is not None,
        bool(wanted.after),
    )
    return _page(shape), values


def key_after(line: Line, *, due: bool) -> str:
    """The key from which the next page goes on, in a list by what is due, or by what moved."""
    return f"{write_instant(line.due)}.{line.place:x}" if due and line.due else f"{line.place:x}"


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a question consists of. ``tags``: how many."""

    dialect: str
    tags: int
    words: bool
    since: bool
    resting: bool
    due: bool
    after: bool


@lru_cache(maxsize=256)
def _page(shape: _Shape) -> Statement:
    """One statement a shape of the question: what leads is what the fewest rows are read by."""
    dialect, tags, words, due = shape.dialect, shape.tags, shape.words, shape.due
    where = []
    if due:
        source, place = f"case_due AS d {_CROSS[dialect]} case_line AS l ON l.place = d.place", "d.place"
    elif words:
        source, place = _LED_BY_WORDS[dialect]
    elif tags:
        source, place = f"case_tag AS t0 {_CROSS[dialect]} case_line AS l ON l.place = t0.place", "t0.place"
        where.append("t0.name = :name0 AND t0.value = :value0")
    else:
        source, place = "case_line AS l", "l.place"
    where += [
        f"EXISTS (SELECT 1 FROM case_tag AS t WHERE t.name = :name{n} AND t.value = :value{n}"  # noqa: S608
        f" AND t.place = {place})"
        for n in range(0 if due or words else 1, tags)
    ]
    if words:
        where.append(_AMONG_WORDS[dialect] if due else _MATCHING[dialect])
    if shape.since:
        where.append(f"{place} >= :since")
    if due:
        where.append(_FIRST_OF_CASE)
    if shape.resting:
        where.append(
            "EXISTS (SELECT 1 FROM case_due AS r"  # noqa: S608
            f" WHERE r.place = {place} AND r.outcome = 'rests' AND r.at <= :now)"
        )
    if shape.after:
        where.append("(d.at, d.place) > (:due, :place)" if due else f"{place} < :place")
    order = "d.at, d.place" if due else f"{place} DESC"
    first = "d.at" if due else _FIRST_DUE
    # Of fixed parts alone; every value is bound.
    told = " AND ".join(where) or "1 = 1"
    text = f"SELECT l.*, {first} AS due FROM {source} WHERE {told} ORDER BY {order} LIMIT :limit"  # noqa: S608
    return Statement(text)


def _rarest_first(conn: Connection, tags: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if len(tags) == 1:
        return tags
    counted = ((int(_COUNT.scalar(conn, {"name": n, "value": v, "most": _FEW})), n, v) for n, v in tags)
    return tuple((name, value) for _, name, value in sorted(counted))


def _query(words: tuple[str, ...], dialect: str) -> str:
    # A word is of a-z, 0-9 and _ alone (``words``): nothing in it means anything to either.
    if dialect == "postgresql":
        return " & ".join(f"{word}:*" for word in words)
    return " AND ".join(f'"{word}" *' for word in words)


def _first_place(instant: datetime) -> int:
    return int(instant.timestamp()) << _TIE_BITS


def _free_place(conn: Connection, case: str, moved_at: datetime) -> int:
    """A place for the case: by when it moved and, within a second, by chance of its reference."""
    digits = case[:_DIGITS]
    tie = int(digits, 16) if all(c in "0123456789abcdef" for c in digits) else 0
    place = _first_place(moved_at) + (tie & ((1 << _TIE_BITS) - 1))
    while _TAKEN.scalar(conn, {"place": place}) is not None:  # ends: there are fewer cases than places
        place += 1
    return place


def _position(after: str, *, due: bool) -> dict[str, Any]:
    instant, _, digits = after.rpartition(".")
    try:
        if bool(instant) != due:
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


_PUT = Statement(
    "INSERT INTO case_line (place, case_id, moved_at, seq, law, body)"
    " VALUES (:place, :case, :moved_at, :seq, :law, :body)"
)
_PUT_DUE = Statement("INSERT INTO case_due (at, place, outcome) VALUES (:at, :place, :outcome)")
_PUT_TAG = Statement("INSERT INTO case_tag (name, value, place) VALUES (:name, :value, :place)")
_PUT_WORDS: Final = {
    "sqlite": Statement("INSERT INTO case_word (rowid, words) VALUES (:place, :words)"),
    "postgresql": Statement(
        "INSERT INTO case_word (place, words) VALUES (:place, array_to_tsvector(:words::text[]))"
    ),
}
_PLACE = Statement("SELECT place FROM case_line WHERE case_id = :case")
_TAKEN = Statement("SELECT 1 FROM case_line WHERE place = :place")
_DROP = Statement("DELETE FROM case_line WHERE place = :place")
_DROP_DUES = Statement("DELETE FROM case_due WHERE place = :place")
_DROP_TAGS = Statement("DELETE FROM case_tag WHERE place = :place")
_DROP_WORDS: Final = {
    "sqlite": Statement("DELETE FROM case_word WHERE rowid = :place"),
    "postgresql": Statement("DELETE FROM case_word WHERE place = :place"),
}
_CLEAR: Final = tuple(
    map(
        Statement,
        ("DELETE FROM case_word", "DELETE FROM case_tag", "DELETE FROM case_due", "DELETE FROM case_line"),
    )
)
_MARK = Statement(
    "INSERT INTO setting (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_MARKED = Statement("SELECT value FROM setting WHERE name = :name")
_COUNT = Statement(
    "SELECT count(*) FROM (SELECT 1 FROM case_tag WHERE name = :name AND value = :value LIMIT :most) AS few"
)
_LINES = Statement("SELECT count(*) FROM case_line")
_CASES = Statement("SELECT count(*) FROM case_list")
_BEHIND = Statement(
    "SELECT count(*) FROM case_list AS c LEFT JOIN case_line AS l ON l.case_id = c.case_id"
    " WHERE l.seq IS NULL OR l.seq <> (SELECT max(seq) FROM act AS a WHERE a.case_id = c.case_id)"
)
_OTHER_LAW = Statement("SELECT count(*) FROM case_line WHERE law <> :law")
_NEXT_CASES = Statement("SELECT case_id FROM case_list WHERE case_id > :after ORDER BY case_id LIMIT :limit")
_LIVE: Final = "({0}.outcome <> 'settles' OR {0}.at > :now)"
_FIRST_DUE: Final = f"(SELECT min(e.at) FROM case_due AS e WHERE e.place = l.place AND {_LIVE.format('e')})"  # noqa: S608
_FIRST_OF_CASE: Final = (
    f"d.at <= :due_by AND {_LIVE.format('d')} AND NOT EXISTS (SELECT 1 FROM case_due AS e"  # noqa: S608
    f" WHERE e.place = d.place AND (e.at, e.outcome) < (d.at, d.outcome) AND {_LIVE.format('e')})"
)
# SQLite keeps the order of a CROSS JOIN; PostgreSQL knows by its statistics.
_CROSS: Final = {"sqlite": "CROSS JOIN", "postgresql": "JOIN"}
_LED_BY_WORDS: Final = {
    "sqlite": ("case_word AS w CROSS JOIN case_line AS l ON l.place = w.rowid", "w.rowid"),
    "postgresql": ("case_word AS w JOIN case_line AS l ON l.place = w.place", "w.place"),
}
_MATCHING: Final = {
    "sqlite": "case_word MATCH :words",
    "postgresql": "w.words @@ CAST(:words AS tsquery)",
}
_AMONG_WORDS: Final = {
    "sqlite": "l.place IN (SELECT rowid FROM case_word WHERE case_word MATCH :words)",
    "postgresql": "l.place IN (SELECT place FROM case_word WHERE words @@ CAST(:words AS tsquery))",
}
