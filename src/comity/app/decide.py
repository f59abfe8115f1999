"""Consult, deliberate, decide: item by item, with reasons that face inward and reasons that face outward.

Promises: nobody decides while a finding is open, or on an assessment that is older than what was said;
a refusal names a ground that the law data holds for this request and comes after the offer of
consultation where one is due; a decision to grant an intrusive measure is two persons' (P9). All of
it is asked again when the last of them signs. What a decision rests on stays at home: the other State
gets a salted digest of it, of the same shape whatever it is (P8).

Leaves to others: the checks and grounds (``safeguards``), which outcomes fit together (``cases``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from comity.acts import Condition, Outcome, Reason
from comity.acts.home_terms import DeliberateTerms
from comity.acts.terms import ConsultTerms, DecideTerms, ItemDecision
from comity.acts.wording import Wording
from comity.app.assessment import check_decision, says_something
from comity.app.limits import values
from comity.app.node import Node, Person
from comity.app.people import signatories
from comity.app.prepare import Said
from comity.app.reply import beside, matter, note, reply
from comity.clock import write_instant
from comity.errors import BadInput, NotPermitted


@dataclass(frozen=True)
class Ruling:
    """What is decided of one item. ``outward``: reasons the other State reads; ``inward``: ours alone.

    On a ground of the State's own law (``other.*``) the outward reasons begin with that law: ``[law] text``.
    """

    item: str
    outcome: Outcome
    outward: str
    inward: str
    grounds: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    review_on: str | None = None


def consult(
    node: Node, about: str, who: Person, *, grounds: tuple[str, ...], answer_by: datetime, text: str
) -> Said:
    """Offer consultation before a refusal. Silence until ``answer_by`` satisfies the duty.

    Raises:
        NotFound: no such ground in the law data. NotPermitted: the case does not allow it now.
        BadInput: the time to answer is past, or so near that nobody could use it.
    """
    for key in grounds:
        node.bundle.ground(key)
    _leaves_time(node, answer_by)
    terms = ConsultTerms(grounds=tuple(sorted(grounds)), answer_by=write_instant(answer_by))
    return reply(node, matter(node, about), "consult", {"terms": terms, "text": text}, who)


def _leaves_time(node: Node, answer_by: datetime) -> None:
    """Whether an offer of consultation leaves the time that the law data holds to be the least."""
    now = node.clock.now()
    for clock in node.bundle.content.clocks:
        if clock.starts != "consult" or clock.at_least is None:
            continue
        earliest = now + timedelta(**{clock.at_least.unit: clock.at_least.value})
        if answer_by < earliest:
            told = {"by": write_instant(answer_by), "earliest": write_instant(earliest)}
            raise BadInput("app.consultation_too_soon", **told)


def decide(
    node: Node,
    about: str,
    who: Person,
    *,
    rulings: tuple[Ruling, ...],
    approver: str | None,
    judge: str | None = None,
    wording: Wording | None = None,
) -> Said:
    """Decide a request, item by item; it waits for the approver's signature, the judge's, or both.

    Where the law data lets one person decide alone, the act says by when a second one ratifies.
    ``wording``: in which language it is sent, with which translations.

    The deliberation (assessment, answers, inward reasons) is kept at home first.

    Raises:
        NotPermitted: findings are unanswered; a refusal without a lawful ground, reasons or
            consultation; two persons are needed; the case does not allow it now.
    """
    it = matter(node, about)
    for ruling in rulings:
        if not says_something(ruling.inward):
            raise NotPermitted("app.no_inward_reasons", item=ruling.item)
    conditions = _distinct(c for r in rulings for c in r.conditions)
    terms = DecideTerms(
        items=tuple(
            ItemDecision(
                id=r.item,
                outcome=r.outcome,
                grounds=tuple(sorted(r.grounds)),
                conditions=tuple(sorted(c.id for c in r.conditions)),
                review_on=r.review_on,
            )
            for r in rulings
        ),
        consultation=it.request.consultations[-1].id if it.request.consultations else None,
        limits=values(conditions),
        ratify_by=None if approver or judge else _ratify_by(node, it.request.measure),
        wording=wording,
    )
    with node.db.read() as conn:
        keys = [who.key.id, *(key for _, key in beside(conn, approver=approver, judge=judge))]
        reasons = {r.item: r.outward for r in rulings}
        state = check_decision(node, conn, it.act, terms, reasons=reasons, persons=len(set(keys)))
        named = signatories(node, conn, it.id, keys)
    basis = note(
        node,
        it,
        "deliberate",
        {
            "terms": DeliberateTerms(assessment=state.id, answers=tuple(a.act for a in state.answers)),
            "inward": tuple(Reason(item=r.item, text=r.inward) for r in rulings),
        },
        who,
    )
    fields = {
        "terms": terms,
        "reasons": tuple(Reason(item=r.item, text=r.outward) for r in rulings),
        "conditions": conditions,
        "signatories": named,
    }
    return reply(node, it, "decide", fields, who, approver=approver, judge=judge, rests_on=basis.id)


def _ratify_by(node: Node, measure: str) -> str | None:
    """By when a second person ratifies what one decides alone; none where nobody may."""
    rows = (row for row in node.table.rows if row.kind == "decide" and row.covers(measure))
    if not any(("author",) in row.signers for row in rows):
        return None
    alone = (s.ratify_within_hours for s in node.bundle.measure(measure).signed_by("decide"))
    hours = next((number for number in alone if number is not None), None)
    if hours is None:
        return None
    return write_instant(node.clock.now() + timedelta(hours=hours))


def _distinct(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    found = {c.id: c for c in conditions}
    return tuple(found[id] for id in sorted(found))
