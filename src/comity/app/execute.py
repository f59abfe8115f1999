"""What is said while a request is carried out: amend, accept, effected, extend, lift, withdraw, use, close.

Promises: each is one act, permitted by the table or refused with the reason; none changes anything else.

Leaves to others: exhibits (``exhibit``), delivery (``deliver``), custody (``custody``).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts import Fact, Proceeding, Selector
from comity.acts.terms import (
    AcceptTerms,
    AmendTerms,
    CloseReason,
    CloseTerms,
    EffectedTerms,
    Execution,
    ExtendTerms,
    Item,
    LiftTerms,
    Purpose,
    UseKind,
    WithdrawReason,
    WithdrawTerms,
)
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import Matter, matter, reply
from comity.app.standing import clocks_of
from comity.app.use import Wanted, use_exhibits
from comity.cases.limits import unaccepted
from comity.clock import write_instant
from comity.errors import NotPermitted
from comity.wire import build


def effected(
    node: Node,
    about: str,
    who: Person,
    *,
    outcome: Execution,
    items: tuple[str, ...],
    at: datetime,
    text: str,
    pointed_to: str | None = None,
) -> Said:
    """Report execution. ``at``: the legal event that starts the measure's clock.

    ``pointed_to``: where the wrong State was asked, the one that seems to be the right one.

    Raises:
        NotPermitted: the case does not allow it now.
    """
    members = {
        "outcome": outcome.value,
        "items": list(items),
        "at": write_instant(at),
        "pointed_to": pointed_to,
    }
    terms = build(EffectedTerms, members)
    return reply(node, matter(node, about), "effected", {"terms": terms, "text": text}, who)


def accept(node: Node, about: str, who: Person, *, text: str | None = None) -> Said:
    """Accept every condition of the latest decision, or else of the latest delivery, not accepted yet.

    Raises:
        NotPermitted: no condition waits to be accepted.
    """
    it = matter(node, about)
    for decision in reversed(it.request.decisions):
        waiting = tuple(c for c in decision.conditions if c not in decision.accepted)
        if waiting and it.request.closed is None and it.request.withdrawn is None:
            terms = AcceptTerms(decision=decision.id, conditions=waiting)
            return reply(node, it, "accept", {"terms": terms, "text": text}, who)
    for delivery in reversed(it.request.deliveries):
        left = tuple(sorted(unaccepted(delivery)))
        if left:
            terms = AcceptTerms(decision=delivery.id, conditions=left)
            return reply(node, it, "accept", {"terms": terms, "text": text}, who)
    raise NotPermitted("app.no_condition_waits", request=it.act.id)


def amend(
    node: Node,
    about: str,
    who: Person,
    *,
    approver: str | None,
    text: str,
    drop: tuple[str, ...] = (),
    add: tuple[tuple[Item, Selector], ...] = (),
    facts: tuple[Fact, ...] = (),
) -> Said:
    """Ask for less, for more, or for something else; like a request, it waits for a second officer.

    Raises:
        NotPermitted: an item is decided already, or not there.
    """
    fields = {
        "terms": AmendTerms(add=tuple(item for item, _ in add), drop=drop),
        "selectors": tuple(selector for _, selector in add),
        "facts": facts,
        "text": text,
    }
    return reply(node, matter(node, about), "amend", fields, who, approver=approver)


def extend(node: Node, about: str, who: Person, *, until: datetime, text: str, late: bool = False) -> Said:
    """Ask that preservation last longer; who preserves says so with the same act.

    ``late``: a person asks though the period is over, since the data may still be held. That it is asked
    before expiry is held from recollection: so a person may, and has to say so.

    Raises:
        NotPermitted: nothing is preserved, or not longer than before; or its period is over, and nobody said
            that it is asked late.
    """
    it = matter(node, about)
    if not late and it.request.requesting == node.state:
        over = _over(node, it)
        if over is not None:
            raise NotPermitted("app.preservation_over", request=it.act.id[:12], over=write_instant(over))
    terms = ExtendTerms(until=write_instant(until))
    return reply(node, it, "extend", {"terms": terms, "text": text}, who)


def _over(node: Node, it: Matter) -> datetime | None:
    """When the last period of a preservation ended, where all that are known have; none while one runs."""
    with node.db.read() as conn:
        values = clocks_of(node.bundle_on(conn), it.case)
    ends = [
        one.over
        for one in values
        if one.request == it.act.id and one.then == "held_until_decision" and not one.held_for
    ]
    if not ends or any(end is None for end in ends):
        return None
    last = max(end for end in ends if end is not None)
    return last if last <= node.clock.now() else None


def lift(
    node: Node,
    about: str,
    who: Person,
    *,
    approver: str | None,
    items: tuple[str, ...],
    at: datetime,
    text: str,
) -> Said:
    """Let frozen property go again, after the latest offer of consultation; it waits for the approver.

    Raises:
        NotPermitted: it is not frozen, or the other State was not heard first.
    """
    it = matter(node, about)
    offer = it.request.consultations[-1].id if it.request.consultations else None
    terms = LiftTerms(items=items, consultation=offer, at=write_instant(at))
    return reply(node, it, "lift", {"terms": terms, "text": text}, who, approver=approver)


def withdraw(node: Node, about: str, who: Person, *, reason: WithdrawReason, text: str | None = None) -> Said:
    """Withdraw a request.

    Raises:
        NotPermitted: it is closed or withdrawn.
    """
    terms = WithdrawTerms(reason=reason)
    return reply(node, matter(node, about), "withdraw", {"terms": terms, "text": text}, who)


def use(
    node: Node,
    about: str,
    who: Person,
    *,
    exhibits: tuple[str, ...],
    kind: UseKind,
    proceeding: Proceeding,
    text: str,
    purpose: Purpose = Purpose.COURT,
) -> Said:
    """Use evidence, as ``use.use_exhibits`` has it.

    Raises:
        NotPermitted: an exhibit is not in custody here, or a limit bars the use.
    """
    wanted = Wanted(exhibits, proceeding, text, kind=kind, purpose=purpose)
    return use_exhibits(node, about, who, wanted)[1]


def close(node: Node, about: str, who: Person, *, outcome: CloseReason, text: str | None = None) -> Said:
    """Close a request.

    Raises:
        NotPermitted: no final act came before, or the outcome is not what happened.
    """
    it = matter(node, about)
    return reply(node, it, "close", {"terms": CloseTerms(outcome=outcome), "text": text}, who)
