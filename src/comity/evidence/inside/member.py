"""One member of a container while it is read: hashed, measured, looked at; and the list that it goes into.

Promises: a member is listed whatever becomes of it: with its digest, or with the reason why it has none.
A container within is held in memory up to a bound, and handed to whoever opens it.

Leaves to others: what kind of container it is in (``archive``, ``mailbox``, ``image``, ``logical``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import IO, Literal

from comity.evidence.inside.allowance import BLOCK, DEPTH, HELD, Allowance, Spent
from comity.evidence.inside.listing import Inner, Reason, StoredHash, Times, label
from comity.evidence.inside.signature import HEAD, OPENED, is_container, type_of
from comity.wire import MAX_INTEGER

What = Literal["file", "link", "message", "special"]
Emit = Callable[[Inner], None]
Nest = Callable[[bytes, str, "Members"], None]


def no_time(*, modified: str | None = None) -> Times:
    """Times of which at most one is known."""
    return Times(modified=modified, accessed=None, changed=None, born=None)


@dataclass
class Members:
    """Where members of one container are listed: what leads to it, what is left, who is told.

    ``nest``: opens a container that lies within, given its bytes and type.
    """

    allowance: Allowance
    emit: Emit
    nest: Nest
    path: tuple[str, ...] = ()

    def within(self, name: str) -> Members:
        """The same, one container deeper."""
        return Members(self.allowance, self.emit, self.nest, (*self.path, label(name)))

    @contextmanager
    def entered(self, name: str, what: What, times: Times | None) -> Iterator[Member]:
        """List a member; what is read of it in between goes with it.

        Raises:
            Spent: a bound was met.
        """
        self.allowance.entry()
        member = Member(self, name, what, times)
        try:
            yield member
        except Spent as spent:
            member.fail(spent.reason)
            member.close()
            raise
        except MemoryError as error:
            member.fail("memory")
            member.close()
            raise Spent("memory") from error
        member.close()


@dataclass
class Member:
    """One member."""

    members: Members
    name: str
    what: What
    times: Times | None
    size: int | None = None
    sha256: str | None = None
    type: str | None = None
    hashes: tuple[StoredHash, ...] = ()
    unread: Reason | None = None
    _held: bytearray | None = field(default=None, repr=False)

    def fail(self, reason: Reason) -> None:
        """It was not read whole."""
        self.unread = reason
        self.sha256 = None
        self._held = None

    def read(self, source: IO[bytes], *, counted: bool = True, nested: bool = True) -> None:
        """Read it to its end. ``counted``: its bytes are not yet told to the allowance.

        ``nested``: where it is a container, what is inside is listed too; not by who lists that itself.

        Raises:
            Spent: a bound was met. Whatever the source raises.
        """
        hashing, size, head = sha256(), 0, b""
        held: bytearray | None = None
        while data := source.read(BLOCK):
            if counted:
                self.members.allowance.take(len(data))
            hashing.update(data)
            if not size:
                head = data[:HEAD]
                held = bytearray() if nested and type_of(head) in OPENED else None
            size += len(data)
            if held is not None:
                held += data
                if len(held) > HELD:
                    held = None
                    self.unread = "too_large"
        self.size, self.sha256 = size, hashing.hexdigest()
        self.type = type_of(head)
        self._held = held

    def says(self, size: int) -> bool:
        """Its container tells its size; gives whether a file can have so many bytes."""
        self.size = size if 0 <= size <= MAX_INTEGER else None
        if self.size is None:
            self.fail("damaged")
        return self.size is not None

    def close(self) -> None:
        """List it, and open it where it is a container itself."""
        inner = self.members.within(self.name)
        held, self._held = self._held, None
        if held is not None and len(inner.path) > DEPTH:
            held, self.unread = None, "depth"
        if self.unread is None and self.type not in OPENED and is_container(self.type):
            self.unread = "no_reader"
        failed: Reason | None = None
        if held is not None and self.type is not None:
            try:
                self.members.nest(bytes(held), self.type, inner)
            except Spent as spent:
                if spent.reason in {"ratio", "entries"}:  # what is left, is left for all
                    failed = spent.reason
                self.unread = spent.reason
        self.members.emit(
            Inner(
                path=inner.path,
                what=self.what,
                size=self.size,
                sha256=self.sha256,
                times=self.times,
                type=self.type,
                hashes=self.hashes,
                unread=self.unread,
            )
        )
        if failed is not None:
            raise Spent(failed)
