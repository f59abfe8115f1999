"""Is the offence grave enough for extradition, by the requested State's own minimum?

Promises: that an offence is one of the instrument's own and that it is serious by its maximum are two facts;
no table of penalties stands between an instrument's own offence and cooperation. A maximum that is no number
is a value of its own: for life is above every number of months, a fine only below, what a court may set at
will cannot be compared.

Leaves to others: which class of offence a basis takes (``basis``); trivial matters (a ground that the
requested State may use, never a bar).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.criminality.elements import own_law
from comity.safeguards.checks.criminality.jurisdiction import SURRENDER
from comity.safeguards.logic import Truth, known, left_to_a_person


def reaches(months: object, penalty: object, minimum: int) -> Truth:
    """Whether a maximum reaches a number of months."""
    if isinstance(months, int):
        return known(months >= minimum)
    return {"life": Truth.TRUE, "fine_only": Truth.FALSE}.get(str(penalty), Truth.UNKNOWN)


def rule(bench: Bench) -> Truth:
    """The maximum in the State that asks reaches what the requested State has adopted as its minimum."""
    own = own_law(bench, "requested")
    minimum = None if own.rule is None else own.rule.minimum_months
    if minimum is None:
        bench.say("minimum_not_adopted", state=own.state)
        return left_to_a_person(bench.holds("law.penalty_suffices"))
    bench.say("minimum_adopted", state=own.state, months=minimum)
    months = bench.value("offence.max_penalty_months")
    penalty = None
    if months is None and bench.frame.case.facts.value("offence.penalty") is not None:
        penalty = bench.value("offence.penalty")
        bench.say(f"penalty_{penalty}")
    return reaches(months, penalty, minimum)


CHECK: Final = Check(
    key="penalty",
    version=1,
    measures=SURRENDER,
    relies=(Paragraphs("uncc", SURRENDER, ("uncc.extradition.conditions",)),),
    yardstick=("uncc.extradition.conditions",),
    also=(),
    reads=("law.penalty_suffices", "offence.max_penalty_months", "offence.penalty"),
    interested="requesting",
    heavy=False,
    rule=rule,
)
