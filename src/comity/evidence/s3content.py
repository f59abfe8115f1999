"""Content in a bucket: sent in parts while it is made, read by ranges.

Promises: memory is a few parts, whatever the size; content longer than one object of the store takes goes
into several. What is sent and not ended leaves nothing behind, unless the store does not answer, or it is
kept for a second run: that makes the same parts again; those that the store has are compared, not sent.
A part that the store did not take is told by a later ``write`` or by ``finish``.

Leaves to others: what the content is called, and its lock (``s3vault``).
"""

from __future__ import annotations

import io
import os
from base64 import b64encode
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, cast

from comity.errors import ComityError, Conflict, NotFound, ProofFailed
from comity.evidence.bucket import Bucket
from comity.evidence.sent import Begun, Journal

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PART: Final = 16 * 1024 * 1024
"""Bytes of a part of an upload."""

PARTS: Final = 9_000
"""Parts of one object of the store, which takes 10 000."""

AT_ONCE: Final = 2
"""Parts on their way; one more is being filled."""

_FIRST_WINDOW: Final = 256 * 1024
_WINDOW: Final = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stretch:
    """An object of the store that holds the next ``size`` bytes of some content."""

    key: str
    version: str | None
    size: int


Content = tuple[Stretch, ...]


class Sender:
    """Sends content to random keys that begin with ``start``; or on with what a ``journal`` tells."""

    def __init__(
        self,
        bucket: Bucket,
        start: str,
        *,
        part: int = PART,
        parts: int = PARTS,
        journal: Journal | None = None,
    ) -> None:
        self._bucket = bucket
        self._start = start
        self._part = part
        self._parts = parts
        self._free: SimpleQueue[bytearray] = SimpleQueue()
        self._lent = 0
        self._block: bytearray | None = None
        self._held = 0
        self._made: list[Stretch] = []
        self._journal = journal
        self._begun: Begun | None = None
        self._key = ""
        self._upload: str | None = None
        self._sent: list[Future[dict[str, Any]]] = []
        self._sent_size = 0
        self._senders: ThreadPoolExecutor | None = None

    def write(self, data: memoryview) -> None:
        """Take all of ``data``.

        Raises:
            NotPermitted, Unavailable: the store did not take this, or what came before.
        """
        while data:
            if self._block is None:
                self._block, self._held = self._lend(), 0
            take = min(self._part - self._held, len(data))
            self._block[self._held : self._held + take] = data[:take]
            self._held += take
            data = data[take:]
            if self._held == self._part:
                self._send()

    def finish(self) -> Content:
        """Send what is held, and give where it all is.

        Raises:
            NotPermitted, Unavailable: the store did not take all of it. Conflict: a run before sent more.
        """
        # What left for a journal is compared to its end: also a rest that another run may make again.
        journaled = [] if self._journal is None else self._journal.begun
        if self._upload is not None or journaled:
            if self._held:
                self._send()
            if self._upload is not None:
                self._complete()
            if len(journaled) > len(self._made):
                raise Conflict("evidence.changed_since")
        elif self._held or not self._made:
            rest = bytearray() if self._block is None else self._block[: self._held]
            self._key = self._new_key()
            self._made.append(Stretch(self._key, self._bucket.put(self._key, rest), len(rest)))
        return tuple(self._made)

    def close(self, *, keep: bool) -> None:
        """End the threads. Unless ``keep``, what was sent is removed, as far as the store answers."""
        if self._senders is not None:
            self._senders.shutdown(cancel_futures=True)
        if keep:
            return
        # What stays the sweep finds; told is why the content was not taken.
        with suppress(ComityError):
            if self._upload is not None:
                self._bucket.abort(self._key, self._upload)
            for one in self._made:
                self._bucket.delete(one.key, one.version)

    def _send(self) -> None:
        """Send the block that is held as the next part."""
        if self._upload is None:
            self._begin()
        if self._senders is None:
            self._senders = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="vault-part")
        block, size = cast(bytearray, self._block), self._held
        number = len(self._sent) + 1

        def send() -> dict[str, Any]:
            try:
                return self._sent_part(number, block if size == len(block) else block[:size])
            finally:
                self._free.put(block)

        self._sent.append(self._senders.submit(send))
        self._sent_size += size
        self._block, self._held = None, 0
        if number == self._parts:
            self._complete()

    def _begin(self) -> None:
        """Begin an object of the store, or take up the one that was begun in its place."""
        before = [] if self._journal is None else self._journal.begun[len(self._made) :]
        if before:
            self._begun = before[0]
            self._key, self._upload = self._begun.key, self._begun.upload
            return
        self._key = self._new_key()
        self._upload = self._bucket.begin(self._key)
        if self._journal is not None:
            self._begun = self._journal.begin(self._key, self._upload)

    def _sent_part(self, number: int, data: bytearray) -> dict[str, Any]:
        """Have a part sent, if the store does not have it; give what ``Bucket.complete`` is told of it.

        Raises:
            Conflict: another was sent in its place, under the same counters of the key: this one never is.
        """
        digest = sha256(data)
        if self._journal is not None and self._begun is not None:
            tag = self._begun.tag(number, digest.hexdigest(), len(data))
            if tag is not None:
                summed = b64encode(digest.digest()).decode("ascii")
                return {"PartNumber": number, "ETag": tag, "ChecksumSHA256": summed}
            if number not in self._begun.parts:
                self._journal.part(self._begun, number, digest.hexdigest())
        return self._bucket.part(self._key, cast(str, self._upload), number, data, digest.digest())

    def _complete(self) -> None:
        parts = [one.result() for one in self._sent]
        if self._begun is not None:
            self._begun.check_end(len(parts), self._sent_size)
        if self._begun is not None and self._begun.made is not None:
            version = self._begun.made[0]
        else:
            version = self._bucket.complete(self._key, cast(str, self._upload), parts, self._sent_size)
        self._made.append(Stretch(self._key, version, self._sent_size))
        self._upload, self._sent, self._sent_size = None, [], 0

    def _lend(self) -> bytearray:
        """A block to fill; waits for one, and raises what became of a part that was sent."""
        if self._lent <= AT_ONCE:
            self._lent += 1
            return bytearray(self._part)
        block = self._free.get()
        for one in self._sent:
            if one.done():
                one.result()
        return block

    def _new_key(self) -> str:
        return self._start + os.urandom(16).hex()


class ContentReader(io.RawIOBase):
    """An object, read by ranges that grow while it is read on; it can be sought in."""

    def __init__(self, bucket: Bucket, address: str, content: Content) -> None:
        super().__init__()
        self._bucket = bucket
        self._address = address
        self._content = content
        self._size = sum(one.size for one in content)
        self._at = 0
        self._window = _FIRST_WINDOW
        self._begin = 0
        self._data = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}.get(whence)
        if base is None or base + offset < 0:
            raise ValueError(offset, whence)  # as files do: what reads on elsewhere than it thinks, errs
        self._at = base + offset
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill some of ``buffer``.

        Raises:
            NotFound: the content is gone. ProofFailed: it is shorter than it was. NotPermitted, Unavailable:
                as ``Bucket.get``.
        """
        view = memoryview(buffer).cast("B")
        if self._at >= self._size or not view:
            return 0
        if not self._begin <= self._at < self._begin + len(self._data):
            self._fetch()
        start = self._at - self._begin
        size = min(len(view), len(self._data) - start)
        view[:size] = memoryview(self._data)[start : start + size]
        self._at += size
        return size

    def _fetch(self) -> None:
        # Read on from where it stopped: more at once. Elsewhere: little, maybe only that is wanted.
        on = self._data and self._at == self._begin + len(self._data)
        self._window = min(2 * self._window, _WINDOW) if on else _FIRST_WINDOW
        begin = 0
        for one in self._content:
            if self._at < begin + one.size:
                size = min(self._window, begin + one.size - self._at)
                try:
                    data = self._bucket.get(one.key, one.version, self._at - begin, size)
                except NotFound as error:
                    raise NotFound("evidence.not_in_vault", address=self._address) from error
                if len(data) != size:
                    raise ProofFailed("evidence.vault_damaged", address=self._address, found="-")
                self._data, self._begin = data, self._at
                return
            begin += one.size
