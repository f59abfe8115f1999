"""The seal over a letter: a node's signed word that these bytes of a PDF render this act.

Promises: the seal names the act and the letter's digest and size, under the node's own ``pdf`` key, and
a type of its own, so it can be taken for nothing else.

Leaves to others: rendering (``letters``), whose the key is (``exchange``), where it is kept (beside the
letter, as ``NAME.pdf.seal.json``).
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from comity import dsse
from comity.acts.names import Digest
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.keys import SigningKey
from comity.wire import Model, Version1, digest, dump_bytes, parse

LETTER_TYPE: Final = "application/vnd.comity.letter.v1+json"
_LIMIT: Final = 4096


class LetterSeal(Model):
    """Version 1. ``size`` is in bytes, ``sha256`` of the whole PDF."""

    v: Version1
    act: Digest
    sha256: Digest
    size: int = Field(ge=1)


def seal_letter(pdf: bytes, act: str, key: SigningKey) -> Envelope:
    """Seal a letter with the node's ``pdf`` key."""
    seal = LetterSeal(v=1, act=act, sha256=digest(pdf), size=len(pdf))
    return key.state(LETTER_TYPE, dump_bytes(seal))


def read_seal(envelope: Envelope) -> LetterSeal:
    """Read a seal without proving it.

    Raises:
        BadInput: not a seal of version 1. ProofFailed: an envelope of another type.
    """
    if envelope.payloadType != LETTER_TYPE:
        raise ProofFailed("dsse.other_type", wanted=LETTER_TYPE, found=envelope.payloadType)
    return parse(LetterSeal, envelope.body, limit=_LIMIT)


def verify_letter(pdf: bytes, envelope: Envelope, public: bytes) -> LetterSeal:
    """Prove that the key of these 32 raw bytes sealed this letter.

    Raises:
        ProofFailed: another type or signer, a wrong signature, or another letter.
        BadInput: not a seal of version 1.
    """
    dsse.verify_one(envelope, LETTER_TYPE, public)
    seal = read_seal(envelope)
    compare_letter(pdf, seal)
    return seal


def compare_letter(pdf: bytes, seal: LetterSeal) -> None:
    """Hold a letter against a seal, whoever made that.

    Raises:
        ProofFailed: another letter.
    """
    if (seal.size, seal.sha256) != (len(pdf), digest(pdf)):
        raise ProofFailed("dossier.letter_differs", act=seal.act)
