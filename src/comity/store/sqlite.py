"""SQLite: a store in one file, opened safely or not at all.

Promises:
- No work on an SQLite below 3.51.3 (a fault in WAL mode could corrupt the file), or on a disk without WAL.
- WAL, ``synchronous=FULL``, foreign keys, secure deletion on every connection.
- What fails is one of ``comity.errors``, without any value that was stored.

Leaves to others: the tables (``schema``), batches (``writer``), the other database (``postgresql``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

from pysqlite3 import dbapi2
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext

from comity.durable import sync_folder
from comity.errors import BadInput, ComityError, Conflict, NotFound, Unavailable
from comity.store import place, statement

SQLITE_FLOOR: Final = (3, 51, 3)
"""The first SQLite in which two connections that write or checkpoint at once cannot corrupt a WAL."""

BUSY_SECONDS = place.BUSY_SECONDS

_TRY_MILLISECONDS: Final = 10
"""How long one try of the writer waits. SQLite's own waiting backs off to 100 ms a try, and can be
starved by a process that writes batch after batch; many short waits find the gap between two."""

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

_BEGIN: Final = statement.Statement("BEGIN")
_BEGIN_IMMEDIATE: Final = statement.Statement("BEGIN IMMEDIATE")

# Primary result codes (sqlite.org/rescode.html).
_BUSY: Final = (5, 6)
_FULL: Final = 13
_DISK: Final = (8, 10, 14)
_DAMAGED: Final = 11
_CONSTRAINT: Final = 19
_NOT_A_DATABASE: Final = 26


@dataclass(frozen=True)
class SQLite:
    """A store in a file (``place.Place``)."""

    path: Path

    @classmethod
    def of(cls, url: URL) -> SQLite:
        """The file that a URL names.

        Raises:
            BadInput: it names none.
        """
        inside = url.database
        if not inside or inside == ":memory:" or url.query:
            raise BadInput("store.url_not_supported")
        return cls(Path(inside).absolute())

    def check(self) -> None:
        """See ``Place.check``."""
        if not self.path.is_file():
            raise NotFound("store.not_found", file=self.path.name)
        if not self.path.stat().st_size:  # SQLite would make an empty file into a database
            raise BadInput("store.not_a_store")

    def check_new(self) -> None:
        """See ``Place.check_new``."""
        check_sqlite()
        if self.path.exists():
            raise Conflict("store.already_there", file=self.path.name)

    def make(self) -> None:
        """An empty file that only the user who runs this may read."""
        check_sqlite()
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError as error:
            raise Conflict("store.already_there", file=self.path.name) from error
        except OSError as error:
            raise _disk(error) from error

    def settle(self) -> None:
        """The file's name must survive a power cut as its content does."""
        try:
            sync_folder(self.path.parent)
        except OSError as error:
            raise _disk(error) from error

    def engine(self, *, writing: bool) -> Engine:
        """See ``Place.engine``."""
        check_sqlite()

        def connect() -> Any:
            raw = _connect(self.path)
            raw.execute(f"PRAGMA busy_timeout = {_TRY_MILLISECONDS}" if writing else "PRAGMA query_only = ON")
            return raw

        engine = create_engine(
            "sqlite:///" + str(self.path),
            module=dbapi2,
            creator=connect,
            pool_size=1 if writing else place.READERS,
            max_overflow=0 if writing else place.READERS_AT_MOST - place.READERS,
            pool_timeout=BUSY_SECONDS,
            hide_parameters=True,  # an error must not show what is stored
        )
        event.listen(engine, "handle_error", _translate)
        statement.prepare(engine, dbapi2.Error, _in_our_words, named=True)
        event.listen(engine, "begin", _begin_writing if writing else _begin_reading)
        return engine

    def lasting(self) -> bool:
        """See ``Place.lasting``: it is a file, and it is open."""
        return True

    def empty(self, conn: Connection) -> bool:
        """See ``Place.empty``."""
        return conn.execute(text("SELECT 1 FROM sqlite_schema")).first() is None

    def sound(self, raw: Any) -> bool:
        """See ``Place.sound``: where the disk is full or fails, SQLite has given up the transaction."""
        return bool(raw.in_transaction)

    def in_doubt(self, error: ComityError) -> bool:
        """Never: a COMMIT that SQLite says has failed was not done."""
        _ = error
        return False

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the file and empty it."""
        with self._alone() as cursor:
            busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def copy_to(self, target: Path) -> None:
        """A compact copy, while others write; not synced to disk (``backup`` does that)."""
        with self._alone() as cursor:
            cursor.execute("VACUUM INTO ?", (str(target),))

    def problems(self) -> tuple[str, ...]:
        """What SQLite's own check finds wrong: pages, indexes, constraints, foreign keys."""
        with self._alone() as cursor:
            found = [str(row[0]) for row in cursor.execute("PRAGMA integrity_check")]
            orphans = [
                f"foreign key: {row[0]} row {row[1]} -> {row[2]}"
                for row in cursor.execute("PRAGMA foreign_key_check")
            ]
        return (*(line for line in found if line != "ok"), *orphans)

    def precede(self, conn: Connection, found: int) -> str | None:
        """A copy of the file beside it, of the very moment before the migration: nobody else can write."""
        _ = conn
        copy = self.path.with_name(f"{self.path.name}.version-{found}")
        size = sum(file.stat().st_size for file in self.path.parent.glob(f"{self.path.name}*"))
        free = shutil.disk_usage(self.path.parent).free
        if free < 2 * size:  # the copy, and what the migration itself may write
            raise Unavailable("store.no_room_to_migrate", file=self.path.name, size=size, free=free)
        try:
            os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError as error:
            raise Conflict("store.migration_copy_there", file=copy.name) from error
        except OSError as error:
            raise _disk(error) from error
        try:
            self.copy_to(copy)
            with copy.open("rb") as file:
                os.fsync(file.fileno())
            sync_folder(copy.parent)
        except OSError as error:
            copy.unlink(missing_ok=True)
            raise _disk(error) from error
        except ComityError:
            copy.unlink(missing_ok=True)
            raise
        return copy.name

    def withdraw(self, copy: str) -> None:
        """See ``Place.withdraw``."""
        self.path.with_name(copy).unlink(missing_ok=True)

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


def _begin_reading(conn: Connection) -> None:
    _BEGIN.begin(conn)


def _begin_writing(conn: Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later could be refused."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            _BEGIN_IMMEDIATE.begin(conn)
            return
        except Unavailable as error:
            if error.id != "store.busy" or monotonic() >= until:
                raise


def _disk(error: OSError) -> Unavailable:
    return Unavailable("store.disk_failed", what=error.strerror or "OSError")


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
