"""The passphrase recipient type ``scrypt`` (C2SP ``age.md``, RFC 7914).

Promises: a work factor is spelled in one way and is bounded, so that a hostile file cannot demand
gigabytes; a passphrase stanza stands alone in its header.

Leaves to others: whether a passphrase is good enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comity.age.header import Stanza, raw_b64
from comity.age.recipient import Entropy, aead_unwrap, aead_wrap, take_argument
from comity.errors import BadInput

KIND: Final = "scrypt"
SALT_SIZE: Final = 16
WORK_FACTOR: Final = 18
"""log2 N when writing: 256 MiB and about a second, as ``age`` does."""

WORK_FACTOR_LIMIT: Final = 20
"""log2 N that is accepted when reading: 1 GiB. The ``age`` command writes 18."""

_LABEL: Final = b"age-encryption.org/v1/scrypt"
_DECIMAL: Final = re.compile(r"[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class PassphraseRecipient:
    """A passphrase to encrypt with."""

    passphrase: str = field(repr=False)
    work_factor: int = WORK_FACTOR

    @property
    def kind(self) -> str:
        """``scrypt``."""
        return KIND

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Wrap the file key under the passphrase with a fresh salt."""
        salt = entropy(SALT_SIZE)
        key = _stretch(self.passphrase, salt, self.work_factor)
        return Stanza(KIND, (raw_b64(salt), str(self.work_factor)), aead_wrap(key, file_key))


@dataclass(frozen=True, slots=True)
class PassphraseIdentity:
    """A passphrase to open with, and the most work that it may cost."""

    passphrase: str = field(repr=False)
    work_factor_limit: int = WORK_FACTOR_LIMIT

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, if the passphrase is right.

        Raises:
            BadInput: the stanza is malformed, not alone, or demands too much work.
        """
        if all(stanza.type != KIND for stanza in stanzas):
            return None
        if len(stanzas) != 1:
            raise BadInput("age.mixed", one=KIND, other=KIND)
        stanza = stanzas[0]
        salt = take_argument(stanza, 2, 0, SALT_SIZE)
        text = stanza.arguments[1]
        if not _DECIMAL.fullmatch(text):
            raise BadInput("age.stanza", type=KIND, what="work factor")
        # Compare lengths first: the number may have thousands of digits.
        if len(text) > 2 or int(text) > self.work_factor_limit:  # noqa: PLR2004  digits of 20
            raise BadInput("age.work_factor", factor=text[:8], limit=self.work_factor_limit)
        return aead_unwrap(_stretch(self.passphrase, salt, int(text)), stanza.body)


def _stretch(passphrase: str, salt: bytes, work_factor: int) -> bytes:
    kdf = Scrypt(salt=_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1)
    return kdf.derive(passphrase.encode("utf-8"))
