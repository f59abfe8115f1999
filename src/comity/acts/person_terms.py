"""The terms of acts about persons: what follows a surrender, or stands in its place, and what is afforded.

Promises: as ``terms``: ids, instants and choices from closed lists; never free text, never a person.
Version 1 and frozen for ever.

Leaves to others: arrest, the court, surrender itself (``terms``), what a term allows (``law``'s tables,
``cases``).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from comity.acts.names import Digest, Instant, Label, State
from comity.wire import Model


class Origin(StrEnum):
    """By which way a request was announced before it was made here."""

    INTERPOL = "interpol"
    DIPLOMATIC = "diplomatic"
    DESK = "desk_24_7"
    DIRECT = "central_authority"


class Beyond(StrEnum):
    """What goes beyond that for which a person was surrendered."""

    OTHER_OFFENCE = "other_offence"
    RE_EXTRADITION = "re_extradition"


class Instead(StrEnum):
    """What is asked for in place of a surrender that was refused because of nationality."""

    PROSECUTION = "prosecution"
    ENFORCEMENT = "enforcement"


class Afforded(StrEnum):
    """What a person under arrest was afforded, asked for, or said that it was not wanted."""

    CONSULAR_NOTICE = "consular_notice"
    CONSULAR_DECLINED = "consular_declined"
    COUNSEL = "counsel"
    COUNSEL_DECLINED = "counsel_declined"
    BAIL_ASKED = "bail_asked"
    BAIL_GRANTED = "bail_granted"
    BAIL_REFUSED = "bail_refused"


class Penalty(StrEnum):
    """To what a trial of a person comes, as far as a rule can judge it. ``lesser``: less than prison."""

    ACQUITTED = "acquitted"
    LESSER = "lesser"
    PRISON = "prison"
    LIFE = "life"
    DEATH = "death"


class SentenceStage(StrEnum):
    """How far a penalty has come: it is about to be asked of a court, passed, final, or carried out."""

    SOUGHT = "sought"
    PASSED = "passed"
    FINAL = "final"
    CARRIED_OUT = "carried_out"


class SentenceTerms(Model):
    """What penalty persons who were surrendered face, held against the conditions of their surrender.

    ``kept``, ``broken``: the conditions that a person found kept in it, and those that it breaks.
    """

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    penalty: Penalty
    stage: SentenceStage
    kept: tuple[Label, ...] = Field(default=(), max_length=50)
    broken: tuple[Label, ...] = Field(default=(), max_length=50)
    at: Instant


class SpecialityTerms(Model):
    """Persons are tried for another offence, or given up again. ``consent``: on which it rests.

    ``to``: the State to which they are given up. ``kept``: the conditions of the surrender that a person
    found kept in it.
    """

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    use: Beyond
    consent: Digest | None
    to: State | None
    at: Instant
    kept: tuple[Label, ...] = Field(default=(), max_length=50)


class AskInsteadTerms(Model):
    """For persons refused because of nationality, what the requesting State asks in place of surrender."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    instead: Instead


class EnforceInsteadTerms(Model):
    """Whether the sentences of persons who are not surrendered are enforced where they are."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    taken_over: bool
    at: Instant


class AffordTerms(Model):
    """What persons under arrest were afforded. It stays at home: it is between them and the State there."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    afforded: Afforded
    at: Instant
