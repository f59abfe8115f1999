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
from functools import partial
from typing import Any, Final

from comity.acts import ACTS, Act, Conduct, Fact, Paper, Provenance, Role, Selector, Statement, state_of
from comity.acts.terms import Basis, DataType, InformTerms, Item, RequestTerms, Urgency
from comity.errors import BadInput
from comity.safeguards.facts import FactBase, gather
from comity.safeguards.matters import raised
from comity.safeguards.registry import FactValue
from comity.safeguards.registry.conduct import ELEMENT_FACTS, PART_FACTS
from comity.safeguards.registry.said import CONTENTS

LATER: Final = frozenset({"amend", "answer"})
"""Kinds of act that add facts to a request."""

REFERENCE: Final = 300
"""Characters of a fact's reference at most."""


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


def request_facts(
    request: Act, *, later: Iterable[Act] = (), home: Iterable[Fact] = (), unanswered: bool = False
) -> RequestFacts:
    """Read a request act, what later acts add to it, and this node's own file.

    Information offered unasked is read as a grant that nobody asked for: the State that may take it stands
    where the asking State stands elsewhere, and what the offer shows is the giving State's word.

    Args:
        request: the request, or the offer of information, signed or only composed.
        later: shared acts of kinds ``amend`` and ``answer`` that are in order; others are refused.
        home: facts that a person of this node entered; they stay at home.
        unanswered: whether a question to the requesting State has no answer so far.

    Raises:
        BadInput: not a request; a later act of another kind, case or request; an unknown fact, one of
            the wrong type, or one that no one can state.
    """
    header = request.header
    if header.kind == "inform" and header.to is not None:
        return _offer_facts(request, later, home)
    if header.kind != "request" or header.to is None:
        raise BadInput("safeguards.not_a_request", kind=header.kind)
    terms: RequestTerms = request.terms
    told = request.fields.get("conduct")
    said = [*_said(request), *_of_contents(request), *_of_told(request)]
    items = {item.id: item for item in terms.items}
    selectors: dict[str, tuple[Selector, ...]] | None = None
    if "selectors" in request.fields:
        selectors = _by_item(request.fields["selectors"])
    replies: list[str] = []
    for act in sorted(later, key=lambda a: (a.header.state, a.header.number, a.id)):
        if act.header.kind not in LATER or act.header.case != header.case or act.header.about != request.id:
            raise BadInput("safeguards.not_about_the_request", kind=act.header.kind, act=act.id)
        said += _said(act)
        replies += (_plain(reply.text) for reply in act.fields.get("replies", ()))
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
    derived["request.made_on"] = header.at[: len("2026-11-21")]
    if isinstance(told, Conduct):
        derived |= _of_conduct(told, header.state)
    if selectors is not None:
        derived |= _of_selectors(tuple(items), selectors)
    # Of these, only what is so is derived: that nothing is seen says nothing.
    if unanswered:
        derived["case.question_unanswered"] = True
    if len(set(replies)) < len(replies):
        derived["case.replies_repeated"] = True
    requested = state_of(header.to)
    return RequestFacts(
        act=request.id,
        measure=terms.measure,
        requesting=header.state,
        requested=requested,
        bases=tuple(sorted(terms.bases, key=lambda b: (b.instrument, b.provision))),
        items=tuple(items[label] for label in sorted(items)),
        facts=gather(
            header.state,
            requested,
            derived,
            said,
            home,
            act=request.id,
            raises=partial(raised, terms.measure, derived.get("offence.concept")),
        ),
    )


def _offer_facts(offer: Act, later: Iterable[Act], home: Iterable[Fact]) -> RequestFacts:
    """Information offered unasked, as the State that offers it has to weigh it."""
    terms: InformTerms = offer.terms
    giving, taking = offer.header.state, state_of(str(offer.header.to))
    said = _said(offer)
    for act in sorted(later, key=lambda a: (a.header.state, a.header.number, a.id)):
        if act.header.kind != "answer" or act.header.about != offer.id:
            raise BadInput("safeguards.not_about_the_request", kind=act.header.kind, act=act.id)
        said += _said(act)
    derived: dict[str, FactValue] = {
        "request.authority_named": True,  # a header without an author does not exist
        **_of_signers(offer),
        "request.limits_stated": bool(terms.conditions),
        "request.made_on": offer.header.at[: len("2026-11-21")],
    }
    if "selectors" in offer.fields:
        derived |= _of_selectors(tuple(i.id for i in terms.items), _by_item(offer.fields["selectors"]))
    for name, key in (("subject", "request.subject_stated"), ("use", "request.purpose_stated")):
        if name in offer.fields:
            derived[key] = _says_something(offer.fields[name])
    return RequestFacts(
        act=offer.id,
        measure=terms.measure,
        requesting=taking,
        requested=giving,
        bases=tuple(sorted(terms.bases, key=lambda b: (b.instrument, b.provision))),
        items=tuple(sorted(terms.items, key=lambda item: item.id)),
        facts=gather(
            taking,
            giving,
            derived,
            said,
            home,
            act=offer.id,
            writer=giving,
            raises=partial(raised, terms.measure, None),
        ),
    )


def _said(act: Act) -> list[tuple[str, Fact, str]]:
    state, id = act.header.state, act.id
    return [(state, fact, id) for fact in act.fields.get("facts", ())]


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _by_item(selectors: Iterable[Selector]) -> dict[str, tuple[Selector, ...]]:
    found: dict[str, tuple[Selector, ...]] = {}
    for selector in selectors:
        found[selector.item] = (*found.get(selector.item, ()), selector)
    return found


def _of_terms(request: Act, terms: RequestTerms, items: Mapping[str, Item]) -> dict[str, FactValue]:
    return {
        "request.authority_named": True,  # a header without an author does not exist
        "request.confidentiality_asked": terms.confidential,
        "request.emergency_claimed": terms.urgency is Urgency.EMERGENCY,
        "request.least_intrusive_data": all(i.data is DataType.SUBSCRIBER for i in items.values()),
        "request.ratification_promised": terms.ratify_by is not None,
        "request.builds_on_preservation": terms.follows is not None,
        **_of_signers(request),
    }


def _of_signers(act: Act) -> dict[str, FactValue]:
    """Who signed; of a paper that was registered, the registrar alone is known."""
    if act.header.registered:
        return {}
    people = {s.alias for s in act.header.signers if s.role is not Role.NODE}
    judged = any(s.role is Role.JUDGE for s in act.header.signers)
    return {"request.two_persons": len(people) > 1, "request.judge_signed": judged}


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
        if offence.law.strip():
            derived["offence.law_cited"] = offence.law
        if offence.max_penalty_months is not None:
            derived["offence.max_penalty_months"] = offence.max_penalty_months
        if offence.penalty is not None:
            derived["offence.penalty"] = offence.penalty
    return derived


def _of_contents(request: Act) -> Iterable[tuple[str, Fact, str]]:
    """What a request says in statements and papers under the key of a content: that it is said, no more."""
    state = request.header.state
    statements: Iterable[Statement] = request.fields.get("statements") or ()
    papers: Iterable[Paper] = request.fields.get("papers") or ()
    said: dict[str, Paper | None] = {s.content: None for s in statements if s.text.strip()}
    said |= {paper.content: paper for paper in papers}
    for content, paper in sorted(said.items()):
        if content in CONTENTS:
            fact = Fact(
                key=f"said.{content}",
                value=True,
                provenance=Provenance.ASSERTED if paper is None else Provenance.DOCUMENT,
                stated_by=state,
                reference="" if paper is None else paper.title[:REFERENCE],
                document=None if paper is None else paper.digest,
            )
            yield state, fact, request.id


def _of_conduct(told: Conduct, requesting: str) -> dict[str, FactValue]:
    """What the statement of conduct has something to say on; days and places left out stay unknown."""
    derived: dict[str, FactValue] = {key: part in told.stated for part, key in PART_FACTS.items()}
    days = {"conduct.began": told.began, "conduct.ended": told.ended}
    derived |= {key: day for key, day in days.items() if day is not None}
    if told.places:
        derived["conduct.elsewhere"] = any(place != requesting for place in told.places)
    return derived


def _of_told(request: Act) -> Iterable[tuple[str, Fact, str]]:
    told, state = request.fields.get("conduct"), request.header.state
    if isinstance(told, Conduct):
        yield from ((state, fact, request.id) for fact in _of_elements(told, state))


def _of_elements(told: Conduct, state: str) -> Iterable[Fact]:
    """Each element as a fact: by the documents that it cites, or by the asking State's word alone."""
    for stated in told.elements:
        sources = told.sources(stated)
        cited = "; ".join(f"{d.kind}: {d.reference} ({d.digest})" for d in sources)
        provenance = Provenance.DOCUMENT if cited else Provenance.ASSERTED
        keys = [ELEMENT_FACTS[stated.element]]
        if stated.element == "dishonest_intent":
            keys.append("declared.dishonest_intent")
        for key in keys:
            yield Fact(
                key=key,
                value=stated.present,
                provenance=provenance,
                stated_by=state,
                reference=cited[:REFERENCE],
                document=sources[0].digest if sources else None,
            )
    # Who lists what was done says all that was done: the request itself shows that it alleges no other act.
    told_of = {stated.element for stated in told.elements}
    if any(stated.present and stated.element in ACTS for stated in told.elements):
        for act in (act for act in ACTS if act not in told_of):
            yield Fact(
                key=ELEMENT_FACTS[act],
                value=False,
                provenance=Provenance.RECORD,
                stated_by=state,
                reference="",
            )


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
    if isinstance(value, Conduct):
        return "did" in value.stated
    return all(text.strip() for text in value.__dict__.values() if isinstance(text, str))
