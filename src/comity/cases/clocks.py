"""The legal clocks that a case has started: how long data is held at least, and what then.

Promises: a clock starts at the event that its law data names and runs for the length that the law data
holds for that day, in the requested State's own days; nothing is started by receipt of an act. Pure.

Leaves to others: the law data, zones (``law``), what is done when a clock runs out (``app``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from comity.calendar import Zone, add_days, add_hours, add_months, local_day
from comity.cases.case import Case
from comity.cases.request import SUCCESS, RequestState
from comity.errors import BadInput
from comity.law import Bundle, Clock, Value


@dataclass(frozen=True, slots=True)
class ClockValue:
    """One clock of one request.

    ``ends`` is the first instant at which the period is over; where its bound is a minimum, holding
    longer is lawful. ``asked_until``: until when the requesting side has asked it to last;
    ``extended_until``: until when the requested side has said that it does. ``held_for``: later requests
    that build on this one and are not decided; where ``then`` is ``held_until_decision``, data stays held
    for them after ``ends``.
    ``stopped``: the request is withdrawn, or its execution was reported as expired.
    """

    clock: str
    provision: str
    request: str
    started: datetime
    ends: datetime
    bound: str
    then: str
    asked_until: datetime | None
    extended_until: datetime | None
    held_for: tuple[str, ...]
    stopped: bool


def clocks(case: Case, bundle: Bundle, zones: Mapping[str, Zone]) -> tuple[ClockValue, ...]:
    """All clocks that have started, by request and clock.

    Args:
        case: the folded case.
        bundle: the law data whose clocks apply.
        zones: where each requested State's days are lived, by its code.

    Raises:
        BadInput: a clock starts with something that no case reports; or no zone for the State.
        NotFound: the law data holds no length for the day.
    """
    found = []
    for request in case.requests.values():
        for instrument in sorted({instrument for instrument, _ in request.bases}):
            for clock in bundle.clocks(instrument, request.measure):
                value = _value(case, request, clock, bundle, zones)
                if value is not None:
                    found.append(value)
    return tuple(found)


def _value(
    case: Case, request: RequestState, clock: Clock, bundle: Bundle, zones: Mapping[str, Zone]
) -> ClockValue | None:
    text = _start(request, clock)
    if text is None:
        return None
    started = _instant(text)
    zone = zones.get(request.requested)
    if zone is None:
        raise BadInput("cases.no_zone", state=request.requested)
    length = bundle.length(clock.key, local_day(zone, started))
    followers = tuple(
        later.id
        for later in case.requests.values()
        if later.follows == request.id and later.undecided and not (later.withdrawn or later.closed)
    )
    return ClockValue(
        clock=clock.key,
        provision=clock.provision,
        request=request.id,
        started=started,
        ends=_end(started, length, zone),
        bound=length.bound,
        then=clock.then,
        asked_until=_optional(request.extended_by(request.requesting)),
        extended_until=_optional(request.extended_by(request.requested)),
        held_for=followers,
        stopped=request.withdrawn is not None or _expired(request),
    )


def _start(request: RequestState, clock: Clock) -> str | None:
    """The instant of the event that starts a clock, or none yet."""
    match clock.starts:
        case "effected":
            return request.preserved_since
        case "request":
            return request.at
        case "decide":
            return min((decision.at for decision in request.decisions), default=None)
        case _:
            raise BadInput("cases.clock_not_started_so", clock=clock.key, starts=clock.starts)


def _end(started: datetime, length: Value, zone: Zone) -> datetime:
    match length.unit:
        case "days":
            return add_days(started, length.value, zone)
        case "hours":
            return add_hours(started, length.value)
        case "months":
            first = local_day(zone, started)
            return add_days(started, (add_months(first, length.value) - first).days, zone)
        case _:
            raise BadInput("cases.clock_without_length", unit=length.unit)


def _expired(request: RequestState) -> bool:
    return bool(request.effected) and not any(item.effected in SUCCESS for item in request.live_items)


def _optional(text: str | None) -> datetime | None:
    return None if text is None else _instant(text)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
