"""A key that opens what was sealed to it: one or two age identities, in age's own file format.

Promises: the text that is kept is what ``age -i`` reads; the public recipients go before each
identity as a comment, as ``age-keygen`` writes them. The secret is nowhere in a ``repr``.

Leaves to others: sealing and opening (``age``), and protecting the text at rest (``file``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from comity import age
from comity.acts import Entropy
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable
from comity.keys.file import AGE_MAGIC, open_by_passphrase, protect, read_raw, write_durably
from comity.keys.protection import Passphrase


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


def make_unit_file(path: Path, passphrase: str, entropy: Entropy) -> str:
    """Make a key for a unit in a new file, under a passphrase, as ``age`` reads it; give its recipient.

    Raises:
        BadInput: no passphrase. Conflict: the file is there. Unavailable: the disk refuses.
    """
    key = generate_sealing_key(entropy, hybrid=False)
    try:
        write_durably(path, protect(key.text(), Passphrase(passphrase), entropy))
    except FileExistsError as error:
        raise Conflict("keys.exists", file=path.name) from error
    except OSError as error:
        raise Unavailable("keys.unwritable", file=path.name, what=error.strerror or "?") from error
    return key.recipients[0]


def read_unit_file(path: Path, passphrase: str | None) -> tuple[age.X25519Identity | age.HybridIdentity, ...]:
    """The identities in an identity file that is not this node's, as ``age-keygen`` or ``age -p`` writes it.

    Raises:
        NotFound, NotPermitted, Unavailable: as ``read_key_file``; or it is under a passphrase, and none
            is given. ProofFailed: the passphrase is wrong. BadInput: it is no identity file.
    """
    try:
        data = read_raw(path)
    except NotFound as error:
        raise NotFound("keys.unit_file_missing", file=path.name) from error
    if data.startswith(AGE_MAGIC):
        if passphrase is None:
            raise NotPermitted("keys.unit_passphrase_needed", file=path.name)
        data = open_by_passphrase(data, passphrase, path.name)
    try:
        lines = [line.strip() for line in data.decode("ascii").splitlines()]
        found = tuple(age.parse_identity(line) for line in lines if line and not line.startswith("#"))
    except (UnicodeDecodeError, BadInput) as error:
        raise BadInput("keys.not_a_key", file=path.name, wanted="age") from error
    if not found:
        raise BadInput("keys.not_a_key", file=path.name, wanted="age")
    return found


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
