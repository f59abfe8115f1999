"""An exhibit that leaves: what goes with it, and cutting it into pieces that are sealed to its receiver.

Promises: each piece is durable in the vault before the next is made; nothing rests unsealed on the way.

Leaves to others: what may leave, and saying that it does (``deliver``, ``unseal``); a medium (``medium``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from comity import age, dsse, store
from comity.acts.terms import Piece
from comity.app.content import ContentKey, opened, read_stamp
from comity.app.node import Node
from comity.dsse import Envelope
from comity.evidence import Index, Stamp, pieces
from comity.evidence.index import index_text
from comity.store import Connection


@dataclass(frozen=True)
class Content:
    """An exhibit that leaves, and what opens and proves it here."""

    exhibit: store.Exhibit
    key: ContentKey
    envelope: Envelope
    index: Index
    stamps: tuple[Stamp, ...]
    part: bytes
    certificates: tuple[Envelope, ...]

    @property
    def index_size(self) -> int:
        """Bytes of the index as it travels."""
        return sum(map(len, index_text(self.index)))


def content_of(  # noqa: PLR0917 - the exhibit, and what its key has opened
    conn: Connection, exhibit: store.Exhibit, key: ContentKey, envelope: Envelope, index: Index, part: bytes
) -> Content:
    """What leaves with an exhibit: its time-stamps, and what persons certified of it."""
    stamps, certificates = proofs_of(conn, exhibit.case, exhibit.id)
    return Content(
        exhibit=exhibit,
        key=key,
        envelope=envelope,
        index=index,
        stamps=stamps,
        part=part,
        certificates=certificates,
    )


def proofs_of(conn: Connection, case: str, exhibit: str) -> tuple[tuple[Stamp, ...], tuple[Envelope, ...]]:
    """The time-stamps and the certificates of an exhibit, as they travel."""
    stamps = store.timestamps_of(conn, case, exhibit)
    certificates = store.certificates_of(conn, case, exhibit)
    return tuple(Stamp.of(read_stamp(one)) for one in stamps), tuple(dsse.read(one) for one in certificates)


def cut(node: Node, one: Content, recipients: Sequence[age.Recipient]) -> Iterator[Piece]:
    """Cut and seal an exhibit; each piece is durable in the vault before the next is made.

    Raises:
        NotFound, ProofFailed: it is not there, or not what was sealed. Unavailable: the disk did not take it.
    """
    with opened(node, one.exhibit, one.key) as payload:
        sealed = pieces(
            one.envelope,
            one.index,
            payload,
            recipients,
            stamps=one.stamps,
            part=one.part,
            certificates=one.certificates,
        )
        for piece in sealed:
            yield keep_piece(node, piece.data)


def keep_piece(node: Node, data: bytes) -> Piece:
    """A sealed piece, durable in the vault.

    Raises:
        Unavailable: the disk did not take it.
    """
    with node.vault.writer(announced=True) as writer:
        writer.write(data)
        place = writer.commit()
    return Piece(digest=place.digest, size=place.size)
