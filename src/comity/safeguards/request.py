"""A request as the checks see it: its frame, and all facts stated of it.

Promises: the same acts and the same facts give the same value, in whatever order they come. What
follows from the request's bytes is derived here and nowhere else. A field that this copy of the act
does not open leaves its facts unknown; it never makes them false.

Leaves to others: whether the acts are authentic and in order (``cases``), what the facts mean
(``checks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from comity.acts import Act, Fact, Role, Selector, state_of
from comity.acts.terms import Basis, DataType, Item, RequestTerms, Urgency
from comity.errors import BadInput
from comity.safeguards.facts import FactBase, gather
from comity.safeguards.matters import raised
from comity.safeguards.registry import FactValue

LATER: Final = frozenset({"amend", "answer"})
"""Kinds of act that add facts to a request."""


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """One request: who asks whom for what, on which bases, and what is known of it."""

    act: str
    """Id of the request act."""
    measure: str
    requesting: str
    requested: str
    bases: tuple[Basis, ...]
    items: tuple[Item, ...]
    facts: FactBase


def request_facts(request: Act, *, later: Iterable[Act] = (), home: Iterable[Fact] = ()) -> RequestFacts:
    """Read a request act, what later acts add to it, and this node's own file.

    Args:
        request: the request, signed or only composed.
        later: shared acts of kinds ``amend`` and ``answer`` that are in order; others are refused.
        home: facts that a person of this node entered; they stay at home.

    Raises:
        BadInput: not a request; a later act of another kind, case or request; an unknown fact, one of
            the wrong type, or one that no one can state.
    """
    header = request.header
    if header.kind != "request" or header.to is None:
        raise BadInput("safeguards.not_a_request", kind=header.kind)
    terms: RequestTerms = request.terms
    home, said = tuple(home), _said(request)
    items = {item.id: item for item in terms.items}
    selectors: dict[str, tuple[Selector, ...]] | None = None
    if "selectors" in request.fields:
        selectors = _by_item(request.fields["selectors"])
    for act in sorted(later, key=lambda a: (a.header.state, a.header.number, a.id)):
        if act.header.kind not in LATER or act.header.case != header.case or act.header.about != request.id:
            raise BadInput("safeguards.not_about_the_request", kind=act.header.kind, act=act.id)
        said += _said(act)
        if act.header.kind != "amend":
            continue
        for label in act.terms.drop:
            items.pop(label, None)
        items |= {item.id: item for item in act.terms.add}
        if "selectors" not in act.fields:
            selectors = None  # what the items now ask for cannot be seen in this copy
        elif selectors is not None:
            selectors |= _by_item(act.fields["selectors"])
    derived = _of_terms(request, terms, items) | _of_fields(request, terms)
    if selectors is not None:
        derived |= _of_selectors(tuple(items), selectors)
    known = [*home, *(fact for _, fact in said)]
    derived |= raised(terms.measure, derived.get("offence.concept"), {fact.key for fact in known})
    requested = state_of(header.to)
    return RequestFacts(
        act=request.id,
        measure=terms.measure,
        requesting=header.state,
        requested=requested,
        bases=tuple(sorted(terms.bases, key=lambda b: (b.instrument, b.provision))),
        items=tuple(items[label] for label in sorted(items)),
        facts=gather(header.state, requested, derived, said, home),
    )


def _said(act: Act) -> list[tuple[str, Fact]]:
    return [(act.header.state, fact) for fact in act.fields.get("facts", ())]


def _by_item(selectors: Iterable[Selector]) -> dict[str, tuple[Selector, ...]]:
    found: dict[str, tuple[Selector, ...]] = {}
    for selector in selectors:
        found[selector.item] = (*found.get(selector.item, ()), selector)
    return found


def _of_terms(request: Act, terms: RequestTerms, items: Mapping[str, Item]) -> dict[str, FactValue]:
    people = {s.alias for s in request.header.signers if s.role is not Role.NODE}
    return {
        "request.authority_named": True,  # a header without an author does not exist
        "request.confidentiality_asked": terms.confidential,
        "request.emergency_claimed": terms.urgency is Urgency.EMERGENCY,
        "request.least_intrusive_data": all(i.data is DataType.SUBSCRIBER for i in items.values()),
        "request.two_persons": len(people) > 1,
        "request.ratification_promised": terms.ratify_by is not None,
        "request.builds_on_preservation": terms.follows is not None,
    }


_STATED_BY_FIELD: Final = {
    "subject": "request.subject_stated",
    "proceeding": "request.proceeding_named",
    "conduct": "request.conduct_described",
    "offence": "request.offence_named",
    "purpose": "request.purpose_stated",
}


def _of_fields(request: Act, terms: RequestTerms) -> dict[str, FactValue]:
    fields = request.fields
    derived: dict[str, FactValue] = {
        key: _says_something(fields[name]) for name, key in _STATED_BY_FIELD.items() if name in fields
    }
    if terms.urgency is Urgency.ORDINARY:
        derived["request.urgency_explained"] = True
    elif "urgency" in fields:
        derived["request.urgency_explained"] = _says_something(fields["urgency"])
    if "offence" in fields:
        offence = fields["offence"]
        if offence.offence_class is not None:
            derived["offence.concept"] = offence.offence_class
        if offence.max_penalty_months is not None:
            derived["offence.max_penalty_months"] = offence.max_penalty_months
    return derived


def _of_selectors(
    items: tuple[str, ...], selectors: Mapping[str, tuple[Selector, ...]]
) -> dict[str, FactValue]:
    asked = [selector for label in items for selector in selectors.get(label, ())]
    described = bool(items) and all(label in selectors for label in items)
    return {
        "request.items_described": described,
        "request.targets_identified": described and all(s.account is not None for s in asked),
        "request.period_stated": described and all(s.since or s.until for s in asked),
        "request.period_bounded": described and all(_bounded(s) for s in asked),
    }


def _bounded(selector: Selector) -> bool:
    # Instants are written in one fixed form, so that their texts sort as they do.
    return selector.since is not None and selector.until is not None and selector.since <= selector.until


def _says_something(value: Any) -> bool:
    """Whether a field has words in it; a model's required lines each must."""
    if value is None:
        return False
    if isinstance(value, str):
        return bool(value.strip())
    texts = [v for v in dict(value).values() if isinstance(v, str)]
    return all(text.strip() for text in texts)
