"""Working hours of an office: whether it is open, when it opens next, and when hours of work are over.

Promises: pure, as ``calendar``: zone, hours and days of rest are values. Hours are what the clock on the
office's wall shows, also on a day on which that clock is moved. An office that answers at any hour of any
day never rests. What is not known (a day beyond those held, a zone beyond its data) is refused.

Leaves to others: whose hours these are and who told them (``exchange``), which period counts them (law data).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from comity.calendar import RestDays, Zone, local_day, offset_at
from comity.errors import BadInput

_SECOND: Final = timedelta(seconds=1)
_DAY: Final = timedelta(days=1)
_WHOLE: Final = 24 * 60
_WEEK: Final = frozenset(range(1, 8))
Gaps = Sequence[tuple[datetime, datetime]]
_FURTHEST: Final = 3660
"""Days that are looked through for hours of work at most: ten years."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an office is open: on weekdays (Monday is 1), from ``opens`` until before ``closes``.

    Both in minutes of the day as the wall in ``zone`` shows them. ``rest``: days on which the offices of its
    State rest. Its single dates hold for this office too, and so do the days that are worked instead; its
    weekdays do not, since the office tells its own.
    """

    zone: Zone
    days: AbstractSet[int]
    opens: int
    closes: int
    rest: RestDays | None = None
    """None: not known; then only the weekdays count, and ``certain`` says so."""

    def __post_init__(self) -> None:
        if not (self.days and self.days <= _WEEK and 0 <= self.opens < self.closes <= _WHOLE):
            raise BadInput("calendar.hours_not_right")

    @property
    def always(self) -> bool:
        """Whether it is open at any hour of any day."""
        return self.days == _WEEK and (self.opens, self.closes) == (0, _WHOLE)

    def certain(self, first: datetime, last: datetime) -> bool:
        """Whether no day from the one instant to the other could turn out to be one of rest.

        Raises:
            BadInput: outside what is known of the zone.
        """
        if self.always:
            return True
        rest = self.rest
        days = (local_day(self.zone, first), local_day(self.zone, last))
        return rest is not None and not any(days[0] <= day <= days[1] for day in rest.estimated)


def is_open(hours: OfficeHours, at: datetime) -> bool:
    """Whether the office is open at an instant.

    Raises:
        BadInput: outside what is known of the zone, or of the days.
    """
    return next_open(hours, at) == at


def next_open(hours: OfficeHours, at: datetime) -> datetime:
    """The instant itself, if the office is open then; or the next one at which it opens.

    Raises:
        BadInput: outside what is known; or it opens on no day of the next ten years.
    """
    if hours.always:
        return at
    return next(max(at, since) for since, until in _stretches(hours, at) if until > at)


def next_closing(hours: OfficeHours, at: datetime) -> datetime | None:
    """When the office closes that is open at an instant, or opens next; none: it never does.

    Raises:
        BadInput: as ``next_open``.
    """
    if hours.always:
        return None
    return next(until for _, until in _stretches(hours, at) if until > at)


def add_working_hours(start: datetime, number: int, hours: OfficeHours, gaps: Gaps = ()) -> datetime:
    """The first instant after ``number`` hours in which the office was open, from ``start`` on.

    ``gaps``: from when until when nothing was counted, in order of time.

    Raises:
        BadInput: a negative number; or outside what is known.
    """
    if number < 0:
        raise BadInput("calendar.negative_period", number=number)
    left = timedelta(hours=number)
    if not left:
        return start
    for since, until in _stretches(hours, start):
        for begins, ends in _without(max(since, start), until, gaps):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
    raise BadInput("calendar.never_open")


def _without(since: datetime, until: datetime, gaps: Gaps) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a stretch where the gaps are taken out, in order of time."""
    for begins, ends in gaps:
        if since < min(begins, until):
            yield since, min(begins, until)
        since = max(since, ends)
    if since < until:
        yield since, until


def _stretches(hours: OfficeHours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From the day of an instant on, the stretches in which the office is open, in order of time.

    Raises:
        BadInput: outside what is known; or there is none within ten years.
    """
    # Where a place left a day out, or clocks go back over midnight, the day before reaches into this one.
    day = local_day(hours.zone, start) - _DAY
    for _ in range(_FURTHEST):
        if _works(hours, day):
            # Clocks that go back show a time twice: it opens at the first, it closes at the last.
            since, until = (
                min(_shown(hours.zone, day, hours.opens)),
                max(_shown(hours.zone, day, hours.closes)),
            )
            if since < until:
                yield since, until
        day += _DAY
    raise BadInput("calendar.never_open")


def _works(hours: OfficeHours, day: date) -> bool:
    rest = hours.rest
    if rest is None or hours.always:
        return day.isoweekday() in hours.days
    if not rest.since <= day <= rest.until:
        raise BadInput("calendar.outside_the_days", day=day.isoformat())
    return day in rest.worked or (day.isoweekday() in hours.days and day not in rest.dates)


def _shown(zone: Zone, day: date, minutes: int) -> list[datetime]:
    """The instants from which the wall shows a time of a day, or a later one where it leaves that out."""
    wall = datetime.combine(day, time(), tzinfo=UTC) + timedelta(minutes=minutes)
    candidates = {wall - timedelta(minutes=offset.minutes) for offset in zone.offsets}
    candidates |= {offset.since for offset in zone.offsets[1:]}
    near = [c for c in candidates if abs(c - wall) <= 2 * _DAY]
    known = [c for c in near if zone.offsets[0].since < c < zone.until]
    found = [c for c in known if _wall(zone, c - _SECOND) < wall <= _wall(zone, c)]
    if not found or len(known) < len(near):
        raise BadInput("calendar.outside_the_zone", zone=zone.name, at=day.isoformat())
    return found


def _wall(zone: Zone, instant: datetime) -> datetime:
    return instant.astimezone(UTC) + offset_at(zone, instant)
