"""The events of a case that set a clock going: a registry of names that law data may use.

Promises: pure; each start reads the folded case (and what stays at home) and gives every time it happened,
over or not, in whatever order the acts came; none is an act's receipt. It names its act and its own time.

Leaves to others: how long a clock runs and what holds then (law data), counting (``clocks``), what is still
due of it and for whom (``due``). A new start is a function, and a line in ``STARTS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts.home_terms import Returned
from comity.cases.case import Case
from comity.cases.chasing import outstanding
from comity.cases.costs import open_offers
from comity.cases.duties import Called, arose, called_back, untold
from comity.cases.home import HomeCase
from comity.cases.limits import holding
from comity.cases.persons import surrendered, to_prosecute
from comity.cases.ratification import unratified
from comity.cases.request import SUCCESS, ItemStanding, RequestState
from comity.cases.use import destroyed


@dataclass(frozen=True, slots=True)
class Seen:
    """What a start reads: the shared case, and what one State has said at home, if that is known."""

    case: Case
    home: HomeCase | None = None
    owing: frozenset[str] = frozenset()
    """Grounds of refusal that open the duty to prosecute instead, as the tables name them."""


@dataclass(frozen=True, slots=True)
class Begun:
    """That something began, for which somebody has time.

    ``act``: the act that set it; ``since``: the legal event's time. ``by``: the State that has to act;
    ``person``: a second person there, not the office. ``place``: the State in whose days it runs (``by``,
    unless given). ``until``: when it ends, where the act says so: an instant, or a day that counts whole.
    ``label``: which of several of one act (an item, a remedy). ``ended``: nothing is owed of it any more.
    The rest is of preservation: ``asked_until``, ``extended_until`` by the one side and the other, and the
    act that extended it; ``held_for``: requests for which data stays held whatever the clock says.
    """

    act: str
    since: str
    by: str
    request: str | None = None
    until: str | None = None
    place: str | None = None
    label: str | None = None
    person: bool = False
    ended: bool = False
    asked_until: str | None = None
    extended_until: str | None = None
    extended_by: str | None = None
    held_for: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The State in whose days it runs."""
        return self.place or self.by


Start = Callable[[Seen], Iterable[Begun]]


def is_live(request: RequestState) -> bool:
    """Whether anything is still to come of a request."""
    return not request.draft and request.withdrawn is None and request.closed is None


def _requests(seen: Seen) -> Iterator[RequestState]:
    return (one for one in seen.case.requests.values() if not one.draft)


def _effected(seen: Seen) -> Iterator[Begun]:
    """Execution succeeded for the first time. Who asked has time to follow it up, or to ask for more."""
    for request in _requests(seen):
        done = [one for one in request.effected if one.outcome in SUCCESS]
        if not done:
            continue
        first = min(done, key=lambda one: (one.at, one.id))
        expired = not any(item.effected in SUCCESS for item in request.live_items)
        longer = [one for one in request.extensions if one.by == request.requested]
        held_for = tuple(
            later.id
            for later in seen.case.requests.values()
            if later.follows == request.id and later.undecided and is_live(later)
        )
        closed = request.closed is not None and not held_for
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


def _request(seen: Seen) -> Iterator[Begun]:
    """A request was made: it waits for a decision on every item."""
    for request in _requests(seen):
        over = not is_live(request) or not request.undecided
        yield Begun(request.id, request.at, request.requested, request=request.id, ended=over)


def _decide(seen: Seen) -> Iterator[Begun]:
    """Something was decided for the first time: what was granted is to be carried out."""
    for request in _requests(seen):
        if request.decisions:
            first = min(request.decisions, key=lambda one: (one.at, one.id))
            given = {id for one in request.exhibits for id in one.items}
            owed = any(
                item.standing is ItemStanding.GRANTED
                and item.effected is None
                and item.id not in given
                and surrendered(request, item.id) is None
                for item in request.items
            )
            over = not is_live(request) or not owed
            yield Begun(first.id, first.at, request.requested, request=request.id, ended=over)


def _arrested(seen: Seen) -> Iterator[Begun]:
    """A person is in custody until a stated time, also where the request has ended: to be let go."""
    for request in _requests(seen):
        last: dict[str, str] = {}
        for one in request.said("arrest"):
            last |= dict.fromkeys(one.terms.items, one.id)
        for one in request.said("arrest"):
            if one.terms.until is None:
                continue
            for item in one.terms.items:
                over = last[item] != one.id or surrendered(request, item) is not None
                yield Begun(
                    act=one.id,
                    since=one.terms.at,
                    by=request.requested,
                    request=request.id,
                    until=one.terms.until,
                    label=item,
                    ended=over,
                )


def _nationality(seen: Seen) -> Iterator[Begun]:
    """Surrender was refused because of nationality: one's own prosecutors are owed it, also after closing."""
    for request in _requests(seen):
        owed = set(to_prosecute(request, seen.owing))
        for item in request.items:
            decision = None if item.decision is None else request.decision(item.decision)
            if decision is not None and not seen.owing.isdisjoint(item.grounds):
                yield Begun(
                    act=decision.id,
                    since=decision.at,
                    by=request.requested,
                    request=request.id,
                    label=item.id,
                    ended=item.id not in owed,
                )


def _papers_awaited(seen: Seen) -> Iterator[Begun]:
    """A person is held for a request that has not been made yet: whoever wants the person has to make it."""
    followed = {one.follows for one in seen.case.requests.values() if one.follows is not None}
    for begun in _arrested(seen):
        request = seen.case.requests[str(begun.request)]
        if request.measure == "provisional_arrest":
            yield Begun(
                act=begun.act,
                since=begun.since,
                by=request.requesting,
                place=request.requested,
                request=request.id,
                until=begun.until,
                label=begun.label,
                ended=begun.ended or request.id in followed or not is_live(request),
            )


def _consult(seen: Seen) -> Iterator[Begun]:
    """Consultation was offered, to be answered by a stated time."""
    for request in _requests(seen):
        for one in request.consultations:
            used = any(decision.consultation == one.id for decision in request.decisions)
            yield Begun(
                act=one.id,
                since=one.at,
                by=request.requesting,
                request=request.id,
                until=one.answer_by,
                ended=one.reply is not None or used or not is_live(request),
            )


def _postpone(seen: Seen) -> Iterator[Begun]:
    """A decision on an item was put off to a day on which it is looked at again."""
    for request in _requests(seen):
        for item in request.items:
            decision = None if item.decision is None else request.decision(item.decision)
            if decision is not None and item.review_on is not None:
                yield Begun(
                    act=decision.id,
                    since=decision.at,
                    by=request.requested,
                    request=request.id,
                    until=item.review_on,
                    label=item.id,
                    ended=item.standing is not ItemStanding.POSTPONED or not is_live(request),
                )


def _ask(seen: Seen) -> Iterator[Begun]:
    """Questions were asked of a State."""
    for request in seen.case.requests.values():
        for ask in request.asks:
            other = request.requested if ask.by == request.requesting else request.requesting
            answered = all(question.answer is not None for question in ask.questions)
            over = answered or request.withdrawn is not None or request.closed is not None
            yield Begun(ask.id, ask.at, other, request=request.id, ended=over)


def _conditions(seen: Seen) -> Iterator[Begun]:
    """Something was granted on conditions that wait to be accepted."""
    for request in _requests(seen):
        open_ = {item.decision for item in request.items if item.standing is ItemStanding.CONDITIONAL}
        for one in request.decisions:
            if one.conditions:
                over = one.id not in open_ or not is_live(request)
                yield Begun(one.id, one.at, request.requesting, request=request.id, ended=over)


def _deliver(seen: Seen) -> Iterator[Begun]:
    """Exhibits were announced: they are to be taken into custody."""
    for request in _requests(seen):
        for one in request.deliveries:
            over = all(exhibit.taken is not None for exhibit in one.exhibits)
            yield Begun(one.id, one.at, request.requesting, request=request.id, ended=over)


def _seek_consent(seen: Seen) -> Iterator[Begun]:
    """Consent to another use was sought."""
    for request in _requests(seen):
        given = {one.terms.sought for one in request.said("consent")}
        for one in request.said("seek_consent"):
            other = request.requested if one.by == request.requesting else request.requesting
            yield Begun(one.id, one.at, other, request=request.id, ended=one.id in given)


def _status(seen: Seen) -> Iterator[Begun]:
    """How far a request has come was asked."""
    for request in _requests(seen):
        answered = {one.terms.asked for one in request.said("status")}
        for one in request.said("status"):
            if one.terms.asked is None:
                other = request.requested if one.by == request.requesting else request.requesting
                over = one.id in answered or not is_live(request)
                yield Begun(one.id, one.at, other, request=request.id, until=one.terms.by, ended=over)


def _wanted(seen: Seen) -> Iterator[Begun]:
    """A time was suggested by which something is wanted."""
    for request in _requests(seen):
        if request.wanted_by is not None:
            over = not outstanding(request)
            yield Begun(
                request.id,
                request.at,
                request.requested,
                request=request.id,
                until=request.wanted_by,
                ended=over,
            )


def _offer_costs(seen: Seen) -> Iterator[Begun]:
    """Consultation on costs was offered, to be answered by a stated time."""
    for request in _requests(seen):
        unanswered = open_offers(request)
        for one in request.said("offer_costs"):
            yield Begun(
                act=one.id,
                since=one.at,
                by=request.requesting,
                request=request.id,
                until=one.terms.answer_by,
                ended=one.id not in unanswered or not is_live(request),
            )


def _hand_over(seen: Seen) -> Iterator[Begun]:
    """A case was handed to the next person, who has not taken it over."""
    if seen.home is not None:
        for one in seen.home.work.hand_overs:
            yield Begun(one.act, one.at, seen.home.state, person=True, ended=not one.open)


def _recall(seen: Seen) -> Iterator[Begun]:
    """Exhibits were called back, to be destroyed or given back by a stated time."""
    for request in _requests(seen):
        gone = destroyed(request)
        for one in request.said("recall"):
            yield Begun(
                act=one.id,
                since=one.at,
                by=request.requesting,
                request=request.id,
                until=one.terms.destroy_by,
                ended=gone.issuperset(one.terms.exhibits),
            )


def _extend(seen: Seen) -> Iterator[Begun]:
    """Preservation was asked to last longer, and nobody has said yet that it does."""
    for request in _requests(seen):
        said = request.extended_by(request.requested)
        for one in request.extensions:
            if one.by == request.requesting:
                over = (said is not None and said >= one.until) or not is_live(request)
                yield Begun(one.id, one.at, request.requested, request=request.id, ended=over)


def _act_alone(seen: Seen) -> Iterator[Begun]:
    """One person acted alone: a second one ratifies it at home, or does not."""
    for one in () if seen.home is None else seen.home.ratifications:
        request = seen.case.requests[one.request]
        yield Begun(
            act=one.request,
            since=request.at,
            by=request.requesting,
            request=one.request,
            until=one.by,
            person=True,
            ended=one.act is not None or request.withdrawn is not None,
        )


def _register(seen: Seen) -> Iterator[Begun]:
    """Something came in by another way, to be confirmed by a stated time."""
    if seen.home is not None:
        for one in seen.home.registers:
            if one.confirm_by is not None:
                over = not one.waits
                yield Begun(
                    one.id, one.at, seen.home.state, request=one.about, until=one.confirm_by, ended=over
                )


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
                over = not one.open
                yield Begun(
                    one.id, one.at, seen.home.state, request=one.about, until=one.answer_by, ended=over
                )


def _objection(seen: Seen) -> Iterator[Begun]:
    """Who was ordered objects: somebody heeds it, overrules it, or puts it to the State that asked."""
    if seen.home is not None:
        for order in seen.home.desk.orders:
            for one in order.returns:
                if one.outcome is Returned.OBJECTED:
                    over = one.ruled is not None
                    yield Begun(one.id, one.at, seen.home.state, request=order.about, ended=over)


def _decided_alone(seen: Seen) -> Iterator[Begun]:
    """One person decided alone: a second one says whether it stands."""
    for request in _requests(seen):
        waiting = {one.id for one in unratified(request)}
        for one in request.decisions:
            if one.ratify_by is not None:
                yield Begun(
                    act=one.id,
                    since=one.at,
                    by=request.requested,
                    request=request.id,
                    until=one.ratify_by,
                    person=True,
                    ended=one.id not in waiting,
                )


def _emergency(seen: Seen) -> Iterator[Begun]:
    """A request came in that says it is an emergency: the office that asks is called back."""
    if seen.home is not None:
        for request in _requests(seen):
            called = called_back(request, seen.home.duties)
            if request.requested == seen.home.state and called is not Called.NOT_NEEDED:
                over = called is not Called.AWAITED or not is_live(request)
                yield Begun(request.id, request.at, request.requested, request=request.id, ended=over)


def _disposal(seen: Seen) -> Iterator[Begun]:
    """A condition states by when what was given is destroyed or sent back."""
    for request in _requests(seen):
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


def _notice(seen: Seen) -> Iterator[Begun]:
    """Something was done of which the person concerned is told, at once or when a delay ends."""
    if seen.home is None:
        return
    for request in _requests(seen):
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
    """What was passed on was called back, or a limit on it broken: who holds it is told."""
    if seen.home is None:
        return
    for request in _requests(seen):
        if request.requesting == seen.home.state:
            at = {one.id: one.at for one in request.noted}
            for one in untold(request, seen.home.duties):
                label = f"{one.exhibit}/{one.to}"
                yield Begun(one.act, at[one.act], request.requesting, request=request.id, label=label)


STARTS: Final[Mapping[str, Start]] = MappingProxyType(
    {
        "effected": _effected,
        "request": _request,
        "decide": _decide,
        "arrested": _arrested,
        "papers_awaited": _papers_awaited,
        "nationality": _nationality,
        "consult": _consult,
        "postpone": _postpone,
        "ask": _ask,
        "conditions": _conditions,
        "deliver": _deliver,
        "seek_consent": _seek_consent,
        "status": _status,
        "wanted": _wanted,
        "offer_costs": _offer_costs,
        "hand_over": _hand_over,
        "recall": _recall,
        "extend": _extend,
        "act_alone": _act_alone,
        "register": _register,
        "unsent": _unsent,
        "order": _order,
        "objection": _objection,
        "decided_alone": _decided_alone,
        "emergency": _emergency,
        "disposal": _disposal,
        "notice": _notice,
        "holder": _holder,
    }
)
"""Every event that a clock of the law data may name in ``starts``."""
