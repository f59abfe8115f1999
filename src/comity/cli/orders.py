"""Orders at home: who asked for a case, who is to carry it out, what came back, and objections.

Promises: who is ordered needs no key; contacts stand by function.

Leaves to others: the deeds (``app.orders``), the contacts (``contact``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.acts.home_terms import Returned, Ruled
from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, signed, tell
from comity.cli.session import Session, read_file

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.app.node import Node, Person
    from comity.app.prepare import Said

order_command = group("order")


@command("originate")
@argument("case", metavar="[CASE]", required=False)
@as_person
@option("--by", "contact", required=True, metavar="ID")
@option("--reference", required=True, metavar="TEXT")
@option("--at", metavar="INSTANT")
@option("--text", metavar="TEXT")
@option("--scan", type=click.Path(path_type=Path), metavar="FILE")
@signed()
def originate_command(
    node: Node,
    person: Person,
    /,
    *,
    case: str | None,
    contact: str,
    reference: str,
    at: str | None,
    text: str | None,
    scan: Path | None,
) -> Said | Act:
    """``comity originate``."""
    from comity.app.orders import originate

    return originate(
        node,
        case,
        person,
        contact=contact,
        reference=reference,
        at=at_or_now(node, at),
        text=text,
        paper=scan,
    )


@command("order give", order_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--contact", required=True, metavar="ID")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--reference", required=True, metavar="TEXT")
@option("--document", required=True, type=click.Path(path_type=Path), metavar="FILE")
@option("--law", "basis", required=True, metavar="TEXT")
@option("--basis", "bases", multiple=True, metavar="KEY")
@option("--in-language", "written_in", required=True, metavar="TAG")
@option("--answer-by", metavar="INSTANT")
@option("--text", metavar="TEXT")
@signed()
def order_give(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    contact: str,
    items: tuple[str, ...],
    reference: str,
    document: Path,
    basis: str,
    bases: tuple[str, ...],
    written_in: str,
    answer_by: str | None,
    text: str | None,
) -> Said | Act:
    """``comity order give``."""
    from comity.app.orders import Order, order
    from comity.wire import digest

    served = digest(read_file(document))
    until = None if answer_by is None else instant(answer_by)
    return order(
        node,
        request,
        person,
        Order(
            contact=contact,
            items=items_or_all(node, request, items),
            reference=reference,
            document=served,
            basis=basis,
            bases=bases,
            language=written_in,
            answer_by=until,
            text=text,
        ),
    )


@command("order return", order_command)
@argument("order", metavar="ORDER")
@as_person
@option("--outcome", required=True, type=choice(Returned))
@option("--scan", required=True, type=click.Path(path_type=Path), metavar="FILE")
@option("--text", required=True, metavar="TEXT")
@option("--attested-by", required=True, metavar="FUNCTION")
@option("--at", metavar="INSTANT")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--exhibit", "exhibits", multiple=True, metavar="EXHIBIT")
@click.pass_obj
def order_return(
    session: Session,
    /,
    *,
    order: str,
    who: str,
    outcome: str,
    scan: Path,
    text: str,
    attested_by: str,
    at: str | None,
    items: tuple[str, ...],
    exhibits: tuple[str, ...],
) -> None:
    """``comity order return``."""
    from comity.app.orders import answer_order

    with session.node() as node:
        said = answer_order(
            node,
            order,
            node.person(who),
            outcome=Returned(outcome),
            paper=scan,
            at=at_or_now(node, at),
            text=text,
            attested_by=attested_by,
            items=items,
            exhibits=exhibits,
        )
        tell(session, node, said)
        if said.terms.outcome is Returned.OBJECTED:
            session.say("cli.order.objected", act=said.id)


@command("order rule", order_command)
@argument("objection", metavar="OBJECTION")
@as_person
@option("--ruled", required=True, type=choice(Ruled))
@option("--by", "act", metavar="ACT")
@option("--text", required=True, metavar="TEXT")
@signed()
def order_rule(
    node: Node, person: Person, /, *, objection: str, ruled: str, act: str | None, text: str
) -> Said | Act:
    """``comity order rule``."""
    from comity.app.orders import rule

    return rule(node, objection, person, ruled=Ruled(ruled), text=text, act=act)
