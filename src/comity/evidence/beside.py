"""What goes beside pieces that cannot be opened any more: time-stamps and certificates as they are now.

Promises: pieces that a unit sealed for another State's unit are sealed to that alone, their head too. What is
stamped or certified afterwards goes in a piece of its own, to the same keys. It has all of it, in its order,
and stands instead of what the head has. It names the seal, so that it goes with no other exhibit.

Leaves to others: cutting and putting together (``delivery``), announcing it (``acts``).
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from comity import age, dsse
from comity.dsse import Envelope
from comity.errors import BadInput, ProofFailed
from comity.evidence.certificate import MOST_CERTIFICATES, verify_certificate
from comity.evidence.delivery import CIPHERTEXT_LIMIT, PIECE_SIZE, Stamp
from comity.evidence.names import Digest
from comity.wire import Model, Version1, digest, dump_bytes, parse


class Beside(Model):
    """Version 1. ``seal``: id of the exhibit's seal statement."""

    v: Version1
    seal: Digest
    stamps: tuple[Stamp, ...]
    certificates: tuple[Envelope, ...] = Field(max_length=MOST_CERTIFICATES)


def seal_beside(
    seal: Envelope,
    stamps: Sequence[Stamp],
    certificates: Sequence[Envelope],
    recipients: Sequence[age.Recipient],
) -> bytes:
    """The piece: time-stamps and certificates of an exhibit, to those who open its other pieces.

    Raises:
        BadInput: too long.
    """
    beside = Beside(v=1, seal=seal.id, stamps=tuple(stamps), certificates=tuple(certificates))
    plain = dump_bytes(beside)
    if len(plain) > PIECE_SIZE:
        raise BadInput("evidence.head_too_long", size=len(plain), limit=PIECE_SIZE)
    return age.seal(plain, recipients)


def open_beside(  # noqa: PLR0917 - what came, as what it was announced, by what it is opened and proven
    source: age.ByteSource,
    announced: tuple[str, int],
    number: int,
    identities: Sequence[age.Identity],
    seal: Envelope,
    keys: Sequence[bytes],
) -> Beside:
    """Open the piece of that number, and prove that it is as announced (digest, size) and of that exhibit.

    ``keys``: raw Ed25519 keys of the node that certified, those that it revoked too.

    Raises:
        ProofFailed: it is not. NotFound: none of ``identities`` opens it.
    """
    value, size = announced
    if size > CIPHERTEXT_LIMIT:
        raise ProofFailed("evidence.piece_wrong", number=number, what="size")
    data = bytearray(size + 1)
    found = age.fill(source, memoryview(data))
    del data[found:]
    if found != size:
        raise ProofFailed("evidence.piece_wrong", number=number, what="size")
    if digest(bytes(data)) != value:
        raise ProofFailed("evidence.piece_wrong", number=number, what="digest")
    beside = parse(Beside, age.open_sealed(bytes(data), identities, PIECE_SIZE), limit=PIECE_SIZE)
    if beside.seal != seal.id:
        raise ProofFailed("evidence.piece_wrong", number=number, what="exhibit")
    for certificate in beside.certificates:
        verify_certificate(dsse.checked(certificate), seal, keys)
    return beside
