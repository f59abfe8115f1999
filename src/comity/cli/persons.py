"""Persons whose surrender is asked for: arrest, the court, surrender, prosecution instead.

Promises: what a request already says is not asked for again (its items, today's instant).

Leaves to others: the deeds (``app.persons``).
"""

from __future__ import annotations

import click

from comity.acts.terms import ArrestEvent, CourtFinding, Manner
from comity.cli.command import argument, as_person, command, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, tell
from comity.cli.session import Session


@command("arrest")
@argument("request", metavar="REQUEST")
@as_person
@option("--event", required=True, type=choice(ArrestEvent))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--until", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def arrest_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    event: str,
    items: tuple[str, ...],
    at: str | None,
    until: str | None,
    text: str,
) -> None:
    """``comity arrest``."""
    from comity.app.persons import arrest

    with session.node() as node:
        said = arrest(
            node,
            request,
            node.person(who),
            event=ArrestEvent(event),
            items=items_or_all(node, request, items),
            at=at_or_now(node, at),
            until=None if until is None else instant(until),
            text=text,
        )
        tell(session, node, said)


@command("court")
@argument("request", metavar="REQUEST")
@as_person
@option("--judge", required=True, metavar="NAME")
@option("--finding", required=True, type=choice(CourtFinding))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def court_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    judge: str,
    finding: str,
    items: tuple[str, ...],
    at: str | None,
    text: str,
) -> None:
    """``comity court``."""
    from comity.app.persons import court

    with session.node() as node:
        said = court(
            node,
            request,
            node.person(who),
            judge=judge,
            finding=CourtFinding(finding),
            items=items_or_all(node, request, items),
            at=at_or_now(node, at),
            text=text,
        )
        tell(session, node, said)


@command("surrender")
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--manner", required=True, type=choice(Manner))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def surrender_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    approver: str,
    manner: str,
    items: tuple[str, ...],
    at: str | None,
    text: str,
) -> None:
    """``comity surrender``."""
    from comity.app.persons import surrender

    with session.node() as node:
        said = surrender(
            node,
            request,
            node.person(who),
            approver=approver,
            manner=Manner(manner),
            items=items_or_all(node, request, items),
            at=at_or_now(node, at),
            text=text,
        )
        tell(session, node, said)


@command("prosecute")
@argument("request", metavar="REQUEST")
@as_person
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--number", required=True, metavar="TEXT")
@option("--authority", required=True, metavar="TEXT")
@option("--stage", required=True, metavar="TEXT")
@option("--evidence", metavar="CASE")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def prosecute_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    items: tuple[str, ...],
    at: str | None,
    number: str,
    authority: str,
    stage: str,
    evidence: str | None,
    text: str,
) -> None:
    """``comity prosecute``."""
    from comity.acts import Proceeding
    from comity.app.look import find_case
    from comity.app.persons import prosecute_instead
    from comity.wire import build

    before = build(Proceeding, {"number": number, "authority": authority, "stage": stage})
    with session.node() as node:
        if evidence is not None:
            with node.db.read() as conn:
                evidence = find_case(node, conn, evidence)
        said = prosecute_instead(
            node,
            request,
            node.person(who),
            items=items_or_all(node, request, items),
            at=at_or_now(node, at),
            proceeding=before,
            evidence=evidence,
            text=text,
        )
        tell(session, node, said)
