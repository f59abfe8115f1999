"""Costs: consulted before they are spent, and kept at home, apart by currency.

Promises: what is beyond the usual is not carried out before the other side agreed who bears it, or a person
went on with reasons that stay at home. What the other side is told is the amount and for what, no more.

Leaves to others: when a bar holds (``cases.costs``), the commit that asks for it (``prepare``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from comity.acts import Act
from comity.acts.currency import read_amount, write_amount
from comity.acts.terms import AnswerCostsTerms, CostAnswer, OfferCostsTerms
from comity.acts.work_terms import CostEvent, CostTerms, ProceedTerms
from comity.app.look import find_act, find_case
from comity.app.node import Node, Person, case_of, home_of
from comity.app.prepare import Said
from comity.app.reply import matter, note, reply
from comity.app.seen import check_seen
from comity.cases.costs import Cost, barred, open_offers, totals
from comity.clock import write_instant
from comity.errors import BadInput
from comity.law import Bundle
from comity.wire import Json, build

CHECK: Final = "costs"
"""The name under which the law data's paragraphs on costs are looked up."""


def note_cost(
    node: Node,
    about: str,
    who: Person,
    *,
    event: CostEvent,
    items: tuple[str, ...],
    amount: str,
    currency: str,
    extraordinary: bool,
    text: str,
) -> Act:
    """Keep at home what carrying out items will cost, did cost, or brought back. ``amount``: as ``1200.50``.

    Raises:
        BadInput: no such amount, currency or item. NotFound: no such request.
    """
    check_seen(text, "text")
    it = matter(node, about)
    members = {
        "event": event.value,
        "extraordinary": extraordinary,
        "items": _known(items, (item.id for item in it.request.live_items)),
        "amount": read_amount(amount, currency),
        "currency": currency,
    }
    return note(node, it, "cost", {"terms": build(CostTerms, members), "text": text}, who)


def offer_costs(
    node: Node,
    about: str,
    who: Person,
    *,
    items: tuple[str, ...],
    amount: str,
    currency: str,
    answer_by: datetime,
    text: str,
) -> Said:
    """Consult the other side on costs before they are spent. ``text``: for what.

    Raises:
        BadInput: no such amount, currency or item. NotPermitted: the case does not allow it now.
    """
    it = matter(node, about)
    members = {
        "items": _known(items, (item.id for item in it.request.live_items)),
        "amount": read_amount(amount, currency),
        "currency": currency,
        "answer_by": write_instant(answer_by),
    }
    return reply(node, it, "offer_costs", {"terms": build(OfferCostsTerms, members), "text": text}, who)


def answer_costs(
    node: Node,
    offer: str,
    who: Person,
    *,
    approver: str | None,
    answer: CostAnswer,
    share: str | None,
    text: str,
) -> Said:
    """Say who bears the costs; it waits for the approver's signature. ``share``: what we bear, where both do.

    Raises:
        BadInput: that act offers nothing; a share where none belongs, or the other way round.
        NotPermitted: it is answered, or was not put to us.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, offer)
    if not isinstance(act.terms, OfferCostsTerms) or act.header.about is None:
        raise BadInput("app.no_offer_of_costs", act=act.id, kind=act.header.kind)
    if (share is None) == (answer is CostAnswer.SHARED):
        raise BadInput("app.share_and_answer", answer=answer.value)
    members = {
        "offer": act.id,
        "answer": answer.value,
        "share": None if share is None else read_amount(share, act.terms.currency),
    }
    fields = {"terms": build(AnswerCostsTerms, members), "text": text}
    return reply(node, matter(node, act.header.about), "answer_costs", fields, who, approver=approver)


def proceed(node: Node, estimate: str, who: Person, *, text: str) -> Act:
    """Go on with what is barred by an estimate, with reasons.

    Raises:
        BadInput: that act is no extraordinary estimate. NotPermitted: somebody went on already.
    """
    check_seen(text, "text")
    with node.db.read() as conn:
        act = find_act(node, conn, estimate)
    if not isinstance(act.terms, CostTerms) or act.header.about is None:
        raise BadInput("app.no_estimate", act=act.id, kind=act.header.kind)
    fields = {"terms": ProceedTerms(estimate=act.id), "text": text}
    return note(node, matter(node, act.header.about), "proceed", fields, who)


def costs_of(node: Node, text: str) -> Json:
    """What a case has cost, what was agreed on it, what bars, and what the law data holds on costs.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn:
        id = find_case(node, conn, text)
        case = case_of(node, conn, id)
        home = home_of(node, conn, id, case)
        bundle = node.bundle_on(conn)
    bars = {
        one.act
        for request in case.requests.values()
        for one in barred(request, home.costs, (item.id for item in request.live_items))
    }
    return {
        "case": id,
        "law": {request.id: _law(bundle, request.bases) for request in case.requests.values()},
        "entries": [{**_entry(one), "bars": one.act in bars} for one in home.costs],
        "totals": [
            {"event": event, "currency": currency, "amount": sum_, "text": write_amount(sum_, currency)}
            for (event, currency), sum_ in totals(home.costs).items()
        ],
        "open": [
            {
                "act": offer,
                "request": request.id,
                "amount": terms.amount,
                "currency": terms.currency,
                "text": write_amount(terms.amount, terms.currency),
                "answer_by": terms.answer_by,
            }
            for request in case.requests.values()
            for offer, terms in open_offers(request).items()
        ],
    }


def _entry(one: Cost) -> dict[str, Json]:
    return {
        "act": one.act,
        "request": one.about,
        "event": one.event.value,
        "extraordinary": one.extraordinary,
        "items": list(one.items),
        "amount": one.amount,
        "currency": one.currency,
        "text": write_amount(one.amount, one.currency),
        "at": one.at,
        "proceeded": one.proceeded,
    }


def _law(bundle: Bundle, bases: Iterable[tuple[str, str]]) -> list[Json]:
    """What the instruments that a request rests on say of costs: key, our words, and how sure we are."""
    instruments = {instrument for instrument, _ in bases}
    return [
        {"provision": one.key, "summary": one.summary, "mark": one.mark_content}
        for one in bundle.content.provisions
        if one.instrument in instruments and CHECK in one.checks
    ]


def _known(items: tuple[str, ...], held: Iterable[str]) -> list[str]:
    known = list(held)
    for item in items:
        if item not in known:
            raise BadInput("app.no_such_item", item=item[:80], known=", ".join(known))
    return list(dict.fromkeys(items)) or known
