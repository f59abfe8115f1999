"""The second person: what waits for a signature, signing it, ratifying what one did alone.

Promises: whoever signs can read first, in full, what would be signed: ``approve ACT`` alone shows it.

Leaves to others: the deeds (``app.prepare``, ``app.ratify``).
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from comity.cli.case_words import act_words
from comity.cli.command import argument, as_person, as_someone, command, option
from comity.cli.saying import SHORT, tell
from comity.cli.session import Session, table


@command("approve")
@argument("act", metavar="[ACT]", required=False)
@as_someone()
@option("--drop", is_flag=True)
@click.pass_obj
def approve_command(session: Session, /, *, act: str | None, who: str | None, drop: bool) -> None:
    """``comity approve``."""
    from comity.app.prepare import abandon, approve
    from comity.app.show import show_pending, show_prepared

    with session.node() as node:
        if act is None:
            pending = show_pending(node)
        elif drop:
            tell(session, node, abandon(node, act))
            return
        elif who is None:
            waiting = show_prepared(node, act)
            session.show(waiting, lambda: act_words(session, waiting))
            return
        else:
            tell(session, node, approve(node, act, node.person(who)), last=True)
            return

    def words() -> Iterator[str]:
        if not pending:
            yield session.text("cli.approve.none")
            return
        rows = [
            (
                one["id"][:SHORT],
                one["kind"],
                (one["case"] or "-")[:SHORT],
                one["to"] or session.text("cli.case.at_home"),
                one["prepared_at"],
                ", ".join(w["name"] or w["key"][:SHORT] for w in one["waiting"]),
            )
            for one in pending
        ]
        yield from table(rows, session.text("cli.head.pending").split("|"))
        yield session.text("cli.approve.how")

    session.show(pending, words)


@command("ratify")
@argument("request", metavar="REQUEST")
@as_person
@option("--text", required=True, metavar="TEXT")
@option("--refuse", is_flag=True)
@click.pass_obj
def ratify_command(session: Session, /, *, request: str, who: str, text: str, refuse: bool) -> None:
    """``comity ratify``."""
    from comity.app.ratify import ratify, ratify_decision
    from comity.app.reply import matter

    with session.node() as node:
        person = node.person(who)
        if matter(node, request).request.requested == node.state:
            said = ratify_decision(node, request, person, text=text, ratified=not refuse)
            tell(session, node, said)
        else:
            tell(session, node, ratify(node, request, person, text=text, ratified=not refuse))
