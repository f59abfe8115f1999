"""The base of what was stated of a request, fact by fact.

Promises:
- A fact has one key, one type, one who can know it; another key, or a value of another type, is an
  error. Nothing is filled in: what nobody stated is absent.
- What only the interested State says never settles a safeguard in its favour (``FactBase.read``). A
  document that it binds by its digest does, since it can be looked at, and no other can be put in its
  place; so does what it has to *declare*, where the declaration itself is what the law asks for. What it
  says against its own interest counts.
- Each State speaks for its own law; what another says of it is shown, and settles nothing.
- Two values of one fact are both shown, and settle nothing. The own file may not contradict itself.

Leaves to others: which facts there are (``registry``), deriving facts from a request (``request``),
the checks (``checks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from comity.acts import Fact, Provenance, Reading
from comity.errors import BadInput
from comity.safeguards.logic import Truth
from comity.safeguards.registry import FactKey, FactValue, Nature, fact_key

Why = Literal["known", "missing", "asserted_only", "contradictory", "not_theirs_to_say"]


class Stated(NamedTuple):
    """A value of a fact, and who said so. ``by`` is the State whose act or own file holds it.

    ``document``: the digest of the paper that shows it; ``act``: the act that says so. Empty: none.
    """

    by: str
    provenance: Provenance
    value: FactValue
    reference: str
    document: str = ""
    act: str = ""

    def reading(self, key: str) -> Reading:
        return Reading.made(
            key=key,
            value=self.value,
            provenance=self.provenance,
            stated_by=self.by,
            reference=self.reference,
            document=self.document or None,
            act=self.act or None,
        )


class Known(NamedTuple):
    """What came of reading one fact: the truth of the statement asked for, and why not known.

    ``wanted``: the value asked for, which favours the ``interested`` State; ``readings``: all that was
    stated, as a finding shows it.
    """

    key: str
    truth: Truth
    stated: tuple[Stated, ...]
    why: Why
    wanted: FactValue
    interested: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class FactBase:
    """All that was stated, by fact, each in one order. Build it with ``gather``."""

    requesting: str
    requested: str
    stated: Mapping[str, tuple[Stated, ...]]
    _read: dict[str, Known] = field(default_factory=dict, compare=False, repr=False)
    """What was read last of each fact: many checks read one, and nearly all of them in one way."""
    _shown: dict[str, tuple[Reading, ...]] = field(default_factory=dict, compare=False, repr=False)

    def read(self, key: str, wanted: FactValue, interested: str) -> Known:
        """Whether ``key`` is known to be ``wanted``, the value that favours the ``interested`` State.

        Raises:
            BadInput: no such fact, or ``wanted`` is of another type than the fact.
        """
        known = self._read.get(key)
        # By identity: true and 1 are equal, and two facts.
        if known is None or known.wanted is not wanted or known.interested != interested:
            known = self._read[key] = self._look(key, wanted, interested)
        return known

    def _look(self, key: str, wanted: FactValue, interested: str) -> Known:
        entry = _typed(key, wanted)
        stated = self.stated.get(key)
        if not stated:
            return _missing(key, wanted, interested)
        readings = self._shown.get(key)
        if readings is None:
            readings = self._shown[key] = tuple([s.reading(key) for s in stated])
        truth, why = self._weigh(entry, stated, wanted, interested)
        return Known(key, truth, stated, why, wanted, interested, readings)

    def _weigh(
        self, entry: FactKey, stated: tuple[Stated, ...], wanted: FactValue, interested: str
    ) -> tuple[Truth, Why]:
        speaking = stated
        # By identity: a hash of an enumeration's member is worked out anew each time.
        if entry.nature is _OWN_LAW or entry.nature is _DECLARED:
            speaker = self.requesting if entry.known_to == "requesting" else self.requested
            speaking = tuple([s for s in stated if s.by == speaker])
            if not speaking:
                return Truth.UNKNOWN, "not_theirs_to_say"
        first = speaking[0].value
        if len(speaking) > 1 and any(s.value != first for s in speaking):
            return Truth.UNKNOWN, "contradictory"
        if first != wanted:
            return Truth.FALSE, "known"
        for one in speaking:
            if one.by != interested or _settles(entry, one):
                return Truth.TRUE, "known"
        return Truth.UNKNOWN, "asserted_only"

    def value(self, key: str) -> FactValue | None:
        """A derived fact's one value; ``None``: the request does not show it.

        Raises:
            BadInput: no such fact, or not a derived one.
        """
        if not _is_derived(key):
            raise BadInput("safeguards.fact_not_derived", fact=key)
        stated = self.stated.get(key)
        return stated[0].value if stated else None

    def only(self, keys: Iterable[str]) -> FactBase:
        """What was stated of these facts."""
        stated = {key: self.stated[key] for key in keys if key in self.stated}
        return FactBase(self.requesting, self.requested, stated)

    def supposing(self, values: Mapping[str, FactValue], interested: str) -> FactBase:
        """The base if these facts were so, and shown as well as can be: what was stated stays beside.

        Raises:
            BadInput: an unknown fact, or a value of the wrong type.
        """
        added = {}
        for key, value in values.items():
            entry = _typed(key, value)
            spoken = Stated(_speaker(entry, self, interested), Provenance.DOCUMENT, value, "", SUPPOSED)
            said = () if entry.nature is Nature.DERIVED else self.stated.get(key, ())
            added[key] = (*said, spoken)
        read = {key: known for key, known in self._read.items() if key not in added}
        shown = {key: readings for key, readings in self._shown.items() if key not in added}
        return FactBase(self.requesting, self.requested, {**self.stated, **added}, read, shown)


_OWN_LAW = Nature.OWN_LAW
_DECLARED = Nature.DECLARED
_OWN = frozenset({_OWN_LAW, _DECLARED})
SUPPOSED = "0" * 64
"""Stands for the digest of a paper that would show what is only supposed; no finding that is kept has it."""


def gather(
    requesting: str,
    requested: str,
    derived: Mapping[str, FactValue],
    said: Iterable[tuple[str, Fact] | tuple[str, Fact, str]],
    home: Iterable[Fact],
    *,
    act: str = "",
    writer: str = "",
) -> FactBase:
    """Put together what is known of a request; the order of what comes in makes no difference.

    Args:
        requesting: the State that asks, as its ISO code; what is derived stands in its request.
        requested: the other.
        derived: what follows from the request's own bytes.
        said: facts in acts, each with the State whose act says so, and the act's id: whatever a fact
            claims of its speaker, the State that signed is the one that said it.
        home: facts of the own file, which a person of this node entered.
        act: the id of the request.
        writer: the State whose bytes show what is derived; empty: the one that asks.

    Raises:
        BadInput: an unknown fact, a value of the wrong type, a derived fact that someone states; or the
            own file gives one fact two values.
    """
    held: dict[str, tuple[Stated, ...]] = {}
    for key, value in derived.items():
        _typed(key, value)
        held[key] = (Stated(writer or requesting, Provenance.RECORD, value, "", "", act),)
    for by, fact, *where in said:
        _put(held, by, fact, where[0] if where else "")
    own = tuple(home)
    check_own_file(own)
    for fact in own:
        _put(held, fact.stated_by, fact, "")
    return FactBase(requesting, requested, MappingProxyType(held))


def _put(held: dict[str, tuple[Stated, ...]], by: str, fact: Fact, act: str) -> None:
    key = fact.key
    check_fact(key, fact.value)
    stated = Stated(by, fact.provenance, fact.value, fact.reference, fact.document or "", act)
    # Nearly always one State says it once. More than one stand in one order, each once.
    before = held.get(key)
    held[key] = (stated,) if before is None else tuple(sorted({*before, stated}))


def check_fact(key: str, value: FactValue) -> None:
    """Whether a person may state this of a request.

    Raises:
        BadInput: no check reads such a fact; another type of value; or it follows from the request itself.
    """
    if _typed(key, value).nature is Nature.DERIVED:
        raise BadInput("safeguards.fact_is_derived", fact=key)


def check_own_file(facts: Iterable[Fact]) -> None:
    """Whether the own file agrees with itself, State by State: what it holds of another's words may differ.

    Raises:
        BadInput: one State is said to say two things of one fact; both are named.
    """
    said: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        before = said.setdefault((fact.key, fact.stated_by), fact)
        if before is not fact and before.value != fact.value:
            raise BadInput(
                "safeguards.own_file_contradicts",
                fact=fact.key,
                one=_words(before.value),
                one_from=before.provenance.value,
                other=_words(fact.value),
                other_from=fact.provenance.value,
            )


def _words(value: FactValue) -> str:
    # A text is the content of a field, which no error shows.
    return "…" if isinstance(value, str) else str(value).lower()


def _typed(key: str, value: FactValue) -> FactKey:
    return _entry(key, type(value).__name__)


@cache
def _is_derived(key: str) -> bool:
    return fact_key(key).nature is Nature.DERIVED


@cache
def _entry(key: str, given: str) -> FactKey:
    entry = fact_key(key)
    if given != entry.type.__name__:  # a bool is an int to isinstance
        raise BadInput("safeguards.wrong_type", fact=key, wanted=entry.type.__name__, given=given)
    return entry


@lru_cache(maxsize=4096, typed=True)
def _missing(key: str, wanted: FactValue, interested: str) -> Known:
    return Known(key, Truth.UNKNOWN, (), "missing", wanted, interested, ())


def _settles(entry: FactKey, stated: Stated) -> bool:
    """Whether what the interested State itself says settles the fact in its favour."""
    if entry.nature in _SHOWN_BY_ITSELF:
        return True
    # Its own record or inquiry is still its word alone. A paper can be looked at, if it is certain which one.
    return stated.provenance is Provenance.DOCUMENT and bool(stated.document)


_SHOWN_BY_ITSELF = frozenset({Nature.DERIVED, Nature.DECLARED})


def _speaker(entry: FactKey, base: FactBase, interested: str) -> str:
    """A State whose word on this fact, with its paper, would settle it."""
    if entry.nature in _OWN:
        return base.requesting if entry.known_to == "requesting" else base.requested
    return base.requested if interested == base.requesting else base.requesting
