"""Orders at home: who asked for a case, who is to carry it out, what came back, and objections.

Promises: who is ordered needs no key; contacts stand by function.

Leaves to others: the deeds (``app.orders``), the contacts (``contact``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.acts.home_terms import Returned, Ruled
from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, tell
from comity.cli.session import Session, read_file

order_command = group("order")


@command("originate")
@argument("case", metavar="[CASE]", required=False)
@as_person
@option("--by", "contact", required=True, metavar="ID")
@option("--reference", required=True, metavar="TEXT")
@option("--at", metavar="INSTANT")
@option("--text", metavar="TEXT")
@option("--scan", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def originate_command(
    session: Session,
    /,
    *,
    case: str | None,
    who: str,
    contact: str,
    reference: str,
    at: str | None,
    text: str | None,
    scan: Path | None,
) -> None:
    """``comity originate``."""
    from comity.app.look import find_case
    from comity.app.orders import originate
    from comity.app.send import CASE_BYTES

    with session.node() as node:
        if case is None:
            found = node.entropy(CASE_BYTES).hex()
        else:
            with node.db.read() as conn:
                found = find_case(node, conn, case)
        said = originate(
            node,
            found,
            node.person(who),
            contact=contact,
            reference=reference,
            at=at_or_now(node, at),
            text=text,
            paper=scan,
        )
        tell(session, node, said)


@command("order give", order_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--contact", required=True, metavar="ID")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--reference", required=True, metavar="TEXT")
@option("--document", required=True, type=click.Path(path_type=Path), metavar="FILE")
@option("--law", "basis", required=True, metavar="TEXT")
@option("--basis", "bases", multiple=True, metavar="KEY")
@option("--in-language", "language", required=True, metavar="TAG")
@option("--answer-by", metavar="INSTANT")
@option("--text", metavar="TEXT")
@click.pass_obj
def order_give(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    contact: str,
    items: tuple[str, ...],
    reference: str,
    document: Path,
    basis: str,
    bases: tuple[str, ...],
    language: str,
    answer_by: str | None,
    text: str | None,
) -> None:
    """``comity order give``."""
    from comity.app.orders import Order, order
    from comity.wire import digest

    served = digest(read_file(document))
    with session.node() as node:
        what = Order(
            contact=contact,
            items=items_or_all(node, request, items),
            reference=reference,
            document=served,
            basis=basis,
            bases=bases,
            language=language,
            answer_by=None if answer_by is None else instant(answer_by),
            text=text,
        )
        tell(session, node, order(node, request, node.person(who), what))


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
@click.pass_obj
def order_rule(
    session: Session, /, *, objection: str, who: str, ruled: str, act: str | None, text: str
) -> None:
    """``comity order rule``."""
    from comity.app.orders import rule

    with session.node() as node:
        said = rule(node, objection, node.person(who), ruled=Ruled(ruled), text=text, act=act)
        tell(session, node, said)
