"""Zones and days of rest of all States, as one record of text: read where they are asked for, and not before.

Promises: what is read is what the text says; a place or a State that it does not name is not filled in. A
bundle that was compiled holds no text that cannot be read.

Leaves to others: counting (``calendar``), what a State's own overlay says (``nation``; that goes before),
writing the text (``scripts/write_calendars.py``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from comity.calendar import Offset, RestDays, Zone
from comity.clock import read_instant
from comity.errors import BadInput
from comity.law.marks import Day, Mark
from comity.law.model import SourceKey, StateCode, Text
from comity.law.nation import Instant
from comity.wire import Model

_ESTIMATE: Final = "~"
_WORKED: Final = "+"
_NOT_HELD: Final = "-"

ZoneName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,60}$")]


class Calendar(Model):
    """Every zone by its name, every State by its code.

    A zone is ``20240101T0000+60`` and so on: instants in UTC, each with the minutes that hold from it. A
    State is its zones (the seat of government's first); its weekdays of rest; the last day that is known;
    then each year with its days, as month and day. ``~`` after a day: an estimate; ``+``: a weekday of
    rest that is worked. ``-`` in the place of all days: they are not held.
    """

    made_from: Text
    zones_until: Instant
    days_since: Day
    zones: dict[ZoneName, str]
    states: dict[StateCode, str]
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)

    def zone(self, name: str) -> Zone | None:
        """A zone by its name, or none."""
        text = self.zones.get(name)
        return None if text is None else _zone(name, text, self.zones_until)

    def zones_of(self, state: str) -> tuple[str, ...]:
        """The names of a State's zones, that of the seat of its government first; none where not held."""
        return tuple(self.states.get(state, "").split("; ", 1)[0].split())

    def rest_of(self, state: str) -> RestDays | None:
        """The days on which a State rests, or none."""
        text = self.states.get(state)
        return None if text is None else _rest(text, self.days_since)

    def read_all(self) -> None:
        """Read every text, as compiling does.

        Raises:
            BadInput: one cannot be read, or names a zone that is not there.
        """
        for name in self.zones:
            self.zone(name)
        for state in self.states:
            self.rest_of(state)
            for name in self.zones_of(state):
                if name not in self.zones:
                    raise BadInput("law.leads_nowhere", by=state, kind="zone", name=name)


@lru_cache(maxsize=64)
def _zone(name: str, text: str, until: str) -> Zone:
    try:
        offsets = tuple(_offset(one) for one in text.split())
    except ValueError as error:
        raise BadInput("law.calendar_not_read", name=name) from error
    return Zone(name, offsets, read_instant(until))


def _offset(text: str) -> Offset:
    return Offset(datetime.strptime(text[:13], "%Y%m%dT%H%M").replace(tzinfo=UTC), int(text[13:]))


@lru_cache(maxsize=64)
def _rest(text: str, since: str) -> RestDays | None:
    _, *told = text.split("; ")
    if told == [_NOT_HELD]:
        return None
    try:
        weekdays, last, *years = told
        rest: set[date] = set()
        worked: set[date] = set()
        estimated: set[date] = set()
        for line in years:
            year, *days = line.split()
            for one in days:
                day = date(int(year), int(one[:2]), int(one[2:4]))
                (worked if one[4:] == _WORKED else rest).add(day)
                if one[4:] == _ESTIMATE:
                    estimated.add(day)
        return RestDays(
            frozenset(int(one) for one in weekdays),
            frozenset(rest),
            date.fromisoformat(since),
            date.fromisoformat(last),
            frozenset(worked),
            frozenset(estimated),
        )
    except ValueError as error:
        raise BadInput("law.calendar_not_read", name=text[:40]) from error
