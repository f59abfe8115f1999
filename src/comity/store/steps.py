"""The steps from one version of the schema to the next, found and run by alembic.

Promises: alembic reads and writes the version in our own table, ``schema_version``, and makes none itself;
it neither begins nor ends a transaction.

Leaves to others: when they are run, and what goes before (``migration``); the statements (``migrations``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from alembic.ddl.postgresql import PostgresqlImpl
from alembic.ddl.sqlite import SQLiteImpl
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, Dialect, Integer, MetaData, Table
from sqlalchemy.types import TypeDecorator

FOLDER: Final = Path(__file__).with_name("migrations")

LOCATIONS: Final = [str(FOLDER / "versions")]
"""Where the scripts lie."""


def steps_between(found: int, wanted: int) -> tuple[tuple[int, str], ...]:
    """The versions after ``found``, up to ``wanted``, each with what its script says of itself."""
    steps = [(int(one.revision), str(one.doc)) for one in _scripts().walk_revisions()]
    return tuple(sorted(step for step in steps if found < step[0] <= wanted))


def run(conn: Connection, wanted: int) -> None:
    """Run the steps from the version that stands in the database."""
    scripts = _scripts()

    def steps(heads: Any, _: MigrationContext) -> Any:
        return scripts._upgrade_revs(str(wanted), heads)  # noqa: SLF001 - as alembic's own command

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
