"""Signed envelopes: DSSE v1, with several signatures and a strict encoding.

Promises: what is signed is the pre-authentication encoding (PAE) of type and payload, so a
signature over one kind of statement never holds for another; the id of an envelope is the SHA-256
of its PAE, and does not change when a signature is added. Standard base64, canonical spelling only.

Leaves to others: who must sign and whether that key was good then (``acts``, ``exchange``).

Source: github.com/secure-systems-lab/dsse, protocol.md and envelope.md. A passkey's assertion needs
two more members beside its signature (Web Authentication, section 7.2); they ride in ``webauthn``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field

from comity.errors import BadInput, ProofFailed
from comity.wire import Model, b64, dump_bytes, parse, sha256, unb64

MAX_ENVELOPE: Final = 4 * 1024 * 1024
"""Bytes of an envelope at most: far above any act, far below what strains a small server."""

_MOST_HELD: Final = 256
_held: Final[dict[tuple[bytes, bytes, bytes], None]] = {}
"""Signatures found to hold lately: key, digest of the message, signature."""

KEY_ID: Final = r"^[0-9a-f]{64}$"


class Assertion(Model):
    """What a passkey signs with: the authenticator's data and the client's data, base64 each."""

    authenticator_data: str
    client_data: str


class Signature(Model):
    """One signature: which key, its bytes in base64, and for a passkey its assertion."""

    keyid: str = Field(pattern=KEY_ID)
    sig: str
    webauthn: Assertion | None = None

    @property
    def raw(self) -> bytes:
        return unb64(self.sig)


class Envelope(Model):
    """A payload, its type, and the signatures over both."""

    payloadType: str = Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=120)  # noqa: N815 - DSSE's own name
    payload: str
    signatures: tuple[Signature, ...]

    # Kept once worked out, since nothing of an envelope changes (a copy works them out anew: ``wire.Model``).

    @cached_property
    def body(self) -> bytes:
        """The payload's bytes."""
        return unb64(self.payload)

    @cached_property
    def pae(self) -> bytes:
        """The bytes that every signature covers."""
        return pae(self.payloadType, self.body)

    @cached_property
    def id(self) -> str:
        """SHA-256 of the PAE, 64 hexadecimal digits; independent of the signatures."""
        return sha256(self.pae).hex()

    @cached_property
    def written(self) -> bytes:
        """The canonical bytes of the whole."""
        return dump_bytes(self)

    def with_signature(self, signature: Signature) -> Envelope:
        """The same statement with one more signature; they stand in the order of their key ids.

        Raises:
            BadInput: that key has signed already.
        """
        if any(s.keyid == signature.keyid for s in self.signatures):
            raise BadInput("dsse.signed_twice", key=signature.keyid)
        ordered = sorted((*self.signatures, signature), key=lambda s: s.keyid)
        return Envelope(payloadType=self.payloadType, payload=self.payload, signatures=tuple(ordered))


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding (DSSE protocol.md): ``DSSEv1 SP LEN SP TYPE SP LEN SP BODY``."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def unsigned(payload_type: str, payload: bytes) -> Envelope:
    """An envelope to which signatures are still to be added."""
    return Envelope(payloadType=payload_type, payload=b64(payload), signatures=())


def key_id(alg: str, public: bytes) -> str:
    """The id of a public key: SHA-256 of ``alg:`` and its raw bytes, 64 hexadecimal digits."""
    return sha256(alg.encode("ascii") + b":" + public).hex()


def sign(payload_type: str, payload: bytes, keyid: str, signer: Callable[[bytes], bytes]) -> Envelope:
    """One node's statement: sealed up and signed with one key. ``signer`` gets the PAE."""
    envelope = unsigned(payload_type, payload)
    return envelope.with_signature(Signature(keyid=keyid, sig=b64(signer(envelope.pae))))


def read(data: bytes) -> Envelope:
    """Read an envelope from its canonical bytes; signatures must be in the order of their keys.

    Raises:
        BadInput: not canonical, not an envelope, bad base64, a key twice or out of order.
    """
    return checked(parse(Envelope, data, limit=MAX_ENVELOPE))


def checked(envelope: Envelope) -> Envelope:
    """The envelope itself, if it has the one encoding that this program writes.

    Raises:
        BadInput: bad base64, a key twice or out of order (so that no byte is free to change).
    """
    envelope.body  # noqa: B018 - decoding is the check
    for signature in envelope.signatures:
        signature.raw  # noqa: B018 - decoding is the check
        if signature.webauthn is not None:
            unb64(signature.webauthn.authenticator_data)
            unb64(signature.webauthn.client_data)
    keys = [s.keyid for s in envelope.signatures]
    if keys != sorted(set(keys)):
        raise BadInput("dsse.signatures_unordered")
    return envelope


def write(envelope: Envelope) -> bytes:
    """The canonical bytes of an envelope."""
    return envelope.written


def verify_ed25519(public: bytes, signature: bytes, message: bytes) -> None:
    """Check one Ed25519 signature (RFC 8032); ``public`` is 32 raw bytes.

    Raises:
        ProofFailed: it does not hold.
    """
    try:
        _verified(public, signature, message)
    except (InvalidSignature, ValueError) as error:
        raise ProofFailed("dsse.signature_wrong", key=key_id("ed25519", public)) from error


def _verified(public: bytes, signature: bytes, message: bytes) -> None:
    """Check a signature, unless this very one over these very bytes was found to hold a moment ago.

    What is signed here is checked as it is made, and again where it is committed. Only what holds is
    remembered, by key, digest of the message, and signature.
    """
    this = (public, sha256(message), signature)
    if this in _held:
        return
    Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    if len(_held) >= _MOST_HELD:
        _held.clear()  # one step: threads verify side by side
    _held[this] = None


def named_signer(envelope: Envelope, keys: Iterable[bytes]) -> bytes | None:
    """The one of these raw Ed25519 keys that the envelope names as its only signer; nothing is verified."""
    named = [signature.keyid for signature in envelope.signatures]
    return next((key for key in keys if named == [key_id("ed25519", key)]), None)


def verify_one(envelope: Envelope, payload_type: str, public: bytes) -> bytes:
    """Check a statement that exactly one Ed25519 key must have signed, and give its payload.

    Raises:
        ProofFailed: another type, another or no signer, more signers, or a wrong signature.
    """
    if envelope.payloadType != payload_type:
        raise ProofFailed("dsse.other_type", wanted=payload_type, found=envelope.payloadType)
    wanted = key_id("ed25519", public)
    if [s.keyid for s in envelope.signatures] != [wanted] or envelope.signatures[0].webauthn is not None:
        raise ProofFailed("dsse.other_signers", wanted=wanted)
    verify_ed25519(public, envelope.signatures[0].raw, envelope.pae)
    return envelope.body
