"""What else about a request should make a reviewer look twice: how it came about, and how far it reaches.

Promises: two checks, ``circumstances`` and ``reach``, of the lighter indicators. Nothing is weighed, summed
or scored; each is met only where every indicator is known to be *no*, and not by the asking State's word
or papers; any *yes* and anything not known goes to a person: neither is ever ``not_met``. What the
request's own bytes show (a penalty exactly at the threshold, no account, no end, a reply that says the same
twice) is named beside the question, and settles nothing.

Leaves to others: the heavy indicators (``persecution``), whether what is asked for is proportionate
(``proportion``).

Summary: a request says what the person did and is answered further when asked; nothing obliges to
assist persecution; powers are limited and proportionate; data goes onward with consent only.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.indicator import none_of, seen
from comity.safeguards.logic import Truth
from comity.safeguards.measures import ACCESS, ALL, PRESERVE
from comity.safeguards.registry.persecution import indicators

CIRCUMSTANCES: Final = indicators("CI-02", "CI-06", "CI-08", "CI-11", "CI-15", "CI-17", "CI-19")
REACH: Final = indicators("CI-09", "CI-10", "CI-16", "CI-18", "CI-20")


def circumstances(bench: Bench) -> Truth:
    """Nothing in how the request came about is an indicator; else a person judges."""
    truth = none_of(bench, CIRCUMSTANCES)
    if seen(bench, "request.conduct_described") is False:
        bench.say("seen_no_conduct")
    if seen(bench, "request.targets_identified") is False:
        bench.say("seen_no_account")
    months = seen(bench, "offence.max_penalty_months")
    if isinstance(months, int) and months in _thresholds(bench):
        bench.say("seen_at_threshold", months=months)
    if seen(bench, "case.question_unanswered") is True:
        bench.say("seen_no_reply")
    if seen(bench, "case.replies_repeated") is True:
        bench.say("seen_same_reply")
    return truth


def reach(bench: Bench) -> Truth:
    """Nothing in how far the request reaches is an indicator; else a person judges."""
    truth = none_of(bench, REACH)
    if seen(bench, "request.targets_identified") is False:
        bench.say("seen_no_account")
    if seen(bench, "request.period_bounded") is False:
        bench.say("seen_no_end")
    return truth


def _thresholds(bench: Bench) -> tuple[int, ...]:
    """The penalties, in months, from which the instruments of the request help at all."""
    law, on = bench.frame.law, bench.frame.on
    keys = (law.instrument(key).threshold for key in bench.frame.instruments)
    return tuple(law.value(key, "maximum_penalty", on).value for key in keys if key is not None)


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
    Check(
        key="reach",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ALL, ("uncc.safeguards.proportionality", "uncc.safeguards.third_parties")),
            Paragraphs("budapest", ALL, ("budapest.safeguards.proportionality",)),
        ),
        yardstick=("uncc.safeguards.proportionality",),
        also=("uncc.data_protection.onward", "uncc.mla.use_limit"),
        reads=(*(one.fact for one in REACH), "request.targets_identified", "request.period_bounded"),
        interested="requesting",
        heavy=False,
        rule=reach,
    ),
)
"""The checks of this group."""
