"""What one State owes at home: to a second person, to paper, to who was ordered, to the person concerned.

Promises: as ``begun``; where nothing is known of a State's home, nothing of it is told.

Leaves to others: what a State says at home (``home``), lengths (law data).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.home_terms import Returned
from comity.cases.begun import Begun, Seen, Start, is_live, owed
from comity.cases.duties import Called, arose, called_back, untold


def _hand_over(seen: Seen) -> Iterator[Begun]:
    """A case was handed to the next person, who has not taken it over."""
    if seen.home is not None:
        for one in seen.home.work.hand_overs:
            yield Begun(one.act, one.at, seen.home.state, person=True, ended=not one.open)


def _act_alone(seen: Seen) -> Iterator[Begun]:
    """One person acted alone: a second one ratifies it at home, or does not."""
    for one in () if seen.home is None else seen.home.ratifications:
        request = seen.case.requests[one.request]
        over = one.act is not None or request.withdrawn is not None
        yield owed(request, request.requesting, request.id, until=one.by, person=True, over=over)


def _register(seen: Seen) -> Iterator[Begun]:
    """Something came in by another way, to be confirmed by a stated time."""
    if seen.home is not None:
        for one in seen.home.registers:
            if one.confirm_by is not None:
                yield owed(one, seen.home.state, one.about, until=one.confirm_by, over=not one.waits)


def _unsent(seen: Seen) -> Iterator[Begun]:
    """Something was said to an office without a node: a letter of it is to go out."""
    if seen.home is not None:
        for one in seen.home.desk.unsent:
            request = one.request if one.request in seen.case.requests else None
            yield Begun(one.act, one.at, seen.home.state, request=request)


def _order(seen: Seen) -> Iterator[Begun]:
    """Somebody at home, or a provider, was ordered to do something, and answers by a stated time."""
    if seen.home is not None:
        for one in seen.home.desk.orders:
            if one.answer_by is not None:
                yield owed(one, seen.home.state, one.about, until=one.answer_by, over=not one.open)


def _kept_by_order(seen: Seen) -> Iterator[Begun]:
    """Somebody was ordered: the order itself lasts no longer than the law lets, unless it is renewed."""
    if seen.home is not None:
        orders = seen.home.desk.orders
        for place, one in enumerate(orders):
            request = seen.case.requests.get(one.about)
            renewed = any(
                (later.about, later.contact) == (one.about, one.contact)
                and set(one.items) <= set(later.items)
                for later in orders[place + 1 :]
            )
            nothing = bool(one.returns) and one.returns[-1].outcome is Returned.NOTHING_HELD
            over = renewed or nothing or request is None or not is_live(request)
            yield owed(one, seen.home.state, one.about, over=over)


def _objection(seen: Seen) -> Iterator[Begun]:
    """Who was ordered objects: somebody heeds it, overrules it, or puts it to the State that asked."""
    if seen.home is not None:
        for order in seen.home.desk.orders:
            for one in order.returns:
                if one.outcome is Returned.OBJECTED:
                    yield owed(one, seen.home.state, order.about, over=one.ruled is not None)


def _emergency(seen: Seen) -> Iterator[Begun]:
    """A request came in that says it is an emergency: the office that asks is called back."""
    if seen.home is not None:
        for request in seen.requests:
            called = called_back(request, seen.home.duties)
            if request.requested == seen.home.state and called is not Called.NOT_NEEDED:
                over = called is not Called.AWAITED or not is_live(request)
                yield owed(request, request.requested, request.id, over=over)


def _notice(seen: Seen) -> Iterator[Begun]:
    """Something was done of which the person concerned is told, at once or when a delay ends."""
    if seen.home is None:
        return
    for request in seen.requests:
        for item in request.live_items:
            since = arose(request, item.id)
            said = [n for n in seen.home.duties.notices if n.about == request.id and item.id in n.items]
            if since is not None:
                yield Begun(
                    act=said[-1].id if said else since[1],
                    since=since[0],
                    by=seen.home.state,
                    request=request.id,
                    until=said[-1].until if said else None,
                    label=item.id,
                    ended=any(n.until is None for n in said),
                )


def _holder(seen: Seen) -> Iterator[Begun]:
    """What was passed on or handed out was called back, or a limit on it broken: who holds it is told."""
    if seen.home is None:
        return
    handed = seen.home.handed
    for request in seen.requests:
        noted = {one.id: one for one in request.noted}
        for one in untold(request, seen.home.duties, handed, home=seen.home.state):
            label = f"{one.exhibit}/{one.to[:_BRIEF] if one.at_home else one.to}"
            yield owed(noted[one.act], seen.home.state, request.id, label=label, over=False)


_BRIEF: Final = 12
"""Letters of an act's id that tell it from others in a label."""

STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        "hand_over": _hand_over,
        "act_alone": _act_alone,
        "register": _register,
        "unsent": _unsent,
        "order": _order,
        "kept_by_order": _kept_by_order,
        "objection": _objection,
        "emergency": _emergency,
        "notice": _notice,
        "holder": _holder,
    }
)
