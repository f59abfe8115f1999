"""This node's own directory entry: what it tells its peers of its offices and keys.

Promises: each change is a new version, signed by the node's acts key, and no key that was ever listed is
dropped from it. It is written in the transaction of the enrolment that changes it.

Leaves to others: following peers' entries (``peers``, ``exchange``).
"""

from __future__ import annotations

from typing import Final

from comity import dsse, note, store
from comity.acts import ACT_TYPE, PIECE_RECEIPT_TYPE, RECEIPT_TYPE
from comity.app.node import Node
from comity.app.recovery import recoveries, refuse_entry_while_pending
from comity.clock import write_instant
from comity.exchange import RESEND_TYPE, Authority, DirectoryKey, Entry, LogName, Purpose, Status, sign_entry
from comity.keys import SigningKey
from comity.store import Connection
from comity.wire import b64u

SPEAKS: Final = tuple(sorted((ACT_TYPE, PIECE_RECEIPT_TYPE, RECEIPT_TYPE, RESEND_TYPE)))


def log_vkey(node: Node) -> note.Vkey:
    """The verifier key of this node's log (C2SP signed-note)."""
    return note.Vkey(node.settings.log_origin, note.ED25519, node.keys.log.public)


def first_entry(node: Node, offices: tuple[Authority, ...]) -> Entry:
    """The entry of a new node: its offices and its own keys, no person yet."""
    now = node.now()
    keys = (
        node_key(node.keys.acts, Purpose.ACTS, now),
        node_key(node.keys.log, Purpose.LOG, now),
        node_key(node.keys.pdf, Purpose.PDF, now),
        node_key(node.keys.witness, Purpose.WITNESS, now),
    )
    return Entry(
        v=1,
        state=node.state,
        node=node.settings.node,
        version=1,
        issued_at=now,
        url=node.settings.url,
        speaks=SPEAKS,
        authorities=tuple(sorted(offices, key=lambda a: a.id)),
        keys=tuple(sorted(keys, key=lambda k: k.key)),
        recipients=node.keys.age.recipients,
        log=LogName(origin=node.settings.log_origin, vkey=log_vkey(node).encode()),
    )


def put_entry(node: Node, conn: Connection, entry: Entry) -> None:
    """Sign an entry of this node, and keep it beside the peers'."""
    data = dsse.write(sign_entry(entry, node.keys.acts))
    store.pin_peer(
        conn, node.state, entry.fingerprint, entry=data, version=entry.version, at=node.clock.now()
    )


def renew_entry(node: Node, conn: Connection) -> Entry:
    """Issue the next version, with the people as they now stand.

    Raises:
        Conflict: the node was restored, and peers may know that version with another content.
    """
    refuse_entry_while_pending(conn)
    old = node.directory(conn).own
    since = {k.key: k.since for k in old.keys}
    people = {p.key_id: person_key(p, since.get(p.key_id)) for p in store.list_people(conn)}
    # A key whose person is not here was enrolled after the copy that this node came from: it stays listed.
    kept = [k for k in old.keys if k.key not in people]
    entry = old.model_copy(
        update={
            "version": old.version + 1,
            "issued_at": max(node.now(), old.issued_at),
            "url": node.settings.url,
            "speaks": SPEAKS,
            "keys": tuple(sorted((*kept, *people.values()), key=lambda k: k.key)),
        }
    )
    put_entry(node, conn, Entry.model_validate(entry.model_dump()))
    return entry


NODE_DEEDS: Final = ("enrol.node", "reject.node")
"""What the node says by itself: the founding enrolments, and that something is not in order."""


def renew_url(node: Node) -> bool:
    """Issue a new entry if the node is reached elsewhere, or speaks more, than its entry says; or ``False``.

    A restored node waits with it until its peers have brought back the entry that they know.
    """
    with node.db.read() as conn:
        own = node.directory(conn).own
        if (own.url, own.speaks) == (node.settings.url, SPEAKS) or any(r.pending for r in recoveries(conn)):
            return False
    node.db.writer.run(lambda conn: renew_entry(node, conn))
    return True


def node_key(key: SigningKey, purpose: Purpose, since: str) -> DirectoryKey:
    """A key of a node itself, as an entry lists it."""
    return DirectoryKey(
        key=key.id,
        alg="ed25519",
        public=b64u(key.public),
        rp_id=None,
        purpose=purpose,
        authority=None,
        deeds=NODE_DEEDS if purpose is Purpose.ACTS else (),
        since=since,
        status=Status.ACTIVE,
        until=None,
    )


def person_key(person: store.PersonRow, listed_since: str | None) -> DirectoryKey:
    """A person's key. ``listed_since``: from when it was told to be good, which never changes afterwards."""
    active = person.status == "active"
    return DirectoryKey.model_validate(
        {
            "key": person.key_id,
            "alg": person.alg,
            "public": b64u(person.public),
            "rp_id": None,
            "purpose": Purpose.PERSON,
            "authority": person.authority,
            "deeds": person.deeds,
            "since": listed_since or write_instant(person.since),
            "status": Status(person.status),
            "until": None if active else write_instant(person.since),
        }
    )
