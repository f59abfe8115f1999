"""What is said after a grant: remedies, consent to another use, recall, breach, destruction.

Promises: each is one act, permitted by the table or refused with the reason; also after a closing.

Leaves to others: use itself (``execute``), the bytes that are destroyed (``erase``, the vault).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts import Condition, Proceeding
from comity.acts.terms import (
    BreachTerms,
    Consenting,
    ConsentTerms,
    DestroyedTerms,
    OtherUse,
    RecallReason,
    RecallTerms,
    RemedyEvent,
    RemedyTerms,
    SeekConsentTerms,
)
from comity.app.limits import values
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import matter, reply
from comity.clock import write_instant
from comity.errors import BadInput


def remedy(
    node: Node,
    about: str,
    who: Person,
    *,
    name: str,
    event: RemedyEvent,
    items: tuple[str, ...],
    suspends: bool,
    at: datetime,
    text: str,
) -> Said:
    """Report that a remedy was lodged, or what came of it. While one that suspends is open, nothing leaves.

    Raises:
        NotPermitted: it is known already, is not open, or concerned other items.
    """
    terms = RemedyTerms(remedy=name, event=event, items=items, suspends=suspends, at=write_instant(at))
    return reply(node, matter(node, about), "remedy", {"terms": terms, "text": text}, who)


def seek_consent(
    node: Node,
    about: str,
    who: Person,
    *,
    use: OtherUse,
    exhibits: tuple[str, ...],
    items: tuple[str, ...],
    text: str,
    proceeding: Proceeding | None = None,
    conditions: tuple[str, ...] = (),
    to: str | None = None,
) -> Said:
    """Seek consent to another use of exhibits, or of a surrendered person's presence (``items``).

    ``conditions``: those to be lifted; ``to``: the State to which something is to be passed on.

    Raises:
        NotPermitted: it is not held here.
    """
    terms = SeekConsentTerms(use=use, exhibits=exhibits, items=items, conditions=conditions, to=to)
    fields = {"terms": terms, "proceeding": proceeding, "text": text}
    return reply(node, matter(node, about), "seek_consent", fields, who)


def consent(
    node: Node,
    sought: str,
    who: Person,
    *,
    approver: str | None,
    answer: Consenting,
    conditions: tuple[Condition, ...],
    text: str,
    lifts: tuple[str, ...] = (),
) -> Said:
    """Answer consent that was sought (``sought``: that act); it waits for the approver's signature.

    ``lifts``: the breaches after which what was given may be used again.

    Raises:
        BadInput: that act seeks none. NotPermitted: it is answered, or was not put to us.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, sought)
        lifted = tuple(find_act(node, conn, one).id for one in lifts)
    if act.header.kind != "seek_consent" or act.header.about is None:
        raise BadInput("app.asks_nothing", act=act.id, kind=act.header.kind)
    labels = tuple(sorted(condition.id for condition in conditions))
    terms = ConsentTerms(
        sought=act.id, consent=answer, conditions=labels, limits=values(conditions), lifts=lifted
    )
    fields = {"terms": terms, "conditions": conditions, "text": text}
    return reply(node, matter(node, act.header.about), "consent", fields, who, approver=approver)


def recall(
    node: Node,
    about: str,
    who: Person,
    *,
    exhibits: tuple[str, ...],
    reason: RecallReason,
    destroy_by: datetime,
    text: str,
) -> Said:
    """Call back what was given; it then serves the person concerned only.

    Raises:
        NotPermitted: it was not given, or is recalled already.
    """
    terms = RecallTerms(exhibits=exhibits, reason=reason, destroy_by=write_instant(destroy_by))
    return reply(node, matter(node, about), "recall", {"terms": terms, "text": text}, who)


def breach(
    node: Node,
    about: str,
    who: Person,
    *,
    exhibits: tuple[str, ...],
    condition: str | None,
    at: datetime,
    text: str,
    items: tuple[str, ...] = (),
) -> Said:
    """Tell the other side that a limit was broken. ``items``: persons, where it was one of their surrender.

    Raises:
        NotPermitted: nothing of that name was given, or no such condition binds for those persons.
    """
    terms = BreachTerms(exhibits=exhibits, condition=condition, at=write_instant(at), items=items)
    return reply(node, matter(node, about), "breach", {"terms": terms, "text": text}, who)


def destroyed(
    node: Node,
    about: str,
    who: Person,
    *,
    exhibits: tuple[str, ...],
    at: datetime,
    proof: str,
    text: str,
) -> Said:
    """Tell the other side that what it gave was destroyed. ``proof``: SHA-256 of the record of it.

    Raises:
        NotPermitted: it is not in custody here, or was said to be destroyed before.
    """
    terms = DestroyedTerms(exhibits=exhibits, at=write_instant(at), proof=proof)
    return reply(node, matter(node, about), "destroyed", {"terms": terms, "text": text}, who)
