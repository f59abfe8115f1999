"""Facts of persons: who is heard, brought over or handed over, on what terms; children and victims.

Promises: what the law of a State makes possible is for that State to say. That a child's own private
material is in question is asked of nobody.

Leaves to others: what follows from them (``checks.hearing``, ``checks.extradition``, ``checks.transfer``,
``checks.protected``, ``checks.desk``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(
        Nature.DECLARED,
        "requesting",
        "declared.capacity_of_person",
        "declared.rights_told",
        "declared.presence_not_possible",
        "declared.conditions_agreed",
        "declared.custody_and_return",
        "declared.time_counts",
        "declared.no_action_for_earlier_acts",
        "declared.safe_conduct",
        "declared.child_protected",
        "declared.victims_protected",
        "declared.return_to_serve_agreed",
        "declared.speciality_kept",
        "declared.no_onward_surrender",
        "declared.own_proceedings_end",
        "declared.parties_heard",
    ),
    *stated(
        Nature.WORLD,
        "requesting",
        "arrest.warrant_exists",
        "emergency.life_at_risk",
        "judgment.final",
    ),
    *stated(
        Nature.WORLD,
        "requested",
        "person.consents_to_transfer",
        "traffic.other_provider_took_part",
    ),
    *stated(
        Nature.WORLD,
        None,
        "person.comes_freely",
        "person.national_of_requested",
        "person.consents_to_serve_there",
        "child.accused",
        "records.public",
    ),
    *stated(
        Nature.WORLD,
        None,
        "child.own_private_material",
        harmless=False,
    ),
    *stated(
        Nature.OWN_LAW,
        "requested",
        "law.video_hearing_possible",
        "law.detained_transfer_agreed",
        "law.records_may_go",
        "law.minimum_penalty_reached",
        "law.nationals_surrendered",
        "law.court_hears_person",
        "law.sentence_enforceable",
        "law.jurisdiction_over_conduct",
    ),
    *stated(
        Nature.OWN_LAW,
        "requesting",
        "law.victims_protected",
    ),
)
