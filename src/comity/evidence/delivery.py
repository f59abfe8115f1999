"""Delivery: an exhibit cut into sealed pieces for another State, and put together again.

Promises: each piece is an age file of its own, with a fresh file key, of at most 8 MiB of plaintext:
piece 0 is the head (the signed statement, its time-stamps), then come the index, the proof of a part
where the exhibit is one (``selection``), and the payload.
A piece is compared with its announced digest before it is opened; the order, the size, the
stream's digest and its chunk tree are proven by the end. Memory is constant: one sealed piece, two
opened ones, and the index.

Leaves to others: announcing digests in an act, carrying and resuming (``exchange``), and whether the
exhibit may leave at all (``cases``).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from mmap import mmap
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic import Field

from comity import age, dsse
from comity.dsse import Envelope
from comity.errors import BadInput, ProofFailed
from comity.evidence.certificate import MOST_CERTIFICATES, verify_certificate
from comity.evidence.chunks import ChunkTrees
from comity.evidence.index import INDEX_LIMIT, Index, index_text, read_index
from comity.evidence.relay import BLOCK, Relay, Taker
from comity.evidence.rows import Joined
from comity.evidence.seal import SealStatement, prove_index, read_statement, verify_statement
from comity.evidence.selection import PART_LIMIT, read_part, verify_part
from comity.evidence.timestamp import Token
from comity.wire import Model, Version1, b64, digest, dump_bytes, parse, unb64

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PIECE_SIZE: Final = 8 * 1024 * 1024
"""Bytes of plaintext in a piece (but the last of the index, and of the payload)."""

CIPHERTEXT_LIMIT: Final = PIECE_SIZE + 64 * 1024
"""Bytes of a sealed piece at most: 2 KiB of tags, and headers for some recipients."""

_NO_SECRET: Final = bytes(32)
"""The receiver has not the exhibit's secret: it checks the plain tree only."""


class Stamp(Model):
    """A time-stamp on its way: the members of ``timestamp.Token``, in base64; ``place`` may be empty."""

    reply: str
    chain: str
    place: str
    renews: bool

    @classmethod
    def of(cls, token: Token) -> Stamp:
        """The stamp that carries a token."""
        return cls(
            reply=b64(token.reply), chain=b64(token.chain), place=b64(token.place), renews=token.renews
        )

    @property
    def token(self) -> Token:
        """The token that it carries.

        Raises:
            BadInput: not base64.
        """
        return Token(unb64(self.reply), unb64(self.chain), unb64(self.place), self.renews)


class Head(Model):
    """Piece 0: the signed seal statement, how many bytes of index and of a part's proof follow; time-stamps.

    ``certificates``: what persons certified of it (``certificate``).

    ``part_size``: 0 where the exhibit is no part of another.
    """

    v: Version1
    statement: Envelope
    index_size: int = Field(ge=1, le=INDEX_LIMIT)
    part_size: int = Field(ge=0, le=PART_LIMIT)
    stamps: tuple[Stamp, ...]
    certificates: tuple[Envelope, ...] = Field(max_length=MOST_CERTIFICATES)


@dataclass(frozen=True, slots=True)
class Piece:
    """One sealed piece: its number from 0 (the head), and its bytes."""

    number: int
    data: bytes

    @property
    def sha256(self) -> str:
        """The digest of its bytes, computed anew: who stores a piece learns it there."""
        return digest(self.data)

    @property
    def size(self) -> int:
        """Bytes of the ciphertext."""
        return len(self.data)


def pieces(
    statement: Envelope,
    index: Index,
    payload: age.ByteSource,
    recipients: Sequence[age.Recipient],
    *,
    stamps: Sequence[Stamp] = (),
    part: bytes = b"",
    certificates: Sequence[Envelope] = (),
) -> Iterator[Piece]:
    """Cut and seal an exhibit, piece by piece; the payload is proven against its seal on the way.

    ``part``: what proves it to be part of another (``selection.write_part``), where it is one.

    Raises:
        ProofFailed: index or payload are not what the statement says. BadInput: too long a head.
    """
    sealed = read_statement(statement)
    prove_index(sealed, index)
    head = dump_bytes(
        Head(
            v=1,
            statement=statement,
            index_size=sum(map(len, index_text(index))),
            part_size=len(part),
            stamps=tuple(stamps),
            certificates=tuple(certificates),
        )
    )
    if len(head) > PIECE_SIZE:
        raise BadInput("evidence.head_too_long", size=len(head), limit=PIECE_SIZE)
    yield _piece(0, memoryview(head), recipients)
    number = 1
    for data in (_cut(index_text(index)), _cut((part,))):
        for piece in data:
            yield _piece(number, piece, recipients)
            number += 1
    check = _StreamCheck(sealed)
    with Relay(*check.takers, blocks=2, size=PIECE_SIZE) as running:
        while size := age.fill(payload, block := running.lend()):
            running.send(block, size)  # hashed while it is sealed here
            yield _piece(number, block[:size], recipients)
            number += 1
    check.finish()


def piece_count(index_size: int, size: int, part_size: int = 0) -> int:
    """How many pieces an exhibit makes, the head included; sizes in bytes."""
    return 1 + sum(-(-one // PIECE_SIZE) for one in (index_size, part_size, size))


class Assembled(NamedTuple):
    """An exhibit put together. ``part``: the proof that it is part of another; none where it is not."""

    head: Head
    statement: SealStatement
    listed: Index
    payload: PayloadReader
    part: bytes | None


def assemble(
    sources: Iterable[age.ByteSource],
    announced: Sequence[tuple[str, int]],
    identities: Sequence[age.Identity],
    keys: Sequence[bytes],
    *,
    revoked: Sequence[bytes] = (),
) -> Assembled:
    """Put an exhibit together: proves head, index and part at once, the payload while it is read.

    ``sources`` give the ciphertexts in order, ``announced`` their digests (hexadecimal) and sizes
    from the signed act; each source is read only when its turn comes. ``keys``: all raw Ed25519 keys of
    the node that sealed, earlier ones too: what was sealed or certified under one keeps it, and so does
    a part's whole. ``revoked``: more keys of that node, by which certificates alone may be signed: no seal
    rests on them, and what such a one is worth says who shows it.

    Raises:
        ProofFailed: a piece is not the announced one, the head or index are not as sealed, or what is said
            to be part of another exhibit is not (``verify_part``).
        NotFound: none of ``identities`` opens it.
    """
    opener = _Opener(iter(sources), announced, identities)
    head = parse(Head, bytes(opener.next()), limit=PIECE_SIZE)
    seal = dsse.checked(head.statement)
    signer = dsse.named_signer(seal, keys)
    if signer is None:
        stranger = seal.signatures[0].keyid if seal.signatures else ""
        raise ProofFailed("evidence.sealed_by_stranger", key=stranger)
    statement = verify_statement(seal, signer)
    for certificate in head.certificates:
        verify_certificate(dsse.checked(certificate), seal, (*keys, *revoked))
    wanted = piece_count(head.index_size, statement.size, head.part_size)
    if len(announced) != wanted:
        raise ProofFailed("evidence.piece_count", wanted=wanted, found=len(announced))
    index = read_index(Joined(opener.several(head.index_size)))
    prove_index(statement, index)
    part = b"".join(opener.several(head.part_size)) or None
    if part is not None:
        verify_part(read_part(part), head.statement, index, keys)
    return Assembled(head, statement, index, PayloadReader(opener, statement), part)


class PayloadReader(io.RawIOBase):
    """The payload's plaintext. Only when it has given its end is the whole of it proven.

    A piece is hashed, as part of the stream, while it is used and the next one is opened.
    """

    def __init__(self, opener: _Opener, statement: SealStatement) -> None:
        super().__init__()
        self._opener = opener
        self._left = statement.size
        self._check = _StreamCheck(statement)
        self._ready = memoryview(b"")
        self._pool = ThreadPoolExecutor(len(self._check.takers), "stream")
        self._hashing: list[Future[None]] = []

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give plaintext; 0 at the proven end.

        Raises:
            ProofFailed: a piece or, at the end, the whole is not what was announced and sealed.
        """
        view = memoryview(buffer).cast("B")
        if not self._ready and view:
            if not self._left:
                self._check.finish()
                return 0
            piece = self._opener.next()
            self._opener.expect(len(piece), min(PIECE_SIZE, self._left))
            self._settle()
            self._left -= len(piece)
            self._hashing = [self._pool.submit(_feed, taker, piece) for taker in self._check.takers]
            if not self._left:  # the last bytes are given only of a stream that holds
                self._settle()
                self._check.finish()
            self._ready = piece
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        """End the threads; what was not given yet is not."""
        self._pool.shutdown()
        super().close()

    def __del__(self) -> None:
        """Nothing, where ``io`` would close it.

        A collector runs in any thread at any moment, also in one that is starting and holds the interpreter's
        locks over threads: to wait for threads there waits for ever. Those of the pool end with it anyway.
        """

    def _settle(self) -> None:
        """Wait until all but what comes next is hashed."""
        for one in self._hashing:
            one.result()


def _feed(taker: Taker, piece: memoryview) -> None:
    for at in range(0, len(piece), BLOCK):
        taker(piece[at : at + BLOCK])


class _Opener:
    """Takes the pieces in turn: digest first, then the seal."""

    def __init__(
        self,
        sources: Iterator[age.ByteSource],
        announced: Sequence[tuple[str, int]],
        identities: Sequence[age.Identity],
    ) -> None:
        self._sources = sources
        self._announced = announced
        self._identities = identities
        self._number = -1
        self._sealed = memoryview(mmap(-1, CIPHERTEXT_LIMIT + 1))  # used again: fresh memory costs time

    def next(self) -> memoryview:
        """The plaintext of the next piece, in memory of its own."""
        self._number += 1
        source = next(self._sources, None)
        if source is None or self._number >= len(self._announced):
            raise ProofFailed("evidence.piece_missing", number=self._number)
        value, size = self._announced[self._number]
        if size > CIPHERTEXT_LIMIT:
            raise ProofFailed("evidence.piece_wrong", number=self._number, what="size")
        found = age.fill(source, self._sealed[: size + 1])
        if found != size:
            raise ProofFailed("evidence.piece_wrong", number=self._number, what="size")
        data = self._sealed[:size]
        if sha256(data).hexdigest() != value:
            raise ProofFailed("evidence.piece_wrong", number=self._number, what="digest")
        return age.open_view(data, self._identities, PIECE_SIZE)

    def several(self, size: int) -> Iterator[bytes]:
        """So many bytes of plaintext, in as many pieces as they make."""
        for at in range(0, size, PIECE_SIZE):
            piece = self.next()
            self.expect(len(piece), min(PIECE_SIZE, size - at))
            yield bytes(piece)

    def expect(self, found: int, wanted: int) -> None:
        if found != wanted:
            raise ProofFailed("evidence.piece_wrong", number=self._number, what="plaintext size")


class _StreamCheck:
    """Size, digest and chunk tree of a stream against its statement."""

    def __init__(self, statement: SealStatement) -> None:
        self._statement = statement
        self._whole = sha256()
        self._trees = ChunkTrees(_NO_SECRET)
        self._proven = False

    @property
    def takers(self) -> tuple[Taker, ...]:
        """What must have every byte of the stream."""
        return self._whole.update, self._trees.update

    def finish(self) -> None:
        if self._proven:
            return
        exhibit = self._statement.exhibit
        if self._trees.size != self._statement.size:
            raise ProofFailed("evidence.stream_wrong", exhibit=exhibit, what="size")
        if self._whole.hexdigest() != self._statement.sha256:
            raise ProofFailed("evidence.stream_wrong", exhibit=exhibit, what="digest")
        if self._trees.finish()[0].hex() != self._statement.chunk_root:
            raise ProofFailed("evidence.stream_wrong", exhibit=exhibit, what="chunk tree")
        self._proven = True


def _cut(pieces: Iterable[bytes]) -> Iterator[memoryview]:
    """The same bytes, ``PIECE_SIZE`` of them at a time."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE_SIZE:
            yield memoryview(bytes(held[:PIECE_SIZE]))
            del held[:PIECE_SIZE]
    if held:
        yield memoryview(bytes(held))


def _piece(number: int, plain: memoryview, recipients: Sequence[age.Recipient]) -> Piece:
    out = io.BytesIO()
    with age.encrypt(recipients, out) as writer:
        writer.write(plain)
    return Piece(number, out.getvalue())
