"""One act of looking: a person saw none of the light indicators, said once instead of one by one.

Promises: the statement is one of the own file, never the asking State's, and speaks as if its State had said
of each light indicator that it is absent. It says nothing of a heavy one, which two persons close; of one
that the request's own bytes or the law raise; of one that its State answers by itself, or that anyone says is
present: each of those stays a question of its own. What it answers bears its mark, so that what is kept can
be read back as the one statement that was made.

Leaves to others: which indicators there are (``registry.persecution``), what follows from them (``checks``).
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Final

from comity.acts import Fact, Reading
from comity.law import Bundle
from comity.safeguards.facts import FactBase, in_order
from comity.safeguards.measures import INTRUSIVE
from comity.safeguards.registry import FactValue
from comity.safeguards.registry.persecution import INDICATORS, LESSER, NONE_SEEN

MARK: Final = "indicators.none_seen; "
"""How the reference of an answer begins that was given by the one statement."""

RAISED_BY: Final[MappingProxyType[str, tuple[tuple[str, FactValue], ...]]] = MappingProxyType(
    {
        "CI-02": (("request.conduct_described", False), ("request.targets_identified", False)),
        "CI-10": (("request.targets_identified", False), ("request.period_bounded", False)),
        "CI-12": (("raised.in_absence", True), ("raised.special_court", True)),
        "CI-13": (("raised.ill_treatment", True),),
        "CI-16": (("request.targets_identified", False),),
        "CI-19": (("case.question_unanswered", True), ("case.replies_repeated", True)),
    }
)
"""What a request's own bytes show, by the indicator that it raises."""

LOOKED_AT: Final = (
    NONE_SEEN,
    "offence.max_penalty_months",
    "request.least_intrusive_data",
    *(key for shown in RAISED_BY.values() for key, _ in shown),
)
"""All facts by which the one statement is read."""


def raised(facts: FactBase, measure: str, thresholds: tuple[int, ...]) -> frozenset[str]:
    """The labels that something derived raises. ``thresholds``: of the request's instruments, in months."""
    found = {
        label for label, shown in RAISED_BY.items() if any(facts.value(key) is value for key, value in shown)
    }
    if facts.value("offence.max_penalty_months") in thresholds:
        found.add("CI-17")
    # More than who holds an account: that a lesser measure would not do has to be shown by itself.
    if measure in INTRUSIVE and facts.value("request.least_intrusive_data") is not True:
        found.add("CI-20")
    return frozenset(found)


def thresholds(law: Bundle, instruments: tuple[str, ...], on: date) -> tuple[int, ...]:
    """The penalties, in months, from which these instruments help at all on a day."""
    keys = (law.instrument(key).threshold for key in instruments)
    return tuple(law.value(key, "maximum_penalty", on).value for key in keys if key is not None)


def with_looking(facts: FactBase, measure: str, months: tuple[int, ...]) -> FactBase:
    """The base with what the one statement answers among what was stated. ``months``: as ``raised``."""
    looked = [
        one
        for one in facts.stated.get(NONE_SEEN, ())
        if one.value is True and one.stated_by != facts.requesting and not one.act
    ]
    if not looked:
        return facts
    found: dict[str, tuple[Reading, ...]] = {}
    left = raised(facts, measure, months)
    light = {one.fact: one.present for one in INDICATORS if not one.heavy and one.label not in left}
    for fact, present in ({LESSER: True} | light).items():
        before = facts.stated.get(fact, ())
        if any(s.value is present for s in before):
            continue
        own = {s.stated_by for s in before}
        added = {
            one._replace(key=fact, value=not present, reference=f"{MARK}{one.reference}"[:300])
            for one in looked
            if one.stated_by not in own
        }
        if added:
            found[fact] = in_order((*before, *added))
    return facts.beside(found)


def as_entered(reading: Reading) -> Fact:
    """A reading of the own file as it was entered: the one statement where it came of that."""
    by_looking = reading.reference.startswith(MARK)
    return Fact(
        key=NONE_SEEN if by_looking else reading.key,
        value=True if by_looking else reading.value,
        provenance=reading.provenance,
        stated_by=reading.stated_by,
        reference=reading.reference.removeprefix(MARK) if by_looking else reading.reference,
        document=reading.document,
    )
