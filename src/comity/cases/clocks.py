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
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from comity.calendar import RestDays, Rule, Zone, end_of_day, end_of_period, local_day, near_an_estimate
from comity.cases.begun import Begun, Seen
from comity.cases.case import Case
from comity.cases.home import HomeCase
from comity.cases.pauses import PAUSES, Pause, pauses, stood_still
from comity.cases.starts import STARTS
from comity.errors import BadInput, ComityError, NotFound
from comity.law import Bundle, Clock, HouseLength, Mark, Value


@dataclass(frozen=True, slots=True)
class ClockValue:
    """One clock of one request, or of the case itself (``request``: none).

    ``act`` set it, at the legal event ``started``; ``by``: the State that has to act (``person``: a second
    person there), ``where``: the State in whose days it runs. ``ends`` is the first instant at which the
    period is over; none where nothing lays down an end, where it stands still, or where the end is not
    known (``unknown``: the error that says why). Where its bound is a minimum, holding longer is lawful.
    ``length_from``: ``stated`` in the act, ``law``, ``house`` (a rule of this program), or none.
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
    where: str
    started: datetime
    ends: datetime | None
    length_from: Literal["stated", "law", "house"] | None
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
    case: Case, bundle: Bundle, zones: Mapping[str, Zone], home: HomeCase | None = None
) -> tuple[ClockValue, ...]:
    """All clocks that have started, over or not, by request and clock.

    Args:
        case: the folded case.
        bundle: the law data whose clocks apply.
        zones: where each State's days are lived, by its code.
        home: what one State has said at home; without it, none of its own clocks is given.

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
        found += [_value(case, clock, begun, bundle, zones) for begun in _begun(seen, clock)]
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


def _value(case: Case, clock: Clock, begun: Begun, bundle: Bundle, zones: Mapping[str, Zone]) -> ClockValue:
    started = _instant(begun.since)
    still = () if begun.request is None else pauses(case.requests[begun.request], clock.suspended_by)
    bound: str | None = None
    ends: datetime | None = None
    unknown: ComityError | None = None
    length: Value | HouseLength | None = None
    doubt: str | None = None
    try:
        if begun.until is not None:
            ends = _stated(begun.until, begun.where, zones)
        else:
            length = _length(clock, bundle, begun.where, started, zones)
            if length is not None:
                rest = _rest(clock, length, begun.where, bundle)
                zone = _zone(zones, begun.where)
                ends = _end(started, length, zone, _rule(clock, bundle), rest, still)
                if rest is not None and ends is not None:
                    near = near_an_estimate(local_day(zone, started), local_day(zone, ends), rest)
                    doubt = "estimated_day" if near else None
    except (BadInput, NotFound) as error:
        if error.id == "calendar.no_such_unit":
            raise
        unknown = error
    if isinstance(length, Value):
        bound = length.bound
    if clock.provision is not None:
        doubt = bundle.doubt(clock.provision, started.date()) or doubt
    return ClockValue(
        clock=clock.key,
        request=begun.request,
        act=begun.act,
        label=begun.label,
        by=begun.by,
        person=begun.person,
        where=begun.where,
        started=started,
        ends=ends,
        length_from="stated" if begun.until is not None else _source(length),
        bound=bound,
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


def _stated(text: str, where: str, zones: Mapping[str, Zone]) -> datetime:
    """The end that an act states: an instant, or the end of a day as it is lived there."""
    return _instant(text) if "T" in text else end_of_day(_zone(zones, where), date.fromisoformat(text))


def _length(
    clock: Clock, bundle: Bundle, where: str, started: datetime, zones: Mapping[str, Zone]
) -> Value | HouseLength | None:
    if clock.provision is None or clock.value is None:
        return clock.house
    return bundle.length(clock.key, local_day(_zone(zones, where), started))


def _source(length: Value | HouseLength | None) -> Literal["law", "house"] | None:
    if length is None:
        return None
    return "house" if isinstance(length, HouseLength) else "law"


def _rule(clock: Clock, bundle: Bundle) -> Rule:
    told = bundle.counting(clock.counting)
    return Rule() if told is None else Rule(told.hours_from == "next_full_hour", told.runs_on)


def _rest(clock: Clock, length: Value | HouseLength, where: str, bundle: Bundle) -> RestDays | None:
    needed = length.unit == "working_days" or (length.unit != "hours" and _rule(clock, bundle).runs_on)
    return bundle.rest_days(where) if needed else None


def _end(  # noqa: PLR0917 - the values that a period is counted from
    started: datetime,
    length: Value | HouseLength,
    zone: Zone,
    rule: Rule,
    rest: RestDays | None,
    still: tuple[Pause, ...],
) -> datetime | None:
    """When a period is over; none while it stands still. It runs on for as long as it stood still."""
    stood = stood_still(still, started)
    if stood is None:
        return None
    end = end_of_period(started, length.value, length.unit, zone, rest=rest, rule=rule)
    if not stood:
        return end
    if length.unit == "hours":
        return end + stood
    # A day that was begun is a day: what stood still for an hour gets a whole one.
    more = -(-stood // timedelta(days=1))
    return end_of_period(end - timedelta(seconds=1), more, "days", zone, rest=rest, rule=rule)


def _zone(zones: Mapping[str, Zone], state: str) -> Zone:
    zone = zones.get(state)
    if zone is None:
        raise BadInput("cases.no_zone", state=state)
    return zone


def _optional(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
