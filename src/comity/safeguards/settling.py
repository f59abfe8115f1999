"""What would settle a finding that needs a person: the smallest sets of facts, and which way each goes.

Promises: each way was tried: with these answers, and these alone, the check comes to that verdict. None
could leave out a fact; where there are few facts, none is larger than it has to be. What no facts can
settle says so, and why. What may be asked of the other side is a type of its own, which has no place
for a value or a verdict; only facts that it does no harm to ask for are in it.

Leaves to others: asking (``app.question``), the answers (people). It is no part of an assessment, and
is kept nowhere: it follows from it.

How: a check is run again on supposed facts. Where each fact is taken as the check would have it (or the
other way round, for *not met*), more facts never lead away from a verdict; so those facts without which
it is not reached are in every set, and only the rest is searched, by size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Final, Literal

from comity.acts import AskWhom, Verdict
from comity.law import Bundle
from comity.messages import Message
from comity.safeguards.bench import Bench, Check, Frame, footings, is_put
from comity.safeguards.catalogue import checks_of
from comity.safeguards.footing import Footing
from comity.safeguards.looking import LOOKED_AT
from comity.safeguards.registry import FactValue, Side, fact_key
from comity.safeguards.request import RequestFacts
from comity.safeguards.words import question

MOST_FACTS: Final = 32
"""Missing facts of one check that are tried."""
MOST_RUNS: Final = 400
"""How often one check is run again in search of smaller sets; then those found stand."""
MOST_WAYS: Final = 24
"""Ways to one verdict that are shown; there are more only where a paragraph lists many alternatives."""
FEW: Final = 8
"""Missing facts up to which pairs are tried in all four combinations."""

Why = Literal["law", "contradiction", "not_searched", "judgement"]


@dataclass(frozen=True, slots=True)
class Sought:
    """A fact that would help, and who may be asked for it."""

    key: str
    ask: AskWhom


@dataclass(frozen=True, slots=True)
class Way:
    """Some answers and the verdict that they lead to, whatever else is or stays unknown."""

    answers: tuple[tuple[str, FactValue], ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class SettlingSet:
    """Facts that settle a finding together; any answers that no way has leave it to a person."""

    facts: tuple[Sought, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Settling:
    """What would settle one finding. ``sets``: the smallest first; empty: no facts can, and ``why``.

    ``why`` is *law* where the law data is too weak, *contradiction* where statements contradict each
    other, *not_searched* where texts and numbers are missing of which nobody can say all values,
    *judgement* where the paragraph leaves it to a person whatever the facts are.
    """

    check: str
    sets: tuple[SettlingSet, ...]
    why: Why | None
    not_searched: tuple[Sought, ...]
    """Missing texts and numbers: what they would lead to is for a person."""

    @property
    def facts(self) -> tuple[Sought, ...]:
        """All facts that would help, each once."""
        found = {fact.key: fact for one in self.sets for fact in one.facts}
        return tuple({**found, **{fact.key: fact for fact in self.not_searched}}.values())


@dataclass(frozen=True, slots=True)
class Draft:
    """A question to the other side: the fact, and the finding that it is about. Nothing else fits here."""

    fact: str
    about: str

    @property
    def text(self) -> Message:
        return question(self.fact)


@dataclass(frozen=True, slots=True)
class ToDo:
    """What to look up in the own file, and for which findings."""

    fact: str
    about: tuple[str, ...]
    ask: AskWhom


def settle(request: RequestFacts, law: Bundle, side: Side, on: date) -> tuple[Settling, ...]:
    """What would settle each finding that needs a person, in the order of the catalogue.

    Raises:
        As ``assess``.
    """
    frame = Frame(request, law, side, on)
    found = []
    for check, stands in footings(checks_of(request.measure), frame):
        if not is_put(check, frame):
            continue
        bench = Bench(check, frame, stands)
        if bench.outcome(check.rule(bench)) is Verdict.NEEDS_HUMAN:
            found.append(_Search(check, frame, stands, bench).settling())
    return tuple(found)


def drafts(settlings: Iterable[Settling]) -> tuple[Draft, ...]:
    """The questions to the other side, each fact once: as few as could settle each finding.

    Where several sets would do, the one that asks least of them is taken; the others stay in the to-do list.
    """
    asked: dict[str, Draft] = {}
    for one in settlings:
        best = min(one.sets, key=_asked_of_them, default=None)
        for fact in (*(best.facts if best is not None else ()), *one.not_searched):
            if fact.ask is AskWhom.THEM:
                asked.setdefault(fact.key, Draft(fact.key, one.check))
    return tuple(asked.values())


def _asked_of_them(one: SettlingSet) -> tuple[bool, int, int, tuple[str, ...]]:
    """First what can end well, then what asks least; the keys make it certain which."""
    ends_well = any(way.verdict is Verdict.MET for way in one.ways)
    them = sum(fact.ask is AskWhom.THEM for fact in one.facts)
    return (not ends_well, them, len(one.facts), tuple(fact.key for fact in one.facts))


def to_do(settlings: Iterable[Settling]) -> tuple[ToDo, ...]:
    """What the own file has to say, or no one is asked for, each fact once with all its findings."""
    about: dict[Sought, list[str]] = {}
    for one in settlings:
        for fact in one.facts:
            if fact.ask is not AskWhom.THEM:
                about.setdefault(fact, []).append(one.check)
    return tuple(ToDo(fact.key, tuple(checks), fact.ask) for fact, checks in about.items())


class _Search:
    """The search for one check."""

    def __init__(self, check: Check, frame: Frame, stands: Footing, bench: Bench) -> None:
        self.check, self.frame, self.stands, self.first = check, frame, stands, bench
        self.facts = frame.case.facts.only((*check.reads, *LOOKED_AT))
        self.runs = 0
        self.wanted: dict[str, FactValue] = {}
        self.others: list[str] = []
        self.known: dict[tuple[tuple[str, FactValue], ...], Verdict] = {}

    def settling(self) -> Settling:
        if self.first.doubts:
            return self._none("law")
        if self.first.torn:
            return self._none("contradiction")
        self._meet(self.first)
        ways = self._ways()
        not_searched = tuple(self._sought(key) for key in sorted(self.others))
        if ways:
            return Settling(self.check.key, self._sets(ways), None, not_searched)
        return Settling(self.check.key, (), "not_searched" if not_searched else "judgement", not_searched)

    def _none(self, why: Why) -> Settling:
        return Settling(self.check.key, (), why, ())

    def _meet(self, bench: Bench) -> None:
        """Note the facts that a run missed, with the value that it wanted."""
        for known in bench.unknown:
            if known.key in self.wanted or known.key in self.others or known.why == "contradictory":
                continue
            if fact_key(known.key).type is bool:
                if len(self.wanted) < MOST_FACTS:
                    self.wanted[known.key] = known.wanted
            else:
                self.others.append(known.key)

    def _try(self, values: Mapping[str, FactValue]) -> Verdict:
        key = tuple(sorted(values.items()))
        if key not in self.known:
            self.runs += 1
            facts = self.facts.supposing(values, self.first.interested)
            bench = Bench(self.check, self.frame.supposing(facts), self.stands)
            self.known[key] = bench.outcome(self.check.rule(bench))
            self._meet(bench)
        return self.known[key]

    def _ways(self) -> list[Way]:
        at = 0
        while at < len(self.wanted):  # a fact that is supposed may make the check ask for others
            key = list(self.wanted)[at]
            for value in (True, False):
                self._try({key: value})
            at += 1
        ways = [self._smallest(Verdict.MET), self._smallest(Verdict.NOT_MET)]
        return [way for some in ways for way in some[:MOST_WAYS]]

    def _smallest(self, target: Verdict) -> list[Way]:
        alone = ({key: value} for key in self.wanted for value in (True, False))
        single = [self._way(values, target) for values in alone if self._is(values, target)]
        if single:
            return single
        aligned = {k: v if target is Verdict.MET else not v for k, v in self.wanted.items()}
        if self._is(aligned, target):
            return self._within(aligned, target)
        if len(self.wanted) <= FEW:
            return self._pairs(target)
        return []

    def _within(self, aligned: dict[str, FactValue], target: Verdict) -> list[Way]:
        """The smallest sets of facts that reach the verdict with these values."""
        needed = [k for k in aligned if not self._is(_less(aligned, k), target)]
        core = {k: aligned[k] for k in needed}
        rest = [k for k in aligned if k not in core]
        for size in range(len(rest) + 1):
            found = []
            for more in combinations(rest, size):
                values = core | {k: aligned[k] for k in more}
                if self._is(values, target):
                    found.append(self._way(values, target))
                if self.runs >= MOST_RUNS:
                    return found or [self._way(self._leaner(aligned, target), target)]
            if found:
                return found
        return []

    def _leaner(self, values: dict[str, FactValue], target: Verdict) -> dict[str, FactValue]:
        """Leave out whatever can be: one set of which no fact can be spared."""
        for key in sorted(values):
            if self._is(_less(values, key), target):
                values = _less(values, key)
        return values

    def _pairs(self, target: Verdict) -> list[Way]:
        found = []
        for one, other in combinations(self.wanted, 2):
            for a, b in product((True, False), repeat=2):
                if self._is({one: a, other: b}, target):
                    found.append(self._way({one: a, other: b}, target))
        return found

    def _is(self, values: Mapping[str, FactValue], target: Verdict) -> bool:
        return self._try(values) is target

    @staticmethod
    def _way(values: Mapping[str, FactValue], target: Verdict) -> Way:
        return Way(tuple(sorted(values.items())), target)

    def _sets(self, ways: list[Way]) -> tuple[SettlingSet, ...]:
        """Ways put together by their facts: a smaller set stands within a larger one that it is part of."""
        each = {frozenset(key for key, _ in way.answers) for way in ways}
        largest = [keys for keys in each if not any(keys < other for other in each)]
        sets = []
        for keys in sorted(largest, key=lambda keys: (len(keys), sorted(keys))):
            inside = tuple(w for w in ways if {key for key, _ in w.answers} <= keys)
            sets.append(SettlingSet(tuple(self._sought(key) for key in sorted(keys)), inside))
        return tuple(sets)

    def _sought(self, key: str) -> Sought:
        return Sought(key, fact_key(key).ask(self.frame.side))


def _less(values: Mapping[str, FactValue], key: str) -> dict[str, FactValue]:
    return {k: v for k, v in values.items() if k != key}
