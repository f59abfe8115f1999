"""All cases at once: making the lists and the search anew.

Promises: the lists are said to be made again only when they are.

Leaves to others: the index (``app.index``).
"""

from __future__ import annotations

import click

from comity.cli.command import command
from comity.cli.session import Session, visible


@command("reindex")
@click.pass_obj
def reindex_command(session: Session) -> None:
    """``comity reindex``."""
    from comity.app.index import reindex

    def told(done: int, of: int) -> None:
        if not session.json:
            click.echo(visible(session.text("cli.reindex.progress", done=done, of=of)), err=True)

    with session.node() as node:
        cases = reindex(node, told)
    session.show({"cases": cases}, lambda: iter([session.text("cli.reindex.done", cases=cases)]))
