"""What a check came to before, found again by what it reads: equal knowledge, equal findings.

Promises: a finding found here is, but for the statements that it shows, the one that the rule would give: a
rule reads facts one after the other, and which it reads next follows from how those before stood and from its
setting (the law, the two States, the bases, the measure, the day, who asks). So what it came to hangs on a
tree of what it read. Of a request no text, reference or person is kept: a finding that rests on a text in a
person's own words is none of these.
Only so many are kept, and they go with the bundle.

Leaves to others: reading (``bench``); which findings can be kept (``bench``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from comity.acts import Finding
from comity.safeguards.facts import FactBase, Standing

MOST: Final = 65_536
"""Findings that are kept of one bundle; then all are forgotten, and worked out again."""


Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Precedent:
    """A finding without the statements that it shows. ``facts``: those that it shows, in order."""

    rest: Mapping[str, Any]
    facts: tuple[str, ...]

    def on(self, base: FactBase) -> Finding:
        """The finding on other statements, which stand alike."""
        return Finding.made_of({**self.rest, "facts": base.readings(self.facts)})


@dataclass(frozen=True, slots=True)
class Fork(Generic[Outcome]):
    """The fact that a rule reads next, and where each way in which it can stand leads."""

    fact: str
    ways: dict[object, Fork[Outcome] | Outcome] = field(default_factory=dict)


Trees = dict[object, Fork[Outcome] | Outcome]
"""By rule: what it reads first, or what it always comes to."""


@dataclass(slots=True)
class Precedents(Generic[Outcome]):
    """What rules came to, by setting and rule."""

    trees: dict[object, Trees[Outcome]] = field(default_factory=dict)
    count: int = 0

    def of(self, setting: object) -> Trees[Outcome]:
        """Those of one setting, by rule."""
        found = self.trees.get(setting)
        if found is None:
            if len(self.trees) >= MOST:
                self.forget()
            found = self.trees[setting] = {}
        return found

    def forget(self) -> None:
        self.trees.clear()
        self.count = 0

    def keep(
        self,
        held: Trees[Outcome],
        rule: object,
        trail: Mapping[str, Standing],
        outcome: Outcome,
    ) -> None:
        """Keep what a rule came to, under what it read on the way.

        Raises:
            ValueError: it read something else before, on the same knowledge: a fault of the rule.
        """
        if self.count >= MOST:
            self.forget()
            return
        self.count += 1
        ways, way = held, rule
        for fact, stands in trail.items():
            fork = ways.setdefault(way, Fork(fact))
            if not isinstance(fork, Fork) or fork.fact != fact:
                raise ValueError(f"a rule reads {fact} or not, on the same knowledge")
            ways, way = fork.ways, stands
        if ways.setdefault(way, outcome) is not outcome:
            raise ValueError("a rule reads on or not, on the same knowledge")


def find(held: Trees[Outcome], rule: object, standing: Mapping[str, Standing]) -> Outcome | None:
    """What a rule came to on such knowledge; ``None``: it was never worked out."""
    node = held.get(rule)
    while isinstance(node, Fork):
        node = node.ways.get(standing.get(node.fact))
    return node
