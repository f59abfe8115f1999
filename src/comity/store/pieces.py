"""Pieces of exhibits: on their way in, as they were announced, and on their way out.

Promises: a piece counts as got, or as delivered, once.

Leaves to others: what a piece holds (``evidence``), files on disk (the vault), sending (``exchange``), the
exhibits that pieces make (``evidence`` here).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from comity.clock import write_instant
from comity.errors import NotFound


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One announced piece: ``n`` as it was announced, digest and size of the ciphertext, where it lies."""

    delivery: str
    exhibit: str
    n: int
    digest: str
    size: int
    address: str | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One piece to be sent, where it lies, and the receiver's receipt once it is there."""

    delivery: str
    exhibit: str
    n: int
    digest: str
    size: int
    address: str
    receipt: bytes | None


def announce_pieces(
    conn: Connection, delivery: str, exhibit: str, pieces: Iterable[tuple[int, str, int]]
) -> None:
    """Expect the pieces that a ``deliver`` act announced: number, digest, size of the ciphertext.

    Raises:
        Conflict: the act's pieces of that exhibit were announced before.
    """
    rows = [
        {"delivery": delivery, "exhibit": exhibit, "n": n, "digest": digest, "size": size}
        for n, digest, size in pieces
    ]
    if rows:
        conn.execute(_ANNOUNCE, rows)


def piece_expected(conn: Connection, digest: str, size: int | None = None) -> PieceRow | None:
    """The announced piece of that digest (and size); none: nobody announced it, so it is not taken in.

    Of several that announced it, the one whose act came first: whoever sees a piece pass by can announce it.
    """
    row = conn.execute(_EXPECTED, {"digest": digest, "size": size}).first()
    return None if row is None else _piece(row)


def piece_got(conn: Connection, digest: str, address: str, got_at: datetime) -> bool:
    """The piece lies whole and checked at that address; ``False`` if it was got before.

    Raises:
        NotFound: nobody announced it.
    """
    if piece_expected(conn, digest) is None:
        raise NotFound("store.piece_unexpected", digest=digest)
    row = {"digest": digest, "address": address, "at": write_instant(got_at)}
    return conn.execute(_GOT, row).rowcount > 0


def pieces_of(conn: Connection, delivery: str, exhibit: str) -> tuple[PieceRow, ...]:
    """All pieces of an exhibit that the act announced, in order."""
    return tuple(_piece(row) for row in conn.execute(_PIECES, {"delivery": delivery, "exhibit": exhibit}))


def missing_pieces(conn: Connection, delivery: str, exhibit: str) -> tuple[PieceRow, ...]:
    """Those that have not come yet, in order."""
    return tuple(piece for piece in pieces_of(conn, delivery, exhibit) if piece.address is None)


def is_missing_pieces(conn: Connection, delivery: str, exhibit: str) -> bool:
    """Whether one has not come yet. Asked from the last one back: they come in order, mostly."""
    return conn.execute(_MISSING, {"delivery": delivery, "exhibit": exhibit}).first() is not None


def put_outgoing(conn: Connection, piece: Outgoing) -> None:
    """A sealed piece is ready to be sent.

    Raises:
        Conflict: the act's piece of that number is there already.
    """
    row = {
        "delivery": piece.delivery,
        "exhibit": piece.exhibit,
        "n": piece.n,
        "digest": piece.digest,
        "size": piece.size,
        "address": piece.address,
    }
    conn.execute(_PUT_OUTGOING, row)


def outgoing_undelivered(conn: Connection, delivery: str | None = None) -> tuple[Outgoing, ...]:
    """The pieces that no receipt has come for, of one ``deliver`` act or of all, in order."""
    rows = conn.execute(_UNDELIVERED, {"delivery": delivery})
    return tuple(_outgoing(row) for row in rows)


def outgoing_of(conn: Connection, delivery: str) -> tuple[Outgoing, ...]:
    """All pieces of a ``deliver`` act, in order."""
    return tuple(_outgoing(row) for row in conn.execute(_OUTGOING, {"delivery": delivery}))


def outgoing_delivered(conn: Connection, digest: str, receipt: bytes, at: datetime) -> bool:
    """The receiver has the piece, by its signed receipt; ``False`` if that was known.

    Raises:
        NotFound: no such piece was to be sent.
    """
    row = {"digest": digest, "receipt": receipt, "at": write_instant(at)}
    if conn.execute(_DELIVERED, row).rowcount > 0:
        return True
    if conn.execute(_OUTGOING_OF_DIGEST, row).first() is None:
        raise NotFound("store.piece_not_outgoing", digest=digest)
    return False


def delivered_since(conn: Connection, state: str, since: datetime) -> tuple[Outgoing, ...]:
    """The pieces that a State's node receipted from an instant on, in order."""
    wanted = {"state": state, "since": write_instant(since)}
    return tuple(_outgoing(row) for row in conn.execute(_DELIVERED_SINCE, wanted))


def _piece(row: Any) -> PieceRow:
    return PieceRow(row.delivery, row.exhibit, row.n, row.digest, row.size, row.address)


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(row.delivery, row.exhibit, row.n, row.digest, row.size, row.address, row.receipt)


_ANNOUNCE = text(
    "INSERT INTO piece (delivery, exhibit, n, digest, size) VALUES (:delivery, :exhibit, :n, :digest, :size)"
)
# One digest announced twice: the one that is still missing is meant.
_EXPECTED = text(
    "SELECT p.* FROM piece AS p LEFT JOIN act AS a ON a.id = p.delivery"
    " WHERE p.digest = :digest AND (CAST(:size AS BIGINT) IS NULL OR p.size = :size)"
    " ORDER BY p.address IS NOT NULL, a.seq NULLS FIRST, p.delivery, p.exhibit, p.n LIMIT 1"
)
_GOT = text("UPDATE piece SET address = :address, got_at = :at WHERE digest = :digest AND address IS NULL")
_PIECES = text("SELECT * FROM piece WHERE delivery = :delivery AND exhibit = :exhibit ORDER BY n")
_MISSING = text(
    "SELECT 1 FROM piece WHERE delivery = :delivery AND exhibit = :exhibit AND address IS NULL"
    " ORDER BY n DESC LIMIT 1"
)
_PUT_OUTGOING = text(
    "INSERT INTO outgoing (delivery, exhibit, n, digest, size, address)"
    " VALUES (:delivery, :exhibit, :n, :digest, :size, :address)"
)
_UNDELIVERED = text(
    "SELECT * FROM outgoing WHERE delivered_at IS NULL"
    " AND (CAST(:delivery AS TEXT) IS NULL OR delivery = :delivery) ORDER BY delivery, exhibit, n"
)
_OUTGOING = text("SELECT * FROM outgoing WHERE delivery = :delivery ORDER BY exhibit, n")
_OUTGOING_OF_DIGEST = text("SELECT 1 FROM outgoing WHERE digest = :digest")
_DELIVERED = text(
    "UPDATE outgoing SET receipt = :receipt, delivered_at = :at"
    " WHERE digest = :digest AND delivered_at IS NULL"
)
_DELIVERED_SINCE = text(
    "SELECT o.* FROM outgoing AS o JOIN act AS a ON a.id = o.delivery"
    " WHERE o.delivered_at >= :since AND upper(substr(a.to_authority, 1, 2)) = :state"
    " ORDER BY o.delivery, o.exhibit, o.n"
)
