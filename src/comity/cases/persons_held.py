"""Persons who are held for another State, handed over or not, or who came: what is owed because of that.

Promises: as ``begun``; custody is told until its end also where the request has ended: to be let go.

Leaves to others: whether an arrest or a surrender follows (``persons``), how long custody may last (the act).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import terms as t
from comity.cases.assurances import broken_assurances, to_serve_at_home
from comity.cases.begun import Begun, Seen, Start, is_live, owed
from comity.cases.persons import surrendered, to_prosecute


def _arrested(seen: Seen) -> Iterator[Begun]:
    """A person is in custody until a stated time, also where the request has ended: to be let go."""
    for request in seen.requests:
        last: dict[str, str] = {}
        for one in request.said("arrest"):
            last |= dict.fromkeys(one.terms.items, one.id)
        for one in request.said("arrest"):
            if one.terms.until is None:
                continue
            for item in one.terms.items:
                yield owed(
                    one,
                    request.requested,
                    request.id,
                    since=one.terms.at,
                    until=one.terms.until,
                    label=item,
                    over=last[item] != one.id or surrendered(request, item) is not None,
                )


def _papers_awaited(seen: Seen) -> Iterator[Begun]:
    """A person is held for a request that has not been made yet: whoever wants the person has to make it."""
    followed = {one.follows for one in seen.case.requests.values() if one.follows is not None}
    for begun in _arrested(seen):
        request = seen.case.requests[str(begun.request)]
        if request.measure == "provisional_arrest":
            over = begun.ended or request.id in followed or not is_live(request)
            yield replace(begun, by=request.requesting, place=request.requested, ended=over)


def _nationality(seen: Seen) -> Iterator[Begun]:
    """Surrender was refused because of nationality: one's own prosecutors are owed it, also after closing."""
    for request in seen.requests:
        open_ = set(to_prosecute(request, seen.owing))
        for item in request.items:
            decision = None if item.decision is None else request.decision(item.decision)
            if decision is not None and not seen.owing.isdisjoint(item.grounds):
                yield owed(decision, request.requested, request.id, label=item.id, over=item.id not in open_)


def _to_return(seen: Seen) -> Iterator[Begun]:
    """A person was handed over for a time, and is to be back by a stated one, also after closing."""
    for request in seen.requests:
        last = {item: one.id for one in request.said("surrender") for item in one.terms.items}
        for one in request.said("surrender"):
            if one.terms.return_by is not None:
                for item in one.terms.items:
                    yield owed(
                        one,
                        request.requesting,
                        request.id,
                        since=one.terms.at,
                        until=one.terms.return_by,
                        label=item,
                        over=last[item] != one.id,  # nobody is handed over again who has not come back
                    )


def _to_serve(seen: Seen) -> Iterator[Begun]:
    """Who is to be sent back to serve was sentenced, for good: the State that has the person sends back."""
    for request in seen.requests:
        for one, item in to_serve_at_home(request):
            over = surrendered(request, item) is t.Manner.RETURNED
            yield owed(one, request.requesting, request.id, since=one.terms.at, label=item, over=over)


def _assurance_broken(seen: Seen) -> Iterator[Begun]:
    """A condition on which a person was surrendered was broken: to be put right, or lifted by consent."""
    for request in seen.requests:
        open_ = {one.id for one in broken_assurances(request)}
        for one in (*request.said("sentence"), *request.said("breach")):
            if one.terms.items and getattr(one.terms, "broken", True):
                over = one.id not in open_
                yield owed(one, request.requesting, request.id, since=one.terms.at, over=over)


def _presence_over(seen: Seen) -> Iterator[Begun]:
    """Who came freely was told that the presence is no longer needed: from then on there is time to leave."""
    if seen.home is not None:
        for one in seen.home.duties.presences:
            for item in one.items:
                yield owed(one, seen.home.state, one.about, label=item, over=False)


STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        "arrested": _arrested,
        "papers_awaited": _papers_awaited,
        "nationality": _nationality,
        "to_return": _to_return,
        "to_serve": _to_serve,
        "assurance_broken": _assurance_broken,
        "presence_over": _presence_over,
    }
)
