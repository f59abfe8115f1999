"""A store, opened: one reader's view, one writer's, on either database.

Promises:
- No work on a schema of another version, or on what is not a store.
- ``read`` sees one moment and cannot write. What fails is one of ``comity.errors``, without any value that
  was stored, nor any password of the database's address.
- Any number of processes may share one database.

Leaves to others: all that is a database's own (``sqlite``, ``postgresql``), the tables (``schema``),
batches (``writer``), bringing an older schema forward (``migration``).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from comity.errors import BadInput, ComityError, Conflict
from comity.store import schema
from comity.store.held import Held
from comity.store.place import BUSY_SECONDS, READERS, READERS_AT_MOST, Place
from comity.store.postgresql import PostgreSQL
from comity.store.sqlite import SQLite, check_sqlite
from comity.store.writer import Writer

__all__ = ["BUSY_SECONDS", "Connection", "Database", "check_sqlite", "place_of", "url_of"]


class Database:
    """One store. Make it with ``open`` or ``create``; close it, or use it in a ``with``.

    To be opened after a fork, never before: a connection must not be shared by two processes.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._readers = place.engine(writing=False)
        self._writing = place.engine(writing=True)
        lasting = place.lasting()
        self._reading = Held(self._readers, READERS if lasting else 0, READERS_AT_MOST)
        self.writer = Writer(Held(self._writing, 1 if lasting else 0, 1), place)

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a store that is there. ``url``: see ``place_of``.

        Raises:
            BadInput: not such a URL, or what is there is not a store.
            NotFound: there is no such file.
            Conflict: its schema is older or newer than the program.
            Unavailable: the database does not answer, or cannot be relied on (too old; not durable).
        """
        place = place_of(url)
        place.check()
        database = cls(place)
        try:
            with database.read() as conn:
                schema.check_version(conn)
        except ComityError:
            database.close()
            raise
        return database

    @classmethod
    def create(cls, url: str) -> Self:
        """Make a new, empty store: in a new file, or in an empty database that PostgreSQL has.

        Raises:
            BadInput: not such a URL.
            Conflict: something is there already.
            Unavailable: as ``open``, or it cannot be made.
        """
        place = place_of(url)
        place.make()
        database = cls(place)

        def lay(conn: Connection) -> None:
            if not place.empty(conn):
                raise Conflict("store.database_not_empty")
            schema.lay(conn)

        try:
            database.writer.run(lay)
            place.settle()
        except ComityError:
            database.close()
            raise
        return database

    @classmethod
    def check_new(cls, url: str) -> None:
        """Refuse a URL with which ``create`` would fail, as far as can be seen before; nothing is made.

        Raises:
            ComityError: as ``create``.
        """
        place_of(url).check_new()

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that sees one moment of the store, whatever is written meanwhile.

        Raises:
            Unavailable: no connection is free, or the database fails.
        """
        return self._reading.begun()

    def checkpoint(self) -> bool:
        """Drive what was erased out of where the database keeps it; returns whether that was done in full.

        A reader of an older moment, or another process that writes, can hinder it: then it is to be tried
        again. On SQLite nothing erased is left in the file or beside it. PostgreSQL cannot promise as much:
        the tables' files are written anew without it, and its write-ahead log has it until the server
        recycles that, standbys and archives for as long as they keep it (ADR 9).
        """
        return self.place.checkpoint()

    def copy_to(self, target: Path) -> None:
        """Write a consistent, compact copy to a file that is not there yet, while others write.

        The copy is not synced to disk; ``backup`` does that.

        Raises:
            NotPermitted: PostgreSQL is copied with its own tools.
            Unavailable: the disk is full or fails.
        """
        self.place.copy_to(target)

    def problems(self) -> tuple[str, ...]:
        """What the database's own checks find wrong. None: sound."""
        return self.place.problems()

    def close(self) -> None:
        """Answer all waiting deeds, then close every connection."""
        self.writer.close()
        self._reading.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def url_of(path: Path) -> str:
    """The URL of a store in a file."""
    return f"sqlite:///{path.absolute()}"


def place_of(url: str) -> Place:
    """The database that a URL names.

    ``sqlite:////absolute/path`` (see ``url_of``), or ``postgresql+psycopg://USER@HOST:PORT/DATABASE`` with
    libpq's parameters after a question mark.

    Raises:
        BadInput: it names none.
        Unavailable: this installation has no driver for it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise BadInput("store.url_not_supported") from error
    if parsed.drivername == "sqlite":
        return SQLite.of(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return PostgreSQL.of(parsed)
    raise BadInput("store.url_not_supported")
