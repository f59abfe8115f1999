"""Share out work: assign a case, hand a shift's cases to the next person, take them over.

Promises: a case is given to an enrolled person of an office of this State, or to the office; all cases of a
shift are handed over, or taken over, in one transaction or not at all; each says by whom.

Leaves to others: who has a case (``cases.work``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comity import store
from comity.acts import Act
from comity.acts.work_terms import AssignTerms, HandOverTerms, TakeOverTerms
from comity.app.look import find_case
from comity.app.node import Node, Person, home_of
from comity.app.prepare import Saying, say, say_together
from comity.app.reading import hidden_from
from comity.app.seen import check_seen
from comity.cases import HandOver
from comity.errors import BadInput, NotFound, NotPermitted
from comity.store import Connection, PersonRow


@dataclass(frozen=True)
class Offered:
    """A case that waits to be taken over."""

    case: str
    offer: HandOver


def assign(
    node: Node,
    case: str,
    who: Person,
    *,
    to: str | None = None,
    office: str | None = None,
    text: str | None = None,
) -> Act:
    """Give a case to a person (``to``: an enrolled person's name), or to an office as a whole.

    Raises:
        BadInput: neither is named, or both disagree. NotFound: no such case, person or office.
        NotPermitted: the person is not active, or the signer may not assign.
    """
    _check_text(text)
    with node.db.read() as conn:
        id = find_case(node, conn, case)
        person = None if to is None else _active(conn, to)
        place = office or (None if person is None else person.authority)
        if place is None:
            raise BadInput("app.assign_to_nobody")
        if person is not None and person.authority != place:
            raise BadInput("app.person_of_other_office", name=person.name, office=place[:80])
        if node.directory(conn).own.office(place) is None:
            raise NotFound("app.no_such_office", office=place[:80])
    terms = AssignTerms(office=place, person=None if person is None else person.key_id)
    return say(node, Saying("assign", who.authority, {"terms": terms, "text": text}, case=id), who).act


def hand_over(
    node: Node,
    who: Person,
    *,
    to: str,
    text: str,
    cases: tuple[str, ...] = (),
    notes: Mapping[str, str] | None = None,
) -> tuple[Act, ...]:
    """Offer cases to the next person: those named, or all that the signer has. ``notes``: more, by case.

    Raises:
        NotFound: no such person or case, or the signer has none. NotPermitted: another person has a case,
            or it would be handed to oneself.
    """
    with node.db.read() as conn:
        person = _active(conn, to)
        chosen = tuple(dict.fromkeys(find_case(node, conn, one) for one in cases)) or cases_of(
            node, conn, who
        )
        more = {find_case(node, conn, one): words for one, words in (notes or {}).items()}
    if not chosen:
        raise NotFound("app.nothing_to_hand_over", name=who.name)
    if person.key_id == who.key.id:
        raise NotPermitted("app.handed_to_oneself", name=who.name)
    for case in more:
        if case not in chosen:
            raise BadInput("app.note_on_other_case", case=case)
    terms = HandOverTerms(office=person.authority, to=person.key_id)
    sayings = []
    for case in chosen:
        words = f"{text}\n{more[case]}" if case in more else text
        _check_text(words)
        sayings.append(Saying("hand_over", who.authority, {"terms": terms, "text": words}, case=case))
    return say_together(node, sayings, who)


def take_over(
    node: Node, who: Person, *, cases: tuple[str, ...] = (), text: str | None = None
) -> tuple[Act, ...]:
    """Take over what was handed to the signer: the cases named, or all.

    Raises:
        NotFound: nothing waits. NotPermitted: it was handed to another person.
    """
    _check_text(text)
    with node.db.read() as conn:
        named = {find_case(node, conn, one) for one in cases}
        waiting = [one for one in offered(node, conn) if not named or one.case in named]
    mine = [one for one in waiting if one.offer.to == who.key.id]
    if waiting and not mine:
        raise NotPermitted("cases.handed_to_another")
    if not mine or named - {one.case for one in mine}:
        raise NotFound("app.nothing_to_take_over", name=who.name)
    sayings = [
        Saying(
            "take_over",
            who.authority,
            {"terms": TakeOverTerms(hand_over=one.offer.act), "text": text},
            case=one.case,
        )
        for one in mine
    ]
    return say_together(node, sayings, who)


def offered(node: Node, conn: Connection) -> tuple[Offered, ...]:
    """Every case that waits to be taken over."""
    found = []
    for line in _with_home_acts(node, conn):
        offer = home_of(node, conn, line.case).work.waiting
        if offer is not None:
            found.append(Offered(line.case, offer))
    return tuple(found)


def cases_of(node: Node, conn: Connection, who: Person) -> tuple[str, ...]:
    """The cases that are assigned to a person now, and not offered to another."""
    found = []
    for line in _with_home_acts(node, conn):
        work = home_of(node, conn, line.case).work
        if work.assigned is not None and work.assigned.person == who.key.id and work.waiting is None:
            found.append(line.case)
    return tuple(found)


def _with_home_acts(node: Node, conn: Connection) -> list[store.CaseLine]:
    hidden = hidden_from(node, conn)
    lines = store.list_cases(conn, limit=-1)
    return [line for line in lines if line.home_acts and line.case not in hidden]


def _active(conn: Connection, name: str) -> PersonRow:
    person = store.person_by_name(conn, name)
    if person.status != "active":
        raise NotPermitted("app.person_not_active", name=person.name)
    return person


def _check_text(text: str | None) -> None:
    if text is not None:
        check_seen(text, "text")
