"""The terms of what a State does at home about limits and duties: asking a use, calling back, giving notice.

Promises: as ``home_terms``: ids, instants and choices from closed lists; never free text, never a person.
Version 1 and frozen for ever.

Leaves to others: what bars a use (``cases.use``), what a duty waits for (``cases.duties``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from comity.acts.names import Authority, Digest, ExhibitId, Instant, Key, Label, State
from comity.acts.terms import Purpose, UseKind
from comity.wire import Model


class UseVerdict(StrEnum):
    """What the limits in force say of a use."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    NEEDS_CONSENT = "needs_consent"
    NEEDS_HUMAN = "needs_human"


class Reached(StrEnum):
    """What came of calling an office back."""

    CONFIRMED = "confirmed"
    DENIED = "denied"
    NOT_REACHED = "not_reached"


class AskUseTerms(Model):
    """A use was asked for. ``limits``: what bars it; ``questions``: what a person answers, with reasons.

    ``answered``: a person says, with reasons, that no question stands in the way.
    """

    exhibits: tuple[ExhibitId, ...] = Field(min_length=1, max_length=100)
    use: UseKind
    purpose: Purpose
    verdict: UseVerdict
    limits: tuple[Key, ...] = Field(max_length=100)
    questions: tuple[Key, ...] = Field(max_length=100)
    answered: bool


class CalledBackTerms(Model):
    """The office that asked was called back. ``entry``: the version of the directory entry used."""

    office: Authority
    entry: int = Field(ge=1)
    outcome: Reached
    at: Instant


class NotifyPersonTerms(Model):
    """The person concerned was told of what was done with these items.

    ``presence_over``: or who came freely, that the presence is no longer needed, and nothing else.
    """

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    at: Instant
    presence_over: bool = False


class DelayNoticeTerms(Model):
    """Telling the person concerned waits. ``by``: the function of the office that decided so."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    by: Key
    until: Instant


class TellHolderTerms(Model):
    """Who holds something was told of a recall or a breach (``act``): one of the two.

    ``to``: a State to which it was passed on; ``handed``: whoever an act at home handed it out to.
    """

    act: Digest
    to: State | None = None
    at: Instant
    handed: Digest | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        """Refuse nobody, and two at once."""
        if (self.to is None) == (self.handed is None):
            raise ValueError("a State, or who something was handed out to")
        return self
