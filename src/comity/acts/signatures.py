"""Checking who signed an act: Ed25519 keys, and passkeys by their assertions.

Promises: all signers that the header lists have signed, nobody else has, each with the algorithm
that the header names; a passkey's assertion is over this act's id, made with user verification.
Pure: keys come in as values.

Leaves to others: whose key it is, and whether it was good at the time (``exchange``, ``dossier``).

Source: Web Authentication Level 3, sections 6.1 (authenticator data) and 7.2 (verifying an
assertion), steps on type, challenge, RP id hash, flags and signature.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeGuard

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key

from comity.acts.header import Signer
from comity.dsse import Envelope, Signature, key_id, verify_ed25519
from comity.errors import BadInput, ProofFailed
from comity.wire import b64u, sha256, unb64

_RP_HASH: Final = slice(0, 32)
_FLAGS: Final = 32
_PRESENT_AND_VERIFIED: Final = 0x01 | 0x04
_SHORTEST: Final = 37
"""RP id hash, flags, counter (section 6.1)."""
_SHORTEST_RSA: Final = 2048
"""Bits of an RSA modulus at least (RFC 8812, section 2)."""


@dataclass(frozen=True)
class PublicKey:
    """A verification key. ``public``: raw 32 bytes for Ed25519; SubjectPublicKeyInfo for passkeys.

    ``rp_id``: the relying party id that a passkey is bound to; none for Ed25519.
    """

    alg: str
    public: bytes
    rp_id: str | None = None

    @cached_property
    def id(self) -> str:
        return key_id(self.alg, self.public)


def verify_signers(envelope: Envelope, signers: tuple[Signer, ...], keys: Mapping[str, PublicKey]) -> None:
    """All listed signers must have signed; none may be missing, none added.

    Raises:
        ProofFailed: a signer missing or added, a key not known, another algorithm, a signature
            or an assertion that does not hold.
    """
    listed = {s.key for s in signers}
    present = {s.keyid for s in envelope.signatures}
    for missing in sorted(listed - present):
        raise ProofFailed("acts.signer_missing", key=missing)
    for added in sorted(present - listed):
        raise ProofFailed("acts.signer_added", key=added)
    by_key = {s.keyid: s for s in envelope.signatures}
    for signer in signers:
        key = keys.get(signer.key)
        if key is None:
            raise ProofFailed("acts.key_unknown", key=signer.key)
        if key.alg != signer.alg or key.id != signer.key:
            raise ProofFailed("acts.key_of_other_kind", key=signer.key)
        verify_signature(envelope, by_key[signer.key], key)


def verify_signature(envelope: Envelope, signature: Signature, key: PublicKey) -> None:
    """Check one signature over an act.

    Raises:
        ProofFailed: it does not hold, or an assertion is missing, superfluous, or for another act.
    """
    if key.alg == "ed25519":
        if signature.webauthn is not None:
            raise ProofFailed("acts.assertion_not_valid", key=key.id, what="superfluous")
        verify_ed25519(key.public, signature.raw, envelope.pae)
        return
    if signature.webauthn is None:
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="missing")
    data = unb64(signature.webauthn.authenticator_data)
    client = unb64(signature.webauthn.client_data)
    _check_client(client, bytes.fromhex(envelope.id), key)
    _check_authenticator(data, key)
    _check_passkey(key, signature.raw, data + sha256(client))


def _check_client(client: bytes, act_id: bytes, key: PublicKey) -> None:
    try:
        said = json.loads(client)
    except (ValueError, RecursionError) as error:  # nested without end, to exhaust the stack
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="clientDataJSON") from error
    if not isinstance(said, dict) or said.get("type") != "webauthn.get":
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="type")
    if said.get("challenge") != b64u(act_id):
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="challenge")
    if said.get("crossOrigin") is True:
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="crossOrigin")


def _check_authenticator(data: bytes, key: PublicKey) -> None:
    if len(data) < _SHORTEST:
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="authenticatorData")
    if key.rp_id is None or data[_RP_HASH] != sha256(key.rp_id.encode("utf-8")):
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="rpIdHash")
    if data[_FLAGS] & _PRESENT_AND_VERIFIED != _PRESENT_AND_VERIFIED:
        raise ProofFailed("acts.assertion_not_valid", key=key.id, what="flags")


def _check_passkey(key: PublicKey, signature: bytes, message: bytes) -> None:
    try:
        public = load_der_public_key(key.public)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput("acts.key_unreadable", key=key.id) from error
    try:
        if key.alg == "webauthn-es256" and _on_p256(public):
            public.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        elif key.alg == "webauthn-eddsa" and isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, message)
        elif key.alg == "webauthn-rs256" and _long_enough(public):
            public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise ProofFailed("acts.key_of_other_kind", key=key.id)
    except InvalidSignature as error:
        raise ProofFailed("dsse.signature_wrong", key=key.id) from error


def _on_p256(public: PublicKeyTypes) -> TypeGuard[ec.EllipticCurvePublicKey]:
    """ES256 is ECDSA on P-256 alone (Web Authentication, section 5.8.5)."""
    return isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1)


def _long_enough(public: PublicKeyTypes) -> TypeGuard[rsa.RSAPublicKey]:
    return isinstance(public, rsa.RSAPublicKey) and public.key_size >= _SHORTEST_RSA
