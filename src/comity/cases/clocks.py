"""The legal clocks that a case has started: how long data is held at least, and what then.

Promises: a clock starts at the event that its law data names and runs for the length that the law data
holds for that day, or until the time that the act states, in the days of the State where it runs; nothing
is started by receipt of an act. Each says which rule set it, in which law data, and how sure that is. A
clock whose end cannot be told is shown with the reason; it is never left out. Pure.

Leaves to others: the law data, zones (``law``), which of them asks something of whom (``due``), what is
done when a clock runs out (``app``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from comity.calendar import Zone, end_of_day, local_day
from comity.cases.begun import Begun, Seen
from comity.cases.case import Case
from comity.cases.home import HomeCase
from comity.cases.pauses import PAUSES, Pause, pauses
from comity.cases.period import Offices, Place, counted, end_of, nobody_told
from comity.cases.starts import STARTS
from comity.errors import BadInput, ComityError, NotFound
from comity.law import Bundle, Clock, HouseLength, Mark, OwnLength, Value


@dataclass(frozen=True, slots=True)
class ClockValue:
    """One clock of one request, or of the case itself (``request``: none).

    ``act`` set it, at the legal event ``started``; ``by``: the State that has to act (``person``: a second
    person there), by its ``office`` where it is of a request; ``where``: the State in whose days it runs.
    ``ends`` is the first instant at which the period is over; none where nothing lays down an end, where it
    stands still, or where the end is not known (``unknown``: the error that says why). Where its bound is
    a minimum, holding longer is lawful.
    ``length_from``: ``stated`` in the act, ``law``, ``house`` (a rule of this program), ``own`` (a rule of
    the State that has to act, by the act ``adopted``), or none.
    ``asked_until``: until when the requesting side has asked it to last; ``extended_until``: until when
    the requested side has said that it does, by the act ``extended_by``. ``held_for``: later requests
    that build on this one and are not decided; where ``then`` is ``held_until_decision``, data stays held
    for them after ``ends``. ``pauses``: when it stood still, by which acts.
    ``stopped``: nothing comes of it any more. ``law``: the digest of the law data; ``doubt``: why that
    settles nothing, so that a person judges (``weak``, ``expired``; ``estimated_day``: a day of rest on the
    way may be another one).
    """

    clock: str
    request: str | None
    act: str
    label: str | None
    by: str
    person: bool
    office: str | None
    where: str
    started: datetime
    ends: datetime | None
    length_from: Literal["stated", "law", "house", "own"] | None
    adopted: str | None
    bound: str | None
    then: str
    counting: str
    provision: str | None
    law: str
    mark: Mark | None
    doubt: str | None
    asked_until: datetime | None
    extended_until: datetime | None
    extended_by: str | None
    held_for: tuple[str, ...]
    pauses: tuple[Pause, ...]
    stopped: bool
    unknown: ComityError | None = field(default=None, compare=False)

    @property
    def over(self) -> datetime | None:
        """When it is over: at its end, or later where the requested side has said so."""
        if self.ends is None or self.extended_until is None:
            return self.ends
        return max(self.ends, self.extended_until)

    @property
    def still(self) -> bool:
        """Whether it stands still."""
        return any(one.until is None for one in self.pauses)


def clocks(
    case: Case,
    bundle: Bundle,
    zones: Mapping[str, Zone],
    home: HomeCase | None = None,
    *,
    offices: Offices = nobody_told,
) -> tuple[ClockValue, ...]:
    """All clocks that have started, over or not, by request and clock.

    Args:
        case: the folded case.
        bundle: the law data whose clocks apply.
        zones: where each State's days are lived, by its code.
        home: what one State has said at home; without it, none of its own clocks is given.
        offices: the hours of offices, for clocks that run by them.

    Raises:
        BadInput: the law data names a start, a pause or a unit that this program does not know.
    """
    seen = Seen(case, home, _owing(bundle))
    found: list[ClockValue] = []
    for clock in bundle.content.clocks:
        if clock.starts not in STARTS:
            raise BadInput("cases.clock_not_started_so", clock=clock.key, starts=clock.starts)
        if any(name not in PAUSES for name in clock.suspended_by):
            raise BadInput(
                "cases.clock_not_started_so", clock=clock.key, starts=", ".join(clock.suspended_by)
            )
        found += [_value(case, clock, begun, bundle, zones, offices) for begun in _begun(seen, clock)]
    places = {id: place for place, id in enumerate(case.requests)}

    def place(one: ClockValue) -> tuple[int, str, datetime, str, str]:
        return (places.get(one.request or "", -1), one.clock, one.started, one.act, one.label or "")

    return tuple(sorted(found, key=place))


def _owing(bundle: Bundle) -> frozenset[str]:
    rows = (row for table in bundle.content.tables for row in table.rows)
    return frozenset(ground for row in rows if row.kind == "prosecute_instead" for ground in row.grounds)


def _begun(seen: Seen, clock: Clock) -> Iterator[Begun]:
    """What this clock has to do with: its measures, on its instrument."""
    for begun in STARTS[clock.starts](seen):
        request = None if begun.request is None else seen.case.requests.get(begun.request)
        if clock.measures and (request is None or request.measure not in clock.measures):
            continue
        on = set() if request is None else {instrument for instrument, _ in request.bases}
        if clock.instrument is None or clock.instrument in on:
            yield begun


def _value(  # noqa: PLR0917 - what a clock is worked out of
    case: Case, clock: Clock, begun: Begun, bundle: Bundle, zones: Mapping[str, Zone], offices: Offices
) -> ClockValue:
    started = _instant(begun.since)
    request = None if begun.request is None else case.requests.get(begun.request)
    still = () if request is None else pauses(request, clock.suspended_by)
    ends: datetime | None = None
    unknown: ComityError | None = None
    length: Value | HouseLength | None = None
    doubt: str | None = None
    office = None if request is None else request.office(begun.where)
    place = Place(begun.where, office, bundle, zones, offices)
    try:
        if begun.until is not None:
            ends = _stated(begun.until, place)
        else:
            length = _length(clock, begun.by, started, place)
            if length is not None:
                ends, sure = end_of(started, length, counted(clock, bundle, length), place, still)
                doubt = None if sure else "estimated_day"
    except (BadInput, NotFound) as error:
        if error.id == "calendar.no_such_unit":
            raise
        unknown = error
    if clock.provision is not None:
        doubt = bundle.doubt(clock.provision, started.date()) or doubt
    own = length if isinstance(length, OwnLength) else None
    return ClockValue(
        clock=clock.key,
        request=begun.request,
        act=begun.act,
        label=begun.label,
        by=begun.by,
        person=begun.person,
        office=None if request is None else request.office(begun.by),
        where=begun.where,
        started=started,
        ends=ends,
        length_from="stated" if begun.until is not None else _source(length),
        adopted=None if own is None or own.settled is None else own.settled.act,
        bound=length.bound if isinstance(length, Value) else None,
        then=clock.then,
        counting=clock.counting,
        provision=clock.provision,
        law=bundle.digest,
        mark=clock.mark,
        doubt=doubt,
        asked_until=_optional(begun.asked_until),
        extended_until=_optional(begun.extended_until),
        extended_by=begun.extended_by,
        held_for=begun.held_for,
        pauses=still,
        stopped=begun.ended,
        unknown=unknown,
    )


def _stated(text: str, place: Place) -> datetime:
    """The end that an act states: an instant, or the end of a day as it is lived there."""
    return _instant(text) if "T" in text else end_of_day(place.zone, date.fromisoformat(text))


def _length(clock: Clock, by: str, started: datetime, place: Place) -> Value | HouseLength | None:
    """How long it runs: as the law of that day says, as the State that has to act does, or as the program."""
    if clock.provision is None or clock.value is None:
        return place.bundle.own_length(by, clock.key) or clock.house
    return place.bundle.length(clock.key, local_day(place.zone, started))


def _source(length: Value | HouseLength | None) -> Literal["law", "house", "own"] | None:
    match length:
        case None:
            return None
        case OwnLength():
            return "own"
        case HouseLength():
            return "house"
        case _:
            return "law"


def _optional(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
