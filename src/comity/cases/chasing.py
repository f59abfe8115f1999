"""What has waited too long on the other side: a time that somebody stated went by without an answer.

Promises: only times that were stated are looked at: by when a request is wanted, when an answer was promised
or asked for, when something postponed was to be looked at again. Nothing is sent by this. Pure.

Leaves to others: the law's own periods (``clocks``), the reminder itself (``app.correspond``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from comity.acts import terms as t
from comity.cases.case import Case
from comity.cases.request import ItemStanding, RequestState


class Passed(StrEnum):
    """Which stated time has passed."""

    WANTED = "wanted"
    PROMISED = "promised"
    ASKED = "asked"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Chase:
    """A reason to remind the other side. ``said``: the act that stated the time; ``at``: that time.

    ``reminders``: how often this side has asked how far the request is.
    """

    request: str
    passed: Passed
    said: str
    at: str
    reminders: int


def chases(case: Case, state: str, now: str) -> tuple[Chase, ...]:
    """Every reason that a State has to remind the other one, by request and time.

    Args:
        case: the folded case.
        state: the State that asked.
        now: the present instant, as acts write it.
    """
    found = [
        Chase(request.id, passed, said, at, len(reminders(request, state)))
        for request in case.requests.values()
        if request.requesting == state and outstanding(request)
        for passed, said, at in _stated(request, state)
        if at <= now
    ]
    return tuple(sorted(found, key=lambda one: (one.request, one.at, one.passed)))


def outstanding(request: RequestState) -> bool:
    """Whether something asked for is neither refused, nor given, nor reported as not to be had."""
    if request.draft or request.withdrawn is not None or request.closed is not None:
        return False
    delivered = {id for exhibit in request.exhibits for id in exhibit.items}
    return any(
        item.standing is not ItemStanding.REFUSED and item.effected is None and item.id not in delivered
        for item in request.live_items
    )


def reminders(request: RequestState, state: str) -> tuple[str, ...]:
    """The acts by which a State asked how far a request is."""
    return tuple(one.id for one in request.said("status") if one.by == state and one.terms.asked is None)


def _stated(request: RequestState, state: str) -> Iterator[tuple[Passed, str, str]]:
    """Each time stated, by the act that stated it."""
    if request.wanted_by is not None:
        yield Passed.WANTED, request.id, request.wanted_by
    words = [one for one in request.said("status") if isinstance(one.terms, t.StatusTerms)]
    answered = {one.terms.asked for one in words}
    told = [one for one in words if one.by != state and one.terms.asked is not None]
    # A later word takes the place of what was promised before.
    if told and told[-1].terms.by is not None:
        yield Passed.PROMISED, told[-1].id, told[-1].terms.by
    for one in words:
        if one.by == state and one.terms.asked is None and one.id not in answered and one.terms.by:
            yield Passed.ASKED, one.id, one.terms.by
    for item in request.items:
        if item.standing is ItemStanding.POSTPONED and item.review_on and item.decision:
            yield Passed.REVIEW, item.decision, item.review_on
