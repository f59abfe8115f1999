"""Time-stamps of many exhibits at once.

Promises: what is printed came.

Leaves to others: asking (``app.stamping``).
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from comity.cli.command import as_person, command, option
from comity.cli.saying import instant
from comity.cli.session import Session


@command("evidence stamp-due")
@as_person
@click.pass_obj
def stamp_due_command(session: Session, /, *, who: str) -> None:
    """``comity evidence stamp-due``."""
    from comity.app.stamping import stamp_due
    from comity.clock import write_instant

    with session.node() as node:
        made = stamp_due(node, node.person(who))
    at = None if made.at is None else write_instant(made.at)
    value = {"exhibits": made.exhibits, "stamped_at": at, "left": made.left}

    def words() -> Iterator[str]:
        if at is None:
            yield session.text("cli.evidence.none_due")
            return
        yield session.text("cli.evidence.stamped_together", count=made.exhibits, at=at)
        if made.left:
            yield session.text("cli.evidence.stamps_left", left=made.left)

    session.show(value, words)


@command("evidence renew")
@as_person
@option("--before", metavar="TIME")
@click.pass_obj
def renew_command(session: Session, /, *, who: str, before: str | None) -> None:
    """``comity evidence renew``."""
    from comity.app.renewal import renew
    from comity.clock import write_instant

    by = None if before is None else instant(before)
    with session.node() as node:
        due, made = renew(node, node.person(who), before=by)
    at = None if made is None else write_instant(made)
    value = {
        "renewed_at": at,
        "exhibits": [
            {"case": one.case, "exhibit": one.exhibit, "would_age": write_instant(one.ages)} for one in due
        ],
    }

    def words() -> Iterator[str]:
        if at is None:
            yield session.text("cli.evidence.none_ages")
            return
        yield session.text("cli.evidence.renewed", count=len(due), at=at)

    session.show(value, words)
