"""The hand-over of an exhibit, time-stamped: a token over the custody event, as the node signed it.

Promises: an event is believed by a trusted node key alone, and only if it is of this exhibit and says that it
was handed over; the token is judged as every other is.

Leaves to others: the other events (``custody``), the files in a package (``inspection``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate

from comity import dsse
from comity.errors import ProofFailed
from comity.evidence.bag import (
    HANDOVER,
    HANDOVER_CHAIN,
    HANDOVER_PLACE,
    HANDOVER_STAMP,
    Proof,
)
from comity.evidence.custody import Action, Event, verify_event
from comity.evidence.timestamp import Token, judge_token

HANDED_OVER: Final = frozenset({Action.SENT, Action.HANDED_OUT})


def verify_handover(
    event: bytes,
    token: Token,
    of: tuple[str, str],
    keys: Sequence[bytes],
    roots: Sequence[Certificate],
) -> tuple[Event, datetime, bool]:
    """Prove that a hand-over was signed, and existed at the time that the token names (genTime, UTC).

    ``event``: its envelope; ``of``: the case and the exhibit; ``keys``: of nodes that are trusted. The
    last says whether one of ``roots`` proved the token, or its own alone (``judge_token``).

    Raises:
        ProofFailed: a stranger's event, of another exhibit, or no hand-over; or the token does not hold.
        BadInput: it is no event, or no token.
    """
    told = verify_event(dsse.read(event), keys)
    if (told.case, told.exhibit) != of or told.action not in HANDED_OVER:
        raise ProofFailed("evidence.not_its_handover", exhibit=of[1])
    return told, *judge_token(token, event, roots)


def handover_proofs(number: int, event: bytes, token: Token) -> tuple[Proof, ...]:
    """The files that a time-stamped hand-over makes in ``proofs/``."""
    files = (
        Proof(number, HANDOVER, event),
        Proof(number, HANDOVER_STAMP, token.reply),
        Proof(number, HANDOVER_CHAIN, token.chain),
    )
    return (*files, Proof(number, HANDOVER_PLACE, token.place)) if token.place else files
