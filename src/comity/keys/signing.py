"""A signing key in use: its id, its algorithm, its public half, and the one thing it can do.

Promises: a signature that leaves was verified against the public half first, so that a fault in
memory or in a token does not get out (as ``note`` does). The private half is nowhere in a ``repr``.

Leaves to others: where the private half lies (``file``; a token hands in its own ``signer``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from comity import dsse
from comity.acts import Entropy, PublicKey
from comity.errors import BadInput
from comity.wire import b64

ED25519: Final = "ed25519"
SEED_BYTES: Final = 32


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key. ``public``: 32 raw bytes. ``signer`` may be a token's."""

    public: bytes
    signer: Callable[[bytes], bytes] = field(repr=False)
    alg: str = ED25519

    @cached_property
    def id(self) -> str:
        """The key's id, as headers and the directory write it."""
        return dsse.key_id(self.alg, self.public)

    @property
    def public_key(self) -> PublicKey:
        """The verification key, as ``acts`` takes it."""
        return PublicKey(self.alg, self.public)

    def sign(self, message: bytes) -> bytes:
        """Sign a message (RFC 8032); 64 bytes.

        Raises:
            ProofFailed: the signature does not hold for this key's public half.
        """
        signature = self.signer(message)
        dsse.verify_ed25519(self.public, signature, message)
        return signature

    def state(self, payload_type: str, payload: bytes) -> dsse.Envelope:
        """A statement in an envelope, signed by this key alone."""
        return dsse.sign(payload_type, payload, self.id, self.sign)

    def cosign(self, envelope: dsse.Envelope) -> dsse.Signature:
        """This key's signature over an envelope, to be added to it (``with_signature``)."""
        return dsse.Signature(keyid=self.id, sig=b64(self.sign(envelope.pae)))


def generate_private(entropy: Entropy) -> bytes:
    """The private half of a new key, as PEM (PKCS #8, RFC 8410): what ``openssl pkey`` reads."""
    key = Ed25519PrivateKey.from_private_bytes(entropy(SEED_BYTES))
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_private(pem: bytes, file: str) -> SigningKey:
    """Take a key of its PEM; ``file`` is named where it is none.

    Raises:
        BadInput: no PEM of an Ed25519 private key.
    """
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadInput("keys.not_a_key", file=file, wanted=ED25519) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput("keys.not_a_key", file=file, wanted=ED25519)
    return SigningKey(key.public_key().public_bytes_raw(), key.sign)


def public_pem(public: bytes) -> str:
    """An Ed25519 public key of 32 raw bytes as PEM, for ``openssl pkeyutl -verify -rawin``.

    Raises:
        BadInput: not 32 bytes.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
    except ValueError as error:
        raise BadInput("keys.not_a_public_key") from error
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
