"""The terms of acts by which an office shares out its work: all of them stay at home.

Promises: as ``home_terms``: ids, digests, instants and choices from closed lists; a person is a key's digest.
Version 1.

Leaves to others: who has a case now (``cases.work``), who is on duty (``cases.roster``).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from comity.acts.names import Authority, Currency, Digest, Instant, Label
from comity.wire import Model


class AssignTerms(Model):
    """A case is given to an office, and in it to a person (a key's id), or to the office as a whole."""

    office: Authority
    person: Digest | None


class HandOverTerms(Model):
    """Whoever has a case offers it to the next: a key's id, and whose that is. It waits to be taken over."""

    office: Authority
    to: Digest


class TakeOverTerms(Model):
    hand_over: Digest


class Turn(Model):
    """One person's turn of duty: from ``since`` until before ``until``."""

    person: Digest
    since: Instant
    until: Instant


class RosterTerms(Model):
    """Who is on duty in an office between two instants; it replaces what was said of that time before."""

    office: Authority
    since: Instant
    until: Instant
    turns: tuple[Turn, ...] = Field(max_length=2000)


class CostEvent(StrEnum):
    """What happened to costs: they are expected, were spent, were asked back, or were paid back."""

    ESTIMATED = "estimated"
    INCURRED = "incurred"
    CLAIMED = "claimed"
    REIMBURSED = "reimbursed"


class CostTerms(Model):
    """Costs of carrying out items. ``amount``: minor units; ``extraordinary``: beyond the usual."""

    event: CostEvent
    extraordinary: bool
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    amount: int = Field(ge=1, le=10**15)
    currency: Currency


class ProceedTerms(Model):
    """A person goes on though extraordinary costs are not agreed on. ``estimate``: that act."""

    estimate: Digest
