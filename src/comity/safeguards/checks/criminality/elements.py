"""Conduct tested element by element against what one State has adopted of its own criminal law.

Promises: an element is present, absent or not stated. Conduct is transposed: it is held against every
offence that the State adopted, as if it had happened there, whatever either State calls it. Only offences
that were adopted by that State for itself are tested, and only where it says that they are all there are
can the test fail. Where two days could decide and would differ, and which of them is not known, neither does.

Leaves to others: States that have adopted nothing (``comparison``), what follows (``dual``, ``intent``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

from comity.law import Bundle, Criminality, NationalOffence, stands
from comity.safeguards.bench import Bench, Frame
from comity.safeguards.facts import Standing, truth_as
from comity.safeguards.footing import kept
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person
from comity.safeguards.registry import Side
from comity.safeguards.registry.conduct import ELEMENT_FACTS

Told = tuple[tuple[tuple[str, ...], ...], tuple[str, ...], tuple[str, ...], bool]
"""What an offence requires, what takes conduct out of it, what prosecution waits for, whether that counts."""

PLAIN: Final = "intentional"
"""The intent that every offence has: to act knowingly."""

MOST: Final = 4096
"""Ways in which conduct stood against one offence that are kept; then they are forgotten."""

BEGINNING: Final = "0001-01-01"
"""A day before every law that is held."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that an offence asks for: any of these elements; with ``wanted`` false, that it is absent.

    ``open``: the law data has a word for it that only a person can read.
    """

    any_of: tuple[str, ...]
    wanted: bool = True
    open: bool = False
    act: bool = False
    """Whether it is what was done, not how, why or with which result."""
    special: bool = False
    """Whether it is an intent beyond acting knowingly."""
    facts: tuple[str, ...] = ()
    """The facts that say it; none where it is open."""


def _plan(law: Bundle, offence: NationalOffence, *, complaint: bool) -> tuple[Asked, ...]:
    requires = offence.requires or tuple((word,) for word in (*offence.elements, *offence.further))
    return _made(law, offence.concept, (requires, offence.unless, offence.preconditions, complaint))


@lru_cache(maxsize=512)
def _made(law: Bundle, concept: str, told: Told) -> tuple[Asked, ...]:
    requires, unless, preconditions, complaint = told
    words = law.elements
    acts = tuple(e.key for e in law.content.elements if concept in e.acts_of)
    plan = []
    if acts and not any(words[word].aspect == "act" for any_of in requires for word in any_of):
        plan.append(Asked(acts, act=True))
    for any_of in requires:
        aspects = {words[word].aspect for word in any_of}
        if aspects <= {"penalty"} or (aspects <= {"precondition"} and not complaint):
            continue
        keys = tuple(words[word].key for word in any_of)
        plan.append(
            Asked(
                keys,
                open=not set(keys) <= ELEMENT_FACTS.keys(),
                act="act" in aspects,
                special=aspects == {"intent"} and PLAIN not in keys,
            )
        )
    plan += [Asked((words[word].key,), wanted=False) for word in unless]
    if complaint:
        plan += [Asked((words[word].key,)) for word in preconditions]
    # What was done comes first: where it was not, the rest need not be asked.
    return tuple(_with_facts(asked) for asked in sorted(plan, key=lambda asked: not asked.act))


@lru_cache(maxsize=512)
def _with_facts(asked: Asked) -> Asked:
    """The same with its facts; equal ones are one value, so that each is held against the conduct once."""
    return asked if asked.open else replace(asked, facts=tuple(ELEMENT_FACTS[one] for one in asked.any_of))


class Part(NamedTuple):
    """One thing that an offence asks for, held against the conduct; see ``Asked``."""

    asked: Asked
    truth: Truth
    """Whether what the offence asks for in this part is so."""

    @property
    def any_of(self) -> tuple[str, ...]:
        return self.asked.any_of

    @property
    def wanted(self) -> bool:
        return self.asked.wanted

    @property
    def name(self) -> str:
        return " / ".join(self.any_of)


class Tested(NamedTuple):
    """Conduct held against one adopted offence; one value for all conduct of which as much is known."""

    offence: NationalOffence
    parts: tuple[Part, ...]
    """All of them; where what was done is another thing, that alone."""
    truth: Truth
    done: bool
    """Whether what the offence asks to be done was done."""
    special: tuple[Part, ...]
    """The parts by which it asks for an intent beyond acting knowingly."""
    rest: Truth
    """Whether all the other parts are so."""
    told: dict[str, Any]
    """By check: what a person is told of it, once worked out."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One adopted offence: what it asks for, and what conduct came to that was held against it."""

    offence: NationalOffence
    asked: tuple[Asked, ...]
    of_all: Callable[[Sequence[Truth]], Hashable]
    """Of how each thing stands that the State's offences ask for, that which this one asks for."""
    tested: dict[Hashable, Tested]
    """By that."""


@dataclass(frozen=True, slots=True)
class Code:
    """What one State has adopted of its criminal law, as it can settle a check on a day."""

    plans: tuple[Plan, ...]
    asked: tuple[Asked, ...]
    """All that its offences ask for, each once."""
    lapsed: bool
    rule: Criminality | None
    changes: frozenset[str]
    """The days on which the law that is held changed."""


def _code(law: Bundle, state: str, today: str) -> Code:
    def holds(record: NationalOffence | Criminality) -> bool:
        return stands(record.settled, record.mark, record.review_by, today, law.weak_marks)

    nation = law.nation(state)
    settled = [o for o in nation.offences if o.settled is not None]
    standing = [o for o in settled if holds(o)]
    rule = nation.criminality if nation.criminality is not None and holds(nation.criminality) else None
    # What a prosecution waits for counts where the State says so; most laws leave it aside here.
    complaint = rule is not None and rule.complaint_counts is True
    ended = {_next(o.until) for o in standing if o.until is not None}
    plans = [(o, _plan(law, o, complaint=complaint)) for o in standing]
    asked = tuple(dict.fromkeys(one for _, plan in plans for one in plan))
    at = {one: place for place, one in enumerate(asked)}
    return Code(
        plans=tuple(Plan(o, plan, _picks(*(at[one] for one in plan)), {}) for o, plan in plans),
        asked=asked,
        lapsed=len(standing) < len(settled),
        rule=rule,
        changes=frozenset(ended | {o.since for o in standing if o.since is not None}),
    )


def _picks(*places: int) -> Callable[[Sequence[Truth]], Hashable]:
    """Takes what stands at these places."""
    if not places:
        return lambda _: ()
    return itemgetter(*places)


def own_law(bench: Bench, side: Side) -> OwnLaw:
    """One side's adopted law and the conduct held against it; once for all checks of an assessment."""
    frame = bench.frame
    bench.repeatable = False  # it holds many more facts against the law than it can name here
    interested = frame.state(bench.check.interested)
    held: OwnLaw | None = frame.shared.get((OwnLaw, side, interested))
    if held is None:
        held = frame.shared[OwnLaw, side, interested] = OwnLaw(frame, side, interested)
    return held


class OwnLaw:
    """What one side's State has adopted of its criminal law, and the conduct held against it.

    ``interested``: the State whose word alone shows nothing.
    """

    def __init__(self, frame: Frame, side: Side, interested: str) -> None:
        self.side = side
        self.state = frame.state(side)
        self._facts = frame.facts
        self._interested = interested
        self._today = frame.day
        of, state = frame.shelf, self.state
        code: Code = kept(of.codes, (state, self._today), lambda: _code(frame.law, state, frame.day))
        self._plans, self._asked = code.plans, code.asked
        standing = self._facts.standing(interested)
        self._truths = [_truth_of(asked, standing) for asked in code.asked]
        self.lapsed = code.lapsed
        """Whether something that was adopted is overdue for review, and settles nothing until then."""
        self.rule = code.rule
        self._changes = code.changes
        self._on_day: dict[str, tuple[tuple[Tested, ...], bool]] = {}
        self._on: dict[str, Truth] = {}

    @property
    def adopted(self) -> bool:
        """Whether the State has adopted any offence that still stands."""
        return bool(self._plans)

    @property
    def complete(self) -> bool:
        """Whether the State says that the offences adopted are all there are for such conduct."""
        return self.rule is not None and self.rule.complete and not self.lapsed

    def test(self, plan: Plan) -> Tested:
        """The conduct against one offence, part by part."""
        stands = plan.of_all(self._truths)
        found = plan.tested.get(stands)
        if found is None:
            if len(plan.tested) >= MOST:
                plan.tested.clear()
            at = dict(zip(self._asked, self._truths, strict=True))
            found = plan.tested[stands] = _against(plan, at)
        return found

    # -- all offences, on the day that decides ------------------------------------------------------

    def in_force(self, day: str) -> tuple[tuple[Plan, ...], bool]:
        """The offences as they stood on a day, and whether all of them are held for it."""
        if not self._changes:
            return self._plans, True
        begun = [p for p in self._plans if p.offence.since is None or p.offence.since <= day]
        found = tuple(p for p in begun if p.offence.until is None or day <= p.offence.until)
        return found, {p.offence.concept for p in begun} == {p.offence.concept for p in self._plans}

    def tested(self, day: str) -> tuple[tuple[Tested, ...], bool]:
        """The conduct against each offence as it stood on a day, and whether all of them are held for it."""
        at = day if self._changes else ""
        known = self._on_day.get(at)
        if known is None:
            found, held = self.in_force(day)
            known = self._on_day[at] = tuple([self.test(plan) for plan in found]), held
        return known

    def on(self, day: str) -> Truth:
        """Whether the conduct is punishable by the law of a day."""
        if day not in self._on:
            found, held = self.tested(day)
            truths = [tested.truth for tested in found]
            truth = any_(*truths) if truths else Truth.FALSE
            self._on[day] = truth if held and self.complete else left_to_a_person(truth)
        return self._on[day]

    def over(self, days: Iterable[str]) -> Truth:
        """What the law of each of these days says alike; else not known."""
        truths = {self.on(day) for day in days}
        return truths.pop() if len(truths) == 1 else Truth.UNKNOWN

    def days(self, which: str) -> tuple[str, ...]:
        """The days that may decide: one where it is known, else each on which the law may have changed."""
        facts = self._facts
        if which == "decision" or not self._changes:
            return (self._today,)
        names = ("conduct.began", "conduct.ended") if which == "conduct" else ("request.made_on",) * 2
        first, last = (facts.value(name) for name in names)
        begin = first if isinstance(first, str) else BEGINNING
        end = last if isinstance(last, str) else self._today
        return tuple(sorted({begin, max(begin, end), *(d for d in self._changes if begin < d < end)}))

    @property
    def changed(self) -> bool:
        """Whether the law that is held changed at all."""
        return bool(self._changes)

    @cached_property
    def deciding(self) -> tuple[str, ...]:
        """The days whose law decides, as the State has adopted it; all that may, where it has not."""
        at = None if self.rule is None else self.rule.assessed_at
        named = {"conduct": ("conduct",), "request": ("request",), "decision": ("decision",)}
        return named.get(at or "", ("conduct", "request"))

    @cached_property
    def punishable(self) -> Truth:
        """Whether the conduct is punishable there, by adopted law and on the day that it looks to."""
        truths = [self.over(self.days(which)) for which in self.deciding]
        if self.lapsed:
            truths = [left_to_a_person(truth) for truth in truths]
        if self.rule is not None and self.rule.assessed_at == "conduct_and_request":
            return all_(*truths)
        return truths[0] if len(set(truths)) == 1 else Truth.UNKNOWN

    @property
    def day_matters(self) -> bool:
        """Whether the days that may decide would decide differently."""
        return len({self.on(day) for which in self.deciding for day in self.days(which)}) > 1

    @cached_property
    def current(self) -> tuple[Tested, ...]:
        """The conduct against each offence as it stood on the last of the days that may decide."""
        last = max(day for which in self.deciding for day in self.days(which))
        return self.tested(last)[0]


def _truth_of(asked: Asked, standing: Mapping[str, Standing]) -> Truth:
    """Whether this is as the offence asks; the asking State's word alone shows nothing."""
    if asked.open:
        return Truth.UNKNOWN
    if len(asked.facts) == 1:
        return truth_as(asked.wanted, standing.get(asked.facts[0]))
    return any_(*[truth_as(asked.wanted, standing.get(fact)) for fact in asked.facts])


def _against(plan: Plan, truths: Mapping[Asked, Truth]) -> Tested:
    """What is known of conduct against one offence."""
    offence = plan.offence
    parts: list[Part] = []
    done = False
    for asked in plan.asked:
        part = Part(asked, truths[asked])
        parts.append(part)
        if asked.act:
            if part.truth is Truth.FALSE:
                return Tested(
                    offence, (part,), Truth.FALSE, done=False, special=(), rest=Truth.FALSE, told={}
                )
            done = done or part.truth is Truth.TRUE
    truth = all_(*[part.truth for part in parts]) if parts else Truth.UNKNOWN
    special = tuple([part for part in parts if part.asked.special])
    others = [part.truth for part in parts if not part.asked.special]
    rest = all_(*others) if others else Truth.TRUE
    return Tested(offence, tuple(parts), truth, done, special, rest, {})


def _next(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
