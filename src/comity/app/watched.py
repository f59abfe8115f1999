"""A node whose vault tells how much of it was read: for whoever waits for a long deed.

Promises: the same vault, and the same bytes; of each read is told how many bytes were read in all so far, and
nothing else. A deed need not know that it is watched.

Leaves to others: showing it (the faces), and a taking in, which tells by itself (``evidence.intake``).
"""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, cast

from comity import store
from comity.age import ByteSource
from comity.app.look import find_case
from comity.app.node import Node
from comity.evidence import Progress, Stored, Told, Vault, VaultWriter

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def watched(node: Node, progress: Progress | None, total: int | None) -> Node:
    """The same node; ``progress`` is told what is read of its vault, of how many bytes in all if known."""
    return node if progress is None else replace(node, vault=_Watched(node.vault, progress, total))


def sealed_size(node: Node, case: str, *exhibits: str) -> int:
    """Bytes of exhibits of a case as they lie sealed in the vault; of what is not there, none.

    Raises:
        NotFound: no such case.
    """
    with node.db.read() as conn:
        found = store.exhibits_of(conn, find_case(node, conn, case))
    return sum(one.size or 0 for one in found if one.id in exhibits)


class _Watched:
    def __init__(self, vault: Vault, progress: Progress, total: int | None) -> None:
        self._vault = vault
        self._progress = progress
        self._total = total
        self._done = 0

    def told(self, size: int) -> None:
        self._done += size
        self._progress(self._done, self._total if self._total is None else max(self._total, self._done))

    def writer(self, *, announced: bool = False, address: str | None = None) -> VaultWriter:
        return self._vault.writer(announced=announced, address=address)

    def put(self, src: ByteSource, *, announced: bool = False) -> Stored:
        return self._vault.put(src, announced=announced)

    def has(self, address: str) -> bool:
        return self._vault.has(address)

    def open(self, address: str) -> BinaryIO:
        return cast(BinaryIO, _Read(self._vault.open(address), self.told))

    def verify(self, address: str, told: Told | None = None) -> Stored:
        def both(size: int) -> None:
            self.told(size)
            if told is not None:
                told(size)

        return self._vault.verify(address, both)

    def remove(self, address: str) -> None:
        self._vault.remove(address)

    def kept_until(self, address: str, *, hasty: bool = False) -> datetime | None:
        return self._vault.kept_until(address, hasty=hasty)

    def lock_anew(self, address: str) -> None:
        self._vault.lock_anew(address)

    def held(self, *, alone: bool = False) -> AbstractContextManager[bool]:
        return self._vault.held(alone=alone)

    def addresses(self) -> frozenset[str]:
        return self._vault.addresses()

    def sweepable(self, addresses: frozenset[str]) -> frozenset[str]:
        return self._vault.sweepable(addresses)

    def clear_incoming(self) -> int:
        return self._vault.clear_incoming()

    def close(self) -> None:
        self._vault.close()


class _Read(io.RawIOBase):
    """An object that is read, as it is."""

    def __init__(self, file: BinaryIO, told: Told) -> None:
        super().__init__()
        self._file = file
        self._told = told

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = cast(io.RawIOBase, self._file).readinto(buffer) or 0
        self._told(count)
        return count

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
