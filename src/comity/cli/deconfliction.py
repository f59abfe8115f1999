"""``comity deconflict``: whom to ask about an account, domain, hash or name.

Promises: an answer is one line a term, of one shape whatever is held.

Leaves to others: what may be told (``app.deconflict``).
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from comity.cli.command import argument, as_someone, command, option
from comity.cli.session import Session


@command("deconflict")
@argument("terms", metavar="TERM...", nargs=-1, required=True)
@as_someone(required=True, reason=False)
@option("--reason", required=True, metavar="TEXT")
@click.pass_obj
def deconflict_command(session: Session, /, *, terms: tuple[str, ...], who: str, reason: str) -> None:
    """``comity deconflict``."""
    from comity.app.deconflict import deconflict

    with session.node() as node:
        act, found = deconflict(node, terms, node.person(who), reason=reason)
    value = {"act": act.id, "answers": [{"term": one.term, "ask": one.ask} for one in found]}

    def words() -> Iterator[str]:
        for one in found:
            known = "nobody" if one.ask is None else "ask"
            yield session.text(f"cli.deconflict.{known}", term=one.term, office=one.ask or "-")
        yield session.text("cli.deconflict.recorded", act=act.id)

    session.show(value, words)
