"""Showing others: a case's file, a letter, a disclosure; and destroying a field that must go.

Promises: files are written for their owner alone, and never over others.

Leaves to others: what goes into them (``app.export``, ``app.disclose``, ``app.letter``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.case_words import case_words
from comity.cli.cases import filtered, show_cases
from comity.cli.command import argument, as_person, as_reader, by_two, command, group, option
from comity.cli.request import show
from comity.cli.saying import SHORT, choice, pairs, tell
from comity.cli.session import Session, refuse_no_place, write_file
from comity.cli.story_words import story_words
from comity.dossier import Profile
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.app.disclose import Withhold

case_command = group("case")


@command("case list", case_command)
@filtered("urgency")
@click.pass_obj
def case_list(session: Session, /, **wanted: Any) -> None:
    """``comity case list``."""
    show_cases(session, **wanted)


@command("case show", case_command)
@argument("case", metavar="CASE")
@option("--all", "everything", is_flag=True)
@as_reader
@click.pass_obj
def case_show(session: Session, /, *, case: str, everything: bool) -> None:
    """``comity case show``."""
    show(session, case, case_words if everything else story_words)


@command("case next", case_command)
@argument("case", metavar="CASE")
@as_reader
@click.pass_obj
def case_next(session: Session, /, *, case: str) -> None:
    """``comity case next``."""
    from comity.app.show import show_case

    with session.node() as node:
        following = show_case(node, case)["next"]

    def words() -> Iterator[str]:
        for one in following:
            about = "-" if one["about"] is None else one["about"][:SHORT]
            yield f"{one['state']}  {one['kind']}  {about}  {', '.join(one['by'])}".rstrip()

    session.show(following, words)


@command("case export", case_command)
@argument("case", metavar="CASE")
@option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@option(
    "--profile",
    type=choice(Profile),
    default=Profile.COURT.value,
    show_default=True,
)
@by_two
@click.pass_obj
def case_export(
    session: Session, /, *, case: str, output: Path, profile: str, who: str, second: str, **told: str
) -> None:
    """``comity case export``."""
    from comity.app.hand_out import Leave, hand_out_case

    refuse_no_place(output)
    with session.node() as node:
        leave = Leave(node.person(who), node.person(second), **told)
        said, data = hand_out_case(node, case, leave, Profile(profile))
        write_file(output, data)
    id = said.header.case
    session.show(
        {"file": str(output), "case": id, "profile": profile, "size": len(data), "act": said.id},
        lambda: iter([session.text("cli.written", file=str(output))]),
    )


@command("letter")
@argument("act", metavar="ACT")
@option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE.pdf")
@by_two
@click.pass_obj
def letter_command(
    session: Session, /, *, act: str, output: Path, who: str, second: str, **told: str
) -> None:
    """``comity letter``."""
    from comity import dsse
    from comity.app.hand_out import Leave, hand_out_letter

    beside = output.with_name(output.name + ".seal.json")
    for path in (output, beside):
        refuse_no_place(path)
    with session.node() as node:
        leave = Leave(node.person(who), node.person(second), **told)
        said, letter = hand_out_letter(node, act, leave)
    write_file(output, letter.pdf)
    write_file(beside, dsse.write(letter.seal))

    def words() -> Iterator[str]:
        yield session.text("cli.written", file=str(output))
        yield session.text("cli.written", file=str(beside))

    session.show({"letter": str(output), "seal": str(beside), "act": said.id}, words)


@command("erase")
@argument("act", metavar="ACT")
@argument("field", metavar="FIELD")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--ground", required=True, metavar="KEY")
@option("--order", required=True, metavar="TEXT")
@click.pass_obj
def erase_command(
    session: Session, /, *, act: str, field: str, who: str, second: str, ground: str, order: str
) -> None:
    """``comity erase``."""
    from comity.app.disclose import erase

    with session.node() as node:
        other = node.person(second)
        done = erase(node, act, node.person(who), second=other, field=field, ground=ground, order=order)
        tell(session, node, done)


@command("disclose")
@argument("case", metavar="CASE")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--withhold", multiple=True, metavar="ACT.FIELD=GROUND")
@option("--order", "orders", multiple=True, metavar="TEXT")
@option("--home", multiple=True, metavar="ACT")
@option("--profile", type=choice(Profile), default=Profile.DEFENCE.value, show_default=True)
@option("--to", required=True, metavar="TEXT")
@option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def disclose_command(
    session: Session,
    /,
    *,
    case: str,
    who: str,
    second: str,
    withhold: tuple[str, ...],
    orders: tuple[str, ...],
    home: tuple[str, ...],
    profile: str,
    to: str,
    output: Path,
) -> None:
    """``comity disclose``."""
    from comity.app.disclose import disclose

    withheld = _withheld(withhold, orders)
    refuse_no_place(output)
    with session.node() as node:
        said, data = disclose(
            node,
            case,
            node.person(who),
            second=node.person(second),
            to=to,
            withheld=withheld,
            profile=Profile(profile),
            home=home,
        )
        write_file(output, data)
        tell(session, node, said)
    session.say("cli.written", file=str(output))


def _withheld(texts: tuple[str, ...], orders: tuple[str, ...]) -> tuple[Withhold, ...]:
    """What is withheld; each by an order of its own, or all by the one that is given."""
    from comity.app.disclose import Withhold

    places = pairs(texts, "ACT.FIELD=GROUND")
    if places and len(orders) not in {1, len(places)}:
        raise BadInput("cli.orders_needed", withheld=len(places), orders=len(orders))
    found = []
    for number, (place, ground) in enumerate(places):
        act, dot, field = place.partition(".")
        if not dot:
            raise BadInput("cli.not_a_pair", text=place[:80], example="ACT.FIELD=GROUND")
        found.append(Withhold(act, field, ground, orders[number if len(orders) > 1 else 0]))
    return tuple(found)
