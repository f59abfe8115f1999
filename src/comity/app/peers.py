"""Peers: trusting another State's node, and following its directory entry from there.

Promises: a peer is trusted by a fingerprint that two people compared over another way, or not at all; what
follows is accepted only by the rules of the entry (``exchange.update``).

Leaves to others: what a key may sign (``exchange.Directory``).
"""

from __future__ import annotations

from comity import store
from comity.app.node import Node
from comity.app.recovery import begin, recovery, restoration
from comity.errors import BadInput
from comity.exchange import Entry, trust, update
from comity.exchange.courier import DIRECTORY_PATH
from comity.store import Connection


def own_entry(node: Node) -> bytes:
    """This node's entry, as it is given to peers: signed bytes."""
    with node.db.read() as conn:
        return store.get_peer(conn, node.state).entry


def add_peer(node: Node, data: bytes, fingerprint: str) -> Entry:
    """Trust a node. ``fingerprint``: as its people read it out, not as the file says.

    Raises:
        ProofFailed: the entry is not signed by that key. BadInput: not an entry, or our own.
        Conflict: the State is known, and this entry is older, or forgets or brings back a key.
    """
    entry = trust(data, fingerprint)
    if entry.state == node.state:
        raise BadInput("app.own_state_as_peer", state=entry.state)

    def pin(conn: Connection) -> None:
        known = node.directory(conn)
        if entry.state in known.peers:
            # A new fingerprint is a new acts key, and nothing more: the history of the others still holds.
            update(known.entry(entry.state), data, pinned=fingerprint)
        known.with_peer(entry)
        store.pin_peer(conn, entry.state, fingerprint, entry=data, version=entry.version, at=node.clock.now())
        restored = restoration(conn)
        if restored is not None and recovery(conn, entry.state) is None:
            begin(
                conn, restored, (entry.state,), added=True
            )  # it may have been trusted before, after the copy

    node.db.writer.run(pin)
    return entry


def follow_peer(node: Node, state: str, data: bytes) -> Entry:
    """Take a newer entry of a trusted node.

    Raises:
        Conflict: it rolls back, or changes what may not change. ProofFailed: not signed as it must be.
    """

    def take(conn: Connection) -> Entry:
        known = node.directory(conn)
        new = update(known.entry(state), data)
        known.with_peer(new)
        if new.fingerprint != store.get_peer(conn, state).fingerprint:
            store.pin_peer(conn, state, new.fingerprint, entry=data, version=new.version, at=node.clock.now())
        else:
            store.update_peer(conn, state, entry=data, version=new.version, at=node.clock.now())
        return new

    return node.db.writer.run(take)


def refresh_peer(node: Node, state: str) -> Entry:
    """Fetch a trusted node's present entry over the network, and follow it.

    Raises:
        Unavailable: it cannot be reached, or has no address.
    """
    with node.db.read() as conn:
        url = node.directory(conn).entry(state).url
    if url is None:
        raise BadInput("app.peer_without_address", state=state)
    return follow_peer(node, state, node.courier.get(url + DIRECTORY_PATH))
