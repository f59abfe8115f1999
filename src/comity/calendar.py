"""Legal days: when a period of days or hours ends in a place, and which days are worked there.

Promises:
- Pure: zones and rest days are values, handed in (they come from the law bundle); no time is read,
  and no time-zone database of the machine, so a period computed today is the same in twenty years.
- A period of days counts from the day after it began, in the place's own days, and is over when its
  last day is over there; a period of hours is exactly those hours, whatever clocks are put back.
- What lies outside the zone's data is refused, never guessed.

Leaves to others: which period runs, from which event, in whose place (law data, ``cases``).
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from comity.clock import write_instant
from comity.errors import BadInput

_SECOND = timedelta(seconds=1)
_NEAR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Offset:
    """From ``since`` on, local time is UTC plus ``minutes``."""

    since: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Zone:
    """A place's offsets from UTC, in order of time, good up to ``until`` (not included)."""

    name: str
    offsets: tuple[Offset, ...]
    until: datetime

    def __post_init__(self) -> None:
        starts = [offset.since for offset in self.offsets]
        if not starts or starts != sorted(set(starts)) or self.until <= starts[-1]:
            raise BadInput("calendar.zone_out_of_order", zone=self.name)


@dataclass(frozen=True, slots=True)
class RestDays:
    """Days on which no office works: ISO weekdays (Monday is 1) and single dates."""

    weekdays: AbstractSet[int]
    dates: AbstractSet[date]
    since: date = date.min
    until: date = date.max
    """The days from the first to the last of which all this is known."""
    worked: AbstractSet[date] = frozenset()
    """Days that are worked although their weekday is one of rest."""
    estimated: AbstractSet[date] = frozenset()
    """Days of rest of which it is not certain that they fall on this very day."""

    def __post_init__(self) -> None:
        if not set(self.weekdays) < set(range(1, 8)):
            raise BadInput("calendar.no_working_weekday")


def offset_at(zone: Zone, instant: datetime) -> timedelta:
    """How far local time in ``zone`` is ahead of UTC at ``instant``.

    Raises:
        BadInput: the instant is naive, or outside what is known of the zone.
    """
    _aware(instant)
    if not zone.offsets[0].since <= instant < zone.until:
        raise BadInput("calendar.outside_the_zone", zone=zone.name, at=write_instant(instant))
    minutes = next(o.minutes for o in reversed(zone.offsets) if o.since <= instant)
    return timedelta(minutes=minutes)


def local_day(zone: Zone, instant: datetime) -> date:
    """The date on the wall in ``zone`` at ``instant``."""
    return (instant.astimezone(UTC) + offset_at(zone, instant)).date()


def end_of_day(zone: Zone, day: date) -> datetime:
    """The first instant, in UTC, from which a local day is over for good.

    Where clocks are put back over midnight, that is after the day has come back and gone again;
    where a place left a day out, the day before it ends as the day after it begins.

    Raises:
        BadInput: outside what is known of the zone.
    """
    if day == date.max:
        raise BadInput("calendar.outside_the_zone", zone=zone.name, at=day.isoformat())
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
    candidates = {midnight - timedelta(minutes=offset.minutes) for offset in zone.offsets}
    candidates |= {offset.since for offset in zone.offsets[1:]}
    # No offset from UTC exceeds a day and a bit: farther instants are not near this midnight.
    near = [c for c in candidates if abs(c - midnight) <= timedelta(days=2)]
    known = [c for c in near if zone.offsets[0].since < c < zone.until]
    ends = [c for c in known if local_day(zone, c - _SECOND) <= day < local_day(zone, c)]
    if not ends or len(known) < len(near):
        raise BadInput("calendar.outside_the_zone", zone=zone.name, at=day.isoformat())
    return max(ends)


def add_days(start: datetime, days: int, zone: Zone) -> datetime:
    """The first instant after a period of ``days`` days that began at ``start``.

    The day of ``start`` does not count; the last day counts whole, as it is lived in ``zone``. So a
    duty "for at least sixty days" is never cut short by an hour.

    Raises:
        BadInput: a negative number, or an instant outside what is known of the zone.
    """
    _not_negative(days)
    return end_of_day(zone, local_day(zone, start) + timedelta(days=days))


def add_hours(start: datetime, hours: int) -> datetime:
    """Exactly ``hours`` hours of sixty minutes after ``start``, in UTC."""
    _aware(start)
    _not_negative(hours)
    return start.astimezone(UTC) + timedelta(hours=hours)


def is_working(day: date, rest: RestDays) -> bool:
    """Whether offices work on ``day``.

    Raises:
        BadInput: the day is outside what is known.
    """
    if not rest.since <= day <= rest.until:
        raise BadInput("calendar.outside_the_days", day=day.isoformat())
    return day in rest.worked or (day.isoweekday() not in rest.weekdays and day not in rest.dates)


def next_working_day(day: date, rest: RestDays) -> date:
    """``day`` itself if offices work then, or the first later day on which they do."""
    while not is_working(day, rest):
        day += timedelta(days=1)
    return day


def add_working_days(start: date, days: int, rest: RestDays) -> date:
    """The ``days``-th working day after ``start`` (which does not count); with 0, ``start`` itself."""
    _not_negative(days)
    day = start
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), rest)
    return day


@dataclass(frozen=True, slots=True)
class Rule:
    """How a period is counted, beyond what always holds.

    ``full_hour``: hours run from the next full hour on the wall (from the event itself, if it falls on
    one: the earlier end is the safer). ``runs_on``: where the last day is one of rest, the next working
    day is the last.
    """

    full_hour: bool = False
    runs_on: bool = False


_PLAIN: Final = Rule()


def end_of_period(
    start: datetime, number: int, unit: str, zone: Zone, *, rest: RestDays | None = None, rule: Rule = _PLAIN
) -> datetime:
    """The first instant, in UTC, at which a period is over.

    Args:
        start: the event; its own day does not count.
        number: how many of ``unit``: ``hours``, ``days``, ``working_days`` or ``months``.
        unit: as it stands in the law data.
        zone: the place whose days count.
        rest: the days of rest there; needed for working days, and where the rule runs on.
        rule: how it is counted.

    Raises:
        BadInput: another unit, a negative number, no days of rest where they are needed, or outside
            what is known of the place.
    """
    _not_negative(number)
    if unit == "hours":
        return add_hours(_next_full_hour(start, zone) if rule.full_hour else start, number)
    first = local_day(zone, start)
    match unit:
        case "days":
            last = first + timedelta(days=number)
        case "months":
            last = add_months(first, number)
        case "working_days":
            last = add_working_days(first, number, _needed(rest))
        case _:
            raise BadInput("calendar.no_such_unit", unit=unit)
    return end_of_day(zone, next_working_day(last, _needed(rest)) if rule.runs_on else last)


def _next_full_hour(instant: datetime, zone: Zone) -> datetime:
    local = instant.astimezone(UTC) + offset_at(zone, instant)
    over = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return instant if not over else instant + timedelta(hours=1) - over


def _needed(rest: RestDays | None) -> RestDays:
    if rest is None:
        raise BadInput("calendar.no_days_of_rest")
    return rest


def near_an_estimate(first: date, last: date, rest: RestDays) -> bool:
    """Whether a count of working days from ``first`` to ``last`` could turn on a day that is estimated."""
    return any(first - _NEAR <= day <= last + _NEAR for day in rest.estimated)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` months later, or that month's last day where it has no such day."""
    _not_negative(months)
    count = day.year * 12 + day.month - 1 + months
    first_after = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    first = date(count // 12, count % 12 + 1, 1)
    return first.replace(day=min(day.day, (first_after - timedelta(days=1)).day))


def _aware(instant: datetime) -> None:
    if instant.tzinfo is None:
        raise BadInput("calendar.naive_instant")


def _not_negative(number: int) -> None:
    if number < 0:
        raise BadInput("calendar.negative_period", number=number)
