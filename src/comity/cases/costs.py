"""Costs: what the two sides agreed on before it was spent, and what was spent, as one State keeps it at home.

Promises: an execution that a State marked as extraordinary is barred until the other side agreed who bears
it, or a person goes on with reasons; silence and disagreement leave the bar. Amounts are whole minor units,
and currencies are never added to one another. Pure.

Leaves to others: what the law says of costs (law data), asking for the bar (``app.costs``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.acts import terms as t
from comity.acts import work_terms as w
from comity.cases.request import RequestState
from comity.cases.view import ActPredicate, StatePredicate, View


@dataclass(frozen=True, slots=True)
class Cost:
    """One entry at home. ``amount``: minor units. ``proceeded``: by which act a person went on."""

    act: str
    about: str
    event: w.CostEvent
    extraordinary: bool
    items: tuple[str, ...]
    amount: int
    currency: str
    at: str
    proceeded: str | None = None


def enter_cost(costs: tuple[Cost, ...], act: Act) -> tuple[Cost, ...]:
    """The entries after one more act at home."""
    match act.terms:
        case w.CostTerms() as said:
            about = act.header.about or ""
            entry = Cost(
                act.id,
                about,
                said.event,
                said.extraordinary,
                said.items,
                said.amount,
                said.currency,
                act.header.at,
            )
            return (*costs, entry)
        case w.ProceedTerms(estimate=named):
            return tuple(replace(one, proceeded=act.id) if one.act == named else one for one in costs)
        case _:
            return costs


def may_proceed(costs: Iterable[Cost], named: str, about: str | None) -> bool:
    """Whether an act names an extraordinary estimate of its request on which nobody has gone on yet."""
    return any(
        one.act == named and one.about == about and is_barring(one) and one.proceeded is None for one in costs
    )


def is_barring(cost: Cost) -> bool:
    """Whether an entry is one about which the other side is to be consulted first."""
    return cost.event is w.CostEvent.ESTIMATED and cost.extraordinary


def agreed(request: RequestState) -> frozenset[str]:
    """The items for which the two sides agreed who bears extraordinary costs."""
    answers = {one.terms.offer: one.terms for one in request.said("answer_costs")}
    return frozenset(
        item
        for offer in request.said("offer_costs")
        if offer.id in answers and answers[offer.id].answer is not t.CostAnswer.NOT_AGREED
        for item in offer.terms.items
    )


def barred(request: RequestState, costs: Iterable[Cost], items: Iterable[str]) -> tuple[Cost, ...]:
    """The estimates that bar carrying out these items."""
    settled, wanted = agreed(request), set(items)
    return tuple(
        one
        for one in costs
        if is_barring(one)
        and one.about == request.id
        and one.proceeded is None
        and (wanted & set(one.items)) - settled
    )


def totals(costs: Iterable[Cost]) -> Mapping[tuple[str, str], int]:
    """Sums in minor units, by what happened and by currency, in order."""
    found: dict[tuple[str, str], int] = {}
    for one in costs:
        key = (one.event.value, one.currency)
        found[key] = found.get(key, 0) + one.amount
    return dict(sorted(found.items()))


def open_offers(request: RequestState) -> dict[str, t.OfferCostsTerms]:
    """The offers to consult on costs that nobody answered."""
    answered = {one.terms.offer for one in request.said("answer_costs")}
    return {one.id: one.terms for one in request.said("offer_costs") if one.id not in answered}


def _costs_offered(view: View) -> bool:
    return bool(open_offers(view.concerned))


def _answers_open_costs(view: View, act: Act) -> bool:
    offer = open_offers(view.concerned).get(act.terms.offer)
    if offer is None:
        return False
    share: int | None = act.terms.share
    if act.terms.answer is not t.CostAnswer.SHARED:
        return share is None
    return share is not None and 0 < share < offer.amount


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType({"costs_offered": _costs_offered})
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType({"answers_open_costs": _answers_open_costs})
