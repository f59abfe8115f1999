"""A clock of a case as a row keeps it, and read back: what the list of everything due is made of.

Promises: what is read back is the clock that was written, but for the class of the error that says why its
end is not known: its id and arguments are what anybody is told.

Leaves to others: the clock (``cases.clocks``), the rows (``store.dues``), how it stands (``cases.due``).
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from comity.cases import ClockValue, Pause
from comity.clock import read_instant, write_instant
from comity.errors import BadInput
from comity.wire import Json

_INSTANTS: Final = ("started", "ends", "asked_until", "extended_until")
_PLAIN: Final = tuple(
    one.name for one in fields(ClockValue) if one.name not in {*_INSTANTS, "held_for", "pauses", "unknown"}
)


def told_clock(clock: ClockValue) -> Json:
    """A clock in plain values."""
    return {
        **{name: getattr(clock, name) for name in _PLAIN},
        **{name: _instant(getattr(clock, name)) for name in _INSTANTS},
        "held_for": list(clock.held_for),
        "pauses": [
            {"why": one.why, "act": one.act, "since": _instant(one.since), "until": _instant(one.until)}
            for one in clock.pauses
        ],
        "unknown": None
        if clock.unknown is None
        else {"id": clock.unknown.id, "arguments": clock.unknown.arguments},
    }


def read_clock(told: Json) -> ClockValue:
    """The clock of plain values, as ``told_clock`` gave them."""
    values: dict[str, Any] = {name: told[name] for name in _PLAIN}
    values |= {name: _read(told[name]) for name in _INSTANTS}
    unknown = told["unknown"]
    return ClockValue(
        **values,
        held_for=tuple(told["held_for"]),
        pauses=tuple(
            Pause(one["why"], one["act"], read_instant(one["since"]), _read(one["until"]))
            for one in told["pauses"]
        ),
        unknown=None if unknown is None else BadInput(unknown["id"], **unknown["arguments"]),
    )


def _instant(at: datetime | None) -> str | None:
    return None if at is None else write_instant(at)


def _read(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
