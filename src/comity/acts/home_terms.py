"""The terms of the acts that stay at home: what a State says to itself, and never sends.

Promises: as ``terms``: ids, digests, instants and choices from closed lists; never free text, never a person.
Version 1 and frozen for ever.

Leaves to others: what is said to another State (``terms``), what a term allows or forbids (``law``'s tables,
``cases``).
"""

from __future__ import annotations

from pydantic import Field

from comity.acts.names import Authority, Day, Digest, ExhibitId, Instant, Key, Label, State
from comity.wire import Model


class EnrolTerms(Model):
    """A key is given to a person of an authority. ``founding``: the first two, by the node itself."""

    key: Digest
    alg: Key
    public: str = Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=2000)
    authority: Authority
    deeds: tuple[Key, ...] = Field(min_length=1, max_length=100)
    founding: bool


class AdoptLawTerms(Model):
    """A State's own adviser puts an overlay over its node's law data. ``base``: the packaged bundle."""

    state: State
    version: int = Field(ge=1, le=1_000_000)
    overlay: Digest
    base: Digest


class Tick(Model):
    """A record of the law data, as it then stood, holds against the official text."""

    provision: Key
    record: Digest


class ConfirmLawTerms(Model):
    """``document``: the official text that was compared."""

    instrument: Key
    document: Digest
    language: Key
    ticks: tuple[Tick, ...] = Field(min_length=1, max_length=2000)


class RatifyTerms(Model):
    act: Digest
    ratified: bool


class AssessTerms(Model):
    """``acts``: what was read beside the request: the amendments and answers, so that it can be replayed."""

    findings: Digest
    on: Day
    acts: tuple[Digest, ...] = Field(default=(), max_length=2000)


class AnswerFindingTerms(Model):
    """``resolved``: the person holds the safeguard to be satisfied, or not."""

    assessment: Digest
    finding: Key
    resolved: bool


class TellTerms(Model):
    """Whom a person tells that a closed finding was reopened, as ISO codes of States; empty: nobody."""

    assessment: Digest
    finding: Key
    told: tuple[State, ...] = Field(max_length=50)


class DeliberateTerms(Model):
    """What a decision rests on: the assessment, and the answer to each open finding."""

    assessment: Digest
    answers: tuple[Digest, ...] = Field(max_length=200)


class RegisterTerms(Model):
    """What came in by another way: its scan's digest, and by when it is to be confirmed."""

    channel: Key
    scan: Digest
    confirm_by: Instant | None


class IntakeTerms(Model):
    exhibit: ExhibitId
    statement: Digest
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)


class ReviewTerms(Model):
    """May it leave: whole, or not at all."""

    exhibit: ExhibitId
    release: bool


class EraseTerms(Model):
    """A field of an act is destroyed because the law says so."""

    act: Digest
    field: Key
    ground: Key


class Withheld(Model):
    act: Digest
    field: Key
    ground: Key


class DiscloseTerms(Model):
    profile: Key
    withheld: tuple[Withheld, ...] = Field(max_length=2000)
