"""What a node answers to whatever is posted to it: always an age file of one size and one shape.

Promises: an answer with a receipt and the constant answer have the same length, the same kind of
stanza and the same number of them, and both change each time; so one who is not the sender cannot
tell a refusal from another, nor from success. (How long a node takes is not promised.) Answers are
sealed to X25519 also where a peer lists the hybrid: a second shape would tell the two apart.

Leaves to others: what is received (``inbox``), and the receipt itself (``receipts``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import Field

from comity import age, dsse
from comity.acts import Entropy, PublicKey
from comity.errors import BadInput, NotFound, ProofFailed
from comity.exchange.entry import Entry
from comity.exchange.message import pad_to, smallest
from comity.exchange.receipts import (
    SignedPieceReceipt,
    SignedReceipt,
    verify_piece_receipt,
    verify_receipt,
)
from comity.wire import Model, Version1, parse

ANSWER_PLAIN: Final = 4096
"""Bytes of an answer before it is sealed."""


class Answer(Model):
    """``receipt``: null in the constant answer, which no one can open."""

    v: Version1
    receipt: dsse.Envelope | None
    pad: str = Field(pattern=r"^0*$")


def answer(receipt: dsse.Envelope, receiver: Entry, entropy: Entropy) -> bytes:
    """A receipt, for the sender alone to open.

    Raises:
        BadInput: the receipt is too long for an answer (a fault of the program).
    """
    recipient = next(
        r for r in map(age.parse_recipient, receiver.recipients) if isinstance(r, age.X25519Recipient)
    )
    return _seal(Answer(v=1, receipt=receipt, pad=""), recipient, entropy)


def constant_answer(entropy: Entropy) -> bytes:
    """The answer to a stranger: sealed to a key that is thrown away."""
    return _seal(Answer(v=1, receipt=None, pad=""), age.generate_x25519(entropy).recipient, entropy)


def read_answer(
    data: bytes, identities: Sequence[age.Identity], peer: PublicKey, *, state: str, act: str
) -> SignedReceipt | None:
    """The receipt for an act that was posted; none where the peer knew no sender in it.

    Raises:
        BadInput: not an answer. ProofFailed: changed on its way, or not a receipt by that peer's
            acts key for that act.
    """
    envelope = open_answer(data, identities)
    if envelope is None:
        return None
    received = verify_receipt(envelope, peer, state)
    if received.receipt.act != act:
        raise ProofFailed("exchange.receipt_of_other_act", found=received.receipt.act, wanted=act)
    return received


def read_piece_answer(
    data: bytes, identities: Sequence[age.Identity], peer: PublicKey, *, state: str, piece: str
) -> SignedPieceReceipt | None:
    """The receipt for a piece that was posted; none where the peer did not expect the piece.

    Raises:
        BadInput, ProofFailed: as ``read_answer``.
    """
    envelope = open_answer(data, identities)
    if envelope is None:
        return None
    received = verify_piece_receipt(envelope, peer, state)
    if received.receipt.piece != piece:
        raise ProofFailed("exchange.receipt_of_other_act", found=received.receipt.piece, wanted=piece)
    return received


def _seal(bare: Answer, recipient: age.X25519Recipient, entropy: Entropy) -> bytes:
    plain = pad_to(bare, ANSWER_PLAIN)
    smallest(len(plain), (ANSWER_PLAIN,))
    return age.seal(plain, [recipient], entropy=entropy)


def open_answer(data: bytes, identities: Sequence[age.Identity]) -> dsse.Envelope | None:
    """What a peer said in an answer, unproven; none in the constant answer.

    Raises:
        BadInput: not an answer. ProofFailed: changed on its way.
    """
    try:
        plain = age.open_sealed(data, identities, ANSWER_PLAIN)
    except NotFound:
        return None  # sealed to no key of ours: the constant answer
    if len(plain) != ANSWER_PLAIN:
        raise BadInput("exchange.padding", size=len(plain))
    envelope = parse(Answer, plain, limit=ANSWER_PLAIN).receipt
    return None if envelope is None else dsse.checked(envelope)
