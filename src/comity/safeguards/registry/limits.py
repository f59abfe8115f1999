"""Facts of what limits a measure: who ordered it, what it reaches, what the requested State's law bears.

Promises: whether a target is privileged is asked of nobody.

Leaves to others: what follows from them (``checks.proportion``, ``checks.limits``, ``checks.own_state``).
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
    ),
    *stated(Nature.WORLD, None, "target.privileged", harmless=False),
    *stated(
        Nature.OWN_LAW,
        "requested",
        "law.own_case_permitted",
        "law.transfer_permitted",
        "law.conditions_would_cure",
        "law.confidentiality_possible",
        "law.essential_interests_touched",
    ),
)
