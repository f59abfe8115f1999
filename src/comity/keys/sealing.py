"""A key that opens what was sealed to it: one or two age identities, in age's own file format.

Promises: the text that is kept is what ``age -i`` reads; the public recipients go before each
identity as a comment, as ``age-keygen`` writes them. The secret is nowhere in a ``repr``.

Leaves to others: sealing and opening (``age``), and protecting the text at rest (``file``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from comity import age
from comity.acts import Entropy
from comity.errors import BadInput


@dataclass(frozen=True)
class SealingKey:
    """The identities of one purpose: X25519 first, then the hybrid if there is one."""

    identities: tuple[age.X25519Identity | age.HybridIdentity, ...] = field(repr=False)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The recipients' texts, in the order of the identities: ``age1…``, ``age1pq1…``."""
        return tuple(str(identity.recipient) for identity in self.identities)

    def text(self) -> bytes:
        """The identity file: the secret itself."""
        lines = [f"# public key: {i.recipient}\n{i}\n" for i in self.identities]
        return "".join(lines).encode("ascii")


def generate_sealing_key(entropy: Entropy, *, hybrid: bool) -> SealingKey:
    """A new key: X25519, and the post-quantum hybrid beside it where that is chosen."""
    x25519 = age.generate_x25519(entropy)
    return SealingKey((x25519, age.generate_hybrid(entropy)) if hybrid else (x25519,))


def read_sealing_key(text: bytes, file: str) -> SealingKey:
    """Read an identity file; ``file`` is named where it is none.

    Raises:
        BadInput: not an identity file, or one that is cut.
    """
    try:
        lines = text.decode("ascii").splitlines()
        secrets = [line for line in lines if line and not line.startswith("#")]
        identities = tuple(age.parse_identity(line) for line in secrets)
    except (UnicodeDecodeError, BadInput) as error:
        raise BadInput("keys.not_a_key", file=file, wanted="age") from error
    key = SealingKey(identities)
    # One spelling only: a line that is cut or was edited is not passed over.
    if not identities or key.text() != text:
        raise BadInput("keys.not_a_key", file=file, wanted="age")
    return key
