"""Is what is asked for linked to the offence, bounded, the least intrusive that will do, and reviewed?

Promises: ``proportionality`` asks for a link to the offence and for a reason why nothing less will do (of a
preservation, which tells no one anything yet, only that its need is stated); ``breadth`` for named accounts
and a bounded period; ``third_persons`` that others are spared; ``privileged`` whether the account is one of
the press, the law, medicine or a parliament. Four indicators are asked here: CI-09, CI-10 and CI-16 never end
the matter but go to a person, and no word or paper of the asking State answers them; CI-20 is whether less
would do (of other measures ``circumstances`` asks it). ``independent_review`` asks for a court or
another independent authority, in either State.

Leaves to others: whether a reason is a good one (a person).

Summary: the safeguards of the requested State's law, proportionality among them, apply to foreign requests as
to its own cases: as fits the power, review, grounds, limits of scope and time, and a look at third persons.
Review means review in the State that acts.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.entry import entry
from comity.safeguards.checks.indicator import none_of
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import ALL, DATA, INTRUSIVE, PRESERVE
from comity.safeguards.registry.persecution import indicators

LESSER: Final = "necessity.lesser_not_enough"
"""CI-20 as a fact, which a paper of the asking State can show as well."""


def proportionality(bench: Bench) -> Truth:
    """Linked to the offence, and nothing less will do; of a preservation, which is the least, its need."""
    if bench.frame.case.measure in PRESERVE:
        return all_(bench.holds("request.items_described"), bench.holds("declared.need_of_preservation"))
    least = bench.holds("request.least_intrusive_data")
    return all_(
        bench.holds("declared.link_of_data_to_offence"),
        any_(least, bench.holds(LESSER)),
    )


def breadth(bench: Bench) -> Truth:
    """Each account is named, the period bounded (unless only subscriber data is asked for), nothing is wide.

    Of a preservation, whose contents have rules of their own, only whether it is wide.
    """
    if bench.frame.case.measure in PRESERVE:
        return none_of(bench, indicators("CI-10"))
    least = bench.holds("request.least_intrusive_data")
    named = bench.holds("request.targets_identified")
    period = bench.holds("request.period_bounded")
    if period is Truth.FALSE and least is not Truth.TRUE:
        bench.say("period_open")
    narrow = none_of(bench, indicators("CI-10"))
    if named is Truth.FALSE:
        bench.say("no_account")
    return all_(named, any_(least, period), narrow)


def third_persons(bench: Bench) -> Truth:
    """The data of others is left out as far as can be, and there are not many; else a person judges."""
    few = none_of(bench, indicators("CI-16"))
    if bench.frame.case.measure not in INTRUSIVE:
        return few
    return all_(bench.holds("necessity.third_persons_limited"), few)


def privileged(bench: Bench) -> Truth:
    """The account is none of the press, the law, medicine or a parliament; if it is, a person judges."""
    return none_of(bench, indicators("CI-09"))


def independent_review(bench: Bench) -> Truth:
    """An independent authority has authorised it there, or the requested State has its own do so."""
    return any_(bench.holds("authorisation.independent"), bench.holds("law.independent_review"))


CHECKS: Final = (
    Check(
        key="proportionality",
        version=2,
        measures=INTRUSIVE | PRESERVE,
        relies=(
            Paragraphs(
                "uncc",
                INTRUSIVE | PRESERVE,
                ("uncc.safeguards.proportionality", "uncc.safeguards.cooperation_too"),
            ),
            Paragraphs(
                "budapest", INTRUSIVE, ("budapest.safeguards.proportionality", "budapest.mla.requested_law")
            ),
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
        also=("uncc.safeguards.proportionality",),
        reads=(
            "request.items_described",
            "declared.need_of_preservation",
            "declared.link_of_data_to_offence",
            "request.least_intrusive_data",
            "necessity.lesser_not_enough",
        ),
        interested="requesting",
        heavy=False,
        rule=proportionality,
    ),
    entry(
        breadth,
        DATA | PRESERVE,
        uncc=("safeguards.review", "mla.contents.persons_and_items", "mla.contents.period"),
        budapest=("safeguards.review", "procedure.specific"),
        reads=(
            "request.targets_identified",
            "request.least_intrusive_data",
            "request.period_bounded",
            "indicator.wide_selectors",
        ),
    ),
    entry(
        third_persons,
        ALL,
        uncc=("safeguards.third_parties",),
        budapest=("safeguards.third_parties",),
        reads=("necessity.third_persons_limited", "indicator.third_persons"),
    ),
    entry(
        privileged,
        ALL,
        uncc=("safeguards.proportionality", "safeguards.third_parties"),
        budapest=("safeguards.proportionality", "mla.requested_law"),
        also=("uncc.mla.refusal_own_case_bar",),
        reads=("target.privileged",),
    ),
    entry(
        independent_review,
        INTRUSIVE,
        uncc=("safeguards.review", "safeguards.domestic_review"),
        budapest=("safeguards.review",),
        also=("uncc.safeguards.cooperation_too",),
        reads=("authorisation.independent", "law.independent_review"),
    ),
)
"""The checks of this group."""
