"""A statement that is asked for often, run by the driver itself and not through SQLAlchemy's Core.

Promises:
- It runs on the connection that it is given, within that one's transaction: with what SQLAlchemy runs there
  it stands or falls.
- What fails is told in the words of the place (``place.Place``), as it is for what SQLAlchemy runs; a
  connection that is lost counts as lost there too.
- One text for both databases; values are bound by the driver, never written into the text.
- Within ``moment`` what was read once is not asked for again: a connection for reading sees one moment of the
  store, in which the same question has the same answer.

Leaves to others: the texts, which stand in the modules that use them; connections, transactions (``engine``).
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NoReturn

from sqlalchemy import Connection, Engine, event

from comity.errors import ComityError

Values = Mapping[str, Any]
InOurWords = Callable[[BaseException], ComityError | None]

_NONE: Final[Values] = {}
_INFO: Final = "comity.driver"
_LOST: Final = "store.connection_lost"
_PARAMETER: Final = re.compile(r"(?<![:\w]):(\w+)")


@dataclass(slots=True)
class _Driver:
    """One connection of a driver. ``named``: it takes ``:name`` (SQLite), and not ``%(name)s`` (psycopg).

    ``kept``: what was read of the moment that is looked at, if one is.
    """

    raw: Any
    named: bool
    error: type[BaseException]
    in_our_words: InOurWords
    kept: dict[Hashable, Any] | None = None


def prepare(engine: Engine, error: type[BaseException], in_our_words: InOurWords, *, named: bool) -> None:
    """Let statements run on the connections of this engine. ``error``: the base of its driver's errors."""

    def connected(raw: Any, record: Any) -> None:
        # It lives as long as the driver's connection: a record that connects anew begins with an empty one.
        record.info[_INFO] = _Driver(raw, named, error, in_our_words)

    event.listen(engine, "connect", connected)


@contextmanager
def moment(conn: Connection) -> Iterator[None]:
    """Keep what is read on a connection for reading, as long as this lasts: for a view of few rows.

    Within another one it is that one.
    """
    driver = _driver(conn)
    if driver.kept is not None:
        yield
        return
    driver.kept = {}
    try:
        yield
    finally:
        driver.kept = None


def kept_in_moment(conn: Connection) -> dict[Hashable, Any] | None:
    """Where to keep what was made of what was read in this moment; none where none is looked at."""
    return _driver(conn).kept


class Statement:
    """One statement, with ``:name`` where a value goes. What gives rows gives them as named tuples."""

    __slots__ = ("_pyformat", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._pyformat = _PARAMETER.sub(r"%(\1)s", text.replace("%", "%%"))

    def run(self, conn: Connection, values: Values = _NONE) -> int:
        """Run it; gives how many rows it changed."""
        return int(self._ran(conn, values).rowcount)

    def begin(self, conn: Connection) -> None:
        """Run it as the one with which a transaction begins."""
        driver: _Driver = conn.info[_INFO]
        try:
            driver.raw.execute(self.text if driver.named else self._pyformat)
        except driver.error as error:
            _tell(conn, driver, error)

    def many(self, conn: Connection, rows: Iterable[Values]) -> None:
        """Run it for each of these; none at all is no fault."""
        driver = _driver(conn)
        text = self.text if driver.named else self._pyformat
        try:
            driver.raw.cursor().executemany(text, list(rows))
        except driver.error as error:
            _tell(conn, driver, error)

    def all(self, conn: Connection, values: Values = _NONE) -> list[Any]:
        """All rows."""
        driver = _driver(conn)
        if driver.kept is None:
            return self._read(conn, driver, values)
        asked = (self, *values.items())
        if asked not in driver.kept:
            driver.kept[asked] = self._read(conn, driver, values)
        return list(driver.kept[asked])

    def first(self, conn: Connection, values: Values = _NONE) -> Any:
        """The first row, or none; the statement itself sees to it that there are not many more."""
        rows = self.all(conn, values)
        return rows[0] if rows else None

    def scalars(self, conn: Connection, values: Values = _NONE) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.all(conn, values)]

    def scalar(self, conn: Connection, values: Values = _NONE) -> Any:
        """The first column of the first row; none where there is no row."""
        rows = self.all(conn, values)
        return rows[0][0] if rows else None

    def _read(self, conn: Connection, driver: _Driver, values: Values) -> list[Any]:
        try:
            cursor = driver.raw.execute(self.text if driver.named else self._pyformat, values)
            rows = cursor.fetchall()  # SQLite finds some faults only while it gives rows
        except driver.error as error:
            _tell(conn, driver, error)
        if not rows:
            return []
        return list(map(_row_type(tuple([column[0] for column in cursor.description]))._make, rows))

    def _ran(self, conn: Connection, values: Values) -> Any:
        driver = _driver(conn)
        try:
            return driver.raw.execute(self.text if driver.named else self._pyformat, values)
        except driver.error as error:
            _tell(conn, driver, error)


def _driver(conn: Connection) -> _Driver:
    if not conn.in_transaction():
        conn.begin()  # as SQLAlchemy does at a first statement: the place says how one begins
    driver: _Driver = conn.info[_INFO]
    return driver


def _tell(conn: Connection, driver: _Driver, error: BaseException) -> NoReturn:
    told = driver.in_our_words(error)
    if told is None:
        raise error
    if told.id == _LOST and not conn.invalidated:
        conn.invalidate(error)
    raise told from error


@lru_cache(maxsize=256)
def _row_type(names: tuple[str, ...]) -> Any:
    # A column without a name of its own, as of max(number), is found by its place.
    return namedtuple("Row", names, rename=True)  # noqa: PYI024 - the names are the statement's
