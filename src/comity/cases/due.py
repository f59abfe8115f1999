"""What is due in a case: by whom, since when, until when, how late, and by which rule.

Promises: everything that somebody still has to do in a case is here, in the order in which it is due, with
a date or without; what cannot be dated is here with the reason. What is past its date stays, and is later.
Which acts came in which order changes nothing. Pure.

Leaves to others: which events begin something (``starts``), the law's clocks (law data), counting
(``clocks``), reminding people (``app``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from comity.calendar import Zone
from comity.cases.case import Case
from comity.cases.clocks import ClockValue, clocks
from comity.cases.home import HomeCase
from comity.cases.period import Offices, nobody_told
from comity.law import Bundle


class Whom(StrEnum):
    """Who has to act, seen from the State whose case this is."""

    OWN = "own_office"
    PERSON = "own_person"
    OTHER = "other_state"


class DueStanding(StrEnum):
    """How something due stands.

    ``awaited``: nothing lays down when. ``running``: there is time. ``late``: there was. ``passed``:
    the time is over and that settles it (silence to an offer). ``rests``: the request rests until it is
    done. ``lapsed``: what ran is over. ``held``: time is over, data stays held until a decision.
    ``still``: the clock stands still. ``unknown``: when it ends cannot be told; a person has to.
    """

    AWAITED = "awaited"
    RUNNING = "running"
    LATE = "late"
    PASSED = "passed"
    RESTS = "rests"
    LAPSED = "lapsed"
    HELD = "held"
    STILL = "still"
    UNKNOWN = "unknown"


_AFTER = {
    "held_until_decision": DueStanding.LATE,
    "lapses": DueStanding.LAPSED,
    "rests": DueStanding.RESTS,
    "silence": DueStanding.PASSED,
    "ends": DueStanding.PASSED,
    "overdue": DueStanding.LATE,
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is due.

    ``clock``: which clock, by its key in the law data; it says the rule, the law and the act that set it.
    ``whom`` and ``state``: who has to act. ``at``: when time is over; none where nobody knows or nothing
    says. ``late``: by how much; zero unless ``standing`` is past its date.
    """

    clock: ClockValue
    whom: Whom
    standing: DueStanding
    at: datetime | None
    late: timedelta

    @property
    def kind(self) -> str:
        """What is due: the key of its clock."""
        return self.clock.clock

    @property
    def request(self) -> str | None:
        """The request that it concerns, if any."""
        return self.clock.request

    @property
    def state(self) -> str:
        """The State that has to act."""
        return self.clock.by

    @property
    def since(self) -> datetime:
        """The legal event that began it."""
        return self.clock.started

    @property
    def act(self) -> str:
        """The act that set it."""
        return self.clock.act


def due(
    case: Case,
    home: HomeCase,
    bundle: Bundle,
    zones: Mapping[str, Zone],
    now: datetime,
    *,
    offices: Offices = nobody_told,
) -> tuple[Due, ...]:
    """What is due in a case at an instant, the most pressing first.

    Args:
        case: the shared case.
        home: the domestic half of the State that asks; what is its own is told by it.
        bundle: the law data whose clocks apply.
        zones: where each State's days are lived, by its code.
        now: the instant at which it is asked.
        offices: the hours of offices, for clocks that run by them.

    Raises:
        BadInput: as ``clocks``.
    """
    return due_of(clocks(case, bundle, zones, home, offices=offices), home.state, now)


def due_of(values: Iterable[ClockValue], own: str, now: datetime) -> tuple[Due, ...]:
    """As ``due``, of clocks that were computed already, as the State ``own`` sees them."""
    found = [_due(one, own, now) for one in values if not one.stopped]
    return tuple(sorted(found, key=_pressing))


def resting(dues: Iterable[Due]) -> frozenset[str]:
    """The requests that rest: a clarification was not given in its time."""
    return frozenset(one.request for one in dues if one.standing is DueStanding.RESTS and one.request)


def _due(clock: ClockValue, own: str, now: datetime) -> Due:
    at = clock.over
    standing = _standing(clock, at, now)
    past = standing in {DueStanding.LATE, DueStanding.RESTS, DueStanding.LAPSED}
    late = now - at if past and at is not None else timedelta()
    whom = Whom.OTHER if clock.by != own else Whom.PERSON if clock.person else Whom.OWN
    return Due(clock, whom, standing, at, late)


def _standing(clock: ClockValue, at: datetime | None, now: datetime) -> DueStanding:
    if clock.held_for and clock.then == "held_until_decision":
        return DueStanding.HELD
    if clock.unknown is not None:
        return DueStanding.UNKNOWN
    if clock.still and clock.length_from != "stated":
        return DueStanding.STILL
    if at is None:
        return DueStanding.AWAITED
    return DueStanding.RUNNING if now < at else _AFTER[clock.then]


def _pressing(one: Due) -> tuple[datetime, datetime, str, str, str]:
    # What has no date comes after all that has one.
    far = datetime.max.replace(tzinfo=UTC)
    return (one.at or far, one.since, one.kind, one.act, one.clock.label or "")
