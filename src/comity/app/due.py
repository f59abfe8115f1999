"""What is due over all cases, or in one: as plain JSON values, the most pressing first.

Promises: what has a date comes from the cases whose reminders are near, so that of a hundred thousand cases
only those are folded; nothing that is due by then is left out. Each says by whom, since when, until when (in
UTC and in the local time of both States), how late, by which rule and law, and which act set it. Of persons
and of what a case is about it says nothing.

Leaves to others: the reminders (``reminders``), the calendar file (``agenda``), words (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from comity import store
from comity.app.look import find_case
from comity.app.node import Node, Person, case_of, home_of
from comity.app.reading import check_named, may_read
from comity.app.reminders import dues_of, reminded_at
from comity.calendar import Zone, offset_at
from comity.cases import Due, DueStanding, HomeCase, Whom, assigned
from comity.clock import write_instant
from comity.errors import BadInput, Conflict
from comity.law import Bundle
from comity.store import Connection
from comity.wire import Json

_SOON = timedelta(days=1)
"""What is late is reminded of every day: so its reminder waits within one."""


def due_everywhere(
    node: Node, *, within: timedelta, mine: Person | None = None, awaited: bool = False
) -> list[Json]:
    """What is due over all cases by then, or was.

    Args:
        node: the node.
        within: how far to look ahead.
        mine: only what this person has to see to: what waits for this State, in cases that are the
            person's, or nobody's yet in the person's office.
        awaited: also what has no date, for which every case has to be read.

    Raises:
        NotPermitted: as ``check_named``. Conflict: the index is not whole, and so not all reminders wait.
    """
    check_named(node)
    with node.db.read() as conn:
        if not store.are_whole(conn):
            raise Conflict("store.lists_not_whole")
        now = node.clock.now()
        if awaited:
            cases: Iterable[str] = (line.case for line in store.list_cases(conn, limit=-1))
        else:
            cases = store.cases_to_remind(conn, now + max(within, _SOON))
        lines: list[Json] = []
        for case in cases:
            if not may_read(node, conn, case):
                continue
            lines += _lines(node, conn, case, now, within=within, mine=mine, awaited=awaited)
    return sorted(lines, key=_pressing)


def due_in(node: Node, text: str) -> list[Json]:
    """All that is due in one case, with a date or without.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn:
        return due_lines(node, conn, find_case(node, conn, text), node.clock.now())


def due_lines(node: Node, conn: Connection, case: str, now: datetime) -> list[Json]:
    """All that is due in a case, for whoever reads already."""
    bundle = node.bundle_on(conn)
    return [_line(conn, case, one, bundle) for one in dues_of(node, conn, case, now)]


def _lines(
    node: Node,
    conn: Connection,
    case: str,
    now: datetime,
    *,
    within: timedelta,
    mine: Person | None,
    awaited: bool,
) -> Iterator[Json]:
    if mine is not None:
        shared = case_of(node, conn, case)
        if not _is_of(home_of(node, conn, case, shared), mine):
            return
    bundle = node.bundle_on(conn)
    for one in dues_of(node, conn, case, now):
        dated = one.at is not None and one.at <= now + within and one.standing is not DueStanding.HELD
        if (dated or (awaited and one.at is None)) and (mine is None or one.whom is not Whom.OTHER):
            yield _line(conn, case, one, bundle)


def _is_of(home: HomeCase, person: Person) -> bool:
    """Whether a case is the person's, or nobody's yet in the person's office."""
    who = assigned(home)
    if who is None:
        return True
    return who.person == person.key.id or (who.person is None and who.office == person.authority)


def _line(conn: Connection, case: str, one: Due, bundle: Bundle) -> Json:
    clock = one.clock
    zones = bundle.zones(sorted({clock.by, clock.where, *store.get_case_line(conn, case).states}))
    reminded = reminded_at(conn, case, one)
    return {
        "case": case,
        "request": one.request,
        "clock": one.kind,
        "what": bundle.clock(one.kind).summary,
        "label": clock.label,
        "whom": one.whom.value,
        "state": one.state,
        "standing": one.standing.value,
        "since": write_instant(one.since),
        "at": None if one.at is None else write_instant(one.at),
        "local": {} if one.at is None else on_the_wall(one.at, zones),
        "late_seconds": int(one.late.total_seconds()),
        "then": clock.then,
        "act": one.act,
        "rule": {"length_from": clock.length_from, "counting": clock.counting, "bound": clock.bound},
        "law": {"bundle": clock.law, "provision": clock.provision, "mark": clock.mark, "doubt": clock.doubt},
        "extended_by": clock.extended_by,
        "asked_until": None if clock.asked_until is None else write_instant(clock.asked_until),
        "held_for": list(clock.held_for),
        "pauses": [
            {
                "why": pause.why,
                "act": pause.act,
                "since": write_instant(pause.since),
                "until": None if pause.until is None else write_instant(pause.until),
            }
            for pause in clock.pauses
        ],
        "unknown": None
        if clock.unknown is None
        else {"id": clock.unknown.id, "arguments": clock.unknown.arguments},
        "reminded_at": None if reminded is None else write_instant(reminded),
    }


def on_the_wall(at: datetime, zones: Mapping[str, Zone]) -> dict[str, str]:
    """An instant on the wall of each State, as far as its zone is known by then."""
    found = {}
    for state, zone in zones.items():
        try:
            wall = at.astimezone(UTC) + offset_at(zone, at)
        except BadInput:
            continue  # beyond what is known of the zone: UTC alone is shown, which is certain
        found[state] = f"{wall:%Y-%m-%d %H:%M} {zone.name}"
    return found


def _pressing(line: Json) -> tuple[bool, str, str, str, str]:
    return (line["at"] is None, line["at"] or "", line["since"], line["case"], line["clock"])
