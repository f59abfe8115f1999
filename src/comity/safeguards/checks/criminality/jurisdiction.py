"""Would the requested State have jurisdiction, had the like been done outside its own territory?

Promises: asked only where the conduct was done outside the State that asks. The link on which that State
relies is transposed, and held against the bases that the requested State has adopted for itself.

Leaves to others: whether the State that asks has jurisdiction by its own law: it says so itself.

Summary: who extradites, and by some laws who assists, first asks whether the conduct could be tried at home,
had it been done in the like way abroad. The bases of jurisdiction beyond territory are options.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.criminality.elements import OwnLaw, own_law
from comity.safeguards.logic import Truth, any_, left_to_a_person
from comity.safeguards.measures import ALL
from comity.safeguards.registry.conduct import LINKS

SURRENDER: Final = frozenset({"extradite"}) & ALL
"""Extradition, once the law data has it."""

READS: Final = ("conduct.elsewhere", "law.jurisdiction_in_like_case", *LINKS.values())


def in_like_case(bench: Bench, own: OwnLaw) -> Truth:
    """Done at home, or by a link on which the requested State's own law takes jurisdiction too."""
    at_home = bench.holds("conduct.elsewhere", wanted=False)
    if at_home is Truth.TRUE:
        return at_home
    bench.say("done_elsewhere" if at_home is Truth.FALSE else "place_open", state=own.state)
    asked = None if own.rule is None else own.rule.jurisdiction
    if asked is None:
        return any_(at_home, left_to_a_person(bench.holds("law.jurisdiction_in_like_case")))
    if "any" in asked.bases:
        return Truth.TRUE
    links = [LINKS[base] for base in asked.bases if base != "any"]
    for base in asked.bases:
        bench.say("base_adopted", state=own.state, base=base)
    return any_(at_home, *(bench.holds(link) for link in links))


def asked_for(own: OwnLaw, measure: str) -> bool:
    """Whether the State has adopted that it asks this for a measure."""
    return (
        own.rule is not None
        and own.rule.jurisdiction is not None
        and measure in own.rule.jurisdiction.measures
    )


def rule(bench: Bench) -> Truth:
    """The test for extradition."""
    return in_like_case(bench, own_law(bench, "requested"))


CHECK: Final = Check(
    key="jurisdiction",
    version=1,
    measures=SURRENDER,
    relies=(Paragraphs("uncc", SURRENDER, ("uncc.extradition.scope", "uncc.extradition.conditions")),),
    yardstick=("uncc.extradition.conditions",),
    also=(
        "uncc.jurisdiction.victim", "uncc.jurisdiction.offender", "uncc.jurisdiction.against_state",
        "uncc.jurisdiction.others",
    ),
    reads=READS,
    interested="requesting",
    heavy=False,
    rule=rule,
)  # fmt: skip
