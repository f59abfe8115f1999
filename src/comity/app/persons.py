"""What is said of persons whose surrender is asked for: arrest, the court, surrender, prosecution instead.

Promises: each is one act, permitted by the table or refused with the reason; it names items, never a person.

Leaves to others: the decision of the executive (``decide``), how long custody may last (the act says).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts import Proceeding
from comity.acts.terms import (
    ArrestEvent,
    ArrestTerms,
    CourtFinding,
    CourtTerms,
    Manner,
    ProsecuteInsteadTerms,
    SurrenderTerms,
)
from comity.app.node import Node, Person
from comity.app.people import signatories
from comity.app.prepare import Said
from comity.app.reply import beside, matter, reply
from comity.clock import write_instant


def arrest(
    node: Node,
    about: str,
    who: Person,
    *,
    event: ArrestEvent,
    items: tuple[str, ...],
    at: datetime,
    until: datetime | None,
    text: str,
) -> Said:
    """Report an arrest, a release or another arrest. ``at``: the legal event; ``until``: when custody ends.

    Raises:
        NotPermitted: it does not follow from what was reported, or the case does not allow it now.
    """
    end = None if until is None else write_instant(until)
    terms = ArrestTerms(event=event, items=items, at=write_instant(at), until=end)
    return reply(node, matter(node, about), "arrest", {"terms": terms, "text": text}, who)


def court(
    node: Node,
    about: str,
    who: Person,
    *,
    judge: str,
    finding: CourtFinding,
    items: tuple[str, ...],
    at: datetime,
    text: str,
) -> Said:
    """Report what the stage before a judge came to; it waits for the judge's signature.

    Raises:
        NotFound: no such judge. NotPermitted: everything is decided already.
    """
    it = matter(node, about)
    with node.db.read() as conn:
        keys = [who.key.id, *(key for _, key in beside(conn, approver=None, judge=judge))]
        named = signatories(node, conn, it.id, keys)
    terms = CourtTerms(items=items, finding=finding, at=write_instant(at))
    return reply(node, it, "court", {"terms": terms, "text": text, "signatories": named}, who, judge=judge)


def surrender(
    node: Node,
    about: str,
    who: Person,
    *,
    approver: str | None,
    manner: Manner,
    items: tuple[str, ...],
    at: datetime,
    text: str,
) -> Said:
    """Report that a person was handed over, or has come back; it waits for the approver's signature.

    Raises:
        NotPermitted: not granted, a remedy suspends it, or it does not follow from what was reported.
    """
    terms = SurrenderTerms(items=items, manner=manner, at=write_instant(at))
    fields = {"terms": terms, "text": text}
    return reply(node, matter(node, about), "surrender", fields, who, approver=approver)


def prosecute_instead(
    node: Node,
    about: str,
    who: Person,
    *,
    items: tuple[str, ...],
    at: datetime,
    proceeding: Proceeding,
    evidence: str | None,
    text: str,
) -> Said:
    """Report that who is not surrendered was brought before our own authorities.

    ``evidence``: the case in which evidence for it is asked for.

    Raises:
        NotPermitted: the person was not refused because of nationality, or this was reported already.
    """
    terms = ProsecuteInsteadTerms(items=items, at=write_instant(at), evidence=evidence)
    fields = {"terms": terms, "proceeding": proceeding, "text": text}
    return reply(node, matter(node, about), "prosecute_instead", fields, who)
