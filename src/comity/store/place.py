"""Where a store lies: what each of the two databases does in its own way, behind one face.

Promises: ``Place`` names all that ``Database`` and ``Writer`` need of a database beyond SQL that both speak.

Leaves to others: how it is done (``sqlite``, ``postgresql``), the tables (``schema``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine

from comity.errors import ComityError

BUSY_SECONDS: Final = 10
"""How long another's write is waited for."""

READERS: Final = 8
READERS_AT_MOST: Final = 64
"""Connections for reading: kept open, and open at once at most."""


class Place(Protocol):
    """One database, named and not yet opened."""

    def check(self) -> None:
        """Refuse what is not there.

        Raises:
            NotFound: it is not there.
        """

    def check_new(self) -> None:
        """Refuse where no new store can be made, as far as can be seen before anything is.

        Raises:
            Conflict: a store is there. Unavailable: the database does not answer, or cannot be relied on.
        """

    def make(self) -> None:
        """Make room for a new store.

        Raises:
            Conflict: something is there already. Unavailable: it cannot be made.
        """

    def settle(self) -> None:
        """Make a new store's name durable.

        Raises:
            Unavailable: the disk fails.
        """

    def engine(self, *, writing: bool) -> Engine:
        """A pool of connections that read one moment each; or the one connection that writes.

        ``BEGIN`` of the one that writes waits until no other process writes.
        """

    def lasting(self) -> bool:
        """Whether an open connection stays good while nobody uses it; a server may be started anew."""

    def empty(self, conn: Connection) -> bool:
        """Whether the database holds no table."""

    def sound(self, raw: Any) -> bool:
        """Whether the driver's connection still has its transaction, and a savepoint to go back to."""

    def in_doubt(self, error: ComityError) -> bool:
        """Whether a COMMIT that failed so may have been done all the same."""

    def checkpoint(self) -> bool:
        """Drive out what was erased, as far as this database can; ``False``: hindered, try again."""

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy to a new file.

        Raises:
            NotPermitted: this database is copied with its own tools. Unavailable: the disk is full or fails.
        """

    def problems(self) -> tuple[str, ...]:
        """What the database's own checks find wrong; nothing: it is sound."""

    def precede(self, conn: Connection, found: int) -> str | None:
        """What goes before a migration from that version, ``conn`` having the right to write: a copy.

        Gives the copy's name, where one was made.

        Raises:
            Conflict: others use the database, or such a copy is there. Unavailable: no room for a copy.
        """

    def withdraw(self, copy: str) -> None:
        """Remove the copy that ``precede`` made: the migration was not done."""
