"""What else about a request should make a reviewer look twice: how it came about.

Promises: one check, ``circumstances``, of lighter indicators that no other check asks. Nothing is weighed,
summed or scored; it is met only where every indicator is known to be *no*, and not by the asking State's
word or papers; any *yes* and anything not known goes to a person: it is never ``not_met``. What the
request's own bytes show (a penalty exactly at the threshold, no account, a reply that says the same twice)
is named beside the question, and settles nothing.

Leaves to others: the heavy indicators (``persecution``), whether what is asked for is proportionate
and how far it reaches (``proportion``, ``limits``).

Summary: a request says what the person did and is answered further when asked; nothing obliges to
assist persecution.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.indicator import none_of, seen
from comity.safeguards.logic import Truth
from comity.safeguards.measures import ACCESS, ALL, INTRUSIVE, PRESERVE
from comity.safeguards.registry.persecution import LESSER, Indicator, indicators

CIRCUMSTANCES: Final = indicators("CI-02", "CI-06", "CI-08", "CI-11", "CI-15", "CI-17", "CI-19")

LESSER_ALONE: Final = Indicator("CI-20", LESSER, "circumstances")
"""Of a measure that searches no data and keeps none."""


def circumstances(bench: Bench) -> Truth:
    """Nothing in how the request came about is an indicator; else a person judges."""
    frame = bench.frame
    lesser = () if frame.case.measure in INTRUSIVE | PRESERVE else (LESSER_ALONE,)
    truth = none_of(bench, (*CIRCUMSTANCES, *lesser))
    if seen(bench, "request.conduct_described") is False:
        bench.say("seen_no_conduct")
    if seen(bench, "request.targets_identified") is False:
        bench.say("seen_no_account")
    months = seen(bench, "offence.max_penalty_months")
    if isinstance(months, int) and months in frame.thresholds:
        bench.say("seen_at_threshold", months=months)
    if seen(bench, "case.question_unanswered") is True:
        bench.say("seen_no_reply")
    if seen(bench, "case.replies_repeated") is True:
        bench.say("seen_same_reply")
    return truth


CHECKS: Final = (
    Check(
        key="circumstances",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ALL, ("uncc.mla.no_obligation_discrimination", "uncc.mla.more_information")),
            Paragraphs("budapest", ACCESS, ("budapest.mla.refusal_political",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.refusal_political",)),
        ),
        yardstick=("uncc.mla.no_obligation_discrimination",),
        also=("uncc.mla.contents.facts", "uncc.terms.serious_crime"),
        reads=(
            *(one.fact for one in CIRCUMSTANCES),
            LESSER,
            "request.conduct_described",
            "request.targets_identified",
            "offence.max_penalty_months",
            "case.question_unanswered",
            "case.replies_repeated",
        ),
        interested="requesting",
        heavy=False,
        rule=circumstances,
    ),
)
"""The checks of this group."""
