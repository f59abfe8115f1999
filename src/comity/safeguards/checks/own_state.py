"""Could the requested State do this in a case of its own, and does it touch its essential interests?

Promises: two checks, ``own_case`` and ``essential_interests``, for which the requested State alone
speaks. Where the instruments in play know no such ground, the first has nothing to ask.

Leaves to others: the weighing, which is the requested State's own.

Summary: assistance may be refused where the requested State's authorities would be barred from the
same in a case of their own, or where it would prejudice sovereignty, security, public order or the like.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth
from comity.safeguards.measures import ACCESS, ALL, PRESERVE


def own_case(bench: Bench) -> Truth:
    """Its law would let its authorities do the same about a similar offence of its own."""
    return bench.holds("law.own_case_permitted")


def essential_interests(bench: Bench) -> Truth:
    """It says that sovereignty, security, public order or the like are not touched."""
    return bench.holds("law.essential_interests_touched", wanted=False)


CHECKS: Final = (
    Check(
        key="own_case",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ACCESS, ("uncc.mla.refusal_own_case_bar",)),
            Paragraphs("uncc", PRESERVE, ("uncc.preservation.refusal_only",)),
            Paragraphs("budapest", ACCESS, ("budapest.mla.requested_law",)),
        ),
        yardstick=(),
        also=("uncc.mla.refusal_own_case_bar",),
        reads=("law.own_case_permitted",),
        interested="requesting",
        heavy=False,
        rule=own_case,
    ),
    Check(
        key="essential_interests",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs(
                "uncc", ACCESS, ("uncc.mla.refusal_essential_interests", "uncc.sovereignty.no_powers_abroad")
            ),
            Paragraphs("uncc", PRESERVE, ("uncc.preservation.refusal_only",)),
            Paragraphs("budapest", ACCESS, ("budapest.mla.refusal_essential_interests",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.refusal_essential_interests",)),
        ),
        yardstick=("uncc.sovereignty.no_powers_abroad",),
        also=("uncc.mla.refusal_essential_interests",),
        reads=("law.essential_interests_touched",),
        interested="requesting",
        heavy=False,
        rule=essential_interests,
    ),
)
"""The checks of this group."""
