"""The records that law data consists of: instruments and their paragraphs, measures, participation.

Promises: closed shapes (an unknown key is an error), whole numbers only, every record with its
sources and how sure we are of it. What a record does not hold is absent; nothing is filled in.

Leaves to others: what belongs to one State (``nation``), which act may follow (``table``), how the
records hang together (``compile``, ``bundle``).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from comity.law.marks import Day, Mark, Since, weakest
from comity.wire import Model

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*$", max_length=80)]
"""A stable dotted name, which code and acts may cite: ``uncc.preservation.min_period``."""

SourceKey = Annotated[str, StringConstraints(pattern=r"^S-[A-Z0-9]+$")]
StateCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2; ``EU`` (exceptionally reserved there) for the union."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=700)]
Words = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=60)]
"""An identifier from a vocabulary: a function, a role, a measure, a concept of offence."""

OffenceClass = Literal["convention", "serious", "other"]
"""Created by the instrument itself; not so, but over its penalty threshold; neither."""


class Source(Model):
    """Where something was read."""

    key: SourceKey
    title: Text


class MarkMeaning(Model):
    """What a mark says, and whether content that bears it is too weak to settle a check."""

    mark: Mark
    weak: bool
    summary: Text


class Term(Model):
    """One entry of a vocabulary: a function of an authority, a signer's role, a predicate."""

    key: Words
    summary: Text


class UrgencyLevel(Term):
    """How urgent a request is. ``rank``: its place in a list; 1 comes first."""

    rank: int = Field(ge=1)


class Function(Term):
    """A function of an authority. ``outside``: its offices can stand outside those who handle requests."""

    outside: bool = False


class Material(Term):
    """A kind of material that only a competent unit opens. ``function``: of such a unit.

    ``provisions``: the paragraphs that say what the material is, or whose offence it is evidence of.
    ``open_hours``: the longest that two of the unit may let it be opened for, by one permission.
    """

    function: Words
    open_hours: int = Field(ge=1, le=720)
    provisions: tuple[Key, ...] = Field(min_length=1)


class Value(Model):
    """A number that a paragraph lays down, from a date on."""

    name: Words
    value: int
    unit: Literal["days", "hours", "working_hours", "months", "years", "deposits", "parties"]
    bound: Literal["minimum", "maximum", "exact"]
    since: Since
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Settled(Model):
    """That a provision, or another record, was settled for one State's node, by whom and on what.

    ``confirmed``: ticked against an official text. ``adopted``, ``corrected``, ``rejected``: what the
    State's own adviser made of it. Packaged law data never has one.
    """

    how: Literal["confirmed", "adopted", "corrected", "rejected"]
    state: StateCode
    on: Day
    source: Text
    """What was read: the official text, as its file's SHA-256 or as the adviser cites it."""
    act: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """The act in that node's register."""


class Provision(Model):
    """One paragraph, or one item of it, in our own words. Never its wording."""

    key: Key
    instrument: Words
    article: int
    paragraph: str
    """As it is cited: ``8``, ``21(b)``; empty where the article has one paragraph only."""
    kind: Literal[
        "definition", "scope", "offence", "duty", "power", "encouragement", "form", "refusal",
        "ban", "limit", "relation", "reservation", "rule",
    ]  # fmt: skip
    summary: Text
    mark_number: Mark
    mark_content: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    values: tuple[Value, ...] = ()
    gives: Text | None = None
    """What someone gets or may do by it."""
    demands: Text | None = None
    """What it asks, and of whom."""
    reserved_by: tuple[Key, ...] = ()
    """The paragraphs by which a Party may reserve against this one."""
    who_reserves: Text | None = None
    """Of a paragraph that lets reserve: who may, and how far."""
    checks: tuple[Words, ...] = ()
    """The checks of a request that this paragraph has."""
    no_check: Text | None = None
    """Why it has none. Where both are absent, it carries no duty towards a request."""
    settled: Settled | None = None

    @property
    def verify(self) -> bool:
        """Whether a lawyer has still to tick it off against the official text."""
        return (self.mark_number, self.mark_content) != ("A", "A")

    @property
    def pointer(self) -> str:
        """How it is cited beside the instrument's name: ``art. 42(8)``."""
        number, opening, items = self.paragraph.partition("(")
        return f"art. {self.article}" + (f"({number})" if number else "") + opening + items


class EntryRule(Model):
    """When an instrument enters into force, and when for one who joins later.

    ``days``: ``wait`` days after the deposit that reaches ``count``; for a later joiner ``later_wait``
    days after its own, but not before the general date. ``first_of_month``: on the first day of the
    month that follows ``wait`` (``later_wait``) months after it.
    """

    kind: Literal["days", "first_of_month"]
    count: int = Field(ge=1)
    wait: int = Field(ge=0)
    later_wait: int = Field(ge=0)
    provisions: tuple[Key, ...] = Field(min_length=1)


class ExitRule(Model):
    """When a denunciation takes effect: ``months`` after notice, then perhaps the next month's first."""

    kind: Literal["months", "first_of_month"]
    months: int = Field(ge=0)
    provision: Key


class InForce(Model):
    """That an instrument is in force at all, since when, and who says so."""

    since: Since
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Count(Model):
    """How many had signed and how many were reported to have joined, as known on a day."""

    on: Since
    signatories: int | None = None
    consents: int | None = None
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Title(Model):
    """What the text of an instrument calls itself in one language (BCP 47), or a mark that it bears."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    words: Text


class Instrument(Model):
    """A treaty: what it is, how it enters into force, and how far that has come."""

    key: Words
    name: Text
    short_name: Text
    adopted: Day
    articles: int | None = Field(default=None, ge=1)
    """How many articles it has, where that is held."""
    titles: tuple[Title, ...] = ()
    """By which a file is recognised as its text."""
    threshold: Key | None = None
    """The provision whose value ``maximum_penalty`` makes an offence serious under it, if any."""
    entry: EntryRule
    exit: ExitRule
    in_force: InForce | None = None
    only_listed_reservations: bool = False
    """Whether none may be made but those that its own paragraphs name."""
    within: Words | None = None
    """The instrument that it is a protocol to: only who is bound by that can be bound by this."""
    depositary: Annotated[str, StringConstraints(pattern=r"^[IVX]+-[0-9]+$")] | None = None
    """Chapter and number in the UN Treaty Collection, if it stands there: ``XVIII-16``."""
    depositary_title: Text | None = None
    """The words by which its title there begins."""
    depositary_source: SourceKey | None = None
    confirmed_months: int | None = Field(default=None, ge=1)
    """For how many months a comparison with the official text holds (a rule of ours, not of the treaty)."""
    status_as_of: Day
    """The day up to which what this data says of participation was looked at."""
    complete: bool = False
    """Whether the steps held are all there were on that day: read from the depositary's own list."""
    counts: tuple[Count, ...] = ()
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Offence(Model):
    """A concept of offence that an instrument makes its Parties create."""

    concept: Words
    instrument: Words
    provision: Key


class Ground(Model):
    """A ground on which an instrument lets assistance be refused, or forbids to refuse it."""

    key: Key
    notion: Words
    instrument: Words
    allowed: bool = True
    measures: tuple[Words, ...] = Field(min_length=1)
    provisions: tuple[Key, ...] = Field(min_length=1)
    offence_classes: tuple[OffenceClass, ...] = ("convention", "serious", "other")
    needs_reservation: Key | None = None
    """The paragraph to which the requested State must have made a reservation to use this ground."""
    conditions_first: bool = False
    """Whether conditions that would cure the obstacle are to be sought before refusing."""
    consult: Literal["required", "where_appropriate", "advised", "none"] = "none"
    consult_provision: Key | None = None
    reasons_provision: Key | None = None
    summary: Text
    mark: Mark
    """How sure we are that this ground applies to these measures (our reading)."""

    @property
    def consult_first(self) -> bool:
        """Whether an offer of consultation comes before a refusal on this ground."""
        return self.consult in {"required", "where_appropriate"}


PLAIN: Final = "calendar"
"""How periods are counted where nothing else is said: as ``calendar`` counts them."""


class HouseLength(Model):
    """How long a clock of this program runs where no law says; a State's own (``OwnLength``) goes before it.

    ``working_hours`` count while the office is open that has to act there.
    """

    value: int = Field(ge=1)
    unit: Literal["days", "working_days", "hours", "working_hours", "months"]
    ends_open: bool = False
    """Whether an end that falls while that office is closed waits until it opens."""


class LeastTime(Model):
    """The least that an act which states its own end has to leave: a rule of this program."""

    value: int = Field(ge=1)
    unit: Literal["days", "hours"]


class Counting(Model):
    """How a period is counted. What the source leaves open is as ``calendar`` has it."""

    key: Words
    hours_from: Literal["event", "next_full_hour"] = "event"
    runs_on: bool = False
    """Whether a period of days that ends on a day of rest runs on to the end of the next working day."""
    ends_open: bool = False
    """Whether an end that falls while the office that has to act is closed waits until it opens."""
    summary: Text
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Clock(Model):
    """What is set in motion by an event of a case: by an instrument, or by a rule of this program.

    Its length stands in a provision, or is this program's own (``house``); with neither, the act that
    starts it states when it ends, or nobody does: then something is awaited, and nothing is ever late.
    """

    key: Key
    instrument: Words | None = None
    """None: a rule of this program, which binds no State."""
    measures: tuple[Words, ...] = ()
    """Empty: any."""
    provision: Key | None = None
    value: Words | None = None
    """The name of the provision's value that gives the length."""
    house: HouseLength | None = None
    at_least: LeastTime | None = None
    """Where the act states when it ends: what this program holds to be the least that is reasonable."""
    counting: Words = PLAIN
    starts: Words
    """The event that starts it, by its name in the registry of ``cases.starts``."""
    suspended_by: tuple[Words, ...] = ()
    """What makes it stand still, by its name in the registry of ``cases.pauses``."""
    then: Literal["held_until_decision", "lapses", "rests", "silence", "ends", "overdue"]
    """What holds when it is over: data stays held; it lapses; the request rests; silence was the answer;
    it has ended, and nobody has to do anything; what is owed is late."""
    summary: Text
    mark: Mark | None = None
    """How sure we are of the law; none for a rule of this program."""


class Asker(Model):
    """A function whose authorities may ask for a measure, and the paragraphs that let them."""

    function: Words
    provisions: tuple[Key, ...] = ()


class Signing(Model):
    """A set of roles that suffices to sign an act about a measure (a rule of this program)."""

    act: Words
    roles: tuple[Words, ...] = Field(min_length=1)
    ratify_within_hours: int | None = Field(default=None, ge=1)
    """Where one signs alone: within how many hours a second person of the same authority ratifies."""


class Basis(Model):
    """An instrument on which a measure can rest, for which classes of offence."""

    instrument: Words
    provisions: tuple[Key, ...] = Field(min_length=1)
    offence_classes: tuple[OffenceClass, ...] = Field(min_length=1)
    dual_criminality: Literal["not_required", "by_reservation", "may_be_required", "required"]
    """``required``: the instrument reaches no conduct but what both States punish, as in extradition."""
    mark: Mark


SaidIn = Literal[
    "sender", "conduct", "offence", "proceeding", "items", "target", "period", "purpose", "urgency",
    "secrecy", "earlier", "conditions", "facts", "statement", "paper", "origin",
]  # fmt: skip
"""Where a request says a content: in a part that every request has, in a statement of its own by the
content's key, or in a paper beside it, named by its digest and the content's key."""


class Content(Model):
    """Something that a request for a measure has to say."""

    key: Words
    needed: Literal["always", "where_applicable"]
    said_in: SaidIn | None = None
    """Where it is said; absent in data that was compiled before this was held."""
    summary: Text
    provisions: tuple[Key, ...] = ()
    practice: bool = False
    """Asked by this program as good practice where no instrument in play lists it."""


ItemSort = Literal[
    "subscriber", "traffic", "content", "information", "document", "object", "place", "person", "asset",
    "proceeding",
]  # fmt: skip
"""What an item of a request can be; the first three are electronic data, from the least intrusive on."""


class Measure(Model):
    """What can be asked for."""

    key: Words
    summary: Text
    items: tuple[ItemSort, ...] = Field(default=("subscriber", "traffic", "content"), min_length=1)
    """What its items may be."""
    intrusive: bool
    builds_on: tuple[Words, ...] = ()
    """The measures whose request it may name as the one that it follows."""
    may_ask: tuple[Asker, ...] = Field(min_length=1)
    may_answer: tuple[Asker, ...] = Field(min_length=1)
    signing: tuple[Signing, ...] = Field(min_length=1)
    bases: tuple[Basis, ...] = Field(min_length=1)
    """In the order in which they are offered."""
    contents: tuple[Content, ...] = Field(min_length=1)
    capacities: tuple[Literal["intelligence", "emergency", "evidence"], ...] = ()

    def signed_by(self, act: str) -> tuple[Signing, ...]:
        """Which sets of roles suffice for an act of this kind about this measure."""
        return tuple(signing for signing in self.signing if signing.act == act)


def doubt(provision: Provision, on: date, weak: frozenset[Mark]) -> Literal["weak", "expired"] | None:
    """Why a provision's content settles nothing on that day: its mark is weak, or its review overdue."""
    marks = [provision.mark_content, *(value.mark for value in provision.values)]
    if weakest(marks) in weak:
        return "weak"
    return "expired" if on > date.fromisoformat(provision.review_by) else None
