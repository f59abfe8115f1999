"""The roll of an instrument: the depositary's own list of participants, as it stood on one day.

Promises: where a roll is held, it replaces what other sources said of signing and joining, and what it
does not name was not so on its day. Denunciations of other sources stay: the list does not show them.

Leaves to others: reading the depositary's file (``depositary``), where a roll is kept (``app``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from pydantic import Field

from comity.errors import BadInput
from comity.law.event import StatusEvent
from comity.law.marks import Day
from comity.law.model import SourceKey, Words
from comity.wire import Model, dump

FROM_ROLL: Final = "status of a roll"
"""Under this name ``compile`` gathers the steps that stand in a roll."""

KEPT: Final = frozenset({"denunciation", "withdrawal"})
"""Steps of other sources that a roll does not replace: the list of participants does not show them."""


class Roll(Model):
    """Where a complete list of participants was read, and when it stood so."""

    instrument: Words
    as_of: Day
    document: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the depositary's file."""
    sources: tuple[SourceKey, ...] = Field(min_length=1)


def replace_by_rolls(gathered: dict[str, list[dict[str, Any]]]) -> None:
    """Put the steps of each roll in the place of those that other files hold of its instrument.

    Raises:
        BadInput: a step in a roll is of another instrument.
    """
    steps = gathered.pop(FROM_ROLL)
    rolls = {roll["instrument"]: roll for roll in gathered["roll"]}
    for step in steps:
        if step["instrument"] not in rolls:
            raise BadInput("law.leads_nowhere", by="rolls", kind="roll", name=str(step["instrument"])[:60])
    if not rolls:
        return
    others = [s for s in gathered["status"] if s["instrument"] not in rolls or s["event"] in KEPT]
    gathered["status"] = [*others, *steps]
    for at, instrument in enumerate(gathered["instrument"]):
        roll = rolls.get(instrument["key"])
        if roll is not None:
            newer = {"status_as_of": roll["as_of"], "complete": True, "counts": []}
            gathered["instrument"][at] = {**instrument, **newer}


def write_roll(roll: Roll, steps: Iterable[StatusEvent]) -> bytes:
    """A roll as a file of law data; the same bytes for the same roll.

    Nothing in it is foreign text: codes, days, words of closed lists, keys of sources.
    """
    lines = [
        "# Read from the depositary's own list by this program. It replaces what other sources said of",
        "# signing and joining. Do not edit: import the list again.",
        "",
        "[roll]",
        *_members(dump(roll)),
    ]
    for step in steps:
        lines += ["", "[[status]]", *_members(dump(step))]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _members(record: dict[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in record.items() if value not in (None, "", False)]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
