"""The base of what was stated of a request, fact by fact.

Promises:
- A fact has one key, one type, one who can know it; another key, or a value of another type, is an
  error. Nothing is filled in: what nobody stated is absent.
- What only the interested State says never settles a safeguard in its favour (``FactBase.read``). Its
  documents do, since they can be looked at; so does what it has to *declare*, where the declaration
  itself is what the law asks for. What it says against its own interest counts.
- Each State speaks for its own law; what another says of it is shown, and settles nothing.
- Two values of one fact are both shown, and settle nothing.

Leaves to others: which facts there are (``registry``), deriving facts from a request (``request``),
the checks (``checks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from comity.acts import Fact, Provenance, Reading
from comity.errors import BadInput
from comity.safeguards.logic import Truth
from comity.safeguards.registry import FactKey, FactValue, Nature, fact_key


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
