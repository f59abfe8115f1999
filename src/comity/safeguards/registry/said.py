"""What a request for one measure or another has to say, where no field of the act says it.

Promises: one fact for each content that a request says in a statement or a paper of its own. A request that
has one under the content's key declares it; so can a fact of the request.

Leaves to others: which contents a measure has (law data), whether they are enough (a person).
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, stated

CONTENTS: Final = (
    "absence", "beneficiaries", "call_back", "certification", "channel", "conduct_of_hearing",
    "consent", "consequences", "custody", "danger", "deadline", "death_penalty", "documents",
    "duration", "evidence_case", "expenses", "file", "finality", "follow_up", "grounds", "immunity",
    "intention", "interest_of_justice", "judgment", "jurisdiction", "law", "law_of_place", "link",
    "method", "need", "notice", "order", "procedure", "questions", "rehabilitation", "remaining",
    "route", "sentence", "standing", "steps", "surrender", "team", "third_parties", "title",
    "transit", "unplanned", "use", "victims", "warrant", "way",
)  # fmt: skip
"""Contents of the law data that are said in a statement, or in a paper, under their own key."""

KEYS: Final[tuple[FactKey, ...]] = tuple(
    stated(Nature.DECLARED, "requesting", *(f"said.{name}" for name in CONTENTS))
)
