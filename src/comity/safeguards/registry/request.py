"""Facts of the request itself: what it shows, what it declares, and what we did about it.

Promises: what is derived is read from signed bytes, and nobody can state it.

Leaves to others: deriving them (``safeguards.request``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, derived, stated

KEYS: Final[tuple[FactKey, ...]] = (
    *derived(
        "request.authority_named",
        "request.subject_stated",
        "request.proceeding_named",
        "request.conduct_described",
        "request.offence_named",
        "request.items_described",
        "request.targets_identified",
        "request.period_stated",
        "request.period_bounded",
        "request.limits_stated",
        "request.purpose_stated",
        "request.confidentiality_asked",
        "request.urgency_explained",
        "request.emergency_claimed",
        "request.least_intrusive_data",
        "request.two_persons",
        "request.judge_signed",
        "request.ratification_promised",
        "request.builds_on_preservation",
    ),
    # What the requested State itself did about a refusal: a check on ourselves.
    *derived(
        "refusal.grounds_held",
        "refusal.reasons_given",
        "refusal.consultation_needed",
        "refusal.consultation_offered",
        "refusal.consultation_over",
        side="requested",
    ),
    *derived("offence.concept", of=str),
    *derived("offence.max_penalty_months", of=int),
    *stated(Nature.OWN_LAW, "requesting", "law.signers_suffice"),
    *stated(
        Nature.DECLARED,
        "requesting",
        "declared.link_of_data_to_offence",
        "declared.custodian_or_location",
        "declared.need_of_preservation",
        "declared.request_will_follow",
        "declared.use_limited_to_purpose",
        "declared.onward_only_with_consent",
    ),
)
