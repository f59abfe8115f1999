"""Noting an analysis of an exhibit: ``comity evidence analysed``.

Promises: each program is named with its version; a result is read for its digest alone.

Leaves to others: the deed (``app.analysis``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.command import argument, as_person, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.session import Session
from comity.errors import BadInput, NotFound, Unavailable


@command("evidence analysed")
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--tool", "tools", multiple=True, required=True, metavar="NAME")
@option("--version", "versions", multiple=True, required=True, metavar="VERSION")
@option("--text", required=True, metavar="TEXT")
@option("--result", "result", metavar="FILE", type=click.Path(path_type=Path))
@option("--case", metavar="CASE")
@click.pass_obj
def analysed_command(
    session: Session,
    /,
    *,
    exhibit: str,
    who: str,
    tools: tuple[str, ...],
    versions: tuple[str, ...],
    text: str,
    result: Path | None,
    case: str | None,
) -> None:
    """``comity evidence analysed``."""
    from comity.app.analysis import note_analysis
    from comity.evidence.names import Tool
    from comity.wire import build, dump

    if len(tools) != len(versions):
        raise BadInput("cli.tool_without_version", tools=len(tools), versions=len(versions))
    used = tuple(
        build(Tool, {"name": name, "version": version}) for name, version in zip(tools, versions, strict=True)
    )
    found = None if result is None else sha256_of(result)
    with session.node() as node:
        at = case_of_exhibit(node, exhibit, case)
        note_analysis(node, at, exhibit, used, text, node.person(who), result=found)
    value = {"exhibit": exhibit, "case": at, "tools": [dump(tool) for tool in used], "result": found}
    session.show(value, lambda: iter([session.text("cli.evidence.analysed", exhibit=exhibit)]))


def sha256_of(file: Path) -> str:
    """The digest of a file of any size.

    Raises:
        NotFound: there is none. Unavailable: the disk does not give it.
    """
    import hashlib

    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise NotFound("cli.no_such_file", file=str(file)) from error
    except OSError as error:
        raise Unavailable("cli.cannot_read", file=str(file), what=error.strerror or "?") from error
