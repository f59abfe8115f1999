"""Time-stamps of many exhibits at once.

Promises: what is printed came.

Leaves to others: asking (``app.stamping``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import as_person, command, option
from comity.cli.saying import instant
from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.app.stamping import Batch


@command("evidence stamp-due")
@as_person
@click.pass_obj
def stamp_due_command(session: Session, /, *, who: str) -> None:
    """``comity evidence stamp-due``."""
    from comity.app.stamping import stamp_due
    from comity.clock import write_instant

    with session.node() as node:
        came = stamp_due(node, node.person(who))

    def words() -> Iterator[str]:
        if not any(one.exhibits or one.left for one in came):
            yield session.text("cli.evidence.none_due")
        for one in came:
            if one.at is not None:
                at = write_instant(one.at)
                yield session.text(
                    "cli.evidence.stamped_together", count=one.exhibits, authority=one.authority, at=at
                )
            if one.left:
                yield session.text("cli.evidence.stamps_left", left=one.left, authority=one.authority)

    session.show([told_of(one) for one in came], words)
    raise_first(came)


def told_of(one: Batch) -> dict[str, Any]:
    """What an authority gave, as JSON."""
    from comity.clock import write_instant

    return {
        "authority": one.authority,
        "exhibits": one.exhibits,
        "stamped_at": None if one.at is None else write_instant(one.at),
        "left": one.left,
        "trouble": None if one.trouble is None else one.trouble.id,
    }


def raise_first(came: Sequence[Batch]) -> None:
    """Tell, after all that came, what did not."""
    for one in came:
        if one.trouble is not None:
            raise one.trouble


@command("evidence renew")
@as_person
@option("--before", metavar="TIME")
@click.pass_obj
def renew_command(session: Session, /, *, who: str, before: str | None) -> None:
    """``comity evidence renew``."""
    from comity.app.renewal import renew
    from comity.clock import write_instant
    from comity.messages import explain

    by = None if before is None else instant(before)
    with session.node() as node:
        made = renew(node, node.person(who), before=by)
    at = None if made.at is None else write_instant(made.at)
    value = {
        "renewed_at": at,
        "authority": made.authority,
        "troubles": {name: error.id for name, error in made.troubles},
        "exhibits": [
            {"case": one.case, "exhibit": one.exhibit, "would_age": write_instant(one.ages)}
            for one in made.due
        ],
    }

    def words() -> Iterator[str]:
        if at is None:
            yield session.text("cli.evidence.none_ages")
            return
        for name, error in made.troubles:
            yield session.text("cli.evidence.asked_in_vain", authority=name)
            yield from explain(error, session.language)
        yield session.text("cli.evidence.renewed", count=len(made.due), authority=str(made.authority), at=at)

    session.show(value, words)
