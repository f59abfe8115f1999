"""The terms of each kind of act: what moves a case. The fold reads these and the header, no more.

Promises: terms hold ids, digests, instants and choices from closed lists; never free text, never a
person. So they can stay in every copy of a case file, also where all else is withheld or destroyed,
and the case still folds to the same state. These models are version 1 and frozen for ever:
a change is a new version beside them.

Leaves to others: what a term allows or forbids (``law``'s tables, ``cases``).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from comity.acts.names import (
    Authority,
    Capacity,
    Day,
    Digest,
    ExhibitId,
    Instant,
    Key,
    Label,
    Outcome,
    State,
)
from comity.wire import Model


class DataType(StrEnum):
    """What an item asks for; which of these a measure may ask for is law data.

    The first three are electronic data, from the least to the most intrusive.
    """

    SUBSCRIBER = "subscriber"
    TRAFFIC = "traffic"
    CONTENT = "content"
    INFORMATION = "information"
    DOCUMENT = "document"
    OBJECT = "object"
    PLACE = "place"
    PERSON = "person"
    ASSET = "asset"
    PROCEEDING = "proceeding"


class Urgency(StrEnum):
    ORDINARY = "ordinary"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Execution(StrEnum):
    """What came of an execution."""

    DONE = "done"
    PART = "part"
    NOTHING_HELD = "nothing_held"
    WRONG_STATE = "wrong_state"
    EXPIRED = "expired"


class WithdrawReason(StrEnum):
    NO_LONGER_NEEDED = "no_longer_needed"
    OBTAINED_OTHERWISE = "obtained_otherwise"
    PROCEEDING_ENDED = "proceeding_ended"
    ERROR = "error"


class CloseReason(StrEnum):
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class UseKind(StrEnum):
    """For what evidence is used: as was stated, otherwise with consent, or for the person's benefit."""

    STATED = "stated"
    WITH_CONSENT = "with_consent"
    EXCULPATORY = "exculpatory"


class Item(Model):
    id: Label
    data: DataType


class Basis(Model):
    """A provision that a request rests on, by its stable keys in the law data."""

    instrument: Key
    provision: Key


class PreviewTerms(Model):
    measure: Key
    items: tuple[Item, ...] = Field(min_length=1, max_length=200)


class RequestTerms(Model):
    """``ratify_by``: set when one person acted alone; ``follows``: the preservation it builds on."""

    measure: Key
    items: tuple[Item, ...] = Field(min_length=1, max_length=200)
    bases: tuple[Basis, ...] = Field(min_length=1, max_length=20)
    urgency: Urgency
    confidential: bool
    ratify_by: Instant | None
    follows: Digest | None


class AmendTerms(Model):
    add: tuple[Item, ...] = Field(max_length=200)
    drop: tuple[Label, ...] = Field(max_length=200)


class WithdrawTerms(Model):
    reason: WithdrawReason


class RejectTerms(Model):
    """``act`` is authentic and not in order; ``step`` and ``reason`` say where and why."""

    act: Digest
    step: Key
    reason: Key


class QuestionTerm(Model):
    """``about``: the finding that the question would settle, or none."""

    id: Label
    about: Key | None


class AskTerms(Model):
    questions: tuple[QuestionTerm, ...] = Field(min_length=1, max_length=100)


class AnswerTerms(Model):
    ask: Digest
    questions: tuple[Label, ...] = Field(min_length=1, max_length=100)


class ConsultTerms(Model):
    """An offer of consultation; silence until ``answer_by`` satisfies the duty."""

    grounds: tuple[Key, ...] = Field(min_length=1, max_length=20)
    answer_by: Instant


class ItemDecision(Model):
    id: Label
    outcome: Outcome
    grounds: tuple[Key, ...] = Field(max_length=20)
    conditions: tuple[Label, ...] = Field(max_length=50)
    review_on: Day | None


class DecideTerms(Model):
    items: tuple[ItemDecision, ...] = Field(min_length=1, max_length=200)
    consultation: Digest | None


class AcceptTerms(Model):
    decision: Digest
    conditions: tuple[Label, ...] = Field(min_length=1, max_length=50)


class EffectedTerms(Model):
    """``at`` is the legal event that starts the clock of the measure."""

    outcome: Execution
    items: tuple[Label, ...] = Field(max_length=200)
    at: Instant


class Piece(Model):
    """One sealed piece on its way: digest and size in bytes of the ciphertext."""

    digest: Digest
    size: int = Field(ge=1)


class Delivery(Model):
    """One exhibit announced: the head (seal statement, index, manifests) and the payload's pieces."""

    exhibit: ExhibitId
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    statement: Digest
    stream: Digest
    size: int = Field(ge=0)
    head: Piece
    pieces: tuple[Piece, ...] = Field(max_length=20_000)


class DeliverTerms(Model):
    decision: Digest
    capacity: Capacity
    exhibits: tuple[Delivery, ...] = Field(min_length=1, max_length=100)


class Taken(Model):
    exhibit: ExhibitId
    statement: Digest
    stream: Digest


class TakeCustodyTerms(Model):
    delivery: Digest
    exhibits: tuple[Taken, ...] = Field(min_length=1, max_length=100)


class ExtendTerms(Model):
    """Preservation is asked to last until then."""

    until: Instant


class UseTerms(Model):
    exhibits: tuple[ExhibitId, ...] = Field(min_length=1, max_length=100)
    use: UseKind


class CloseTerms(Model):
    outcome: CloseReason


# -- what stays at home ---------------------------------------------------------------------------


class EnrolTerms(Model):
    """A key is given to a person of an authority. ``founding``: the first two, by the node itself."""

    key: Digest
    alg: Key
    public: str = Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=2000)
    authority: Authority
    deeds: tuple[Key, ...] = Field(min_length=1, max_length=100)
    founding: bool


class AdoptLawTerms(Model):
    """A State's own adviser puts an overlay over the law data of its node. ``base``: the packaged bundle."""

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
    findings: Digest
    on: Day


class AnswerFindingTerms(Model):
    """``resolved``: the person holds the safeguard to be satisfied, or not."""

    assessment: Digest
    finding: Key
    resolved: bool


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
