"""Those who have no key, by function: offices abroad without a node; at home, who asks, executes, provides.

Promises: an entry is a signed act in the node's own register, and the latest one of a contact counts; the
list is made of those acts in the transaction that stores them. A contact is an office or a firm, never a key.

Leaves to others: what comes from them and goes to them (``register``, ``orders``).
"""

from __future__ import annotations

from typing import Final

from comity import store
from comity.acts import Act, state_of
from comity.acts.home_terms import Channel, ContactRole, ContactTerms
from comity.acts.names import Authority, Digest, Line, Text
from comity.app.node import Node, Person
from comity.app.prepare import Saying, say
from comity.app.seen import check_seen
from comity.errors import BadInput, Conflict, NotFound
from comity.store import Connection
from comity.wire import Json, Model, build, dump

SETTING: Final = "contacts"


class Contact(Model):
    """One contact as its latest entry has it. ``act``: that entry."""

    id: Authority
    role: ContactRole
    name: Line
    address: Text
    channels: tuple[Channel, ...]
    functions: tuple[str, ...]
    active: bool
    act: Digest


def enter_contact(
    node: Node,
    who: Person,
    id: str,
    *,
    role: ContactRole,
    name: str,
    address: str,
    channels: tuple[Channel, ...],
    functions: tuple[str, ...] = (),
    active: bool = True,
) -> Act:
    """Enter a contact in the register, or change it. ``active``: whether anything may go there from now on.

    Raises:
        NotFound: the law data holds no such State. BadInput: an office abroad under our own State's code, or
            another one under a foreign code; a function that the law data does not know; no way to it.
        Conflict: that office belongs to a node that is trusted here: it needs no paper.
        NotPermitted: this person may not enter contacts.
    """
    for place, text in (("name", name), ("address", address)):
        check_seen(text, place)
    abroad = role is ContactRole.AUTHORITY
    if abroad == (state_of(id) == node.state):
        raise BadInput("register.contact_of_other_side", contact=id, role=role.value, state=node.state)
    if abroad:
        node.bundle.nation(state_of(id))
    for function in functions:
        if not node.bundle.has_function(function):
            known = ", ".join(f.key for f in node.bundle.content.functions)
            raise BadInput("app.unknown_function", function=function[:60], known=known)
    if not channels:
        raise BadInput("register.contact_unreachable", contact=id)
    with node.db.read() as conn:
        if listed(node, conn, id):
            raise Conflict("register.contact_has_node", contact=id)
    terms = ContactTerms(
        contact=id,
        role=role,
        channels=tuple(sorted(set(channels))),
        functions=tuple(sorted(set(functions))),
        active=active,
    )

    def keep(conn: Connection, act: Act) -> None:
        one = Contact(
            id=id,
            role=role,
            name=name,
            address=address,
            channels=terms.channels,
            functions=terms.functions,
            active=active,
            act=act.id,
        )
        store.put_setting(conn, SETTING, {**_held(conn), id: dump(one)})

    fields = {"terms": terms, "name": name, "address": address}
    return say(node, Saying("contact", who.authority, fields), who, also=keep).act


def contacts(conn: Connection) -> tuple[Contact, ...]:
    """Every contact, by id; those that are not active any more too."""
    return tuple(build(Contact, one) for _, one in sorted(_held(conn).items()))


def find_contact(conn: Connection, id: str, *roles: ContactRole) -> Contact:
    """An active contact in one of these roles; of none named, in any.

    Raises:
        NotFound: there is none of that id. BadInput: it has another role, or is not active any more.
    """
    held = _held(conn).get(id)
    if held is None:
        raise NotFound("register.no_such_contact", contact=id[:60])
    found = build(Contact, held)
    if roles and found.role not in roles:
        raise BadInput("register.contact_in_other_role", contact=id, role=found.role.value)
    if not found.active:
        raise BadInput("register.contact_not_active", contact=id)
    return found


def listed(node: Node, conn: Connection, office: str) -> bool:
    """Whether a node that is trusted here lists this office: what is said to it goes by wire."""
    directory = node.directory(conn)
    entry = directory.own if state_of(office) == node.state else directory.peers.get(state_of(office))
    return entry is not None and entry.office(office) is not None


def receiver(node: Node, conn: Connection, office: str) -> str:
    """The name of an office abroad that something can reach: by a trusted node, or on paper.

    Raises:
        NotFound: neither. BadInput: a contact that is no office, or not active any more.
    """
    if listed(node, conn, office):
        return node.directory(conn).authority(office).name
    if office in _held(conn):
        return find_contact(conn, office, ContactRole.AUTHORITY).name
    return node.directory(conn).authority(office).name


def name_of(conn: Connection, office: str) -> str | None:
    """How a contact is called, active or not; none where there is none of that id."""
    held = _held(conn).get(office)
    return None if held is None else build(Contact, held).name


def _held(conn: Connection) -> dict[str, Json]:
    held = store.get_setting(conn, SETTING)
    return held if isinstance(held, dict) else {}
