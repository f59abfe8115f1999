"""Who may give leaves their places and sign: one process at a time, by a lease with a growing token.

Promises: at most one token is good. It is asked for in the transaction that writes (``hold_sequencer``), so
that whoever was paused, lost the lease and wakes up writes nothing more, however sure it is of itself. A
holder that died is followed once its time has run out.

Leaves to others: what is done meanwhile (``app.publish``). Clocks that differ make a lease shorter or longer,
never two good tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from comity.clock import write_instant
from comity.errors import Conflict


@dataclass(frozen=True, slots=True)
class Sequencer:
    """The lease: its token, which no later holder has."""

    token: int


def take_sequencer(conn: Connection, holder: str, now: datetime, for_seconds: int) -> Sequencer:
    """Take the lease, if nobody holds it, or its time has run out. ``holder``: for people to see.

    Raises:
        Conflict: another holds it.
    """
    until = write_instant(now + timedelta(seconds=for_seconds))
    row = {"holder": holder, "now": write_instant(now), "until": until}
    token = conn.execute(_TAKE, row).scalar()
    if token is None:
        held = conn.execute(_HELD).one()
        raise Conflict("store.sequencer_held", holder=held.holder, until=held.until)
    return Sequencer(int(token))


def hold_sequencer(conn: Connection, held: Sequencer, now: datetime, for_seconds: int) -> None:
    """Hold it longer. Call it in each deed of the holder: what the deed writes is written by the holder only.

    Raises:
        Conflict: another has taken it since: nothing of this deed may hold.
    """
    until = write_instant(now + timedelta(seconds=for_seconds))
    if conn.execute(_HOLD, {"token": held.token, "until": until}).rowcount != 1:
        raise Conflict("store.sequencer_lost", token=held.token)


def release_sequencer(conn: Connection, held: Sequencer) -> bool:
    """Let it go; ``False``: another has it already."""
    return conn.execute(_RELEASE, {"token": held.token}).rowcount == 1


_TAKE = text(
    "UPDATE sequencer SET token = token + 1, holder = :holder, until = :until"
    " WHERE until IS NULL OR until <= :now RETURNING token"
)
_HELD = text("SELECT holder, until FROM sequencer")
_HOLD = text("UPDATE sequencer SET until = :until WHERE token = :token AND until IS NOT NULL")
_RELEASE = text("UPDATE sequencer SET holder = NULL, until = NULL WHERE token = :token AND until IS NOT NULL")
