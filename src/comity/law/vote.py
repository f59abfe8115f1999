"""What a vote needs: a fraction of those present, voting or elected, and what a count beforehand says of it.

Promises: whole numbers; a fraction is rounded up, since 65 are not two thirds of 98. Who is present and
abstains counts for the base and not for the yes.

Leaves to others: which fraction of whom (``data/states``, ``procedure``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from comity.errors import BadInput

Answer = Literal["carried", "lost", "open"]


@dataclass(frozen=True, slots=True)
class Vote:
    """What a vote needs and what a count of it says."""

    base: int
    needed: int
    yes: int
    still_needed: int
    answer: Answer
    may_be_lost: int | None
    """Of the undecided, how many may not come to a yes without losing the vote; while it is open."""


def needed(base: int, numerator: int, denominator: int, *, strict: bool = False) -> int:
    """How many votes carry it: a fraction of the base, or where ``strict`` more than the fraction.

    Raises:
        BadInput: a base below one, or a fraction that is none.
    """
    if base < 1 or not 0 < numerator <= denominator:
        raise BadInput("law.vote_no_base", base=base)
    if strict:
        return base * numerator // denominator + 1
    return -(-base * numerator // denominator)


def whip(base: int, threshold: int, *, yes: int, no: int, undecided: int) -> Vote:
    """What is still needed, by a count of who will vote how.

    Raises:
        BadInput: a negative number, or more votes than there are.
    """
    if min(yes, no, undecided) < 0 or yes + no + undecided > base:
        raise BadInput("law.vote_too_many", yes=yes, no=no, undecided=undecided, base=base)
    still = max(0, threshold - yes)
    answer: Answer = "carried" if still == 0 else "open" if still <= undecided else "lost"
    return Vote(base, threshold, yes, still, answer, undecided - still if answer == "open" else None)
