"""Words about a request that move nothing: forward, status, correspond; and information given unasked.

Promises: what the case already says is not asked for again.

Leaves to others: the deeds (``app.correspond``, ``app.inform``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.acts.terms import DataType, Progress
from comity.cli.command import argument, as_person, command, option
from comity.cli.saying import choice, instant, pairs, tell
from comity.cli.session import Session


@command("forward")
@argument("request", metavar="REQUEST")
@as_person
@option("--to", "authority", required=True, metavar="OFFICE")
@option("--text", metavar="TEXT")
@click.pass_obj
def forward_command(session: Session, /, *, request: str, who: str, authority: str, text: str | None) -> None:
    """``comity forward``."""
    from comity.app.correspond import forward

    with session.node() as node:
        tell(session, node, forward(node, request, node.person(who), authority=authority, text=text))


@command("status")
@argument("request", metavar="ACT")
@as_person
@option("--reached", type=choice(Progress))
@option("--by", metavar="INSTANT")
@option("--text", metavar="TEXT")
@click.pass_obj
def status_command(
    session: Session, /, *, request: str, who: str, reached: str | None, by: str | None, text: str | None
) -> None:
    """``comity status``."""
    from comity.app.correspond import ask_status, tell_status

    until = None if by is None else instant(by)
    with session.node() as node:
        person = node.person(who)
        if reached is None:
            said = ask_status(node, request, person, text=text, by=until)
        else:
            said = tell_status(node, request, person, progress=Progress(reached), text=text, by=until)
        tell(session, node, said)


@command("correspond")
@argument("request", metavar="REQUEST")
@as_person
@option("--answers", metavar="ACT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def correspond_command(
    session: Session, /, *, request: str, who: str, answers: str | None, text: str
) -> None:
    """``comity correspond``."""
    from comity.app.correspond import correspond

    with session.node() as node:
        tell(session, node, correspond(node, request, node.person(who), text=text, answers=answers))


@command("inform")
@as_person
@option("--to", required=True, metavar="OFFICE")
@option("--approver", required=True, metavar="NAME")
@option("--subject", required=True, metavar="TEXT")
@option("--use", required=True, metavar="TEXT")
@option("--item", "items", multiple=True, required=True, metavar="ITEM=TEXT")
@option("--sort", type=choice(DataType), default=DataType.INFORMATION.value, show_default=True)
@option("--basis", "bases", multiple=True, required=True, metavar="KEY")
@option("--condition", "conditions", multiple=True, metavar="NAME=TEXT")
@option("--conditions", "conditions_file", type=click.Path(path_type=Path), metavar="FILE")
@option("--case", metavar="CASE")
@click.pass_obj
def inform_command(
    session: Session,
    /,
    *,
    who: str,
    to: str,
    approver: str,
    subject: str,
    use: str,
    items: tuple[str, ...],
    sort: str,
    bases: tuple[str, ...],
    conditions: tuple[str, ...],
    conditions_file: Path | None,
    case: str | None,
) -> None:
    """``comity inform``."""
    from comity.acts import Selector
    from comity.acts.terms import Basis, Item
    from comity.app.inform import offer
    from comity.app.look import find_case
    from comity.cli.conditions import read_conditions
    from comity.wire import build

    offered = tuple(
        (
            build(Item, {"id": id, "data": sort}),
            build(
                Selector,
                {"item": id, "description": text, "account": None, "since": None, "until": None},
            ),
        )
        for id, text in pairs(items, "ITEM=TEXT")
    )
    limits = read_conditions(conditions, conditions_file)
    with session.node() as node:
        if case is not None:
            with node.db.read() as conn:
                case = find_case(node, conn, case)
        rests_on = tuple(
            Basis(instrument=node.bundle.provision(key).instrument, provision=key) for key in bases
        )
        said = offer(
            node,
            node.person(who),
            to=to,
            items=offered,
            bases=rests_on,
            conditions=limits,
            subject=subject,
            use=use,
            approver=approver,
            case=case,
        )
        tell(session, node, said)
