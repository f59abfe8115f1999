"""The requested State's own law and interests, and its sole right to act on its territory.

Promises: ``own_case`` and ``legal_system`` ask whether its law would let its authorities do the same in a
case of their own, and knows such assistance; ``essential_interests`` whether it holds them untouched; for
all three the requested State alone speaks. ``sovereignty`` asks whether officials of the other State would
act there themselves, ``procedure`` whether a way of doing it that was asked for can be followed, ``costs``
whether unusual ones are agreed: these three only where something raises the matter.

Leaves to others: the weighing, which is the requested State's own.

Summary: assistance may be refused where the requested State's authorities would be barred from the same in a
case of their own, where it goes against its law on assistance, or where it would prejudice sovereignty,
security, public order or the like. Nobody may act in another State's territory where its law reserves that to
its own authorities. A procedure asked for is followed unless domestic law forbids; on large costs the two
consult.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, any_
from comity.safeguards.measures import ASSET, ASSISTANCE, DESK, EVIDENCE, JOINT, PERSON, PRESERVE, TRAFFIC

_NARROW: Final = PRESERVE | TRAFFIC
"""Measures that have a narrow set of grounds of their own."""
_WIDE: Final = (EVIDENCE | ASSET | DESK) - TRAFFIC


def own_case(bench: Bench) -> Truth:
    """Its law would let its authorities do the same about a similar offence of its own."""
    return bench.holds("law.own_case_permitted")


def legal_system(bench: Bench) -> Truth:
    """Its law on assistance knows help of this kind, and nothing in it stands against."""
    return bench.holds("law.assistance_known")


def essential_interests(bench: Bench) -> Truth:
    """It says that sovereignty, security, public order or the like are not touched."""
    return bench.holds("law.essential_interests_touched", wanted=False)


def sovereignty(bench: Bench) -> Truth:
    """No official of the other State acts there, or the State where it happens has agreed to it."""
    nobody = bench.holds("action.by_asking_officials", wanted=False)
    if nobody is Truth.FALSE:
        bench.say("present")
    return any_(nobody, bench.holds("law.presence_agreed"))


def procedure(bench: Bench) -> Truth:
    """The procedure that was asked for is not against its law."""
    return bench.holds("law.procedure_possible")


def costs(bench: Bench) -> Truth:
    """No large costs, or the two have agreed who bears them."""
    return any_(bench.holds("costs.extraordinary", wanted=False), bench.holds("costs.agreed"))


CHECKS: Final = (
    Check(
        key="own_case",
        version=1,
        measures=_WIDE | _NARROW,
        relies=(
            Paragraphs("uncc", _WIDE, ("uncc.mla.refusal_own_case_bar",)),
            Paragraphs("uncc", PRESERVE, ("uncc.preservation.refusal_only",)),
            Paragraphs("uncc", TRAFFIC, ("uncc.traffic.refusal_only",)),
            Paragraphs("budapest", _WIDE, ("budapest.mla.requested_law",)),
            Paragraphs("untoc", _WIDE, ("untoc.mla.refusal_own_case_bar",)),
        ),
        yardstick=(),
        also=("uncc.mla.refusal_own_case_bar",),
        reads=("law.own_case_permitted",),
        interested="requesting",
        heavy=False,
        rule=own_case,
    ),
    entry(
        legal_system,
        ASSISTANCE,
        uncc=("mla.refusal_legal_system", "mla.execution_law"),
        budapest=("mla.requested_law",),
        untoc=("mla.refusal_legal_system",),
        reads=("law.assistance_known",),
    ),
    Check(
        key="essential_interests",
        version=1,
        measures=_WIDE | _NARROW | JOINT,
        relies=(
            Paragraphs(
                "uncc", _WIDE, ("uncc.mla.refusal_essential_interests", "uncc.sovereignty.no_powers_abroad")
            ),
            Paragraphs("uncc", PRESERVE, ("uncc.preservation.refusal_only",)),
            Paragraphs("uncc", TRAFFIC, ("uncc.traffic.refusal_only",)),
            Paragraphs("uncc", JOINT, ("uncc.sovereignty.principles",)),
            Paragraphs("budapest", _WIDE | JOINT, ("budapest.mla.refusal_essential_interests",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.refusal_essential_interests",)),
            Paragraphs("budapest", TRAFFIC, ("budapest.traffic.refusal_only",)),
            Paragraphs("untoc", _WIDE, ("untoc.mla.refusal_essential_interests",)),
        ),
        yardstick=("uncc.sovereignty.no_powers_abroad",),
        also=("uncc.mla.refusal_essential_interests",),
        reads=("law.essential_interests_touched",),
        interested="requesting",
        heavy=False,
        rule=essential_interests,
    ),
    entry(
        sovereignty,
        EVIDENCE | DESK | PERSON | JOINT | ASSET,
        uncc=("sovereignty.no_powers_abroad",),
        budapest=("mla.requested_law",),
        also=("uncc.sovereignty.principles",),
        reads=("action.by_asking_officials", "law.presence_agreed"),
        raised_by="raised.presence",
    ),
    entry(
        procedure,
        ASSISTANCE,
        uncc=("mla.execution_law",),
        budapest=("mla.procedure",),
        untoc=("mla.execution_law",),
        reads=("law.procedure_possible",),
        raised_by="raised.procedure",
    ),
    entry(
        costs,
        ASSISTANCE,
        uncc=("mla.costs",),
        untoc=("mla.costs",),
        reads=("costs.extraordinary", "costs.agreed"),
        raised_by="raised.costs",
    ),
)
"""The checks of this group."""
