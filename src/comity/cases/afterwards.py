"""Predicates on what comes after a grant: remedies, use, consent, recall, breach, destruction; and letters.

Promises: as ``predicates``: pure functions of an act's own past. Nothing leaves for an item while a remedy
that suspends is open, or after one was upheld (P13).

Leaves to others: which act needs which predicate (``law``'s tables), what bars a use (``use``), conditions
(``limits``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import Act, state_of
from comity.acts import terms as t
from comity.cases import use
from comity.cases.request import RequestState
from comity.cases.view import ActPredicate, StatePredicate, TermsPredicate, View, distinct


def barred_items(request: RequestState) -> frozenset[str]:
    """The items of which nothing may leave: a remedy that suspends is open, or one was upheld."""
    last = {one.terms.remedy: one.terms for one in request.said("remedy")}
    barring = (
        terms.items
        for terms in last.values()
        if terms.event is t.RemedyEvent.UPHELD or (terms.event is t.RemedyEvent.LODGED and terms.suspends)
    )
    return frozenset(item for items in barring for item in items)


def _open_consents(request: RequestState) -> frozenset[str]:
    answered = {one.terms.sought for one in request.said("consent")}
    return frozenset(one.id for one in request.said("seek_consent") if one.id not in answered)


def _consent_sought(view: View) -> bool:
    return bool(_open_consents(view.concerned))


def _exhibit_given(view: View) -> bool:
    return bool(view.concerned.exhibits)


def _something_given(view: View) -> bool:
    return bool(view.concerned.in_custody or view.concerned.said("surrender"))


def _forwards_at_home(act: Act) -> bool:
    to: str = act.terms.authority
    return state_of(to) == act.header.state and to != act.header.from_


def _status_whole(act: Act) -> bool:
    later = act.terms.by is None or act.terms.by > act.header.at
    return later and (act.terms.asked is None) == (act.terms.progress is None)


def _offer_conditions_distinct(act: Act) -> bool:
    return distinct(act.terms.conditions)


def _seeks_something(act: Act) -> bool:
    return bool(act.terms.exhibits) != bool(act.terms.items)


def _consent_conditions_named(act: Act) -> bool:
    on_conditions = act.terms.consent is t.Consenting.GIVEN_ON_CONDITIONS
    return bool(act.terms.conditions) == on_conditions and distinct(act.terms.conditions)


def _destroy_later(act: Act) -> bool:
    return bool(act.terms.destroy_by > act.header.at)


def _status_answers(view: View, act: Act) -> bool:
    asked = view.concerned.said("status")
    if act.terms.asked is None:
        return True
    answered = {one.terms.asked for one in asked}
    return any(
        one.id == act.terms.asked
        and one.terms.asked is None
        and one.by != view.speaker
        and one.id not in answered
        for one in asked
    )


def _letter_answers(view: View, act: Act) -> bool:
    named = act.terms.answers
    request = view.concerned
    if request.requesting == view.speaker and any(one.id == named for one in request.consultations):
        return True
    letters = request.said("correspond")
    return named is None or any(one.id == named and one.by != view.speaker for one in letters)


def _no_remedy_bars(view: View, act: Act) -> bool:
    if getattr(act.terms, "manner", None) is t.Manner.RETURNED:
        return True
    exhibits = getattr(act.terms, "exhibits", None)
    leaving = act.terms.items if exhibits is None else [item for one in exhibits for item in one.items]
    return barred_items(view.concerned).isdisjoint(leaving)


def _remedy_follows(view: View, act: Act) -> bool:
    before = [one.terms for one in view.concerned.said("remedy") if one.terms.remedy == act.terms.remedy]
    if act.terms.event is t.RemedyEvent.LODGED:
        return not before
    if not before:
        return False
    lodged = before[-1]
    same = (lodged.items, lodged.suspends) == (act.terms.items, act.terms.suspends)
    return lodged.event is t.RemedyEvent.LODGED and same


def _use_allowed(view: View, act: Act) -> bool:
    terms = act.terms
    asked = use.Asked(
        exhibits=terms.exhibits,
        use=terms.use,
        purpose=terms.purpose,
        at=act.header.at,
        consent=terms.consent,
        to=terms.to,
        on=terms.on,
    )
    return not use.bars(view.concerned, view.requests, asked, view.table)


def _use_whole(act: Act) -> bool:
    terms = act.terms
    rests = terms.consent is None or terms.use is t.UseKind.WITH_CONSENT
    goes = (terms.to is not None) == (terms.purpose is t.Purpose.ONWARD)
    later = terms.on is None or terms.on > act.header.at
    return rests and goes and later


def _seeks_for_what_is_held(view: View, act: Act) -> bool:
    request = view.concerned
    held = {exhibit.exhibit for exhibit in request.in_custody} - use.destroyed(request)
    given = {item for one in request.said("surrender") for item in one.terms.items}
    return held.issuperset(act.terms.exhibits) and given.issuperset(act.terms.items)


def _answers_open_consent(view: View, act: Act) -> bool:
    return act.terms.sought in _open_consents(view.concerned)


def _recalls_given_exhibits(view: View, act: Act) -> bool:
    given = {exhibit.exhibit for exhibit in view.concerned.exhibits} - use.recalled(view.concerned)
    return given.issuperset(act.terms.exhibits) and distinct(act.terms.exhibits)


def _names_given_exhibits(view: View, act: Act) -> bool:
    given = {exhibit.exhibit for exhibit in view.concerned.exhibits}
    named: tuple[str, ...] = act.terms.exhibits
    return given.issuperset(named) and distinct(named) and bool(named) and not act.terms.items


def _not_destroyed_before(view: View, act: Act) -> bool:
    return use.destroyed(view.concerned).isdisjoint(act.terms.exhibits)


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType(
    {"consent_sought": _consent_sought, "exhibit_given": _exhibit_given, "something_given": _something_given}
)
TERMS: Final[Mapping[str, TermsPredicate]] = MappingProxyType(
    {
        "forwards_at_home": _forwards_at_home,
        "status_whole": _status_whole,
        "use_whole": _use_whole,
        "offer_conditions_distinct": _offer_conditions_distinct,
        "seeks_something": _seeks_something,
        "consent_conditions_named": _consent_conditions_named,
        "destroy_later": _destroy_later,
    }
)
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "status_answers": _status_answers,
        "letter_answers": _letter_answers,
        "no_remedy_bars": _no_remedy_bars,
        "remedy_follows": _remedy_follows,
        "use_allowed": _use_allowed,
        "seeks_for_what_is_held": _seeks_for_what_is_held,
        "answers_open_consent": _answers_open_consent,
        "recalls_given_exhibits": _recalls_given_exhibits,
        "names_given_exhibits": _names_given_exhibits,
        "not_destroyed_before": _not_destroyed_before,
    }
)
