"""Renewing time-stamps before they age: one token for all exhibits that are due.

Promises: a renewal covers the statement and every token that the exhibit has; nothing of an older one is
changed. Due is what is soon relied on no longer: its certificates end, or the table of algorithms says so.
What another State sealed is renewed by who holds it.

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


@dataclass(frozen=True)
class Aging:
    """An exhibit of whose tokens the first to lapse does so at ``ages``; all of them, the first one first."""

    case: str
    exhibit: str
    statement: bytes
    tokens: tuple[Token, ...]
    ages: datetime

    def lapsed(self, at: datetime) -> bool:
        """Whether a renewal at this time comes too late for every token."""
        return at > max(ages_at(token) for token in self.tokens)


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
            ends = [end for end in holds_until(tokens, _times(tokens), renew_by) if end is not None]
            if ends and min(ends) < before:
                found.append(Aging(case, row.id, row.statement, tokens, min(ends)))
    return tuple(sorted(found, key=lambda one: (one.ages, one.case, one.exhibit)))


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
        due = tuple(one for one in aging(node, conn, before or now + AHEAD) if not one.lapsed(now))
    due = due[:BATCH_MOST]
    if not due:
        return Renewed((), None, None)
    records = [renewal_record(one.statement, one.tokens) for one in due]
    troubles: list[tuple[str, ComityError]] = []
    for by in authorities:
        try:
            tokens, at = _asked(node, by, due, records)
        except ComityError as error:
            troubles.append((by.name, error))
            continue
        _keep(node, who, by, due, records, tokens, at)
        return Renewed(due, at, by.name, tuple(troubles))
    raise troubles[0][1]


def _asked(
    node: Node, by: Asked, due: Sequence[Aging], records: Sequence[bytes]
) -> tuple[tuple[Token, ...], datetime]:
    tokens, at = stamp_together(by.authority, records, node.entropy, renews=True)
    for one in due:
        check_in_time(one.tokens, at)  # by the authority's clock, which is the one that counts
    if renew_by(tokens[0]) <= due[0].ages:
        raise Conflict("evidence_app.authority_as_old", at=write_instant(due[0].ages))
    return tokens, at


def _keep(  # noqa: PLR0917 - for whom, by whom, of what, over what, what came, when
    node: Node,
    who: Person,
    by: Asked,
    due: Sequence[Aging],
    records: Sequence[bytes],
    tokens: Sequence[Token],
    at: datetime,
) -> None:
    def keep(conn: Connection) -> None:
        touches: dict[str, list[Touch]] = {}
        for one, token, over in zip(due, tokens, records, strict=True):
            position = store.put_timestamp(
                conn, one.case, one.exhibit, write_stamp(token), node.clock.now(), by.name
            )
            if position != len(one.tokens):
                raise Conflict("evidence_app.stamped_meanwhile", exhibit=one.exhibit)
            touch = Touch(one.exhibit, Action.STAMPED, "renewal", digest(over), write_instant(at))
            touches.setdefault(one.case, []).append(touch)
        for case, made in touches.items():
            record(node, conn, case, who, *made)

    node.db.writer.run(keep)
