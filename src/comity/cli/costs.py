"""``comity costs``: estimated, consulted on, spent.

Promises: amounts are told with their currency; sums of two currencies never meet.

Leaves to others: the deeds (``app.costs``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from comity.acts.terms import CostAnswer
from comity.acts.work_terms import CostEvent
from comity.cli.command import argument, as_person, as_reader, command, group, option
from comity.cli.saying import SHORT, choice, instant, signed
from comity.cli.session import Session, table

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.app.node import Node, Person
    from comity.app.prepare import Said

costs_command = group("costs")


@command("costs note", costs_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--event", required=True, type=choice(CostEvent))
@option("--amount", required=True, metavar="AMOUNT")
@option("--currency", required=True, metavar="CODE")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--extraordinary", is_flag=True)
@option("--text", required=True, metavar="TEXT")
@signed(last=True)
def costs_note(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    event: str,
    amount: str,
    currency: str,
    items: tuple[str, ...],
    extraordinary: bool,
    text: str,
) -> Said | Act:
    """``comity costs note``."""
    from comity.app.costs import note_cost

    return note_cost(
        node,
        request,
        person,
        event=CostEvent(event),
        items=items,
        amount=amount,
        currency=currency,
        extraordinary=extraordinary,
        text=text,
    )


@command("costs consult", costs_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--amount", required=True, metavar="AMOUNT")
@option("--currency", required=True, metavar="CODE")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--by", required=True, metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def costs_consult(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    amount: str,
    currency: str,
    items: tuple[str, ...],
    by: str,
    text: str,
) -> Said | Act:
    """``comity costs consult``."""
    from comity.app.costs import offer_costs

    until = instant(by)
    return offer_costs(
        node,
        request,
        person,
        items=items,
        amount=amount,
        currency=currency,
        answer_by=until,
        text=text,
    )


@command("costs answer", costs_command)
@argument("offer", metavar="ACT")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--answer", "reply", required=True, type=choice(CostAnswer))
@option("--share", metavar="AMOUNT")
@option("--text", required=True, metavar="TEXT")
@signed()
def costs_answer(
    node: Node, person: Person, /, *, offer: str, approver: str, reply: str, share: str | None, text: str
) -> Said | Act:
    """``comity costs answer``."""
    from comity.app.costs import answer_costs

    return answer_costs(
        node, offer, person, approver=approver, answer=CostAnswer(reply), share=share, text=text
    )


@command("costs proceed", costs_command)
@argument("estimate", metavar="ACT")
@as_person
@option("--text", required=True, metavar="TEXT")
@signed(last=True)
def costs_proceed(node: Node, person: Person, /, *, estimate: str, text: str) -> Said | Act:
    """``comity costs proceed``."""
    from comity.app.costs import proceed

    return proceed(node, estimate, person, text=text)


@command("costs show", costs_command)
@argument("case", metavar="CASE")
@as_reader
@click.pass_obj
def costs_show(session: Session, /, *, case: str) -> None:
    """``comity costs show``."""
    from comity.app.costs import costs_of

    with session.node() as node:
        value = costs_of(node, case)
    session.show(value, lambda: _words(session, value))


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    known = {one["provision"]: one for law in value["law"].values() for one in law}
    for provision, one in sorted(known.items()):
        yield say("cli.costs.law", provision=provision, mark=one["mark"], summary=one["summary"])
    rows = [
        (
            one["act"][:SHORT],
            one["request"][:SHORT],
            one["event"],
            ", ".join(one["items"]),
            one["text"],
            _mark(session, one),
        )
        for one in value["entries"]
    ]
    if rows:
        yield from table(rows, say("cli.head.costs").split("|"))
    else:
        yield say("cli.costs.none")
    for one in value["totals"]:
        yield say("cli.costs.total", event=one["event"], text=one["text"])
    for one in value["open"]:
        yield say("cli.costs.open", text=one["text"], by=one["answer_by"], act=one["act"][:SHORT])


def _mark(session: Session, one: dict[str, Any]) -> str:
    if one["proceeded"] is not None:
        return session.text("cli.costs.proceeded", act=one["proceeded"][:SHORT])
    return session.text("cli.costs.bars") if one["bars"] else ""
