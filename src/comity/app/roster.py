"""The duty roster of an office: who is on duty when, in the office's own zone.

Promises: a roster is a signed act of the node's register; a later one replaces what was said of its time;
gaps of an office that answers at any hour are told, never filled.

Leaves to others: who is on duty at an instant (``cases.roster``), what waits (``day``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError

from comity import store
from comity.acts import Act
from comity.acts.work_terms import RosterTerms, Turn
from comity.app.node import Node, Person
from comity.app.prepare import Saying, say
from comity.cases.roster import Duty, duties
from comity.clock import read_instant, write_instant
from comity.errors import BadInput, NotFound, Unavailable
from comity.store import Connection
from comity.toml import read_toml
from comity.wire import Model

ANY_HOUR: Final = "desk_24_7"
"""The function of an office that answers at any hour."""


class FileTurn(Model):
    """One turn, as a person writes it: local time of the office, unless it says its offset."""

    person: str
    since: datetime = Field(alias="from")
    until: datetime


class File(Model):
    """A roster file."""

    office: str
    since: datetime = Field(alias="from")
    until: datetime
    turns: list[FileTurn]


@dataclass(frozen=True)
class Shown:
    """A roster as it stands. ``always``: the office is to answer at any hour, so that each gap is a fault."""

    office: str
    zone: str
    always: bool
    duties: tuple[Duty, ...]

    @property
    def gaps(self) -> tuple[Duty, ...]:
        """When nobody is on duty."""
        return tuple(one for one in self.duties if not one.persons)


def set_roster(node: Node, data: bytes, name: str, who: Person, *, text: str | None = None) -> Act:
    """Sign a roster file as the roster of its office.

    Raises:
        BadInput: not such a file; a turn outside its time or that ends before it begins; a local time that
            the zone does not have, or has twice. NotFound: no such office or person.
        NotPermitted: the signer may not.
    """
    file = _read(data, name)
    with node.db.read() as conn:
        zone = zone_of(node, conn, file.office)
        turns = []
        for turn in file.turns:
            person = store.person_by_name(conn, turn.person)
            if person.authority != file.office:
                raise BadInput("app.person_of_other_office", name=person.name, office=file.office[:80])
            turns.append(
                Turn(person=person.key_id, since=_instant(turn.since, zone), until=_instant(turn.until, zone))
            )
    since, until = _instant(file.since, zone), _instant(file.until, zone)
    for start, end in ((since, until), *((turn.since, turn.until) for turn in turns)):
        if not since <= start < end <= until:
            raise BadInput("app.roster_turn_outside", file=name, since=start, until=end)
    terms = RosterTerms(office=file.office, since=since, until=until, turns=tuple(turns))
    return say(node, Saying("roster", who.authority, {"terms": terms, "text": text}), who).act


def show_roster(node: Node, office: str, since: datetime, until: datetime) -> Shown:
    """The roster of an office between two instants.

    Raises:
        NotFound: no such office. BadInput: it ends before it begins.
    """
    if until <= since:
        raise BadInput("app.roster_backwards")
    with node.db.read() as conn:
        zone = zone_of(node, conn, office)
        held = node.directory(conn).own.office(office)
        acts = rosters(conn)
    found = duties(acts, office, write_instant(since), write_instant(until))
    return Shown(office, zone.key, held is not None and ANY_HOUR in held.functions, found)


def rosters(conn: Connection) -> tuple[Act, ...]:
    """Every roster that was signed here."""
    acts = store.acts_of_case(conn, None, "home")
    return tuple(act for act in acts if isinstance(act.terms, RosterTerms))


def zone_of(node: Node, conn: Connection, office: str) -> ZoneInfo:
    """The zone in which an office of this node lives.

    Raises:
        NotFound: no such office, or no zone is held of its State. Unavailable: this machine does not know it.
    """
    held = node.directory(conn).own.office(office)
    if held is None:
        raise NotFound("app.no_such_office", office=office[:80])
    # Where its hours are not told, the office lives at the seat of its government.
    name = node.bundle_on(conn).zone(node.state).name if held.hours is None else held.hours.zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Unavailable("app.zone_not_known", zone=name) from error


def local(instant: str, zone: str) -> str:
    """An instant as the clock on the office's wall shows it."""
    return read_instant(instant).astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def _read(data: bytes, name: str) -> File:
    try:
        return File.model_validate(read_toml(data))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "?"
        raise BadInput("app.roster_not_valid", file=name, where=where, what=first["msg"]) from error
    except ValueError as error:
        raise BadInput("draft.not_toml", file=name, what=str(error)[:200]) from error


def _instant(told: datetime, zone: ZoneInfo) -> str:
    """A time of a file as an instant; a local one has to be there, and once only."""
    if told.tzinfo is None:
        early, late = (told.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        if early.utcoffset() != late.utcoffset():
            raise BadInput("app.local_time_not_one", time=told.isoformat(), zone=zone.key)
        told = early
    return write_instant(told.astimezone(UTC))
