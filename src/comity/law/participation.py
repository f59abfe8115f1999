"""How far each State has come with an instrument on a day, in one word: for a map, a list, a line of time.

Promises: the word is the strongest that is known; *signed* is never *joined*, *joined* never *bound*. What is
only reported, without its day, is *reported*.

Leaves to others: reasons (``standing``), pictures (``letters.picture``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from comity.law.bundle import Bundle
from comity.law.event import StatusEvent
from comity.law.marks import latest, reached
from comity.law.standing import bound, in_force

Stage = Literal["bound", "joined", "reported", "signed", "left", "not_held"]
STAGES: Final[tuple[Stage, ...]] = ("bound", "joined", "reported", "signed", "left", "not_held")


@dataclass(frozen=True, slots=True)
class Total:
    """How many had signed and joined by the end of a day, of the steps that are held."""

    on: date
    signed: int
    joined: int


def how_far(bundle: Bundle, instrument: str, on: date) -> dict[str, Stage]:
    """Of every State that is held, how far it has come with an instrument on a day."""
    living = in_force(bundle, instrument, on).answer == "yes"
    return {
        nation.code: _stage(bundle, nation.code, instrument, on, living=living)
        for nation in bundle.content.nations
    }


def totals(bundle: Bundle, instrument: str, on: date) -> tuple[Total, ...]:
    """The line of time: totals on each day on which a step was taken, or was first known of, by a day.

    A union's signature is counted among the signatures, as the depositary does, and its deposit never.
    """
    steps = bundle.steps(instrument)
    signed = _days(
        [e for events in steps.values() for e in events if e.event == "signature" and not e.withdrawn]
    )
    joined = _days(
        [next(e for e in events if _joins(e)) for events in steps.values() if any(_joins(e) for e in events)]
    )
    days = sorted({day for day in (*signed, *joined) if day <= on})
    return tuple(Total(d, sum(s <= d for s in signed), sum(j <= d for j in joined)) for d in days)


def _joins(event: StatusEvent) -> bool:
    return (event.consents or event.event == "party") and not event.organisation


def _days(events: Sequence[StatusEvent]) -> list[date]:
    found = []
    for event in events:
        day = event.on or event.reported
        if day is not None:
            found.append(latest(day))
    return found


def _stage(bundle: Bundle, state: str, instrument: str, on: date, *, living: bool) -> Stage:
    events = [e for e in bundle.status(state, instrument) if not e.withdrawn]
    standing = bound(bundle, state, instrument, on)
    joins = [e for e in events if e.consents or e.event == "party"]
    if joins and standing.answer == "yes":
        return "bound" if living else "joined"
    if any(e.event == "denunciation" and e.on is not None and reached(e.on, on) for e in events):
        return "left" if standing.answer == "no" else "joined"
    if any(e.on is not None and reached(e.on, on) for e in joins):
        return "joined"
    if any(e.on is None and e.reported is not None and date.fromisoformat(e.reported) <= on for e in joins):
        return "reported"
    told = [e.on or e.reported for e in events if e.event == "signature"]
    if any(day is not None and reached(day, on) is not False for day in told):
        return "signed"
    return "not_held"
