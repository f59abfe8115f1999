"""The X25519 recipient type: ``age1…`` and ``AGE-SECRET-KEY-1…`` (C2SP ``age.md``).

Promises: a fresh ephemeral secret for each stanza; a share of low order, whose shared secret would
be all zero, is refused whether it comes from a sender or stands in a recipient's text.

Leaves to others: the rest of the file. Keys at rest are the business of ``keys``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from comity.age.bech32 import bech32_encode, read_key_text
from comity.age.header import Stanza, derive, raw_b64
from comity.age.recipient import Entropy, aead_unwrap, aead_wrap, take_argument
from comity.errors import BadInput

KIND: Final = "X25519"
RECIPIENT_PREFIX: Final = "age"
IDENTITY_PREFIX: Final = "age-secret-key-"
KEY_SIZE: Final = 32

_INFO: Final = b"age-encryption.org/v1/X25519"


@dataclass(frozen=True, slots=True)
class X25519Recipient:
    """A public key, 32 bytes."""

    public: bytes

    @property
    def kind(self) -> str:
        """``X25519``."""
        return KIND

    def __str__(self) -> str:
        """``age1…``."""
        return bech32_encode(RECIPIENT_PREFIX, self.public)

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Wrap the file key with a fresh ephemeral share.

        Raises:
            BadInput: the public key is of low order.
        """
        secret = X25519PrivateKey.from_private_bytes(entropy(KEY_SIZE))
        share = secret.public_key().public_bytes_raw()
        key = derive(exchange(secret, self.public), share + self.public, _INFO)
        return Stanza(KIND, (raw_b64(share),), aead_wrap(key, file_key))


@dataclass(frozen=True)
class X25519Identity:
    """A private key, 32 bytes. Its ``repr`` does not show it."""

    secret: bytes = field(repr=False)

    @cached_property
    def recipient(self) -> X25519Recipient:
        """The public key that belongs to it."""
        return X25519Recipient(self._key.public_key().public_bytes_raw())

    def __str__(self) -> str:
        """``AGE-SECRET-KEY-1…``: the secret itself."""
        return bech32_encode(IDENTITY_PREFIX, self.secret).upper()

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, if one of the stanzas is for this identity.

        Raises:
            BadInput: an ``X25519`` stanza is malformed, or its share is of low order.
        """
        for stanza in stanzas:
            if stanza.type != KIND:
                continue
            share = take_argument(stanza, 1, 0, KEY_SIZE)
            public = self.recipient.public
            key = derive(exchange(self._key, share), share + public, _INFO)
            file_key = aead_unwrap(key, stanza.body)
            if file_key is not None:
                return file_key
        return None

    @cached_property
    def _key(self) -> X25519PrivateKey:
        # Made once: it works out the public half too, which takes as long as an exchange.
        return X25519PrivateKey.from_private_bytes(self.secret)


def exchange(secret: X25519PrivateKey, share: bytes) -> bytes:
    """The shared secret (RFC 7748, section 6.1).

    Raises:
        BadInput: it would be all zero, since the share is of low order.
    """
    try:
        shared = secret.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError as error:
        raise BadInput("age.low_order") from error
    if not any(shared):  # the library refuses already; the format makes it our own duty
        raise BadInput("age.low_order")
    return shared


def read_recipient(text: str) -> X25519Recipient:
    """Read ``age1…``.

    Raises:
        BadInput: not Bech32, another prefix, another length.
    """
    return X25519Recipient(read_key_text(text, RECIPIENT_PREFIX, KEY_SIZE, upper=False))


def read_identity(text: str) -> X25519Identity:
    """Read ``AGE-SECRET-KEY-1…``.

    Raises:
        BadInput: not Bech32, another prefix, another length.
    """
    return X25519Identity(read_key_text(text, IDENTITY_PREFIX, KEY_SIZE, upper=True))
