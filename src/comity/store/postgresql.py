"""PostgreSQL: a store in one database of a server, by psycopg, an extra of the installation.

Promises:
- No work on a server below 15, one that does not sync to its disk, or a database that is not UTF-8.
- One process writes at a time: ``BEGIN`` of the writer waits for an advisory lock, so that deeds are serial
  as on SQLite. One that is paused while it writes loses the lock after a minute, and what it had begun.
- A reader sees one moment (REPEATABLE READ, READ ONLY).
- What fails is one of ``comity.errors``; no error, nor its cause, shows a row (libpq's DETAIL does) or a
  password.

Leaves to others: the tables (``schema``), batches (``writer``), the other database (``sqlite``); copies
(``pg_dump``, ``pg_basebackup``), and how the server keeps its log files and archives (ADR 9).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext

from comity.errors import BadInput, ComityError, Conflict, NotPermitted, Unavailable
from comity.store import place, statement

if TYPE_CHECKING:
    import psycopg

FLOOR: Final = 150_000
"""The first server that is taken: 15."""

BUSY_SECONDS = place.BUSY_SECONDS

PAUSED_SECONDS: Final = 60
"""A writer that has said nothing for so long within its transaction has lost it."""

WRITER_LOCK: Final = 0x436F6D697479
"""The advisory lock of whoever writes ("Comity"). Advisory locks are each database's own."""

_POLL_SECONDS: Final = 0.05

# Where the URL says nothing else (postgresql.org/docs: libpq, "Parameter Key Words"): a server that went away
# without a word is noticed within a minute.
_PARAMETERS: Final = {
    "application_name": "comity",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}

# SQLSTATE (postgresql.org/docs, appendix A): of the whole code, or of its first two letters, the class.
_BUSY: Final = frozenset({"55P03", "40P01", "40001", "53300", "57014"})
_FULL: Final = "53100"
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_NO_RIGHT: Final = "42501"
_READ_ONLY: Final = "25006"
_LOST_CLASS: Final = "08"
_RULE_CLASS: Final = "23"
_DISK_CLASSES: Final = frozenset({"53", "58"})
_DAMAGED: Final = frozenset({"XX001", "XX002"})
# Messages of these classes name what stands in the program's own SQL, or files. No DETAIL is ever shown.
_TELLING: Final = frozenset({"08", "23", "25", "28", "3D", "42", "53", "55", "57", "58", "XX"})

# What may have held something that was erased.
_ERASABLE: Final = "disclosure, exhibit_key, prepared, case_line, case_due, case_tag, case_clock, case_word"


@dataclass(frozen=True)
class PostgreSQL:
    """A store in a database of a server (``place.Place``). The URL may hold a password: it is never shown."""

    url: URL = field(repr=False)

    @classmethod
    def of(cls, url: URL) -> PostgreSQL:
        """The database that a URL names.

        Raises:
            BadInput: it names none. Unavailable: the driver is not installed.
        """
        if not url.database:
            raise BadInput("store.url_not_supported")
        try:
            import psycopg  # noqa: F401 - whether it is there is asked
        except ImportError as error:
            raise Unavailable("store.no_psycopg") from error
        return cls(url)

    def check(self) -> None:
        """See ``Place.check``: the server is asked when it is first connected to."""

    def check_new(self) -> None:
        """See ``Place.check_new``."""
        with self._alone() as raw:
            if raw.execute(_ANY_TABLE.text).fetchone() is not None:
                raise Conflict("store.database_not_empty")

    def make(self) -> None:
        """See ``Place.make``: the database itself is the server's keeper's to make (``createdb``)."""

    def settle(self) -> None:
        """See ``Place.settle``: the server sees to that."""

    def engine(self, *, writing: bool) -> Engine:
        """See ``Place.engine``."""
        import psycopg

        engine = create_engine(
            self.url,
            creator=lambda: self._connect(writing=writing),
            pool_size=1 if writing else place.READERS,
            max_overflow=0 if writing else place.READERS_AT_MOST - place.READERS,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,  # a server that was started anew since is no error
            hide_parameters=True,  # an error must not show what is stored
            use_native_hstore=False,  # would ask the server about a type that is not used
        )
        event.listen(engine, "handle_error", _translate)
        statement.prepare(engine, psycopg.Error, _in_our_words, named=False)
        if writing:
            event.listen(engine, "begin", _begin_writing)
        return engine

    def lasting(self) -> bool:
        """See ``Place.lasting``: the pool asks whether the server is still there, each time."""
        return False

    def empty(self, conn: Connection) -> bool:
        """See ``Place.empty``."""
        return conn.execute(_ANY_TABLE).first() is None

    def sound(self, raw: Any) -> bool:
        """See ``Place.sound``: after a failed statement there is still a savepoint to go back to."""
        from psycopg.pq import TransactionStatus

        status = raw.info.transaction_status
        return status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}

    def in_doubt(self, error: ComityError) -> bool:
        """See ``Place.in_doubt``: the server may have done it before the connection broke."""
        return error.id == "store.connection_lost"

    def checkpoint(self) -> bool:
        """Write the tables that can lose something anew, once nobody sees an older moment of them.

        The server's write-ahead log still has it, until its files are used again.
        """
        try:
            with self._alone() as raw:
                if not _alone_in_time(raw):
                    return False
                raw.execute(f"VACUUM (FULL) {_ERASABLE}")
                (may,) = raw.execute(_MAY_CHECKPOINT).fetchone() or (False,)
                if may:  # then the old files are gone now, and not at the server's next checkpoint
                    raw.execute("CHECKPOINT")
        except Unavailable as error:
            if error.id != "store.busy":
                raise
            return False
        return True

    def copy_to(self, target: Path) -> None:
        """See ``Place.copy_to``: never.

        Raises:
            NotPermitted: always.
        """
        raise NotPermitted("store.copied_by_its_own_tools", file=target.name)

    def problems(self) -> tuple[str, ...]:
        """Rules that somebody switched off, indexes that are not valid, and a log with gaps.

        Whether pages are damaged is for the server's own tools (``pg_amcheck``, data checksums).
        """
        with self._alone() as raw:
            return tuple(str(row[0]) for ask in _PROBLEMS for row in raw.execute(ask).fetchall())

    def precede(self, conn: Connection, found: int) -> str | None:
        """Nobody else may use the database, or come to, before this has been committed. No copy is made."""
        _ = found
        conn.exec_driver_sql("LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE")
        until = time.monotonic() + BUSY_SECONDS
        while others := int(conn.execute(_OTHERS).scalar_one()):
            if time.monotonic() >= until:
                raise Conflict("store.migration_others", others=others)
            time.sleep(_POLL_SECONDS)  # one that has just ended is seen for a moment longer
            conn.exec_driver_sql("SELECT pg_stat_clear_snapshot()")
        return None

    def withdraw(self, copy: str) -> None:
        """See ``Place.withdraw``: there is none."""

    def _connect(self, *, writing: bool) -> psycopg.Connection[Any]:
        import psycopg

        _, named = self.url.get_dialect()().create_connect_args(self.url)
        try:
            raw = psycopg.connect(**{**_PARAMETERS, **named}, autocommit=True)
        except psycopg.ProgrammingError as error:  # a parameter that libpq does not know
            error.args = ("invalid connection parameters",)
            raise BadInput("store.url_not_supported") from error
        except psycopg.OperationalError as error:
            raise self._no_connection(error) from error
        try:
            _check_server(raw)
            raw.execute(f"SET lock_timeout = {int(BUSY_SECONDS * 1000) or 1}")
            if writing:
                raw.execute(f"SET idle_in_transaction_session_timeout = {PAUSED_SECONDS * 1000}")
            raw.autocommit = False
            if writing:
                # Each statement sees what was committed before it: also by whoever had the lock before us.
                raw.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            else:
                raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
                raw.read_only = True
        except BaseException:  # whatever it was, nothing half made is left; it goes on to the caller
            raw.close()
            raise
        return raw

    def _no_connection(self, error: psycopg.OperationalError) -> Unavailable:
        """Why there is none, in libpq's words: they name host, user and database; a password never."""
        first = next(iter(str(error).strip().splitlines()), "?")
        what = first.replace(str(self.url.password), "***") if self.url.password else first
        error.args = (what,)
        return Unavailable("store.no_connection", what=what[:300])

    @contextmanager
    def _alone(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection outside any transaction and any pool, for what is done to whole tables."""
        import psycopg

        raw = self._connect(writing=True)
        try:
            raw.autocommit = True
            yield raw
        except psycopg.Error as error:
            raise _in_our_words(error) or error from error
        finally:
            raw.close()


def _check_server(raw: psycopg.Connection[Any]) -> None:
    if raw.info.server_version < FLOOR:
        found, wanted = raw.info.server_version // 10_000, FLOOR // 10_000
        raise Unavailable("store.postgresql_too_old", found=found, wanted=wanted)
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Unavailable("store.not_utf8", found=encoding or "?")
    asked = "SELECT current_setting('fsync'), current_setting('full_page_writes')"
    for name, value in zip(("fsync", "full_page_writes"), raw.execute(asked).fetchone() or (), strict=True):
        if value != "on":
            raise Unavailable("store.not_durable", setting=name, value=str(value))
    # Off, a commit is acknowledged before it is on disk. Every other value waits at least for that.
    raw.execute("SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'")  # fmt: skip


def _begin_writing(conn: Connection) -> None:
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def _alone_in_time(raw: psycopg.Connection[Any]) -> bool:
    """Wait until no transaction is left that began before now: it could still see what was erased."""
    (now,) = raw.execute("SELECT pg_current_xact_id()::xid").fetchone() or (None,)
    until = time.monotonic() + BUSY_SECONDS
    while raw.execute(_OLDER, (now, now)).fetchone() is not None:
        if time.monotonic() >= until:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _translate(context: ExceptionContext) -> BaseException | None:
    if context.is_pre_ping:  # one that fails is answered by the pool, with a new connection
        return None
    told = _in_our_words(context.original_exception)
    if told is None and context.sqlalchemy_exception is not None:
        # A fault of the program stays what it is; SQLAlchemy had put the driver's text, with values, into it.
        context.sqlalchemy_exception.args = context.original_exception.args
    return told


def _in_our_words(error: BaseException) -> ComityError | None:
    """The error of the tree for one of PostgreSQL's; none for a fault of the program, which stays as it is.

    The driver's own text is cut to what holds no value first: it would be shown as the cause.
    """
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate or ""
    kind = state[:2]
    what = f"{error.diag.message_primary}" if kind in _TELLING and error.diag.message_primary else "?"
    lost = not state and isinstance(error, psycopg.OperationalError)
    error.args = (f"SQLSTATE {state or '-'}: {what}",)
    if lost or state in _LOST or kind == _LOST_CLASS:
        return Unavailable("store.connection_lost")
    if state in _BUSY:
        return Unavailable("store.busy", seconds=BUSY_SECONDS)
    if state == _FULL:
        return Unavailable("store.disk_full")
    if state in _DAMAGED:
        return Unavailable("store.damaged", what=what)
    if state == _READ_ONLY:
        return Unavailable("store.read_only", what=what)
    if state == _NO_RIGHT:
        return Unavailable("store.no_right", what=what)
    if kind in _DISK_CLASSES:
        return Unavailable("store.disk_failed", what=what)
    if kind == _RULE_CLASS:
        return Conflict("store.rule_broken", rule=what)
    return None


_ANY_TABLE = text(
    "SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
)
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = current_setting('application_name') AND pid <> pg_backend_pid()"
)
_OLDER: Final = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND (age(backend_xmin) > age(%s::xid) OR age(backend_xid) > age(%s::xid)) LIMIT 1"
)
_MAY_CHECKPOINT: Final = "SELECT pg_has_role('pg_checkpoint', 'USAGE')"
# Each gives a row with a sentence for each thing that is wrong.
_PROBLEMS: Final = (
    """SELECT 'index not valid: ' || indexrelid::regclass FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indrelid
        WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace""",
    """SELECT 'constraint not checked: ' || conname FROM pg_constraint
        WHERE NOT convalidated AND connamespace = current_schema()::regnamespace""",
    """SELECT 'rule switched off: ' || t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
        WHERE t.tgenabled = 'D' AND c.relnamespace = current_schema()::regnamespace""",
    """SELECT 'log_leaf: positions have gaps' FROM log_leaf
        HAVING count(*) <> coalesce(max(position) + 1, 0)""",
    """SELECT 'foreign key: log_leaf -> log_opening' FROM log_leaf AS l
        WHERE NOT EXISTS (SELECT 1 FROM log_opening AS o WHERE o.leaf = l.leaf) LIMIT 1""",
    """SELECT 'foreign key: disclosure -> act' FROM disclosure AS d
        WHERE NOT EXISTS (SELECT 1 FROM act AS a WHERE a.id = d.act_id) LIMIT 1""",
)
