"""The offices of directory entries: under which number one is called back, and when it is open.

Promises: what an office tells of itself stands in its State's signed entry, so that both sides count alike; a
change is a new version of it. Hours that nobody told are not known, and it is said so; none are made up.

Leaves to others: counting (``hours``), which clock runs by them (law data), following entries (``peers``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from comity.acts import state_of
from comity.app.entry import put_entry
from comity.app.node import Node
from comity.app.recovery import refuse_entry_while_pending
from comity.calendar import Offset, RestDays, Zone, offset_at
from comity.cases import Offices
from comity.clock import read_instant, write_instant
from comity.errors import BadInput, ComityError, Conflict, NotFound
from comity.exchange import Authority, Directory, Entry, Hours
from comity.hours import OfficeHours, next_closing, next_open
from comity.law import Bundle
from comity.store import Connection
from comity.wire import Json

ANY_HOUR: Final = Hours(zone="UTC", days=(1, 2, 3, 4, 5, 6, 7), opens="00:00", closes="24:00")
"""The hours of an office that never closes."""

_UTC: Final = Zone(
    "UTC", (Offset(read_instant("0001-01-01T00:00:00Z"), 0),), read_instant("9999-12-31T00:00:00Z")
)


def set_phone(node: Node, office: str, phone: str | None) -> Entry:
    """List the number under which an office of ours is called back, in a new version of our entry.

    Raises:
        NotFound: the node has no such office. BadInput: it is no number as E.164 writes it.
    """
    return _renew(node, office, {"phone": phone}, "duties.not_a_number")


def add_office(node: Node, office: Authority) -> Entry:
    """List one more office of ours, in a new version of our entry. People for it are enrolled by two.

    Raises:
        BadInput: it is of another State, or our entry cannot hold it. Conflict: there is one of that name.
    """
    if state_of(office.id) != node.state:
        raise BadInput("app.office_of_other_state", office=office.id, state=node.state)

    def add(conn: Connection) -> Entry:
        own = node.directory(conn).own
        if own.office(office.id) is not None:
            raise Conflict("app.office_exists", office=office.id)
        offices = tuple(sorted((*own.authorities, office), key=lambda one: one.id))
        return _put_offices(node, conn, offices, "app.no_room_for_office", office.id)

    return node.db.writer.run(add)


def set_hours(node: Node, office: str, told: Hours | None) -> Entry:
    """Tell when an office of ours is open, or that it is not told, in a new version of our entry.

    Raises:
        NotFound: the node has no such office; or the law data holds no such zone, so nobody could count.
    """
    if told is not None:
        zone_named(node.bundle, node.state, told.zone)
    return _renew(node, office, {"hours": told}, "app.not_hours")


def offices_of(directory: Directory, bundle: Bundle) -> Offices:
    """The hours of every office in the directory, in zones and with days of rest of the law data."""

    def hours(office: str) -> OfficeHours:
        try:
            told = directory.authority(office).hours
        except NotFound:
            told = None
        if told is None:
            raise NotFound("cases.no_hours", office=office)
        state = state_of(office)
        return OfficeHours(
            zone=zone_named(bundle, state, told.zone),
            days=frozenset(told.days),
            opens=_minutes(told.opens),
            closes=_minutes(told.closes),
            rest=_rest(bundle, state),
        )

    return hours


def opening(directory: Directory, bundle: Bundle, office: str, now: datetime) -> Json:
    """When an office is open next: plain values. What is not known is null, and ``unknown`` says why.

    ``opens``: the present instant while it is open; ``closes``: when it closes then, null where
    it never does. ``entry``: the version of its State's entry that tells its hours; null where none does.
    """
    found: dict[str, Json] = {
        "office": office, "entry": None, "open": None, "opens": None, "opens_there": None, "closes": None,
        "certain": None, "unknown": None,
    }  # fmt: skip
    try:
        hours = offices_of(directory, bundle)(office)
        found["entry"] = directory.entry(state_of(office)).version
        opens, closes = next_open(hours, now), next_closing(hours, now)
        wall = opens + offset_at(hours.zone, opens)
        found |= {
            "open": opens == now,
            "opens": write_instant(opens),
            "opens_there": f"{wall:%Y-%m-%d %H:%M} {hours.zone.name}",
            "closes": None if closes is None else write_instant(closes),
            "certain": hours.certain(now, opens),
        }
    except (BadInput, NotFound) as error:
        found["unknown"] = _why(error)
    return found


def opening_of(node: Node, office: str) -> Json:
    """When an office is open next, ours or of a State whose node is trusted here: as ``opening``.

    Raises:
        NotFound: no entry lists it.
    """
    with node.db.read() as conn:
        directory = node.directory(conn)
        directory.authority(office)
        return opening(directory, node.bundle_on(conn), office, node.clock.now())


def zone_named(bundle: Bundle, state: str, name: str) -> Zone:
    """A zone in which an office of a State lives: one of its own before any other of that name; UTC always.

    Raises:
        NotFound: the law data does not hold it.
    """
    if name in {"UTC", "Etc/UTC"}:
        return _UTC
    try:
        return bundle.zone(state, name)
    except NotFound as error:
        zones = (calendar.zone(name) for calendar in bundle.content.calendars)
        found = next((zone for zone in zones if zone is not None), None)
        if found is None:
            raise NotFound("app.zone_not_in_law", zone=name) from error
        return found


def _renew(node: Node, office: str, change: dict[str, Any], wrong: str) -> Entry:
    """A new version of our entry, in which one of our offices tells something else."""
    return node.db.writer.run(lambda conn: renew_office(node, conn, office, change, wrong))


def renew_office(node: Node, conn: Connection, office: str, change: dict[str, Any], wrong: str) -> Entry:
    """The same, in a transaction that is open. ``wrong``: the id of the error where the change is not valid.

    Raises:
        NotFound: the node has no such office. BadInput: as ``wrong`` says.
    """
    return _put_offices(node, conn, _changed(node, conn, office, change), wrong, office)


def check_office(node: Node, conn: Connection, office: str, change: dict[str, Any], wrong: str) -> None:
    """Refuse what ``renew_office`` would refuse, and change nothing.

    Raises:
        NotFound, BadInput: as ``renew_office``.
    """
    _with_offices(node, conn, _changed(node, conn, office, change), wrong, office)


def _changed(node: Node, conn: Connection, office: str, change: dict[str, Any]) -> tuple[Authority, ...]:
    own = node.directory(conn).own
    if own.office(office) is None:
        raise NotFound("app.no_such_office", office=office)
    return tuple(a.model_copy(update=change) if a.id == office else a for a in own.authorities)


def _put_offices(
    node: Node, conn: Connection, offices: tuple[Authority, ...], wrong: str, office: str
) -> Entry:
    refuse_entry_while_pending(conn)
    entry = _with_offices(node, conn, offices, wrong, office)
    put_entry(node, conn, entry)
    return entry


def _with_offices(
    node: Node, conn: Connection, offices: tuple[Authority, ...], wrong: str, office: str
) -> Entry:
    own = node.directory(conn).own
    told = {
        "authorities": offices,
        "version": own.version + 1,
        "issued_at": max(node.now(), own.issued_at),
    }
    try:
        return Entry.model_validate(own.model_copy(update=told).model_dump())
    except ValueError as error:
        raise BadInput(wrong, office=office) from error


def _rest(bundle: Bundle, state: str) -> RestDays | None:
    try:
        return bundle.rest_days(state)
    except NotFound:
        return None


def _minutes(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


def _why(error: ComityError) -> Json:
    return {"id": error.id, "arguments": error.arguments}
