"""Other nodes as this one knows them: a pinned fingerprint, and every directory entry it was shown.

Promises: a pin changes by ``pin_peer`` alone, which a person does; an entry's version never goes back,
and one version never has two contents. Old entries stay: what an old key signed is judged by them.

Leaves to others: reading and checking entries (``exchange``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import Conflict, NotFound
from comity.store.statement import Statement


@dataclass(frozen=True, slots=True)
class Peer:
    """A State's node: the fingerprint that a person pinned, and its newest directory entry."""

    state: str
    fingerprint: str
    pinned_at: datetime
    version: int
    entry: bytes
    got_at: datetime


def pin_peer(
    conn: Connection, state: str, fingerprint: str, *, entry: bytes, version: int, at: datetime
) -> None:
    """Trust a node by its fingerprint, or by a new one; store the entry that bears it.

    Raises:
        Conflict: as ``update_peer``.
    """
    _PIN.run(conn, {"state": state, "fingerprint": fingerprint, "at": write_instant(at)})
    update_peer(conn, state, entry=entry, version=version, at=at)


def update_peer(conn: Connection, state: str, *, entry: bytes, version: int, at: datetime) -> bool:
    """Store a newer directory entry of a pinned node; ``False`` if it is here already.

    Raises:
        NotFound: no node of that State is pinned.
        Conflict: the version is older than the one known, or it has another content.
    """
    if _PINNED.first(conn, {"state": state}) is None:
        raise NotFound("store.no_such_peer", state=state)
    newest = _NEWEST.first(conn, {"state": state})
    if newest is not None and version < newest.version:
        raise Conflict("store.peer_rollback", state=state, version=version, known=newest.version)
    if newest is not None and version == newest.version:
        if bytes(newest.entry) != entry:
            raise Conflict("store.peer_two_contents", state=state, version=version)
        return False
    row = {"state": state, "version": version, "entry": entry, "at": write_instant(at)}
    _PUT_ENTRY.run(conn, row)
    return True


def get_peer(conn: Connection, state: str) -> Peer:
    """A State's node.

    Raises:
        NotFound: none is pinned.
    """
    row = _GET.first(conn, {"state": state})
    if row is None:
        raise NotFound("store.no_such_peer", state=state)
    return _peer(row)


def list_peers(conn: Connection) -> tuple[Peer, ...]:
    """All pinned nodes, by State."""
    return tuple(_peer(row) for row in _LIST.all(conn))


def peer_versions(conn: Connection) -> tuple[tuple[str, str, int], ...]:
    """State, fingerprint and newest version of each pinned node, by State: one version has one content."""
    return tuple((str(row[0]), str(row[1]), int(row[2])) for row in _VERSIONS.all(conn))


def peer_entries(conn: Connection, state: str) -> tuple[tuple[int, bytes], ...]:
    """Every directory entry of a node that was ever stored: version and bytes, oldest first."""
    return tuple((row.version, row.entry) for row in _ENTRIES.all(conn, {"state": state}))


def _peer(row: Any) -> Peer:
    pinned_at, got_at = read_instant(row.pinned_at), read_instant(row.got_at)
    return Peer(row.state, row.fingerprint, pinned_at, row.version, row.entry, got_at)


_PIN = Statement(
    "INSERT INTO peer (state, fingerprint, pinned_at) VALUES (:state, :fingerprint, :at)"
    " ON CONFLICT (state) DO UPDATE SET fingerprint = excluded.fingerprint, pinned_at = excluded.pinned_at"
)
_PINNED = Statement("SELECT 1 FROM peer WHERE state = :state")
_NEWEST = Statement(
    "SELECT version, entry FROM peer_entry WHERE state = :state ORDER BY version DESC LIMIT 1"
)
_PUT_ENTRY = Statement(
    "INSERT INTO peer_entry (state, version, entry, got_at) VALUES (:state, :version, :entry, :at)"
)
_GET = Statement(
    "SELECT p.state, p.fingerprint, p.pinned_at, e.version, e.entry, e.got_at"
    " FROM peer AS p JOIN peer_entry AS e ON e.state = p.state"
    " WHERE p.state = :state ORDER BY e.version DESC LIMIT 1"
)
_LIST = Statement(
    "SELECT p.state, p.fingerprint, p.pinned_at, e.version, e.entry, e.got_at"
    " FROM peer AS p JOIN peer_entry AS e ON e.state = p.state"
    " WHERE e.version = (SELECT max(version) FROM peer_entry WHERE state = p.state) ORDER BY p.state"
)
_VERSIONS = Statement(
    "SELECT p.state, p.fingerprint, max(e.version) FROM peer AS p JOIN peer_entry AS e ON e.state = p.state"
    " GROUP BY p.state, p.fingerprint ORDER BY p.state"
)
_ENTRIES = Statement("SELECT version, entry FROM peer_entry WHERE state = :state ORDER BY version")
