"""What law data holds of one State: its offences, its good-faith research regimes, its zone and days.

Promises: closed shapes; what is not held is absent and named in ``not_held``; nothing is inferred
from another State.

Leaves to others: participation in instruments (``model.StatusEvent``), and any reading of the law.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from comity.law.criminality import AnyOf, Criminality
from comity.law.event import Territory
from comity.law.marks import Day, Mark, Since
from comity.law.model import HouseLength, Key, Settled, SourceKey, StateCode, Text, Value, Words
from comity.law.position import Position
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


Penalty = Literal["term", "life", "fine_only", "court_discretion", "as_prepared_offence", "not_held"]


class NationalOffence(Model):
    """A provision of national law, as far as it was read, for one concept of offence."""

    concept: Words
    provision: Text
    max_months: int | None = None
    max_months_aggravated: int | None = None
    penalty: Penalty = "term"
    """What the maximum is where it is no number of months; ``not_held`` where it was not read."""
    penalty_aggravated: Penalty = "term"
    elements: tuple[Words, ...] = ()
    """Elements that a fact of a request answers."""
    further: tuple[Words, ...] = ()
    """Elements for which no fact is asked: always open, and named to the person who compares."""
    research: Literal[
        "none", "statute", "element", "policy", "draft", "partial", "not_read",
    ] = "not_read"  # fmt: skip
    """What protects research or authorised testing there: a rule of the statute, an element that leaves it
    outside, a policy of prosecution only, a draft only, something else; or none found."""
    text_as_of: Since | None = None
    """The state of the text that was read; null where the source does not tell."""
    requires: tuple[AnyOf, ...] = ()
    """What it asks for, each entry with its alternatives; where a State lists this, ``elements`` and
    ``further`` are left aside."""
    unless: tuple[Words, ...] = ()
    """Elements that take conduct out of it, such as authorised testing."""
    preconditions: tuple[Words, ...] = ()
    """What a prosecution waits for, such as a complaint; no element of the conduct."""
    since: Day | None = None
    """From when it stands as described; absent: for as long as matters."""
    until: Day | None = None
    """The last day on which it stood, where it was changed or repealed since."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    note: str = ""
    settled: Settled | None = None


class Regime(Model):
    """What a State's law, its prosecutors or an owner say of security research in good faith."""

    key: Key
    name: Text
    effect: Literal[
        "not_offence", "not_punishable", "prosecution_discretion", "reporting_confidentiality",
        "owner_promise", "none",
    ]  # fmt: skip
    since: Since | None = None
    """The first day, as far as known; absent: not held, or a rule that never stood."""
    until: Since | None = None
    """The first day on which it no longer stood; absent: none is held."""
    concepts: tuple[Words, ...]
    """The offences that it covers, as far as they are held as concepts."""
    covers: Text
    subject: Literal["systems", "tools", "ai"] = "systems"
    """What it speaks of: systems of any kind, tools only, systems of artificial intelligence."""
    criteria: tuple[Key, ...] = Field(min_length=1)
    one_of: tuple[Key, ...] = ()
    """Criteria of which one is enough."""
    forbidden_methods: tuple[Words, ...] = ()
    values: tuple[Value, ...] = ()
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    note: str = ""


class TerritoryData(Model):
    """A territory or body beside the State, which can have authorities with their own competence."""

    code: Territory
    name: Text
    names: tuple[Text, ...] = ()
    kind: Literal["special_region", "territory", "office"]


class Notice(Model):
    """What a State has told others to use: an authority, a language, a channel."""

    topic: Literal[
        "central_authority", "extradition_authority", "contact_point", "languages", "channel",
        "urgent_channel",
    ]  # fmt: skip
    instrument: Words | None = None
    """For requests under it; absent: under any."""
    territory: Territory | None = None
    """For requests to this territory or body alone; there it takes the place of the State's own."""
    towards: tuple[StateCode, ...] = ()
    """For requests from these States alone; empty: from any."""
    value: Text
    languages: tuple[Words, ...] = ()
    """Of languages: their tags (ISO 639), any one of which will do; empty: ``value`` alone says it."""
    since: Since
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Stage(Model):
    """A step of a State's own procedure before it can deposit; with a vote, the rule that carries it."""

    key: Words
    instrument: Words
    body: Text
    summary: Text
    numerator: int | None = Field(default=None, ge=1)
    denominator: int | None = Field(default=None, ge=1)
    strict: bool = False
    """Whether more than the fraction is needed, not just the fraction."""
    base: Literal["present", "voting", "members"] | None = None
    members: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1)
    """For how many sitting days it lies before the body."""
    reached: Since | None = None
    """When it was done; absent: not done, or not held."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    since: Since
    """From when the rule stands as described, as far as held."""


class OwnLength(HouseLength):
    """How long a clock of this program (``key``) runs where this State has to act, by its own rule.

    It binds nobody else: the other State's clocks run as that State, or the program, has them.
    """

    key: Key
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    settled: Settled | None = None


class Nation(Model):
    """One State, as far as anything is held of it."""

    code: StateCode
    name: Text
    iso3: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    un_name: Text | None = None
    """As the United Nations write it in the list of participants, where that is another name."""
    names: tuple[Text, ...] = ()
    """Other names by which a person may ask for it."""
    kind: Literal["state", "union"] = "state"
    territories: tuple[TerritoryData, ...] = ()
    notices: tuple[Notice, ...] = ()
    stages: tuple[Stage, ...] = ()
    zones: tuple[ZoneData, ...] = ()
    rest: RestData | None = None
    offences: tuple[NationalOffence, ...] = ()
    candidates: tuple[NationalOffence, ...] = ()
    """Rows known to be stale or in conflict: shown to a person, read by no check."""
    regimes: tuple[Regime, ...] = ()
    criminality: Criminality | None = None
    positions: tuple[Position, ...] = ()
    """What it answers once for all; the packaged data has none."""
    lengths: tuple[OwnLength, ...] = ()
    """How long clocks of this program run for it; the packaged data has none."""
    not_held: tuple[Words, ...] = ()


class Criterion(Model):
    """One thing to be shown about research in good faith."""

    key: Key
    label: Text
    summary: Text
    evidence: Text


class Counterpart(Model):
    """A criterion of another list, and which criteria of the one list that is asked show it."""

    key: Key
    label: Text
    summary: Text
    criteria: tuple[Key, ...] = Field(min_length=1)
    exact: bool
    """Whether these show all of it; where not, a part of it is a person's to look for."""
    mark: Mark


class SpeechLaw(Model):
    """Law of a State of which a source says that it is used against speech, belief or morals.

    It speaks of provisions, never of persons, and says nothing of a case in which they are cited.
    """

    key: Key
    state: StateCode
    law: Text | None = None
    """The law, as it is cited; absent: the source names the kind of provision only."""
    names: tuple[Text, ...] = ()
    """Words by which a citation is known to mean this law, each enough."""
    articles: tuple[Words, ...] = ()
    """The numbers of its provisions, as they are cited; empty: not held."""
    punishes: tuple[Words, ...] = Field(min_length=1)
    max_months: int | None = None
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    note: str = ""


class Hook(Model):
    """A place in an instrument where a State's law can protect research in good faith."""

    key: Key
    summary: Text
    provisions: tuple[Key, ...] = Field(min_length=1)
    measures: tuple[Words, ...] = ()
    """The measures to which it is limited; empty: any for which its paragraphs stand."""
    mark: Mark
    """Of the analysis; each paragraph bears its own."""
