"""The only reader of time. Everything else is handed an instant.

Promises: instants are UTC with whole seconds, written ``2026-11-21T17:55:49Z`` (RFC 3339) and in no
other way, so that one instant has one text and texts sort as the instants do.

Leaves to others: legal days, zones and hour clocks (``calendar``).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol

from comity.errors import BadInput

_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """The present instant: aware, UTC, whole seconds."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC).replace(microsecond=0)


class FixedClock:
    """A clock that stands still until it is moved: for tests, demonstrations and replay."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def write_instant(instant: datetime) -> str:
    """The one text of an instant."""
    # Not strftime: it writes the year 1 as "1", and texts would no longer sort as the instants do.
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def read_instant(text: str) -> datetime:
    """Read the one text of an instant.

    Raises:
        BadInput: any other spelling, or a date that does not exist.
    """
    if not _SHAPE.fullmatch(text):
        raise BadInput("clock.not_an_instant", text=text[:40])
    try:
        return datetime.fromisoformat(text)  # of this shape it reads what strptime would, and 20 times faster
    except ValueError as error:
        raise BadInput("clock.not_an_instant", text=text) from error
