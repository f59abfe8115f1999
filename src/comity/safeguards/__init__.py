"""Safeguards: what the law asks of a request, as findings of three values; a person decides.

Promises: pure and deterministic; what is not known is never false; what only the interested State
says settles nothing in its favour; weak law settles nothing at all; no value says grant or refuse.

Leaves to others: law (``law``), acts and their order (``acts``, ``cases``), keeping and asking (``app``).
"""

from comity.safeguards.assess import assess, open_findings, questions
from comity.safeguards.bench import Check
from comity.safeguards.catalogue import CHECKS, check_of, checks_of, is_heavy, needs_outside
from comity.safeguards.closing import (
    Answer,
    Closing,
    Stand,
    closing,
    in_question,
    is_grave,
    may_answer,
    to_answer,
)
from comity.safeguards.expectation import Difference, differences
from comity.safeguards.facts import check_fact, check_own_file
from comity.safeguards.grounds import (
    DESCRIBED_BASIS,
    NAMED,
    OTHER,
    REFUSAL_DUTIES,
    Refusal,
    check_refusal,
    grounds_for,
    grounds_of,
    open_to,
    refusal_duties,
    reserved,
)
from comity.safeguards.logic import Truth, all_, any_, at_least, known, left_to_a_person, not_, verdict
from comity.safeguards.looking import as_entered
from comity.safeguards.measures import ALL as MEASURES
from comity.safeguards.registry import FACTS, FactKey, Nature, Side, fact_key
from comity.safeguards.registry.persecution import INDICATORS, NONE_SEEN, labels_of
from comity.safeguards.rehearsal import (
    Rehearsed,
    act_of,
    answers_needed,
    law_of,
    other_pair,
    rehearse,
    with_law_of,
)
from comity.safeguards.request import LATER, RequestFacts, request_facts
from comity.safeguards.scenario import Scenario, Written, read_scenario
from comity.safeguards.settling import Draft, Settling, SettlingSet, ToDo, Way, drafts, settle, to_do
from comity.safeguards.words import narrative, outward, question

__all__ = [
    "CHECKS",
    "DESCRIBED_BASIS",
    "FACTS",
    "INDICATORS",
    "LATER",
    "MEASURES",
    "NAMED",
    "NONE_SEEN",
    "OTHER",
    "REFUSAL_DUTIES",
    "Answer",
    "Check",
    "Closing",
    "Difference",
    "Draft",
    "FactKey",
    "Nature",
    "Refusal",
    "Rehearsed",
    "RequestFacts",
    "Scenario",
    "Settling",
    "SettlingSet",
    "Side",
    "Stand",
    "ToDo",
    "Truth",
    "Way",
    "Written",
    "act_of",
    "all_",
    "answers_needed",
    "any_",
    "as_entered",
    "assess",
    "at_least",
    "check_fact",
    "check_of",
    "check_own_file",
    "check_refusal",
    "checks_of",
    "closing",
    "differences",
    "drafts",
    "fact_key",
    "grounds_for",
    "grounds_of",
    "in_question",
    "is_grave",
    "is_heavy",
    "known",
    "labels_of",
    "law_of",
    "left_to_a_person",
    "may_answer",
    "narrative",
    "needs_outside",
    "not_",
    "open_findings",
    "open_to",
    "other_pair",
    "outward",
    "question",
    "questions",
    "read_scenario",
    "refusal_duties",
    "rehearse",
    "request_facts",
    "reserved",
    "settle",
    "to_answer",
    "to_do",
    "verdict",
    "with_law_of",
]
