"""The terms of each kind of act: what moves a case. The fold reads these and the header, no more.

Promises: terms hold ids, digests, instants and choices from closed lists; never free text, never a person.
So they can stay in every copy of a case file, also where all else is withheld or destroyed, and the case
still folds to the same state. They are version 1 and frozen for ever: a change is a version beside them.

Leaves to others: what a term allows or forbids (``law``'s tables, ``cases``).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from comity.acts.delivery_terms import Delivery, Piece, Protected
from comity.acts.limits import DATED, OF_PERSONS, Disposal, Limit, LimitKind, Limits, Purpose
from comity.acts.names import (
    Authority,
    Capacity,
    CaseId,
    Currency,
    Day,
    Digest,
    ExhibitId,
    Instant,
    Key,
    Label,
    Outcome,
    State,
)
from comity.acts.person_terms import Origin
from comity.acts.wording import Wording
from comity.wire import Model

__all__ = [
    "DATED", "OF_PERSONS", "Delivery", "Disposal", "Limit", "LimitKind", "Limits", "Piece", "Protected",
    "Purpose",
]  # fmt: skip


class DataType(StrEnum):
    """What an item asks for: first electronic data, from the least to the most intrusive, then the rest."""

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


class Progress(StrEnum):
    """How far a request has come, where one was asked."""

    RECEIVED = "received"
    UNDER_REVIEW = "under_review"
    WAITING_FOR_YOU = "waiting_for_you"
    WITH_A_COURT = "with_a_court"
    BEING_CARRIED_OUT = "being_carried_out"


class ArrestEvent(StrEnum):
    ARRESTED = "arrested"
    RELEASED = "released"
    REARRESTED = "rearrested"


class CourtFinding(StrEnum):
    """Before a judge: the person agreed to go, or the court found that surrender is lawful, or is not."""

    CONSENTED = "consented"
    LAWFUL = "lawful"
    NOT_LAWFUL = "not_lawful"


class Manner(StrEnum):
    """How a person is handed over: for good, for a time, to be sent back to serve; or has come back."""

    FULL = "full"
    TEMPORARY = "temporary"
    TO_RETURN = "to_return"
    RETURNED = "returned"


class OtherUse(StrEnum):
    """What consent is sought for: beyond what was stated, or of a person, beyond what was granted."""

    OTHER_PROCEEDING = "other_proceeding"
    ONWARD_TRANSFER = "onward_transfer"
    CONDITION_LIFTED = "condition_lifted"
    OTHER_OFFENCE = "other_offence"
    RE_EXTRADITION = "re_extradition"


class Consenting(StrEnum):
    GIVEN = "given"
    GIVEN_ON_CONDITIONS = "given_on_conditions"
    REFUSED = "refused"


class RecallReason(StrEnum):
    ORDER_ANNULLED = "order_annulled"
    SENT_IN_ERROR = "sent_in_error"


class RemedyEvent(StrEnum):
    LODGED = "lodged"
    DISMISSED = "dismissed"
    UPHELD = "upheld"
    WITHDRAWN = "withdrawn"


class Item(Model):
    id: Label
    data: DataType


class Basis(Model):
    """A provision that a request rests on, by its keys in the law data."""

    instrument: Key
    provision: Key


class PreviewTerms(Model):
    measure: Key
    items: tuple[Item, ...] = Field(min_length=1, max_length=200)


class RequestTerms(Model):
    """``ratify_by``: set when one person acted alone; ``follows``: the preservation it builds on.

    ``urgent_for``: why it is urgent, by the law data's words; ``wanted_by``: the time suggested for it.
    ``supplements``: an earlier request that it adds to; ``previous``: others made before, in any case.
    ``wording``: in which language it is sent; here and below, none where that is not said.
    ``origin``: by which way it was announced before, as a search by INTERPOL was.
    """

    measure: Key
    items: tuple[Item, ...] = Field(min_length=1, max_length=200)
    bases: tuple[Basis, ...] = Field(min_length=1, max_length=20)
    urgency: Urgency
    confidential: bool
    ratify_by: Instant | None
    follows: Digest | None
    urgent_for: tuple[Key, ...] = Field(default=(), max_length=10)
    wanted_by: Instant | None = None
    supplements: Digest | None = None
    previous: tuple[Digest, ...] = Field(default=(), max_length=50)
    wording: Wording | None = None
    origin: Origin | None = None


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
    """``limits``: its conditions as values. ``ratify_by``: set when one person decided alone."""

    items: tuple[ItemDecision, ...] = Field(min_length=1, max_length=200)
    consultation: Digest | None
    limits: Limits = ()
    ratify_by: Instant | None = None
    wording: Wording | None = None


class RatifiedTerms(Model):
    """A second person stands behind what one decided alone, or does not."""

    decision: Digest
    ratified: bool


class AcceptTerms(Model):
    """``decision``: the decision, the offer or the delivery that laid the conditions down."""

    decision: Digest
    conditions: tuple[Label, ...] = Field(min_length=1, max_length=50)


class EffectedTerms(Model):
    """``at`` is the legal event that starts the clock of the measure.

    ``pointed_to``: where it is the wrong State, the one that seems to be the right one.
    """

    outcome: Execution
    items: tuple[Label, ...] = Field(max_length=200)
    at: Instant
    pointed_to: State | None = None


class DeliverTerms(Model):
    """``conditions``: those of the delivery itself, beside the decision's; ``limits``: them as values."""

    decision: Digest
    capacity: Capacity
    exhibits: tuple[Delivery, ...] = Field(min_length=1, max_length=100)
    conditions: tuple[Label, ...] = Field(default=(), max_length=50)
    limits: Limits = ()
    wording: Wording | None = None


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
    """``consent``: that on which another use rests; ``on``: when it takes place, where it is told before.

    ``to``: the State to which something is passed on. Without a purpose it is judged as use in court.
    """

    exhibits: tuple[ExhibitId, ...] = Field(min_length=1, max_length=100)
    use: UseKind
    purpose: Purpose | None = None
    consent: Digest | None = None
    to: State | None = None
    on: Instant | None = None


class CloseTerms(Model):
    outcome: CloseReason


class LiftTerms(Model):
    """Property is let go again. ``consultation``: the offer by which the other State was heard before."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    consultation: Digest | None
    at: Instant


class ForwardTerms(Model):
    """``authority``: the competent office of one's own State to which a request was passed on."""

    authority: Authority


class StatusTerms(Model):
    """A question how far a request has come (both none), or the answer to one.

    ``by``: until when the question asks for an answer; or until when the answer promises the next word.
    """

    asked: Digest | None
    progress: Progress | None
    by: Instant | None = None


class CorrespondTerms(Model):
    """A letter that moves nothing. ``answers``: the one that it answers."""

    answers: Digest | None


class InformTerms(Model):
    """Information offered unasked. ``conditions``: under which it is given; with none, it may be at once."""

    measure: Key
    items: tuple[Item, ...] = Field(min_length=1, max_length=200)
    bases: tuple[Basis, ...] = Field(min_length=1, max_length=20)
    conditions: tuple[Label, ...] = Field(max_length=50)
    limits: Limits = ()


class ArrestTerms(Model):
    """``until``: when custody ends unless something more is done, as the requested State's law has it.

    ``on_bail``: who is released stays bound to appear.
    """

    event: ArrestEvent
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    at: Instant
    until: Instant | None
    on_bail: bool = False


class CourtTerms(Model):
    """What came of the stage before a judge; the decision of the executive follows it."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    finding: CourtFinding
    at: Instant


class SurrenderTerms(Model):
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    manner: Manner
    at: Instant
    return_by: Instant | None = None  # by when the other State undertook to send back who comes back


class ProsecuteInsteadTerms(Model):
    """Who is not surrendered is brought before one's own authorities. ``evidence``: that case's file."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    at: Instant
    evidence: CaseId | None


class SeekConsentTerms(Model):
    """Consent to another use of exhibits, or of a surrendered person's presence (``items``).

    ``conditions``: those to be lifted; ``to``: the State to which something is to be passed on.
    """

    use: OtherUse
    exhibits: tuple[ExhibitId, ...] = Field(max_length=100)
    items: tuple[Label, ...] = Field(max_length=200)
    conditions: tuple[Label, ...] = Field(default=(), max_length=50)
    to: State | None = None


class ConsentTerms(Model):
    """``lifts``: the breaches that bar no use any more; ``limits``: the conditions as values."""

    sought: Digest
    consent: Consenting
    conditions: tuple[Label, ...] = Field(max_length=50)
    limits: Limits = ()
    lifts: tuple[Digest, ...] = Field(default=(), max_length=100)


class RecallTerms(Model):
    """``destroy_by``: until when what was given is to be destroyed or given back."""

    exhibits: tuple[ExhibitId, ...] = Field(min_length=1, max_length=100)
    reason: RecallReason
    destroy_by: Instant


class BreachTerms(Model):
    """A limit was broken. ``condition``: one of the grant; ``items``: of whose surrender, and no exhibits."""

    exhibits: tuple[ExhibitId, ...] = Field(max_length=100)
    condition: Label | None
    at: Instant
    items: tuple[Label, ...] = Field(default=(), max_length=200)


class DestroyedTerms(Model):
    """``proof``: the digest of the record of destruction. ``manner``: or given back, and no copy kept."""

    exhibits: tuple[ExhibitId, ...] = Field(min_length=1, max_length=100)
    at: Instant
    proof: Digest
    manner: Disposal = Disposal.DESTROYED


class RemedyTerms(Model):
    """A remedy against the grant of items, and what came of it. ``suspends``: nothing leaves meanwhile."""

    remedy: Label
    event: RemedyEvent
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    suspends: bool
    at: Instant


class CostAnswer(StrEnum):
    """Who bears extraordinary costs: the requesting State, both, or it was not agreed."""

    REQUESTING_BEARS = "requesting_bears"
    SHARED = "shared"
    NOT_AGREED = "not_agreed"


class OfferCostsTerms(Model):
    """Consultation on extraordinary costs before they are spent. ``amount``: expected, in minor units."""

    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    amount: int = Field(ge=1, le=10**15)
    currency: Currency
    answer_by: Instant


class AnswerCostsTerms(Model):
    """``share``: what the requesting State bears of it in minor units, where both bear a part."""

    offer: Digest
    answer: CostAnswer
    share: int | None = Field(ge=1, le=10**15)
