"""Facts that may show a discriminatory or political purpose.

Promises: status, sources and suspicion of the other State are never asked of it, nor looked up.

Leaves to others: what follows from them (``checks.persecution``): a person judges.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

PERSECUTION: Final = (
    "opinion", "speech_provision", "protected_role", "asylum", "protected_trait", "refused_before",
    "timing", "sought_repeatedly",
)  # fmt: skip
"""The indicators of a discriminatory or political purpose, in the order of the catalogue."""

KEYS: Final[tuple[FactKey, ...]] = tuple(
    stated(Nature.WORLD, None, *(f"persecution.{name}" for name in PERSECUTION), harmless=False)
)
