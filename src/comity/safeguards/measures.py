"""The families of measures, by their keys in the law data: which checks go with which.

Promises: a measure without checks is an error that says so; it is never "no findings".

Leaves to others: what a measure is, who may ask for it, on which basis (``law``).
"""

from __future__ import annotations

from typing import Final

PRESERVE: Final = frozenset({"preserve"})
"""Keep data as it is."""
ACCESS: Final = frozenset({"access_stored"})
"""Search, secure, disclose stored data."""
PERSON: Final = frozenset({"provisional_arrest", "extradite"})
"""Take a person into custody, and hand over."""
ALL: Final = PRESERVE | ACCESS
"""Every measure that can be assessed so far."""
