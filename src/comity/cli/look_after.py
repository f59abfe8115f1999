"""Looking after a node: the demonstration, whether it is well, copies, coming back from one, newer schemas.

Promises: ``doctor`` ends with an exit status that says whether something is bad.

Leaves to others: the deeds (``app.doctor``, ``app.backup``, ``demo``, ``store.migration``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from comity.cli.command import argument, command, option
from comity.cli.session import Session, read_file
from comity.errors import Conflict


@command("demo")
@option("--output", required=True, type=click.Path(path_type=Path), metavar="DIR")
@option("--evidence", type=click.Path(path_type=Path), metavar="PATH")
@click.pass_obj
def demo_command(session: Session, /, *, output: Path, evidence: Path | None) -> int:
    """``comity demo``."""
    from comity.demo import run

    _ = session
    return run(output, evidence)


@command("doctor")
@click.pass_obj
def doctor_command(session: Session) -> int:
    """``comity doctor``."""
    from comity.app.doctor import Health, examine
    from comity.messages import say

    with session.node() as node:
        lines = examine(node)
    value = [
        {
            "health": line.health.value,
            "id": line.message.id,
            "arguments": dict(line.message.arguments),
            "text": say(line.message, session.language),
            "do": None if line.remedy is None else say(line.remedy, session.language),
        }
        for line in lines
    ]

    def words() -> Iterator[str]:
        for line in value:
            health = session.text(f"cli.health.{line['health']}")
            yield f"{health:<5}  {line['text']}"
            if line["do"] is not None:
                yield f"       {line['do']}"

    session.show(value, words)
    return Conflict.exit_code if any(line.health is Health.BAD for line in lines) else 0


@command("backup")
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def backup_command(session: Session, /, *, file: Path) -> None:
    """``comity backup``."""
    from comity.app.backup import backup

    with session.node() as node:
        made = backup(node, file)
    session.show(
        {"file": str(file), "members": made.members, "size": made.size},
        lambda: iter([session.text("cli.backup.made", file=str(file), members=made.members, size=made.size)]),
    )


@command("restore")
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--last-checkpoint", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def restore_command(session: Session, /, *, file: Path, folder: Path, last_checkpoint: Path | None) -> None:
    """``comity restore``."""
    from comity.app.backup import restore

    checkpoint = None if last_checkpoint is None else read_file(last_checkpoint)
    made = restore(file, folder, session.environment, last_checkpoint=checkpoint)

    def words() -> Iterator[str]:
        yield session.text("cli.restore.done", folder=str(folder), members=made.members)
        if checkpoint is None:
            yield session.text("cli.restore.no_guard")

    session.show({"data": str(folder), "members": made.members, "guard": checkpoint is not None}, words)


@command("migrate")
@option("--dry-run", is_flag=True)
@click.pass_obj
def migrate_command(session: Session, /, *, dry_run: bool) -> None:
    """``comity migrate``."""
    from comity import settings, store
    from comity.cli.serving import alone

    told = settings.load(session.folder, session.environment)
    if dry_run:
        made = store.plan_migration(told.database_url)
    else:
        with alone(told.data):
            made = store.migrate(told.database_url)

    def words() -> Iterator[str]:
        if not made.steps:
            yield session.text("cli.migrate.nothing", version=made.wanted)
            return
        said = "cli.migrate.would" if dry_run else "cli.migrate.done"
        yield session.text(said, found=made.found, wanted=made.wanted)
        for version, what in made.steps:
            yield session.text("cli.migrate.step", version=version, what=what)
        if made.copy is not None:
            yield session.text("cli.migrate.copy", file=made.copy)

    value = {
        "found": made.found,
        "wanted": made.wanted,
        "steps": [{"version": version, "what": what} for version, what in made.steps],
        "copy": made.copy,
        "done": not dry_run,
    }
    session.show(value, words)
