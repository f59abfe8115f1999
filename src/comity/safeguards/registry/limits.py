"""Facts of what limits a measure: who ordered it, what it reaches, what the States' laws bear.

Promises: whether a target is privileged is asked of nobody.

Leaves to others: what follows from them (``checks.proportion``, ``checks.limits``, ``checks.own_state``,
``checks.real_time``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(
        Nature.WORLD,
        "requesting",
        "authorisation.independent",
        "necessity.lesser_not_enough",
        "necessity.third_persons_limited",
        "costs.extraordinary",
    ),
    *stated(
        Nature.DECLARED,
        "requesting",
        "declared.duration_justified",
    ),
    *stated(
        Nature.WORLD,
        None,
        "action.by_asking_officials",
        "costs.agreed",
        "target.closed_group",
        "treaty.other_governs",
        "subject.legal_person_alone",
        "treaty.rules_agreed",
    ),
    *stated(
        Nature.WORLD,
        None,
        "target.privileged",
        harmless=False,
    ),
    *stated(
        Nature.OWN_LAW,
        "requested",
        "law.own_case_permitted",
        "law.assistance_known",
        "law.transfer_permitted",
        "law.conditions_would_cure",
        "law.confidentiality_possible",
        "law.essential_interests_touched",
        "law.independent_review",
        "law.legal_person_help",
        "law.presence_agreed",
        "law.procedure_possible",
        "law.interception_for_offence",
        "law.traffic_for_offence",
    ),
    *stated(
        Nature.OWN_LAW,
        "requesting",
        "law.received_data_protected",
    ),
)
