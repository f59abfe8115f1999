"""Matters that a request can raise: practice that an ordinary request has nothing to do with.

Promises: whether a matter is raised is derived, and nobody can state it; it is so, or it is absent.

Leaves to others: what raises one (``safeguards.matters``), the checks that are then put (``checks``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, derived

MATTERS: Final = (
    "presence", "procedure", "costs", "other_treaty", "appearance", "government_records", "child", "victims",
    "ill_treatment", "judged_before", "limitation", "amnesty", "immunity", "in_absence", "special_court",
    "political", "military", "competing", "parallel", "several_locations", "minimal_value",
    "legal_person",
)  # fmt: skip
"""Every matter, in the order of the catalogue."""

KEYS: Final[tuple[FactKey, ...]] = tuple(derived(*(f"raised.{name}" for name in MATTERS)))
