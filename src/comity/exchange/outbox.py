"""Sealing what goes out: to the receiver's own recipients, at one of few sizes.

Promises: an act leaves whole (every field open, every listed signer's signature there) and only to
a node that speaks its version; the stronger recipient type is taken where the receiver lists it,
and never both types in one file.

Leaves to others: whether it may be said (``cases``), posting and repeating it (``worker``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity import age, dsse
from comity.acts import ACT_TYPE, RECEIPT_TYPE, Act, Entropy, write_act
from comity.errors import NotPermitted
from comity.exchange.entry import Entry
from comity.exchange.message import MessageType, frame, write_message
from comity.wire import Json, dump


def seal_act(act: Act, receiver: Entry, entropy: Entropy) -> bytes:
    """An act, sealed to a peer's node.

    Raises:
        NotPermitted: a field is not open, a signer is missing, the addressee is another State's,
            or the peer does not speak this version.
        BadInput: too long to travel.
    """
    if act.header.to is None or receiver.state.lower() != act.header.to[:2]:
        raise NotPermitted("exchange.other_addressee", act=act.id, state=receiver.state)
    if not act.complete:
        raise NotPermitted("exchange.act_incomplete", act=act.id)
    if {s.key for s in act.header.signers} != {s.keyid for s in act.envelope.signatures}:
        raise NotPermitted("exchange.act_unsigned", act=act.id)
    _check_spoken(receiver, ACT_TYPE)
    return age.seal(frame("act", write_act(act)), choose(receiver.recipients), entropy=entropy)


def seal_receipt(envelope: dsse.Envelope, receiver: Entry, entropy: Entropy) -> bytes:
    """A receipt as a message of its own, for a carrier that brings no answer back.

    Raises:
        NotPermitted: the peer does not speak this version.
    """
    _check_spoken(receiver, RECEIPT_TYPE)
    return seal_message("receipt", dump(envelope), receiver.recipients, entropy)


def seal_message(
    type: MessageType, body: Mapping[str, Json], recipients: Sequence[str], entropy: Entropy
) -> bytes:
    """A message of any type, padded and sealed.

    Raises:
        BadInput: too long, or a recipient is none.
    """
    return age.seal(write_message(type, body), choose(recipients), entropy=entropy)


def choose(recipients: Sequence[str]) -> list[age.X25519Recipient | age.HybridRecipient]:
    """The recipients to seal to: the hybrid ones if any is listed, else the X25519 ones."""
    parsed = [age.parse_recipient(text) for text in recipients]
    hybrid = [r for r in parsed if isinstance(r, age.HybridRecipient)]
    return list(hybrid) if hybrid else parsed


def _check_spoken(receiver: Entry, payload_type: str) -> None:
    if payload_type not in receiver.speaks:
        raise NotPermitted("exchange.not_spoken", state=receiver.state, type=payload_type)
