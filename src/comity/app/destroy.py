"""Destroy what another State gave: its key is erased, its sealed bytes removed, and that State told.

Where a lock of the vault's store keeps those bytes, the erased key is the destruction: the record says until
when they lie there, a scrub no longer asks for them, and the sweep removes them once the lock is over.

Promises: the act that tells of it and the erasure of the key are one transaction: neither without the other.
The record says which object, under which key, was destroyed; it stands in the act's text as its last line,
and its SHA-256 in the act's terms. Custody ends with the event.

Leaves to others: copies that left this node, and backups made before, which the record names as not covered.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from comity import dsse, store
from comity.acts import Act
from comity.acts.terms import DestroyedTerms, Disposal
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import matter, reply
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.errors import NotFound, NotPermitted, Unavailable
from comity.evidence import Action, read_statement
from comity.store import Connection
from comity.wire import Json, digest, encode

_NOT_COVERED = ("backups_made_before", "copies_that_left_the_node")


def destroy(
    node: Node,
    about: str,
    who: Person,
    *,
    exhibits: tuple[str, ...],
    text: str,
    manner: Disposal = Disposal.DESTROYED,
) -> Said:
    """Destroy exhibits here for good, and tell the State that gave them. It cannot be undone.

    ``manner``: ``returned`` where the original was sent back; no copy is kept either way.

    Raises:
        NotPermitted: an exhibit is not in custody here, or was destroyed before.
        NotFound: this node has no such exhibit. Unavailable: the disk did not take it.
    """
    it = matter(node, about)
    at = node.now()
    with node.db.read() as conn:
        rows = [store.get_exhibit(conn, it.id, exhibit) for exhibit in exhibits]
        keys = [store.exhibit_key(conn, it.id, exhibit) for exhibit in exhibits]
    if any(row.status != "incoming" for row in rows):
        raise NotPermitted("destroy.own_exhibit")
    kept = [_kept_until(node, str(row.address)) for row in rows]
    paper: Json = {
        "v": 1,
        "case": it.id,
        "at": at,
        "manner": manner.value,
        "not_covered": list(_NOT_COVERED),
        "exhibits": [
            {
                "exhibit": row.id,
                "stream": read_statement(dsse.read(row.statement)).sha256,
                "sealed": row.address,
                "sealed_size": row.size,
                "wrapped_key": digest(key.wrapped_key),
                # Under a lock of the vault's store the bytes stay so long, and the key is gone all the same.
                "sealed_kept_until": None if until is None else write_instant(until),
            }
            for row, key, until in zip(rows, keys, kept, strict=True)
        ],
    }
    proof = encode(paper)

    def also(conn: Connection, act: Act) -> None:
        action = Action.RETURNED if manner is Disposal.RETURNED else Action.DESTROYED
        for row in rows:
            store.erase_exhibit_key(conn, it.id, row.id, node.clock.now(), act.id)
        gone = ((one["exhibit"], one["stream"]) for one in paper["exhibits"])
        record(node, conn, it.id, who, *(Touch(id, action, "destroyed", sha, act.id) for id, sha in gone))

    terms = DestroyedTerms(exhibits=exhibits, at=at, proof=digest(proof), manner=manner)
    fields = {"terms": terms, "text": f"{text}\n{proof.decode('utf-8')}"}
    said = reply(node, it, "destroyed", fields, who, also=also)
    node.db.checkpoint()  # so that the key does not linger in the write-ahead log
    for row, until in zip(rows, kept, strict=True):
        if until is None:
            _remove(node, str(row.address))
    return said


def _kept_until(node: Node, address: str) -> datetime | None:
    """Until when a lock keeps the sealed bytes. Where they are gone, nothing does."""
    try:
        return node.vault.kept_until(address)
    except NotFound:
        return None


def _remove(node: Node, address: str) -> None:
    """Remove the sealed bytes; without their key they tell nothing, and a sweep finds what is left."""
    # What is told is that the key is gone: a store that does not answer, or locks by itself, changes nothing.
    with suppress(NotFound, NotPermitted, Unavailable):
        node.vault.remove(address)
