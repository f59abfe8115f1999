"""What passed over the desk, in words: what was registered and by whom, what is to be sent, orders, imports.

Promises: a registration is never written as if the other State had said it.

Leaves to others: the view (``app.show_desk``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.cli.saying import SHORT
from comity.cli.session import Session

View = dict[str, Any]


def desk_words(session: Session, desk: View) -> Iterator[str]:
    """A line for each thing, and one for each that is owed."""
    say = session.text
    if desk["imported"] is not None:
        one = desk["imported"]
        closed = one["closed"] or say("cli.desk.open")
        told = {name: one[name] or "-" for name in ("reference", "state", "measure", "opened", "outcome")}
        yield say("cli.desk.imported", **told, closed=closed)
    if desk["on_paper"]:
        yield say("cli.desk.on_paper")
    for one in desk["registers"]:
        yield from _register(session, one)
    for one in desk["to_dispatch"]:
        yield say("cli.desk.to_dispatch", kind=one["kind"], act=one["act"][:SHORT])
    for one in desk["dispatches"]:
        yield say("cli.desk.dispatched", act=one["act"][:SHORT], channel=one["channel"], at=one["at"])
    for one in desk["origins"]:
        yield say("cli.desk.origin", contact=one["name"] or one["contact"], at=one["at"])
    for one in desk["orders"]:
        yield from _order(session, one)


def _register(session: Session, one: View) -> Iterator[str]:
    say = session.text
    yield say(
        "cli.desk.registered" if one["act"] is not None else "cli.desk.noted",
        entry=one["id"][:SHORT],
        kind=one["kind"] or "-",
        act="-" if one["act"] is None else one["act"][:SHORT],
        channel=one["channel"],
        at=one["received_at"] or "-",
        by=one["attested_by"] or "-",
    )
    if one["passed_on"] is not None:
        yield "  " + say("cli.desk.passed_on", act=one["passed_on"][:SHORT])
    elif one["confirmed"] is not None:
        yield "  " + say("cli.desk.confirmed", act=one["confirmed"][:SHORT])
        if one["differs"]:
            yield "  " + say("cli.desk.differs", members=", ".join(one["differs"]))
    elif one["confirm_by"] is not None:
        late = "cli.desk.unconfirmed" if one["overdue"] else "cli.desk.to_confirm"
        yield "  " + say(late, by=one["confirm_by"])


def _order(session: Session, one: View) -> Iterator[str]:
    say = session.text
    yield say(
        "cli.desk.order",
        order=one["id"][:SHORT],
        reference=one["reference"] or "-",
        contact=one["name"] or one["contact"],
        items=", ".join(one["items"]),
        at=one["at"],
    )
    for came in one["returns"]:
        exhibits = ", ".join(came["exhibits"]) or "-"
        yield "  " + say(
            "cli.desk.return",
            act=came["id"][:SHORT],
            outcome=came["outcome"],
            at=came["at"],
            exhibits=exhibits,
        )
    if one["objection"] is not None:
        yield "  " + say("cli.desk.objection", act=one["objection"][:SHORT])
    if one["open"] and one["answer_by"] is not None:
        late = "cli.desk.order_overdue" if one["overdue"] else "cli.desk.order_due"
        yield "  " + say(late, by=one["answer_by"])
