"""After a grant: remedy, seek and give consent, recall, breach, destroyed.

Promises: what a request already says is not asked for again (its items, today's instant).

Leaves to others: the deeds (``app.afterwards``), use itself (``execution``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.acts.terms import Consenting, OtherUse, RecallReason, RemedyEvent
from comity.cli.command import argument, as_person, as_someone, command, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, signed

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.app.node import Node, Person
    from comity.app.prepare import Said


@command("remedy")
@argument("request", metavar="REQUEST")
@as_person
@option("--name", required=True, metavar="NAME")
@option("--event", required=True, type=choice(RemedyEvent))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--suspends/--not-suspends", default=True, show_default=True)
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def remedy_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    name: str,
    event: str,
    items: tuple[str, ...],
    suspends: bool,
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity remedy``."""
    from comity.app.afterwards import remedy

    return remedy(
        node,
        request,
        person,
        name=name,
        event=RemedyEvent(event),
        items=items_or_all(node, request, items),
        suspends=suspends,
        at=at_or_now(node, at),
        text=text,
    )


@command("seek")
@argument("request", metavar="REQUEST")
@as_person
@option("--use", required=True, type=choice(OtherUse))
@option("--exhibit", "exhibits", multiple=True, metavar="EXHIBIT")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--condition", "conditions", multiple=True, metavar="NAME")
@option("--to", metavar="STATE")
@option("--text", required=True, metavar="TEXT")
@signed()
def seek_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    use: str,
    exhibits: tuple[str, ...],
    items: tuple[str, ...],
    conditions: tuple[str, ...],
    to: str | None,
    text: str,
) -> Said | Act:
    """``comity seek``."""
    from comity.app.afterwards import seek_consent

    return seek_consent(
        node,
        request,
        person,
        use=OtherUse(use),
        exhibits=exhibits,
        items=items,
        text=text,
        conditions=conditions,
        to=to,
    )


@command("consent")
@argument("request", metavar="ACT")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--answer", required=True, type=choice(Consenting))
@option("--condition", "conditions", multiple=True, metavar="NAME=TEXT")
@option("--conditions", "conditions_file", type=click.Path(path_type=Path), metavar="FILE")
@option("--lift", "lifts", multiple=True, metavar="BREACH")
@option("--text", required=True, metavar="TEXT")
@signed()
def consent_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    approver: str,
    answer: str,
    conditions: tuple[str, ...],
    conditions_file: Path | None,
    lifts: tuple[str, ...],
    text: str,
) -> Said | Act:
    """``comity consent``."""
    from comity.app.afterwards import consent
    from comity.cli.conditions import read_conditions

    named = read_conditions(conditions, conditions_file)
    return consent(
        node,
        request,
        person,
        approver=approver,
        answer=Consenting(answer),
        conditions=named,
        text=text,
        lifts=lifts,
    )


@command("recall")
@argument("request", metavar="REQUEST")
@as_someone(required=True, reason=False)
@option("--exhibit", "exhibits", multiple=True, required=True, metavar="EXHIBIT")
@option("--reason", required=True, type=choice(RecallReason))
@option("--destroy-by", required=True, metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def recall_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    exhibits: tuple[str, ...],
    reason: str,
    destroy_by: str,
    text: str,
) -> Said | Act:
    """``comity recall``."""
    from comity.app.afterwards import recall

    by = instant(destroy_by)
    return recall(
        node,
        request,
        person,
        exhibits=exhibits,
        reason=RecallReason(reason),
        destroy_by=by,
        text=text,
    )


@command("breach")
@argument("request", metavar="REQUEST")
@as_person
@option("--exhibit", "exhibits", multiple=True, metavar="EXHIBIT")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--condition", metavar="NAME")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def breach_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    exhibits: tuple[str, ...],
    items: tuple[str, ...],
    condition: str | None,
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity breach``."""
    from comity.app.afterwards import breach

    return breach(
        node,
        request,
        person,
        exhibits=exhibits,
        items=items,
        condition=condition,
        at=at_or_now(node, at),
        text=text,
    )


@command("destroyed")
@argument("request", metavar="REQUEST")
@as_person
@option("--exhibit", "exhibits", multiple=True, required=True, metavar="EXHIBIT")
@option("--proof", required=True, metavar="SHA256")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def destroyed_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    exhibits: tuple[str, ...],
    proof: str,
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity destroyed``."""
    from comity.app.afterwards import destroyed

    return destroyed(
        node,
        request,
        person,
        exhibits=exhibits,
        at=at_or_now(node, at),
        proof=proof,
        text=text,
    )
