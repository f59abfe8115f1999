"""Contacts: offices abroad without a node, and those at home who ask, execute or provide; none has a key.

Promises: they are entered by function and address, never by a person's name.

Leaves to others: the deed (``app.contacts``).
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from comity.acts.home_terms import Channel, ContactRole
from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import choice, tell
from comity.cli.session import Session, table

contact_command = group("contact")


@command("contact add", contact_command)
@argument("contact", metavar="ID")
@as_person
@option("--role", required=True, type=choice(ContactRole))
@option("--name", required=True, metavar="TEXT")
@option("--address", required=True, metavar="TEXT")
@option("--channel", "channels", multiple=True, type=choice(Channel))
@option("--function", "functions", multiple=True, metavar="KEY")
@option("--retired", is_flag=True)
@click.pass_obj
def contact_add(
    session: Session,
    /,
    *,
    contact: str,
    who: str,
    role: str,
    name: str,
    address: str,
    channels: tuple[str, ...],
    functions: tuple[str, ...],
    retired: bool,
) -> None:
    """``comity contact add``."""
    from comity.app.contacts import enter_contact

    with session.node() as node:
        act = enter_contact(
            node,
            node.person(who),
            contact,
            role=ContactRole(role),
            name=name,
            address=address,
            channels=tuple(Channel(one) for one in channels),
            functions=functions,
            active=not retired,
        )
        tell(session, node, act)


@command("contact list", contact_command)
@click.pass_obj
def contact_list(session: Session, /) -> None:
    """``comity contact list``."""
    from comity.app.contacts import contacts
    from comity.wire import dump

    with session.node() as node, node.db.read() as conn:
        found = contacts(conn)

    def words() -> Iterator[str]:
        if not found:
            yield session.text("cli.contact.none")
            return
        rows = [
            (
                one.id,
                one.role.value,
                one.name,
                ", ".join(channel.value for channel in one.channels),
                session.text("cli.contact.active" if one.active else "cli.contact.retired"),
            )
            for one in found
        ]
        yield from table(rows, session.text("cli.head.contacts").split("|"))

    session.show([dump(one) for one in found], words)
