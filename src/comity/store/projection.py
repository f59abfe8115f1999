"""What lists and searches read: a line, tags and words for each case. They can be thrown away and made again.

Promises: nothing stands here that the acts do not say; a case's rows are put in place of those it had, so
that what was erased of it is gone here too.

Leaves to others: what a line says and which tags a case has (``app.index``), what a word is (``words``),
finding them (``pages``, ``dues``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection

from comity.clock import write_instant
from comity.store.dues import CLEAR as CLEAR_DUES
from comity.store.dues import DueRow, drop_dues, put_dues
from comity.store.schema import INDEX_VERSION, dialect_of
from comity.store.statement import Statement
from comity.store.words import words_of
from comity.wire import Json, encode

Outcome = Literal["stays", "settles", "rests"]
"""What comes of what is due when its time is over: it stays due, that settles it, or the request rests."""

_TIE_BITS: Final = 30
_DIGITS: Final = 8
_MADE_FOR: Final = "index_version"


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
    clocks: Sequence[DueRow] = (),
) -> None:
    """Put a case's line, tags and words in place of those that it had.

    ``keys``: kept among the words; of a-z, 0-9 and _, beginning with two underlines and ending with one.
    ``clocks``: what is due in it and by whom, a row each.
    """
    drop_line(conn, case)
    place = _free_place(conn, case, moved_at)
    line = {
        "place": place,
        "case": case,
        "moved_at": write_instant(moved_at),
        "seq": seq,
        "law": law,
        "quiet_from": _quiet_from(dues),
        "body": encode(body).decode("utf-8"),
    }
    _PUT.run(conn, line)
    times = sorted({(write_instant(at), outcome) for at, outcome in dues})
    _PUT_DUE.many(conn, [{"place": place, "at": at, "outcome": outcome} for at, outcome in times])
    _PUT_TAG.many(conn, [{"place": place, "name": n, "value": v} for n, v in sorted(set(tags))])
    put_dues(conn, place, clocks)
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
    drop_dues(conn, place)
    _DROP.run(conn, row)


def drop_lines(conn: Connection) -> None:
    """Throw all lines, tags and words away, and say that lists are not whole until ``lists_whole``."""
    for statement in (*_CLEAR, CLEAR_DUES):
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


def first_place(instant: datetime) -> int:
    """The first place that a case which moved then may have."""
    return int(instant.timestamp()) << _TIE_BITS


def _quiet_from(dues: Collection[tuple[datetime, Outcome]]) -> str | None:
    """From when nothing is due any more; at once where nothing is, never where something stays due."""
    if any(outcome != "settles" for _, outcome in dues):
        return None
    return max((write_instant(at) for at, _ in dues), default="")


def _free_place(conn: Connection, case: str, moved_at: datetime) -> int:
    """A place for the case: by when it moved and, within a second, by chance of its reference."""
    digits = case[:_DIGITS]
    tie = int(digits, 16) if all(c in "0123456789abcdef" for c in digits) else 0
    place = first_place(moved_at) + (tie & ((1 << _TIE_BITS) - 1))
    while _TAKEN.scalar(conn, {"place": place}) is not None:  # ends: there are fewer cases than places
        place += 1
    return place


_PUT = Statement(
    "INSERT INTO case_line (place, case_id, moved_at, seq, law, quiet_from, body)"
    " VALUES (:place, :case, :moved_at, :seq, :law, :quiet_from, :body)"
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
_LINES = Statement("SELECT count(*) FROM case_line")
_CASES = Statement("SELECT count(*) FROM case_list")
_BEHIND = Statement(
    "SELECT count(*) FROM case_list AS c LEFT JOIN case_line AS l ON l.case_id = c.case_id"
    " WHERE l.seq IS NULL OR l.seq <> (SELECT max(seq) FROM act AS a WHERE a.case_id = c.case_id)"
)
_OTHER_LAW = Statement("SELECT count(*) FROM case_line WHERE law <> :law")
_NEXT_CASES = Statement("SELECT case_id FROM case_list WHERE case_id > :after ORDER BY case_id LIMIT :limit")
