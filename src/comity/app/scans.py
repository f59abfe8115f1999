"""Scans: what came on paper, sealed into the vault as an exhibit of its case, with a custody of its own.

Promises: a scan is read once, sealed before it rests anywhere, and named in the transaction of the act that
holds its digest, or not at all. It is opened and proven as any exhibit is, and never delivered as one.

Leaves to others: what the paper says (``register``), opening (``opening``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity import dsse, store
from comity.app.content import check_line, new_key, wrap
from comity.app.node import Node, Person
from comity.app.touch import Touch, record
from comity.errors import BadInput
from comity.evidence import (
    Action,
    Progress,
    Taken,
    make_statement,
    manifest_bytes,
    sign_statement,
    take_in,
    write_index,
)
from comity.store import Connection
from comity.wire import digest

MARK: Final = "P"
"""Before the number in the id of a scan: papers are counted apart from exhibits."""


@dataclass(frozen=True)
class Scan:
    """A paper that lies sealed in the vault and that nothing names yet. ``digest``: SHA-256 of the file."""

    taken: Taken
    key: store.ExhibitKey
    source: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file as it was read."""
        return self.taken.sha256


@contextmanager
def scanned(node: Node, path: Path, source: str) -> Iterator[Scan]:
    """Seal a file; the vault is held until the deed that names it is done. ``source``: where it came from.

    Raises:
        BadInput: it is no file, or holds nothing. NotFound, Unavailable: it cannot be read.
    """
    if path.is_dir() or (path.is_file() and not path.stat().st_size):
        raise BadInput("register.scan_is_no_file", file=path.name)
    with sealed(node, path, source) as scan:
        yield scan


@contextmanager
def sealed(node: Node, path: Path, source: str, progress: Progress | None = None) -> Iterator[Scan]:
    """As ``scanned``, of a file or a folder.

    Raises:
        As ``evidence.take_in``.
    """
    check_line(source, "source")
    key = new_key(node, sealed_here=True)
    with node.vault.held():
        taken = take_in(path, node.vault, [key.identity.recipient], key.secret or b"", progress=progress)
        yield Scan(taken, wrap(node, key), source)


def keep_scan(  # noqa: PLR0917 - where, by whom, what, named by which act: as one says it
    node: Node, conn: Connection, case: str, who: Person, scan: Scan, act: str, *, kind: str
) -> str:
    """Name a sealed scan in a case, in the transaction of the act that holds its digest; give its id.

    Raises:
        As ``custody.record``.
    """
    id = next_id(conn, case, f"{node.state}-{MARK}")
    enter(node, conn, who, scan, exhibit_of(node, conn, case, who, scan, id=id), act=act, kind=kind)
    return id


def next_id(conn: Connection, case: str, start: str) -> str:
    """The next free id of a case's exhibits that begins so and goes on with a number."""
    numbers = (
        one.id.removeprefix(start) for one in store.exhibits_of(conn, case) if one.id.startswith(start)
    )
    return f"{start}{max((int(n) for n in numbers if n.isdigit()), default=0) + 1}"


def exhibit_of(
    node: Node,
    conn: Connection,
    case: str,
    who: Person,
    scan: Scan,
    *,
    id: str,
    status: store.Status = "own",
) -> store.IndexedExhibit:
    """The exhibit that something sealed becomes, with its signed statement; nothing is stored."""
    now = node.clock.now()
    alias = node.alias(conn, case, who.key.id)
    statement = make_statement(
        scan.taken, exhibit=id, case=case, taken_at=now, taken_by=alias, source=scan.source
    )
    envelope = sign_statement(statement, node.keys.acts.public, node.keys.acts.sign)
    return store.IndexedExhibit(
        case=case,
        id=id,
        status=status,
        address=scan.taken.stored.digest,
        size=scan.taken.stored.size,
        statement=dsse.write(envelope),
        index=write_index(scan.taken.index),
        manifest=manifest_bytes(scan.taken.index),
        added_at=now,
    )


def enter(
    node: Node, conn: Connection, who: Person, scan: Scan, row: store.IndexedExhibit, *, act: str, kind: str
) -> None:
    """Store an exhibit with its first custody events, in the transaction of the act that names it.

    Raises:
        Conflict: its id was taken meanwhile.
    """
    store.put_exhibit(conn, row, scan.key)
    record(
        node,
        conn,
        row.case,
        who,
        Touch(row.id, Action.TAKEN_IN, kind, scan.digest, act),
        Touch(row.id, Action.SEALED, kind, digest(row.statement), act),
    )
