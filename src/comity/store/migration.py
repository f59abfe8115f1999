"""Bringing an older store forward: what there is to do, and doing it, whole or not at all.

Promises: all steps are one transaction, on both databases, while nobody else writes; a store in a file is
copied first, as it was. The schema afterwards is the one that a new store has. Newer stores are refused.

Leaves to others: running the steps (``steps``, which is imported when it is needed: alembic takes its time to
load), the steps themselves (``migrations``), the program's own version (``schema``).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from comity.errors import Conflict
from comity.store import schema
from comity.store.engine import Database, place_of


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
    from comity.store.steps import run

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
        run(conn, schema.VERSION)
        schema.check_version(conn)
        return Migration(plan.found, plan.wanted, plan.steps, copy)

    try:
        return database.writer.run(deed)
    except BaseException:  # whatever it was, nothing half made is left; it goes on to the caller
        for copy in copies:
            place.withdraw(copy)
        raise
    finally:
        database.close()


def _plan(conn: Connection) -> Migration:
    from comity.store.steps import steps_between

    found = schema.version_of(conn)
    if found > schema.VERSION:
        raise Conflict("store.schema_newer", found=found, wanted=schema.VERSION)
    return Migration(found, schema.VERSION, steps_between(found, schema.VERSION))
