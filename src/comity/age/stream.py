"""The payload of an age file: 64 KiB chunks of ChaCha20-Poly1305 in the STREAM construction.

Promises: constant memory; no byte is released that is not authenticated; a stream that is cut,
prolonged, or has its chunks exchanged is found. A writer that is left by an error never writes the
final chunk, so that what it leaves behind cannot be taken for a whole file; once an error came out of it,
it takes nothing more, so that no counter of its key is used twice. A range of a seekable file is opened by
decrypting only its own chunks and the last one.

Leaves to others: the file key and who may have it (``header`` and the recipients).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, Protocol, Self, cast, runtime_checkable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.age.header import ByteSink, ByteSource, derive, fill, pour
from comity.errors import BadInput, ProofFailed

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import ReadableBuffer, WriteableBuffer

CHUNK: Final = 64 * 1024
"""Bytes of plaintext in every chunk but the last."""

TAG: Final = 16
NONCE_SIZE: Final = 16
"""Bytes of the payload's own nonce, which stands before its chunks."""

SEALED: Final = CHUNK + TAG
"""Bytes of ciphertext of a full chunk."""

_BATCH: Final = 4
"""Chunks that are written in one call: fewer system calls, and still little memory."""


def payload_size(plaintext: int) -> int:
    """Bytes of the payload (nonce, chunks, tags) of so many bytes of plaintext."""
    chunks = max(1, -(-plaintext // CHUNK))
    return NONCE_SIZE + plaintext + chunks * TAG


@runtime_checkable
class LendingSink(Protocol):
    """A sink that lends the place where the next bytes go: then they are encrypted into it, not copied.

    It also takes bytes by ``write``, as a ``ByteSink``.
    """

    def room(self, least: int, /) -> memoryview:
        """Memory to fill: at least so many bytes, which are at most a sealed chunk."""
        ...

    def filled(self, size: int, /) -> None:
        """Take so many bytes from the beginning of the room that was lent last."""
        ...


class Writer:
    """Encrypts what is written to it. ``close`` finishes the file; it does not close ``dst``.

    As a context manager it finishes on a clean exit and abandons the file on an error.
    """

    def __init__(self, dst: ByteSink, file_key: bytes, nonce: bytes) -> None:
        self._dst = dst
        self._aead = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
        self._held = memoryview(bytearray(CHUNK))
        self._held_size = 0
        self._batch = None if isinstance(dst, LendingSink) else _Batch(dst)
        self._out: LendingSink = self._batch or cast(LendingSink, dst)
        self._counter = 0
        self._open = True
        self._broken = False
        pour(dst, nonce)

    def write(self, data: ReadableBuffer) -> int:
        """Take all of ``data``; returns its length in bytes.

        Raises:
            ValueError: the writer is closed, or an error came out of it (a fault of the program).
        """
        self._check()
        if not self._open:
            raise ValueError("write to a finished age file")
        view = memoryview(data).cast("B")
        self._broken = True  # until all is taken: what was sealed may have left, whatever the sink said
        size = len(view)
        # A full chunk is held back until a further byte proves that it is not the final one.
        while len(view):
            if self._held_size == CHUNK:
                self._seal(self._held, final=False)
                self._held_size = 0
            if self._held_size == 0 and len(view) > CHUNK:
                view = view[self._seal_many(view) :]
                continue
            take = min(CHUNK - self._held_size, len(view))
            self._held[self._held_size : self._held_size + take] = view[:take]
            self._held_size += take
            view = view[take:]
        self._broken = False
        return size

    def close(self) -> None:
        """Seal the final chunk and write out what is held. Does nothing the second time.

        Raises:
            ValueError: an error came out of it before (a fault of the program).
        """
        self._check()
        if self._open:
            self._open = False
            self._broken = True
            self._seal(self._held[: self._held_size], final=True)
            if self._batch is not None:
                self._batch.drain()
            self._broken = False

    def abandon(self) -> None:
        """Stop without a final chunk: what was written can never be opened as whole."""
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def _check(self) -> None:
        if self._broken:
            raise ValueError("an age file that an error broke off")

    def _seal(self, chunk: memoryview, *, final: bool) -> None:
        size = len(chunk) + TAG
        self._aead.encrypt_into(_nonce(self._counter, final=final), chunk, None, self._out.room(size)[:size])
        self._out.filled(size)
        self._counter += 1

    def _seal_many(self, plain: memoryview) -> int:
        """Seal full chunks that more follows, as many as the room takes; how many bytes of plaintext."""
        room = self._out.room(SEALED)
        count = min(len(room) // SEALED, (len(plain) - 1) // CHUNK)
        encrypt_into, first = self._aead.encrypt_into, self._counter
        for n in range(count):  # as little as can be in here: sixteen thousand times a gigabyte
            nonce = (first + n).to_bytes(11, "big") + b"\x00"
            encrypt_into(nonce, plain[n * CHUNK : (n + 1) * CHUNK], None, room[n * SEALED : (n + 1) * SEALED])
        self._out.filled(count * SEALED)
        self._counter += count
        return count * CHUNK


class _Batch:
    """Gathers sealed chunks for a sink that lends nothing."""

    def __init__(self, dst: ByteSink) -> None:
        self._dst = dst
        self._held = memoryview(bytearray(_BATCH * SEALED))
        self._size = 0

    def room(self, least: int) -> memoryview:
        if self._size + least > len(self._held):
            self.drain()
        return self._held[self._size :]

    def filled(self, size: int) -> None:
        self._size += size

    def drain(self) -> None:
        pour(self._dst, self._held[: self._size])
        self._size = 0


class Reader(io.RawIOBase):
    """Decrypts a payload from its nonce on, one chunk at a time. Does not close the source."""

    def __init__(self, src: ByteSource, file_key: bytes) -> None:
        super().__init__()
        self._src = src
        self._aead = _open_payload(src, file_key)
        self._sealed = memoryview(bytearray(SEALED))
        self._plain = memoryview(bytearray(CHUNK))
        self._ready = self._plain[:0]
        self._counter = 0
        self._ended = False
        self._spoiled: ProofFailed | None = None

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give authenticated plaintext; 0 only at the true end.

        Raises:
            ProofFailed: ``age.payload`` with the number of the chunk that is wrong, or after which
                the file is cut or goes on. Raised again at each further call.
        """
        view = memoryview(buffer).cast("B")
        if not len(self._ready) and len(view):
            self._next()
        size = min(len(view), len(self._ready))
        view[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _next(self) -> None:
        if self._spoiled is not None:
            raise self._spoiled
        try:
            self._ready = self._chunk()
        except ProofFailed as error:
            self._spoiled = error
            raise

    def _chunk(self) -> memoryview:
        size = fill(self._src, self._sealed)
        if self._ended:
            if size:
                raise ProofFailed("age.payload", what="trailing", chunk=self._counter)
            return self._plain[:0]
        if size == 0:
            raise ProofFailed("age.payload", what="cut", chunk=self._counter)
        sealed = self._sealed[:size]
        self._ended = size < SEALED
        if self._ended and size == TAG and self._counter:
            raise ProofFailed("age.payload", what="empty", chunk=self._counter)
        plain = _unseal(self._aead, sealed, self._plain, self._counter, final=self._ended)
        if plain is None and not self._ended:  # it may be a final chunk of full length
            self._ended = True
            plain = _unseal(self._aead, sealed, self._plain, self._counter, final=True)
        if plain is None:
            raise ProofFailed("age.payload", what="tag", chunk=self._counter)
        self._counter += 1
        # A final chunk may be empty only as the whole payload; then look for trailing bytes now.
        return plain if len(plain) or not self._ended else self._chunk()


class UnfinishedReader(Reader):
    """Reads what a writer left behind: the chunks that are authentic, up to the first that is not."""

    def _next(self) -> None:
        try:
            super()._next()
        except ProofFailed:  # the end, wherever the writer was
            self._ready = self._plain[:0]


def seal_payload(header: bytes, file_key: bytes, nonce: bytes, data: bytes) -> bytes:
    """A whole file in memory: its header, and the payload as ``Writer`` writes it."""
    aead = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
    plain = memoryview(data)
    out = bytearray(len(header) + payload_size(len(data)))
    out[: len(header)] = header
    at = len(header) + NONCE_SIZE
    out[len(header) : at] = nonce
    view = memoryview(out)
    starts = range(0, max(1, len(data)), CHUNK)
    for counter, start in enumerate(starts):
        chunk = plain[start : start + CHUNK]
        end = at + len(chunk) + TAG
        aead.encrypt_into(_nonce(counter, final=start == starts[-1]), chunk, None, view[at:end])
        at = end
    return bytes(out)


def open_payload(data: bytes | memoryview, start: int, file_key: bytes, limit: int) -> memoryview:
    """The payload of a whole file in memory, from its nonce at ``start`` on, as ``Reader`` reads it.

    What is given is the only view of memory of its own.

    Raises:
        BadInput: ``age.payload_nonce``; ``age.too_long``, once more than ``limit`` bytes proved good.
        ProofFailed: ``age.payload``, as ``Reader.readinto``.
    """
    sealed = memoryview(data)[start:]
    reader = io.BytesIO(sealed[:NONCE_SIZE])
    aead = _open_payload(reader, file_key)
    sealed = sealed[NONCE_SIZE:]
    out = bytearray(min(len(sealed), limit + CHUNK))
    view = memoryview(out)
    done = counter = 0
    ended = False
    while not ended:
        chunk = sealed[counter * SEALED : (counter + 1) * SEALED]
        if not len(chunk):
            raise ProofFailed("age.payload", what="cut", chunk=counter)
        ended = len(chunk) < SEALED
        if len(chunk) == TAG and counter:
            raise ProofFailed("age.payload", what="empty", chunk=counter)
        plain = _unseal(aead, chunk, view[done:], counter, final=ended)
        if plain is None and not ended:  # it may be a final chunk of full length
            ended = True
            plain = _unseal(aead, chunk, view[done:], counter, final=True)
        if plain is None:
            raise ProofFailed("age.payload", what="tag", chunk=counter)
        done += len(plain)
        counter += 1
        if done > limit:
            raise BadInput("age.too_long", limit=limit)
    if len(sealed) > counter * SEALED:
        raise ProofFailed("age.payload", what="trailing", chunk=counter)
    return view[:done]


class SeekableSource(ByteSource, Protocol):
    """A source whose position can be set: a file, not a pipe."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Set the position; return it."""
        ...


class RangeReader(io.RawIOBase):
    """Decrypts ``length`` bytes of plaintext from ``start`` on; only the chunks needed.

    The last chunk is always proven first (C2SP ``age.md``, *Payload*): so the size is authentic.
    """

    def __init__(
        self, src: SeekableSource, header_size: int, file_key: bytes, start: int, length: int
    ) -> None:
        super().__init__()
        self._src = src
        src.seek(header_size)
        self._aead = _open_payload(src, file_key)
        self._base = header_size + NONCE_SIZE
        self._sealed = memoryview(bytearray(SEALED))
        self._plain = memoryview(bytearray(CHUNK))
        body = src.seek(0, io.SEEK_END) - self._base
        self._last = max(0, -(-body // SEALED) - 1)
        self._number, self._opened = -1, self._plain[:0]
        tail = self._load(self._last)
        if not len(tail) and self._last:
            raise ProofFailed("age.payload", what="empty", chunk=self._last)
        self.size = self._last * CHUNK + len(tail)
        if start < 0 or length < 0 or start + length > self.size:
            raise BadInput("age.range", start=start, length=length, size=self.size)
        self._start = self._at = start
        self._end = start + length

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """The place in the range."""
        return self._at - self._start

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Set the place in the range; the chunk that was opened last is not opened again.

        Raises:
            BadInput: that is before the range's beginning.
        """
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        at = base + offset
        if at < self._start:
            raise BadInput("age.range", start=at, length=0, size=self.size)
        self._at = at
        return at - self._start

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Give authenticated plaintext of the range; 0 at its end.

        Raises:
            ProofFailed: ``age.payload`` with the number of the chunk that is wrong.
        """
        view = memoryview(buffer).cast("B")
        if self._at >= self._end or not len(view):
            return 0
        number, within = divmod(self._at, CHUNK)
        chunk = self._opened if number == self._number else self._load(number)
        size = min(len(view), len(chunk) - within, self._end - self._at)
        view[:size] = chunk[within : within + size]
        self._at += size
        return size

    def _load(self, number: int) -> memoryview:
        self._number = -1  # what lies there is written over
        self._src.seek(self._base + number * SEALED)
        size = fill(self._src, self._sealed)
        final = number == self._last
        plain = _unseal(self._aead, self._sealed[:size], self._plain, number, final=final)
        if plain is None:
            raise ProofFailed("age.payload", what="tag", chunk=number)
        self._number, self._opened = number, plain
        return plain


def _open_payload(src: ByteSource, file_key: bytes) -> ChaCha20Poly1305:
    nonce = bytearray(NONCE_SIZE)
    if fill(src, memoryview(nonce)) != NONCE_SIZE:
        raise BadInput("age.payload_nonce")
    return ChaCha20Poly1305(derive(file_key, bytes(nonce), b"payload"))


def _nonce(counter: int, *, final: bool) -> bytes:
    return counter.to_bytes(11, "big") + (b"\x01" if final else b"\x00")


def _unseal(
    aead: ChaCha20Poly1305, sealed: memoryview, plain: memoryview, counter: int, *, final: bool
) -> memoryview | None:
    size = len(sealed) - TAG
    if size < 0:
        return None
    try:
        aead.decrypt_into(_nonce(counter, final=final), sealed, None, plain[:size])
    except InvalidTag:
        return None
    return plain[:size]
