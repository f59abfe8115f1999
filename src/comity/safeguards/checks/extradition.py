"""Conditions of handing a person over: gravity, nationality, speciality, arrest, fair treatment.

Promises: ``extraditable`` measures the penalty that the request states by the figure of each instrument
that has one, and asks whether the requested State's own minimum is reached; ``nationality`` is met where
the person is no national, its law hands nationals over, or the two agree on return to serve; otherwise it
points to prosecution there. ``speciality``, ``arrest_grounds`` and ``fair_treatment`` ask for what their
names say.

Leaves to others: the surrender, and dual criminality (``criminality``), a condition here.

Summary: extradition stands under the requested State's law and its treaties, minimum penalty included. Who
refuses for the sole reason of nationality brings the case to its own authorities when asked; surrender on
condition of return discharges that. The person is treated fairly at every stage.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_, known
from comity.safeguards.measures import PERSON

ARREST: Final = frozenset({"provisional_arrest"})
EXTRADITE: Final = PERSON - ARREST


def extraditable(bench: Bench) -> Truth:
    """The penalty reaches the figure of each instrument that has one, and the requested State's minimum."""
    months = bench.value("offence.max_penalty_months")
    reached = [bench.holds("law.minimum_penalty_reached")]
    for instrument in bench.frame.instruments:
        for key in bench.check.paragraphs(instrument, bench.frame.case.measure):
            for value in bench.frame.law.provision(key).values:
                if value.name == "maximum_penalty" and value.unit == "months":
                    bench.say("figure", provision=key, months=value.value)
                    reached.append(known(months >= value.value if isinstance(months, int) else None))
    return all_(*reached)


def nationality(bench: Bench) -> Truth:
    """No national, or its law hands nationals over, or surrender on condition of return is agreed."""
    other = bench.holds("person.national_of_requested", wanted=False)
    may = bench.holds("law.nationals_surrendered")
    returned = bench.holds("declared.return_to_serve_agreed")
    if other is Truth.FALSE and may is Truth.FALSE:
        bench.say("prosecute_instead")
    return any_(other, may, returned)


def speciality(bench: Bench) -> Truth:
    """It undertakes to prosecute for nothing else, and to hand the person to no third State unasked."""
    return all_(bench.holds("declared.speciality_kept"), bench.holds("declared.no_onward_surrender"))


def arrest_grounds(bench: Bench) -> Truth:
    """A warrant or judgment, urgency explained, and a request for extradition to follow."""
    return all_(
        bench.holds("arrest.warrant_exists"),
        bench.holds("request.urgency_explained"),
        bench.holds("declared.request_will_follow"),
    )


def fair_treatment(bench: Bench) -> Truth:
    """The requested State's law lets the person be heard by a court, with counsel, before surrender."""
    return bench.holds("law.court_hears_person")


CHECKS: Final = (
    Check(
        key="extraditable",
        version=1,
        measures=PERSON,
        relies=(
            Paragraphs("uncc", PERSON, ("uncc.extradition.scope", "uncc.extradition.conditions")),
            Paragraphs("budapest", PERSON, ("budapest.extradition.scope", "budapest.extradition.conditions")),
            Paragraphs("untoc", PERSON, ("untoc.extradition.conditions",)),
        ),
        yardstick=("uncc.extradition.conditions",),
        also=("uncc.extradition.several",),
        reads=("offence.max_penalty_months", "law.minimum_penalty_reached"),
        interested="requesting",
        heavy=False,
        rule=extraditable,
    ),
    entry(
        nationality,
        PERSON,
        uncc=(
            "extradition.extradite_or_prosecute",
            "extradition.conditional_surrender",
            "extradition.enforcement",
        ),
        budapest=("extradition.extradite_or_prosecute",),
        untoc=("extradition.extradite_or_prosecute",),
        also=("uncc.jurisdiction.national_not_extradited",),
        reads=(
            "person.national_of_requested",
            "law.nationals_surrendered",
            "declared.return_to_serve_agreed",
        ),
    ),
    entry(
        speciality,
        EXTRADITE,
        uncc=("extradition.conditions",),
        budapest=("extradition.conditions",),
        untoc=("extradition.conditions",),
        reads=("declared.speciality_kept", "declared.no_onward_surrender"),
    ),
    entry(
        arrest_grounds,
        ARREST,
        uncc=("extradition.provisional_arrest",),
        budapest=("extradition.conditions",),
        reads=("arrest.warrant_exists", "request.urgency_explained", "declared.request_will_follow"),
    ),
    entry(
        fair_treatment,
        PERSON,
        uncc=("extradition.fair_treatment", "sanctions.fair_trial"),
        budapest=("extradition.conditions",),
        untoc=("extradition.fair_treatment",),
        reads=("law.court_hears_person",),
    ),
)
"""The checks of this group."""
