"""Duties at home: calling back, telling the person concerned or letting it wait, telling who holds something.

Promises: what a request already says is not asked for again (its items, today's instant).

Leaves to others: the deeds (``app.duties``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.acts.duty_terms import Reached
from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, signed

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.app.node import Node, Person
    from comity.app.prepare import Said

notice_command = group("notice")


@command("callback")
@argument("request", metavar="REQUEST")
@as_person
@option("--office", metavar="OFFICE")
@option("--outcome", required=True, type=choice(Reached))
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def callback_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    office: str | None,
    outcome: str,
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity callback``."""
    from comity.app.duties import call_back

    how = Reached(outcome)
    return call_back(node, request, person, office=office, outcome=how, at=at_or_now(node, at), text=text)


@command("notice told", notice_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--presence-over", is_flag=True)
@option("--text", required=True, metavar="TEXT")
@signed()
def notice_told(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    items: tuple[str, ...],
    at: str | None,
    presence_over: bool,
    text: str,
) -> Said | Act:
    """``comity notice told``."""
    from comity.app.duties import notify_person

    return notify_person(
        node,
        request,
        person,
        items=items_or_all(node, request, items),
        at=at_or_now(node, at),
        text=text,
        presence_over=presence_over,
    )


@command("notice delay", notice_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--by", required=True, metavar="FUNCTION")
@option("--until", required=True, metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def notice_delay(
    node: Node, person: Person, /, *, request: str, items: tuple[str, ...], by: str, until: str, text: str
) -> Said | Act:
    """``comity notice delay``."""
    from comity.app.duties import delay_notice

    end = instant(until)
    return delay_notice(
        node, request, person, items=items_or_all(node, request, items), by=by, until=end, text=text
    )


@command("notice holder", notice_command)
@argument("event", metavar="ACT")
@as_person
@option("--to", metavar="STATE")
@option("--handed", metavar="ACT")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def notice_holder(
    node: Node,
    person: Person,
    /,
    *,
    event: str,
    to: str | None,
    handed: str | None,
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity notice holder``."""
    from comity.app.duties import tell_holder

    return tell_holder(node, event, person, to=to, handed=handed, at=at_or_now(node, at), text=text)
