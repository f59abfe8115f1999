"""The database file: opened safely or not at all; one reader's view, one writer's.

Promises:
- No work on an SQLite below 3.51.3 (a fault in WAL mode could corrupt the file), on a schema of
  another version, or on a file that is not a store.
- WAL, ``synchronous=FULL``, foreign keys, secure deletion on every connection. ``read`` sees one
  moment and cannot write. What fails is one of ``comity.errors``, without any value that was stored.
- Any number of processes may share the file.

Leaves to others: the tables (``schema``), batches (``writer``). All that is SQLite's own stands here
and in ``schema``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Final, Self

from pysqlite3 import dbapi2
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from comity.durable import sync_folder
from comity.errors import BadInput, ComityError, Conflict, NotFound, Unavailable
from comity.store import schema
from comity.store.writer import Writer

__all__ = ["BUSY_SECONDS", "SQLITE_FLOOR", "Connection", "Database", "check_sqlite", "url_of"]

SQLITE_FLOOR: Final = (3, 51, 3)
"""The first SQLite in which two connections that write or checkpoint at once cannot corrupt a WAL."""

BUSY_SECONDS: Final = 10
"""How long another process's write is waited for."""

_TRY_MILLISECONDS: Final = 10
"""How long one try of the writer waits. SQLite's own waiting backs off to 100 ms a try, and can be
starved by a process that writes batch after batch; many short waits find the gap between two."""

_READERS: Final = 8
_READERS_AT_MOST: Final = 64

_PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Otherwise INSERT OR REPLACE removes a row without asking the triggers that forbid it.
    "PRAGMA recursive_triggers = ON",
    # What is erased is overwritten with zeros, not merely unlinked.
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)

# Primary result codes (sqlite.org/rescode.html).
_BUSY: Final = (5, 6)
_FULL: Final = 13
_DISK: Final = (8, 10, 14)
_DAMAGED: Final = 11
_CONSTRAINT: Final = 19
_NOT_A_DATABASE: Final = 26


class Database:
    """One store. Make it with ``open`` or ``create``; close it, or use it in a ``with``.

    To be opened after a fork, never before: a connection must not be shared by two processes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = _engine(path, writing=False)
        self._writing = _engine(path, writing=True)
        self.writer = Writer(self._writing)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a store that is there. ``url``: ``sqlite:////absolute/path`` (see ``url_of``).

        Raises:
            BadInput: not such a URL, or the file is not a store.
            NotFound: there is no such file.
            Conflict: its schema is older or newer than the program.
            Unavailable: this SQLite is too old, or the file cannot be opened.
        """
        path = _path(url)
        if not path.is_file():
            raise NotFound("store.not_found", file=path.name)
        if not path.stat().st_size:  # SQLite would make an empty file into a database
            raise BadInput("store.not_a_store")
        database = cls(path)
        try:
            with database.read() as conn:
                schema.check_version(conn)
        except ComityError:
            database.close()
            raise
        return database

    @classmethod
    def create(cls, url: str) -> Self:
        """Make a new, empty store; only the user that runs this may read its file.

        Raises:
            BadInput: not a URL of a file.
            Conflict: a file is there already.
            Unavailable: this SQLite is too old, or the file cannot be made.
        """
        path = _path(url)
        check_sqlite()
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError as error:
            raise Conflict("store.already_there", file=path.name) from error
        except OSError as error:
            raise Unavailable("store.disk_failed", what=error.strerror or "OSError") from error
        database = cls(path)
        try:
            database.writer.run(schema.lay)
            sync_folder(path.parent)  # the file's name must survive a power cut as its content does
        except ComityError:
            database.close()
            raise
        except OSError as error:
            database.close()
            raise Unavailable("store.disk_failed", what=error.strerror or "OSError") from error
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the store, whatever is written meanwhile.

        Raises:
            Unavailable: no connection is free, or the disk fails.
        """
        try:
            conn = self._readers.connect()
        except PoolTimeout as error:
            raise Unavailable("store.busy", seconds=BUSY_SECONDS) from error
        with conn, conn.begin():
            yield conn

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file and empty it, so that nothing erased lingers there.

        Returns whether that was done in full; a reader of an older moment, or another process that
        writes, can hinder it, and then it is to be tried again.
        """
        with self._alone() as cursor:
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def copy_to(self, target: Path) -> None:
        """Write a consistent, compact copy to a file that is not there yet, while others write.

        The copy is not synced to disk; ``backup`` does that.

        Raises:
            Unavailable: the disk is full or fails.
        """
        with self._alone() as cursor:
            cursor.execute("VACUUM INTO ?", (str(target),))

    def problems(self) -> tuple[str, ...]:
        """What SQLite's own check finds wrong: pages, indexes, constraints, foreign keys. None: sound."""
        with self._alone() as cursor:
            found = [str(row[0]) for row in cursor.execute("PRAGMA integrity_check")]
            orphans = [
                f"foreign key: {row[0]} row {row[1]} -> {row[2]}"
                for row in cursor.execute("PRAGMA foreign_key_check")
            ]
        return (*(line for line in found if line != "ok"), *orphans)

    def close(self) -> None:
        """Answer all waiting deeds, then close every connection."""
        self.writer.close()
        self._readers.dispose()
        self._writing.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _alone(self) -> Iterator[Any]:
        """A cursor outside any transaction and any pool, for what SQLite does on the whole file."""
        try:
            raw = _connect(self.path)
            try:
                yield raw.cursor()
            finally:
                raw.close()
        except dbapi2.Error as error:
            raise _in_our_words(error) or error from error


def url_of(path: Path) -> str:
    """The URL of a store in a file."""
    return f"sqlite:///{path.absolute()}"


def check_sqlite() -> None:
    """Refuse an SQLite that can corrupt what it keeps.

    Raises:
        Unavailable: it is below ``SQLITE_FLOOR``.
    """
    if tuple(dbapi2.sqlite_version_info) < SQLITE_FLOOR:
        raise Unavailable(
            "store.sqlite_too_old",
            found=str(dbapi2.sqlite_version),
            wanted=".".join(str(part) for part in SQLITE_FLOOR),
        )


def _path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput("store.url_not_supported") from error
    inside = parsed.database
    if parsed.drivername != "sqlite" or not inside or inside == ":memory:" or parsed.query:
        raise BadInput("store.url_not_supported")
    return Path(inside).absolute()


def _connect(path: Path) -> Any:
    """A raw connection with every pragma set; autocommit, so that each BEGIN is written by us."""
    raw = dbapi2.connect(
        # mode=rw: a file that went away is an error, and not a new, empty database.
        f"{path.as_uri()}?mode=rw",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    for pragma in _PRAGMAS:
        raw.execute(pragma)
    mode = raw.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":  # no error: on a disk that cannot, SQLite quietly keeps another mode
        raw.close()
        raise Unavailable("store.no_wal", mode=str(mode))
    return raw


def _engine(path: Path, *, writing: bool) -> Engine:
    check_sqlite()

    def connect() -> Any:
        raw = _connect(path)
        raw.execute(f"PRAGMA busy_timeout = {_TRY_MILLISECONDS}" if writing else "PRAGMA query_only = ON")
        return raw

    engine = create_engine(
        "sqlite:///" + str(path),
        module=dbapi2,
        creator=connect,
        pool_size=1 if writing else _READERS,
        max_overflow=0 if writing else _READERS_AT_MOST - _READERS,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,  # an error must not show what is stored
    )
    event.listen(engine, "handle_error", _translate)
    event.listen(engine, "begin", _begin_writing if writing else _begin_reading)
    return engine


def _begin_reading(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")


def _begin_writing(conn: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later could be refused."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            conn.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except Unavailable as error:
            if error.id != "store.busy" or monotonic() >= until:
                raise


def _translate(context: ExceptionContext) -> BaseException | None:
    return _in_our_words(context.original_exception)


def _in_our_words(error: BaseException) -> ComityError | None:
    """The error of the tree for one of SQLite's; none for a fault of the program, which stays as it is.

    SQLite's messages name tables and columns, never values.
    """
    if not isinstance(error, dbapi2.Error):
        return None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _BUSY:
        return Unavailable("store.busy", seconds=BUSY_SECONDS)
    if code == _FULL:
        return Unavailable("store.disk_full")
    if code in _DISK:
        return Unavailable("store.disk_failed", what=str(error))
    if code == _DAMAGED:
        return Unavailable("store.damaged", what=str(error))
    if code == _NOT_A_DATABASE:
        return BadInput("store.not_a_store")
    if code == _CONSTRAINT:
        return Conflict("store.rule_broken", rule=str(error))
    return None
