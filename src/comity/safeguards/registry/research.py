"""Facts by which good faith in security research is told.

Promises: that research is suspected is asked of nobody, and its criteria of no other State: the program
writes no question that shows the suspicion, or that someone told of it. Only what the asking State's own
rules say of such research is a question to it. Use of an AI system beyond its owner's policy is a fact of
authorisation; it never says that a security measure was defeated.

Leaves to others: the criteria's texts (law data), what follows from them (``checks.research``).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

CRITERIA: Final = 17
"""How many criteria of good-faith research there are; their texts stand in the law data."""

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(Nature.WORLD, None, "research.indicated", harmless=False),
    # Either's file can hold how she worked; what a person asks of the other all the same, that person words.
    *stated(Nature.WORLD, None, *(f"research.gf_{n:02}" for n in range(1, CRITERIA + 1))),
    *stated(Nature.WORLD, None, "research.ai_beyond_policy"),
    *stated(Nature.OWN_LAW, "requesting", "law.research_weighed_requesting"),
)
