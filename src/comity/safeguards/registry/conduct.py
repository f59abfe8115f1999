"""Facts of the conduct, of the intent behind it, and of what each State's law says of them.

Promises: each State speaks for its own law alone.

Leaves to others: comparing them (``checks.criminality``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(Nature.DECLARED, "requesting", "declared.dishonest_intent"),
    *stated(
        Nature.WORLD,
        "requesting",
        "conduct.without_right",
        "conduct.intentional",
        "conduct.security_measure_defeated",
        "conduct.harm_caused",
        "intent.dishonest_shown",
    ),
    *stated(Nature.WORLD, None, "offence.fits_concept"),
    *stated(Nature.OWN_LAW, "requesting", "law.punishable_requesting", "law.intent_required_requesting"),
    *stated(Nature.OWN_LAW, "requested", "law.punishable_requested", "law.intent_required_requested"),
)
