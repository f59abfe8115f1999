"""What passed over the desk in a case, for reading: papers, dispatches, orders, imports; as JSON values.

Promises: what was registered is always called so, with who attests it and when it is to be confirmed; nothing
that came on paper is shown as said by the other State.

Leaves to others: the case itself (``show``), words and layout (``cli``).
"""

from __future__ import annotations

from comity import store
from comity.acts import Act
from comity.app.contacts import name_of
from comity.app.look import find_case
from comity.app.node import Node, case_of, home_of
from comity.app.paper import is_on_paper, to_dispatch
from comity.cases import Case, HomeCase, OrderState, Registered
from comity.clock import write_instant
from comity.store import Connection
from comity.wire import Json


def show_desk(node: Node, text: str) -> Json:
    """What passed over the desk in one case.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, text)
        return desk_view(node, conn, case, home_of(node, conn, case, case_of(node, conn, case)))


def desk_view(node: Node, conn: Connection, case: str, home: HomeCase) -> Json:
    """The desk of a case whose home is folded already."""
    desk = home.desk
    now = write_instant(node.clock.now())
    sent = desk.sent
    return {
        "on_paper": is_on_paper(node, conn, case),
        "registers": [_register(conn, one, now) for one in desk.registers],
        "to_dispatch": [
            {"act": id, "kind": store.get_act(conn, id).header.kind}
            for id in to_dispatch(node, conn, case, frozenset(sent))
        ],
        "dispatches": [
            {"id": one.id, "act": one.act, "channel": one.channel, "at": one.at, "letter": one.letter}
            for one in desk.dispatches
        ],
        "origins": [
            {"id": one.id, "contact": one.contact, "name": name_of(conn, one.contact), "at": one.at}
            for one in desk.origins
        ],
        "orders": [_order(conn, one, now) for one in desk.orders],
        "imported": _imported(conn, home),
    }


def imported_line(node: Node, conn: Connection, line: store.CaseLine, shared: Case) -> Json:
    """What a list says of a case that was imported; none of any other."""
    if line.shared_acts:
        return None
    return _imported(conn, home_of(node, conn, line.case, shared))


def undelivered(node: Node, conn: Connection, line: store.CaseLine) -> tuple[str, ...]:
    """What we said in a case and has not arrived, or on paper, has not gone out."""
    waiting = store.unreceipted(conn, line.case)
    if not waiting or not is_on_paper(node, conn, line.case):
        return waiting
    return to_dispatch(node, conn, line.case, frozenset(home_of(node, conn, line.case).desk.sent))


def _register(conn: Connection, one: Registered, now: str) -> Json:
    entry = store.get_act(conn, one.id)
    return {
        "id": one.id,
        "about": one.about,
        "kind": one.kind,
        "act": one.act,
        "channel": one.channel,
        "received_at": one.received_at,
        "scan": one.scan,
        "attested_by": _field(entry, "attested_by"),
        "sender": _field(entry, "sender"),
        "confirm_by": one.confirm_by,
        "confirmed": one.confirmed,
        "differs": list(one.differs),
        "passed_on": one.passed_on,
        "overdue": one.waits and str(one.confirm_by) <= now,
    }


def _order(conn: Connection, one: OrderState, now: str) -> Json:
    entry = store.get_act(conn, one.id)
    return {
        "id": one.id,
        "about": one.about,
        "contact": one.contact,
        "name": name_of(conn, one.contact),
        "reference": _field(entry, "reference"),
        "items": list(one.items),
        "at": one.at,
        "answer_by": one.answer_by,
        "returns": [
            {
                "id": r.id,
                "outcome": r.outcome.value,
                "at": r.at,
                "exhibits": list(r.exhibits),
                "ruled": r.ruled,
            }
            for r in one.returns
        ],
        "open": one.open,
        "objection": None if one.objection is None else one.objection.id,
        "overdue": one.open and one.answer_by is not None and one.answer_by <= now,
    }


def _imported(conn: Connection, home: HomeCase) -> Json:
    one = home.desk.imported
    if one is None:
        return None
    return {
        "id": one.id,
        "reference": _field(store.get_act(conn, one.id), "reference"),
        "direction": one.direction,
        "state": one.state,
        "measure": one.measure,
        "opened": one.opened,
        "closed": one.closed,
        "outcome": one.outcome,
        "scan": one.scan,
    }


def _field(act: Act, name: str) -> str | None:
    """A field in words; none where it says nothing, or was destroyed."""
    value = act.fields.get(name)
    return None if value is None else str(value)
