"""Selecting what may leave of an exhibit, and showing what was left out.

Promises: what is printed is what was signed.

Leaves to others: choosing, sealing and proving (``app.selection``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.cli.command import argument, as_person, as_reader, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.saying import instant
from comity.cli.session import Session, read_file

if TYPE_CHECKING:
    from comity.evidence import LeftOver


@command("evidence select")
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--text", required=True, metavar="TEXT")
@option("--path", "paths", multiple=True, metavar="PATTERN")
@option("--without", "excluded", multiple=True, metavar="PATTERN")
@option("--type", "types", multiple=True, type=click.Choice(["subscriber", "traffic", "content"]))
@option("--account", "accounts", multiple=True, metavar="TEXT")
@option("--since", metavar="TIME")
@option("--until", metavar="TIME")
@option("--marks", type=click.Path(path_type=Path), metavar="FILE")
@option("--case", metavar="CASE")
@click.pass_obj
def select_command(
    session: Session,
    /,
    *,
    exhibit: str,
    who: str,
    text: str,
    paths: tuple[str, ...],
    excluded: tuple[str, ...],
    types: tuple[str, ...],
    accounts: tuple[str, ...],
    since: str | None,
    until: str | None,
    marks: Path | None,
    case: str | None,
) -> None:
    """``comity evidence select``."""
    from comity.acts.terms import DataType
    from comity.app.selection import Asked, read_marks, select
    from comity.cli.progress import reading
    from comity.evidence import Criteria
    from comity.wire import build, dump

    for time in (since, until):
        if time is not None:
            instant(time)
    criteria = build(
        Criteria,
        {
            "paths": list(paths),
            "data": [DataType(one).value for one in types],
            "accounts": list(accounts),
            "since": since,
            "until": until,
        },
    )
    asked = Asked(criteria, excluded, () if marks is None else read_marks(read_file(marks)))
    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        with reading(session, exhibit) as progress:
            made = select(node, found, exhibit, asked, text, node.person(who), progress=progress)
    value = {
        "exhibit": made.exhibit,
        "case": found,
        "part_of": exhibit,
        "files": made.files,
        "size": made.size,
        "left_out": [dump(one) for one in made.left],
    }

    def words() -> Iterator[str]:
        yield session.text(
            "cli.evidence.selected", exhibit=made.exhibit, whole=exhibit, files=made.files, size=made.size
        )
        yield from _left(session, made.left)

    session.show(value, words)


@command("evidence left-out")
@argument("exhibit", metavar="EXHIBIT")
@option("--case", metavar="CASE")
@as_reader
@click.pass_obj
def left_out_command(session: Session, /, *, exhibit: str, case: str | None) -> None:
    """``comity evidence left-out``."""
    from comity.app.selection import left_out
    from comity.wire import dump

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        rest = left_out(node, found, exhibit)

    def words() -> Iterator[str]:
        yield from _left(session, rest.left)
        for pattern in rest.excluded:
            yield session.text("cli.evidence.excluded", pattern=pattern)

    session.show({"exhibit": exhibit, "case": found, "rest": dump(rest)}, words)


def _left(session: Session, left: Iterable[LeftOver]) -> Iterator[str]:
    told = list(left)
    for one in told:
        why = session.text(f"cli.evidence.why.{one.why.value}")
        yield session.text("cli.evidence.left", why=why, files=one.files, size=one.size)
    if not told:
        yield session.text("cli.evidence.nothing_left")
