"""The vault: sealed objects under the digest of their ciphertext.

Promises: an object is under its address only once it is whole and durable (written, synced, linked,
folder synced); it is never changed there; the same object may be put again. What a crash leaves
behind lies in ``incoming/`` and is no object. Ciphertext is hashed while it is written, once.

Leaves to others: what is inside, who may open it, and when it may be removed. A store on S3 can take
the place of the files by offering ``Vault``.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, Self, cast

from comity.age import ByteSource, fill
from comity.durable import sync_folder
from comity.errors import BadInput, NotFound, ProofFailed, Unavailable
from comity.evidence.blockfile import BlockFile

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import ReadableBuffer

ADDRESS: Final = re.compile(r"[0-9a-f]{64}")
BLOCK: Final = 256 * 1024
"""Bytes of the buffer that is used again and again; larger ones hash slower, being cold."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the vault: its address (SHA-256 of the ciphertext, hexadecimal) and its bytes."""

    digest: str
    size: int


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

    def writer(self) -> VaultWriter:
        """Start an object."""
        ...

    def put(self, src: ByteSource) -> Stored:
        """Store a whole stream."""
        ...

    def has(self, address: str) -> bool: ...

    def open(self, address: str) -> BinaryIO:
        """Open an object for reading; it can be sought in.

        Raises:
            NotFound: it is not there.
        """
        ...

    def verify(self, address: str) -> Stored:
        """Hash an object anew.

        Raises:
            NotFound: it is not there. ProofFailed: it is not what its address says.
        """
        ...

    def remove(self, address: str) -> None:
        """Remove an object for good (its key in the erasable table is what hides its content).

        Raises:
            NotFound: it is not there.
        """
        ...


class FileVault:
    """A vault in a folder: ``ab/cdef…`` for address ``abcdef…``, files read-only."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def writer(self) -> FileWriter:
        """Start an object."""
        return FileWriter(self, self._incoming)

    def put(self, src: ByteSource) -> Stored:
        """Store a whole stream."""
        block = memoryview(bytearray(BLOCK))
        with self.writer() as writer:
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

    def verify(self, address: str) -> Stored:
        """Hash an object anew and compare with its address."""
        with self.open(address) as file:
            stored = _hash(cast(FileIO, file))
        if stored.digest != address:
            raise ProofFailed("evidence.vault_damaged", address=address, found=stored.digest)
        return stored

    def remove(self, address: str) -> None:
        """Remove an object; durable when this returns."""
        path = self.path(address)
        try:
            path.unlink()
        except FileNotFoundError as error:
            raise NotFound("evidence.not_in_vault", address=address) from error
        sync_folder(path.parent)

    def path(self, address: str) -> Path:
        """Where an object is or would be.

        Raises:
            BadInput: that is no address.
        """
        if not ADDRESS.fullmatch(address):
            raise BadInput("evidence.not_an_address", address=address[:80])
        return self._root / address[:2] / address[2:]

    def clear_incoming(self) -> int:
        """Remove what a crash left behind; to be called when no writer is open. How many there were."""
        left = sorted(self._incoming.iterdir())
        for path in left:
            path.unlink()
        return len(left)

    def adopt(self, temporary: Path, stored: Stored) -> None:
        """Give a finished, synced temporary file its address, and sync the folders on the way."""
        path = self.path(stored.digest)
        if not path.parent.is_dir():
            path.parent.mkdir(exist_ok=True, mode=0o700)
            sync_folder(self._root)
        try:
            os.link(temporary, path)
        except FileExistsError:
            # Sealed twice to the same bytes. What lies there may be damaged: then this one heals it.
            with FileIO(path) as file:
                intact = _hash(file).digest == stored.digest
            if not intact:
                temporary.replace(path)
        sync_folder(path.parent)


class FileWriter:
    """An object being written to ``incoming/``."""

    def __init__(self, vault: FileVault, incoming: Path) -> None:
        self._vault = vault
        self._path = incoming / os.urandom(16).hex()
        self._hash = sha256()
        self._file = BlockFile(self._path, self._hash.update)
        self._size = 0

    def write(self, data: ReadableBuffer, /) -> int:
        """Take all of ``data``."""
        view = memoryview(data).cast("B")
        try:
            self._file.write(view)
        except OSError as error:
            raise _trouble(error) from error
        self._size += len(view)
        return len(view)

    def room(self, size: int, /) -> memoryview:
        """Where the next bytes go (``age.LendingSink``): the ciphertext is made where it is written from."""
        return self._file.room(size)

    def filled(self, size: int, /) -> None:
        """Take the bytes of the room that was lent last."""
        try:
            self._file.filled(size)
        except OSError as error:
            raise _trouble(error) from error
        self._size += size

    def commit(self) -> Stored:
        """Make it durable and give its address; once, whatever comes of it."""
        try:
            self._file.finish(0o444)
            stored = Stored(self._hash.hexdigest(), self._size)
            self._vault.adopt(self._path, stored)
        except OSError as error:
            raise _trouble(error) from error
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
            self._forget()

    def _forget(self) -> None:
        with suppress(FileNotFoundError):  # committed already, or healed a damaged object
            self._path.unlink()


def _trouble(error: OSError) -> Unavailable:
    return Unavailable("evidence.vault_disk", reason=error.strerror or "")


def _hash(file: FileIO) -> Stored:
    block = memoryview(bytearray(BLOCK))
    digest = sha256()
    total = 0
    while size := fill(file, block):
        digest.update(block[:size])
        total += size
    return Stored(digest.hexdigest(), total)
