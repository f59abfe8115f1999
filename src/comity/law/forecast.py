"""When an instrument would enter into force if certain deposits were made: never whether they will be.

Promises: computed by the instrument's own rule from what is held and what is stated; a union's deposit and a
second one of the same State are named as not counted. What is only reported, without its day, counts as made
by now.

Leaves to others: a State's own procedure (``procedure``, ``vote``), words (``messages``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from comity.errors import BadInput
from comity.law.bundle import Bundle
from comity.law.entry import binds_from, counted, enters
from comity.law.marks import Mark, latest, weakest
from comity.law.standing import reported
from comity.messages import Message, message


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit that somebody supposes. ``state`` is absent for one of any State."""

    on: date
    state: str | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would follow."""

    instrument: str
    needed: int
    held: int
    """Deposits held or reported by the state of information."""
    supposed: int
    """Of those that are supposed, the ones that count."""
    missing: int
    completed: date | None
    """The day of the deposit that completes the number."""
    enters: date | None
    earliest: date | None
    """If too few are supposed: the day of entry if all the rest were deposited on the next day."""
    bound: tuple[tuple[str, date], ...]
    """For each State that is supposed by name: from when it would be bound."""
    mark: Mark
    reasons: tuple[Message, ...]


def forecast(bundle: Bundle, instrument: str, deposits: Sequence[Deposit], on: date) -> Forecast:
    """When an instrument would enter into force, if these deposits were made.

    Args:
        bundle: the law data.
        instrument: whose entry into force is asked.
        deposits: those supposed, in any order.
        on: today; nothing that lies before is supposed.

    Raises:
        BadInput: it is in force already; a supposed day lies before today.
        NotFound: no such instrument.
    """
    held = bundle.instrument(instrument)
    if held.in_force is not None and latest(held.in_force.since) <= on:
        raise BadInput("law.forecast_in_force", instrument=held.short_name, since=held.in_force.since)
    steps = bundle.steps(instrument)
    joined = {s for s, events in steps.items() if any(e.consents for e in events)}
    unions = {n.code for n in bundle.content.nations if n.kind == "union"}
    reasons: list[Message] = []
    counting: list[Deposit] = []
    for one in sorted(deposits, key=lambda d: (d.on, d.state or "")):
        if one.on < on:
            raise BadInput("law.forecast_past", on=one.on.isoformat(), today=on.isoformat())
        if one.state in unions:
            reasons.append(message("law.forecast.union", state=str(one.state)))
        elif one.state is not None and one.state in joined:
            reasons.append(message("law.forecast.joined_already", state=one.state))
        else:
            counting.append(one)
            if one.state is not None:
                joined.add(one.state)
    dated = list(counted(steps, on))
    told = reported(bundle, held, on)
    # What is reported without its day was made by the report: no later than anything supposed.
    undated = [on] * max(0, told - len(dated))
    days = sorted([*dated, *undated, *(d.on for d in counting)])
    entry = enters(held.entry, days)
    missing = max(0, held.entry.count - len(days))
    earliest = None
    if entry is None:
        next_day = max([on, *(d.on for d in counting)]) + timedelta(days=1)
        earliest = enters(held.entry, [*days, *[next_day] * missing])
    named = {d.state: d.on for d in counting if d.state is not None}
    rule = bundle.provision(held.entry.provisions[0])
    marks = [rule.mark_content, *(c.mark for c in held.counts if c.consents is not None)]
    reasons += _reasons(held.short_name, told, len(undated), len(counting), missing)
    return Forecast(
        instrument=instrument,
        needed=held.entry.count,
        held=told,
        supposed=len(counting),
        missing=missing,
        completed=days[held.entry.count - 1] if entry is not None else None,
        enters=entry,
        earliest=earliest,
        bound=tuple((s, binds_from(held.entry, entry, d)) for s, d in named.items()) if entry else (),
        mark=weakest(marks),
        reasons=tuple(reasons),
    )


def _reasons(name: str, told: int, undated: int, supposed: int, missing: int) -> list[Message]:
    found = [message("law.forecast.counted", instrument=name, held=told, supposed=supposed)]
    if undated:
        found.append(message("law.forecast.undated", count=undated))
    if missing:
        found.append(message("law.forecast.missing", instrument=name, missing=missing))
    found.append(message("law.forecast.supposed"))
    return found
