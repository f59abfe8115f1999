"""Who has which case: ``comity assign``, ``comity shift``.

Promises: what was signed is told act by act, with its case.

Leaves to others: the deeds (``app.assign``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from comity.cli.command import argument, as_person, command, group, option
from comity.cli.saying import pairs, tell
from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.acts import Act

shift_command = group("shift")


@command("assign")
@argument("case", metavar="CASE")
@as_person
@option("--to", metavar="NAME")
@option("--office", metavar="OFFICE")
@option("--text", metavar="TEXT")
@click.pass_obj
def assign_command(
    session: Session, /, *, case: str, who: str, to: str | None, office: str | None, text: str | None
) -> None:
    """``comity assign``."""
    from comity.app.assign import assign

    with session.node() as node:
        tell(session, node, assign(node, case, node.person(who), to=to, office=office, text=text), last=True)


@command("shift hand-over", shift_command)
@as_person
@option("--to", required=True, metavar="NAME")
@option("--case", "cases", multiple=True, metavar="CASE")
@option("--note", "notes", multiple=True, metavar="CASE=TEXT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def shift_hand_over(
    session: Session, /, *, who: str, to: str, cases: tuple[str, ...], notes: tuple[str, ...], text: str
) -> None:
    """``comity shift hand-over``."""
    from comity.app.assign import hand_over

    with session.node() as node:
        more = dict(pairs(notes, "CASE=TEXT"))
        _tell_all(session, hand_over(node, node.person(who), to=to, text=text, cases=cases, notes=more))


@command("shift take-over", shift_command)
@as_person
@option("--case", "cases", multiple=True, metavar="CASE")
@option("--text", metavar="TEXT")
@click.pass_obj
def shift_take_over(session: Session, /, *, who: str, cases: tuple[str, ...], text: str | None) -> None:
    """``comity shift take-over``."""
    from comity.app.assign import take_over

    with session.node() as node:
        _tell_all(session, take_over(node, node.person(who), cases=cases, text=text))


def _tell_all(session: Session, acts: tuple[Act, ...]) -> None:
    value = [{"act": act.id, "kind": act.header.kind, "case": act.header.case} for act in acts]

    def words() -> Iterator[str]:
        for act in acts:
            yield session.text("cli.work.done", kind=act.header.kind, case=str(act.header.case), act=act.id)

    session.show(value, words)
