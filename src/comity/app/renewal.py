"""Renewing time-stamps before they age: one token for all exhibits that are due.

Promises: a renewal covers the statement and every token that the exhibit has; nothing of an older one is
changed. Due is what is soon relied on no longer: its certificates end, or the table of algorithms says so.
Where no better algorithm is to be had, certificates that end are renewed all the same. What another State
sealed is renewed by who holds it.

Leaves to others: what a renewal is over (``evidence.renewal``), how long algorithms are relied on
(``evidence.strength``), the first stamp (``stamping``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from comity import store
from comity.app.content import read_stamp, write_stamp
from comity.app.node import Node, Person
from comity.app.reading import shown_cases
from comity.app.time_authority import Asked, some_asked
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.errors import ComityError, Conflict
from comity.evidence import (
    BATCH_MOST,
    Action,
    Token,
    ages_at,
    check_in_time,
    holds_until,
    renew_by,
    renewal_record,
    stamp_together,
    token_time,
)
from comity.store import Connection
from comity.wire import digest

AHEAD: Final = timedelta(days=365)
"""A token is due for renewal so long before the first of its certificates ends."""


_WORTH: Final = timedelta(days=1)
"""By so much a token has to outlast others, where only its certificates are better: those of several
authorities may have been made in one hour."""


@dataclass(frozen=True)
class Aging:
    """An exhibit of whose tokens the first to lapse does so at ``ages``; all of them, the first one first.

    ``ends``: when the first does by its certificates alone, whatever becomes of its algorithms.
    """

    case: str
    exhibit: str
    statement: bytes
    tokens: tuple[Token, ...]
    ages: datetime
    ends: datetime

    def lapsed(self, at: datetime) -> bool:
        """Whether a renewal at this time comes too late for every token."""
        return at > max(ages_at(token) for token in self.tokens)

    def gains(self, token: Token, before: datetime) -> bool:
        """Whether this token would be relied on for longer; or would outlast certificates that end before."""
        return renew_by(token) > self.ages or (self.ends < before and ages_at(token) > self.ends + _WORTH)


class _Made(NamedTuple):
    """A renewal that came. ``over``: the record that it is over."""

    due: Aging
    over: bytes
    token: Token


class Renewed(NamedTuple):
    """What was renewed, when, and by which authority; ``troubles``: of those that were asked before it."""

    due: tuple[Aging, ...]
    at: datetime | None
    authority: str | None
    troubles: tuple[tuple[str, ComityError], ...] = ()


def aging(node: Node, conn: Connection, before: datetime) -> tuple[Aging, ...]:
    """The exhibits of which some token lapses before an instant, or has: the first to lapse first."""
    found = []
    for case in shown_cases(node, conn):
        for row in store.exhibits_of(conn, case):
            tokens = tuple(read_stamp(data) for data in store.timestamps_of(conn, case, row.id))
            times = _times(tokens)
            ages, ends = _first(holds_until(tokens, times, renew_by)), _first(holds_until(tokens, times))
            if ages is not None and ends is not None and ages < before:
                found.append(Aging(case, row.id, row.statement, tokens, ages, ends))
    return tuple(sorted(found, key=lambda one: (one.ages, one.case, one.exhibit)))


def _first(ends: Sequence[datetime | None]) -> datetime | None:
    return min((end for end in ends if end is not None), default=None)


def _times(tokens: Sequence[Token]) -> tuple[datetime, ...]:
    return tuple(token_time(token.reply) for token in tokens)


def renew(node: Node, who: Person, *, before: datetime | None = None) -> Renewed:
    """Renew what ages before an instant (none: in ``AHEAD`` from now), by one token of one authority.

    They are asked in their order, until one answers by which something is gained. What has lapsed already is
    left as it is: a renewal that comes too late proves nothing, and every check of the exhibit would find it.

    Raises:
        Unavailable: no authority is set. The first's trouble, where none answered so: it did not answer, its
            answer does not hold, or (Conflict) its own certificates or algorithms end no later. Conflict: an
            exhibit was stamped meanwhile.
    """
    authorities = some_asked(node)
    with node.db.read() as conn:
        now = node.clock.now()
        before = before or now + AHEAD
        due = tuple(one for one in aging(node, conn, before) if not one.lapsed(now))
    due = due[:BATCH_MOST]
    if not due:
        return Renewed((), None, None)
    records = [renewal_record(one.statement, one.tokens) for one in due]
    troubles: list[tuple[str, ComityError]] = []
    for by in authorities:
        try:
            made, at = _asked(node, by, due, records, before)
        except ComityError as error:
            troubles.append((by.name, error))
            continue
        _keep(node, who, by, made, at)
        return Renewed(tuple(one.due for one in made), at, by.name, tuple(troubles))
    raise troubles[0][1]


def _asked(
    node: Node, by: Asked, due: Sequence[Aging], records: Sequence[bytes], before: datetime
) -> tuple[list[_Made], datetime]:
    """What came for each that it is not too late for, and by which something is gained."""
    tokens, at = stamp_together(by.authority, records, node.entropy, renews=True)
    # By the authority's clock, which is the one that counts. One that is too late keeps no other back.
    made = [one for one in map(_Made, due, records, tokens) if not one.due.lapsed(at)]
    if not made:
        check_in_time(due[-1].tokens, at)
    gained = [one for one in made if one.due.gains(one.token, before)]
    if not gained:
        raise Conflict("evidence_app.authority_as_old", at=write_instant(due[0].ages))
    return gained, at


def _keep(node: Node, who: Person, by: Asked, made: Sequence[_Made], at: datetime) -> None:
    def keep(conn: Connection) -> None:
        touches: dict[str, list[Touch]] = {}
        for one, over, token in made:
            position = store.put_timestamp(
                conn, one.case, one.exhibit, write_stamp(token), node.clock.now(), by.name
            )
            if position != len(one.tokens):
                raise Conflict("evidence_app.stamped_meanwhile", exhibit=one.exhibit)
            touch = Touch(one.exhibit, Action.STAMPED, "renewal", digest(over), write_instant(at))
            touches.setdefault(one.case, []).append(touch)
        for case, came in touches.items():
            record(node, conn, case, who, *came)

    node.db.writer.run(keep)
