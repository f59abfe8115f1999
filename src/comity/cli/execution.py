"""What is said while a request is carried out: amend, accept, effected, extend, lift, withdraw, close.

Promises: what a request already says is not asked for again (its items, today's instant).

Leaves to others: the deeds (``app.execute``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.acts.terms import CloseReason, Execution, WithdrawReason
from comity.cli.command import argument, as_person, as_someone, command, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, tell
from comity.cli.session import Session, read_file


@command("accept")
@argument("request", metavar="REQUEST")
@as_person
@option("--text", metavar="TEXT")
@click.pass_obj
def accept_command(session: Session, /, *, request: str, who: str, text: str | None) -> None:
    """``comity accept``."""
    from comity.app.execute import accept

    with session.node() as node:
        tell(session, node, accept(node, request, node.person(who), text=text))


@command("amend")
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--drop", multiple=True, metavar="ITEM")
@option("--add", "file", type=click.Path(path_type=Path), metavar="FILE")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def amend_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    approver: str,
    drop: tuple[str, ...],
    file: Path | None,
    text: str,
) -> None:
    """``comity amend``."""
    from comity.app.draft import read_additions
    from comity.app.execute import amend

    add, facts = ((), ()) if file is None else read_additions(read_file(file), file.name)
    with session.node() as node:
        told = tuple(one.stated_by(node.state) for one in facts)
        said = amend(
            node, request, node.person(who), approver=approver, text=text, drop=drop, add=add, facts=told
        )
        tell(session, node, said)


@command("extend")
@argument("request", metavar="REQUEST")
@as_person
@option("--until", required=True, metavar="INSTANT")
@option("--late", is_flag=True)
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def extend_command(session: Session, /, *, request: str, who: str, until: str, late: bool, text: str) -> None:
    """``comity extend``."""
    from comity.app.execute import extend

    end = instant(until)
    with session.node() as node:
        tell(session, node, extend(node, request, node.person(who), until=end, text=text, late=late))


@command("lift")
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def lift_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    approver: str,
    items: tuple[str, ...],
    at: str | None,
    text: str,
) -> None:
    """``comity lift``."""
    from comity.app.execute import lift

    with session.node() as node:
        person, named, when = node.person(who), items_or_all(node, request, items), at_or_now(node, at)
        tell(session, node, lift(node, request, person, approver=approver, items=named, at=when, text=text))


@command("withdraw")
@argument("request", metavar="REQUEST")
@as_someone(required=True, reason=False)
@option("--reason", required=True, type=choice(WithdrawReason))
@option("--text", metavar="TEXT")
@click.pass_obj
def withdraw_command(session: Session, /, *, request: str, who: str, reason: str, text: str | None) -> None:
    """``comity withdraw``."""
    from comity.app.execute import withdraw

    with session.node() as node:
        why = WithdrawReason(reason)
        tell(session, node, withdraw(node, request, node.person(who), reason=why, text=text))


@command("effected")
@argument("request", metavar="REQUEST")
@as_person
@option("--outcome", required=True, type=choice(Execution))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--state", metavar="STATE")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def effected_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    outcome: str,
    items: tuple[str, ...],
    state: str | None,
    at: str | None,
    text: str,
) -> None:
    """``comity effected``."""
    from comity.app.execute import effected

    with session.node() as node:
        named = items_or_all(node, request, items)
        tell(
            session,
            node,
            effected(
                node,
                request,
                node.person(who),
                outcome=Execution(outcome),
                items=named,
                at=at_or_now(node, at),
                text=text,
                pointed_to=state,
            ),
        )


@command("close")
@argument("request", metavar="REQUEST")
@as_person
@option("--outcome", required=True, type=choice(CloseReason))
@option("--text", metavar="TEXT")
@click.pass_obj
def close_command(session: Session, /, *, request: str, who: str, outcome: str, text: str | None) -> None:
    """``comity close``."""
    from comity.app.execute import close

    with session.node() as node:
        how = CloseReason(outcome)
        tell(session, node, close(node, request, node.person(who), outcome=how, text=text))
