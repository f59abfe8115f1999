"""A copy of the database while it runs, and whether a database is sound.

Promises: the copy is of one moment; it is checked and on disk before it gets its name; a file that is
there is never overwritten. What was erased before is not in it.

Leaves to others: the vault, the log's tiles, the keys; and ``guard/``, which must never be in a
backup: a node restored without it would not know what its log has signed.
"""

from __future__ import annotations

import os
from pathlib import Path

from comity.durable import sync_folder
from comity.errors import Conflict, Unavailable
from comity.store.engine import Database, url_of


def back_up(database: Database, target: Path) -> None:
    """Write a copy of the store to a new file, readable by its owner only.

    Raises:
        Conflict: there is such a file.
        Unavailable: the disk is full or fails, or the copy is not sound; nothing is left behind.
    """
    if target.exists():
        raise Conflict("store.backup_there", file=target.name)
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        # Made first, for its mode: SQLite fills an empty file.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        database.copy_to(part)
        _prove(part)
        _sync(part)
        os.link(part, target)  # unlike a rename, it does not overwrite
        sync_folder(target.parent)
    except FileExistsError as error:
        raise Conflict("store.backup_there", file=target.name) from error
    except OSError as error:
        raise Unavailable("store.disk_failed", what=error.strerror or "OSError") from error
    finally:
        part.unlink(missing_ok=True)


def integrity_check(database: Database) -> tuple[str, ...]:
    """What is wrong in the file, as SQLite says it; nothing: it is sound."""
    return database.problems()


def _prove(copy: Path) -> None:
    with Database.open(url_of(copy)) as other:
        problems = integrity_check(other)
    if problems:
        raise Unavailable("store.backup_unsound", what=problems[0])


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
