"""Might the request aim at a person's opinions, faith, origin or the like; may ill-treatment follow?

Promises: two checks, ``persecution`` (the five heavy indicators; two persons close it) and ``treatment``
(trial and punishment). Nothing is weighed, summed or scored. Only where each indicator is known to be
*no*, and not by the asking State's word or papers, is the safeguard met; any *yes* and anything not
known goes to a person, never further: neither check is ever ``not_met``. Facts are asked of no other
State and looked up by no machine. Where one of the two is in question, a grant needs an office outside
the one that handles the request. A cited provision that is known to be used against speech raises the
question. The grounds of discrimination that the requested State's own law adds, once adopted, are named.

Leaves to others: a second person's blind reading and the office outside (``app``), the decision.

Summary: nothing obliges to assist where there are substantial grounds to believe that the request aims
at a person for sex, race, language, religion, nationality, origin or opinions; nothing may be read as
permitting suppression of rights; the older instrument speaks of political offences. All is done
consistently with human rights, ill-treatment and an unfair trial among what they forbid.
"""

from __future__ import annotations

from typing import Final

from comity.law import stands
from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.indicator import none_of, seen
from comity.safeguards.logic import Truth
from comity.safeguards.measures import ACCESS, ALL, PERSON, PRESERVE
from comity.safeguards.registry.persecution import INDICATORS, indicators
from comity.safeguards.speech import cited

HEAVY: Final = tuple(one for one in INDICATORS if one.heavy)
TREATMENT: Final = indicators("CI-12", "CI-13")


def persecution(bench: Bench) -> Truth:
    """The heavy indicators are known to be absent; else two persons judge."""
    truth = none_of(bench, HEAVY)
    _own_grounds(bench)
    citation = seen(bench, "offence.law_cited")
    if isinstance(citation, str):
        _speech(bench, citation)
    return truth


def treatment(bench: Bench) -> Truth:
    """Neither an unfair trial nor death or ill-treatment is to be feared; else a person judges.

    It is asked also where checks of their own ask more of the same matter: a sign seen here is never lost.
    """
    return none_of(bench, TREATMENT)


def _own_grounds(bench: Bench) -> None:
    """The grounds that the requested State's own law protects beside the instruments': each is named."""
    frame = bench.frame
    state, law = frame.case.requested, frame.law
    rule = law.nation(state).criminality
    if rule is None or not stands(rule.settled, rule.mark, rule.review_by, frame.day, law.weak_marks):
        return
    for ground in rule.protected_grounds:
        key = f"{state.lower()}.protected_ground"
        bench.law_read(key, ground, None, rule.mark, rule.last_checked)
        bench.say("own_ground", state=state, ground=ground)


def _speech(bench: Bench, citation: str) -> None:
    state = bench.frame.case.requesting
    for hit in cited(bench.frame.law, state, citation):
        bench.law_read(hit.law.key, hit.how, None, hit.law.mark, hit.law.last_checked)
        if hit.law.law is None:
            bench.say("speech_kind", state=state, entry=hit.law.key)
        else:
            bench.say(f"speech_{hit.how}", law=hit.law.law)


CHECKS: Final = (
    Check(
        key="persecution",
        version=2,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ALL, ("uncc.mla.no_obligation_discrimination", "uncc.rights.no_suppression")),
            Paragraphs("uncc", PERSON & ALL, ("uncc.extradition.no_obligation_discrimination",)),
            Paragraphs("budapest", ACCESS, ("budapest.mla.refusal_political",)),
            Paragraphs("budapest", PRESERVE, ("budapest.preservation.refusal_political",)),
        ),
        yardstick=("uncc.rights.no_suppression",),
        also=("uncc.mla.no_obligation_discrimination", "uncc.rights.no_suppression"),
        reads=(*(one.fact for one in HEAVY), "offence.law_cited"),
        interested="requesting",
        heavy=True,
        rule=persecution,
        outside=True,
    ),
    Check(
        key="treatment",
        version=1,
        measures=ALL - PERSON,  # where a person is handed over, each matter is put by a check of its own
        relies=(Paragraphs("uncc", ALL - PERSON, ("uncc.rights.consistency",)),),
        yardstick=("uncc.rights.consistency",),
        also=("uncc.rights.consistency",),
        reads=tuple(one.fact for one in TREATMENT),
        interested="requesting",
        heavy=False,
        rule=treatment,
        outside=True,
    ),
)
"""The checks of this group."""
