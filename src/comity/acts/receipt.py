"""Receipts: signed statements of a node that something authentic has come in. No acts.

Promises: a receipt names the act (or the piece), when it came, whether it was folded or waits for a
predecessor, and by when it will stand in the receiver's public log. It starts no legal clock.

Leaves to others: issuing and keeping them (``exchange``, ``store``).
"""

from __future__ import annotations

from typing import Final, Literal

from comity.acts.names import CaseId, Digest, Instant, State
from comity.wire import Model, Version1

RECEIPT_TYPE: Final = "application/vnd.comity.receipt.v1+json"
PIECE_RECEIPT_TYPE: Final = "application/vnd.comity.piece-receipt.v1+json"


class LogPromise(Model):
    """Where, and by when at the latest, the commitment to this receipt's act is published."""

    origin: str
    by: Instant


class Receipt(Model):
    """``outcome``: folded into the case, parked until a predecessor comes, or not in order."""

    v: Version1
    act: Digest
    case: CaseId
    state: State
    at: Instant
    outcome: Literal["folded", "parked", "not_in_order"]
    log: LogPromise


class PieceReceipt(Model):
    """A piece of an announced exhibit has come in whole."""

    v: Version1
    piece: Digest
    state: State
    at: Instant
