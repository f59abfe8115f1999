"""Who can open an age file: the two shapes that every recipient type has.

Promises: a recipient wraps a file key into one stanza; an identity looks at *all* stanzas of a
header, ignores those of other types, and refuses malformed ones of its own.

Leaves to others: the cryptography of each type (``x25519``, ``hybrid``, ``scrypt``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.age.header import FILE_KEY_SIZE, Stanza, unraw_b64
from comity.errors import BadInput

Entropy = Callable[[int], bytes]
"""Gives so many random bytes: ``os.urandom``; anything else only in tests."""

WRAPPED_SIZE: Final = FILE_KEY_SIZE + 16
"""Bytes of a wrapped file key. Checked before decrypting, against partitioning oracles."""

_ZERO_NONCE: Final = bytes(12)


class Recipient(Protocol):
    """One to whom a file can be encrypted."""

    @property
    def kind(self) -> str:
        """The stanza type: ``X25519``, ``mlkem768x25519`` or ``scrypt``."""
        ...

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Wrap the file key for this recipient alone."""
        ...


class Identity(Protocol):
    """One who may be able to open a file."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or ``None`` where no stanza is for this identity.

        Raises:
            BadInput: a stanza of this identity's type is malformed.
        """
        ...


def aead_wrap(wrap_key: bytes, file_key: bytes) -> bytes:
    """Encrypt a file key under a key that is used once (so the nonce is zero)."""
    return ChaCha20Poly1305(wrap_key).encrypt(_ZERO_NONCE, file_key, None)


def aead_unwrap(wrap_key: bytes, body: bytes) -> bytes | None:
    """Decrypt a file key; ``None`` where the key is not the right one."""
    try:
        return ChaCha20Poly1305(wrap_key).decrypt(_ZERO_NONCE, body, None)
    except InvalidTag:
        return None


def take_argument(stanza: Stanza, count: int, at: int, size: int) -> bytes:
    """The base64 argument ``at`` of a stanza that must have ``count`` arguments and a wrapped key.

    Raises:
        BadInput: ``age.stanza``: the count, the spelling or a length is wrong.
    """
    if len(stanza.arguments) != count:
        raise BadInput("age.stanza", type=stanza.type, what="arguments")
    data = unraw_b64(stanza.arguments[at])
    if data is None or len(data) != size:
        raise BadInput("age.stanza", type=stanza.type, what="share")
    if len(stanza.body) != WRAPPED_SIZE:
        raise BadInput("age.stanza", type=stanza.type, what="body")
    return data
