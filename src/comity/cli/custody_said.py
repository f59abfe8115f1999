"""Custody of an exhibit in formats that others read.

Promises: a file is written for its owner alone, never over another.

Leaves to others: the deed (``app.custody_said``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.command import argument, by_two, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.session import Session, write_file
from comity.errors import Conflict

FORMS = ("in-toto",)


@command("evidence custody")
@argument("exhibit", metavar="EXHIBIT")
@option("--format", "form", required=True, type=click.Choice(FORMS))
@option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@by_two
@option("--case", metavar="CASE")
@click.pass_obj
def custody_said_command(
    session: Session,
    /,
    *,
    exhibit: str,
    form: str,
    output: Path,
    who: str,
    second: str,
    case: str | None,
    **told: str,
) -> None:
    """``comity evidence custody``."""
    from comity.app.custody_said import Form, hand_out_custody
    from comity.app.hand_out import Leave

    if output.exists():
        raise Conflict("cli.file_there", file=str(output))
    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        leave = Leave(node.person(who), node.person(second), **told)
        said, data = hand_out_custody(node, found, exhibit, Form(form), leave)
        write_file(output, data)
    session.show(
        {"exhibit": exhibit, "case": found, "format": form, "file": str(output), "act": said.id},
        lambda: iter([session.text("cli.written", file=str(output))]),
    )
