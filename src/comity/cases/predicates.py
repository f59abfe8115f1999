"""The predicates that a table of lawful next acts may name: questions about a case, or an act in it.

Promises: a closed registry by name; each predicate is a pure function of what the act's author had
(the state of the act's own past) and of the act's header and terms.

Leaves to others: which act needs which predicate: that is data (``law``'s tables).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import Act, Capacity, Outcome
from comity.acts import terms as t
from comity.cases import (
    afterwards,
    assurances,
    costs,
    frozen,
    limits,
    persons,
    ratification,
    speciality,
    stated,
)
from comity.cases.effect import OPENS
from comity.cases.request import SUCCESS, ItemStanding
from comity.cases.view import ActPredicate, StatePredicate, TermsPredicate, View, distinct

SETTLED_WITHOUT: Final = frozenset({t.Execution.NOTHING_HELD, t.Execution.WRONG_STATE, t.Execution.EXPIRED})
"""Outcomes after which an item cannot be delivered."""


# -- of the state alone ---------------------------------------------------------------------------


def _closed(view: View) -> bool:
    return view.concerned.closed is not None


def _withdrawn(view: View) -> bool:
    return view.concerned.withdrawn is not None


def _held(view: View) -> bool:
    return any(item.effected in SUCCESS for item in view.concerned.live_items)


def _item_undecided(view: View) -> bool:
    return bool(view.concerned.undecided)


def _item_granted(view: View) -> bool:
    return any(item.standing is ItemStanding.GRANTED for item in view.concerned.items)


def _conditions_offered(view: View) -> bool:
    request = view.concerned
    over = request.closed is not None or request.withdrawn is not None
    conditional = any(item.standing is ItemStanding.CONDITIONAL for item in request.items)
    return (conditional and not over) or any(limits.unaccepted(one) for one in request.deliveries)


def _question_open(view: View) -> bool:
    return bool(view.concerned.questions_to(view.speaker))


def _exhibit_announced(view: View) -> bool:
    return any(exhibit.taken is None for exhibit in view.concerned.exhibits)


def _exhibit_in_custody(view: View) -> bool:
    return bool(view.concerned.in_custody)


def _executed(view: View) -> bool:
    return all(
        item.standing is ItemStanding.REFUSED or item.effected is not None
        for item in view.concerned.live_items
    )


def _settled(view: View) -> bool:
    delivered = {id for exhibit in view.concerned.exhibits for id in exhibit.items}
    return all(
        item.standing is ItemStanding.REFUSED or item.id in delivered or item.effected in SETTLED_WITHOUT
        for item in view.concerned.live_items
    )


# -- of the act alone --------------------------------------------------------------------------------


def _items_distinct(act: Act) -> bool:
    return distinct(tuple(item.id for item in act.terms.items))


def _ratification_said(act: Act) -> bool:
    by: str | None = act.terms.ratify_by
    if by is None:
        return True
    # Of a paper it is for its reader how many signed it; nobody here ratifies for them.
    return not act.header.registered and len(act.header.signers) == 1 and by > act.header.at


def _ratification_due(act: Act) -> bool:
    alone = len(act.header.signers) == 1 and not act.header.registered
    return _ratification_said(act) and (act.terms.ratify_by is not None) == alone


def _questions_distinct(act: Act) -> bool:
    return distinct(tuple(question.id for question in act.terms.questions))


def _offer_leaves_time(act: Act) -> bool:
    return bool(act.terms.answer_by > act.header.at)


def _refusals_grounded(act: Act) -> bool:
    needs = {Outcome.REFUSE: True, Outcome.POSTPONE: True, Outcome.GRANT: False}
    return all(bool(item.grounds) == needs[item.outcome] for item in act.terms.items if item.outcome in needs)


def _postponements_dated(act: Act) -> bool:
    for item in act.terms.items:
        if (item.review_on is not None) != (item.outcome is Outcome.POSTPONE):
            return False
        if item.review_on is not None and item.review_on <= act.header.at[: len(item.review_on)]:
            return False
    return True


def _conditions_named(act: Act) -> bool:
    return all(
        bool(item.conditions) == (item.outcome is Outcome.GRANT_ON_CONDITIONS) and distinct(item.conditions)
        for item in act.terms.items
    )


def _event_not_later(act: Act) -> bool:
    return bool(act.terms.at <= act.header.at)


# -- of the act, in the state ---------------------------------------------------------------------


def _follows_own_request(view: View, act: Act) -> bool:
    if act.terms.follows is None:
        return True
    earlier = view.requests.get(act.terms.follows)
    return (
        earlier is not None
        and not earlier.draft
        and earlier.requesting == view.speaker
        and earlier.withdrawn is None
    )


def _amends_undecided_items(view: View, act: Act) -> bool:
    undecided = {item.id for item in view.concerned.undecided}
    added = tuple(item.id for item in act.terms.add)
    dropped: tuple[str, ...] = act.terms.drop
    known = {item.id for item in view.concerned.items}
    left = len(view.concerned.live_items) - len(dropped) + len(added)
    return (
        undecided.issuperset(dropped)
        and distinct(dropped)
        and distinct(added)
        and known.isdisjoint(added)
        and left > 0
    )


def _answers_open_questions(view: View, act: Act) -> bool:
    open_ones = {q.id for ask, q in view.concerned.questions_to(view.speaker) if ask.id == act.terms.ask}
    return open_ones.issuperset(act.terms.questions) and distinct(act.terms.questions)


def _decides_undecided_items(view: View, act: Act) -> bool:
    names = tuple(item.id for item in act.terms.items)
    return distinct(names) and {item.id for item in view.concerned.undecided}.issuperset(names)


def _consultation_known(view: View, act: Act) -> bool:
    named = act.terms.consultation
    return named is None or any(offer.id == named for offer in view.concerned.consultations)


def _consultation_satisfied(view: View, act: Act) -> bool:
    if all(item.outcome is not Outcome.REFUSE for item in act.terms.items):
        return True
    return all(
        offer.reply is not None or offer.answer_by <= act.header.at for offer in view.concerned.consultations
    )


def _accepts_offered_conditions(view: View, act: Act) -> bool:
    labels: tuple[str, ...] = act.terms.conditions
    delivery = view.concerned.delivery(act.terms.decision)
    if delivery is not None:
        return limits.unaccepted(delivery).issuperset(labels) and distinct(labels)
    decision = view.concerned.decision(act.terms.decision)
    if decision is None:
        return False
    waiting = {
        label
        for item in view.concerned.items
        if item.standing is ItemStanding.CONDITIONAL and item.decision == decision.id
        for label in item.conditions
    } - set(decision.accepted)
    return waiting.issuperset(labels) and distinct(labels)


def _reports_known_items(view: View, act: Act) -> bool:
    concerned = {item.id for item in view.concerned.live_items if item.standing is not ItemStanding.REFUSED}
    items: tuple[str, ...] = act.terms.items
    return concerned.issuperset(items) and distinct(items) and bool(items)


def _reports_granted_items(view: View, act: Act) -> bool:
    granted = {item.id for item in view.concerned.items if item.standing is ItemStanding.GRANTED}
    return granted.issuperset(act.terms.items)


def _delivers_granted_items(view: View, act: Act) -> bool:
    granted = {
        item.id
        for item in view.concerned.items
        if item.standing is ItemStanding.GRANTED and item.decision == act.terms.decision
    }
    return all(
        granted.issuperset(exhibit.items) and distinct(exhibit.items) for exhibit in act.terms.exhibits
    )


def _capacity_granted(view: View, act: Act) -> bool:
    capacity: Capacity = act.terms.capacity
    return capacity.value in view.row.capacities


def _exhibits_new(view: View, act: Act) -> bool:
    announced = tuple(exhibit.exhibit for exhibit in act.terms.exhibits)
    return distinct(announced) and {e.exhibit for e in view.concerned.exhibits}.isdisjoint(announced)


def _takes_announced_exhibits(view: View, act: Act) -> bool:
    delivery = view.concerned.delivery(act.terms.delivery)
    if delivery is None:
        return False
    waiting = {(e.exhibit, e.statement, e.stream) for e in delivery.exhibits if e.taken is None}
    taken = [(e.exhibit, e.statement, e.stream) for e in act.terms.exhibits]
    return waiting.issuperset(taken) and len(set(taken)) == len(taken)


def _uses_held_exhibits(view: View, act: Act) -> bool:
    held = {exhibit.exhibit for exhibit in view.concerned.in_custody}
    return held.issuperset(act.terms.exhibits) and distinct(act.terms.exhibits)


def _extends_further(view: View, act: Act) -> bool:
    return bool(act.terms.until > max(act.header.at, view.concerned.extended_by(view.speaker) or ""))


def _outcome_true(view: View, act: Act) -> bool:
    request = view.concerned
    refused = [item.standing is ItemStanding.REFUSED for item in request.live_items]
    said: t.CloseReason = act.terms.outcome
    if request.withdrawn is not None or said is t.CloseReason.WITHDRAWN:
        return request.withdrawn is not None and said is t.CloseReason.WITHDRAWN
    if said is t.CloseReason.LAPSED:
        return any(item.effected is t.Execution.EXPIRED for item in request.live_items)
    return all(refused) == (said is t.CloseReason.REFUSED)


def _rejects_their_act(view: View, act: Act) -> bool:
    theirs = view.past.act(act.terms.act)
    if theirs is None or theirs.header.state == view.speaker or theirs.header.kind == "reject":
        return False
    concerned = theirs.id if theirs.header.kind in OPENS else theirs.header.about
    return act.header.about == concerned and not view.past.voided(theirs.id)


def _rejects_at_once(view: View, act: Act) -> bool:
    return not view.past.built_on(act.terms.act, view.speaker)


STATE_PREDICATES: Final[Mapping[str, StatePredicate]] = MappingProxyType(
    {
        "closed": _closed,
        "withdrawn": _withdrawn,
        "held": _held,
        "item_undecided": _item_undecided,
        "item_granted": _item_granted,
        "conditions_offered": _conditions_offered,
        "question_open": _question_open,
        "exhibit_announced": _exhibit_announced,
        "exhibit_in_custody": _exhibit_in_custody,
        "executed": _executed,
        "settled": _settled,
        **persons.STATE,
        **speciality.STATE,
        **assurances.STATE,
        **frozen.STATE,
        **costs.STATE,
        **afterwards.STATE,
        **ratification.STATE,
    }
)
"""Asked of the state alone: what ``next_acts`` can show before there is an act."""

TERMS_PREDICATES: Final[Mapping[str, TermsPredicate]] = MappingProxyType(
    {
        "items_distinct": _items_distinct,
        "ratification_said": _ratification_said,
        "ratification_due": _ratification_due,
        "questions_distinct": _questions_distinct,
        "offer_leaves_time": _offer_leaves_time,
        "refusals_grounded": _refusals_grounded,
        "postponements_dated": _postponements_dated,
        "conditions_named": _conditions_named,
        "event_not_later": _event_not_later,
        **persons.TERMS,
        **speciality.TERMS,
        **assurances.TERMS,
        **stated.TERMS,
        **afterwards.TERMS,
        **limits.TERMS,
    }
)
"""Asked of the act alone: its header and terms agree with one another."""

ACT_PREDICATES: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "follows_own_request": _follows_own_request,
        "amends_undecided_items": _amends_undecided_items,
        "answers_open_questions": _answers_open_questions,
        "decides_undecided_items": _decides_undecided_items,
        "consultation_known": _consultation_known,
        "consultation_satisfied": _consultation_satisfied,
        "accepts_offered_conditions": _accepts_offered_conditions,
        "reports_known_items": _reports_known_items,
        "reports_granted_items": _reports_granted_items,
        "delivers_granted_items": _delivers_granted_items,
        "capacity_granted": _capacity_granted,
        "exhibits_new": _exhibits_new,
        "takes_announced_exhibits": _takes_announced_exhibits,
        "uses_held_exhibits": _uses_held_exhibits,
        "extends_further": _extends_further,
        "outcome_true": _outcome_true,
        "rejects_their_act": _rejects_their_act,
        "rejects_at_once": _rejects_at_once,
        **persons.ACT,
        **speciality.ACT,
        **assurances.ACT,
        **frozen.ACT,
        **stated.ACT,
        **costs.ACT,
        **afterwards.ACT,
        **limits.ACT,
        **ratification.ACT,
    }
)
"""Asked of the act in the state of its past."""

PREDICATES: Final = frozenset({*STATE_PREDICATES, *TERMS_PREDICATES, *ACT_PREDICATES})
"""All names that a table may use."""
