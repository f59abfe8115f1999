"""What an act does to the state of its request, once it is in order and has effect.

Promises: total and pure: whatever is in order can be applied, also after acts that its author did not
have. What two sides said at once is applied in the canonical order (``history``), and what an item was
decided last does not depend even on that.

Leaves to others: whether an act may be said (``judgement``) and whether it has effect (``folding``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import Act, Outcome, state_of
from comity.acts import terms as t
from comity.acts.person_terms import AskInsteadTerms, EnforceInsteadTerms, SentenceTerms, SpecialityTerms
from comity.cases.request import (
    SUCCESS,
    AskState,
    Closing,
    ConsultationState,
    DecisionState,
    DeliveryState,
    EffectedState,
    ExhibitState,
    ExtensionState,
    ItemStanding,
    ItemState,
    Noted,
    QuestionState,
    RequestState,
    UseState,
    Withdrawal,
)

Requests = Mapping[str, RequestState]
Knew = Callable[[str], bool]
"""Whether the act being applied had an act, by its id, in its own past."""

OPENS: Final = frozenset({"preview", "request", "inform"})
NOTED: Final = frozenset(
    {
        "forward", "status", "correspond", "arrest", "court", "surrender", "prosecute_instead",
        "ask_instead", "enforce_instead", "speciality", "sentence", "lift",
        "seek_consent", "consent", "recall", "breach", "destroyed", "remedy",
        "ratified", "offer_costs", "answer_costs",
    }
)  # fmt: skip
"""Kinds that are kept in the request as they were said; the predicates read them there."""
REPLIES: Final = frozenset({"amend", "answer", "ask"})
"""What of the requesting side, said with an offer of consultation before it, answers the offer.

A letter does where it says that it answers the offer.
"""

_STANDING: Final = {
    Outcome.GRANT: ItemStanding.GRANTED,
    Outcome.GRANT_ON_CONDITIONS: ItemStanding.CONDITIONAL,
    Outcome.POSTPONE: ItemStanding.POSTPONED,
    Outcome.REFUSE: ItemStanding.REFUSED,
}

_ON_DECISIONS: Final = frozenset(
    {"reports_granted_items", "surrenders_granted_items", "prosecutes_refused_items"}
)
"""Predicates by which an act rests on what was decided of each item that it names."""


def apply(requests: Requests, act: Act, knew: Knew) -> Requests:
    """The requests of a case after one more act."""
    kind = act.header.kind
    if kind in OPENS:
        return {**requests, act.id: _opened(act)}
    about = act.header.about
    if kind not in _EFFECTS or about is None:
        return requests  # a rejection moves by voiding (``folding``), not by an effect of its own
    request = _EFFECTS[kind](requests[about], act, act.terms)
    if act.header.state == request.requesting and request.consultations:
        if kind in REPLIES:
            request = _replied(request, act.id, knew)
        elif isinstance(act.terms, t.CorrespondTerms) and act.terms.answers is not None:
            request = _replied(request, act.id, {act.terms.answers}.__contains__)
    return {**requests, about: request}


def premises(act: Act, request: RequestState | None) -> tuple[str, ...]:
    """The acts without which this one says nothing, judged at its own past; its request first."""
    found = [] if act.header.about is None or act.header.kind == "reject" else [act.header.about]
    match act.terms:
        case t.AnswerTerms(ask=named) | t.AcceptTerms(decision=named) | t.DeliverTerms(decision=named):
            found.append(named)
        case t.RatifiedTerms(decision=named) | t.AnswerCostsTerms(offer=named):
            found.append(named)
        case SpecialityTerms(consent=named, items=items):
            found += [] if named is None else [named]
            found += _last_said(request, "surrender", items)
        case SentenceTerms(items=items) | t.BreachTerms(items=items) if items:
            found += _last_said(request, "surrender", items)
            found += _liftings(request, items)
        case t.SurrenderTerms(manner=t.Manner.RETURNED, items=items):
            found += _last_said(request, "surrender", items)
        case AskInsteadTerms(items=items) if request is not None:
            found += [item.decision for item in request.items if item.id in items and item.decision]
        case EnforceInsteadTerms(items=items):
            found += _last_said(request, "ask_instead", items)
        case t.LiftTerms(consultation=named, items=items):
            found += [] if named is None else [named]
            found += _freezings(request, items)
        case t.TakeCustodyTerms(delivery=named) | t.ConsentTerms(sought=named):
            found.append(named)
        case t.StatusTerms(asked=named) | t.CorrespondTerms(answers=named) if named is not None:
            found.append(named)
        case t.DecideTerms(consultation=named, items=items):
            found += [] if named is None else [named]
            found += _court_findings(request, items)
        case t.UseTerms(exhibits=exhibits, consent=named) if request is not None:
            found += [e.taken for e in request.in_custody if e.exhibit in exhibits and e.taken is not None]
            found += [] if named is None else [named]
        case t.CloseTerms() if request is not None:
            found += _ends(request)
    return tuple(found)


def any_premise(act: Act, request: RequestState | None) -> tuple[tuple[str, ...], ...]:
    """Sets of acts of which one has to stand: a closing rests on some delivery of each item given."""
    if request is None or request.withdrawn is not None or not isinstance(act.terms, t.CloseTerms):
        return ()
    deliveries = (
        tuple(d.id for d in request.deliveries if any(item.id in e.items for e in d.exhibits))
        for item in request.live_items
        if item.standing is not ItemStanding.REFUSED
    )
    return tuple(one for one in deliveries if one)


def decided(act: Act, request: RequestState | None, required: Collection[str]) -> tuple[str, ...]:
    """The decisions of the items on which an act reports: rejected, they take the report with them.

    A decision in whose place another act stands, said at once, was there when it was carried out.
    ``required``: the predicates without which its table admits no such act of the request's measure.
    """
    if request is None or _ON_DECISIONS.isdisjoint(required):
        return ()
    named = (item for item in request.items if item.id in act.terms.items)
    return tuple(item.decision for item in named if item.decision is not None)


def _court_findings(request: RequestState | None, items: Iterable[t.ItemDecision]) -> Iterator[str]:
    """What a grant of a person rests on: the last finding of a court about each."""
    granting = {Outcome.GRANT, Outcome.GRANT_ON_CONDITIONS}
    return _last_said(request, "court", (item.id for item in items if item.outcome in granting))


def _last_said(request: RequestState | None, kind: str, items: Iterable[str]) -> Iterator[str]:
    """What was said last, of a kind, about each item."""
    said = () if request is None else request.said(kind)
    for item in items:
        yield from [one.id for one in said if item in one.terms.items][-1:]


def _liftings(request: RequestState | None, items: Collection[str]) -> Iterator[str]:
    """The consents by which conditions on these persons were lifted: without them, these bind still."""
    said = () if request is None else request.said("seek_consent")
    lifting = {one.id for one in said if one.terms.conditions and not set(items).isdisjoint(one.terms.items)}
    for one in () if request is None else request.said("consent"):
        if one.terms.sought in lifting and one.terms.consent is not t.Consenting.REFUSED:
            yield one.id


def _freezings(request: RequestState | None, items: Collection[str]) -> Iterator[str]:
    """The reports by which property came to be held that is let go now."""
    reports = () if request is None else request.effected
    for item in items:
        yield from [one.id for one in reports if item in one.items and one.outcome in SUCCESS][-1:]


def _ends(request: RequestState) -> Iterator[str]:
    """What a closing rests on: the withdrawal, or what was said last of the end of each item.

    Of what was delivered any one will do (``any_premise``).
    """
    if request.withdrawn is not None:
        yield request.withdrawn.id
        return
    for item in request.live_items:
        if item.standing is ItemStanding.REFUSED and item.decision is not None:
            yield item.decision
            continue
        reported = [one.id for one in request.effected if item.id in one.items]
        handed_over = [one.id for one in request.said("surrender") if item.id in one.terms.items]
        yield from (*reported[-1:], *handed_over[-1:])


def _opened(act: Act) -> RequestState:
    terms = act.terms
    if isinstance(terms, t.InformTerms):
        return _informed(act, terms)
    items = tuple(ItemState(item.id, item.data) for item in sorted(terms.items, key=lambda i: i.id))
    opened = RequestState(
        id=act.id,
        draft=act.header.kind == "preview",
        requesting=act.header.state,
        requested=state_of(act.header.to or ""),
        measure=terms.measure,
        at=act.header.at,
        items=items,
        offices=_offices(act),
    )
    if not isinstance(terms, t.RequestTerms):
        return opened
    return replace(
        opened,
        bases=tuple((basis.instrument, basis.provision) for basis in terms.bases),
        urgency=terms.urgency,
        confidential=terms.confidential,
        ratify_by=terms.ratify_by,
        follows=terms.follows,
        urgent_for=terms.urgent_for,
        wanted_by=terms.wanted_by,
        supplements=terms.supplements,
        previous=terms.previous,
        wording=terms.wording,
        origin=terms.origin,
    )


def _informed(act: Act, terms: t.InformTerms) -> RequestState:
    """An offer stands as a grant, made without a request, to the State that may take it."""
    bound = bool(terms.conditions)
    items = tuple(
        ItemState(
            item.id,
            item.data,
            standing=ItemStanding.CONDITIONAL if bound else ItemStanding.GRANTED,
            decision=act.id,
            outcome=Outcome.GRANT_ON_CONDITIONS if bound else Outcome.GRANT,
            conditions=terms.conditions,
        )
        for item in sorted(terms.items, key=lambda i: i.id)
    )
    labels, named = tuple(sorted(terms.conditions)), tuple(item.id for item in items)
    return RequestState(
        id=act.id,
        draft=False,
        requesting=state_of(act.header.to or ""),
        requested=act.header.state,
        measure=terms.measure,
        at=act.header.at,
        items=items,
        bases=tuple((basis.instrument, basis.provision) for basis in terms.bases),
        decisions=(DecisionState(act.id, act.header.at, None, named, labels, limits=terms.limits),),
        offices=_offices(act),
    )


def _offices(act: Act) -> tuple[str, ...]:
    return (act.header.from_,) if act.header.to is None else (act.header.from_, act.header.to)


def _note(request: RequestState, act: Act, terms: object) -> RequestState:
    said = Noted(act.id, act.header.at, act.header.kind, act.header.state, terms)
    return replace(request, noted=(*request.noted, said))


def _amend(request: RequestState, act: Act, terms: t.AmendTerms) -> RequestState:
    kept = [
        replace(item, standing=ItemStanding.DROPPED) if item.id in terms.drop else item
        for item in request.items
    ]
    items = sorted((*kept, *(ItemState(i.id, i.data) for i in terms.add)), key=lambda item: item.id)
    return replace(request, items=tuple(items), amended=(*request.amended, act.id))


def _withdraw(request: RequestState, act: Act, terms: t.WithdrawTerms) -> RequestState:
    return replace(request, withdrawn=Withdrawal(act.id, terms.reason))


def _ask(request: RequestState, act: Act, terms: t.AskTerms) -> RequestState:
    questions = tuple(QuestionState(q.id, q.about) for q in terms.questions)
    asked = AskState(act.id, act.header.at, act.header.state, questions)
    return replace(request, asks=(*request.asks, asked))


def _answer(request: RequestState, act: Act, terms: t.AnswerTerms) -> RequestState:
    asks = []
    for ask in request.asks:
        if ask.id != terms.ask:
            asks.append(ask)
            continue
        questions = tuple(
            replace(q, answer=act.id, answered_at=act.header.at) if q.id in terms.questions else q
            for q in ask.questions
        )
        asks.append(replace(ask, questions=questions))
    return replace(request, asks=tuple(asks))


def _consult(request: RequestState, act: Act, terms: t.ConsultTerms) -> RequestState:
    offer = ConsultationState(act.id, act.header.at, terms.grounds, terms.answer_by)
    return replace(request, consultations=(*request.consultations, offer))


def _replied(request: RequestState, act_id: str, knew: Knew) -> RequestState:
    consultations = tuple(
        replace(c, reply=act_id) if c.reply is None and knew(c.id) else c for c in request.consultations
    )
    return replace(request, consultations=consultations)


def _decide(request: RequestState, act: Act, terms: t.DecideTerms) -> RequestState:
    decided = {item.id: item for item in terms.items}
    items = []
    for item in request.items:
        outcome = decided.get(item.id)
        if outcome is None:
            items.append(item)
            continue
        items.append(
            replace(
                item,
                standing=_STANDING[outcome.outcome],
                decision=act.id,
                outcome=outcome.outcome,
                grounds=outcome.grounds,
                conditions=outcome.conditions,
                review_on=outcome.review_on,
            )
        )
    conditions = tuple(sorted({label for item in terms.items for label in item.conditions}))
    decision = DecisionState(
        id=act.id,
        at=act.header.at,
        consultation=terms.consultation,
        items=tuple(sorted(decided)),
        conditions=conditions,
        limits=terms.limits,
        ratify_by=terms.ratify_by,
        wording=terms.wording,
    )
    return replace(request, items=tuple(items), decisions=(*request.decisions, decision))


def _accept(request: RequestState, act: Act, terms: t.AcceptTerms) -> RequestState:  # noqa: ARG001 - one shape
    decisions = tuple(
        replace(d, accepted=tuple(sorted({*d.accepted, *terms.conditions}))) if d.id == terms.decision else d
        for d in request.decisions
    )
    accepted = {label for d in decisions if d.id == terms.decision for label in d.accepted}
    items = tuple(
        replace(item, standing=ItemStanding.GRANTED)
        if item.standing is ItemStanding.CONDITIONAL
        and item.decision == terms.decision
        and accepted.issuperset(item.conditions)
        else item
        for item in request.items
    )
    deliveries = tuple(
        replace(d, accepted=tuple(sorted({*d.accepted, *terms.conditions}))) if d.id == terms.decision else d
        for d in request.deliveries
    )
    return replace(request, items=items, decisions=decisions, deliveries=deliveries)


def _effected(request: RequestState, act: Act, terms: t.EffectedTerms) -> RequestState:
    held = terms.outcome in SUCCESS
    items = tuple(
        replace(item, effected=terms.outcome, held_since=(item.held_since or terms.at) if held else None)
        if item.id in terms.items
        else item
        for item in request.items
    )
    report = EffectedState(act.id, terms.outcome, terms.items, terms.at, terms.pointed_to)
    return replace(request, items=items, effected=(*request.effected, report))


def _lift(request: RequestState, act: Act, terms: t.LiftTerms) -> RequestState:
    items = tuple(
        replace(item, held_since=None) if item.id in terms.items else item for item in request.items
    )
    return _note(replace(request, items=items), act, terms)


def _exhibit(told: t.Delivery) -> ExhibitState:
    return ExhibitState(
        told.exhibit, told.items, told.statement, told.stream, told.size, protected=told.protected
    )


def _deliver(request: RequestState, act: Act, terms: t.DeliverTerms) -> RequestState:
    exhibits = tuple(_exhibit(e) for e in terms.exhibits)
    delivery = DeliveryState(
        act.id,
        act.header.at,
        terms.decision,
        terms.capacity,
        exhibits,
        conditions=terms.conditions,
        limits=terms.limits,
        wording=terms.wording,
    )
    return replace(request, deliveries=(*request.deliveries, delivery))


def _take_custody(request: RequestState, act: Act, terms: t.TakeCustodyTerms) -> RequestState:
    taken = {exhibit.exhibit for exhibit in terms.exhibits}
    deliveries = tuple(
        replace(
            delivery,
            exhibits=tuple(replace(e, taken=act.id) if e.exhibit in taken else e for e in delivery.exhibits),
        )
        if delivery.id == terms.delivery
        else delivery
        for delivery in request.deliveries
    )
    return replace(request, deliveries=deliveries)


def _extend(request: RequestState, act: Act, terms: t.ExtendTerms) -> RequestState:
    more = ExtensionState(act.id, act.header.at, act.header.state, terms.until)
    return replace(request, extensions=(*request.extensions, more))


def _use(request: RequestState, act: Act, terms: t.UseTerms) -> RequestState:
    used = UseState(act.id, terms.exhibits, terms.use, terms.purpose, terms.to, terms.on)
    return replace(request, uses=(*request.uses, used))


def _close(request: RequestState, act: Act, terms: t.CloseTerms) -> RequestState:
    return replace(request, closed=Closing(act.id, terms.outcome))


_EFFECTS: Final[Mapping[str, Callable[..., RequestState]]] = MappingProxyType(
    {
        "amend": _amend,
        "withdraw": _withdraw,
        "ask": _ask,
        "answer": _answer,
        "consult": _consult,
        "decide": _decide,
        "accept": _accept,
        "effected": _effected,
        "deliver": _deliver,
        "take_custody": _take_custody,
        "extend": _extend,
        "use": _use,
        "close": _close,
        **dict.fromkeys(NOTED, _note),
        "lift": _lift,
    }
)
