"""Custody: taking over what the other State delivered, and the chain of who held an exhibit.

Promises: each event that is listed is one whose signature was checked.

Leaves to others: proving and sealing anew (``app.custody``).
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from comity.cli.command import argument, as_person, as_reader, command, group, option
from comity.cli.saying import tell
from comity.cli.session import Session, table

custody_command = group("custody")


@command("custody take", custody_command)
@argument("delivery", metavar="DELIVERY")
@as_person
@option("--text", metavar="TEXT")
@click.pass_obj
def custody_take(session: Session, /, *, delivery: str, who: str, text: str | None) -> None:
    """``comity custody take``."""
    from comity.app.custody import take_custody
    from comity.app.watched import watched
    from comity.cli.progress import reading

    with session.node() as node:
        with reading(session, delivery) as progress:
            said = take_custody(watched(node, progress, None), delivery, node.person(who), text=text)
        tell(session, node, said)


@command("custody show", custody_command)
@argument("case", metavar="CASE")
@argument("exhibit", metavar="[EXHIBIT]", required=False)
@as_reader
@click.pass_obj
def custody_show(session: Session, /, *, case: str, exhibit: str | None) -> None:
    """``comity custody show``."""
    from comity.app.custody import custody_list
    from comity.wire import dump

    with session.node() as node:
        events = [dump(event) for event in custody_list(node, case, exhibit)]

    def words() -> Iterator[str]:
        rows = [
            (
                e["exhibit"],
                str(e["counter"]),
                e["at"],
                e["action"],
                # Of what one may not do alone, both are named.
                " + ".join(who for who in (e["who"], e.get("beside")) if who),
                e["purpose"],
                e["object"][:16],
            )
            for e in events
        ]
        yield from table(rows, session.text("cli.head.custody").split("|"))

    session.show(events, words)
