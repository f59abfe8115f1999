"""The bench at which one check works: it reads facts and law there, and all that it read is kept.

Promises: a finding names every fact and every value of the law data that its check read, with where
each came from, in one order. The gate stands here and no check can go round it: law whose content is
weak, overdue for review or in conflict with itself, and facts that contradict each other, leave
``needs_human`` and nothing else. Doubt about the number of a paragraph only is shown beside it.

Leaves to others: what a check asks (``checks``), the day and the bundle (who calls ``assess``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Final

from comity.acts import (
    Argument,
    Because,
    Citation,
    Finding,
    LawRead,
    Missing,
    Reading,
    Verdict,
)
from comity.errors import BadInput
from comity.law import Binding, Bundle, Measure, Position, Provision, relate
from comity.safeguards.adopted import positions_for, with_positions
from comity.safeguards.facts import FactBase, Known
from comity.safeguards.logic import Truth, verdict
from comity.safeguards.registry import FactValue, Side, fact_key
from comity.safeguards.request import RequestFacts

DAY: Final = len("2026-11-21")


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The provisions on which a check relies, where a request rests on this instrument."""

    instrument: str
    measures: frozenset[str]
    provisions: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """One check: a statement about a request that is met, not met, or for a person to judge.

    ``relies``: the paragraphs, by instrument and measure. ``yardstick``: those by which it measures
    where no instrument of the request has any; with none, the check then has nothing to ask.
    ``reads``: the facts that it may read, no others. ``also``: provisions that it only points to.
    ``interested``: whose word alone settles nothing. ``heavy``: two persons close it. ``raised_by``: a
    derived fact; where the request does not show it, nothing raises the matter, and the check is not put.
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
    raised_by: str | None = None

    @property
    def provisions(self) -> tuple[str, ...]:
        """Every provision that it may cite by name, in order."""
        relied = {key for paragraphs in self.relies for key in paragraphs.provisions}
        return tuple(sorted({*relied, *self.yardstick, *self.also}))

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
    def measure(self) -> Measure:
        return self.law.measure(self.case.measure)

    @cached_property
    def bindings(self) -> Mapping[str, Binding]:
        """Every instrument held, between the two States on the day."""
        relation = relate(self.law, self.case.requesting, self.case.requested, self.on)
        return MappingProxyType({binding.instrument: binding for binding in relation.bindings})

    @cached_property
    def instruments(self) -> tuple[str, ...]:
        """The instruments of the request by which it is measured, in the order of keys.

        One that is known not to bind the two is left aside, unless the request names no other.
        """
        named = sorted({basis.instrument for basis in self.case.bases} & set(self.bindings))
        alive = tuple(i for i in named if self.bindings[i].in_force != "no")
        return alive or tuple(named)

    @cached_property
    def positions(self) -> Mapping[str, tuple[Position, ...]]:
        """What the two States' law answers once for all and for this request, by fact."""
        return positions_for(self.case, self.law, self.instruments, self.on)

    @cached_property
    def facts(self) -> FactBase:
        """All that was stated of the request, these answers among it."""
        return with_positions(self.case.facts, self.positions)

    def state(self, side: Side) -> str:
        return self.case.requesting if side == "requesting" else self.case.requested


@dataclass
class Bench:
    """A recording reader for one check; see the module."""

    check: Check
    frame: Frame
    cites: dict[str, Citation] = field(default_factory=dict)
    laws: set[LawRead] = field(default_factory=set)
    read: dict[str, Known] = field(default_factory=dict)
    because: list[Because] = field(default_factory=list)
    doubts: list[Because] = field(default_factory=list)
    notes: list[Because] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)

    def holds(self, key: str, wanted: FactValue = True) -> Truth:  # noqa: FBT002 - most facts are so or not
        """Whether a fact is known to have the value that favours the interested State."""
        if key not in self.check.reads:
            raise BadInput("safeguards.fact_not_registered", check=self.check.key, fact=key)
        self.shown.discard(key)
        interested = self.frame.state(self.check.interested)
        known = self.frame.facts.read(key, wanted, interested)
        self.read[key] = known
        for position in self.frame.positions.get(key, ()):
            self._answered(position)
        return known.truth

    def value(self, key: str) -> FactValue | None:
        """The value of a derived fact, or ``None``; recorded like any other."""
        value = self.frame.case.facts.value(key)
        if value is None:
            self.read[key] = Known(key, Truth.UNKNOWN, (), "missing")
        else:
            self.holds(key, value)
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

    def rely(self, *keys: str) -> None:
        """Cite provisions that carry the verdict: doubt about their content leaves it to a person."""
        for key in keys:
            provision = self._cite(key)
            self.law_read(key, None, None, provision.mark_content, provision.last_checked)
            for value in provision.values:
                self.law_read(
                    f"{key}.{value.name}", value.value, value.since, value.mark, provision.last_checked
                )
            doubt = self.frame.law.doubt(key, self.frame.on)
            if doubt == "weak":
                self.doubt("law_weak", provision=key, mark=provision.mark_content)
            elif doubt == "expired":
                self.doubt("law_overdue", provision=key, review_by=provision.review_by)
            if _conflicting(provision):
                self.doubt("law_conflicting", provision=key)

    def point(self, *keys: str) -> None:
        """Cite provisions that a reader should see, and on which nothing rests."""
        for key in keys:
            self._cite(key)

    def law_read(
        self, key: str, value: FactValue | None, since: str | None, mark: str, last_checked: str | None
    ) -> None:
        """Record a value of the law data; a date known in part only is left out."""
        day = since if since is not None and len(since) == DAY else None
        self.laws.add(LawRead(key=key, value=value, since=day, mark=mark, last_checked=last_checked))

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
        self.because.append(_because(f"safeguards.{self.check.key}.{reason}", arguments))

    def doubt(self, reason: str, **arguments: str | int) -> None:
        """Add a doubt about the law: whatever the facts say, a person judges."""
        because = _because(f"safeguards.any.{reason}", arguments)
        if because not in self.doubts:
            self.doubts.append(because)

    def finding(self, truth: Truth) -> Finding:
        """What came of it all."""
        torn = [self.read[key] for key in sorted(self.read) if self.read[key].why == "contradictory"]
        outcome = Verdict.NEEDS_HUMAN if self.doubts or torn else verdict(truth)
        missing: tuple[Missing, ...] = ()
        reasons = [_because(f"safeguards.{self.check.key}.{outcome.value}", {}), *self.because]
        if outcome is Verdict.NEEDS_HUMAN:
            rested_on = [self.read[key] for key in sorted(set(self.read) - self.shown)]
            unknown = [k for k in rested_on if k.truth is Truth.UNKNOWN]
            missing = tuple(
                Missing(key=k.key, ask=fact_key(k.key).ask(self.frame.side))
                for k in unknown
                if k.why != "contradictory"
            )
            reasons += [_because("safeguards.any.contradictory", {"fact": k.key}) for k in torn]
            reasons += [
                _because(f"safeguards.any.{k.why}", {"fact": k.key})
                for k in unknown
                if k.why not in {"missing", "contradictory"}
            ]
            reasons += self.doubts
        reasons += self.notes
        if self.check.heavy:
            reasons.append(_because("safeguards.any.two_persons_close", {}))
        readings = {s.reading(k.key) for k in self.read.values() for s in k.stated}
        return Finding(
            check=self.check.key,
            verdict=outcome,
            cites=tuple(self.cites[key] for key in sorted(self.cites)),
            because=tuple(reasons),
            facts=tuple(sorted(readings, key=_reading_order)),
            law=tuple(sorted(self.laws, key=lambda read: (read.key, str(read.value), read.mark))),
            missing=missing,
            rule_version=self.check.version,
            on=self.frame.on.isoformat(),
        )

    def _cite(self, key: str) -> Provision:
        law = self.frame.law
        provision = law.provision(key)
        name = law.instrument(provision.instrument).short_name
        pointer = f"{name}, {provision.pointer}"
        self.cites[key] = Citation(provision=key, pointer=pointer, verify=provision.verify)
        return provision


def run(check: Check, frame: Frame) -> Finding | None:
    """Work one check; ``None`` where no instrument of the request has it, or nothing raises its matter."""
    if check.raised_by is not None and frame.case.facts.value(check.raised_by) is not True:
        return None
    bench = Bench(check, frame)
    measure = frame.case.measure
    relied = [key for i in frame.instruments for key in check.paragraphs(i, measure)]
    if not relied:
        if not check.yardstick:
            return None
        relied = list(check.yardstick)
        bench.notes.append(_because("safeguards.any.yardstick", {}))
    bench.rely(*relied)
    bench.point(*check.also)
    return bench.finding(check.rule(bench))


def _because(id: str, arguments: Mapping[str, str | int]) -> Because:
    named = tuple(Argument(name=name, value=arguments[name]) for name in sorted(arguments))
    return Because(id=id, arguments=named)


def _conflicting(provision: Provision) -> bool:
    """Whether the data gives one number two values from one day on."""
    held: dict[tuple[str, str], int] = {}
    return any(held.setdefault((v.name, v.since), v.value) != v.value for v in provision.values)


def _reading_order(reading: Reading) -> tuple[str, str, str, str]:
    return (reading.key, reading.stated_by, reading.provenance.value, str(reading.value))
