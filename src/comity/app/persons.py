"""What is said of persons whose surrender is asked for: arrest, the court, surrender, and what is instead.

Promises: each is one act, permitted by the table or refused with the reason; it names items, never a person.

Leaves to others: the decision of the executive (``decide``), how long custody may last (the act says).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts import Act, Proceeding
from comity.acts.person_terms import (
    Afforded,
    AffordTerms,
    AskInsteadTerms,
    Beyond,
    EnforceInsteadTerms,
    Instead,
    SpecialityTerms,
)
from comity.acts.terms import (
    ArrestEvent,
    ArrestTerms,
    CourtFinding,
    CourtTerms,
    Manner,
    ProsecuteInsteadTerms,
    SurrenderTerms,
)
from comity.app.assurances import hold_against
from comity.app.linking import evidence_of
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.people import signatories
from comity.app.prepare import Said
from comity.app.reply import beside, matter, note, reply
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
    on_bail: bool = False,
) -> Said:
    """Report an arrest, a release or another arrest. ``at``: the legal event; ``until``: when custody ends.

    ``on_bail``: who is released stays bound to appear.

    Raises:
        NotPermitted: it does not follow from what was reported, or the case does not allow it now.
    """
    end = None if until is None else write_instant(until)
    terms = ArrestTerms(event=event, items=items, at=write_instant(at), until=end, on_bail=on_bail)
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
    return_by: datetime | None = None,
) -> Said:
    """Report that a person was handed over, or has come back; it waits for the approver's signature.

    ``return_by``: by when the other State undertook to send back a person who is to come back.

    Raises:
        NotPermitted: not granted, a remedy suspends it, or it does not follow from what was reported.
    """
    back = None if return_by is None else write_instant(return_by)
    terms = SurrenderTerms(items=items, manner=manner, at=write_instant(at), return_by=back)
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

    ``evidence``: the case in which evidence for it is asked for; without, the one that is linked, if one is.

    Raises:
        NotPermitted: the person was not refused because of nationality, or this was reported already.
    """
    it = matter(node, about)
    if evidence is None:
        with node.db.read() as conn:
            evidence = evidence_of(node, conn, it.id)
    terms = ProsecuteInsteadTerms(items=items, at=write_instant(at), evidence=evidence)
    fields = {"terms": terms, "proceeding": proceeding, "text": text}
    return reply(node, it, "prosecute_instead", fields, who)


def ask_instead(
    node: Node, about: str, who: Person, *, instead: Instead, items: tuple[str, ...], text: str
) -> Said:
    """Ask that who is not surrendered because of nationality be prosecuted, or serve the sentence, there.

    Raises:
        NotPermitted: the person was not refused because of nationality, or that was asked or done already.
    """
    terms = AskInsteadTerms(items=items, instead=instead)
    return reply(node, matter(node, about), "ask_instead", {"terms": terms, "text": text}, who)


def enforce_instead(
    node: Node,
    about: str,
    who: Person,
    *,
    approver: str | None,
    items: tuple[str, ...],
    taken_over: bool,
    at: datetime,
    text: str,
) -> Said:
    """Say whether the sentence of who is not surrendered is enforced here; it waits for the approver.

    Raises:
        NotPermitted: nobody asked for it, or it was answered.
    """
    terms = EnforceInsteadTerms(items=items, taken_over=taken_over, at=write_instant(at))
    fields = {"terms": terms, "text": text}
    return reply(node, matter(node, about), "enforce_instead", fields, who, approver=approver)


def go_beyond(
    node: Node,
    about: str,
    who: Person,
    *,
    approver: str | None,
    use: Beyond,
    items: tuple[str, ...],
    consent: str | None,
    to: str | None,
    at: datetime,
    proceeding: Proceeding | None,
    text: str,
    kept: tuple[str, ...] = (),
) -> Said:
    """Say that who was surrendered is tried for another offence, or given up to another State (``to``).

    ``consent``: the act by which the State that surrendered consented; ``kept``: the conditions of the
    surrender that a person found kept in it. It waits for the approver.

    Raises:
        NotFound: no such act. NotPermitted: the rule of speciality bars it, as no consent covers it.
        BadInput: a condition in force is not answered.
    """
    if consent is not None:
        with node.db.read() as conn:
            consent = find_act(node, conn, consent).id
    it = matter(node, about)
    terms = SpecialityTerms(
        items=items, use=use, consent=consent, to=to, at=write_instant(at), kept=tuple(sorted(kept))
    )
    hold_against(it.request, terms, ahead=True)
    fields = {"terms": terms, "proceeding": proceeding, "text": text}
    return reply(node, it, "speciality", fields, who, approver=approver)


def afford(
    node: Node,
    about: str,
    who: Person,
    *,
    afforded: Afforded,
    items: tuple[str, ...],
    at: datetime,
    text: str | None,
) -> Act:
    """Keep what persons under arrest were afforded: consular notice, counsel, bail. It stays at home.

    Raises:
        NotPermitted: nobody was arrested here on this request, or it lies ahead.
    """
    terms = AffordTerms(items=items, afforded=afforded, at=write_instant(at))
    return note(node, matter(node, about), "afford", {"terms": terms, "text": text}, who)
