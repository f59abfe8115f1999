"""Is what is asked for linked to the offence, bounded, the least intrusive that will do, and reviewed?

Promises: ``proportionality`` asks for a link to the offence and for a reason why nothing less will do (of a
preservation, which tells no one anything yet, only that its need is stated); ``breadth`` for named accounts
and a bounded period; ``third_persons`` that others are spared; ``privileged`` whether the account is one of
the press, the law, medicine or a parliament, which never ends the matter but goes to a person;
``independent_review`` for a court or another independent authority, in either State.

Leaves to others: whether a reason is a good one (a person).

Summary: the safeguards of the requested State's law, proportionality among them, apply to foreign requests as
to its own cases: as fits the power, review, grounds, limits of scope and time, and a look at third persons.
Review means review in the State that acts.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person
from comity.safeguards.measures import DATA, PRESERVE, SEARCH

INTRUSIVE: Final = DATA | SEARCH


def proportionality(bench: Bench) -> Truth:
    """Linked to the offence, and nothing less will do; of a preservation, its need."""
    if bench.frame.case.measure in PRESERVE:
        return all_(bench.holds("request.items_described"), bench.holds("declared.need_of_preservation"))
    least = bench.holds("request.least_intrusive_data")
    return all_(
        bench.holds("declared.link_of_data_to_offence"),
        any_(least, bench.holds("necessity.lesser_not_enough")),
    )


def breadth(bench: Bench) -> Truth:
    """Each account or system is named; the period is bounded, unless only subscriber data is asked for."""
    least = bench.holds("request.least_intrusive_data")
    period = bench.holds("request.period_bounded")
    if period is Truth.FALSE and least is not Truth.TRUE:
        bench.say("period_open")
    return all_(bench.holds("request.targets_identified"), any_(least, period))


def third_persons(bench: Bench) -> Truth:
    """The data of others is left out as far as can be."""
    return bench.holds("necessity.third_persons_limited")


def privileged(bench: Bench) -> Truth:
    """The account is none of the press, the law, medicine or a parliament; if it is, a person judges."""
    absent = bench.holds("target.privileged", wanted=False)
    if absent is Truth.FALSE:
        bench.say("present")
    return left_to_a_person(absent)


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
        DATA,
        uncc=("safeguards.review", "mla.contents.persons_and_items", "mla.contents.period"),
        budapest=("safeguards.review", "procedure.specific"),
        reads=("request.targets_identified", "request.least_intrusive_data", "request.period_bounded"),
    ),
    entry(
        third_persons,
        INTRUSIVE,
        uncc=("safeguards.third_parties",),
        budapest=("safeguards.third_parties",),
        reads=("necessity.third_persons_limited",),
    ),
    entry(
        privileged,
        INTRUSIVE,
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
