"""What one reading of foreign bytes may cost: bytes that come out, things that are listed, containers deep.

Promises: each bound is asked before more is taken, so that a bomb (a small file that becomes a large one, a
list that never ends, an archive within itself) ends with the name of the bound that it met.

Leaves to others: processor and memory, which the process that reads is bound in (``reader``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.evidence.inside.listing import Reason

MIB: Final = 1024 * 1024
BLOCK: Final = 256 * 1024
"""Bytes that are read at once."""

FREE: Final = 64 * MIB
"""Bytes that may come out of anything, whatever it weighs."""

RATIO: Final = 200
"""How many times its own bytes may come out of a container beyond those."""

ENTRIES: Final = 200_000
"""Things that are listed inside of one file of the exhibit."""

DEPTH: Final = 3
"""Containers in containers that are opened."""

DEEP: Final = 64
"""Folders in folders of an image."""

HELD: Final = 32 * MIB
"""Bytes of a container within another: it is held in memory, since nothing is unpacked to a disk."""


class Spent(Exception):
    """A bound was met, or something is not to be read: why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass
class Allowance:
    """What is left for one file of the exhibit, which has ``size`` bytes."""

    size: int
    entries: int = ENTRIES
    out: int = 0

    def entry(self) -> None:
        """One more thing is listed.

        Raises:
            Spent: there are too many.
        """
        self.entries -= 1
        if self.entries < 0:
            raise Spent("entries")

    def take(self, size: int) -> None:
        """So many bytes came out.

        Raises:
            Spent: that is more than such a file may hold.
        """
        self.out += size
        if self.out > FREE + RATIO * self.size:
            raise Spent("ratio")
