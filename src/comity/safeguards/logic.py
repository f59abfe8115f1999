"""Three-valued logic: what is not known is never false.

Promises: ``Truth.UNKNOWN`` raises where a yes or no is wanted, so no ``if`` can swallow it; each
combinator is monotone in information: when an unknown limb becomes known, a result that was known
stays what it was (Kleene's strong logic). A combinator of nothing raises; it has no silent default.

Leaves to others: what a limb means (``facts``, ``bench``), and what a verdict leads to (a person).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from comity.acts import Verdict


class Truth(Enum):
    """A statement is true, is false, or is not known to be either."""

    FALSE = "false"
    UNKNOWN = "unknown"
    TRUE = "true"

    __hash__ = object.__hash__
    """Each of the three is one object; an enumeration's own hash asks for its name."""

    def __bool__(self) -> bool:
        """Only what is known is a yes or a no.

        Raises:
            TypeError: it is not known; this is a fault of the program that asked.
        """
        if self is Truth.UNKNOWN:
            raise TypeError("what is not known is neither true nor false")
        return self is Truth.TRUE


_VERDICTS: Final = {
    Truth.TRUE: Verdict.MET,
    Truth.FALSE: Verdict.NOT_MET,
    Truth.UNKNOWN: Verdict.NEEDS_HUMAN,
}

_CONTRARY: Final = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}


def known(value: bool | None) -> Truth:  # noqa: FBT001 - the value is all there is
    """A Truth of a yes, a no, or ``None`` for not known."""
    if value is None:
        return Truth.UNKNOWN
    return Truth.TRUE if value else Truth.FALSE


def all_(*limbs: Truth) -> Truth:
    """True if every limb is; false if any is; else not known.

    Raises:
        ValueError: no limbs.
    """
    if Truth.FALSE in limbs:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in _some(limbs) else Truth.TRUE


def any_(*limbs: Truth) -> Truth:
    """True if any limb is; false if every one is; else not known.

    Raises:
        ValueError: no limbs.
    """
    if Truth.TRUE in limbs:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in _some(limbs) else Truth.FALSE


def not_(limb: Truth) -> Truth:
    """The contrary; of what is not known, not known."""
    return _CONTRARY[limb]


def at_least(n: int, *limbs: Truth) -> Truth:
    """True if ``n`` limbs are certainly true; false if too few still can be; else not known.

    Raises:
        ValueError: no limbs, or an ``n`` that they could never miss or never reach.
    """
    if not 1 <= n <= len(limbs):
        raise ValueError(f"at least {n} of {len(limbs)} says nothing")
    certain = sum(limb is Truth.TRUE for limb in limbs)
    possible = sum(limb is not Truth.FALSE for limb in limbs)
    if certain >= n:
        return Truth.TRUE
    return Truth.UNKNOWN if possible >= n else Truth.FALSE


def _some(limbs: tuple[Truth, ...]) -> tuple[Truth, ...]:
    if not limbs:
        raise ValueError("all or any of nothing says nothing")
    return limbs


def verdict(truth: Truth) -> Verdict:
    """The verdict of a check whose statement is so."""
    return _VERDICTS[truth]


def left_to_a_person(limb: Truth) -> Truth:
    """True where the limb is; where it is not, a person judges: never false."""
    return limb if limb is Truth.TRUE else Truth.UNKNOWN
