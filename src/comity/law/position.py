"""What a State's law answers once for all to a question that requests put again and again.

Promises: a position speaks for one State, for the cases that it names and no others, from a day on. Only one
that the State adopted for itself says anything; where a case is not known to be of those named, it is silent.

Leaves to others: which questions there are, and what follows from an answer (``safeguards.standing``).
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from comity.law.marks import Day, Mark, Since, reached
from comity.law.model import Key, OffenceClass, Settled, SourceKey, Text, Words
from comity.wire import Model


class Position(Model):
    """One standing answer. What is left empty limits nothing; ``basis``: the provision of national law."""

    key: Key
    question: Words
    """The question, by the last part of the fact's key: ``own_case_permitted``."""
    answer: bool
    measures: tuple[Words, ...] = ()
    concepts: tuple[Words, ...] = ()
    offence_classes: tuple[OffenceClass, ...] = ()
    """Classes under the instrument of the request."""
    min_penalty_months: int | None = Field(default=None, ge=1)
    """Only for offences whose maximum, as the request states it, is at least so many months."""
    basis: Text
    since: Since
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    settled: Settled | None = None

    def speaks(
        self,
        measure: str,
        concept: str | None,
        classes: frozenset[OffenceClass] | None,
        months: int | None,
        on: date,
        *,
        penalty: str | None = None,
    ) -> bool:
        """Whether a case is known to be one of those that it names. ``None``: not known of the case.

        ``penalty``: the maximum where it is no number of months: ``life``, ``fine_only``, or another word.
        """
        return (
            (not self.measures or measure in self.measures)
            and (not self.concepts or concept in self.concepts)
            and (not self.offence_classes or bool(classes and classes <= set(self.offence_classes)))
            and (self.min_penalty_months is None or _reaches(self.min_penalty_months, months, penalty))
            and reached(self.since, on) is True
        )


def _reaches(least: int, months: int | None, penalty: str | None) -> bool:
    """Whether a maximum is known to be so high; what a court may set at will is not known."""
    return penalty == "life" if months is None else months >= least
