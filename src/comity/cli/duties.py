"""Duties at home: calling back, telling the person concerned or letting it wait, telling who holds something.

Promises: what a request already says is not asked for again (its items, today's instant).

Leaves to others: the deeds (``app.duties``).
"""

from __future__ import annotations

import click

from comity.acts.duty_terms import Reached
from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, tell
from comity.cli.session import Session

notice_command = group("notice")


@command("callback")
@argument("request", metavar="REQUEST")
@as_person
@option("--office", metavar="OFFICE")
@option("--outcome", required=True, type=choice(Reached))
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def callback_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    office: str | None,
    outcome: str,
    at: str | None,
    text: str,
) -> None:
    """``comity callback``."""
    from comity.app.duties import call_back

    with session.node() as node:
        when, how = at_or_now(node, at), Reached(outcome)
        act = call_back(node, request, node.person(who), office=office, outcome=how, at=when, text=text)
        tell(session, node, act)


@command("phone")
@argument("office", metavar="OFFICE")
@argument("number", metavar="[NUMBER]", required=False)
@click.pass_obj
def phone_command(session: Session, /, *, office: str, number: str | None) -> None:
    """``comity phone``."""
    from comity.app.duties import set_phone

    with session.node() as node:
        entry = set_phone(node, office, number)
    session.show(
        {"office": office, "phone": number, "version": entry.version},
        lambda: iter([session.text("cli.phone.set", office=office, version=entry.version)]),
    )


@command("notice told", notice_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def notice_told(
    session: Session, /, *, request: str, who: str, items: tuple[str, ...], at: str | None, text: str
) -> None:
    """``comity notice told``."""
    from comity.app.duties import notify_person

    with session.node() as node:
        person, when = node.person(who), at_or_now(node, at)
        named = items_or_all(node, request, items)
        tell(session, node, notify_person(node, request, person, items=named, at=when, text=text))


@command("notice delay", notice_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--by", required=True, metavar="FUNCTION")
@option("--until", required=True, metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def notice_delay(
    session: Session, /, *, request: str, who: str, items: tuple[str, ...], by: str, until: str, text: str
) -> None:
    """``comity notice delay``."""
    from comity.app.duties import delay_notice

    end = instant(until)
    with session.node() as node:
        person, named = node.person(who), items_or_all(node, request, items)
        tell(session, node, delay_notice(node, request, person, items=named, by=by, until=end, text=text))


@command("notice holder", notice_command)
@argument("event", metavar="ACT")
@as_person
@option("--to", required=True, metavar="STATE")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def notice_holder(session: Session, /, *, event: str, who: str, to: str, at: str | None, text: str) -> None:
    """``comity notice holder``."""
    from comity.app.duties import tell_holder

    with session.node() as node:
        person, when = node.person(who), at_or_now(node, at)
        tell(session, node, tell_holder(node, event, person, to=to, at=when, text=text))
