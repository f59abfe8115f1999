"""Trees over the 1 MiB chunks of a stream: one for checking parts, one for showing a part alone.

Promises: both are RFC 6962 trees, built in one pass and constant memory. A leaf of the plain tree
is the hash of the chunk. A leaf of the salted tree is the hash of a 32-byte salt and the plain leaf,
so a proof for one chunk tells nothing of its neighbours, not even to one who guesses their content.
Salts come from one secret of the exhibit and can be revealed one by one.

Leaves to others: where the secret is kept, and the seal over the roots (``seal``).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from comity import merkle
from comity.age import ByteSource, fill
from comity.errors import BadInput

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CHUNK_SIZE: Final = 1024 * 1024
SECRET_SIZE: Final = 32
SALT_SIZE: Final = 32

_LABEL: Final = b"comity/chunk-salt/v1\x00"
_LEAF: Final = b"\x00"


class ChunkTrees:
    """Takes a stream piece by piece; its roots can be asked once it has ended."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_SIZE:
            raise BadInput("evidence.secret_size", size=len(secret), wanted=SECRET_SIZE)
        self._secret = secret
        self._plain = merkle.CompactRange()
        self._salted = merkle.CompactRange()
        self._leaf = sha256(_LEAF)
        self._filled = 0
        self.size = 0

    def update(self, data: ReadableBuffer) -> None:
        """Take the next bytes of the stream."""
        view = memoryview(data).cast("B")
        self.size += len(view)
        while view:
            take = min(CHUNK_SIZE - self._filled, len(view))
            self._leaf.update(view[:take])
            self._filled += take
            view = view[take:]
            if self._filled == CHUNK_SIZE:
                self._end_chunk()

    def append(self, leaf: bytes) -> None:
        """Take the next whole chunk by its ``plain_leaf``; only where the last one has ended.

        Raises:
            ValueError: a chunk has begun (a fault of the program).
        """
        if self._filled:
            raise ValueError("a leaf within a chunk")
        self.size += CHUNK_SIZE
        self._grow(leaf)

    def finish(self) -> tuple[bytes, bytes]:
        """The plain and the salted root. An empty stream has the one empty chunk."""
        if self._filled or not self._plain.size:
            self._end_chunk()
        return self._plain.root(), self._salted.root()

    def _end_chunk(self) -> None:
        self._grow(self._leaf.digest())
        self._leaf = sha256(_LEAF)
        self._filled = 0

    def _grow(self, leaf: bytes) -> None:
        number = self._plain.size
        self._plain = self._plain.append(leaf)
        self._salted = self._salted.append(salted_leaf(chunk_salt(self._secret, number), leaf))


@dataclass(frozen=True, slots=True)
class ChunkProof:
    """What shows one chunk to be part of a sealed stream: beside the chunk, nothing else is told."""

    number: int
    chunks: int
    salt: bytes
    path: tuple[bytes, ...]


def chunk_salt(secret: bytes, number: int) -> bytes:
    """The salt of one chunk: HMAC-SHA-256 of its number under the exhibit's secret."""
    return hmac.digest(secret, _LABEL + number.to_bytes(8, "big"), sha256)


def plain_leaf(chunk: ReadableBuffer) -> bytes:
    """The leaf hash of one chunk in the plain tree; it needs nothing of the others."""
    leaf = sha256(_LEAF)
    leaf.update(chunk)
    return leaf.digest()


def salted_leaf(salt: bytes, leaf: bytes) -> bytes:
    """The leaf hash in the salted tree, of a chunk with this leaf hash in the plain one."""
    return merkle.leaf_hash(salt + leaf)


def prove_chunk(src: ByteSource, secret: bytes, number: int) -> ChunkProof:
    """Make the proof for one chunk, by reading the whole stream once more (32 bytes kept a chunk).

    Raises:
        BadInput: the stream has no such chunk.
    """
    block = memoryview(bytearray(CHUNK_SIZE))
    leaves: list[bytes] = []
    while (size := fill(src, block)) or not leaves:
        leaves.append(salted_leaf(chunk_salt(secret, len(leaves)), plain_leaf(block[:size])))
    if not 0 <= number < len(leaves):
        raise BadInput("evidence.no_such_chunk", number=number, chunks=len(leaves))
    path = merkle.Tree(leaves).inclusion(number)
    return ChunkProof(number, len(leaves), chunk_salt(secret, number), path)


def verify_chunk(chunk: bytes, proof: ChunkProof, salted_root: bytes) -> None:
    """Check that ``chunk`` is chunk ``proof.number`` of the stream sealed with ``salted_root``.

    Raises:
        ProofFailed: it is not.
    """
    leaf = salted_leaf(proof.salt, merkle.leaf_hash(chunk))
    merkle.verify_inclusion(leaf, proof.number, proof.chunks, proof.path, salted_root)
