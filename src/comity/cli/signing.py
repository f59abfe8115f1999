"""The second person: what waits for a signature, signing it, ratifying what one did alone.

Promises: whoever signs is shown first whose word it is and about what.

Leaves to others: the deeds (``app.prepare``, ``app.ratify``).
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from comity.cli.command import argument, as_person, command, option
from comity.cli.saying import SHORT, tell
from comity.cli.session import Session, table
from comity.errors import BadInput


@command("approve")
@argument("act", metavar="[ACT]", required=False)
@option("--as", "who", metavar="NAME")
@option("--drop", is_flag=True)
@click.pass_obj
def approve_command(session: Session, /, *, act: str | None, who: str | None, drop: bool) -> None:
    """``comity approve``."""
    from comity.app.prepare import abandon, approve
    from comity.app.show import show_pending

    with session.node() as node:
        if act is None:
            pending = show_pending(node)
        elif drop:
            tell(session, node, abandon(node, act))
            return
        elif who is None:
            raise BadInput("cli.who_signs")
        else:
            tell(session, node, approve(node, act, node.person(who)))
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
                one["prepared_at"],
                ", ".join(w["name"] or w["key"][:SHORT] for w in one["waiting"]),
            )
            for one in pending
        ]
        yield from table(rows, session.text("cli.head.pending").split("|"))

    session.show(pending, words)


@command("ratify")
@argument("request", metavar="REQUEST")
@as_person
@option("--text", required=True, metavar="TEXT")
@option("--refuse", is_flag=True)
@click.pass_obj
def ratify_command(session: Session, /, *, request: str, who: str, text: str, refuse: bool) -> None:
    """``comity ratify``."""
    from comity.app.ratify import ratify

    with session.node() as node:
        tell(session, node, ratify(node, request, node.person(who), text=text, ratified=not refuse))
