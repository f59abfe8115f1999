"""Consulting and deciding: item by item, from a file of rulings or from options.

Promises: granting asks for as much as refusing: for each item reasons that face outward and inward; a fresh
file names every item and the grounds that the law data holds for this request.

Leaves to others: what may be decided (``app.decide``), the file's shape (``rulings``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.cli.command import argument, as_person, as_someone, command, option
from comity.cli.saying import instant, pairs, tell
from comity.cli.session import Session, read_file, write_file
from comity.cli.wording import in_language, read_wording
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.app.decide import Ruling


@command("consult")
@argument("request", metavar="REQUEST")
@as_person
@option("--ground", "grounds", multiple=True, required=True, metavar="KEY")
@option("--answer-by", required=True, metavar="INSTANT")
@option("--text", required=True, metavar="TEXT")
@click.pass_obj
def consult_command(
    session: Session, /, *, request: str, who: str, grounds: tuple[str, ...], answer_by: str, text: str
) -> None:
    """``comity consult``."""
    from comity.app.decide import consult

    until = instant(answer_by)
    with session.node() as node:
        said = consult(node, request, node.person(who), grounds=grounds, answer_by=until, text=text)
        tell(session, node, said)


@command("decide")
@argument("words", metavar="[new] REQUEST", nargs=-1, required=True)
@as_someone()
@option("--approver", metavar="NAME")
@option("--judge", metavar="NAME")
@option("--file", type=click.Path(path_type=Path), metavar="FILE")
@option("--grant", multiple=True, metavar="ITEM")
@option("--refuse", multiple=True, metavar="ITEM=GROUND,...")
@option("--outward", metavar="TEXT")
@option("--inward", metavar="TEXT")
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@in_language
@click.pass_obj
def decide_command(
    session: Session,
    /,
    *,
    words: tuple[str, ...],
    who: str | None,
    approver: str | None,
    judge: str | None,
    file: Path | None,
    grant: tuple[str, ...],
    refuse: tuple[str, ...],
    outward: str | None,
    inward: str | None,
    output: Path | None,
    written_in: str | None,
    translations: tuple[tuple[str, str, Path], ...],
) -> None:
    """``comity decide``."""
    from comity.app.decide import decide
    from comity.cli.rulings import read_rulings

    *before, request = words
    if before == ["new"]:
        _new(session, request, output)
        return
    if before:
        raise BadInput("cli.one_request", given=" ".join(words)[:80])
    if who is None:
        raise BadInput("cli.who_signs")
    if file is not None:
        rulings = read_rulings(read_file(file), file.name)
    else:
        rulings = _from_options(grant, refuse, outward, inward)
    wording = read_wording(written_in, translations)
    with session.node() as node:
        by = node.person(who)
        said = decide(node, request, by, rulings=rulings, approver=approver, judge=judge, wording=wording)
        tell(session, node, said)


def _new(session: Session, request: str, output: Path | None) -> None:
    from comity.app.assessment import facts_of
    from comity.app.reply import matter
    from comity.cli.rulings import new_rulings
    from comity.safeguards import grounds_of, open_to

    with session.node() as node:
        it = matter(node, request)
        with node.db.read() as conn:
            facts = facts_of(conn, it.case, it.act)
        grounds = grounds_of(facts, node.bundle, node.clock.now().date())
        items = [(item.id, item.data.value) for item in it.request.undecided]
        text = new_rulings(items, grounds, open_to(facts), session.language)
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text.encode("utf-8"))
    session.show(
        {"file": str(output), "items": [id for id, _ in items], "grounds": [g.key for g in grounds]},
        lambda: iter([session.text("cli.decide.written", file=str(output))]),
    )


def _from_options(
    grant: tuple[str, ...], refuse: tuple[str, ...], outward: str | None, inward: str | None
) -> tuple[Ruling, ...]:
    from comity.acts import Outcome
    from comity.app.decide import Ruling

    if not grant and not refuse:
        raise BadInput("cli.nothing_decided")
    if not outward or not inward:
        raise BadInput("cli.reasons_needed")
    rulings = [Ruling(item, Outcome.GRANT, outward, inward) for item in grant]
    for item, grounds in pairs(refuse, "ITEM=GROUND"):
        named = tuple(g.strip() for g in grounds.split(",") if g.strip())
        rulings.append(Ruling(item, Outcome.REFUSE, outward, inward, grounds=named))
    return tuple(rulings)
