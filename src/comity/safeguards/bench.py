"""The bench at which one check works: it reads facts and law there, and all that it read is kept.

Promises: a finding names every fact and every value of the law data that its check read, with where
each came from, in one order. No check can go round the gate of weak law (``footing``): such a doubt, and
facts that contradict each other, leave ``needs_human`` and nothing else.

Leaves to others: what a check asks (``checks``), the day and the bundle (who calls ``assess``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import Any, Final

from comity.acts import Because, Citation, Finding, LawRead, Missing, Reading, Verdict
from comity.errors import BadInput
from comity.law import Binding, Bundle, Measure, Position
from comity.safeguards.adopted import Answers, answers_for, with_answers
from comity.safeguards.facts import FactBase, Known, Standing, by_its_paper_alone, known_as
from comity.safeguards.footing import (
    Footing,
    LawKey,
    Shelf,
    because,
    bindings,
    cite,
    kept,
    law_read,
    rely,
    shelf,
)
from comity.safeguards.logic import Truth, verdict
from comity.safeguards.looking import thresholds, with_looking
from comity.safeguards.precedents import Precedent, Trees, find
from comity.safeguards.registry import FactValue, Side, fact_key
from comity.safeguards.registry.persecution import NONE_SEEN
from comity.safeguards.request import RequestFacts


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The provisions on which a check relies, where a request rests on this instrument."""

    instrument: str
    measures: frozenset[str]
    provisions: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Check:
    """One check: a statement about a request that is met, not met, or for a person to judge.

    ``relies``: the paragraphs, by instrument and measure. ``yardstick``: those by which it measures
    where no instrument of the request has any; with none, the check then has nothing to ask.
    ``reads``: the facts that it may read, no others. ``also``: provisions that it only points to.
    ``interested``: whose word alone settles nothing. ``heavy``: two persons close it, and
    papers of the interested State settle it only beside a word of the other. ``outside``: where it is in
    question, a grant needs an office outside the one that handles the request. ``raised_by``: a derived fact;
    where the request does not show it, nothing raises the matter, and the check is not put.
    """

    key: str
    version: int
    measures: frozenset[str]
    relies: tuple[Paragraphs, ...]
    yardstick: tuple[str, ...]
    also: tuple[str, ...]
    reads: tuple[str, ...]
    interested: Side
    heavy: bool
    rule: Callable[[Bench], Truth]
    outside: bool = False
    raised_by: str | None = None

    @cached_property
    def facts(self) -> frozenset[str]:
        """What it may read."""
        return frozenset(self.reads)

    @cached_property
    def results(self) -> Mapping[Verdict, Because]:
        """The first reason of a finding: what came of it."""
        return {one: because(f"safeguards.{self.key}.{one.value}") for one in Verdict}

    @cached_property
    def relied_on(self) -> frozenset[str]:
        """Every provision on which it may rely: those of the instruments, and the yardstick."""
        return frozenset({k for paragraphs in self.relies for k in paragraphs.provisions} | {*self.yardstick})

    @property
    def provisions(self) -> tuple[str, ...]:
        """Every provision that it may cite by name, in order."""
        return tuple(sorted({*self.relied_on, *self.also}))

    def paragraphs(self, instrument: str, measure: str) -> tuple[str, ...]:
        return tuple(
            key
            for paragraphs in self.relies
            if paragraphs.instrument == instrument and measure in paragraphs.measures
            for key in paragraphs.provisions
        )


@dataclass(frozen=True)
class Frame:
    """What all checks of one assessment share: the request, the law, the side that asks, the day."""

    case: RequestFacts
    law: Bundle
    side: Side
    on: date

    @cached_property
    def day(self) -> str:
        return self.on.isoformat()

    @cached_property
    def measure(self) -> Measure:
        return self.law.measure(self.case.measure)

    @cached_property
    def shelf(self) -> Shelf:
        """What was read of the law data already."""
        return shelf(self.law)

    @cached_property
    def shared(self) -> dict[object, Any]:
        """What one check worked out of the request's facts, and others of this assessment need too."""
        return {}

    @cached_property
    def bindings(self) -> Mapping[str, Binding]:
        """Every instrument held, between the two States on the day."""
        return bindings(self.shelf, self.law, self.case.requesting, self.case.requested, self.on)

    @cached_property
    def instruments(self) -> tuple[str, ...]:
        """The instruments of the request by which it is measured, in the order of keys.

        One that is known not to bind the two is left aside, unless the request names no other.
        """
        named = sorted({basis.instrument for basis in self.case.bases} & set(self.bindings))
        alive = tuple(i for i in named if self.bindings[i].in_force != "no")
        return alive or tuple(named)

    def supposing(self, facts: FactBase) -> Frame:
        """The same, of other facts that people state; what was worked out of the law stays.

        So does which standing answers speak of the request: that follows from its own bytes.
        """
        _ = self.positions
        other = Frame(replace(self.case, facts=facts), self.law, self.side, self.on)
        other.__dict__.update({name: value for name, value in self.__dict__.items() if name in _OF_LAW})
        return other

    @cached_property
    def positions(self) -> Mapping[str, tuple[Position, ...]]:
        """What the two States' law answers once for all and for this request, by fact."""
        return self.answers.positions

    @cached_property
    def answers(self) -> Answers:
        """These answers, and what they say as statements of their States."""
        case, value = self.case, self.case.facts.value
        states = (case.requesting, case.requested)
        key = (states, case.measure, self.instruments, self.on, *(value(fact) for fact in OF_OFFENCE))
        held: Answers = kept(
            self.shelf.positions, key, lambda: answers_for(case, self.law, self.instruments, self.on)
        )
        return held

    @cached_property
    def precedents(self) -> Trees[Precedent]:
        """What checks came to before in this setting: all but the facts that a rule can see."""
        case = self.case
        bases = tuple([(basis.instrument, basis.provision) for basis in case.bases])
        setting = (
            case.measure, case.requesting, case.requested, bases, self.instruments, self.on, self.side,
            self.answers.key,
        )  # fmt: skip
        return self.shelf.precedents.of(setting)

    @cached_property
    def thresholds(self) -> tuple[int, ...]:
        """The penalties, in months, from which its instruments help at all."""
        law, named, on = self.law, self.instruments, self.on
        return kept(self.shelf.thresholds, (named, on), lambda: thresholds(law, named, on))

    @cached_property
    def facts(self) -> FactBase:
        """All that was stated of the request, these answers among it."""
        stated = with_answers(self.case.facts, self.answers)
        if NONE_SEEN not in stated.stated:
            return stated
        return with_looking(stated, self.case.measure, self.thresholds)

    def state(self, side: Side) -> str:
        return self.case.requesting if side == "requesting" else self.case.requested


class Bench:
    """A recording reader for one check; see the module."""

    __slots__ = (
        "because", "check", "doubts", "frame", "interested", "notes", "own_cites", "own_laws", "positions",
        "read", "repeatable", "shown", "standing", "stands", "trail",
    )  # fmt: skip

    def __init__(self, check: Check, frame: Frame, stands: Footing | None = None) -> None:
        self.check = check
        self.frame = frame
        self.stands = stands
        self.interested = frame.state(check.interested)
        self.own_cites: dict[str, Citation] = {}
        self.own_laws: dict[LawKey, LawRead] = {}
        self.read: dict[str, Known] = {}
        self.because: list[Because] = []
        self.doubts: list[Because] = [] if stands is None else list(stands.doubts)
        self.notes: list[Because] = [_YARDSTICK] if stands is not None and stands.yardstick else []
        self.shown: set[str] = set()
        self.standing = frame.facts.standing(self.interested)
        self.positions = frame.positions
        self.trail: dict[str, Standing] = {}
        """Each fact that was read, in order, and how it stands."""
        self.repeatable = True
        """Whether all that the rule saw of the facts stands there."""

    def holds(self, key: str, wanted: FactValue = True) -> Truth:  # noqa: FBT002 - most facts are so or not
        """Whether a fact is known to have the value that favours the interested State."""
        if key not in self.check.facts:
            raise BadInput("safeguards.fact_not_registered", check=self.check.key, fact=key)
        if self.shown:
            self.shown.discard(key)
        stands = self.trail[key] = self.standing.get(key)
        known = known_as(key, wanted, stands)
        # That a paper is bound by its digest does not show that anyone here has it, and has read it.
        if self.check.heavy and known.truth is Truth.TRUE and by_its_paper_alone(key, stands):
            known = known._replace(truth=Truth.UNKNOWN, why="asserted_only")
        self.read[key] = known
        if key in self.positions:
            for position in self.positions[key]:
                self._answered(position)
        return known.truth

    def value(self, key: str) -> FactValue | None:
        """The value of a derived fact, or ``None``; recorded like any other."""
        value = self.peek(key)
        if value is None:
            self.read[key] = Known(key, Truth.UNKNOWN, "missing", "", stated=False)
        else:
            self.holds(key, value)
        return value

    def peek(self, key: str) -> FactValue | None:
        """The value of a derived fact, or ``None``, where the finding need not name it."""
        value = self.trail[key] = self.frame.case.facts.value(key)
        if isinstance(value, str) and key not in OF_OFFENCE:
            self.repeatable = False  # a person's own words, which are not kept beyond the assessment
        return value

    def show(self, key: str) -> Truth:
        """Read a fact on which nothing rests; it is named where it was stated, and never missed."""
        if key not in self.read:
            truth = self.holds(key)
            self.shown.add(key)
            if not self.read[key].stated:
                del self.read[key]
            return truth
        return self.read[key].truth

    def statements(self, key: str) -> tuple[Reading, ...]:
        """All that was stated of a fact that was read, in the words of who did."""
        self.repeatable = False
        return self.frame.facts.stated.get(key, ()) if key in self.read else ()

    def rely(self, *keys: str) -> None:
        """Cite provisions that carry the verdict: doubt about their content leaves it to a person."""
        for key in keys:
            relied = rely(self.frame.shelf, self.frame.law, key, self.frame.on)
            self.own_cites[key] = relied.citation
            self.own_laws |= {_read_key(read): read for read in relied.laws}
            self.doubts += relied.doubts

    def point(self, *keys: str) -> None:
        """Cite provisions that a reader should see, and on which nothing rests."""
        for key in keys:
            self.own_cites[key] = cite(self.frame.shelf, self.frame.law, key)

    def law_read(
        self, key: str, value: FactValue | None, since: str | None, mark: str, last_checked: str | None
    ) -> None:
        """Record a value of the law data; a date known in part only is left out."""
        read = law_read(key, value, since, mark, last_checked)
        self.own_laws[_read_key(read)] = read

    def _answered(self, position: Position) -> None:
        """Record a standing answer; one not adopted, or not looked at again in time, is for a person."""
        self.law_read(position.key, position.answer, position.since, position.mark, position.last_checked)
        if position.settled is None or self.is_weak(position.mark):
            self.doubt("law_weak", provision=position.key, mark=position.mark)
        elif self.frame.on > date.fromisoformat(position.review_by):
            self.doubt("law_overdue", provision=position.key, review_by=position.review_by)

    def is_weak(self, mark: str) -> bool:
        return mark in self.frame.law.weak_marks

    def say(self, reason: str, **arguments: str | int) -> None:
        """Add a reason of this check's own."""
        self.because.append(because(f"safeguards.{self.check.key}.{reason}", **arguments))

    def doubt(self, reason: str, **arguments: str | int) -> None:
        """Add a doubt about the law: whatever the facts say, a person judges."""
        doubted = because(f"safeguards.any.{reason}", **arguments)
        if doubted not in self.doubts:
            self.doubts.append(doubted)

    @property
    def torn(self) -> tuple[str, ...]:
        """The facts read of which two values are stated, by key."""
        torn = [known.key for known in self.read.values() if known.why == "contradictory"]
        return tuple(sorted(torn)) if torn else ()

    def outcome(self, truth: Truth) -> Verdict:
        """The verdict, as far as doubts and contradictions leave one."""
        return Verdict.NEEDS_HUMAN if self.doubts or self.torn else verdict(truth)

    @property
    def unknown(self) -> tuple[Known, ...]:
        """What the verdict rests on and is not known, in the order of keys."""
        rested_on = [k for k in self.read.values() if k.truth is Truth.UNKNOWN and k.key not in self.shown]
        return tuple(sorted(rested_on, key=_by_key))

    def finding(self, truth: Truth) -> Finding:
        """What came of it all."""
        torn = self.torn
        outcome = Verdict.NEEDS_HUMAN if self.doubts or torn else verdict(truth)
        missing: list[Missing] = []
        reasons = [self.check.results[outcome], *self.because]
        if outcome is Verdict.NEEDS_HUMAN:
            side = self.frame.side
            reasons += [because("safeguards.any.contradictory", fact=key) for key in torn]
            for known in self.unknown:
                if known.why == "contradictory":
                    continue
                missing.append(_missing(known.key, side))
                if known.why != "missing":
                    reasons.append(_not_known(known.why, known.key))
            reasons += self.doubts
        reasons += self.notes
        if self.check.heavy:
            reasons.append(_TWO_PERSONS)
        return Finding.made(
            check=self.check.key,
            verdict=outcome,
            cites=self.cited(),
            because=tuple(reasons),
            facts=self._facts(),
            law=self.laws(),
            missing=tuple(missing),
            rule_version=self.check.version,
            on=self.frame.day,
        )

    def _facts(self) -> tuple[Reading, ...]:
        return self.frame.facts.readings(sorted(self.read))

    def cited(self) -> tuple[Citation, ...]:
        """The provisions cited, in the order of keys."""
        if self.stands is not None and not self.own_cites:
            return self.stands.all_cites
        cites = {**self.stands.cites, **self.own_cites} if self.stands is not None else self.own_cites
        return tuple([cites[key] for key in sorted(cites)])

    def laws(self) -> tuple[LawRead, ...]:
        """What was read of the law data, in one order."""
        if self.stands is not None and not self.own_laws:
            return self.stands.all_laws
        laws = {**self.stands.laws, **self.own_laws} if self.stands is not None else self.own_laws
        return tuple([laws[key] for key in sorted(laws)])


def stand(check: Check, frame: Frame) -> Footing | None:
    """What a check stands on; ``None``: no instrument that measures the request has any of its paragraphs."""
    measure = frame.case.measure
    relied = [key for i in frame.instruments for key in check.paragraphs(i, measure)]
    if not relied and not check.yardstick:
        return None
    bench = Bench(check, frame)
    bench.rely(*(relied or check.yardstick))
    bench.point(*check.also)
    return Footing(
        cites=bench.own_cites,
        laws=bench.own_laws,
        doubts=tuple(bench.doubts),
        yardstick=not relied,
        all_cites=bench.cited(),
        all_laws=bench.laws(),
    )


def footings(checks: tuple[Check, ...], frame: Frame) -> tuple[tuple[Check, Footing], ...]:
    """Those of the checks that have something to ask here, each with what it stands on."""

    def make() -> tuple[tuple[Check, Footing], ...]:
        each = ((check, stand(check, frame)) for check in checks)
        return tuple((check, stands) for check, stands in each if stands is not None)

    key = (checks, frame.case.measure, frame.instruments, frame.on)
    return kept(frame.shelf.footings, key, make)


def findings(checks: tuple[Check, ...], frame: Frame) -> tuple[Finding, ...]:
    """Work all of the checks that have something to ask, in order."""
    facts, before = frame.facts, frame.precedents
    raised = frame.case.facts.stated
    standing: dict[str, dict[str, Standing]] = {}
    found: list[Finding] = []
    for check, stands in footings(checks, frame):
        if check.raised_by is None or (check.raised_by in raised and is_put(check, frame)):
            side = check.interested
            if side not in standing:
                standing[side] = facts.standing(frame.state(side))
            known = find(before, check, standing[side])
            found.append(work_anew(check, frame, stands) if known is None else known.on(facts))
    return tuple(found)


def work(check: Check, frame: Frame, stands: Footing) -> Finding:
    """Work one check that has something to ask."""
    before = find(frame.precedents, check, frame.facts.standing(frame.state(check.interested)))
    return work_anew(check, frame, stands) if before is None else before.on(frame.facts)


def work_anew(check: Check, frame: Frame, stands: Footing) -> Finding:
    """Work one check by its rule, and keep what it came to for equal knowledge."""
    bench = Bench(check, frame, stands)
    finding = bench.finding(check.rule(bench))
    if bench.repeatable:
        rest = {name: value for name, value in dict(finding).items() if name != "facts"}
        # What nobody stated is not shown; and whether anyone did is the same on equal knowledge.
        shown = tuple(sorted(bench.read.keys() & frame.facts.stated.keys()))
        precedent = Precedent(rest, shown)
        frame.shelf.precedents.keep(frame.precedents, check, bench.trail, precedent)
    return finding


def run(check: Check, frame: Frame) -> Finding | None:
    """Work one check; ``None`` where no instrument of the request has it, or nothing raises its matter."""
    found = [work(one, frame, stands) for one, stands in footings((check,), frame) if is_put(one, frame)]
    return found[0] if found else None


def is_put(check: Check, frame: Frame) -> bool:
    """Whether something raises the check's matter, where it needs to be raised."""
    if check.raised_by is None:
        return True
    shown = frame.case.facts.stated.get(check.raised_by)
    return shown is not None and shown[0].value is True


@cache
def _missing(key: str, side: Side) -> Missing:
    return Missing(key=key, ask=fact_key(key).ask(side))


@cache
def _not_known(why: str, key: str) -> Because:
    return because(f"safeguards.any.{why}", fact=key)


def _read_key(read: LawRead) -> LawKey:
    return (read.key, str(read.value), read.mark, read.since or "", read.last_checked or "")


def _by_key(known: Known) -> str:
    return known.key


OF_OFFENCE: Final = ("offence.concept", "offence.max_penalty_months", "offence.penalty")
"""Facts of the offence that law data is chosen by: a key, a number, a word of a closed list."""

_OF_LAW: Final = frozenset(
    {"answers", "bindings", "day", "instruments", "measure", "positions", "shelf", "thresholds"}
)
_YARDSTICK: Final = because("safeguards.any.yardstick")
_TWO_PERSONS: Final = because("safeguards.any.two_persons_close")
