"""Facts that bar or delay help in practice, and what a person might be made to suffer.

Promises: ill-treatment, immunities of persons and the character of a court are asked of no other State.

Leaves to others: what follows from them (``checks.bars``, ``checks.penalty``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(
        Nature.OWN_LAW,
        "requesting",
        "law.death_penalty_possible",
        "law.life_without_review_possible",
    ),
    *stated(
        Nature.DECLARED,
        "requesting",
        "declared.death_penalty_excluded",
        "declared.life_reviewed",
        "declared.new_trial",
    ),
    *stated(
        Nature.WORLD,
        None,
        "risk.ill_treatment",
        "risk.evidence_by_torture",
        "immunity.of_person",
        "court.special",
        "offence.political",
        "offence.military_only",
        harmless=False,
    ),
    *stated(
        Nature.WORLD,
        None,
        "immunity.of_archive",
        "person.judged_before",
        "time.expired_requested",
        "amnesty.covers_conduct",
        "requests.competing",
        "requests.priority_settled",
        "proceedings.coordinated",
        "data.also_elsewhere",
        "data.others_asked",
        "judgment.in_absence",
        "judgment.knew_and_defended",
    ),
    *stated(
        Nature.WORLD,
        "requesting",
        "time.expired_requesting",
    ),
    *stated(
        Nature.WORLD,
        "requested",
        "proceedings.own_on_same_conduct",
    ),
    *stated(
        Nature.OWN_LAW,
        "requested",
        "law.judged_bars",
        "law.own_limitation_counts",
        "law.amnesty_bars",
    ),
)
