"""People and their keys: who may sign what for which office.

Promises: enrolment is an act in the node's own register. The first two persons of a node are enrolled by
the node itself (*founding*); everyone after them by two others, who both sign. A name stands in a field
of that act, and in the ``signatories`` of acts whose reader is to see it; the directory has keys alone.

Leaves to others: passkeys (``web``), telling peers (``peers``).
"""

from __future__ import annotations

from typing import Final

from comity import store
from comity.acts import Act, Role, Signatory
from comity.acts import Person as Named
from comity.acts.home_terms import EnrolTerms
from comity.app.entry import renew_entry
from comity.app.node import Node, Person
from comity.app.prepare import Said, Saying, say, say_as_node
from comity.app.seen import check_seen
from comity.errors import Conflict, NotFound, NotPermitted
from comity.keys import create_person_key
from comity.store import Connection
from comity.wire import b64u

FOUNDERS_DEEDS: Final = ("enrol.approver", "enrol.author")
"""What the first two may always do: without it nobody could ever be enrolled after them."""

FOUNDERS: Final = 2
"""So many persons the node enrols by itself; with fewer, nobody could ever enrol a third."""


def add_person(
    node: Node,
    name: str,
    *,
    office: str,
    deeds: tuple[str, ...],
    person: Named,
    by: tuple[Person, Person] | None = None,
) -> Said:
    """Make a key for a person, and enrol it. ``by``: the two who enrol; none for the first two.

    Raises:
        NotPermitted: two enrolled persons must sign. NotFound: the node has no such office.
        Conflict: the name is taken.
    """
    for place, text in (("name", person.name), ("function", person.function)):
        check_seen(text, place)
    with node.db.read() as conn:
        there = store.list_people(conn)
        entry = node.directory(conn).own
    if any(p.name == name for p in there):
        raise Conflict("app.person_exists", name=name)
    if office not in {a.id for a in entry.authorities}:
        raise NotFound("app.no_such_office", office=office)
    founding = len(there) < FOUNDERS
    if not founding and (by is None or by[0].key.id == by[1].key.id):
        raise NotPermitted("app.two_must_enrol")
    if founding:
        deeds = (*deeds, *FOUNDERS_DEEDS)
    key = create_person_key(node.settings.people, name, node.protection, node.entropy)
    terms = EnrolTerms(
        key=key.id,
        alg=key.alg,
        public=b64u(key.public),
        authority=office,
        deeds=tuple(sorted(set(deeds))),
        founding=founding,
    )

    def enrol(conn: Connection, act: Act) -> None:
        enrolled = store.PersonRow(
            key_id=key.id,
            name=name,
            alg=key.alg,
            public=key.public,
            authority=office,
            deeds=terms.deeds,
            status="active",
            since=node.clock.now(),
            enrolment=act.id,
        )
        store.put_person(conn, enrolled)
        renew_entry(node, conn)

    fields = {"terms": terms, "person": person}
    if by is None or founding:
        return Said(say_as_node(node, Saying("enrol", office, fields), also=enrol))
    first, second = by
    cosigner = ((Role.APPROVER, second.key.id),)
    saying = Saying("enrol", first.authority, fields, cosigners=cosigner)
    return say(node, saying, first, beside=(second,), also=enrol)


def signatories(node: Node, conn: Connection, case: str, keys: list[str]) -> tuple[Signatory, ...]:
    """Who stands behind the pseudonyms of these keys in a case, from the enrolments."""
    found = []
    for key in keys:
        enrolment = store.get_act(conn, store.get_person(conn, key).enrolment)
        named = enrolment.fields["person"]
        found.append(Signatory(alias=node.alias(conn, case, key), name=named.name, function=named.function))
    return tuple(found)
