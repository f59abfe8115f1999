"""What a delivery announces of each exhibit; and the mark of material that only a competent unit opens.

Promises: as ``terms``: ids, digests, sizes and keys of the law data; never free text, never a person.
Version 1.

Leaves to others: the act that announces (``terms``), what follows from the mark (``cases.protected``,
``app``).
"""

from __future__ import annotations

from pydantic import Field

from comity.acts.names import Authority, Digest, ExhibitId, Key, Label
from comity.wire import Model


class Protected(Model):
    """What an exhibit is, as the law data names it, and the unit that it is sealed to."""

    material: Key
    unit: Authority


class Piece(Model):
    """One sealed piece on its way: digest and size in bytes of the ciphertext."""

    digest: Digest
    size: int = Field(ge=1)


class Delivery(Model):
    """One exhibit announced: the head (seal statement, index, manifests) and the payload's pieces.

    ``protected``: where only a competent unit of the receiver's State opens it: the pieces are sealed to
    that. ``beside``: then, one more piece, with the time-stamps and certificates of when it was announced.
    """

    exhibit: ExhibitId
    items: tuple[Label, ...] = Field(min_length=1, max_length=200)
    statement: Digest
    stream: Digest
    size: int = Field(ge=0)
    head: Piece
    pieces: tuple[Piece, ...] = Field(max_length=20_000)
    protected: Protected | None = None
    beside: Piece | None = None

    @property
    def sealed(self) -> tuple[Piece, ...]:
        """All that is sealed of it, in the order in which it is numbered from 0."""
        return (self.head, *self.pieces, *(() if self.beside is None else (self.beside,)))
