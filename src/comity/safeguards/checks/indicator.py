"""How a check asks an indicator: is it known to be absent, and not by the asking State's word?

Promises: true only where someone else than the interested State, too, says no; papers of that State do
not do, since what it would have to show is that it means no harm. What a request's own bytes show
is named beside the question, and settles nothing.

Leaves to others: which indicators there are (``registry.persecution``).
"""

from __future__ import annotations

from collections.abc import Iterable

from comity.safeguards.bench import Bench
from comity.safeguards.logic import Truth, all_, left_to_a_person
from comity.safeguards.registry import FactValue
from comity.safeguards.registry.persecution import Indicator


def absent(bench: Bench, fact: str) -> Truth:
    """Whether an indicator is known to be *no* by more than the interested State's word."""
    truth = bench.holds(fact, wanted=False)
    if truth is not Truth.TRUE or bench.standing[fact] != "false_own":
        return truth
    bench.read[fact] = bench.read[fact]._replace(truth=Truth.UNKNOWN, why="asserted_only")
    return Truth.UNKNOWN


def none_of(bench: Bench, asked: Iterable[Indicator]) -> Truth:
    """Each is known to be absent; where not, a person judges. What is present is named."""
    limbs = []
    for one in asked:
        limb = absent(bench, one.fact)
        if limb is Truth.FALSE:
            bench.say(f"indicator_{one.name}")
        limbs.append(limb)
    return left_to_a_person(all_(*limbs))


def seen(bench: Bench, key: str) -> FactValue | None:
    """A derived fact on which nothing rests: recorded where the request shows it, and never missed."""
    value = bench.peek(key)
    if value is not None:
        bench.value(key)
        bench.shown.add(key)
    return value
