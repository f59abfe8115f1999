"""The index over all cases: what lists and searches read of a case, made of its fold.

Promises: it is refreshed in the transaction that stores an act, so no list is ever behind; made again
from nothing it is the same. What nobody may read yet is not in it, nor moves a case in a list; what was
destroyed by order has left it; of a drill it says what it says of any case. No exhibit's content is ever
read for it.

Leaves to others: the rows (``store.projection``), what a face may show, and more projectors: one module each,
named in ``PROJECTORS``; with one more, ``store.schema.INDEX_VERSION`` is another number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Final, NamedTuple

import structlog

from comity import store
from comity.app.assessment import latest
from comity.app.desk_line import MEMBER, TAG, desk_of, desk_tags
from comity.app.node import Node, case_of, home_of, other_state
from comity.app.offices import offices_of
from comity.app.paper import with_unsent
from comity.app.reminders import plan
from comity.app.sealed import sealed_answers
from comity.app.spelling import keys_of
from comity.app.standing import clocks_of, is_asked, stage
from comity.app.timed import told_clock
from comity.cases import (
    Case,
    ClockValue,
    Due,
    DueStanding,
    HomeCase,
    RequestState,
    Whom,
    assigned,
    due_of,
    members,
)
from comity.clock import read_instant, write_instant
from comity.errors import NotFound
from comity.law import Bundle
from comity.store import Connection, Record
from comity.wire import Json, Model

BATCH: Final = 50
"""Cases that are made again in one transaction, so that others can write in between."""

TEXTS: Final = frozenset(
    {
        "conditions",
        "conduct",
        "description",
        "offence",
        "papers",
        "proceeding",
        "purpose",
        "questions",
        "reasons",
        "reference",
        "replies",
        "selectors",
        "statements",
        "subject",
        "text",
        "urgency",
    }
)
"""Fields of acts whose words are found. People's names are not among them, nor findings and facts."""

_NO_WORDS: Final = frozenset({"content", "digest", "element", "fact", "id", "item", "kind"})
"""Within those fields: what is a key or an id, and no word of anybody."""

_UNLISTED: Final = frozenset({"look", "link", "unlink"})
"""Acts of which no list or search knows: neither their words, nor when they were, nor how many."""

_UNMOVED: Final = frozenset({"wall", "unwall"})

_OUTCOMES: Final[Mapping[str, store.Outcome]] = {
    "lapses": "settles",
    "silence": "settles",
    "ends": "settles",
    "rests": "rests",
}

_log = structlog.get_logger("index")


@dataclass(frozen=True)
class Seen:
    """A case, folded once for all projectors. ``bundle``: the law data that is in force."""

    node: Node
    conn: Connection
    id: str
    case: Case
    home: HomeCase
    bundle: Bundle

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The acts that may be seen, in the order of storing.

        A look into the case is none of them; nor a link, which tells of another case that may be walled.
        """
        return tuple(
            r for r in self._all if r.act.id not in self.sealed and r.act.header.kind not in _UNLISTED
        )

    @cached_property
    def sealed(self) -> frozenset[str]:
        """Acts of which nothing may be seen, not even that they are there."""
        return sealed_answers(self.case, self.home)

    @cached_property
    def last(self) -> Record:
        """The last that moved it: to put a wall around a case does not."""
        moving = (r for r in reversed(self.records) if r.act.header.kind not in _UNMOVED)
        return next(moving, self.records[-1])

    @cached_property
    def clocks(self) -> tuple[ClockValue, ...]:
        """Its clocks, those that stopped too."""
        offices = offices_of(self.node.directory(self.conn), self.bundle)
        return clocks_of(self.bundle, self.case, self.home, offices=offices)

    @property
    def seq(self) -> int:
        """The last act's, whether it may be seen or not."""
        return self._all[-1].seq

    @cached_property
    def dues(self) -> tuple[Due, ...]:
        """What is due in it; how that stands, as of now, is in no row."""
        return due_of(self.clocks, self.node.state, self.node.clock.now())

    @cached_property
    def desk(self) -> dict[str, Json]:
        """What a desk shows of it."""
        return desk_of(self.case, self.home, {r.act.id: r.act.header for r in self.records})

    @cached_property
    def _all(self) -> tuple[Record, ...]:
        return store.records_of_case(self.conn, self.id, "all")


class Projector(NamedTuple):
    """``project`` puts a case's rows in place of those it had; ``clear`` throws away all cases' rows."""

    name: str
    project: Callable[[Seen], None]
    clear: Callable[[Connection], None]


def refresh(node: Node, conn: Connection, case: str | None) -> None:
    """Make a case's rows again; call it in the transaction in which anything of the case was changed.

    ``None``: what was stored belongs to no case.
    """
    if case is None:
        return
    shared = case_of(node, conn, case)
    home = with_unsent(node, conn, case, home_of(node, conn, case, shared))
    seen = Seen(node, conn, case, shared, home, node.bundle_on(conn))
    for projector in PROJECTORS:
        projector.project(seen)


def reindex(node: Node, told: Callable[[int, int], None] | None = None) -> int:
    """Throw the index away and make it again of the acts; gives the number of cases.

    Lists are refused until it is done; acts can be stored meanwhile. Stopped halfway, it is begun again.

    Args:
        node: whose index.
        told: is told how many cases are done, and of how many, after each batch.
    """

    def clear(conn: Connection) -> int:
        for projector in PROJECTORS:
            projector.clear(conn)
        return store.reindex(conn)

    count, done, last = node.db.writer.run(clear), 0, ""
    while True:
        cases = node.db.writer.run(partial(_batch, node, last))
        if not cases:
            break
        done, last = done + len(cases), cases[-1]
        if told is not None:
            told(done, max(count, done))
    node.db.writer.run(store.lists_whole)
    _log.info("reindexed", cases=done)
    return done


def _batch(node: Node, after: str, conn: Connection) -> tuple[str, ...]:
    cases = store.cases_with_acts(conn, after, BATCH)
    for case in cases:
        refresh(node, conn, case)
    return cases


def _project_line(seen: Seen) -> None:
    """The line, tags and words of a case."""
    records = seen.records
    if not records:  # all there is, nobody may see
        store.drop_line(seen.conn, seen.id)
        return
    store.put_line(
        seen.conn,
        seen.id,
        moved_at=seen.last.arrived_at,
        seq=seen.seq,
        dues=set(_dues(seen)),
        law=seen.bundle.digest,
        body=_body(seen),
        tags={*_tags(seen), *_people(seen)},
        clocks=[*_clocks(seen)],
        texts=_texts(seen),
        keys=keys_of(_texts(seen)),
    )


def _body(seen: Seen) -> dict[str, Json]:
    records, case = seen.records, seen.case
    return {
        "with": other_state(case, seen.node.state) if len(case.states) > 1 else None,
        "first_at": write_instant(records[0].arrived_at),
        "last": seen.last.act.header.kind,
        "last_at": write_instant(seen.last.arrived_at),
        "acts": sum(1 for r in records if r.direction != "home"),
        "acts_at_home": sum(1 for r in records if r.direction == "home"),
        "open_findings": sum(len(_open_findings(seen, one)) for one in case.requests.values()),
        "requests": [
            {
                "id": one.id,
                "measure": one.measure,
                "draft": one.draft,
                "stage": stage(one),
                "direction": _direction(seen, one),
                "urgency": one.urgency,
                "asked": is_asked(one),
            }
            for one in case.requests.values()
        ],
        MEMBER: seen.desk,
    }


def _tags(seen: Seen) -> Iterator[tuple[str, str]]:
    """What a case can be found by, besides its words."""
    for state in seen.case.states:
        if state != seen.node.state:
            yield "state", state
    for record in seen.records:
        header = record.act.header
        if header.state == seen.node.state:
            yield "office", header.from_
        elif header.to is not None:
            yield "office", header.to
    for one in seen.case.requests.values():
        yield "measure", one.measure
        yield "standing", stage(one)
        yield "direction", _direction(seen, one)
        if one.urgency is not None:
            yield "urgency", one.urgency
        if is_asked(one):
            yield "standing", "asked"
        if _open_findings(seen, one):
            yield "standing", "to_assess"
    yield from ((TAG, value) for value in desk_tags(seen.desk))
    imported = seen.home.desk.imported
    if imported is not None:
        yield from (("state", imported.state), ("measure", imported.measure), ("standing", "imported"))
    elif not seen.case.requests:
        yield "standing", "waiting"
    for record in seen.records:
        offence = record.act.fields.get("offence")
        if offence is not None and offence.offence_class is not None:
            yield "offence", offence.offence_class


def _direction(seen: Seen, request: RequestState) -> str:
    return "out" if request.requesting == seen.node.state else "in"


def _open_findings(seen: Seen, request: RequestState) -> tuple[str, ...]:
    """The checks of findings that wait for a person, while the request is not decided."""
    if request.withdrawn is not None or request.closed is not None or not request.undecided:
        return ()
    if seen.home.latest_assessment(request.id) is None:
        return ()
    try:
        return latest(seen.node, seen.conn, seen.id, request.id, seen.case).unanswered
    except NotFound:  # the findings were destroyed since: it is as if it had not been assessed
        return ()


def _dues(seen: Seen) -> Iterator[tuple[datetime, store.Outcome]]:
    """When what is due in the case is over."""
    for one in seen.clocks:
        if not one.stopped and one.over is not None:
            yield one.over, _OUTCOMES.get(one.then, "stays")


def _clocks(seen: Seen) -> Iterator[store.DueRow]:
    """What is due, as ``due`` shows it; data that is held until a decision is due to nobody."""
    for one in seen.dues:
        if one.standing is not DueStanding.HELD or one.at is None:
            yield store.DueRow(one.at, one.whom is not Whom.OTHER, told_clock(one.clock))


def _people(seen: Seen) -> Iterator[tuple[str, str]]:
    """Whose business a case is, who looked into it, and whom it is assigned to: ``reading`` narrows by these.

    An act that waits for signatures is not in it: it is no act yet.
    """
    offices = store.offices_of_case(seen.conn, seen.id, seen.node.state)
    of = members(seen.case, seen.home, offices=offices, waiting=())
    yield from ((store.READER, one) for one in (*of.keys, *of.offices))
    last = {look.key: look for look in sorted(seen.home.knowing.looks, key=lambda one: one.until)}
    yield from ((store.LOOKED, store.looked_value(key, read_instant(one.until))) for key, one in last.items())
    given = assigned(seen.home)
    yield store.ASSIGNED, store.NOBODY if given is None else given.person or given.office


def _texts(seen: Seen) -> Iterator[str]:
    for record in seen.records:
        for name, value in record.act.fields.items():
            if name in TEXTS:
                yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Model):
        for name in type(value).model_fields:
            if name not in _NO_WORDS:
                yield from _strings(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _strings(one)


def _project_reminders(seen: Seen) -> None:
    """The reminders of what is due in a case; those of what is over find that out by themselves."""
    plan(seen.conn, seen.id, seen.dues, seen.node.clock.now())


def _keep(conn: Connection) -> None:
    """Reminders are not thrown away: what was reminded of stays marked, and what waits is written again."""


PROJECTORS: Final = (
    Projector("lines", _project_line, store.drop_lines),
    Projector("reminders", _project_reminders, _keep),
)
"""Whatever is made of a case for lists and searches, in order."""
