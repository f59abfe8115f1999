"""Looking after a node: the demonstration, whether it is well, copies, coming back from one, newer schemas.

Promises: ``doctor`` ends with an exit status that says whether something is bad.

Leaves to others: the deeds (``app.doctor``, ``app.backup``, ``demo``, ``store.migration``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.cli.command import argument, command, option
from comity.cli.session import Session, read_file
from comity.errors import BadInput, ComityError, Conflict, NotFound, Unavailable
from comity.messages import explain

if TYPE_CHECKING:
    from comity.app.recovery import Continued


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
@option("--log", type=click.Path(path_type=Path), metavar="DIR")
@click.pass_obj
def restore_command(
    session: Session, /, *, file: Path, folder: Path, last_checkpoint: Path | None, log: Path | None
) -> None:
    """``comity restore``."""
    from comity.app.backup import restore

    checkpoint = None if last_checkpoint is None else read_file(last_checkpoint)
    made = restore(
        file, folder, session.environment, last_checkpoint=checkpoint, log=log, clock=session.clock
    )

    def words() -> Iterator[str]:
        yield session.text("cli.restore.done", folder=str(folder), members=made.copied.members)
        if made.log is None:
            yield session.text("cli.restore.no_guard")
        yield from _log_words(session, made.log)
        yield session.text("cli.restore.next")

    value = {
        "data": str(folder),
        "members": made.copied.members,
        "guard": checkpoint is not None,
        "log": None if made.log is None else asdict(made.log),
    }
    session.show(value, words)


@command("recover")
@argument("states", metavar="[STATE]...", nargs=-1)
@option("--show", "only_show", is_flag=True)
@option("--last-checkpoint", type=click.Path(path_type=Path), metavar="FILE")
@option("--log", type=click.Path(path_type=Path), metavar="DIR")
@option("--go-on-without", metavar="STATE")
@option("--as", "who", metavar="NAME")
@click.pass_obj
def recover_command(
    session: Session,
    /,
    *,
    states: tuple[str, ...],
    only_show: bool,
    last_checkpoint: Path | None,
    log: Path | None,
    go_on_without: str | None,
    who: str | None,
) -> int:
    """``comity recover``."""
    from comity.app.backup import take_up_log
    from comity.app.recover import ask_back, not_here
    from comity.app.recover import go_on_without as go_on
    from comity.app.recovery import recoveries, restoration
    from comity.wire import dump

    if (go_on_without is None) != (who is None):
        raise BadInput("cli.recover.who")
    if log is not None and last_checkpoint is None:
        raise BadInput("backup.log_without_checkpoint", folder=str(log))
    failed: dict[str, ComityError] = {}
    with session.node() as node:
        with node.db.read() as conn:
            if restoration(conn) is None:
                raise NotFound("recover.not_restored")
        reached = None
        if last_checkpoint is not None:
            reached = take_up_log(node, read_file(last_checkpoint), log)
        if go_on_without is not None and who is not None:
            go_on(node, go_on_without, node.person(who))
        elif not only_show and last_checkpoint is None:
            with node.db.read() as conn:
                known = [one.state for one in recoveries(conn) if one.word is None]
            for state in states or known:
                try:
                    ask_back(node, state)
                except ComityError as error:  # the others are asked all the same
                    failed[state] = error
        with node.db.read() as conn:
            told, peers, absent = restoration(conn), recoveries(conn), not_here(node, conn)

    def words() -> Iterator[str]:
        if told is not None:
            yield session.text("cli.recover.restored", made_at=told.made_at, at=told.restored_at)
        yield from _log_words(session, reached)
        for one in peers:
            yield session.text(
                f"cli.recover.{one.status}",
                state=one.state,
                own=one.own,
                theirs=one.theirs,
                incomplete=one.incomplete,
            )
            if one.state in failed:
                yield from (f"  {text}" for text in explain(failed[one.state], session.language))
        for case, exhibit in absent:
            yield session.text("cli.recover.not_here", case=case, exhibit=exhibit)

    hidden = {"envelope", "word"}
    value = {
        "restored": None if told is None else dump(told),
        "peers": [
            {name: inner for name, inner in dump(one).items() if name not in hidden}
            | {"error": failed[one.state].id if one.state in failed else None}
            for one in peers
        ],
        "not_here": [{"case": case, "exhibit": exhibit} for case, exhibit in absent],
    }
    session.show(value, words)
    return Unavailable.exit_code if failed else 0


def _log_words(session: Session, log: Continued | None) -> Iterator[str]:
    """How far the log reaches, in words."""
    if log is None:
        return
    if log.behind:
        yield session.text("cli.restore.behind", size=log.size, behind=log.behind)
    else:
        yield session.text("cli.restore.log", size=log.size, had=log.had, lost=log.lost)


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
        if not dry_run:
            yield session.text("cli.migrate.then")

    value = {
        "found": made.found,
        "wanted": made.wanted,
        "steps": [{"version": version, "what": what} for version, what in made.steps],
        "copy": made.copy,
        "done": not dry_run,
    }
    session.show(value, words)
