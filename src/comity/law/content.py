"""The shape of a whole bundle: every list of records, version 1 of the format.

Promises: closed; the lists stand in the order of their records' keys, so that there is one text.

Leaves to others: making one (``compile``), asking it anything (``bundle``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from comity.law.article import Article, DescribedBasis, Pointer
from comity.law.calendars import Calendar
from comity.law.criminality import ElementWord
from comity.law.event import Objection, Reservation, StatusEvent
from comity.law.formality import Demand, Formality
from comity.law.limit import LimitWord
from comity.law.marks import Day, Mark
from comity.law.model import (
    Clock,
    Counting,
    Function,
    Ground,
    Instrument,
    MarkMeaning,
    Material,
    Measure,
    Offence,
    Provision,
    Source,
    SourceKey,
    StateCode,
    Term,
    Text,
    UrgencyLevel,
)
from comity.law.nation import Counterpart, Criterion, Hook, Nation, Regime, SpeechLaw
from comity.law.roll import Roll
from comity.law.table import Table
from comity.wire import Model


class Applied(Model):
    """What one node put over the packaged law data: an adopted overlay, or ticks against a text."""

    act: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    state: StateCode
    what: Literal["overlay", "ticks"]
    name: Text
    version: int = Field(ge=0)
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of the compiled overlay, or of the official text."""


class TreatyLaw(Model):
    """What the general law of treaties lays down, for what the instruments leave open."""

    silence_months: int = Field(ge=1)
    """Who has not objected to a reservation for so long has accepted it."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Content(Model):
    """Everything that a bundle holds, in the order of keys; version 1 of the format."""

    v: int = Field(ge=1, le=1)
    name: str
    as_of: Day
    """The state of information: nothing later was looked at."""
    marks: tuple[MarkMeaning, ...]
    sources: tuple[Source, ...]
    functions: tuple[Function, ...]
    roles: tuple[Term, ...]
    concepts: tuple[Term, ...]
    instruments: tuple[Instrument, ...]
    provisions: tuple[Provision, ...]
    offences: tuple[Offence, ...]
    grounds: tuple[Ground, ...]
    clocks: tuple[Clock, ...]
    status: tuple[StatusEvent, ...]
    reservations: tuple[Reservation, ...]
    nations: tuple[Nation, ...]
    measures: tuple[Measure, ...]
    tables: tuple[Table, ...]
    criteria: tuple[Criterion, ...]
    hooks: tuple[Hook, ...]
    articles: tuple[Article, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    described: tuple[DescribedBasis, ...] = ()
    applied: tuple[Applied, ...] = ()
    """In the order in which they were applied; empty in the packaged bundle."""
    objections: tuple[Objection, ...] = ()
    demands: tuple[Demand, ...] = ()
    formalities: tuple[Formality, ...] = ()
    elements: tuple[ElementWord, ...] = ()
    limits: tuple[LimitWord, ...] = ()
    rolls: tuple[Roll, ...] = ()
    counterparts: tuple[Counterpart, ...] = ()
    policies: tuple[Regime, ...] = ()
    """What owners of systems promise to researchers; no State's law."""
    speech_laws: tuple[SpeechLaw, ...] = ()
    calendars: tuple[Calendar, ...] = Field(default=(), max_length=1)
    countings: tuple[Counting, ...] = ()
    treaty_law: tuple[TreatyLaw, ...] = Field(default=(), max_length=1)
    urgencies: tuple[UrgencyLevel, ...] = ()
    urgency_reasons: tuple[Term, ...] = ()
    materials: tuple[Material, ...] = ()
