"""Is what is asked for bounded, explained, the least intrusive that will do, and reviewed?

Promises: one check, ``proportionality``. For access: a bounded selection, a reason why this data, no
lesser measure that would do, third persons spared, no privileged account, an independent
authorisation. For preservation, which tells no one anything yet: described, and its need stated.
A privileged account never ends the matter here; it goes to a person.

Leaves to others: whether the reason is a good one (a person).

Summary: the safeguards of the requested State's law, proportionality among them, apply to foreign
requests as to its own cases; a preservation names data, link and necessity.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person
from comity.safeguards.measures import ACCESS, ALL, PRESERVE


def rule(bench: Bench) -> Truth:
    """Bounded, explained, least intrusive, sparing others, reviewed; less of it for preservation."""
    if bench.frame.case.measure in PRESERVE:
        return all_(bench.holds("request.items_described"), bench.holds("declared.need_of_preservation"))
    least = bench.holds("request.least_intrusive_data")
    period = bench.holds("request.period_bounded")
    if period is Truth.FALSE and least is not Truth.TRUE:
        bench.say("period_open")
    privileged = bench.holds("target.privileged", wanted=False)
    if privileged is Truth.FALSE:
        bench.say("privileged")
    return all_(
        bench.holds("request.targets_identified"),
        any_(least, period),
        any_(least, bench.holds("necessity.lesser_not_enough")),
        bench.holds("declared.link_of_data_to_offence"),
        bench.holds("necessity.third_persons_limited"),
        left_to_a_person(privileged),
        bench.holds("authorisation.independent"),
    )


CHECKS: Final = (
    Check(
        key="proportionality",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs(
                "uncc",
                ALL,
                (
                    "uncc.safeguards.proportionality",
                    "uncc.safeguards.review",
                    "uncc.safeguards.third_parties",
                    "uncc.safeguards.cooperation_too",
                ),
            ),
            Paragraphs("budapest", ACCESS, ("budapest.mla.requested_law",)),
            Paragraphs(
                "budapest",
                PRESERVE,
                (
                    "budapest.preservation.contents.data_and_link",
                    "budapest.preservation.contents.necessity",
                ),
            ),
        ),
        yardstick=("uncc.safeguards.proportionality",),
        also=("uncc.safeguards.proportionality", "uncc.safeguards.third_parties"),
        reads=(
            "request.items_described",
            "declared.need_of_preservation",
            "request.targets_identified",
            "request.least_intrusive_data",
            "request.period_bounded",
            "necessity.lesser_not_enough",
            "declared.link_of_data_to_offence",
            "necessity.third_persons_limited",
            "target.privileged",
            "authorisation.independent",
        ),
        interested="requesting",
        heavy=False,
        rule=rule,
    ),
)
"""The checks of this group."""
