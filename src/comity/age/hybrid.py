"""The post-quantum recipient type ``mlkem768x25519``: HPKE with X-Wing (C2SP ``age.md``).

Promises: a stanza is HPKE's single-shot base mode (RFC 9180, section 6.1) with MLKEM768-X25519,
HKDF-SHA256, ChaCha20Poly1305 and an empty aad. A secret is the 32-byte X-Wing seed. The X25519 half
of an encapsulated key is checked for low order before HPKE sees it.

Leaves to others: that it stands alone in a file (``__init__``). To open such a file by hand takes
an ``age`` of 1.3 or later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import shake_256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from comity.age.bech32 import bech32_encode, read_key_text
from comity.age.header import Stanza, raw_b64
from comity.age.recipient import Entropy, take_argument
from comity.age.x25519 import exchange
from comity.errors import BadInput

KIND: Final = "mlkem768x25519"
RECIPIENT_PREFIX: Final = "age1pq"
IDENTITY_PREFIX: Final = "age-secret-key-pq-"
SEED_SIZE: Final = 32
MLKEM_PUBLIC_SIZE: Final = 1184
PUBLIC_SIZE: Final = MLKEM_PUBLIC_SIZE + 32
MLKEM_CIPHERTEXT_SIZE: Final = 1088
SHARE_SIZE: Final = MLKEM_CIPHERTEXT_SIZE + 32

_INFO: Final = b"age-encryption.org/mlkem768x25519"
_MLKEM_SEED_SIZE: Final = 64
_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class HybridRecipient:
    """A public key: ML-KEM-768 encapsulation key, then X25519 point; 1,216 bytes."""

    public: bytes

    @property
    def kind(self) -> str:
        """``mlkem768x25519``."""
        return KIND

    def __str__(self) -> str:
        """``age1pq1…``."""
        return bech32_encode(RECIPIENT_PREFIX, self.public)

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:  # noqa: ARG002  HPKE draws its own
        """Wrap the file key. The encapsulation draws its entropy inside the library."""
        sealed = _SUITE.encrypt(file_key, self._key(), _INFO)
        return Stanza(KIND, (raw_b64(sealed[:SHARE_SIZE]),), sealed[SHARE_SIZE:])

    def _key(self) -> MLKEM768X25519PublicKey:
        try:
            lattice = MLKEM768PublicKey.from_public_bytes(self.public[:MLKEM_PUBLIC_SIZE])
            curve = X25519PublicKey.from_public_bytes(self.public[MLKEM_PUBLIC_SIZE:])
        except ValueError as error:
            raise BadInput("age.key_text", what="kind") from error
        return MLKEM768X25519PublicKey(lattice, curve)


@dataclass(frozen=True, slots=True)
class HybridIdentity:
    """The X-Wing seed, 32 bytes. Its ``repr`` does not show it."""

    seed: bytes = field(repr=False)

    @property
    def recipient(self) -> HybridRecipient:
        """The public key that belongs to it."""
        lattice, curve = self._keys()
        return HybridRecipient(
            lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        )

    def __str__(self) -> str:
        """``AGE-SECRET-KEY-PQ-1…``: the secret itself."""
        return bech32_encode(IDENTITY_PREFIX, self.seed).upper()

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, if one of the stanzas is for this identity.

        Raises:
            BadInput: an ``mlkem768x25519`` stanza is malformed, or its share is of low order.
        """
        for stanza in stanzas:
            if stanza.type != KIND:
                continue
            share = take_argument(stanza, 1, 0, SHARE_SIZE)
            lattice, curve = self._keys()
            exchange(curve, share[MLKEM_CIPHERTEXT_SIZE:])
            try:
                return _SUITE.decrypt(share + stanza.body, MLKEM768X25519PrivateKey(lattice, curve), _INFO)
            except InvalidTag:
                continue
        return None

    def _keys(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = shake_256(self.seed).digest(_MLKEM_SEED_SIZE + 32)
        return (
            MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE]),
            X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:]),
        )


def read_recipient(text: str) -> HybridRecipient:
    """Read ``age1pq1…``.

    Raises:
        BadInput: not Bech32, another prefix, another length, not a valid ML-KEM key.
    """
    recipient = HybridRecipient(read_key_text(text, RECIPIENT_PREFIX, PUBLIC_SIZE, upper=False))
    recipient._key()  # noqa: SLF001  a key that cannot be used is refused where it is read
    return recipient


def read_identity(text: str) -> HybridIdentity:
    """Read ``AGE-SECRET-KEY-PQ-1…``.

    Raises:
        BadInput: not Bech32, another prefix, another length.
    """
    return HybridIdentity(read_key_text(text, IDENTITY_PREFIX, SEED_SIZE, upper=True))
