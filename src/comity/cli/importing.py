"""Importing old cases from a list: what is wrong with which line, or else all of it, in batches.

Promises: every bad line is told by its number and column, and by no content; progress goes to the error
stream. Where it is stopped on the way, it says how many cases are here and that the same list goes on.

Leaves to others: the deed (``app.importing``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from comity.cli.command import argument, as_person, command, group, option
from comity.cli.session import Session, read_file
from comity.errors import BadInput, ComityError

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
            told = _Told(session)
            try:
                found, made = import_list(node, data, person, progress=told)
            except (ComityError, KeyboardInterrupt):
                told.stopped()
                raise
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


class _Told:
    """Tells how far it is, now and then, and when it is stopped."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._at = (0, 0)

    def __call__(self, done: int, total: int) -> None:
        self._at = (done, total)
        if done % STEP == 0 or done == total:
            click.echo(self._session.text("import.progress", done=done, total=total), err=True)

    def stopped(self) -> None:
        """Nothing, where nothing was imported yet."""
        done, total = self._at
        if done and not self._session.json:
            click.echo(self._session.text("import.stopped", done=done, total=total), err=True)
