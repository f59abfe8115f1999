"""Importing old cases from a list: what is wrong with which line, then all of it, or nothing.

Promises: every bad line is told by its number and column, and by no content; progress goes to the error
stream.

Leaves to others: the deed (``app.importing``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from comity.cli.command import argument, as_person, command, group, option
from comity.cli.session import Session, read_file
from comity.errors import BadInput

STEP = 500
"""Lines after which progress is told."""

import_command = group("import")


@command("import cases", import_command)
@argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@as_person
@option("--dry-run", is_flag=True)
@click.pass_obj
def import_cases(session: Session, /, *, file: Path, who: str, dry_run: bool) -> int:
    """``comity import cases``."""
    from comity.app.importing import check_list, import_list

    data = read_file(file)
    with session.node() as node:
        person = node.person(who)
        found = check_list(node, data)
        made: tuple[str, ...] = ()
        if not found.faults and not dry_run:
            found, made = import_list(node, data, person, progress=_told(session))
    value = {
        "new": len(found.new),
        "known": found.known,
        "imported": len(made),
        "faults": [{"line": f.line, "column": f.column, "reason": f.reason} for f in found.faults],
    }

    def words() -> Iterator[str]:
        for one in found.faults:
            yield session.text("import.fault", line=one.line, column=one.column, why=session.text(one.reason))
        if found.faults:
            yield session.text("import.nothing", count=len(found.faults))
        elif dry_run:
            yield session.text("import.would", new=len(found.new), known=found.known)
        else:
            yield session.text("import.done", imported=len(made), known=found.known)

    session.show(value, words)
    return BadInput.exit_code if found.faults else 0


def _told(session: Session) -> Callable[[int, int], None]:
    """What tells how far it is, now and then."""

    def progress(done: int, total: int) -> None:
        if done % STEP == 0 or done == total:
            click.echo(session.text("import.progress", done=done, total=total), err=True)

    return progress
