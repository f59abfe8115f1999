"""Receipts: a node's signed word that something authentic has come in.

Promises: a receipt is read only with the issuer's acts key, as the type it is, in its one encoding;
its issuer is the State that it names.

Leaves to others: when one is issued and kept (``app``, ``store``), carrying it (``answers``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity import dsse
from comity.acts import PIECE_RECEIPT_TYPE, RECEIPT_TYPE, PieceReceipt, PublicKey, Receipt
from comity.errors import ProofFailed
from comity.keys import SigningKey
from comity.wire import dump_bytes, parse

MAX_RECEIPT: Final = 2048


@dataclass(frozen=True)
class SignedReceipt:
    """A receipt of an act, and the envelope that proves it."""

    receipt: Receipt
    envelope: dsse.Envelope


@dataclass(frozen=True)
class SignedPieceReceipt:
    """A receipt of a piece, and the envelope that proves it."""

    receipt: PieceReceipt
    envelope: dsse.Envelope


def sign_receipt(receipt: Receipt | PieceReceipt, key: SigningKey) -> dsse.Envelope:
    """The receipt as a statement of the node, signed by its acts key."""
    kind = RECEIPT_TYPE if isinstance(receipt, Receipt) else PIECE_RECEIPT_TYPE
    return key.state(kind, dump_bytes(receipt))


def verify_receipt(envelope: dsse.Envelope, key: PublicKey, state: str) -> SignedReceipt:
    """A receipt of an act by the node of that State, whose acts key this is.

    Raises:
        ProofFailed: another type, signer or State, or a wrong signature. BadInput: not a receipt.
    """
    body = dsse.verify_one(envelope, RECEIPT_TYPE, key.public)
    receipt = parse(Receipt, body, limit=MAX_RECEIPT)
    _check_state(receipt.state, state)
    return SignedReceipt(receipt, envelope)


def verify_piece_receipt(envelope: dsse.Envelope, key: PublicKey, state: str) -> SignedPieceReceipt:
    """A receipt of a piece by the node of that State, whose acts key this is.

    Raises:
        ProofFailed: another type, signer or State, or a wrong signature. BadInput: not a receipt.
    """
    body = dsse.verify_one(envelope, PIECE_RECEIPT_TYPE, key.public)
    receipt = parse(PieceReceipt, body, limit=MAX_RECEIPT)
    _check_state(receipt.state, state)
    return SignedPieceReceipt(receipt, envelope)


def _check_state(found: str, wanted: str) -> None:
    if found != wanted:
        raise ProofFailed("exchange.receipt_of_other_state", found=found, wanted=wanted)
