"""Persons whose surrender is asked for: arrest, the court, surrender, what is instead, what follows.

Promises: what a request already says is not asked for again (its items, today's instant).

Leaves to others: the deeds (``app.persons``, ``app.assurances``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from comity.acts.person_terms import Afforded, Beyond, Instead, Penalty, SentenceStage
from comity.acts.terms import ArrestEvent, CourtFinding, Manner
from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import at_or_now, choice, instant, items_or_all, signed, tell
from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.app.node import Node, Person
    from comity.app.prepare import Said

instead_command = group("instead")


@command("arrest")
@argument("request", metavar="REQUEST")
@as_person
@option("--event", required=True, type=choice(ArrestEvent))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--until", metavar="INSTANT")
@option("--bail", is_flag=True)
@option("--text", required=True, metavar="TEXT")
@signed()
def arrest_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    event: str,
    items: tuple[str, ...],
    at: str | None,
    until: str | None,
    bail: bool,
    text: str,
) -> Said | Act:
    """``comity arrest``."""
    from comity.app.persons import arrest

    return arrest(
        node,
        request,
        person,
        event=ArrestEvent(event),
        items=items_or_all(node, request, items),
        at=at_or_now(node, at),
        until=None if until is None else instant(until),
        text=text,
        on_bail=bail,
    )


@command("court")
@argument("request", metavar="REQUEST")
@as_person
@option("--judge", required=True, metavar="NAME")
@option("--finding", required=True, type=choice(CourtFinding))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def court_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    judge: str,
    finding: str,
    items: tuple[str, ...],
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity court``."""
    from comity.app.persons import court

    return court(
        node,
        request,
        person,
        judge=judge,
        finding=CourtFinding(finding),
        items=items_or_all(node, request, items),
        at=at_or_now(node, at),
        text=text,
    )


@command("surrender")
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--manner", required=True, type=choice(Manner))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--return-by", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def surrender_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    approver: str,
    manner: str,
    items: tuple[str, ...],
    at: str | None,
    return_by: str | None,
    text: str,
) -> Said | Act:
    """``comity surrender``."""
    from comity.app.persons import surrender

    return surrender(
        node,
        request,
        person,
        approver=approver,
        manner=Manner(manner),
        items=items_or_all(node, request, items),
        at=at_or_now(node, at),
        return_by=None if return_by is None else instant(return_by),
        text=text,
    )


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


@command("instead ask", instead_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--for", "instead", required=True, type=choice(Instead))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def instead_ask(
    session: Session, /, *, request: str, who: str, instead: str, items: tuple[str, ...], text: str
) -> None:
    """``comity instead ask``."""
    from comity.app.persons import ask_instead

    with session.node() as node:
        named = items_or_all(node, request, items)
        person, wanted = node.person(who), Instead(instead)
        tell(session, node, ask_instead(node, request, person, instead=wanted, items=named, text=text))


@command("instead enforce", instead_command)
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--taken-over/--not-taken-over", "taken_over", required=True, default=None)
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def instead_enforce(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    approver: str,
    taken_over: bool,
    items: tuple[str, ...],
    at: str | None,
    text: str,
) -> None:
    """``comity instead enforce``."""
    from comity.app.persons import enforce_instead

    with session.node() as node:
        said = enforce_instead(
            node,
            request,
            node.person(who),
            approver=approver,
            items=items_or_all(node, request, items),
            taken_over=taken_over,
            at=at_or_now(node, at),
            text=text,
        )
        tell(session, node, said)


@command("speciality")
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--use", required=True, type=choice(Beyond))
@option("--consent", metavar="ACT")
@option("--to", metavar="STATE")
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--kept", multiple=True, metavar="NAME")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def speciality_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    approver: str,
    use: str,
    consent: str | None,
    to: str | None,
    items: tuple[str, ...],
    kept: tuple[str, ...],
    at: str | None,
    text: str,
) -> None:
    """``comity speciality``."""
    from comity.app.persons import go_beyond

    with session.node() as node:
        said = go_beyond(
            node,
            request,
            node.person(who),
            approver=approver,
            use=Beyond(use),
            items=items_or_all(node, request, items),
            consent=consent,
            to=to,
            at=at_or_now(node, at),
            proceeding=None,
            text=text,
            kept=kept,
        )
        tell(session, node, said)


@command("sentence")
@argument("request", metavar="REQUEST")
@as_person
@option("--approver", required=True, metavar="NAME")
@option("--penalty", required=True, type=choice(Penalty))
@option("--stage", required=True, type=choice(SentenceStage))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--kept", multiple=True, metavar="NAME")
@option("--broken", multiple=True, metavar="NAME")
@option("--at", metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@signed()
def sentence_command(
    node: Node,
    person: Person,
    /,
    *,
    request: str,
    approver: str,
    penalty: str,
    stage: str,
    items: tuple[str, ...],
    kept: tuple[str, ...],
    broken: tuple[str, ...],
    at: str | None,
    text: str,
) -> Said | Act:
    """``comity sentence``."""
    from comity.app.assurances import sentence

    return sentence(
        node,
        request,
        person,
        approver=approver,
        penalty=Penalty(penalty),
        stage=SentenceStage(stage),
        items=items_or_all(node, request, items),
        kept=kept,
        broken=broken,
        at=at_or_now(node, at),
        text=text,
    )


@command("afford")
@argument("request", metavar="REQUEST")
@as_person
@option("--what", "what", required=True, type=choice(Afforded))
@option("--item", "items", multiple=True, metavar="ITEM")
@option("--at", metavar="INSTANT")
@option("--text", metavar="TEXT")
@click.pass_obj
def afford_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    what: str,
    items: tuple[str, ...],
    at: str | None,
    text: str | None,
) -> None:
    """``comity afford``."""
    from comity.app.persons import afford

    with session.node() as node:
        person, named, when = node.person(who), items_or_all(node, request, items), at_or_now(node, at)
        act = afford(node, request, person, afforded=Afforded(what), items=named, at=when, text=text)
        tell(session, node, act)
