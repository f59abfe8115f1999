"""The closed registry of facts that checks read, and the base of what was stated of them.

Promises:
- A fact has one key, one type, one who can know it; another key, or a value of another type, is an
  error. Nothing is filled in: what nobody stated is absent.
- What only the interested State says never settles a safeguard in its favour (``FactBase.read``). Its
  documents do, since they can be looked at; so does what it has to *declare*, where the declaration
  itself is what the law asks for. What it says against its own interest counts.
- Each State speaks for its own law; what another says of it is shown, and settles nothing.
- Two values of one fact are both shown, and settle nothing.

Leaves to others: deriving facts from a request (``request``), the checks (``checks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from comity.acts import AskWhom, Fact, Provenance, Reading
from comity.errors import BadInput
from comity.safeguards.logic import Truth

Side = Literal["requesting", "requested"]
FactValue = bool | int | str


class Nature(StrEnum):
    """What makes a fact so."""

    DERIVED = "derived"
    """The request's own bytes; no one can state it."""
    DECLARED = "declared"
    """That the State declares it: the law asks for the declaration."""
    WORLD = "world"
    """What happened, or is the case."""
    OWN_LAW = "own_law"
    """The law or the position of one State, for which it alone speaks."""


@dataclass(frozen=True, slots=True)
class FactKey:
    """One kind of fact. ``text`` is the id of its question, the same whoever is asked."""

    key: str
    type: type[bool | int | str]
    nature: Nature
    known_to: Side | None
    """Which side's file can hold it; ``None``: either's."""
    harmless: bool
    """Whether asking the other side does no harm; where not, no one is asked by the program."""

    @property
    def text(self) -> str:
        return f"safeguards.fact.{self.key}"

    def ask(self, side: Side) -> AskWhom:
        """Who may be asked for it, seen from one side."""
        if not self.harmless:
            return AskWhom.NOBODY
        if self.known_to in {None, side} or self.nature is Nature.DERIVED:
            return AskWhom.OWN_FILE
        return AskWhom.THEM


CRITERIA: Final = 17
"""How many criteria of good-faith research there are; their texts stand in the law data."""

PERSECUTION: Final = (
    "opinion", "speech_provision", "protected_role", "asylum", "protected_trait", "refused_before",
    "timing", "sought_repeatedly",
)  # fmt: skip
"""The indicators of a discriminatory or political purpose, in the order of the catalogue."""


def _keys() -> Iterable[FactKey]:
    def derived(*names: str, of: type[bool | int | str] = bool) -> Iterable[FactKey]:
        return (FactKey(name, of, Nature.DERIVED, "requesting", harmless=True) for name in names)

    def of(nature: Nature, who: Side | None, *names: str, harmless: bool = True) -> Iterable[FactKey]:
        return (FactKey(name, bool, nature, who, harmless) for name in names)

    yield from derived(
        "request.authority_named",
        "request.subject_stated",
        "request.proceeding_named",
        "request.conduct_described",
        "request.offence_named",
        "request.items_described",
        "request.targets_identified",
        "request.period_stated",
        "request.period_bounded",
        "request.purpose_stated",
        "request.confidentiality_asked",
        "request.urgency_explained",
        "request.least_intrusive_data",
        "request.two_persons",
        "request.ratification_promised",
        "request.builds_on_preservation",
    )
    # What the requested State itself did about a refusal: a check on ourselves.
    yield from of(
        Nature.DERIVED,
        "requested",
        "refusal.grounds_held",
        "refusal.reasons_given",
        "refusal.consultation_needed",
        "refusal.consultation_offered",
        "refusal.consultation_over",
    )
    yield from derived("offence.concept", of=str)
    yield from derived("offence.max_penalty_months", of=int)
    yield from of(
        Nature.DECLARED,
        "requesting",
        "declared.dishonest_intent",
        "declared.link_of_data_to_offence",
        "declared.custodian_or_location",
        "declared.need_of_preservation",
        "declared.request_will_follow",
        "declared.use_limited_to_purpose",
        "declared.onward_only_with_consent",
    )
    yield from of(
        Nature.WORLD,
        "requesting",
        "authorisation.independent",
        "conduct.without_right",
        "conduct.intentional",
        "conduct.security_measure_defeated",
        "conduct.harm_caused",
        "intent.dishonest_shown",
        "necessity.lesser_not_enough",
        "necessity.third_persons_limited",
    )
    yield from of(Nature.WORLD, None, "offence.fits_concept")
    yield from of(Nature.WORLD, None, "target.privileged", harmless=False)
    yield from of(Nature.OWN_LAW, "requesting", "law.punishable_requesting", "law.intent_required_requesting")
    yield from of(
        Nature.OWN_LAW,
        "requested",
        "law.punishable_requested",
        "law.intent_required_requested",
        "law.own_case_permitted",
        "law.transfer_permitted",
        "law.conditions_would_cure",
        "law.confidentiality_possible",
        "law.essential_interests_touched",
    )
    # Status, sources and suspicion of the other State are never asked of it, nor looked up.
    yield from of(Nature.WORLD, None, *(f"persecution.{n}" for n in PERSECUTION), harmless=False)
    yield from of(Nature.WORLD, None, "research.indicated", harmless=False)
    yield from of(Nature.WORLD, "requesting", *(f"research.gf_{n:02}" for n in range(1, CRITERIA + 1)))


FACTS: Final[Mapping[str, FactKey]] = MappingProxyType({key.key: key for key in _keys()})
"""Every fact that a check may read, by its key."""


def fact_key(key: str) -> FactKey:
    """One entry of the registry.

    Raises:
        BadInput: no such fact.
    """
    if key not in FACTS:
        raise BadInput("safeguards.unknown_fact", fact=key[:120])
    return FACTS[key]


@dataclass(frozen=True, slots=True, order=True)
class Stated:
    """A value of a fact, and who said so. ``by`` is the State whose act or own file holds it."""

    by: str
    provenance: Provenance
    value: FactValue
    reference: str

    def reading(self, key: str) -> Reading:
        return Reading(key=key, value=self.value, provenance=self.provenance, stated_by=self.by)


@dataclass(frozen=True, slots=True)
class Known:
    """What came of reading one fact: the truth of the statement asked for, and why not known."""

    key: str
    truth: Truth
    stated: tuple[Stated, ...]
    why: Literal["known", "missing", "asserted_only", "contradictory", "not_theirs_to_say"]


@dataclass(frozen=True, slots=True)
class FactBase:
    """All that was stated, by fact, each in one order. Build it with ``gather``."""

    requesting: str
    requested: str
    stated: Mapping[str, tuple[Stated, ...]]

    def read(self, key: str, wanted: FactValue, interested: str) -> Known:
        """Whether ``key`` is known to be ``wanted``, the value that favours the ``interested`` State.

        Raises:
            BadInput: no such fact, or ``wanted`` is of another type than the fact.
        """
        entry = _typed(key, wanted)
        stated = self.stated.get(key, ())
        speaking = tuple(s for s in stated if self._may_speak(entry, s))
        if not speaking:
            return Known(key, Truth.UNKNOWN, stated, "not_theirs_to_say" if stated else "missing")
        if len({s.value for s in speaking}) > 1:
            return Known(key, Truth.UNKNOWN, stated, "contradictory")
        if speaking[0].value != wanted:
            return Known(key, Truth.FALSE, stated, "known")
        if any(_settles(entry, s, interested) for s in speaking):
            return Known(key, Truth.TRUE, stated, "known")
        return Known(key, Truth.UNKNOWN, stated, "asserted_only")

    def value(self, key: str) -> FactValue | None:
        """A derived fact's one value; ``None``: the request does not show it.

        Raises:
            BadInput: no such fact, or not a derived one.
        """
        if fact_key(key).nature is not Nature.DERIVED:
            raise BadInput("safeguards.fact_not_derived", fact=key)
        stated = self.stated.get(key, ())
        return stated[0].value if stated else None

    def _may_speak(self, entry: FactKey, stated: Stated) -> bool:
        if entry.nature in {Nature.OWN_LAW, Nature.DECLARED}:
            return stated.by == (self.requesting if entry.known_to == "requesting" else self.requested)
        return True


def gather(
    requesting: str,
    requested: str,
    derived: Mapping[str, FactValue],
    said: Iterable[tuple[str, Fact]],
    home: Iterable[Fact],
) -> FactBase:
    """Put together what is known of a request; the order of what comes in makes no difference.

    Args:
        requesting: the State that asks, as its ISO code; what is derived stands in its request.
        requested: the other.
        derived: what follows from the request's own bytes.
        said: facts in acts, each with the State whose act says so: whatever a fact claims of its
            speaker, the State that signed is the one that said it.
        home: facts of the own file, which a person of this node entered.

    Raises:
        BadInput: an unknown fact, a value of the wrong type, a derived fact that someone states.
    """
    held: dict[str, set[Stated]] = {}
    for key, value in derived.items():
        _typed(key, value)
        held.setdefault(key, set()).add(Stated(requesting, Provenance.RECORD, value, ""))
    for by, fact in [*said, *((fact.stated_by, fact) for fact in home)]:
        check_fact(fact.key, fact.value)
        held.setdefault(fact.key, set()).add(Stated(by, fact.provenance, fact.value, fact.reference))
    ordered = {key: tuple(sorted(held[key])) for key in sorted(held)}
    return FactBase(requesting, requested, MappingProxyType(ordered))


def check_fact(key: str, value: FactValue) -> None:
    """Whether a person may state this of a request.

    Raises:
        BadInput: no check reads such a fact; another type of value; or it follows from the request itself.
    """
    if _typed(key, value).nature is Nature.DERIVED:
        raise BadInput("safeguards.fact_is_derived", fact=key)


def _typed(key: str, value: FactValue) -> FactKey:
    entry = fact_key(key)
    if type(value) is not entry.type:  # a bool is an int to isinstance
        raise BadInput(
            "safeguards.wrong_type", fact=key, wanted=entry.type.__name__, given=type(value).__name__
        )
    return entry


def _settles(entry: FactKey, stated: Stated, interested: str) -> bool:
    """Whether this statement settles the fact in favour of the interested State."""
    if entry.nature in {Nature.DERIVED, Nature.DECLARED} or stated.by != interested:
        return True
    # Its own record or inquiry is still its word alone; a document can be looked at.
    return stated.provenance is Provenance.DOCUMENT and bool(stated.reference.strip())
