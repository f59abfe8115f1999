"""Marking an exhibit that lies here already as material that only a competent unit opens.

Promises: from the moment of the act the exhibit lies sealed anew, under a fresh key that only the unit's keys
open; in the same transaction the key that this node could open is gone, and then the old sealed object. The
names of its files and the proof of a part go under that key too. What this node could do until then is told.

Leaves to others: what was taken in so from the start (``exhibit``), copies that left before, and backups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import structlog

from comity import dsse, store
from comity.acts import Act
from comity.acts.delivery_terms import Protected
from comity.acts.material_terms import MarkTerms
from comity.app.content import ContentKey, new_key, opened, unwrap, wrap
from comity.app.custody import custody_list, seal_anew
from comity.app.interrupted import forget_unfinished
from comity.app.look import find_case
from comity.app.mark import as_record, came_under, competent_unit, hide, is_hidden, keys_of
from comity.app.node import Node, Person, case_of, home_of
from comity.app.reply import matter, note
from comity.app.touch import Touch, record
from comity.cases import HomeCase
from comity.errors import Conflict, NotFound, NotPermitted, Unavailable
from comity.evidence import Action, read_index, read_statement
from comity.store import Connection

_log: Final = structlog.get_logger("marking")


@dataclass(frozen=True)
class Before:
    """What was so until the mark: it is not undone by it.

    ``seen``: times that the exhibit was opened, for whatever purpose; ``deliveries``: acts
    that announced it; ``parts``: exhibits selected from it, each to be marked by itself; ``recovery``: how
    many recovery keys of this node could open it, beside its vault key. Backups made before still can be
    opened.
    """

    seen: int
    deliveries: tuple[str, ...]
    parts: tuple[str, ...]
    recovery: int


def mark(
    node: Node,
    case: str,
    exhibit: str,
    material: str,
    who: Person,
    *,
    unit: str | None = None,
    text: str | None = None,
) -> tuple[Act, Before]:
    """Mark an exhibit and seal it anew to a unit; it cannot be undone. ``unit``: which, of several.

    Raises:
        NotFound: no such exhibit or material, or it is not here. NotPermitted: it is marked already, its key
            was destroyed, no unit of ours has a key, or this person may not. BadInput: several units.
        ProofFailed: what lies in the vault is not what was sealed. Unavailable: the disk did not take it.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        row = store.indexed_exhibit(conn, case, exhibit)
        key = unwrap(node, conn, row)
        chosen = competent_unit(node.directory(conn), node.bundle_on(conn), node.state, material, unit)
        shared = case_of(node, conn, case)
        home = home_of(node, conn, case, shared)
        telling = _telling(conn, case, exhibit, home)
    about = came_under(shared, home, exhibit)
    _before(node, case, exhibit)  # refused now, where custody does not hold
    stream = read_statement(dsse.read(row.statement)).sha256
    protected = Protected(material=material, unit=chosen.id)
    fresh = new_key(node, sealed_here=key.secret is not None)
    # The salts stay those of the seal: only what they rest wrapped to changes.
    fresh = ContentKey(fresh.identity, key.secret)
    hidden = hide(row.index, fresh.identity.recipient, node.entropy)
    hidden_too = {one: hide(data, fresh.identity.recipient, node.entropy) for one, data in telling.items()}
    with node.vault.held():
        with opened(node, row, key) as payload:
            stored = seal_anew(node, fresh, read_index(row.index), payload)
        placed = store.IndexedExhibit(
            case=case,
            id=exhibit,
            status=row.status,
            address=stored.digest,
            size=stored.size,
            statement=row.statement,
            index=hidden,
            manifest=b"",
            added_at=row.added_at,
        )

        def also(conn: Connection, act: Act) -> None:
            if telling.keys() != _telling(conn, case, exhibit, home_of(node, conn, case)).keys():
                raise Conflict("material.changed_meanwhile", exhibit=exhibit)
            store.seal_anew(conn, placed, wrap(node, fresh, keys_of(chosen)), hidden_too)
            store.put_records(conn, case, exhibit, {"mark": as_record(protected)}, node.clock.now())
            record(node, conn, case, who, Touch(exhibit, Action.MARKED, material, stream, act.id))

        terms = MarkTerms(exhibit=exhibit, protected=protected)
        act = note(node, matter(node, about), "mark", {"terms": terms, "text": text}, who, also=also)
    # An interrupted run for the same request may have read the same: a key of the node opens what it kept.
    forget_unfinished(node, lambda task: task.about == about)
    node.db.checkpoint()  # so that the old key does not linger in the write-ahead log
    _remove(node, str(row.address))
    return act, _before(node, case, exhibit)


def _telling(
    conn: Connection, case: str, exhibit: str, home: HomeCase
) -> dict[tuple[str, store.RecordKind], bytes]:
    """What is kept of an exhibit and of its parts that has names of its files, and is open still.

    That is the proof that it is a part; and what was left out of it, and of each part selected from it.
    """
    parts = (one.exhibit for one in home.intakes if one.part_of == exhibit)
    wanted: list[tuple[str, store.RecordKind]] = [(exhibit, "part"), (exhibit, "rest")]
    wanted += [(part, "rest") for part in parts]
    found = ((one, store.find_record(conn, case, *one)) for one in wanted)
    return {one: data for one, data in found if data is not None and not is_hidden(data)}


def _remove(node: Node, address: str) -> None:
    """Remove the old sealed object; where a lock or the disk keeps it, the sweep does so later.

    The mark stands by then, and no key opens that object any more.
    """
    try:
        if node.vault.kept_until(address) is None:
            node.vault.remove(address)
    except NotFound:
        return
    except (NotPermitted, Unavailable) as error:
        _log.warning("old_object_left", address=address, error=error.id)


def _before(node: Node, case_id: str, exhibit: str) -> Before:
    with node.db.read() as conn:
        case = case_of(node, conn, case_id)
        home = home_of(node, conn, case_id, case)
    events = custody_list(node, case_id, exhibit)
    deliveries = (
        delivery.id
        for request in case.requests.values()
        if request.requested == node.state
        for delivery in request.deliveries
        if any(one.exhibit == exhibit for one in delivery.exhibits)
    )
    parts = (one.exhibit for one in home.intakes if one.part_of == exhibit and one.protected is None)
    return Before(
        seen=sum(one.action is Action.OPENED for one in events),
        deliveries=tuple(deliveries),
        parts=tuple(parts),
        recovery=len(node.settings.recovery),
    )
