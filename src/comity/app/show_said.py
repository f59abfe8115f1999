"""One act, said or waiting for signatures, for reading: its line in a case, and what it says; as JSON values.

Promises: nothing is said that the act and its receipts do not say; names are this machine's own people's.

Leaves to others: which acts are shown (``show``), words and layout (``cli``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from comity import dsse, store
from comity.acts import Act, Receipt, state_of
from comity.app.node import Node
from comity.app.prepare import waiting_of
from comity.app.recovery import returned_from
from comity.cases import Case, HomeCase
from comity.clock import write_instant
from comity.store import Connection, Record
from comity.wire import Json, dump, parse, plain

RECEIPT_LIMIT: Final = 64 * 1024
RECEIPTS: Final = 4096
"""Receipts that are kept open in memory; what they say was said to another State, and none is ever erased."""


@dataclass(frozen=True)
class View:
    """What a view of one case looks things up in."""

    node: Node
    conn: Connection
    names: Mapping[str, str]
    receipts: Mapping[tuple[str, store.Side], bytes]
    sealed: frozenset[str] = frozenset()
    """Acts of which nothing is shown, not even that they are there."""
    fewer: Mapping[str, str] = field(default_factory=dict)
    """Acts that fewer persons signed than this node asks of its own, with the reason."""
    returned: Mapping[str, Json] | None = None
    """When acts came back, where that was asked for all of them at once."""


def act_line(view: View, record: Record, case: Case | None, home: HomeCase | None) -> Json:
    """What a list of acts says of one: its header, how it stands, its signers and receipts."""
    act, header = record.act, record.act.header
    standing = (home.standings.get(act.id) if home else None) or (
        case.standings.get(act.id) if case else None
    )
    return {
        "id": act.id,
        "kind": header.kind,
        "from": header.from_,
        "to": header.to,
        # Among those of acts at home, one that this reader may not know of would be missed.
        "number": header.number if header.shared else None,
        "about": header.about,
        "at": header.at,
        "direction": record.direction,
        "registered": header.registered,
        "arrived_at": write_instant(record.arrived_at),
        "standing": None if standing is None else standing.dump(),
        "fewer_signed": view.fewer.get(act.id),
        "rejected": _rejection(act),
        "signers": [
            {"role": s.role, "alias": s.alias, "key": s.key, "name": view.names.get(s.key)}
            for s in header.signers
        ],
        "receipts": {
            side: _receipt(view.receipts[act.id, side]) for side in _SIDES if (act.id, side) in view.receipts
        },
        "returned": returned_from(view.conn, act.id) if view.returned is None else view.returned.get(act.id),
    }


_SIDES: Final[tuple[store.Side, ...]] = ("own", "peer")


def _rejection(act: Act) -> Json:
    """What a ``reject`` says of another act: ``reason`` is the id ``cases.REASON`` or ``exchange.…``."""
    if act.header.kind != "reject":
        return None
    return {"act": act.terms.act, "step": act.terms.step, "reason": act.terms.reason}


def _receipt(data: bytes) -> Json:
    receipt = _read_receipt(data)
    return {"at": receipt.at, "outcome": receipt.outcome, "log_by": receipt.log.by}


@lru_cache(maxsize=RECEIPTS)
def _read_receipt(data: bytes) -> Receipt:
    return parse(Receipt, dsse.read(data).body, limit=RECEIPT_LIMIT)


def content(act: Act) -> Json:
    """What an act says: what it follows, the law it relies on, its fields as far as they are open."""
    return {
        "after": list(act.header.after),
        "law": dump(act.header.law),
        "fields": {name: plain(act.fields[name]) for name in act.kind.fields if name in act.fields},
        "not_open": [name for name in act.kind.fields if name not in act.fields],
    }


def pending_line(names: Mapping[str, str], one: store.Prepared) -> Json:
    """What a list says of an act that waits for signatures."""
    header = one.act.header
    return {
        "id": one.act.id,
        "kind": header.kind,
        "case": header.case,
        "about": header.about,
        "to": None if header.to is None else state_of(header.to),
        "prepared_at": write_instant(one.prepared_at),
        "waiting": waiting(names, one.act),
    }


def waiting(names: Mapping[str, str], act: Act) -> list[Json]:
    """Who of an act's listed signers has still to sign, and as what."""
    roles = {signer.key: signer.role for signer in act.header.signers}
    return [{"key": key, "name": names.get(key), "role": roles[key]} for key in waiting_of(act)]


def names_of(conn: Connection) -> dict[str, str]:
    """The short labels of this machine's people, by key."""
    return {p.key_id: p.name for p in store.list_people(conn)}
