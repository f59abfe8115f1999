"""What one side asked of the other, or offered it, and is to be answered.

Promises: as ``begun``; whatever is answered, or cannot be answered any more, has ended and is still told.

Leaves to others: what was granted and is to be carried out (``carrying_out``), lengths (law data).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.cases.begun import Begun, Seen, Start, is_live, other_side, owed
from comity.cases.chasing import outstanding
from comity.cases.costs import open_offers
from comity.cases.request import ItemStanding


def _request(seen: Seen) -> Iterator[Begun]:
    """A request was made: it waits for a decision on every item."""
    for request in seen.requests:
        over = not is_live(request) or not request.undecided
        yield owed(request, request.requested, request.id, over=over)


def _consult(seen: Seen) -> Iterator[Begun]:
    """Consultation was offered, to be answered by a stated time."""
    for request in seen.requests:
        for one in request.consultations:
            used = any(decision.consultation == one.id for decision in request.decisions)
            over = one.reply is not None or used or not is_live(request)
            yield owed(one, request.requesting, request.id, until=one.answer_by, over=over)


def _postpone(seen: Seen) -> Iterator[Begun]:
    """A decision on an item was put off to a day on which it is looked at again."""
    for request in seen.requests:
        for item in request.items:
            decision = None if item.decision is None else request.decision(item.decision)
            if decision is not None and item.review_on is not None:
                over = item.standing is not ItemStanding.POSTPONED or not is_live(request)
                yield owed(
                    decision, request.requested, request.id, until=item.review_on, label=item.id, over=over
                )


def _ask(seen: Seen) -> Iterator[Begun]:
    """Questions were asked of a State."""
    for request in seen.case.requests.values():
        for ask in request.asks:
            answered = all(question.answer is not None for question in ask.questions)
            over = answered or request.withdrawn is not None or request.closed is not None
            yield owed(ask, other_side(request, ask.by), request.id, over=over)


def _conditions(seen: Seen) -> Iterator[Begun]:
    """Something was granted on conditions that wait to be accepted."""
    for request in seen.requests:
        open_ = {item.decision for item in request.items if item.standing is ItemStanding.CONDITIONAL}
        for one in request.decisions:
            if one.conditions:
                over = one.id not in open_ or not is_live(request)
                yield owed(one, request.requesting, request.id, over=over)


def _seek_consent(seen: Seen) -> Iterator[Begun]:
    """Consent to another use was sought."""
    for request in seen.requests:
        given = {one.terms.sought for one in request.said("consent")}
        for one in request.said("seek_consent"):
            yield owed(one, other_side(request, one.by), request.id, over=one.id in given)


def _status(seen: Seen) -> Iterator[Begun]:
    """How far a request has come was asked."""
    for request in seen.requests:
        answered = {one.terms.asked for one in request.said("status")}
        for one in request.said("status"):
            if one.terms.asked is None:
                over = one.id in answered or not is_live(request)
                yield owed(one, other_side(request, one.by), request.id, until=one.terms.by, over=over)


def _promised(seen: Seen) -> Iterator[Begun]:
    """Who was asked how far it is promised the next word by a time; a later word takes its place."""
    for request in seen.requests:
        told = [one for one in request.said("status") if one.terms.asked is not None]
        last = {one.by: one.id for one in told}
        for one in told:
            if one.terms.by is not None:
                over = last[one.by] != one.id or not outstanding(request)
                yield owed(one, one.by, request.id, until=one.terms.by, over=over)


def _wanted(seen: Seen) -> Iterator[Begun]:
    """A time was suggested by which something is wanted."""
    for request in seen.requests:
        if request.wanted_by is not None:
            over = not outstanding(request)
            yield owed(request, request.requested, request.id, until=request.wanted_by, over=over)


def _offer_costs(seen: Seen) -> Iterator[Begun]:
    """Consultation on costs was offered, to be answered by a stated time."""
    for request in seen.requests:
        unanswered = open_offers(request)
        for one in request.said("offer_costs"):
            over = one.id not in unanswered or not is_live(request)
            yield owed(one, request.requesting, request.id, until=one.terms.answer_by, over=over)


def _extend(seen: Seen) -> Iterator[Begun]:
    """Preservation was asked to last longer, and nobody has said yet that it does."""
    for request in seen.requests:
        said = request.extended_by(request.requested)
        for one in request.extensions:
            if one.by == request.requesting:
                over = (said is not None and said >= one.until) or not is_live(request)
                yield owed(one, request.requested, request.id, over=over)


STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        "request": _request,
        "consult": _consult,
        "postpone": _postpone,
        "ask": _ask,
        "conditions": _conditions,
        "seek_consent": _seek_consent,
        "status": _status,
        "promised": _promised,
        "wanted": _wanted,
        "offer_costs": _offer_costs,
        "extend": _extend,
    }
)
