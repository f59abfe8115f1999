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

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Final, Literal, NamedTuple

from comity.acts import Fact, Provenance, Reading
from comity.errors import BadInput
from comity.safeguards.logic import Truth
from comity.safeguards.registry import FACTS, FactKey, FactValue, Nature, Side, fact_key

Why = Literal["known", "missing", "asserted_only", "contradictory", "not_theirs_to_say"]

Standing = FactValue | None
"""How a fact stands towards a State that has an interest in it: all of it that a rule can see.

Of what is true or false one of the words below, of a text or a number its value; ``None``: nobody stated it.
"""


class Known(NamedTuple):
    """What came of reading one fact: the truth of the statement asked for, and why not known.

    ``wanted``: the value asked for, which favours the State with an interest; ``stated``: whether anyone
    stated the fact at all.
    """

    key: str
    truth: Truth
    why: Why
    wanted: FactValue
    stated: bool


@dataclass(frozen=True, slots=True)
class FactBase:
    """All that was stated, by fact, each in one order. Build it with ``gather``."""

    requesting: str
    requested: str
    stated: Mapping[str, tuple[Reading, ...]]
    _standing: dict[str, dict[str, Standing]] = field(default_factory=dict, compare=False, repr=False)

    def read(self, key: str, wanted: FactValue, interested: str) -> Known:
        """Whether ``key`` is known to be ``wanted``, the value that favours the ``interested`` State.

        Raises:
            BadInput: no such fact, or ``wanted`` is of another type than the fact.
        """
        return known_as(key, wanted, self.standing(interested).get(key))

    def readings(self, keys: Iterable[str]) -> tuple[Reading, ...]:
        """All that was stated of several facts, in their order."""
        stated = self.stated
        return tuple(chain.from_iterable([stated[key] for key in keys if key in stated]))

    def standing(self, interested: str) -> dict[str, Standing]:
        """How each fact that was stated stands towards a State with an interest, by key."""
        found = self._standing.get(interested)
        if found is None:
            found = self._standing[interested] = self._weigh(self.stated, interested)
        return found

    def _weigh(self, facts: Mapping[str, tuple[Reading, ...]], interested: str) -> dict[str, Standing]:
        speakers = {"requesting": self.requesting, "requested": self.requested}
        alone = _SPEAKS_ALONE.get
        found: dict[str, Standing] = {}
        for key, stated in facts.items():
            if len(stated) > 1:
                found[key] = self._weigh_all(key, stated, interested)
                continue
            _, value, provenance, by, _, document, _ = stated[0]
            if value is not True and value is not False:
                found[key] = value
            elif (side := alone(key)) is not None and by != speakers[side]:
                found[key] = "not_theirs"
            elif by != interested:
                found[key] = "true" if value else "false"
            elif (document and provenance is _DOCUMENT) or key in _SHOWN_BY_ITSELF:
                found[key] = "true_own" if value else "false_own"
            else:
                found[key] = "true_word" if value else "false_word"
        return found

    def _weigh_all(self, key: str, stated: tuple[Reading, ...], interested: str) -> Standing:
        """How a fact stands of which more than one thing is stated."""
        speaking = stated
        if key in _SPEAKS_ALONE:
            speaker = self.requesting if _SPEAKS_ALONE[key] == "requesting" else self.requested
            speaking = tuple([s for s in stated if s.stated_by == speaker])
            if not speaking:
                return "not_theirs"
        value = speaking[0].value
        if any(s.value != value for s in speaking):
            return "torn"
        if value is not True and value is not False:
            return value
        word = "true" if value else "false"
        if not any(s.stated_by != interested or _settles(key, s) for s in speaking):
            return f"{word}_word"
        return word if any(s.stated_by != interested for s in stated) else f"{word}_own"

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
            speaker = _speaker(entry, self, interested)
            spoken = Reading(key, value, Provenance.DOCUMENT, speaker, "", SUPPOSED, None)
            said = () if entry.nature is Nature.DERIVED else self.stated.get(key, ())
            added[key] = (*said, spoken)
        return self.beside(added)

    def beside(self, added: Mapping[str, tuple[Reading, ...]]) -> FactBase:
        """The base in which these facts are so stated, and all others as they were."""
        stands = {one: {**held, **self._weigh(added, one)} for one, held in self._standing.items()}
        return FactBase(self.requesting, self.requested, {**self.stated, **added}, stands)


def known_as(key: str, wanted: FactValue, stands: Standing) -> Known:
    """What reading a fact comes to that stands so (``FactBase.read``).

    Raises:
        BadInput: no such fact, or ``wanted`` is of another type than the fact.
    """
    # True and 1 are equal, and two values: only what is asked of a yes or a no is looked up.
    if wanted is True:
        found = _KNOWN_TRUE.get((key, stands))
    elif wanted is False:
        found = _KNOWN_FALSE.get((key, stands))
    else:
        _typed(key, wanted)
        truth, why = _MISSING if stands is None else _YES if stands == wanted else _NO
        return Known(key, truth, why, wanted, stands is not None)
    if found is not None:
        return found
    _typed(key, wanted)
    truth, why = _TRUTHS[stands, wanted]
    known = Known(key, truth, why, wanted, stands is not None)
    (_KNOWN_TRUE if wanted else _KNOWN_FALSE)[key, stands] = known
    return known


def by_its_paper_alone(key: str, stands: Standing) -> bool:
    """Whether a paper of the interested State alone settles a fact that others could speak of, and do not."""
    return stands in _OWN_PAPER and key not in _SHOWN_BY_ITSELF and key not in _SPEAKS_ALONE


def truth_as(wanted: bool, stands: Standing) -> Truth:  # noqa: FBT001 - the value asked for
    """The same of what is true or false, and the truth alone."""
    return _TRUTHS[stands, wanted][0]


_reading = tuple.__new__  # a hundred a request: less dear than to call the class
_DOCUMENT, _RECORD = Provenance.DOCUMENT, Provenance.RECORD
_STATED_AS: Final[dict[str, type]] = {
    key: entry.type for key, entry in FACTS.items() if entry.nature is not Nature.DERIVED
}
"""The type of each fact that a person may state."""
_OWN = frozenset({Nature.OWN_LAW, Nature.DECLARED})
_SPEAKS_ALONE: Final[dict[str, Side]] = {
    key: entry.known_to or "requested" for key, entry in FACTS.items() if entry.nature in _OWN
}
"""Which side alone speaks for a fact, where one does."""
_SHOWN_BY_ITSELF = frozenset(
    key for key, entry in FACTS.items() if entry.nature in {Nature.DERIVED, Nature.DECLARED}
)
"""What the request's own bytes show, and what only has to be declared."""

_OWN_PAPER: Final = frozenset({"true_own", "false_own"})
_MISSING: Final[tuple[Truth, Why]] = (Truth.UNKNOWN, "missing")
_YES: Final[tuple[Truth, Why]] = (Truth.TRUE, "known")
_NO: Final[tuple[Truth, Why]] = (Truth.FALSE, "known")
_WORD: Final[tuple[Truth, Why]] = (Truth.UNKNOWN, "asserted_only")
_TORN: Final[tuple[Truth, Why]] = (Truth.UNKNOWN, "contradictory")
_NOT_THEIRS: Final[tuple[Truth, Why]] = (Truth.UNKNOWN, "not_theirs_to_say")
_TRUTHS: Final[dict[tuple[Standing, bool], tuple[Truth, Why]]] = {
    ("true", True): _YES, ("true", False): _NO,
    ("false", True): _NO, ("false", False): _YES,
    ("true_own", True): _YES, ("true_own", False): _NO,
    ("false_own", True): _NO, ("false_own", False): _YES,
    ("true_word", True): _WORD, ("true_word", False): _NO,
    ("false_word", True): _NO, ("false_word", False): _WORD,
    ("torn", True): _TORN, ("torn", False): _TORN,
    ("not_theirs", True): _NOT_THEIRS, ("not_theirs", False): _NOT_THEIRS,
    (None, True): _MISSING, (None, False): _MISSING,
}  # fmt: skip
"""What each way to stand makes of a statement: by others too; by the interested State's own paper or
declaration; by its word alone, which settles nothing in its favour; in two ways; by who cannot say it."""

_KNOWN_TRUE: Final[dict[tuple[str, Standing], Known]] = {}
_KNOWN_FALSE: Final[dict[tuple[str, Standing], Known]] = {}
"""What came of reading each fact in each way that it stood: as many as there are facts and words above."""

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
    raises: Callable[[Collection[str]], Mapping[str, FactValue]] | None = None,
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
        raises: what else is derived, of the keys of all that is so far.

    Raises:
        BadInput: an unknown fact, a value of the wrong type, a derived fact that someone states; or the
            own file gives one fact two values.
    """
    held: dict[str, tuple[Reading, ...]] = {}
    wrote = writer or requesting
    _derive(held, derived, wrote, act)
    own = tuple(home)
    facts = [(one[0], one[1].__dict__, one[2] if len(one) > 2 else None) for one in said]  # noqa: PLR2004
    facts += [((told := fact.__dict__)["stated_by"], told, None) for fact in own]
    again = False
    for by, told, id in facts:
        key, value = told["key"], told["value"]
        if _STATED_AS.get(key) is not type(value):
            check_fact(key, value)
        members = (key, value, told["provenance"], by, told["reference"], told["document"], id)
        if key in held:
            # Nearly always one State says it once.
            held[key] = in_order((*held[key], Reading(*members)))
            again = True
        else:
            held[key] = (_reading(Reading, members),)
    if again:
        check_own_file(own)
    if raises is not None:
        _derive(held, raises(held.keys()), wrote, act)
    return FactBase(requesting, requested, held)


def _derive(
    held: dict[str, tuple[Reading, ...]], derived: Mapping[str, FactValue], by: str, act: str
) -> None:
    """Put what a State's bytes show among what is held."""
    for key, value in derived.items():
        _typed(key, value)
        held[key] = (_reading(Reading, (key, value, _RECORD, by, "", None, act or None)),)


def in_order(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """What was stated of one fact: each once, in one order."""
    return tuple(sorted(set(readings), key=_place))


def _place(one: Reading) -> tuple[object, ...]:
    return (
        one.stated_by, one.provenance, one.value, one.reference, one.document or "", one.act or ""
    )  # fmt: skip


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


def _settles(key: str, stated: Reading) -> bool:
    """Whether what the interested State itself says settles the fact in its favour."""
    # Its own record or inquiry is still its word alone. A paper can be looked at, if it is certain which one.
    by_paper = stated.provenance is _DOCUMENT and bool(stated.document)
    return key in _SHOWN_BY_ITSELF or by_paper


def _speaker(entry: FactKey, base: FactBase, interested: str) -> str:
    """A State whose word on this fact, with its paper, would settle it."""
    if entry.nature in _OWN:
        return base.requesting if entry.known_to == "requesting" else base.requested
    return base.requested if interested == base.requesting else base.requesting
