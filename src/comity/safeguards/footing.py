"""What a check stands on: its paragraphs in the law data, read once for a bundle and a day.

Promises: the gate of weak law stands here, and no check can go round it: a paragraph whose content is
weak, overdue for review or in conflict with itself is a doubt, whatever the facts are. Doubt about
the number of a paragraph only is shown beside it. What is kept follows from the bundle and the day
alone, is kept for so many days and pairs of States at most, and goes when the bundle does.

Leaves to others: what is done with a doubt (``bench``), which paragraphs a check has (``checks``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from comity.acts import Argument, Because, Citation, LawRead
from comity.law import Binding, Bundle, Provision, relate
from comity.safeguards.precedents import Precedent, Precedents
from comity.safeguards.registry import FactValue

DAY: Final = len("2026-11-21")

MOST: Final = 4096
"""Entries of each sort that are kept for a bundle; then all are forgotten, and read again."""

LawKey = tuple[str, str, str, str, str]
"""What orders values of the law data that were read, and tells them apart."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Relied:
    """A provision on a day, as a finding shows it, and why its content settles nothing, if so."""

    citation: Citation
    laws: tuple[LawRead, ...]
    doubts: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Footing:
    """All that a check cites before it looks at any fact."""

    cites: Mapping[str, Citation]
    laws: Mapping[LawKey, LawRead]
    doubts: tuple[Because, ...]
    yardstick: bool
    """Whether no instrument of the request has any of its paragraphs, so that others measure it."""
    all_cites: tuple[Citation, ...]
    all_laws: tuple[LawRead, ...]
    """Both in the order in which a finding has them."""


@dataclass
class Shelf:
    """What was read of one bundle."""

    relied: dict[tuple[str, date], Relied] = field(default_factory=dict)
    cited: dict[str, Citation] = field(default_factory=dict)
    footings: dict[object, tuple[tuple[Any, Footing], ...]] = field(default_factory=dict)
    """By checks, measure, instruments and day: what each check stands on."""
    bindings: dict[tuple[str, str, date], Mapping[str, Binding]] = field(default_factory=dict)
    codes: dict[tuple[str, str], Any] = field(default_factory=dict)
    """By State and day: what it has adopted of its criminal law."""
    concepts: dict[str, frozenset[str]] = field(default_factory=dict)
    """By paragraph: the concepts of offence of which it speaks."""
    hooks: dict[object, Any] = field(default_factory=dict)
    """By measure, States, instruments, offence and day: the hooks that a researcher's defence has."""
    thresholds: dict[tuple[tuple[str, ...], date], tuple[int, ...]] = field(default_factory=dict)
    """By instruments and day: the penalties, in months, from which they help at all."""
    positions: dict[object, Any] = field(default_factory=dict)
    """By States, measure, instruments, offence and day: which standing answers speak of a request."""
    precedents: Precedents[Precedent] = field(default_factory=Precedents)
    contents: dict[tuple[str, tuple[str, ...]], Any] = field(default_factory=dict)
    """By measure and instruments: the contents of a request, each with the facts that show it."""


_shelves: WeakKeyDictionary[Bundle, Shelf] = WeakKeyDictionary()


def shelf(law: Bundle) -> Shelf:
    """What was read of a bundle so far; the bundle as a value, not by its digest."""
    found = _shelves.get(law)
    if found is None:
        found = _shelves[law] = Shelf()
    return found


def kept(store: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """What is kept under a key; made where it is not, and then others may be forgotten."""
    if key in store:
        return store[key]
    made = make()
    if len(store) >= MOST:
        store.clear()
    store[key] = made
    return made


def bindings(of: Shelf, law: Bundle, requesting: str, requested: str, on: date) -> Mapping[str, Binding]:
    """Every instrument held, between the two States on the day.

    Raises:
        As ``law.relate``.
    """

    def make() -> Mapping[str, Binding]:
        found = relate(law, requesting, requested, on).bindings
        return MappingProxyType({binding.instrument: binding for binding in found})

    return kept(of.bindings, (requesting, requested, on), make)


def rely(of: Shelf, law: Bundle, key: str, on: date) -> Relied:
    """A provision that carries a verdict.

    Raises:
        NotFound: not held.
    """
    return kept(of.relied, (key, on), lambda: _relied(of, law, key, on))


def cite(of: Shelf, law: Bundle, key: str) -> Citation:
    """Where a provision stands.

    Raises:
        NotFound: not held.
    """
    found = of.cited.get(key)
    if found is not None:
        return found

    def make() -> Citation:
        provision = law.provision(key)
        name = law.instrument(provision.instrument).short_name
        return Citation(provision=key, pointer=f"{name}, {provision.pointer}", verify=provision.verify)

    return kept(of.cited, key, make)


def _relied(of: Shelf, law: Bundle, key: str, on: date) -> Relied:
    provision = law.provision(key)
    laws = [law_read(key, None, None, provision.mark_content, provision.last_checked)]
    laws += [
        law_read(f"{key}.{v.name}", v.value, v.since, v.mark, provision.last_checked)
        for v in provision.values
    ]
    doubts = []
    doubt = law.doubt(key, on)
    if doubt == "weak":
        doubts.append(because("safeguards.any.law_weak", provision=key, mark=provision.mark_content))
    elif doubt == "expired":
        doubts.append(because("safeguards.any.law_overdue", provision=key, review_by=provision.review_by))
    if _conflicting(provision):
        doubts.append(because("safeguards.any.law_conflicting", provision=key))
    return Relied(cite(of, law, key), tuple(laws), tuple(doubts))


@lru_cache(maxsize=MOST, typed=True)
def law_read(
    key: str, value: FactValue | None, since: str | None, mark: str, last_checked: str | None
) -> LawRead:
    """A value of the law data that was read; a date known in part only is left out."""
    day = since if since is not None and len(since) == DAY else None
    return LawRead(key=key, value=value, since=day, mark=mark, last_checked=last_checked)


def because(id: str, **arguments: str | int) -> Because:
    """A reason; equal ones are one value."""
    if not arguments:
        return _reason(id)
    if len(arguments) > 1:
        return _reason(id, *sorted(arguments.items()))
    return _reason(id, *arguments.items())


@lru_cache(maxsize=MOST, typed=True)
def _reason(id: str, *arguments: tuple[str, str | int]) -> Because:
    return Because(id=id, arguments=tuple(Argument(name=name, value=value) for name, value in arguments))


def _conflicting(provision: Provision) -> bool:
    """Whether the data gives one number two values from one day on."""
    held: dict[tuple[str, str], int] = {}
    return any(held.setdefault((v.name, v.since), v.value) != v.value for v in provision.values)
