"""The closed registry of facts that checks read, one module a group.

Promises: as ``closed``.

Leaves to others: what was stated of them (``facts``), what follows (``checks``).
"""

from comity.safeguards.registry.closed import FACTS, GROUPS, fact_key
from comity.safeguards.registry.key import FactKey, FactValue, Nature, Side

__all__ = ["FACTS", "GROUPS", "FactKey", "FactValue", "Nature", "Side", "fact_key"]
