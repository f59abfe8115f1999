"""Safeguards: what the law asks of a request, as findings of three values; a person decides.

Promises: pure and deterministic; what is not known is never false; what only the interested State
says settles nothing in its favour; weak law settles nothing at all; no value says grant or refuse.

Leaves to others: law (``law``), acts and their order (``acts``, ``cases``), keeping and asking (``app``).
"""

from comity.safeguards.assess import assess, open_findings, questions
from comity.safeguards.bench import Check
from comity.safeguards.catalogue import CHECKS, checks_of, is_heavy
from comity.safeguards.expectation import Difference, differences
from comity.safeguards.facts import check_fact
from comity.safeguards.grounds import (
    REFUSAL_DUTIES,
    Refusal,
    check_refusal,
    grounds_for,
    grounds_of,
    refusal_duties,
)
from comity.safeguards.logic import Truth, all_, any_, at_least, known, left_to_a_person, not_, verdict
from comity.safeguards.measures import ALL as MEASURES
from comity.safeguards.registry import FACTS, FactKey, Nature, Side, fact_key
from comity.safeguards.rehearsal import Rehearsed, act_of, law_of, other_pair, rehearse, with_law_of
from comity.safeguards.request import LATER, RequestFacts, request_facts
from comity.safeguards.scenario import Scenario, Written, read_scenario
from comity.safeguards.words import narrative, question

__all__ = [
    "CHECKS",
    "FACTS",
    "LATER",
    "MEASURES",
    "REFUSAL_DUTIES",
    "Check",
    "Difference",
    "FactKey",
    "Nature",
    "Refusal",
    "Rehearsed",
    "RequestFacts",
    "Scenario",
    "Side",
    "Truth",
    "Written",
    "act_of",
    "all_",
    "any_",
    "assess",
    "at_least",
    "check_fact",
    "check_refusal",
    "checks_of",
    "differences",
    "fact_key",
    "grounds_for",
    "grounds_of",
    "is_heavy",
    "known",
    "law_of",
    "left_to_a_person",
    "narrative",
    "not_",
    "open_findings",
    "other_pair",
    "question",
    "questions",
    "read_scenario",
    "refusal_duties",
    "rehearse",
    "request_facts",
    "verdict",
    "with_law_of",
]
