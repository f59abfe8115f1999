"""Bases that a State describes itself, between two States on a day: treaties of two, notes, letters rogatory.

Promises: one of another pair, or of another day, is not among them; who describes it, since when, and whether
that State's adviser adopted it are said of each. A description that nobody adopted, whose mark is weak or
whose review is overdue is *to be confirmed*. What one State describes is never said to be the other's view.

Leaves to others: the shape of a description (``article``), what a request makes of it (``safeguards``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from comity.law.article import DescribedBasis
from comity.law.bundle import Bundle
from comity.law.marks import between
from comity.law.standing import Answer
from comity.messages import Message, message

DESCRIBED: Final = "described"
"""What a request names as the instrument, where its basis is one that a State describes."""


@dataclass(frozen=True, slots=True)
class DescribedBinding:
    """One such basis between two States on a day."""

    basis: DescribedBasis
    stands: Answer
    """Whether it stands on the day, by its own dates: *unknown* where they are too coarse."""
    to_be_confirmed: bool
    reasons: tuple[Message, ...]


def described_between(bundle: Bundle, one: str, other: str, on: date) -> tuple[DescribedBinding, ...]:
    """What one of two States (or a territory beside it) describes towards the other, in the order of keys.

    One that has ended, or has not begun, is left out.
    """
    found = [_on_day(bundle, b, on) for b in bundle.content.described if is_between(bundle, b, one, other)]
    return tuple(one for one in found if one.stands != "no")


def is_between(bundle: Bundle, basis: DescribedBasis, one: str, other: str) -> bool:
    """Whether a description is of these two: one of them describes it, for the other or for any."""
    pairs = ((one, other), (other, one))
    return any(
        basis.state in {own, bundle.state_of(own)} and basis.other in {None, peer, bundle.state_of(peer)}
        for own, peer in pairs
    )


def stands_on(basis: DescribedBasis, on: date) -> Answer:
    """Whether it stands on a day, by its own dates."""
    answer: dict[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}
    return answer[between(basis.since, basis.until, on)]


def doubt_of(bundle: Bundle, basis: DescribedBasis, on: date) -> str | None:
    """Why a description settles nothing: ``not_adopted``, ``weak`` or ``overdue``; none where it does."""
    if basis.settled is None or basis.settled.state != basis.state:
        return "not_adopted"
    if basis.mark in bundle.weak_marks:
        return "weak"
    return "overdue" if on > date.fromisoformat(basis.review_by) else None


def _on_day(bundle: Bundle, basis: DescribedBasis, on: date) -> DescribedBinding:
    doubt = doubt_of(bundle, basis, on)
    named = {"name": basis.name, "state": basis.state}
    reasons = [message(f"law.described.{basis.kind}", **named, since=basis.since, mark=basis.mark)]
    if doubt is None and basis.settled is not None:
        reasons.append(message("law.described.adopted", state=basis.state, on=basis.settled.on))
    elif doubt is not None:
        reasons.append(message(f"law.described.{doubt}", **named, review_by=basis.review_by))
    stands = stands_on(basis, on)
    if stands == "unknown":
        reasons.append(message("law.described.day_not_held", **named, since=basis.since))
    return DescribedBinding(basis, stands, doubt is not None or basis.mark != "A", tuple(reasons))
