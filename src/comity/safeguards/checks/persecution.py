"""Might the request aim at a person's opinions, faith, origin or the like, or at politics?

Promises: eight questions, none of them weighed, summed or scored. Only where each is known to be *no*,
and not by the asking State's word alone, is the safeguard met; any *yes* and anything not known goes
to a person, never further: this check is never ``not_met``. Two persons close it. Its facts
are asked of no other State and looked up by no machine.

Leaves to others: a second person's blind reading (``app``), and the decision.

Summary: nothing obliges to assist where there are substantial grounds to believe that the request aims
at a person for sex, race, language, religion, nationality, origin or opinions; nothing may be read as
permitting suppression of rights. The older instrument speaks of political offences.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth, all_, left_to_a_person
from comity.safeguards.measures import ACCESS, ALL, PRESERVE
from comity.safeguards.registry.persecution import PERSECUTION


def rule(bench: Bench) -> Truth:
    """Every indicator is known to be absent; else a person judges."""
    limbs = []
    for name in PERSECUTION:
        absent = bench.holds(f"persecution.{name}", wanted=False)
        if absent is Truth.FALSE:
            bench.say(f"indicator_{name}")
        limbs.append(absent)
    return left_to_a_person(all_(*limbs))


CHECKS: Final = (
    Check(
        key="persecution",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ALL, ("uncc.mla.no_obligation_discrimination", "uncc.rights.no_suppression")),
            Paragraphs("budapest", ACCESS, ("budapest.mla.refusal_political",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.refusal_political",)),
        ),
        yardstick=("uncc.rights.no_suppression",),
        also=("uncc.mla.no_obligation_discrimination", "uncc.rights.no_suppression"),
        reads=tuple(f"persecution.{name}" for name in PERSECUTION),
        interested="requesting",
        heavy=True,
        rule=rule,
    ),
)
"""The checks of this group."""
