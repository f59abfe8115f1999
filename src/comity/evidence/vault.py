"""The vault: sealed objects under the digest of their ciphertext.

An address is the node's own affair: BLAKE3's digest, at a fifth of what SHA-256 costs (ADR 26). What an act
announces by its SHA-256, a piece of a delivery, lies under that; so does what versions before sealed.
Both resist collisions, so an object is sound that has either.

Promises: an object is under its address only once it is whole and durable (written, synced, linked,
folder synced); it is never changed there; the same object may be put again. What a crash leaves
behind lies in ``incoming/`` and is no object. Ciphertext is hashed while it is written, once.

Leaves to others: what is inside, who may open it, and when it may be removed; the vault on S3 (``s3vault``),
which keeps the same promises and offers the same ``Vault``.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, Self, cast

from blake3 import blake3

from comity.age import ByteSource, fill
from comity.clock import SystemClock
from comity.durable import make_folder, sync_folder
from comity.errors import BadInput, NotFound, ProofFailed, Unavailable
from comity.evidence.blockfile import BlockFile

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import ReadableBuffer

ADDRESS: Final = re.compile(r"[0-9a-f]{64}")
BLOCK: Final = 256 * 1024
"""Bytes of the buffer that is used again and again; larger ones hash slower, being cold."""


NOTE: Final = ".note"
"""How a name ends, beside that of an object that is not whole: it is kept, says this (``unfinished``)."""

KEPT: Final = 14 * 24 * 3600
"""Seconds for which what was interrupted is kept for whoever goes on with it."""

LOCK: Final = ".lock"
"""In the vault's folder: held (flock(2)) while an object is written that nothing names yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the vault: its address (a digest of the ciphertext, hexadecimal) and its bytes."""

    digest: str
    size: int


Told = Callable[[int], object]


class VaultWriter(Protocol):
    """Takes an object whose address is known at its end. Left without ``commit``, it leaves nothing."""

    def write(self, data: ReadableBuffer, /) -> int: ...

    def commit(self) -> Stored:
        """Make it durable and give its address.

        Raises:
            Unavailable: the disk did not take it.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...


class Vault(Protocol):
    """Where sealed objects are kept."""

    def writer(self, *, announced: bool = False, address: str | None = None) -> VaultWriter:
        """Start an object. ``announced``: an act names it by its SHA-256, so its address is that.

        ``address``: it has that one, from elsewhere, and ``commit`` refuses whatever has not (ProofFailed).
        """
        ...

    def put(self, src: ByteSource, *, announced: bool = False) -> Stored:
        """Store a whole stream; ``announced`` as in ``writer``."""
        ...

    def has(self, address: str) -> bool: ...

    def open(self, address: str) -> BinaryIO:
        """Open an object for reading; it can be sought in.

        Raises:
            NotFound: it is not there.
        """
        ...

    def verify(self, address: str, told: Told | None = None) -> Stored:
        """Hash an object anew. ``told``: how many more bytes were read, again and again.

        Raises:
            NotFound: it is not there. ProofFailed: it is not what its address says.
        """
        ...

    def remove(self, address: str) -> None:
        """Remove an object for good (its key in the erasable table is what hides its content).

        Raises:
            NotFound: it is not there. NotPermitted: a lock keeps it.
        """
        ...

    def kept_until(self, address: str, *, hasty: bool = False) -> datetime | None:
        """Until when a lock keeps an object from being removed; none: nothing keeps it.

        ``hasty``: for a deed that does not wait for a store that is down.

        Raises:
            NotFound: it is not there.
        """
        ...

    def lock_anew(self, address: str) -> None:
        """Lock an object that is there as if it were put there now; no lock becomes shorter.

        Raises:
            NotFound: it is not there. Unavailable: the lock is not shown.
        """
        ...

    def held(self, *, alone: bool = False) -> AbstractContextManager[bool]:
        """Hold the vault from an object's first byte until the deed that names it is committed.

        Any number hold it at once; ``alone``: only if nobody does. Gives whether it is held.
        """
        ...

    def addresses(self) -> frozenset[str]:
        """The addresses of all objects that are there."""
        ...

    def sweepable(self, addresses: frozenset[str]) -> frozenset[str]:
        """Of objects that nothing names, those that may go; for who holds the vault alone."""
        ...

    def clear_incoming(self) -> int:
        """Remove what a crash left behind; for who holds the vault alone. How many there were."""
        ...

    def close(self) -> None:
        """Let go of what is held open; it may be used again."""
        ...


class FileVault:
    """A vault in a folder: ``ab/cdef…`` for address ``abcdef…``, files read-only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._durable: set[Path] = set()
        try:
            make_folder(self._incoming)
        except OSError as error:
            raise disk(error) from error

    def writer(self, *, announced: bool = False, address: str | None = None) -> FileWriter:
        """Start an object; ``announced`` and ``address`` as in ``Vault.writer``."""
        return FileWriter(self, self._incoming, announced=announced, address=address)

    def put(self, src: ByteSource, *, announced: bool = False) -> Stored:
        """Store a whole stream; ``announced`` as in ``Vault.writer``."""
        block = memoryview(bytearray(BLOCK))
        with self.writer(announced=announced) as writer:
            while size := fill(src, block):
                writer.write(block[:size])
            return writer.commit()

    def has(self, address: str) -> bool:
        """Whether an object is there (not whether it is undamaged: ``verify``)."""
        return self.path(address).is_file()

    def open(self, address: str) -> BinaryIO:
        """Open an object for reading, unbuffered."""
        try:
            return cast(BinaryIO, FileIO(self.path(address)))
        except FileNotFoundError as error:
            raise NotFound("evidence.not_in_vault", address=address) from error

    def verify(self, address: str, told: Told | None = None) -> Stored:
        """Hash an object anew and compare with its address."""
        with self.open(address) as file:
            found, size = hashed(file, address, told)
        if found != address:
            raise ProofFailed("evidence.vault_damaged", address=address, found=found)
        return Stored(address, size)

    def remove(self, address: str) -> None:
        """Remove an object; durable when this returns."""
        path = self.path(address)
        try:
            path.unlink()
            sync_folder(path.parent)
        except FileNotFoundError as error:
            raise NotFound("evidence.not_in_vault", address=address) from error
        except OSError as error:
            raise disk(error) from error

    @property
    def incoming(self) -> Path:
        """The folder of what is not whole."""
        return self._incoming

    def path(self, address: str) -> Path:
        """Where an object is or would be.

        Raises:
            BadInput: that is no address.
        """
        if not ADDRESS.fullmatch(address):
            raise BadInput("evidence.not_an_address", address=address[:80])
        return self._root / address[:2] / address[2:]

    def kept_until(self, address: str, *, hasty: bool = False) -> datetime | None:  # noqa: ARG002 - a store's
        """Nothing keeps a file from its owner."""
        if not self.has(address):
            raise NotFound("evidence.not_in_vault", address=address)
        return None

    def lock_anew(self, address: str) -> None:
        """Nothing locks a file."""

    def held(self, *, alone: bool = False) -> AbstractContextManager[bool]:
        """As ``Vault.held``, for any process on this machine.

        Raises:
            Unavailable: the disk does not take the lock's file.
        """
        return hold(self._root, alone=alone)

    def addresses(self) -> frozenset[str]:
        """The addresses of all objects that are there."""
        found = (path.parent.name + path.name for path in self._root.glob("[0-9a-f][0-9a-f]/*"))
        return frozenset(name for name in found if ADDRESS.fullmatch(name))

    def sweepable(self, addresses: frozenset[str]) -> frozenset[str]:
        """All: whoever is at work holds the vault."""
        return addresses

    def close(self) -> None:
        """Nothing is held open."""

    def clear_incoming(self) -> int:
        """Remove what a crash left behind; to be called by who holds the vault alone. How many there were.

        Raises:
            Unavailable: the disk fails.
        """
        left = [path for path in sorted(self._incoming.iterdir()) if not self._kept(path)]
        try:
            for path in left:
                path.unlink()
        except OSError as error:
            raise disk(error) from error
        return len(left)

    def _kept(self, path: Path) -> bool:
        """Whether it is of an intake that was interrupted not long ago: what was sealed, or its note."""
        sealed = path.with_suffix("")
        note = sealed.with_name(sealed.name + NOTE)
        try:
            return note.is_file() and SystemClock().now().timestamp() - sealed.stat().st_mtime < KEPT
        except FileNotFoundError:
            return False

    def adopt(self, temporary: Path, stored: Stored) -> None:
        """Give a finished, synced temporary file its address, and sync the folders on the way."""
        path = self.path(stored.digest)
        if path.parent not in self._durable:
            # Also where it is there: whoever made it may have been killed before its name was synced.
            path.parent.mkdir(exist_ok=True, mode=0o700)
            sync_folder(self._root)
            self._durable.add(path.parent)
        try:
            os.link(temporary, path)
        except FileExistsError:
            # Sealed twice to the same bytes. What lies there may be damaged: then this one heals it.
            with FileIO(path) as file:
                intact = hashed(cast(BinaryIO, file), stored.digest)[0] == stored.digest
            if not intact:
                temporary.replace(path)
        sync_folder(path.parent)


class FileWriter:
    """An object being written to ``incoming/``."""

    def __init__(
        self, vault: FileVault, incoming: Path, *, announced: bool, address: str | None = None
    ) -> None:
        self._vault = vault
        self._path = incoming / os.urandom(16).hex()
        self.keep = False
        """Whether it stays where it is if it is left without ``commit``."""
        self._hash = address_hash(announced=announced, address=address)
        try:
            # BLAKE3 is so quick that handing the block to another thread would cost more.
            self._file = BlockFile(self._path, self._hash.update, beside=announced or address is not None)
        except OSError as error:
            raise disk(error) from error
        self._size = 0

    @property
    def path(self) -> Path:
        """Where it is being written."""
        return self._path

    @property
    def size(self) -> int:
        """Bytes that it was given so far."""
        return self._size

    def write(self, data: ReadableBuffer, /) -> int:
        """Take all of ``data``."""
        view = memoryview(data).cast("B")
        try:
            self._file.write(view)
        except OSError as error:
            raise disk(error) from error
        self._size += len(view)
        return len(view)

    def room(self, _: int, /) -> memoryview:
        """Where the next bytes go (``age.LendingSink``): the ciphertext is made where it is written from."""
        return self._file.room()

    def filled(self, size: int, /) -> None:
        """Take so many bytes of the room that was lent last."""
        try:
            self._file.filled(size)
        except OSError as error:
            raise disk(error) from error
        self._size += size

    def commit(self) -> Stored:
        """Make it durable and give its address; once, whatever comes of it."""
        try:
            self._file.finish(0o444)
            stored = Stored(self._hash.hexdigest(), self._size)
            self._vault.adopt(self._path, stored)
        except OSError as error:
            raise disk(error) from error
        self._forget()
        return stored

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        try:
            self._file.close()
        finally:
            if not self.keep:
                self._forget()

    def _forget(self) -> None:
        # Gone already, having healed a damaged object; or the disk fails: then what is told is why the object
        # was not taken, and the sweep finds the rest.
        with suppress(OSError):
            self._path.unlink()


def disk(error: OSError) -> Unavailable:
    """What the vault's disk did, as an error of ours."""
    return Unavailable("evidence.vault_disk", reason=error.strerror or "")


@contextmanager
def hold(folder: Path, *, alone: bool = False) -> Iterator[bool]:
    """Hold a vault by a lock in a folder of this machine: with others, or ``alone``. Whether it is held.

    Raises:
        Unavailable: the disk does not take the lock's file.
    """
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise disk(error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(handle)


class AddressHash(Protocol):
    """Takes bytes, and gives the address of what they are."""

    def update(self, data: ReadableBuffer, /) -> object: ...

    def hexdigest(self) -> str: ...


class KnownHash:
    """Hashes what has an address already, by either digest that it may be."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._hashes = (blake3(), sha256())

    def update(self, data: ReadableBuffer, /) -> None:
        """Take all of ``data``."""
        for one in self._hashes:
            one.update(data)

    def hexdigest(self) -> str:
        """That address.

        Raises:
            ProofFailed: the bytes are others.
        """
        found = [one.hexdigest() for one in self._hashes]
        if self._address not in found:
            raise ProofFailed("evidence.vault_damaged", address=self._address, found=found[0])
        return self._address


def address_hash(*, announced: bool, address: str | None) -> AddressHash:
    """What gives an object its address; both as ``Vault.writer`` is told."""
    if address is not None:
        return KnownHash(address)
    return sha256() if announced else blake3()


def hashed(file: BinaryIO, address: str, told: Told | None = None) -> tuple[str, int]:
    """The digest of an object, and its bytes: the one that is its address, if either is."""
    source = cast(ByteSource, file)
    block = memoryview(bytearray(BLOCK))
    found, size = "", 0
    for hashing in (blake3(), sha256()):
        file.seek(0)
        size = 0
        while count := fill(source, block):
            hashing.update(block[:count])
            size += count
            if told is not None:
                told(count)
        found = hashing.hexdigest()
        if found == address:
            break
    return found, size
