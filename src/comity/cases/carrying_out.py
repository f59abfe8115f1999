"""What was granted, done and given between two States, and what is owed of it: until it is destroyed.

Promises: as ``begun``; preservation runs from when it was effected, and not from a request or a receipt.

Leaves to others: what waits for an answer (``answers_owed``), persons (``persons_held``), lengths (law data).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.terms import CloseReason
from comity.cases.begun import Begun, Seen, Start, is_live, owed
from comity.cases.limits import holding
from comity.cases.persons import surrendered
from comity.cases.ratification import unratified
from comity.cases.request import SUCCESS, ItemStanding
from comity.cases.use import destroyed


def _effected(seen: Seen) -> Iterator[Begun]:
    """Execution succeeded for the first time. Who asked has time to follow it up, or to ask for more.

    What is preserved is held also after the closing, unless it was refused, or what follows was decided.
    """
    for request in seen.requests:
        done = [one for one in request.effected if one.outcome in SUCCESS]
        if not done:
            continue
        first = min(done, key=lambda one: (one.at, one.id))
        expired = not any(item.effected in SUCCESS for item in request.live_items)
        longer = [one for one in request.extensions if one.by == request.requested]
        after = [one for one in seen.case.requests.values() if one.follows == request.id and not one.draft]
        held_for = tuple(later.id for later in after if later.undecided and is_live(later))
        served = any(not later.undecided for later in after)
        refused = request.closed is not None and request.closed.outcome is CloseReason.REFUSED
        closed = request.closed is not None and (served or refused) and not held_for
        yield Begun(
            act=first.id,
            since=first.at,
            by=request.requesting,
            place=request.requested,
            request=request.id,
            ended=request.withdrawn is not None or expired or closed,
            asked_until=request.extended_by(request.requesting),
            extended_until=request.extended_by(request.requested),
            extended_by=max(longer, key=lambda one: (one.until, one.id)).id if longer else None,
            held_for=held_for,
        )


def _decide(seen: Seen) -> Iterator[Begun]:
    """Something was decided for the first time: what was granted is to be carried out."""
    for request in seen.requests:
        if request.decisions:
            first = min(request.decisions, key=lambda one: (one.at, one.id))
            given = {id for one in request.exhibits for id in one.items}
            awaited = any(
                item.standing is ItemStanding.GRANTED
                and item.effected is None
                and item.id not in given
                and surrendered(request, item.id) is None
                for item in request.items
            )
            yield owed(first, request.requested, request.id, over=not is_live(request) or not awaited)


def _decided_alone(seen: Seen) -> Iterator[Begun]:
    """One person decided alone: a second one says whether it stands."""
    for request in seen.requests:
        waiting = {one.id for one in unratified(request)}
        for one in request.decisions:
            if one.ratify_by is not None:
                over = one.id not in waiting
                yield owed(one, request.requested, request.id, until=one.ratify_by, person=True, over=over)


def _deliver(seen: Seen) -> Iterator[Begun]:
    """Exhibits were announced: they are to be taken into custody."""
    for request in seen.requests:
        for one in request.deliveries:
            over = all(exhibit.taken is not None for exhibit in one.exhibits)
            yield owed(one, request.requesting, request.id, over=over)


def _recall(seen: Seen) -> Iterator[Begun]:
    """Exhibits were called back, to be destroyed or given back by a stated time."""
    for request in seen.requests:
        gone = destroyed(request)
        for one in request.said("recall"):
            over = gone.issuperset(one.terms.exhibits)
            yield owed(one, request.requesting, request.id, until=one.terms.destroy_by, over=over)


def _disposal(seen: Seen) -> Iterator[Begun]:
    """A condition states by when what was given is destroyed or sent back."""
    for request in seen.requests:
        gone = destroyed(request)
        given = {e.exhibit: one.at for one in request.deliveries for e in one.exhibits}
        for held in holding(request):
            if held.limit.until is not None:
                yield Begun(
                    act=held.source,
                    since=given[held.exhibit],
                    by=request.requesting,
                    request=request.id,
                    until=held.limit.until,
                    label=f"{held.exhibit}/{held.limit.id}",
                    ended=held.exhibit in gone or not held.binds,
                )


STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        "effected": _effected,
        "decide": _decide,
        "decided_alone": _decided_alone,
        "deliver": _deliver,
        "recall": _recall,
        "disposal": _disposal,
    }
)
