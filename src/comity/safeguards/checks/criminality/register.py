"""The checks of criminality: the conduct as an offence in both States, the intent, jurisdiction, gravity.

Promises: each once, in the order in which findings stand. Leaves to others: the checks (the other modules).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.checks.criminality import dual, intent, jurisdiction, penalty

CHECKS: Final = (dual.CHECK, intent.CHECK, jurisdiction.CHECK, penalty.CHECK)
"""The checks of this group."""
