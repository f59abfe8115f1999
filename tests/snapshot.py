"""A node as it lies on disk: every row of its database and every file of its folder, by digest.

Promises: two snapshots are equal only if nothing was added, changed or removed between them. The database's
own files are left out, since their rows are in; so are locks, and the sequencer's lease, which moves with
each try to publish and says nothing.
"""

import hashlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy

DATABASE = ("comity.db", "comity.db-wal", "comity.db-shm")
LOCKS = ("serve.lock", ".serve.lock", ".lock", "lock")
LEASE = "sequencer"
MADE_OF_ACTS = ("case_line", "case_due", "case_tag", "case_clock", "case_word")
"""What lists and searches read is made of the acts, and compared with them elsewhere (``lists``)."""


@dataclass(frozen=True)
class Snapshot:
    rows: dict[str, Counter]
    files: dict[str, str]


def snapshot(node):
    with node.db.read() as conn:
        tables = sorted(sqlalchemy.inspect(conn).get_table_names())
        rows = {
            name: Counter(map(_row, conn.execute(sqlalchemy.text(f'SELECT * FROM "{name}"'))))
            for name in tables
            if name != LEASE and not name.startswith(MADE_OF_ACTS)
        }
    return Snapshot(rows, files_of(node.settings.data))


def files_of(folder):
    return {
        path.relative_to(
            folder
        ).as_posix(): f"{path.lstat().st_mode:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (*DATABASE, *LOCKS)
    }


def changes(before, after):
    """What is other: rows added and removed by table, as ``table: (added, removed)``; and names of files."""
    found = {}
    for name in sorted({*before.rows, *after.rows}):
        one, two = before.rows.get(name, Counter()), after.rows.get(name, Counter())
        added, removed = (two - one).total(), (one - two).total()
        if added or removed:
            found[name] = (added, removed)
    for name in sorted({*before.files, *after.files}):
        if before.files.get(name) != after.files.get(name):
            found[name] = "file"
    return found


@contextmanager
def unchanged(*nodes):
    """Nothing of these nodes may be other afterwards."""
    before = [snapshot(node) for node in nodes]
    yield
    for node, was in zip(nodes, before, strict=True):
        found = changes(was, snapshot(node))
        assert found == {}, found


def _row(row):
    return hashlib.sha256(repr(tuple(row)).encode()).hexdigest()
