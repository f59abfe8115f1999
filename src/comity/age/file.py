"""Whole age files: start one, open one, and read or write the text of keys.

Promises: a passphrase stands alone, and a hybrid recipient never beside another type: the weaker
key would undo the stronger. When opening, identities are tried in their order, and the header's MAC
is checked before any plaintext is given.

Leaves to others: the types of recipient, and the payload (``stream``).
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from comity.age import hybrid, scrypt, x25519
from comity.age.header import (
    FILE_KEY_SIZE,
    HEADER_LIMIT,
    LINE_LIMIT,
    ByteSink,
    ByteSource,
    Header,
    pour,
    read_header,
    write_header,
)
from comity.age.hybrid import HybridIdentity, HybridRecipient
from comity.age.recipient import Entropy, Identity, Recipient
from comity.age.stream import (
    NONCE_SIZE,
    RangeReader,
    Reader,
    SeekableSource,
    UnfinishedReader,
    Writer,
    open_payload,
    seal_payload,
)
from comity.age.x25519 import X25519Identity, X25519Recipient
from comity.errors import BadInput, NotFound

_HYBRID_RECIPIENT: Final = hybrid.RECIPIENT_PREFIX + "1"
_HYBRID_IDENTITY: Final = hybrid.IDENTITY_PREFIX.upper() + "1"

_HEADER_MOST: Final = HEADER_LIMIT + LINE_LIMIT + 2
"""Bytes by which a header ends, or is found to be too long."""


def generate_x25519(entropy: Entropy = os.urandom) -> X25519Identity:
    """A new X25519 identity."""
    return X25519Identity(entropy(x25519.KEY_SIZE))


def generate_hybrid(entropy: Entropy = os.urandom) -> HybridIdentity:
    """A new ``mlkem768x25519`` identity."""
    return HybridIdentity(entropy(hybrid.SEED_SIZE))


@lru_cache(maxsize=256)
def parse_recipient(text: str) -> X25519Recipient | HybridRecipient:
    """Read ``age1…`` or ``age1pq1…``; ``str()`` of a recipient writes it.

    Raises:
        BadInput: ``age.key_text``.
    """
    if text.startswith(_HYBRID_RECIPIENT):
        return hybrid.read_recipient(text)
    return x25519.read_recipient(text)


def parse_identity(text: str) -> X25519Identity | HybridIdentity:
    """Read ``AGE-SECRET-KEY-1…`` or ``AGE-SECRET-KEY-PQ-1…``; ``str()`` of an identity writes it.

    Raises:
        BadInput: ``age.key_text``; it never shows the text.
    """
    if text.startswith(_HYBRID_IDENTITY):
        return hybrid.read_identity(text)
    return x25519.read_identity(text)


def encrypt(recipients: Sequence[Recipient], dst: ByteSink, *, entropy: Entropy = os.urandom) -> Writer:
    """Start an age file on ``dst``; each of ``recipients`` can open it alone.

    The writer must be closed, or left as a context manager, to finish the file. ``entropy``: for tests, and
    for who makes the same file of the same content again; whatever differs must never leave.

    Raises:
        BadInput: no recipient; a passphrase that is not alone; a hybrid beside another type.
    """
    _check_mix(recipients)
    file_key = entropy(FILE_KEY_SIZE)
    stanzas = [recipient.wrap(file_key, entropy) for recipient in recipients]
    pour(dst, write_header(stanzas, file_key))
    return Writer(dst, file_key, entropy(NONCE_SIZE))


def decrypt(identities: Sequence[Identity], src: ByteSource) -> Reader:
    """Open an age file; the plaintext is authenticated chunk by chunk as it is read.

    What was read is a whole file only once ``read`` has returned nothing.

    Raises:
        BadInput: the header is malformed, or a stanza for us is.
        NotFound: ``age.no_match``: none of the identities opens it.
        ProofFailed: ``age.header_mac``; while reading: ``age.payload``.
    """
    return Reader(src, _unwrap(identities, read_header(src)))


def decrypt_unfinished(identities: Sequence[Identity], src: ByteSource) -> Reader:
    """Open an age file whose writer was stopped: what is authentic of it, from the beginning on.

    Raises:
        BadInput, NotFound, ProofFailed: as ``decrypt``, of the header.
    """
    return UnfinishedReader(src, _unwrap(identities, read_header(src)))


def open_range(identities: Sequence[Identity], src: SeekableSource, start: int, length: int) -> RangeReader:
    """Open ``length`` bytes of plaintext from ``start`` of a seekable age file that begins at 0.

    Raises:
        BadInput: as ``decrypt``; ``age.range`` where the file is shorter.
        NotFound, ProofFailed: as ``decrypt``.
    """
    src.seek(0)
    header = read_header(src)
    return RangeReader(src, header.size, _unwrap(identities, header), start, length)


def seal(data: bytes, recipients: Sequence[Recipient], *, entropy: Entropy = os.urandom) -> bytes:
    """A whole age file of some bytes.

    Raises:
        BadInput: as ``encrypt``.
    """
    _check_mix(recipients)
    file_key = entropy(FILE_KEY_SIZE)
    stanzas = [recipient.wrap(file_key, entropy) for recipient in recipients]
    return seal_payload(write_header(stanzas, file_key), file_key, entropy(NONCE_SIZE), data)


def open_sealed(data: bytes, identities: Sequence[Identity], limit: int) -> bytes:
    """Open a whole age file of at most ``limit`` bytes of plaintext.

    Raises:
        BadInput: as ``decrypt``; ``age.too_long``.
        NotFound, ProofFailed: as ``decrypt``.
    """
    return bytes(open_view(data, identities, limit))


def open_view(data: bytes | memoryview, identities: Sequence[Identity], limit: int) -> memoryview:
    """The same without a copy: ``data`` may be a view of memory that is used again, what is given is not.

    Raises:
        BadInput, NotFound, ProofFailed: as ``open_sealed``.
    """
    header = read_header(io.BytesIO(data[:_HEADER_MOST]))
    file_key = _unwrap(identities, header)
    return open_payload(data, header.size, file_key, limit)


def _check_mix(recipients: Sequence[Recipient]) -> None:
    kinds = sorted({recipient.kind for recipient in recipients})
    if not kinds:
        raise BadInput("age.no_recipient")
    if scrypt.KIND in kinds and len(recipients) > 1:
        other = next((kind for kind in kinds if kind != scrypt.KIND), scrypt.KIND)
        raise BadInput("age.mixed", one=scrypt.KIND, other=other)
    if hybrid.KIND in kinds and len(kinds) > 1:
        other = next(kind for kind in kinds if kind != hybrid.KIND)
        raise BadInput("age.mixed", one=hybrid.KIND, other=other)


def _unwrap(identities: Sequence[Identity], header: Header) -> bytes:
    # scrypt promises its reader that nobody else could have written the file: look at it first.
    kinds = [stanza.type for stanza in header.stanzas]
    if scrypt.KIND in kinds and len(kinds) > 1:
        other = next((kind for kind in kinds if kind != scrypt.KIND), scrypt.KIND)
        raise BadInput("age.mixed", one=scrypt.KIND, other=other)
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is not None:
            header.check(file_key)
            return file_key
    raise NotFound("age.no_match", stanzas=len(kinds))
