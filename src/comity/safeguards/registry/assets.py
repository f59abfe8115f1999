"""Facts of property, of joint work, and of information given unasked.

Promises: what an order says is a fact that a document shows.

Leaves to others: what follows from them (``checks.assets``, ``checks.joint``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(
        Nature.WORLD,
        "requesting",
        "asset.linked_to_offence",
        "asset.order_brought",
        "asset.order_final",
        "asset.charge_made",
    ),
    *stated(
        Nature.WORLD,
        None,
        "asset.third_party_claim",
        "asset.minimal_value",
        "joint.agreement_made",
    ),
    *stated(
        Nature.DECLARED,
        "requesting",
        "declared.third_parties_told",
        "declared.victims_and_owners_first",
        "declared.no_coercion_asked",
        "declared.host_law_respected",
        "declared.limits_accepted",
    ),
    *stated(
        Nature.OWN_LAW,
        "requested",
        "law.own_confiscation_possible",
        "law.minimal_value_bars",
        "law.police_channel_permitted",
        "law.spontaneous_permitted",
    ),
)
