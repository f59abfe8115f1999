"""How one State's law tests whether conduct is an offence in both States; and the words for its elements.

Promises: closed shapes. What a State has not said is absent; no default stands in for it. Only a record
that was adopted for that State bears ``settled``, and only such a record may settle a check.

Leaves to others: the offences themselves (``nation``), adopting (``overlay``), the test (``safeguards``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from comity.law.marks import Day, Mark
from comity.law.model import Settled, SourceKey, Text, Words
from comity.wire import Model

Aspect = Literal[
    "act", "right", "intent", "measure", "means", "object", "result", "threshold", "exception",
    "precondition", "penalty", "open",
]  # fmt: skip
"""What kind of element a word stands for. ``penalty``: it only changes that. ``open``: a person reads it."""


class ElementWord(Model):
    """A word by which national law and requests name an element of conduct. It names no offence."""

    key: Words
    aspect: Aspect
    summary: Text
    words: tuple[Words, ...] = ()
    """Other words for it in the law data of States."""
    acts_of: tuple[Words, ...] = ()
    """Of an act: the concepts of offence to which it belongs."""


Role = Literal["condition", "option", "none"]


class MeasureRole(Model):
    """What dual criminality is to a State for one measure: a condition, an option, or nothing."""

    measure: Words
    role: Role


class JurisdictionTest(Model):
    """Whether a State asks that it would itself have jurisdiction, had the like been done abroad.

    ``bases``: on what its own law takes jurisdiction over conduct outside its territory.
    """

    measures: tuple[Words, ...]
    bases: tuple[Literal["victim_national", "offender_national", "against_state", "effect", "any"], ...]


class Criminality(Model):
    """What a State's own adviser says of how its law tests dual criminality.

    ``assessed_at``: the day whose law decides. ``complete``: the offences adopted are all by which such
    conduct could be punishable there; only then can the test fail. ``complaint_counts``: whether a
    complaint that prosecution needs counts for dual criminality. ``minimum_months``: the maximum that an
    offence must at least have there for extradition. ``de_minimis``: whether it declines trivial matters.
    """

    assessed_at: Literal["conduct", "request", "decision", "conduct_and_request"] | None = None
    roles: tuple[MeasureRole, ...] = ()
    jurisdiction: JurisdictionTest | None = None
    complete: bool = False
    complaint_counts: bool | None = None
    minimum_months: int | None = Field(default=None, ge=1)
    de_minimis: bool | None = None
    protected_grounds: tuple[Words, ...] = ()
    """Grounds of discrimination that its law names, beside those of the instruments."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    settled: Settled | None = None


AnyOf = Annotated[tuple[Words, ...], Field(min_length=1)]
"""Elements of which one will do."""


def stands(settled: Settled | None, mark: Mark, review_by: Day, on: Day, weak: frozenset[Mark]) -> bool:
    """Whether a record was adopted for its State, and can still settle a check on a day."""
    adopted = settled is not None and settled.how in {"adopted", "corrected"}
    return adopted and mark not in weak and on <= review_by
