"""What law data holds of one State: its offences, its good-faith research regimes, its zone and days.

Promises: closed shapes; what is not held is absent and named in ``not_held``; nothing is inferred
from another State.

Leaves to others: participation in instruments (``model.StatusEvent``), and any reading of the law.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from comity.law.marks import Day, Mark, Since
from comity.law.model import Key, SourceKey, StateCode, Text, Value, Words
from comity.wire import Model

Instant = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]


class ZoneOffset(Model):
    """From ``since`` on, local time is UTC plus ``minutes``."""

    since: Instant
    minutes: int = Field(ge=-24 * 60, le=24 * 60)


class ZoneData(Model):
    """The offsets of one zone of a State."""

    name: Text
    offsets: tuple[ZoneOffset, ...] = Field(min_length=1)
    until: Instant
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class RestData(Model):
    """Weekdays (1 is Monday) and dates on which no office works."""

    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...]
    dates: tuple[Day, ...]
    dates_complete: bool
    """Whether the single dates are all of them; where not, a working-day count is at most an estimate."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class NationalOffence(Model):
    """A provision of national law, as far as it was read, for one concept of offence."""

    concept: Words
    provision: Text
    max_months: int | None = None
    max_months_aggravated: int | None = None
    elements: tuple[Words, ...] = ()
    text_as_of: Since
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    note: str = ""


class Regime(Model):
    """What a State's law says of security research in good faith."""

    key: Key
    name: Text
    effect: Literal[
        "not_offence", "not_punishable", "prosecution_discretion", "reporting_confidentiality",
        "owner_promise", "none",
    ]  # fmt: skip
    since: Since
    concepts: tuple[Words, ...]
    """The offences that it covers, as far as they are held as concepts."""
    covers: Text
    criteria: tuple[Key, ...] = Field(min_length=1)
    forbidden_methods: tuple[Words, ...] = ()
    values: tuple[Value, ...] = ()
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    note: str = ""


class Nation(Model):
    """One State, as far as anything is held of it."""

    code: StateCode
    name: Text
    zones: tuple[ZoneData, ...] = ()
    rest: RestData | None = None
    offences: tuple[NationalOffence, ...] = ()
    regimes: tuple[Regime, ...] = ()
    not_held: tuple[Words, ...] = ()


class Criterion(Model):
    """One thing to be shown about research in good faith."""

    key: Key
    label: Text
    summary: Text
    evidence: Text


class Hook(Model):
    """A place in an instrument where a State's law can protect research in good faith."""

    key: Key
    summary: Text
    provisions: tuple[Key, ...] = Field(min_length=1)
    mark: Mark
    """Of the analysis; each paragraph bears its own."""
