"""Custody of an exhibit in formats that others read; and a graph that others wrote, checked.

Promises: a file is written for its owner alone, never over another. A graph is checked without a node.

Leaves to others: the deed (``app.custody_said``), the checks (``interop``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from comity.cli.command import argument, by_two, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.session import Session, read_file, refuse_no_place, write_file
from comity.errors import ProofFailed

FORMS = ("in-toto", "case")


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

    refuse_no_place(output)
    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        leave = Leave(node.person(who), node.person(second), **told)
        said, data = hand_out_custody(node, found, exhibit, Form(form), leave)
        write_file(output, data)
    session.show(
        {"exhibit": exhibit, "case": found, "format": form, "file": str(output), "act": said.id},
        lambda: iter([session.text("cli.written", file=str(output))]),
    )


@command("evidence graph")
@argument("case", metavar="CASE")
@option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@by_two
@click.pass_obj
def graph_command(
    session: Session, /, *, case: str, output: Path, who: str, second: str, **told: str
) -> None:
    """``comity evidence graph``."""
    from comity.app.custody_said import hand_out_graph
    from comity.app.hand_out import Leave

    refuse_no_place(output)
    with session.node() as node:
        leave = Leave(node.person(who), node.person(second), **told)
        said, data = hand_out_graph(node, case, leave)
        write_file(output, data)
    session.show(
        {"case": said.header.case, "file": str(output), "size": len(data), "act": said.id},
        lambda: iter([session.text("cli.written", file=str(output))]),
    )


@command("evidence graph-check")
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def graph_check_command(session: Session, /, *, file: Path) -> int:
    """``comity evidence graph-check``."""
    from comity.interop import check_graph
    from comity.messages import Message, say

    checked = check_graph(read_file(file))
    faults = [
        {
            "node": fault.node,
            "id": fault.what.id,
            "arguments": dict(fault.what.arguments),
            "text": say(fault.what, session.language),
            "do": say(Message(f"{fault.what.id}.do", fault.what.arguments), session.language),
        }
        for fault in checked.faults
    ]
    value = {"file": str(file), "nodes": checked.nodes, "faults": faults, "more": checked.more}

    def words() -> Iterator[str]:
        for fault in faults:
            yield f"{fault['node']}"
            yield f"  {fault['text']}"
            yield f"  {fault['do']}"
        if checked.more:
            yield session.text("cli.graph.more", count=len(faults))
        if faults:
            yield session.text("cli.graph.faults", count=len(faults), nodes=checked.nodes)
        else:
            yield session.text("cli.graph.holds", nodes=checked.nodes)

    session.show(value, words)
    return ProofFailed.exit_code if faults else 0
