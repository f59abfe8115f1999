"""Asking acts back after a restore: what a node asks, what a peer brings back, and how each is proven.

Promises: a request is believed only by the acts key of the State that makes it, and only by the State that
it names. What is brought back is an act that its own signers signed, with the receipt that its addressee's
node once signed for it: nobody else's acts, nothing that was never receipted, nothing older than was asked
for. It may lack fields that were erased meanwhile. Everything is answered in the one size (``answers``).

Leaves to others: keeping and numbers (``app.recover``), which acts are brought back (``app.resend``).
Version 1 of each statement is frozen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import Field

from comity import age, dsse
from comity.acts import Act, PublicKey, read_act, state_of, verify_signers, write_act
from comity.acts.act import ActFile
from comity.acts.names import Digest, Instant, State
from comity.clock import read_instant, write_instant
from comity.errors import BadInput, ComityError, NotPermitted, ProofFailed
from comity.exchange.answers import open_answer
from comity.exchange.directory import Directory, revoked
from comity.exchange.entry import MAX_ENTRY, Entry, Purpose
from comity.exchange.inbox import SKEW
from comity.exchange.receipts import SignedReceipt, verify_receipt
from comity.keys import SigningKey
from comity.wire import Json, Model, Version1, build, dump, dump_bytes, parse

RESEND_TYPE: Final = "application/vnd.comity.resend.v1+json"
RESENT_TYPE: Final = "application/vnd.comity.resent.v1+json"
TAKEN_TYPE: Final = "application/vnd.comity.taken.v1+json"
MAX_STATEMENT: Final = 4096


class Resend(Model):
    """A restored node asks a peer for all shared acts that were receipted from ``since`` on.

    ``url``: where the node is reached now, which its entry need not say; null where it has no address.
    ``nonce``: makes this request another than every one before it.
    """

    v: Version1
    state: State
    to: State
    since: Instant
    at: Instant
    url: str | None = Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*[^\s?#/])?$", max_length=300)
    nonce: str = Field(pattern=r"^[0-9a-f]{32}$")


class Resent(Model):
    """The peer's last word on a request: everything was brought; so many acts, of which so many not taken."""

    v: Version1
    state: State
    to: State
    request: Digest
    at: Instant
    acts: int = Field(ge=0)
    not_taken: int = Field(ge=0)
    pieces: int = Field(ge=0)


class Taken(Model):
    """The receiver's word that something of this road has come in. ``of``: its digest."""

    v: Version1
    state: State
    of: Digest
    at: Instant


class Returned(Model):
    """An act that is brought back, with its addressee's receipt; or the asking node's newest known entry."""

    v: Version1
    request: Digest
    act: ActFile | None
    receipt: dsse.Envelope | None
    entry: dsse.Envelope | None


@dataclass(frozen=True)
class ProvenReturn:
    """An act that came back, whose it is, and its addressee's receipt."""

    act: Act
    receipt: SignedReceipt


def sign_statement(statement: Resend | Resent | Taken, key: SigningKey) -> dsse.Envelope:
    """A statement of the node, signed by its acts key."""
    kinds = {Resend: RESEND_TYPE, Resent: RESENT_TYPE, Taken: TAKEN_TYPE}
    return key.state(kinds[type(statement)], dump_bytes(statement))


def returned_act(request: str, act: Act, receipt: dsse.Envelope) -> Json:
    """The body of a message that brings an act back."""
    file = parse(ActFile, write_act(act), limit=2 * dsse.MAX_ENVELOPE)
    return dump(Returned(v=1, request=request, act=file, receipt=receipt, entry=None))


def returned_entry(request: str, entry: bytes) -> Json:
    """The body of a message that brings back the asking node's own entry."""
    return dump(Returned(v=1, request=request, act=None, receipt=None, entry=dsse.read(entry)))


def prove_resend(body: Json, directory: Directory, now: datetime) -> tuple[Resend, str, Entry]:
    """A request for us by a peer's node; its id, and that peer's entry.

    Raises:
        BadInput, ProofFailed: not a request, not for us, not from a peer, not signed by its acts key, or
            from the future.
    """
    envelope, peer = _from_peer(body, directory)
    asked = parse(Resend, dsse.verify_one(envelope, RESEND_TYPE, _acts_key(peer)), limit=MAX_STATEMENT)
    _check_ways(asked.state, asked.to, peer, directory)
    read_instant(asked.since)
    if asked.at > write_instant(now + SKEW):
        raise ProofFailed("recovery.from_the_future", state=asked.state, at=asked.at)
    return asked, envelope.id, peer


def prove_resent(body: Json, directory: Directory) -> tuple[Resent, dsse.Envelope, Entry]:
    """A peer's last word for us.

    Raises:
        BadInput, ProofFailed: as ``prove_resend``.
    """
    envelope, peer = _from_peer(body, directory)
    said = parse(Resent, dsse.verify_one(envelope, RESENT_TYPE, _acts_key(peer)), limit=MAX_STATEMENT)
    _check_ways(said.state, said.to, peer, directory)
    return said, envelope, peer


def read_returned(body: Json) -> Returned:
    """What was brought back, unproven.

    Raises:
        BadInput: not of this shape: one act with its receipt, or an entry.
    """
    found = build(Returned, body)
    if (found.act is None) != (found.receipt is None) or (found.act is None) == (found.entry is None):
        raise BadInput("recovery.neither_act_nor_entry")
    return found


def prove_returned(returned: Returned, directory: Directory, peer: Entry, since: str) -> ProvenReturn:
    """Prove an act that a peer brings back: ours to the peer, or the peer's to us, and receipted in time.

    Raises:
        BadInput, ProofFailed: it is not proven; nothing of it is to be kept.
    """
    if returned.act is None or returned.receipt is None:
        raise BadInput("recovery.neither_act_nor_entry")
    # 1. A well-formed act; fields may be missing, the terms never.
    act = read_act(dump_bytes(returned.act))
    header = act.header
    own = directory.own
    # 2. Between us and this peer, and none other.
    to = None if header.to is None else state_of(header.to)
    strange = to is None or header.case is None or {header.state, to} != {own.state, peer.state}
    if strange or header.registered:  # what was registered never travelled
        raise ProofFailed("recovery.of_others", act=act.id)
    # 3. The addressee's node once receipted this very act, in this case.
    author, addressee = (own, peer) if header.state == own.state else (peer, own)
    received = _receipt(dsse.checked(returned.receipt), addressee)
    receipt = received.receipt
    if receipt.act != act.id or receipt.case != header.case:
        raise ProofFailed("exchange.receipt_of_other_act", found=receipt.act, wanted=act.id)
    # 4. No older than was asked for.
    if receipt.at < since:
        raise ProofFailed("recovery.older_than_asked", act=act.id)
    # 5. Its signers are of the State that speaks, and each key held when the act was first received.
    at = read_instant(receipt.at)
    keys = directory.public_keys(author.state)
    for signer in header.signers:
        listed = directory.key(signer.key)
        if signer.key not in keys or listed is None or revoked(listed, at):
            raise ProofFailed("acts.key_unknown", key=signer.key)
    # 6. All of them signed, and nobody else did.
    verify_signers(act.envelope, header.signers, keys)
    return ProvenReturn(act, received)


def read_taken(
    data: bytes, identities: Sequence[age.Identity], peer: PublicKey, *, state: str, of: str
) -> bool:
    """Whether an answer says that what was brought was taken in; ``False``: the constant answer.

    Raises:
        BadInput: not an answer. ProofFailed: changed on its way, or not that node's word on that thing.
    """
    envelope = open_answer(data, identities)
    if envelope is None:
        return False
    taken = parse(Taken, dsse.verify_one(envelope, TAKEN_TYPE, peer.public), limit=MAX_STATEMENT)
    if (taken.state, taken.of) != (state, of):
        raise ProofFailed("exchange.receipt_of_other_act", found=taken.of, wanted=of)
    return True


def check_spoken(receiver: Entry) -> None:
    """Refuse to ask a node that does not know this road.

    Raises:
        NotPermitted: its entry does not list it.
    """
    if RESEND_TYPE not in receiver.speaks:
        raise NotPermitted("exchange.not_spoken", state=receiver.state, type=RESEND_TYPE)


def _from_peer(body: Json, directory: Directory) -> tuple[dsse.Envelope, Entry]:
    """A signed statement, and the peer that the only signer's key is listed for."""
    envelope = dsse.checked(build(dsse.Envelope, body))
    if len(dump_bytes(envelope)) > MAX_ENTRY or len(envelope.signatures) != 1:
        raise BadInput("recovery.not_a_statement")
    state = directory.state_of_key(envelope.signatures[0].keyid)
    peer = None if state is None else directory.peers.get(state)
    if peer is None:
        raise ProofFailed("acts.key_unknown", key=envelope.signatures[0].keyid)
    return envelope, peer


def _check_ways(state: str, to: str, peer: Entry, directory: Directory) -> None:
    if state != peer.state or to != directory.own.state:
        raise ProofFailed("exchange.receipt_of_other_state", found=state, wanted=peer.state)


def _acts_key(entry: Entry) -> bytes:
    return entry.acts_key.public_key.public


def _receipt(envelope: dsse.Envelope, issuer: Entry) -> SignedReceipt:
    """A receipt by one of the State's acts keys, one that it no longer uses too, if it held at that time."""
    fault: ComityError = ProofFailed("recovery.not_a_receipt", state=issuer.state)
    for key in issuer.keys:
        if key.purpose is not Purpose.ACTS or [s.keyid for s in envelope.signatures] != [key.key]:
            continue
        received = verify_receipt(envelope, key.public_key, issuer.state)
        if not revoked(key, read_instant(received.receipt.at)):
            return received
    raise fault
