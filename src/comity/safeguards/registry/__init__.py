"""The closed registry of facts that checks read, one module a group.

Promises: a fact has one key, in one group; another key is an error.

Leaves to others: what was stated of them (``facts``), what follows (``checks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.errors import BadInput
from comity.safeguards.registry import (
    assets,
    bars,
    conduct,
    limits,
    persecution,
    persons,
    raised,
    request,
    research,
    said,
)
from comity.safeguards.registry.key import FactKey, FactValue, Nature, Side

GROUPS: Final = (request, raised, said, conduct, limits, persons, bars, assets, persecution, research)

FACTS: Final[Mapping[str, FactKey]] = MappingProxyType(
    {key.key: key for group in GROUPS for key in group.KEYS}
)
"""Every fact that a check may read, by its key."""


def fact_key(key: str) -> FactKey:
    """One entry of the registry.

    Raises:
        BadInput: no such fact.
    """
    if key not in FACTS:
        raise BadInput("safeguards.unknown_fact", fact=key[:120])
    return FACTS[key]


__all__ = ["FACTS", "GROUPS", "FactKey", "FactValue", "Nature", "Side", "fact_key"]
