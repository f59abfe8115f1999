"""Statistics for the oversight role: every case of this node counted, one after the other.

Promises: only who was enrolled as an auditor may ask. Drills are in no figure. What a court sealed is in
none either, whoever asks, but as one number. One case is folded at a time, so that any number of cases can
be counted. Nothing is changed.

Leaves to others: what is counted, and how (``cases.statistics``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from comity import store
from comity.app.audit import check_auditor
from comity.app.contacts import contacts
from comity.app.drill import drills_of
from comity.app.node import Node, Person, case_of, home_of
from comity.app.reading import standing_walls
from comity.app.standing import clocks_of
from comity.cases.counting import Counted, Period
from comity.cases.statistics import Statistics, statistics
from comity.clock import write_instant
from comity.errors import BadInput
from comity.law import Bundle, Table
from comity.store import Connection

BATCH: Final = 500
"""References of cases that are read at a time."""

SETTLED: Final = "settled"
"""What a request's closing requires, in the table, where its items are to be handed over."""


def statistics_of(node: Node, who: Person, first: date, last: date) -> Statistics:
    """The statistics of the days from ``first`` to ``last``, both included, in universal time.

    Raises:
        NotPermitted: this person is no auditor.
        BadInput: the last day lies before the first, or there is no day after it.
    """
    check_auditor(who)
    if not first <= last < date.max:
        raise BadInput("app.statistics_backwards", first=first.isoformat(), last=last.isoformat())
    now = node.clock.now()
    period = Period(_midnight(first), _midnight(last + timedelta(days=1)), write_instant(now))
    with node.db.read() as conn:
        sealed = {case for case, wall in standing_walls(conn).items() if wall.stands(now)}
        bundle = node.bundle_on(conn)
        return statistics(
            _counted(node, conn, bundle, sealed | drills_of(conn)),
            period,
            state=node.state,
            law=bundle.digest,
            handed_over=handed_over(bundle, node.table),
            sealed=len(sealed),
        )


def handed_over(bundle: Bundle, table: Table) -> frozenset[str]:
    """The measures whose requests end when everything is handed over, and not when it is reported done."""
    rows = [row for row in table.rows_for("close") if SETTLED in row.requires]
    return frozenset(one.key for one in bundle.content.measures if any(row.covers(one.key) for row in rows))


def _counted(node: Node, conn: Connection, bundle: Bundle, left_out: set[str]) -> Iterator[Counted]:
    roles = {one.id: one.role.value for one in contacts(conn)}
    after = ""
    while cases := store.cases_with_acts(conn, after, BATCH):  # ends: each batch lies beyond the one before
        for id in cases:
            if id in left_out:
                continue
            case = case_of(node, conn, id)
            home = home_of(node, conn, id, case)
            rests = {
                one.request: write_instant(one.over)
                for one in clocks_of(bundle, case, home)
                if one.then == "rests" and not one.stopped and one.over is not None and one.request
            }
            yield Counted(case, home, store.acts_of_case(conn, id, "all"), rests, roles)
        after = cases[-1]


def _midnight(day: date) -> str:
    return write_instant(datetime.combine(day, time(), UTC))
