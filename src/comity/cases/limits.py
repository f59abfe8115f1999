"""The conditions under which an exhibit is held: laid down by whom, accepted, lifted; as values.

Promises: a function of the shared acts, the same on both sides. A condition that no rule can read is there
as ``other``. A condition ends by consent of the State that laid it down, and by nothing else.

Leaves to others: what they say of a use (``use``), conditions on persons (``assurances``), their own words,
showing them (``app``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.acts import terms as t
from comity.cases.request import DeliveryState, ExhibitState, Noted, RequestState
from comity.cases.view import ActPredicate, TermsPredicate, View, distinct


@dataclass(frozen=True, slots=True)
class Held:
    """One condition on one exhibit. ``source``: the act that laid it down; ``lifted``: what ended it.

    ``consent``: it was laid down by a consent, and binds only the use that rests on that.
    """

    exhibit: str
    limit: t.Limit
    source: str
    consent: bool = False
    accepted: bool = True
    lifted: str | None = None

    @property
    def binds(self) -> bool:
        """Whether it still binds."""
        return self.lifted is None


@dataclass(frozen=True, slots=True)
class Consent:
    """Consent that was given to another use, with what was asked for."""

    id: str
    sought: t.SeekConsentTerms
    terms: t.ConsentTerms

    def covers(self, exhibit: str, use: frozenset[t.OtherUse], to: str | None = None) -> bool:
        """Whether it lets this exhibit be used so, and passed on there."""
        named = exhibit in self.sought.exhibits and self.sought.use in use
        return named and (to is None or self.sought.to in {None, to})


def consents(request: RequestState) -> tuple[Consent, ...]:
    """What consent was given to, with or without conditions."""
    sought: dict[str, Noted] = {one.id: one for one in request.said("seek_consent")}
    return tuple(
        Consent(one.id, sought[one.terms.sought].terms, one.terms)
        for one in request.said("consent")
        if one.terms.consent is not t.Consenting.REFUSED and one.terms.sought in sought
    )


def holding(request: RequestState) -> tuple[Held, ...]:
    """Every condition on every exhibit that was announced, in the order in which they were laid down."""
    given = consents(request)
    found = [
        one
        for delivery in request.deliveries
        for exhibit in delivery.exhibits
        for one in _laid_down(request, delivery, exhibit, given)
    ]
    return tuple(found)


def in_force(request: RequestState, exhibit: str) -> tuple[Held, ...]:
    """The conditions that bind the use of one exhibit, less those of a consent that it need not rest on."""
    return tuple(h for h in holding(request) if h.exhibit == exhibit and h.binds and not h.consent)


def holders(request: RequestState, exhibit: str) -> tuple[tuple[str, str], ...]:
    """To which States an exhibit was passed on, and by which act of use."""
    return tuple(
        (use.to, use.id)
        for use in request.uses
        if exhibit in use.exhibits and use.purpose is t.Purpose.ONWARD and use.to is not None
    )


def open_breaches(request: RequestState) -> tuple[Noted, ...]:
    """The breaches after which the State that gave has not let what was given be used again."""
    lifted = {id for one in consents(request) for id in one.terms.lifts}
    return tuple(one for one in request.said("breach") if one.id not in lifted)


def unaccepted(delivery: DeliveryState) -> frozenset[str]:
    """The conditions of a delivery itself that are not accepted yet."""
    return frozenset(delivery.conditions) - set(delivery.accepted)


def _laid_down(
    request: RequestState, delivery: DeliveryState, exhibit: ExhibitState, given: tuple[Consent, ...]
) -> Iterable[Held]:
    lifts = {
        label: one.id
        for one in given
        if one.sought.use is t.OtherUse.CONDITION_LIFTED and exhibit.exhibit in one.sought.exhibits
        for label in one.sought.conditions
    }
    decision = request.decision(delivery.decision)
    items = (item for item in request.items if item.id in exhibit.items)
    asked = {label for item in items if item.decision == delivery.decision for label in item.conditions}
    if decision is not None:
        for limit in values(sorted(asked), decision.limits):
            yield Held(exhibit.exhibit, limit, decision.id, lifted=lifts.get(limit.id))
    left = unaccepted(delivery)
    for limit in values(delivery.conditions, delivery.limits):
        yield Held(
            exhibit.exhibit,
            limit,
            delivery.id,
            accepted=limit.id not in left,
            lifted=lifts.get(limit.id),
        )
    for one in given:
        if exhibit.exhibit in one.sought.exhibits:
            for limit in values(one.terms.conditions, one.terms.limits):
                yield Held(exhibit.exhibit, limit, one.id, consent=True, lifted=lifts.get(limit.id))


def values(labels: Iterable[str], limits: tuple[t.Limit, ...]) -> tuple[t.Limit, ...]:
    """The conditions of these names as values; a person reads those that have none."""
    known = {limit.id: limit for limit in limits}
    other = t.LimitKind.OTHER
    return tuple(known[label] if label in known else t.Limit(id=label, kind=other) for label in labels)


def _labels(act: Act) -> tuple[str, ...]:
    """The names that an act gives to the conditions that it lays down."""
    if isinstance(act.terms, t.DecideTerms):
        return tuple({label for item in act.terms.items for label in item.conditions})
    return tuple(act.terms.conditions)


def _used(request: RequestState) -> frozenset[str]:
    """The names of conditions that were given already."""
    decided = (label for one in request.decisions for label in one.conditions)
    sent = (label for one in request.deliveries for label in one.conditions)
    agreed = (label for one in request.said("consent") for label in one.terms.conditions)
    return frozenset((*decided, *sent, *agreed))


def _limits_whole(act: Act) -> bool:
    names = tuple(limit.id for limit in act.terms.limits)
    later = all(limit.until is None or limit.until > act.header.at for limit in act.terms.limits)
    return distinct(names) and set(names) <= set(_labels(act)) and later


def _conditions_new(view: View, act: Act) -> bool:
    labels = _labels(act)
    return distinct(labels) and _used(view.concerned).isdisjoint(labels)


def _open_or_delivery(view: View, act: Act) -> bool:
    request = view.concerned
    over = request.closed is not None or request.withdrawn is not None
    return not over or request.delivery(act.terms.decision) is not None


def _delivery_conditions_accepted(view: View, act: Act) -> bool:
    delivery = view.concerned.delivery(act.terms.delivery)
    return delivery is not None and not unaccepted(delivery)


def _lifts_open_breaches(view: View, act: Act) -> bool:
    if act.terms.lifts and act.terms.consent is t.Consenting.REFUSED:
        return False
    known = {one.id for one in open_breaches(view.concerned)}
    known |= {one.id for one in view.concerned.said("sentence") if one.terms.broken}
    known -= {id for one in consents(view.concerned) for id in one.terms.lifts}
    return known.issuperset(act.terms.lifts) and distinct(act.terms.lifts)


TERMS: Final[Mapping[str, TermsPredicate]] = MappingProxyType({"limits_whole": _limits_whole})
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "conditions_new": _conditions_new,
        "open_or_delivery": _open_or_delivery,
        "delivery_conditions_accepted": _delivery_conditions_accepted,
        "lifts_open_breaches": _lifts_open_breaches,
    }
)
