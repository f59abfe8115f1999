"""All groups of facts together, closed.

Promises: a fact has one key, in one group; another key is an error.

Leaves to others: the facts themselves (a module a group).
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
from comity.safeguards.registry.key import FactKey

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
