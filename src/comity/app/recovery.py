"""What a restored node knows of itself: which copy it came from, and which peers have brought its acts back.

Promises: it stands in the database from the restore on, one value a peer, and says what happened to whoever
asks. Until a peer has brought everything back, or a named person has said that the node goes on without it,
nothing new is said in a case with that peer: a number might be given twice.

Leaves to others: asking and taking back (``recover``), bringing back (``resend``), the log
(``continuation``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final, Literal

from comity import dsse, store
from comity.acts import state_of
from comity.acts.names import Digest, Instant, State
from comity.clock import read_instant, write_instant
from comity.errors import Conflict
from comity.store import Connection
from comity.wire import Json, Model, build, dump

RESTORED: Final = "restored"
"""The setting that says what copy this node came from."""

RECOVERY: Final = "recovery:"
"""Begins the name of the setting of one peer's recovery; the State's code follows."""

RETURNED: Final = "returned:"
"""Begins the name of the setting of an act that came back; its id follows."""


@dataclass(frozen=True)
class Continued:
    """How far the log reaches: ``had`` entries in the copy, ``size`` signed last, ``lost`` openings.

    ``behind``: entries that were signed and are not here; while there are any, nothing is published.
    """

    had: int
    size: int
    lost: int
    behind: int


class Restoration(Model):
    """The copy that the node was made from. ``id``: of this restore; ``since``: acts are asked for from then.

    ``had``, ``size``, ``lost``, ``behind``: as ``Continued``; null while no checkpoint was given.
    """

    id: str
    made_at: Instant
    since: Instant
    restored_at: Instant
    had: int | None = None
    size: int | None = None
    lost: int | None = None
    behind: int | None = None

    def reached(self, log: Continued) -> Restoration:
        """The same, with how far the log reaches; what was said of lost openings before still holds."""
        more: dict[str, int | None] = asdict(log)
        if self.lost is not None and log.lost == 0:
            more |= {"had": self.had, "lost": self.lost}
        return self.model_copy(update=more)


class Recovery(Model):
    """How far one peer has brought acts back.

    ``added``: trusted anew after the restore, so that no case with it is here unless it brings one.
    ``waiting``: not asked yet; ``asked``: it has the request; ``done``: it has said that this was all;
    ``gone_on``: a person (``by``: the key) went on without it. ``own``: acts of ours that came back;
    ``theirs``: of the peer's; ``incomplete``: of both, with a field erased; ``numbers``: acts of ours that
    came back when their number was given anew; ``not_taken``: what the peer
    brought and this node could not prove, by the peer's count. ``word``: the peer's signed last word.
    """

    state: State
    added: bool = False
    status: Literal["waiting", "asked", "done", "gone_on"] = "waiting"
    since: Instant
    request: Digest | None = None
    envelope: dsse.Envelope | None = None
    asked_at: Instant | None = None
    done_at: Instant | None = None
    by: Digest | None = None
    own: int = 0
    theirs: int = 0
    incomplete: int = 0
    numbers: int = 0
    not_taken: int = 0
    word: dsse.Envelope | None = None

    @property
    def pending(self) -> bool:
        """Whether it is still to be waited for."""
        nothing_known = self.added and not self.own + self.theirs
        return self.status in {"waiting", "asked"} and not nothing_known

    @property
    def open(self) -> bool:
        """Whether what the peer brings is taken in."""
        return self.request is not None and self.status in {"asked", "gone_on"} and self.word is None


def restoration(conn: Connection) -> Restoration | None:
    """The copy that this node came from; none: it was never restored."""
    found = store.get_setting(conn, RESTORED)
    return None if found is None else build(Restoration, found)


def put_restoration(conn: Connection, one: Restoration) -> None:
    """Keep it."""
    store.put_setting(conn, RESTORED, dump(one))


def recovery(conn: Connection, state: str) -> Recovery | None:
    """How far that peer is; none: there is nothing to bring back."""
    found = store.get_setting(conn, RECOVERY + state)
    return None if found is None else build(Recovery, found)


def put_recovery(conn: Connection, one: Recovery) -> None:
    """Keep it."""
    store.put_setting(conn, RECOVERY + one.state, dump(one))


def recoveries(conn: Connection) -> tuple[Recovery, ...]:
    """Of every pinned peer that has something to bring back, by State."""
    found = (recovery(conn, peer.state) for peer in store.list_peers(conn))
    return tuple(one for one in found if one is not None)


def begin(conn: Connection, one: Restoration, states: Iterable[str], *, added: bool = False) -> None:
    """Have these peers asked for everything since the copy; a job a peer does it."""
    for state in states:
        put_recovery(conn, Recovery(state=state, since=one.since, added=added))
        store.put_job(conn, "recover", job_subject(one, state), read_instant(one.restored_at))


def job_subject(one: Restoration, state: str) -> Json:
    """What the ``recover`` job of a peer is about."""
    return {"restore": one.id, "state": state}


def is_pending(conn: Connection, state: str) -> bool:
    """Whether that State's node has still to bring back what was said before."""
    found = recovery(conn, state)
    return found is not None and found.pending


def refuse_while_pending(conn: Connection, authority: str) -> None:
    """Refuse to say anything new to a State whose node has not brought back yet what was said before.

    Raises:
        Conflict: it has not, and nobody has said that the node goes on without it.
    """
    state = state_of(authority)
    if is_pending(conn, state):
        raise Conflict("recover.not_yet", state=state)


def refuse_named_case(conn: Connection, authority: str, case: str) -> None:
    """Refuse to open a case by a reference that somebody names: lost with the database, it looks like new.

    Raises:
        Conflict: as ``refuse_while_pending``; of a case not known here also for a peer that was trusted anew.
    """
    refuse_while_pending(conn, authority)
    found = recovery(conn, state_of(authority))
    answered = found is None or found.word is not None or found.status == "gone_on"
    if not answered and not store.cases_beginning(conn, case):
        raise Conflict("recover.not_yet", state=state_of(authority))


def refuse_prepared(conn: Connection, authority: str, prepared_at: datetime) -> None:
    """Refuse to say what was prepared before the restore: it may have been said since, or given up.

    Raises:
        Conflict: as ``refuse_while_pending``.
    """
    told = restoration(conn)
    if told is not None and write_instant(prepared_at) <= told.restored_at:
        refuse_while_pending(conn, authority)


def refuse_entry_while_pending(conn: Connection) -> None:
    """Refuse to issue a directory entry whose version peers may know with another content.

    Raises:
        Conflict: a peer has not brought back yet what it knows.
    """
    for one in recoveries(conn):
        if one.pending:
            raise Conflict("recover.entry_not_yet", state=one.state)


def returned_among(conn: Connection, acts: Sequence[str]) -> dict[str, Json]:
    """As ``returned_from``, of several acts; those that never went are not in it."""
    found = store.get_settings(conn, [RETURNED + act for act in acts])
    return {name.removeprefix(RETURNED): value for name, value in found.items()}


def returned_from(conn: Connection, act: str) -> Json:
    """When an act came back, and from which State; none: it never went."""
    return store.get_setting(conn, RETURNED + act)
