"""Who carries bytes between nodes, and where a node takes them in.

Promises: a carrier brings the answer back, or says that it could not; it changes nothing.

Leaves to others: carrying by HTTP (``http``), trying again (``worker``), what the bytes are
(``outbox``, ``answers``, ``entry``).
"""

from __future__ import annotations

from typing import Final, Protocol

from comity.exchange.message import KIB

ACT_PATH: Final = "/exchange/v1/act"
"""Below a node's url: where sealed messages are posted."""

PIECE_PATH: Final = "/exchange/v1/piece"
"""Where sealed pieces of exhibits are posted."""

DIRECTORY_PATH: Final = "/exchange/v1/directory"
"""Where a node's signed entry is fetched."""

MEDIA_TYPE: Final = "application/octet-stream"
MAX_ANSWER: Final = 16 * KIB


class Courier(Protocol):
    """Whoever brings bytes to a node and its answer back."""

    def post(self, url: str, body: bytes) -> bytes:
        """Bring bytes; give the answer.

        Raises:
            Unavailable: it did not get through, or what came back is no answer.
        """
        ...

    def get(self, url: str) -> bytes:
        """Fetch a directory entry.

        Raises:
            Unavailable: as ``post``.
        """
        ...
