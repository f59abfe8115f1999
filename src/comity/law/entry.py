"""When an instrument is in force, and for whom: deposits counted by a rule that is data.

Promises: a signature is never counted; a union's instrument is never one more; what is not dated is
never dated here. Where the data cannot say, the answer is None.

Leaves to others: reservations and what two States share (``relation``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from comity.calendar import add_months
from comity.law.event import StatusEvent
from comity.law.marks import earliest, latest
from comity.law.model import Count, EntryRule, ExitRule, Instrument


def enters(rule: EntryRule, deposits: Iterable[date]) -> date | None:
    """The day on which deposits on these days bring an instrument into force; None if too few.

    The deposits are those that count: of States, not of unions.
    """
    dated = sorted(deposits)
    if len(dated) < rule.count:
        return None
    return _after(rule.kind, dated[rule.count - 1], rule.wait)


def binds_from(rule: EntryRule, general: date, deposit: date) -> date:
    """The day from which one is bound that deposited on ``deposit``, with entry on ``general``."""
    return max(general, _after(rule.kind, deposit, rule.later_wait))


def leaves(rule: ExitRule, notice: date) -> date:
    """The day on which a denunciation notified on ``notice`` takes effect."""
    if rule.kind == "months":
        return add_months(notice, rule.months)
    return _first_of_next_month(add_months(notice, rule.months))


def counted(steps: Mapping[str, Sequence[StatusEvent]], on: date) -> tuple[date, ...]:
    """The days of the deposits by ``on`` that count and whose day is held in full, each State's first.

    A deposit that was withdrawn by ``on`` is not one of them.

    Args:
        steps: what is held of each State's way towards one instrument.
        on: the day.
    """
    days = [_deposit(events, on) for events in steps.values()]
    return tuple(sorted(day for day in days if day is not None))


def entry_day(rule: EntryRule, steps: Mapping[str, Sequence[StatusEvent]], on: date) -> date | None:
    """The day on which the deposits made by ``on`` bring an instrument into force; None if too few.

    A deposit that was withdrawn before enough stood side by side is not one of them; one that was
    withdrawn later changes nothing any more.
    """
    back = any(e.event == "withdrawal" for events in steps.values() for e in events)
    if not back:
        return enters(rule, counted(steps, on))
    for day in sorted({earliest(e.on) for events in steps.values() for e in events if e.consents and e.on}):
        if day <= on and len(counted(steps, day)) >= rule.count:
            return _after(rule.kind, day, rule.wait)
    return None


def undated(steps: Mapping[str, Sequence[StatusEvent]], on: date) -> int:
    """How many States are known by ``on`` to have deposited, on a day that is not held in full."""
    return sum(
        _deposit(events, on) is None
        and any(
            e.consents and not e.organisation and (day := _told(e)) is not None and day <= on for e in events
        )
        for events in steps.values()
    )


def _deposit(events: Sequence[StatusEvent], on: date) -> date | None:
    days = [
        earliest(e.on)
        for e in events
        if e.consents and not e.organisation and e.on is not None and earliest(e.on) == latest(e.on) <= on
    ]
    taken_back = [latest(e.on) for e in events if e.event == "withdrawal" and e.on is not None]
    standing = [day for day in days if not any(day <= back <= on for back in taken_back)]
    return min(standing, default=None)


def _told(event: StatusEvent) -> date | None:
    """The day by which a step is known to have been taken."""
    if event.on is not None:
        return latest(event.on)
    return date.fromisoformat(event.reported) if event.reported is not None else None


def newest_count(instrument: Instrument, on: date) -> Count | None:
    """The newest count of those who had joined, as reported by ``on``."""
    known = [c for c in instrument.counts if c.consents is not None and latest(c.on) <= on]
    return max(known, key=lambda c: latest(c.on), default=None)


def closed_until(instrument: Instrument, wait: int) -> date:
    """The last day on which what was not so when the data was looked at cannot have become so.

    Even if all that is missing were deposited on the very next day, ``wait`` would still have to run.
    """
    next_day = date.fromisoformat(instrument.status_as_of) + timedelta(days=1)
    return _after(instrument.entry.kind, next_day, wait) - timedelta(days=1)


def _after(kind: str, day: date, wait: int) -> date:
    if kind == "days":
        return day + timedelta(days=wait)
    return _first_of_next_month(add_months(day, wait))


def _first_of_next_month(day: date) -> date:
    return add_months(day.replace(day=1), 1)
