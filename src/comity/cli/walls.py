"""Who may know of a case: looking into another's, linking two, and walls that a court puts around one.

Promises: what is recorded is printed with the id of its act.

Leaves to others: the deeds (``app.look``, ``app.linking``, ``app.wall``).
"""

from __future__ import annotations

import click

from comity.acts.knowing_terms import Tie
from comity.cli.command import argument, as_person, as_someone, command, option
from comity.cli.proof import case_command
from comity.cli.saying import choice, instant, tell
from comity.cli.session import Session


@command("case look", case_command)
@argument("case", metavar="CASE")
@as_someone(required=True, reason=False)
@option("--reason", required=True, metavar="TEXT")
@click.pass_obj
def case_look(session: Session, /, *, case: str, who: str, reason: str) -> None:
    """``comity case look``."""
    from comity.app.look import look_into

    with session.node() as node:
        tell(session, node, look_into(node, case, node.person(who), reason))


@command("case link", case_command)
@argument("case", metavar="CASE")
@as_person
@option("--to", "other", required=True, metavar="CASE")
@option("--tie", required=True, type=choice(Tie))
@option("--text", metavar="TEXT")
@click.pass_obj
def case_link(session: Session, /, *, case: str, who: str, other: str, tie: str, text: str | None) -> None:
    """``comity case link``."""
    from comity.app.linking import link

    with session.node() as node:
        acts = link(node, case, node.person(who), other=other, tie=Tie(tie), text=text)
        tell(session, node, acts[0])


@command("case unlink", case_command)
@argument("case", metavar="CASE")
@as_person
@option("--to", "other", required=True, metavar="CASE")
@option("--text", metavar="TEXT")
@click.pass_obj
def case_unlink(session: Session, /, *, case: str, who: str, other: str, text: str | None) -> None:
    """``comity case unlink``."""
    from comity.app.linking import unlink

    with session.node() as node:
        tell(session, node, unlink(node, case, node.person(who), other=other, text=text)[0])


@command("case wall", case_command)
@argument("case", metavar="CASE")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--court", required=True, metavar="TEXT")
@option("--number", required=True, metavar="TEXT")
@option("--enter", multiple=True, required=True, metavar="NAME")
@option("--until", metavar="INSTANT")
@option("--text", metavar="TEXT")
@click.pass_obj
def case_wall(
    session: Session,
    /,
    *,
    case: str,
    who: str,
    second: str,
    court: str,
    number: str,
    enter: tuple[str, ...],
    until: str | None,
    text: str | None,
) -> None:
    """``comity case wall``."""
    from comity.app.wall import Order, wall

    end = None if until is None else instant(until)
    with session.node() as node:
        other = node.person(second)
        order = Order(court, number, text)
        said = wall(node, case, node.person(who), second=other, order=order, enter=enter, until=end)
        tell(session, node, said)


@command("case unwall", case_command)
@argument("case", metavar="CASE")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--court", required=True, metavar="TEXT")
@option("--number", required=True, metavar="TEXT")
@option("--text", metavar="TEXT")
@click.pass_obj
def case_unwall(
    session: Session, /, *, case: str, who: str, second: str, court: str, number: str, text: str | None
) -> None:
    """``comity case unwall``."""
    from comity.app.wall import Order, unwall

    with session.node() as node:
        other = node.person(second)
        said = unwall(node, case, node.person(who), second=other, order=Order(court, number, text))
        tell(session, node, said)
