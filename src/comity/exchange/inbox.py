"""Proving what comes in: numbered steps from bytes to an authentic act, in one pure function.

Promises: what is not authentic ends as ``Stranger``, of which nothing is stored and to which the one
answer is constant; the step is for the node's own counters. What is authentic is never a stranger:
where it is not in order (another's number, a role not held), it says at which step and
why, so that the node can receipt it and answer with a signed ``reject``. Nothing that a third person
could do to a copy (strip a field, seal it to another node) can make an act look out of order. One that
claims a time which has not come is in order, and early: one of the two clocks is wrong, and it may be ours.

Leaves to others: storing, receipting, rejecting (``app``); whether the act may follow (``cases``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from comity import age
from comity.acts import Act, read_act, state_of, verify_signers
from comity.acts.terms import InformTerms, PreviewTerms, RequestTerms
from comity.clock import read_instant, write_instant
from comity.errors import BadInput, NotFound, ProofFailed
from comity.exchange.directory import Directory, revoked
from comity.exchange.entry import Entry
from comity.exchange.message import MAX_SEALED, SIZES, read_message

SKEW: Final = timedelta(minutes=10)
"""How far another node's clock may be ahead, where the settings say nothing else."""


class Step(StrEnum):
    """Where the proof ended. Frozen names: the later ones travel in ``reject`` acts."""

    SIZE = "size"
    SEAL = "seal"
    MESSAGE = "message"
    SCHEMA = "schema"
    VERSION = "version"
    COMPLETE = "complete"
    ADDRESSEE = "addressee"
    SENDER = "sender"
    PARTIES = "parties"
    KEYS = "keys"
    SIGNATURES = "signatures"
    NUMBER = "number"
    CLOCK = "clock"
    COMPETENCE = "competence"
    RECIPIENT = "recipient"


class NotInOrder(NamedTuple):
    """Why an authentic act moves nothing: ``step`` and ``reason`` (a message id), as in ``reject``."""

    step: str
    reason: str


@dataclass(frozen=True)
class Authentic:
    """An act that its signers signed for us. ``repeat``: we had it, and judged it, already.

    ``equivocates``: another act of the same State with the same number in that case, by its id.
    ``early``: it is to be parked until this instant, since it claims a time that has not come.
    """

    act: Act
    sender: Entry
    repeat: bool
    equivocates: str | None
    not_in_order: NotInOrder | None
    early: datetime | None = None


@dataclass(frozen=True)
class Stranger:
    """Bytes that prove no sender, and the step at which they failed. Store nothing of them."""

    step: Step


Outcome = Authentic | Stranger


class Known(Protocol):
    """What the store can say of acts that came in before."""

    def received_at(self, act: str) -> datetime | None:
        """When an act of this id was first received; none if it was not."""
        ...

    def act_by_number(self, case: str, state: str, number: int) -> str | None:
        """The id of the first act of that State with that number in that case, if there is one."""
        ...

    def parties(self, case: str) -> frozenset[str]:
        """The two States of a case, by their codes; empty for a case that is not known."""
        ...


def prove(  # noqa: C901 - the steps are read in one place, in their order
    data: bytes,
    identities: Sequence[age.Identity],
    directory: Directory,
    known: Known,
    now: datetime,
    *,
    tolerance: timedelta = SKEW,
) -> Outcome:
    """Prove the bytes of a sealed message to be an act of a peer for this node.

    ``identities``: of the node's age key. ``tolerance``: how far the sender's clock may be ahead. Never
    raises, whatever the bytes are.
    """
    # 1. Size: nothing is opened that is larger than a message can be.
    if len(data) > MAX_SEALED:
        return Stranger(Step.SIZE)

    # 2. Seal: an unbroken age file for one of our identities.
    try:
        plain = age.open_sealed(data, identities, SIZES[-1])
    except (BadInput, NotFound, ProofFailed):
        return Stranger(Step.SEAL)

    # 3. Message: canonical, of version 1, an act, padded as it must be.
    try:
        message = read_message(plain)
    except BadInput:
        return Stranger(Step.MESSAGE)
    if message.type != "act":
        return Stranger(Step.MESSAGE)

    # 4. Schema: a well-formed act in its one encoding. 5. Version: of one that we speak.
    try:
        act = read_act(message.content)
    except BadInput as error:
        return Stranger(Step.VERSION if error.id == "acts.unknown_version" else Step.SCHEMA)
    header = act.header

    # 6. Complete: every field is open. A stripped copy is not judged: it would be judged for ever.
    if not act.complete:
        return Stranger(Step.COMPLETE)

    # What was registered is its registrar's word at home, and travels to nobody.
    if header.registered:
        return Stranger(Step.SENDER)

    # 7. Addressee: our State. Else someone passes on what was sealed to another.
    if header.to is None or header.case is None or state_of(header.to) != directory.own.state:
        return Stranger(Step.ADDRESSEE)

    # 8. Sender: the State that speaks has an entry that we trust.
    sender = directory.peers.get(header.state)
    if sender is None:
        return Stranger(Step.SENDER)

    # 9. Parties: a case is between two States; a third has no say in it.
    parties = known.parties(header.case)
    if parties and header.state not in parties:
        return Stranger(Step.PARTIES)

    # 10. Keys: each signer's is listed by that State for acts, and was not revoked when the act was
    #     first received (the time that the act claims counts for nothing).
    received = known.received_at(act.id)
    at = now if received is None else received
    keys = directory.public_keys(header.state)
    for signer in header.signers:
        listed = directory.key(signer.key)
        if signer.key not in keys or listed is None or revoked(listed, at):
            return Stranger(Step.KEYS)

    # 11. Signatures: all listed signers have signed, nobody else has.
    try:
        verify_signers(act.envelope, header.signers, keys)
    except (BadInput, ProofFailed):
        return Stranger(Step.SIGNATURES)

    # From here on the act is authentic.
    # 12. Replay: what was received is not judged again.
    if received is not None:
        return Authentic(act, sender, repeat=True, equivocates=None, not_in_order=None)

    # 13. Number: used once. Both acts are kept: together they prove that two things were said.
    other = known.act_by_number(header.case, header.state, header.number)
    if other is not None and other != act.id:
        fault = NotInOrder(Step.NUMBER, "exchange.order.number_used_twice")
        return Authentic(act, sender, repeat=False, equivocates=other, not_in_order=fault)

    # 14. Clock: what claims a time that has not come is parked until then.
    early = None
    if header.at > write_instant(now + tolerance):
        early = read_instant(header.at) - tolerance

    # 15. to 17.
    fault_or_none = _order(act, directory, now)
    return Authentic(act, sender, repeat=False, equivocates=None, not_in_order=fault_or_none, early=early)


def _order(act: Act, directory: Directory, now: datetime) -> NotInOrder | None:
    """The steps whose failure is answered with a reason."""
    header = act.header

    # 15. Keys in force: each was good on receipt (not retired, already valid).
    # 16. Competence: authority, role, deed of each signer; the authority may ask for the measure.
    measure = act.terms.measure if isinstance(act.terms, PreviewTerms | RequestTerms | InformTerms) else None
    for signer in header.signers:
        reason = directory.incompetence(
            header.from_, header.kind, measure=measure, role=signer.role, key=signer.key, at=now
        )
        if reason is not None:
            step = Step.COMPETENCE if directory.key_good(signer.key, now) else Step.KEYS
            return NotInOrder(step, reason)

    # 17. Recipient: the authority addressed exists here, and takes the measure.
    office = directory.own.office(str(header.to))
    if office is None:
        return NotInOrder(Step.RECIPIENT, "exchange.order.addressee_unknown")
    if measure is not None and measure not in office.measures:
        return NotInOrder(Step.RECIPIENT, "exchange.order.measure_not_taken")
    return None
