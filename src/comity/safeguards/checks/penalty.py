"""What the person might be made to suffer: death, ill-treatment, a sentence without hope of release.

Promises: ``death_penalty`` and ``life_sentence`` are met where the asking State's law is shown not to know
the penalty for this offence, or an assurance is given; ``ill_treatment`` only where it is known, and not by
the asking State's word, that no such risk is seen. Ill-treatment is asked of no other State, is never
``not_met``, and goes to a person. Two persons close each; where death or ill-treatment is in question, a
grant needs an office outside the one that handles the request. Where a person is handed over all three are
always put; for evidence ``ill_treatment`` where something raises it, ``life_sentence`` not at all.

``death_penalty`` needs nothing that raises it, for evidence too: no form of request says whether the law
threatens death, evidence that has left cannot be called back, and who was not asked could not have said.
It costs one answer: a State adopts it once for all, or gives the assurance in its request.

Leaves to others: whether an assurance can be trusted, and who outside the requesting chain has to agree.

Summary: what a Party does has to be consistent with its duties under human rights law; those duties, and the
treaties that a State has joined, ask for assurances before it helps where such treatment threatens.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person
from comity.safeguards.measures import DETAINED, EVIDENCE, PERSON, TRAFFIC, TRANSFER

SURRENDER: Final = PERSON | TRANSFER | DETAINED
FOR_A_CASE: Final = (EVIDENCE - TRAFFIC) | SURRENDER


def death_penalty(bench: Bench) -> Truth:
    """Its law does not know it for this offence, or it assures that it is not imposed or not carried out."""
    unknown_there = bench.holds("law.death_penalty_possible", wanted=False)
    if unknown_there is Truth.FALSE:
        bench.say("possible")
    return any_(unknown_there, bench.holds("declared.death_penalty_excluded"))


def ill_treatment(bench: Bench) -> Truth:
    """No risk of torture or ill-treatment is seen, and nothing in the file was got by it; else a person."""
    risk = bench.holds("risk.ill_treatment", wanted=False)
    tainted = bench.holds("risk.evidence_by_torture", wanted=False)
    if Truth.FALSE in {risk, tainted}:
        bench.say("present")
    return left_to_a_person(all_(risk, tainted))


def life_sentence(bench: Bench) -> Truth:
    """Its law knows no life sentence without review for this offence, or it assures a review."""
    return any_(
        bench.holds("law.life_without_review_possible", wanted=False), bench.holds("declared.life_reviewed")
    )


CHECKS: Final = (
    entry(
        death_penalty,
        FOR_A_CASE,
        uncc=("rights.consistency",),
        budapest=("safeguards.proportionality",),
        also=("uncc.extradition.conditions", "uncc.mla.refusal_legal_system"),
        reads=("law.death_penalty_possible", "declared.death_penalty_excluded"),
        heavy=True,
        outside=True,
    ),
    entry(
        ill_treatment,
        FOR_A_CASE,
        uncc=("rights.consistency", "rights.no_suppression"),
        budapest=("safeguards.proportionality",),
        also=("uncc.extradition.fair_treatment",),
        reads=("risk.ill_treatment", "risk.evidence_by_torture"),
        heavy=True,
        outside=True,
        raised_by="raised.ill_treatment",
    ),
    entry(
        life_sentence,
        PERSON | TRANSFER,
        uncc=("rights.consistency", "extradition.conditions"),
        budapest=("extradition.conditions",),
        reads=("law.life_without_review_possible", "declared.life_reviewed"),
        heavy=True,
    ),
)
"""The checks of this group."""
