"""A vault on its way from one place to another: both are read, and only the new one is written to.

Promises: what lies in either is there, whole, at every moment of the move; of an object in both, the one in
the new place is read. What is to be removed goes from both.

Leaves to others: carrying the objects over (``app.move``), which places these are (``keeping``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import BinaryIO, TypeVar, cast

from comity.age import ByteSource, fill
from comity.errors import NotFound, NotPermitted, ProofFailed
from comity.evidence.vault import BLOCK, Stored, Told, Vault, VaultWriter

T = TypeVar("T")


class MovingVault:
    """``new``: where everything goes from now on; ``old``: where it lay."""

    def __init__(self, new: Vault, old: Vault) -> None:
        self.new = new
        self.old = old

    def writer(self, *, announced: bool = False, address: str | None = None) -> VaultWriter:
        """Start an object in the new place."""
        return self.new.writer(announced=announced, address=address)

    def put(self, src: ByteSource, *, announced: bool = False) -> Stored:
        """Store a whole stream in the new place."""
        return self.new.put(src, announced=announced)

    def has(self, address: str) -> bool:
        """Whether an object is in either place."""
        return any(place.has(address) for place in (self.new, self.old, self.new))

    def open(self, address: str) -> BinaryIO:
        """Open an object where it is."""
        return self._first(lambda place: place.open(address))

    def verify(self, address: str, told: Told | None = None) -> Stored:
        """Hash an object anew where it is read."""
        return self._first(lambda place: place.verify(address, told))

    def remove(self, address: str) -> None:
        """Remove an object from both places.

        Raises:
            NotFound: it is in neither. NotPermitted: a lock keeps it in one; in the other it is gone.
        """
        missing: NotFound | None = None
        kept: NotPermitted | None = None
        found = False
        for place in (self.old, self.new):
            try:
                place.remove(address)
                found = True
            except NotFound as error:
                missing = error
            except NotPermitted as error:
                kept = error
        if kept is not None:
            raise kept
        if missing is not None and not found:
            raise missing

    def kept_until(self, address: str, *, hasty: bool = False) -> datetime | None:
        """Until when a lock keeps an object in one place or the other."""
        found: list[datetime | None] = []
        missing: NotFound | None = None
        for place in (self.new, self.old):
            try:
                found.append(place.kept_until(address, hasty=hasty))
            except NotFound as error:
                missing = error
        if missing is not None and not found:
            raise missing
        return max((until for until in found if until is not None), default=None)

    def lock_anew(self, address: str) -> None:
        """Lock an object in the new place, if it is there."""
        self.new.lock_anew(address)

    def held(self, *, alone: bool = False) -> AbstractContextManager[bool]:
        """Hold both: they have one lock, in the data folder."""
        return self.new.held(alone=alone)

    def addresses(self) -> frozenset[str]:
        """The addresses in either place."""
        return self.new.addresses() | self.old.addresses()

    def sweepable(self, addresses: frozenset[str]) -> frozenset[str]:
        """Those that may go from wherever they are."""
        gone: set[str] = set()
        stays: set[str] = set()
        for place in (self.new, self.old):
            there = addresses & place.addresses()
            free = place.sweepable(there)
            gone |= free
            stays |= there - free
        return frozenset(gone - stays)

    def clear_incoming(self) -> int:
        """Remove what a crash left behind in both."""
        return self.new.clear_incoming() + self.old.clear_incoming()

    def close(self) -> None:
        """Let go of both."""
        self.new.close()
        self.old.close()

    def _first(self, ask: Callable[[Vault], T]) -> T:
        # Between the two questions it may have been carried over, and left the old place.
        for place in (self.new, self.old):
            try:
                return ask(place)
            except NotFound:
                continue
        return ask(self.new)


def carry(moving: MovingVault, address: str, *, passing: bool, told: Told | None = None) -> Stored:
    """Carry an object over, if it is not there yet, and read it again where it came to.

    ``passing``: it is on its way to somebody, and goes under no lock. ``told``: how many more bytes were
    read.

    Raises:
        NotFound: it is in neither place. ProofFailed: in the old place it is damaged; or what came is, twice,
            or is under a lock. Unavailable, NotPermitted: as the places'.
    """
    if moving.new.has(address):
        try:
            stored = moving.new.verify(address, told)
        except (NotFound, ProofFailed):
            pass  # what lies there is not what was sent: sent again, it heals
        else:
            if not passing:  # it may be there since long, and its lock be over: the vault was here before
                moving.new.lock_anew(address)
            return stored
    with moving.old.open(address) as file, moving.new.writer(announced=passing, address=address) as writer:
        block = memoryview(bytearray(BLOCK))
        while size := fill(cast(ByteSource, file), block):
            writer.write(block[:size])
            if told is not None:
                told(size)
        writer.commit()
    try:
        return moving.new.verify(address, told)
    except ProofFailed:
        # What left the old place was whole: it is what is to be read. Under a lock, this one stays.
        with suppress(NotFound, NotPermitted):
            moving.new.remove(address)
        raise
