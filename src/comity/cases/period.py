"""How long a period runs, where it is lived: in a State's days, or in the hours of an office there.

Promises: pure. A length is counted by the rule that its clock names; what stood still is added, or left out
of hours of work. Each end says whether a day of rest that is only estimated could move it.

Leaves to others: which clock runs and from when (``clocks``), days (``calendar``) and hours (``hours``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from comity.calendar import RestDays, Rule, Zone, end_of_period, local_day, near_an_estimate
from comity.cases.pauses import Pause, stood_still
from comity.errors import BadInput, NotFound
from comity.hours import Gaps, OfficeHours, add_working_hours, next_open
from comity.law import Bundle, Clock, HouseLength, Value

Offices = Callable[[str], OfficeHours]
"""The hours of an office, by its id; ``NotFound`` where nobody has told them."""


def nobody_told(office: str) -> OfficeHours:
    """The hours of offices of which none is known.

    Raises:
        NotFound: always.
    """
    raise NotFound("cases.no_hours", office=office)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a period is lived: a State's days, and the hours of an office there (none: of no request)."""

    state: str
    office: str | None
    bundle: Bundle
    zones: Mapping[str, Zone]
    offices: Offices

    @property
    def zone(self) -> Zone:
        """Where its days are lived.

        Raises:
            BadInput: not held.
        """
        zone = self.zones.get(self.state)
        if zone is None:
            raise BadInput("cases.no_zone", state=self.state)
        return zone

    @property
    def rest(self) -> RestDays:
        """The days on which its offices rest.

        Raises:
            NotFound: not held.
        """
        return self.bundle.rest_days(self.state)

    @property
    def hours(self) -> OfficeHours:
        """The hours of its office.

        Raises:
            NotFound: nobody told them, or no office has to do with it.
        """
        return self.offices(self.office) if self.office is not None else nobody_told(self.state)


@dataclass(frozen=True, slots=True)
class Counted:
    """How a period is counted, and whether its end waits until the office opens."""

    counting: Rule
    ends_open: bool


def counted(clock: Clock, bundle: Bundle, length: Value | HouseLength) -> Counted:
    """How a length of a clock is counted."""
    told = bundle.counting(clock.counting)
    waits = isinstance(length, HouseLength) and length.ends_open
    if told is None:
        return Counted(Rule(), waits)
    return Counted(Rule(told.hours_from == "next_full_hour", told.runs_on), waits or told.ends_open)


def end_of(
    started: datetime, length: Value | HouseLength, rule: Counted, place: Place, still: tuple[Pause, ...]
) -> tuple[datetime | None, bool]:
    """When a period is over, none while it stands still; and whether no estimate of a day could move it.

    It runs on for as long as it stood still.
    """
    stood = stood_still(still, started)
    if stood is None:
        return None, True
    gaps = [(one.since, one.until) for one in still if one.until is not None]
    end, sure = _run(started, length, rule.counting, place, gaps)
    if stood and length.unit == "hours":
        end += stood
    elif stood and length.unit != "working_hours":
        # A day that was begun is a day: what stood still for an hour gets a whole one.
        more = -(-stood // timedelta(days=1))
        rest = place.rest if rule.counting.runs_on else None
        end = end_of_period(
            end - timedelta(seconds=1), more, "days", place.zone, rest=rest, rule=rule.counting
        )
    if rule.ends_open:
        opens = next_open(place.hours, end)
        return opens, sure and place.hours.certain(end, opens)
    return end, sure


def _run(
    started: datetime, length: Value | HouseLength, rule: Rule, place: Place, gaps: Gaps
) -> tuple[datetime, bool]:
    """When a period is over; what stood still in ``gaps`` is left out of working hours alone."""
    if length.unit == "working_hours":
        end = add_working_hours(started, length.value, place.hours, gaps)
        return end, place.hours.certain(started, end)
    needed = length.unit == "working_days" or (length.unit != "hours" and rule.runs_on)
    rest = place.rest if needed else None
    end = end_of_period(started, length.value, length.unit, place.zone, rest=rest, rule=rule)
    if rest is None:
        return end, True
    return end, not near_an_estimate(local_day(place.zone, started), local_day(place.zone, end), rest)
