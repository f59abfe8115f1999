"""What a request for one measure or another has to say, where no field of the act says it.

Promises: one fact a content of the law data; the asking State declares that it says so, and where.

Leaves to others: which contents a measure has (law data), whether they are enough (a person).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

CONTENTS: Final = (
    "beneficiaries", "call_back", "certification", "channel", "conduct_of_hearing", "confiscation",
    "consent", "consequences", "deadline", "death_penalty", "documents", "evidence_case", "expenses", "file",
    "follow_up", "grounds", "information", "interest_of_justice", "jurisdiction", "judgment", "law", "limits",
    "method", "person", "procedure", "property", "questions", "rehabilitation", "remaining", "sentence",
    "steps", "system", "team", "title", "use", "victims", "way",
)  # fmt: skip
"""Contents of the law data that the asking State itself points out."""

KEYS: Final[tuple[FactKey, ...]] = tuple(
    stated(Nature.DECLARED, "requesting", *(f"said.{name}" for name in CONTENTS))
)
