"""Predicates on persons: arrest and release, the court before the executive, surrender, and what is instead.

Promises: as ``predicates``: pure functions of an act's own past. A person is granted to another State only
after the person agreed before a judge, or a court found it lawful; what a court found unlawful stays so.

Leaves to others: which act needs which predicate (``law``'s tables), until when custody may last (the
requested State's law; the act says so).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import Act, Outcome
from comity.acts import terms as t
from comity.acts.person_terms import Instead
from comity.cases.request import ItemStanding, RequestState
from comity.cases.view import ActPredicate, StatePredicate, TermsPredicate, View, distinct

_BEFORE: Final[Mapping[t.ArrestEvent, frozenset[t.ArrestEvent | None]]] = MappingProxyType(
    {
        t.ArrestEvent.ARRESTED: frozenset({None}),
        t.ArrestEvent.RELEASED: frozenset({t.ArrestEvent.ARRESTED, t.ArrestEvent.REARRESTED}),
        t.ArrestEvent.REARRESTED: frozenset({t.ArrestEvent.RELEASED}),
    }
)
"""What came of a person last, before each event of an arrest."""

_GONE: Final = frozenset({t.Manner.FULL, t.Manner.TEMPORARY, t.Manner.TO_RETURN})

_COMES_BACK: Final = frozenset({t.Manner.TEMPORARY, t.Manner.TO_RETURN})


def custody_of(request: RequestState, item: str) -> t.ArrestEvent | None:
    """What came last of the arrest of a person, or none."""
    events = [one.terms.event for one in request.said("arrest") if item in one.terms.items]
    return events[-1] if events else None


def surrendered(request: RequestState, item: str) -> t.Manner | None:
    """How a person was handed over last, or none."""
    manners = [one.terms.manner for one in request.said("surrender") if item in one.terms.items]
    return manners[-1] if manners else None


def found_by_court(request: RequestState, item: str) -> t.CourtFinding | None:
    """What the stage before a judge came to last, or none."""
    findings = [one.terms.finding for one in request.said("court") if item in one.terms.items]
    return findings[-1] if findings else None


def _item_refused(view: View) -> bool:
    return any(item.standing is ItemStanding.REFUSED for item in view.concerned.items)


def _ended(view: View) -> bool:
    request = view.concerned
    return all(
        item.standing is ItemStanding.REFUSED
        or item.effected is not None
        or surrendered(request, item.id) in {t.Manner.FULL, t.Manner.TO_RETURN, t.Manner.RETURNED}
        for item in request.live_items
    )


def _end_later(act: Act) -> bool:
    until: str | None = act.terms.until
    return until is None or until > act.terms.at


def _custody_has_end(act: Act) -> bool:
    return (act.terms.until is not None) == (act.terms.event is not t.ArrestEvent.RELEASED)


def _bail_on_release(act: Act) -> bool:
    return not act.terms.on_bail or act.terms.event is t.ArrestEvent.RELEASED


def _no_bail(act: Act) -> bool:
    return not act.terms.on_bail


def _handed_on_for_good(act: Act) -> bool:
    return act.terms.manner is t.Manner.FULL and act.terms.return_by is None


def _arrest_follows(view: View, act: Act) -> bool:
    before = _BEFORE[act.terms.event]
    return all(custody_of(view.concerned, item) in before for item in act.terms.items)


def _court_first(view: View, act: Act) -> bool:
    lawful = {t.CourtFinding.CONSENTED, t.CourtFinding.LAWFUL}
    granting = {Outcome.GRANT, Outcome.GRANT_ON_CONDITIONS}
    return all(
        found_by_court(view.concerned, item.id) in lawful
        for item in act.terms.items
        if item.outcome in granting
    )


def _surrender_follows(view: View, act: Act) -> bool:
    returned = act.terms.manner is t.Manner.RETURNED
    back = act.terms.return_by
    if back is not None and not (act.terms.manner in _COMES_BACK and back > act.terms.at):
        return False
    for item in act.terms.items:
        last = surrendered(view.concerned, item)
        if returned and last not in _COMES_BACK:
            return False
        if not returned and last in _GONE:
            return False
    return True


def _granted_or_given(view: View) -> bool:
    request = view.concerned
    return any(
        item.standing is ItemStanding.GRANTED or surrendered(request, item.id) in _COMES_BACK
        for item in request.items
    )


def _surrenders_granted_items(view: View, act: Act) -> bool:
    """Who went can come back, whatever became of the grant meanwhile."""
    if act.terms.manner is t.Manner.RETURNED:
        return True
    granted = {item.id for item in view.concerned.items if item.standing is ItemStanding.GRANTED}
    return granted.issuperset(act.terms.items)


def _open(view: View) -> bool:
    return view.concerned.closed is None and view.concerned.withdrawn is None


def _open_or_release(view: View, act: Act) -> bool:
    return _open(view) or act.terms.event is t.ArrestEvent.RELEASED


def _open_or_return(view: View, act: Act) -> bool:
    return _open(view) or act.terms.manner is t.Manner.RETURNED


def to_prosecute(request: RequestState, grounds: Collection[str]) -> tuple[str, ...]:
    """The items refused on one of these grounds whose prosecution was not reported yet: a duty is open.

    Not where the requesting State asks that a sentence be enforced instead: that person was tried already.
    """
    return tuple(
        id for id in _without_end(request, grounds) if instead_asked(request, id) is not Instead.ENFORCEMENT
    )


def to_enforce(request: RequestState) -> tuple[str, ...]:
    """The items for which enforcement of the sentence was asked, and nothing was said to that yet."""
    answered = _told(request, "enforce_instead")
    return tuple(
        item.id
        for item in request.items
        if item.standing is ItemStanding.REFUSED
        and instead_asked(request, item.id) is Instead.ENFORCEMENT
        and item.id not in answered
    )


def instead_asked(request: RequestState, item: str) -> Instead | None:
    """What was asked for last in place of a person's surrender, or none."""
    asked = [one.terms.instead for one in request.said("ask_instead") if item in one.terms.items]
    return asked[-1] if asked else None


def _without_end(request: RequestState, grounds: Collection[str]) -> tuple[str, ...]:
    """The items refused on one of these grounds that were neither prosecuted nor taken over to enforce."""
    over = _told(request, "prosecute_instead") | {
        id for one in request.said("enforce_instead") if one.terms.taken_over for id in one.terms.items
    }
    return tuple(
        item.id
        for item in request.items
        if item.standing is ItemStanding.REFUSED
        and not set(grounds).isdisjoint(item.grounds)
        and item.id not in over
    )


def _told(request: RequestState, kind: str) -> frozenset[str]:
    return frozenset(id for one in request.said(kind) for id in one.terms.items)


def _prosecution_owed(view: View) -> bool:
    return bool(to_prosecute(view.concerned, view.row.grounds))


def _prosecutes_refused_items(view: View, act: Act) -> bool:
    items: tuple[str, ...] = act.terms.items
    return set(to_prosecute(view.concerned, view.row.grounds)).issuperset(items) and distinct(items)


def _instead_open(view: View) -> bool:
    return bool(_without_end(view.concerned, view.row.grounds))


def _enforcement_asked(view: View) -> bool:
    return bool(to_enforce(view.concerned))


def _asks_refused_items(view: View, act: Act) -> bool:
    items, request = act.terms.items, view.concerned
    refused = _without_end(request, view.row.grounds)
    declined = _told(request, "enforce_instead") if act.terms.instead is Instead.ENFORCEMENT else ()
    return (
        set(refused).issuperset(items)
        and distinct(items)
        and all(instead_asked(request, item) is not act.terms.instead for item in items)
        and set(declined).isdisjoint(items)
    )


def _enforces_asked_items(view: View, act: Act) -> bool:
    return set(to_enforce(view.concerned)).issuperset(act.terms.items) and distinct(act.terms.items)


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType(
    {
        "item_refused": _item_refused,
        "prosecution_owed": _prosecution_owed,
        "instead_open": _instead_open,
        "enforcement_asked": _enforcement_asked,
        "ended": _ended,
        "granted_or_given": _granted_or_given,
    }
)
TERMS: Final[Mapping[str, TermsPredicate]] = MappingProxyType(
    {
        "end_later": _end_later,
        "custody_has_end": _custody_has_end,
        "bail_on_release": _bail_on_release,
        "no_bail": _no_bail,
        "handed_on_for_good": _handed_on_for_good,
    }
)
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "arrest_follows": _arrest_follows,
        "court_first": _court_first,
        "surrender_follows": _surrender_follows,
        "surrenders_granted_items": _surrenders_granted_items,
        "open_or_release": _open_or_release,
        "open_or_return": _open_or_return,
        "prosecutes_refused_items": _prosecutes_refused_items,
        "asks_refused_items": _asks_refused_items,
        "enforces_asked_items": _enforces_asked_items,
    }
)
