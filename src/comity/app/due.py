"""What is due over all cases, or in one: as plain JSON values, the most pressing first, a page at a time.

Promises: what is due over all cases is read of the index, which each act keeps right, and no case is folded
for it but one that was counted by other law data than is in force: that one is counted anew. Each says by
whom, since when, until when (in UTC and in the local time of both States), how late, by which rule and law,
which act set it, and when the office that it waits for opens next. Of persons and of what a case is about it
says nothing.

Leaves to others: the index (``index``, ``store.dues``), the calendar file (``agenda``), words (``cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Final

from comity import store
from comity.app.look import find_case
from comity.app.node import Node, Person
from comity.app.offices import opening
from comity.app.reading import hidden_among, readership
from comity.app.reminders import dues_of, reminded_at
from comity.app.timed import read_clock
from comity.calendar import Zone, offset_at
from comity.cases import Due, DueStanding, due_of
from comity.clock import write_instant
from comity.errors import BadInput, Conflict
from comity.law import Bundle
from comity.store import Connection, FoundDue, WantedDues
from comity.wire import Json

_STEP: Final = 500
"""Lines that are read at once where all are asked for."""


def due_page(
    node: Node,
    *,
    within: timedelta,
    mine: Person | None = None,
    awaited: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Json:
    """A page of what is due over all cases by then, or was (``due``), and the key of the next (``next``).

    Args:
        node: the node.
        within: how far to look ahead.
        mine: only what this person has to see to: what waits for this State, in cases that are the
            person's, or nobody's yet in the person's office.
        awaited: also what has no date, after all that has one.
        after: the key that the page before ended with.
        limit: lines of a page.

    Raises:
        NotPermitted: as ``readership``. Conflict: the index is not whole. BadInput: no such page.
    """
    with node.db.read() as conn:
        if not store.are_whole(conn):
            raise Conflict("store.lists_not_whole")
        now = node.clock.now()
        wanted = WantedDues(
            now + within,
            ours=mine is not None,
            awaited=awaited,
            readers=readership(node, conn, mine=mine),
            after=after,
            limit=limit + 1,
        )
        bundle = node.bundle_on(conn)
        shown: list[FoundDue] = []
        key = after
        following = None
        while following is None:
            found = store.find_dues(conn, wanted)
            hidden = hidden_among(node, conn, [*{one.case: None for one in found}])
            for one in found:
                if len(shown) == limit:
                    following = key
                    break
                key = one.key
                if one.case not in hidden:
                    shown.append(one)
            if len(found) < wanted.limit:
                break
            wanted = replace(wanted, after=found[-1].key)
        dues = [(one, due) for one in shown for due in _stands(node, conn, one, bundle, (wanted.until, now))]
        reminded = reminded_at(conn, [(one.case, due) for one, due in dues])
        told = _told(node, conn, bundle, now)
        lines = [
            _line(one.case, one.states, due, told, at) for (one, due), at in zip(dues, reminded, strict=True)
        ]
        return {"due": lines, "next": following}


def due_everywhere(
    node: Node, *, within: timedelta, mine: Person | None = None, awaited: bool = False
) -> list[Json]:
    """All that is due over all cases by then, or was: every page of ``due_page``.

    Raises:
        As ``due_page``.
    """
    lines: list[Json] = []
    after = None
    while True:
        page = due_page(node, within=within, mine=mine, awaited=awaited, after=after, limit=_STEP)
        lines += page["due"]
        after = page["next"]
        if after is None:
            return lines


def due_in(node: Node, text: str) -> list[Json]:
    """All that is due in one case, with a date or without.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn:
        return due_lines(node, conn, find_case(node, conn, text), node.clock.now())


def due_lines(node: Node, conn: Connection, case: str, now: datetime) -> list[Json]:
    """All that is due in a case, for whoever reads already."""
    bundle, dues = node.bundle_on(conn), dues_of(node, conn, case, now)
    states = store.get_case_line(conn, case).states
    reminded = reminded_at(conn, [(case, one) for one in dues])
    told = _told(node, conn, bundle, now)
    return [_line(case, states, one, told, at) for one, at in zip(dues, reminded, strict=True)]


@dataclass(frozen=True)
class _Told:
    """What a line is told from: the law data, and when an office opens next."""

    bundle: Bundle
    opening: Callable[[str], Json]


def _told(node: Node, conn: Connection, bundle: Bundle, now: datetime) -> _Told:
    directory = node.directory(conn)
    return _Told(bundle, cache(lambda office: opening(directory, bundle, office, now)))


def _stands(
    node: Node, conn: Connection, found: FoundDue, bundle: Bundle, when: tuple[datetime, datetime]
) -> tuple[Due, ...]:
    """How what a row says stands; none where it is not due any more by the law data that is in force now.

    ``when``: until when it is asked for, and the present instant.
    """
    until, now = when
    clock = read_clock(found.body)
    if found.law == bundle.digest:
        return due_of((clock,), node.state, now)
    name = (clock.clock, clock.act, clock.label, clock.request)
    anew = dues_of(node, conn, found.case, now)
    return tuple(
        one for one in anew if (one.kind, one.act, one.clock.label, one.request) == name and _by(one, until)
    )


def _by(one: Due, until: datetime) -> bool:
    return one.at is None or (one.at <= until and one.standing is not DueStanding.HELD)


def _line(case: str, states: tuple[str, ...], one: Due, told: _Told, reminded: datetime | None) -> Json:
    clock, bundle = one.clock, told.bundle
    zones = _zones(bundle, clock.by, clock.where, states)
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
        "office": None if clock.office is None else told.opening(clock.office),
        "rule": {
            "length_from": clock.length_from,
            "adopted": clock.adopted,
            "counting": clock.counting,
            "bound": clock.bound,
        },
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


@lru_cache(maxsize=256)
def _zones(bundle: Bundle, by: str, where: str, states: tuple[str, ...]) -> Mapping[str, Zone]:
    return bundle.zones(sorted({by, where, *states}))


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
