"""Bringing an older store forward: what there is to do, and doing it, whole or not at all.

Promises: all steps are one transaction, on both databases, while nobody else writes; a store in a file is
copied first, as it was. The schema afterwards is the one that a new store has. Newer stores are refused.

Leaves to others: the steps (``migrations``), the program's own version (``schema``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from alembic.ddl.postgresql import PostgresqlImpl
from alembic.ddl.sqlite import SQLiteImpl
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Dialect, Integer, MetaData, Table
from sqlalchemy.types import TypeDecorator

from comity.errors import Conflict
from comity.store import schema
from comity.store.engine import Database, place_of

FOLDER: Final = Path(__file__).with_name("migrations")

LOCATIONS: Final = [str(FOLDER / "versions")]
"""Where the scripts lie."""


@dataclass(frozen=True, slots=True)
class Migration:
    """From which version to which, and what each step does. ``copy``: the file's name, where one was made."""

    found: int
    wanted: int
    steps: tuple[tuple[int, str], ...]
    copy: str | None = None


def plan_migration(url: str) -> Migration:
    """What ``migrate`` would do; nothing is changed.

    Raises:
        Conflict: the store is newer than the program. Others: as ``Database.open``.
    """
    place = place_of(url)
    place.check()
    database = Database(place)
    try:
        with database.read() as conn:
            return _plan(conn)
    finally:
        database.close()


def migrate(url: str) -> Migration:
    """Bring a store to the program's version. Nothing is done to one that has it.

    Raises:
        Conflict: the store is newer than the program; others use it; or the copy is there already.
        Unavailable: no room for the copy; others as ``Writer.run``. Nothing was changed.
    """
    place = place_of(url)
    place.check()
    database = Database(place)
    copies: list[str] = []

    def deed(conn: Connection) -> Migration:
        plan = _plan(conn)
        if not plan.steps:
            return plan
        copy = place.precede(conn, plan.found)
        if copy is not None:
            copies.append(copy)
        _run(conn)
        schema.check_version(conn)
        return Migration(plan.found, plan.wanted, plan.steps, copy)

    try:
        return database.writer.run(deed)
    except BaseException:
        for copy in copies:
            place.withdraw(copy)
        raise
    finally:
        database.close()


def _plan(conn: Connection) -> Migration:
    found = schema.version_of(conn)
    if found > schema.VERSION:
        raise Conflict("store.schema_newer", found=found, wanted=schema.VERSION)
    steps = [
        (int(one.revision), str(one.doc))
        for one in _scripts().walk_revisions()
        if found < int(one.revision) <= schema.VERSION
    ]
    return Migration(found, schema.VERSION, tuple(sorted(steps)))


def _run(conn: Connection) -> None:
    scripts = _scripts()

    def steps(heads: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs(str(schema.VERSION), heads)  # noqa: SLF001 - as alembic's own command

    context = MigrationContext.configure(
        conn, opts={"version_table": "schema_version", "fn": steps, "transactional_ddl": True}
    )
    with Operations.context(context):
        context.run_migrations()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER), version_locations=LOCATIONS)


class _Number(TypeDecorator[str]):
    """Alembic's revisions are texts; our version is a number."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - their shape
        return None if value is None else str(value)


def _version_table() -> Table:
    return Table(
        "schema_version", MetaData(), Column("version", _Number, key="version_num", primary_key=True)
    )


class _OnSQLite(SQLiteImpl):
    """Alembic on SQLite, with our table of the version (alembic: ``version_table_impl``)."""

    __dialect__ = "sqlite"

    def version_table_impl(self, **_: Any) -> Table:
        return _version_table()


class _OnPostgreSQL(PostgresqlImpl):
    """Likewise on PostgreSQL."""

    __dialect__ = "postgresql"

    def version_table_impl(self, **_: Any) -> Table:
        return _version_table()
