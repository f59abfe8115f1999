"""The terms of the acts that stay at home: what a State says to itself, and never sends.

Promises: as ``terms``: ids, digests, instants and choices from closed lists; never free text, never a person.
Version 1 and frozen for ever.

Leaves to others: what is said to another State (``terms``), what a term allows or forbids (``law``'s tables,
``cases``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from comity.acts.delivery_terms import Protected
from comity.acts.names import Authority, CaseId, Day, Digest, ExhibitId, Instant, Key, Label, Outcome, State
from comity.wire import Model


class Channel(StrEnum):
    """By which way something came that no node carried, or went."""

    DIPLOMATIC = "diplomatic"
    EMBASSY = "embassy"
    POST = "post"
    COURIER = "courier"
    E_MAIL = "e_mail"
    TELEPHONE = "telephone"
    INTERPOL = "interpol"


class ContactRole(StrEnum):
    """What somebody without a key does in cases: an office of a State without a node, or one at home."""

    AUTHORITY = "authority"
    ORIGINATOR = "originator"
    EXECUTOR = "executor"
    PROVIDER = "provider"


class Returned(StrEnum):
    """What came back on an order."""

    DONE = "done"
    PART = "part"
    NOTHING_HELD = "nothing_held"
    OBJECTED = "objected"


class Ruled(StrEnum):
    """What became of an objection: heeded, overruled, or put to the State that asked."""

    HEEDED = "heeded"
    OVERRULED = "overruled"
    PUT_TO_THEM = "put_to_them"


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
    """What came in by another way: its scan's digest, and by when it is to be confirmed.

    ``kind``: as which kind of act it is read; ``act``: the act that was made of it and moves the case, none
    where it moves nothing until it is confirmed. ``language``: of the original; ``translation``: its digest.
    """

    channel: Channel
    scan: Digest
    confirm_by: Instant | None
    received_at: Instant | None = None
    kind: Key | None = None
    act: Digest | None = None
    language: Label | None = None
    translation: Digest | None = None


class ConfirmTerms(Model):
    """What was registered is confirmed: by a signed ``act`` in its ``case``, or by a paper (``scan``).

    ``entry``: the registration. ``differs``: members in which what was registered
    says something else than what was signed.
    """

    entry: Digest
    act: Digest | None
    case: CaseId | None
    scan: Digest | None
    differs: tuple[Key, ...] = Field(max_length=100)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.act is None) == (self.scan is None) or (self.act is None) != (self.case is None):
            raise ValueError("an act in its case, or a scan")
        return self


class DispatchTerms(Model):
    """An act of ours went out on paper. ``letter``: digest of what was sent; ``scan``: of its proof."""

    act: Digest
    channel: Channel
    at: Instant
    letter: Digest | None
    scan: Digest | None


class PassOnTerms(Model):
    """What was registered was not for us: passed on to a State, or sent back to where it came from."""

    entry: Digest
    state: State
    returned: bool
    channel: Channel
    at: Instant


class ContactTerms(Model):
    """Somebody without a key, by function: an office abroad without a node; at home, who asks or executes.

    The latest entry of a contact counts. ``functions``: of an office abroad, as the law data names them.
    """

    contact: Authority
    role: ContactRole
    channels: tuple[Channel, ...] = Field(min_length=1, max_length=7)
    functions: tuple[Key, ...] = Field(max_length=20)
    active: bool


class OriginateTerms(Model):
    """At home, who asked for the case. ``scan``: of the paper by which they did."""

    contact: Authority
    at: Instant
    scan: Digest | None


class OrderTerms(Model):
    """An order to an executor or a provider. ``document``: digest of the order as it was served.

    ``bases``: provisions of the law data on which it rests; national law stands in a field, in words.
    """

    contact: Authority
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    document: Digest
    bases: tuple[Key, ...] = Field(max_length=20)
    language: Label
    at: Instant
    answer_by: Instant | None


class ReturnTerms(Model):
    """What came back on an order: its outcome, the scan of the answer, the exhibits that were taken in."""

    order: Digest
    outcome: Returned
    items: tuple[Label, ...] = Field(max_length=200)
    at: Instant
    scan: Digest
    exhibits: tuple[ExhibitId, ...] = Field(max_length=100)


class RuleTerms(Model):
    """What became of an objection. ``act``: the question or offer of consultation by which it was put."""

    objection: Digest
    ruled: Ruled
    act: Digest | None

    @model_validator(mode="after")
    def _put_by_an_act(self) -> Self:
        if (self.act is not None) != (self.ruled is Ruled.PUT_TO_THEM):
            raise ValueError("an act, where it was put to them")
        return self


class ImportTerms(Model):
    """A case of before this node, as a list has it: imported, not proven. ``file``: the list's digest."""

    direction: Literal["incoming", "outgoing"]
    state: State
    measure: Key
    opened: Day
    closed: Day | None
    outcome: Outcome | Literal["withdrawn"] | None
    scan: Digest | None
    file: Digest
    line: int = Field(ge=1, le=1_000_000)


class IntakeTerms(Model):
    """``part_of``: the exhibit that it was selected from, where it is part of one.

    ``protected``: where only a competent unit opens it.
    """

    exhibit: ExhibitId
    statement: Digest
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    part_of: ExhibitId | None = None
    protected: Protected | None = None


class ReviewTerms(Model):
    """May it leave: whole, or not at all."""

    exhibit: ExhibitId
    release: bool


class Certifies(StrEnum):
    """As what somebody certifies: who holds the exhibit, or who translated what is in it."""

    CUSTODIAN = "custodian"
    TRANSLATOR = "translator"


class CertifyTerms(Model):
    """A person certifies how an exhibit was kept, or a translation. ``seal``: id of its seal statement.

    ``departed``: from the procedure that was asked for. ``original``, ``translation``: digests of what was
    translated and of what came of it, ``written_in`` and ``into``: their languages.
    """

    exhibit: ExhibitId
    seal: Digest
    certifies: Certifies
    departed: bool
    original: Digest | None = None
    translation: Digest | None = None
    written_in: Label | None = None
    into: Label | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        told = (self.original, self.translation, self.written_in, self.into)
        if self.certifies is Certifies.TRANSLATOR and None in told:
            raise ValueError("a translator names what was translated, into what, and both languages")
        if self.certifies is Certifies.CUSTODIAN and told != (None,) * len(told):
            raise ValueError("a custodian certifies no translation")
        return self


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
    """``exhibits``: those that the file tells of; ``tells``: recalls and breaches that it tells itself."""

    profile: Key
    withheld: tuple[Withheld, ...] = Field(max_length=2000)
    exhibits: tuple[ExhibitId, ...] = Field(default=(), max_length=10_000)
    tells: tuple[Digest, ...] = Field(default=(), max_length=10_000)
