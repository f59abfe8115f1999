"""Finding a case or an act by what a person typed, and going in: with a reason, where it is another's.

Promises: who may not know of a case finds nothing, and nothing tells that from a case that is not there. A
look into another's case is an act at home, signed by whoever looks, before anything of the case is shown.

Leaves to others: who may read what (``reading``, ``cases.knowing``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from comity import store
from comity.acts import Act
from comity.acts.knowing_terms import LookTerms
from comity.app.node import Node, Person
from comity.app.prepare import Saying, say_together
from comity.app.reading import entry_of, hidden_among, refuse_unread, unseen_links
from comity.app.seen import check_seen
from comity.cases import Entry
from comity.clock import write_instant
from comity.errors import BadInput, Conflict, NotFound
from comity.store import Connection

SHORTEST_PREFIX: Final = 4
TRIES: Final = 3
"""How often a look is said, where others said something in the case meanwhile."""


def find_case(node: Node, conn: Connection, text: str) -> str:
    """The case that a full reference, or the first four digits of it or more, names; and enter it.

    Raises:
        NotFound: none, or none for this reader. BadInput: several, or too short. NotPermitted: as ``enter``.
    """
    case = _case_named(node, conn, text)
    enter(node, conn, case)
    return case


def _case_named(node: Node, conn: Connection, text: str) -> str:
    found = _shown(lambda most: _cases(node, conn, _prefix(text), most))
    if not found:
        raise NotFound("app.no_such_case", text=text[:64])
    return _only(found, text)


def _cases(node: Node, conn: Connection, prefix: str, most: int) -> tuple[tuple[str, bool], ...]:
    """So many cases that begin so, each with whether it is there for this reader."""
    rows = store.cases_beginning(conn, prefix, most=most)
    hidden = hidden_among(node, conn, rows)
    return tuple((case, case not in hidden) for case in rows)


def find_act(node: Node, conn: Connection, text: str) -> Act:
    """The act that a full id, or the first four digits of it or more, names; and enter its case.

    Raises:
        NotFound: none, or none for this reader. BadInput: several, or too short. NotPermitted: as ``enter``.
    """
    found = _shown(lambda most: _acts(node, conn, _prefix(text), most))
    if not found:
        raise NotFound("app.no_such_act", text=text[:64])
    act = store.get_act(conn, _only(found, text))
    if act.header.case is not None:
        enter(node, conn, act.header.case)
    return act


def enter(node: Node, conn: Connection, case: str) -> None:
    """Let the reader into a case, and put on record why, where it is not one of that person's own.

    Raises:
        NotFound: to this reader there is no such case.
        NotPermitted: the node goes by the need to know, and the reader gave no reason, or no name.
        Others: as ``say``.
    """
    person, reason = node.reader.person, node.reader.reason
    if person is None or reason is None or entry_of(node, conn, case) is not Entry.NEEDS_REASON:
        refuse_unread(node, conn, case)
        return
    look(node, case, person, reason)


def look_into(node: Node, case: str, who: Person, reason: str) -> Act:
    """Put on record that a person looks into a case, named by its reference or the beginning of it.

    Raises:
        NotFound: none, or none for this person. BadInput: several; the reason is empty. Others: as ``say``.
    """
    with node.db.read() as conn:
        return look(node, _case_named(node, conn, case), who, reason)


def look(node: Node, case: str, who: Person, reason: str) -> Act:
    """Put on record that a person looks into a case, and why.

    Raises:
        BadInput: the reason is empty. Others: as ``say``.
    """
    (act,) = look_into_all(node, (case,), who, reason)
    return act


def look_into_all(node: Node, cases: tuple[str, ...], who: Person, reason: str) -> tuple[Act, ...]:
    """Put on record that a person looks into some cases, named in full, and why: in all of them or in none.

    Raises:
        BadInput: the reason is empty. Others: as ``say``.
    """
    check_seen(reason, "reason")
    if not reason.strip():
        raise BadInput("app.reason_empty")
    until = node.clock.now() + timedelta(hours=node.settings.look_hours)
    fields = {"terms": LookTerms(until=write_instant(until)), "reason": reason}
    sayings = [Saying("look", who.authority, fields, case=case) for case in cases]
    for _ in range(TRIES - 1):
        try:
            return say_together(node, sayings, who)
        except Conflict as error:
            if error.id != "app.overtaken":
                raise
    return say_together(node, sayings, who)


def _acts(node: Node, conn: Connection, prefix: str, most: int) -> tuple[tuple[str, bool], ...]:
    """As ``_cases``, of acts."""
    rows = {id: store.case_of_act(conn, id) for id in store.acts_beginning(conn, prefix, most=most)}
    cases = {case for case in rows.values() if case is not None}
    hidden = hidden_among(node, conn, sorted(cases))
    unseen = {act for case in cases - hidden for act in unseen_links(node, conn, case)}
    return tuple((id, case not in hidden and id not in unseen) for id, case in rows.items())


def _shown(beginning: Callable[[int], tuple[tuple[str, bool], ...]]) -> tuple[str, ...]:
    """Two at most of those that begin so and are there for the reader, however many stand between."""
    most = 2
    while True:
        rows = beginning(most)
        found = tuple(id for id, there in rows if there)
        if len(rows) < most or len(found) > 1:
            return found[:2]
        most *= 8


def _prefix(text: str) -> str:
    if len(text) < SHORTEST_PREFIX:
        raise BadInput("app.prefix_too_short", text=text[:64], shortest=SHORTEST_PREFIX)
    return text.lower()


def _only(found: tuple[str, ...], text: str) -> str:
    if len(found) > 1:
        raise BadInput("app.prefix_ambiguous", text=text[:64], count=len(found))
    return found[0]
