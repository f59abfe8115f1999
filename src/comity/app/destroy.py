"""Destroy what another State gave: its key is erased, its sealed bytes removed, and that State told.

Where a lock of the vault's store keeps those bytes, the erased key is the destruction: the record says until
when they lie there (``unknown``, where the store says nothing), and a scrub no longer asks for them.

Promises: the act that tells of it and the erasure of the key are one transaction: neither without the other,
and no store is waited for. The record says which object, under which key, was destroyed; it stands in the
act's text as its last line, and its SHA-256 in the act's terms. Custody ends with the event.

Leaves to others: removing the sealed bytes (``removal``, a job of that transaction); copies that left this
node, and backups made before, which the record names as not covered.
"""

from __future__ import annotations

from contextlib import suppress

from comity import dsse, store
from comity.acts import Act
from comity.acts.terms import DestroyedTerms, Disposal
from comity.app.move import last_move
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.removal import plan_removal, remove_now
from comity.app.reply import matter, reply
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.errors import ComityError, Conflict, NotFound, NotPermitted, Unavailable
from comity.evidence import Action, read_statement
from comity.store import Connection
from comity.wire import Json, digest, encode

_NOT_COVERED = ("backups_made_before", "copies_that_left_the_node")
_UNKNOWN = "unknown"


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
        NotFound: this node has no such exhibit. Unavailable: the database did not take it.
    """
    it = matter(node, about)
    at = node.now()
    with node.db.read() as conn:
        rows = [store.get_exhibit(conn, it.id, exhibit) for exhibit in exhibits]
        keys = [store.exhibit_key(conn, it.id, exhibit) for exhibit in exhibits]
    if any(row.status != "incoming" for row in rows):
        raise NotPermitted("destroy.own_exhibit")
    kept = _kept_until(node, [str(row.address) for row in rows])
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
                "sealed_kept_until": until,
            }
            for row, key, until in zip(rows, keys, kept, strict=True)
        ],
    }
    proof = encode(paper)

    def also(conn: Connection, act: Act) -> None:
        action = Action.RETURNED if manner is Disposal.RETURNED else Action.DESTROYED
        for row in rows:
            store.erase_exhibit_key(conn, it.id, row.id, node.clock.now(), act.id)
            plan_removal(node, conn, str(row.address), act.id)
        gone = ((one["exhibit"], one["stream"]) for one in paper["exhibits"])
        record(node, conn, it.id, who, *(Touch(id, action, "destroyed", sha, act.id) for id, sha in gone))

    terms = DestroyedTerms(exhibits=exhibits, at=at, proof=digest(proof), manner=manner)
    fields = {"terms": terms, "text": f"{text}\n{proof.decode('utf-8')}"}
    said = reply(node, it, "destroyed", fields, who, also=also)
    node.db.checkpoint()  # so that the key does not linger in the write-ahead log
    if _UNKNOWN not in kept:
        with suppress(Unavailable, Conflict):  # it is done, and that is what is answered; the job stands
            remove_now(node, len(rows))
    return said


def _kept_until(node: Node, addresses: list[str]) -> list[str | None]:
    """Until when a lock keeps each object, if the store says so. Where they are gone, nothing does."""
    if _left_under_lock(node):
        return [_UNKNOWN] * len(addresses)
    told: list[str | None] = []
    for address in addresses:
        try:
            until = node.vault.kept_until(address, hasty=True)
        except NotFound:
            told.append(None)
        except ComityError:
            # What counts is that the key goes. Nor are the others asked for: each could take as long again.
            return [_UNKNOWN] * len(addresses)
        else:
            told.append(None if until is None else write_instant(until))
    return told


def _left_under_lock(node: Node) -> bool:
    """Whether a lock keeps objects in a place that the vault was moved from, and that is asked no more."""
    with node.db.read() as conn:
        at = last_move(conn)
    told = {node.settings.vault_store, node.settings.vault_before}
    return at is not None and at.kept > 0 and at.before not in told
