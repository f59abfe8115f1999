"""Conditions as values: what a decision, a delivery or a consent asks in return, so that a rule can judge it.

Promises: closed kinds, purposes from a closed list, instants; never free text. Version 1 and frozen for ever.

Leaves to others: a condition's own words (``kinds``), what it says of a use (``cases.use``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from comity.acts.names import Instant, Label
from comity.wire import Model


class LimitKind(StrEnum):
    """What a condition is, as far as a rule can judge it; the law data has a summary of each."""

    USE_LIMIT = "use_limit"
    CONFIDENTIALITY = "confidentiality"
    NO_ONWARD_TRANSFER = "no_onward_transfer"
    NO_DEATH_PENALTY = "no_death_penalty"
    DESTRUCTION = "destruction"
    RETURN = "return"
    DEATH_NOT_CARRIED_OUT = "death_not_carried_out"
    NO_LIFE_SENTENCE = "no_life_sentence"
    RETURN_TO_SERVE = "return_to_serve"
    NO_RE_EXTRADITION = "no_re_extradition"
    TRIAL_GUARANTEE = "trial_guarantee"
    OTHER = "other"


DATED: Final = frozenset({LimitKind.DESTRUCTION, LimitKind.RETURN})
"""Limits that are kept by a time."""

OF_PERSONS: Final = frozenset(
    {
        LimitKind.DEATH_NOT_CARRIED_OUT,
        LimitKind.NO_LIFE_SENTENCE,
        LimitKind.RETURN_TO_SERVE,
        LimitKind.NO_RE_EXTRADITION,
        LimitKind.TRIAL_GUARANTEE,
    }
)
"""Limits on what becomes of a person; on what was given as evidence, no rule reads them."""


class Purpose(StrEnum):
    """For what something is to be used. ``lead``: to inquire further, before no court."""

    LEAD = "lead"
    COURT = "court"
    DEFENCE = "defence"
    ADMINISTRATIVE = "administrative"
    ONWARD = "onward"
    PUBLICATION = "publication"


class Disposal(StrEnum):
    """What became of something that is held no longer."""

    DESTROYED = "destroyed"
    RETURNED = "returned"


class Limit(Model):
    """A condition as a value, by its name in the act. ``until``: by when what was given is disposed of.

    ``purposes``: of a limit on use, for what it may be used; none: it names proceedings alone.
    """

    id: Label
    kind: LimitKind
    purposes: tuple[Purpose, ...] = Field(default=(), max_length=10)
    until: Instant | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.until is not None) != (self.kind in DATED):
            raise ValueError("until: of destruction and return, and of nothing else")
        if self.purposes and self.kind is not LimitKind.USE_LIMIT:
            raise ValueError("purposes: of a limit on use only")
        return self


Limits = Annotated[tuple[Limit, ...], Field(max_length=50)]
