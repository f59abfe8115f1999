"""What a State does at home about limits and duties: uses asked, calls back, notice, what arrest asks for.

Promises: a function of the acts at home, in their order, of the shared case and of an instant. Whatever is
to be done stays to be done until an act says that it was: nothing lapses in silence.

Leaves to others: who may sign (``app``), lengths of time (``law``), telling what is due (``due``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.acts import duty_terms as d
from comity.acts.home_terms import DiscloseTerms
from comity.acts.knowing_terms import ExportTerms
from comity.acts.person_terms import Afforded, AffordTerms
from comity.acts.terms import ArrestEvent, Urgency
from comity.cases.limits import holders, open_breaches
from comity.cases.persons import custody_of, surrendered
from comity.cases.request import SUCCESS, RequestState
from comity.cases.standing import InOrder, NotInOrder

DUTIES: Final = frozenset(
    {"ask_use", "called_back", "notify_person", "delay_notice", "tell_holder", "afford"}
)
"""The kinds of act that are read here; each is about a request."""

EMERGENCY: Final = "emergency_data"
"""The measure that is asked for in an emergency alone, whatever urgency its request states."""


@dataclass(frozen=True, slots=True)
class UseAsked:
    """A use that was asked for, also where it was refused. ``by``: the key that asked."""

    id: str
    about: str
    by: str
    at: str
    terms: d.AskUseTerms


@dataclass(frozen=True, slots=True)
class Callback:
    id: str
    about: str
    office: str
    entry: int
    outcome: d.Reached
    at: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What was said of notice to the person concerned. ``until``: it waits so long; none: it was given.

    ``decided_by``: the function of the office that let it wait.
    """

    id: str
    about: str
    items: tuple[str, ...]
    at: str
    until: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class HolderTold:
    """``to``: a State, or the act at home by which something was handed out.

    ``id`` is that very act where what was handed out tells of it itself.
    """

    id: str
    about: str
    act: str
    to: str


@dataclass(frozen=True, slots=True)
class AffordedTo:
    """What persons under arrest were afforded, asked for, or did not want."""

    id: str
    about: str
    items: tuple[str, ...]
    afforded: Afforded
    at: str


@dataclass(frozen=True, slots=True)
class Duties:
    """All of it, as it was said. ``presences``: who was told that the presence is no longer needed."""

    uses: tuple[UseAsked, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    notices: tuple[Notice, ...] = ()
    presences: tuple[Notice, ...] = ()
    told: tuple[HolderTold, ...] = ()
    afforded: tuple[AffordedTo, ...] = ()


@dataclass(frozen=True, slots=True)
class Unafforded:
    """Nothing is on record of this for a person under arrest. ``since``, ``act``: the arrest."""

    item: str
    what: Afforded
    since: str
    act: str


_ASKED_AFTER: Final = (
    (Afforded.CONSULAR_NOTICE, Afforded.CONSULAR_DECLINED),
    (Afforded.COUNSEL, Afforded.COUNSEL_DECLINED),
)
"""What is asked after until something is said of it: no instrument held here names it, or says by when."""


class Called(StrEnum):
    """Whether the office that asks in an emergency was called back, and said that it asks."""

    NOT_NEEDED = "not_needed"
    AWAITED = "awaited"
    CONFIRMED = "confirmed"
    DENIED = "denied"


class Told(StrEnum):
    """Whether the person concerned was told. ``early``: nothing was done yet of which to tell."""

    EARLY = "early"
    DUE = "due"
    DELAYED = "delayed"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class NoticeOf:
    """How notice stands for one item. ``since``: when the duty arose; ``until``: how long it waits."""

    item: str
    stands: Told
    since: str | None = None
    until: str | None = None
    act: str | None = None


@dataclass(frozen=True, slots=True)
class Untold:
    """Who holds an exhibit and was not told of a recall or a breach (``act``).

    ``to``: a State to which it was passed on, or the act at home by which it was handed out.
    """

    exhibit: str
    to: str
    act: str
    at_home: bool = False


def called_back(request: RequestState, duties: Duties) -> Called:
    """How far an emergency request that came in was called back; the last that was reached counts."""
    if request.measure != EMERGENCY and request.urgency is not Urgency.EMERGENCY:
        return Called.NOT_NEEDED
    said = [c.outcome for c in duties.callbacks if c.about == request.id]
    reached = [outcome for outcome in said if outcome is not d.Reached.NOT_REACHED]
    if not reached:
        return Called.AWAITED
    return Called.CONFIRMED if reached[-1] is d.Reached.CONFIRMED else Called.DENIED


def notices(request: RequestState, duties: Duties, at: str) -> tuple[NoticeOf, ...]:
    """How notice to the person concerned stands for each item, at an instant."""
    return tuple(_notice(request, duties, item.id, at) for item in request.live_items)


Handed = Mapping[str, Collection[str]]
"""What each act at home that handed something out told of: exhibits, by the act's id."""


def untold(
    request: RequestState, duties: Duties, handed: Handed = MappingProxyType({}), *, home: str | None = None
) -> tuple[Untold, ...]:
    """Who holds something and was not told of its recall, or of a breach.

    The States to which it was passed on, whom the asking State tells; and all to whom it was handed out
    at home, on whichever side. ``home``: whose home that is; none asks of the States in any case.
    """
    open_ = {one.id for one in open_breaches(request)}
    events = (*request.said("recall"), *(one for one in request.said("breach") if one.id in open_))
    told = {(one.act, one.to) for one in duties.told}
    passed_on = home in {None, request.requesting}
    return tuple(
        one
        for event in events
        for exhibit in event.terms.exhibits
        for one in (
            *(
                Untold(exhibit, to, event.id)
                for to in sorted({state for state, _ in holders(request, exhibit)})
                if passed_on
            ),
            *(Untold(exhibit, act, event.id, at_home=True) for act in handed if exhibit in handed[act]),
        )
        if (event.id, one.to) not in told
    )


def unafforded(request: RequestState, duties: Duties) -> tuple[Unafforded, ...]:
    """What is not on record of each person under arrest: that it was afforded, or not wanted."""
    said = [one for one in duties.afforded if one.about == request.id]
    held = {ArrestEvent.ARRESTED, ArrestEvent.REARRESTED}
    return tuple(
        Unafforded(item.id, answers[0], arrest.terms.at, arrest.id)
        for item in request.live_items
        if custody_of(request, item.id) in held and surrendered(request, item.id) is None
        for arrest in [one for one in request.said("arrest") if item.id in one.terms.items][-1:]
        for answers in _ASKED_AFTER
        if not any(item.id in one.items and one.afforded in answers for one in said)
    )


def judge_duty(
    request: RequestState, duties: Duties, act: Act, handed: Handed = MappingProxyType({})
) -> InOrder | NotInOrder:
    """Whether what an act names is there. ``handed``: what was handed out before."""
    items = {item.id for item in request.live_items}
    match act.terms:
        case d.AskUseTerms(exhibits=exhibits):
            known = {e.exhibit for e in request.in_custody}.issuperset(exhibits)
        case d.CalledBackTerms(at=at):
            known = request.requested == act.header.state and at <= act.header.at
        case d.NotifyPersonTerms(items=named, at=at):
            known = items.issuperset(named) and at <= act.header.at
        case d.DelayNoticeTerms(items=named, until=until):
            known = items.issuperset(named) and until > act.header.at
        case d.TellHolderTerms(act=event, to=to, at=at, handed=by):
            known = at <= act.header.at and any(
                (one.act, one.to, one.at_home) == (event, to or by, by is not None)
                for one in untold(request, duties, handed, home=act.header.state)
            )
        case AffordTerms(items=named, at=at):
            arrested = {item for one in request.said("arrest") for item in one.terms.items}
            ours = request.requested == act.header.state
            known = ours and arrested.issuperset(named) and at <= act.header.at
        case _:
            known = True
    return InOrder() if known else NotInOrder("reference", "names_what_is_not_there")


def add_duty(duties: Duties, act: Act) -> Duties:
    """The duties after one more act about them; other acts change nothing."""
    about = act.header.about or ""
    match act.terms:
        case d.AskUseTerms() as terms:
            asked = UseAsked(act.id, about, act.header.signers[0].key, act.header.at, terms)
            return replace(duties, uses=(*duties.uses, asked))
        case d.CalledBackTerms(office=office, entry=entry, outcome=outcome, at=at):
            call = Callback(act.id, about, office, entry, outcome, at)
            return replace(duties, callbacks=(*duties.callbacks, call))
        case d.NotifyPersonTerms(items=items, at=at, presence_over=True):
            return replace(duties, presences=(*duties.presences, Notice(act.id, about, items, at)))
        case d.NotifyPersonTerms(items=items, at=at):
            return replace(duties, notices=(*duties.notices, Notice(act.id, about, items, at)))
        case d.DelayNoticeTerms(items=items, until=until, by=by):
            wait = Notice(act.id, about, items, act.header.at, until, by)
            return replace(duties, notices=(*duties.notices, wait))
        case d.TellHolderTerms(act=event, to=to, handed=by):
            holder = HolderTold(act.id, about, event, to or str(by))
            return replace(duties, told=(*duties.told, holder))
        case ExportTerms(tells=events) | DiscloseTerms(tells=events):
            heard = (HolderTold(act.id, about, event, act.id) for event in events)
            return replace(duties, told=(*duties.told, *heard))
        case AffordTerms(items=items, afforded=afforded, at=at):
            one = AffordedTo(act.id, about, items, afforded, at)
            return replace(duties, afforded=(*duties.afforded, one))
        case _:
            return duties


def _notice(request: RequestState, duties: Duties, item: str, at: str) -> NoticeOf:
    said = [one for one in duties.notices if one.about == request.id and item in one.items]
    given = next((one for one in said if one.until is None), None)
    if given is not None:
        return NoticeOf(item, Told.TOLD, act=given.id)
    since = arose(request, item)
    if since is None:
        return NoticeOf(item, Told.EARLY)
    if said and said[-1].until is not None and said[-1].until > at:
        return NoticeOf(item, Told.DELAYED, since[0], said[-1].until, said[-1].id)
    if said:
        return NoticeOf(item, Told.DUE, said[-1].until, act=said[-1].id)
    return NoticeOf(item, Told.DUE, since[0])


def arose(request: RequestState, item: str) -> tuple[str, str] | None:
    """When, and by which act, something was first done of which the person concerned is told."""
    executed = [(e.at, e.id) for e in request.effected if item in e.items and e.outcome in SUCCESS]
    handed = [(one.at, one.id) for one in request.deliveries if any(item in e.items for e in one.exhibits)]
    return min((*executed, *handed), default=None)
