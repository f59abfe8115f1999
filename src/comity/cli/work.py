"""The day's work: ``comity desk``, ``assign``, ``shift``, ``roster``, ``chase``.

Promises: what was signed is told act by act, with its case; what waits is told with what it waits for.

Leaves to others: the deeds (``app.assign``, ``app.roster``, ``app.correspond``), what waits (``app.day``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.command import argument, as_person, as_someone, command, group, option
from comity.cli.saying import SHORT, at_or_now, instant, pairs, tell
from comity.cli.session import Session, read_file, table
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.acts import Act

shift_command = group("shift")
roster_command = group("roster")

LISTS: Final = ("handed", "mine", "office", "unassigned", "late", "chase")
"""What the desk shows of cases, in this order."""

_MINUTE: Final = re.compile(r"(.{10})T(.{5}).*")
"""Day and minute of an instant: seconds would not fit into eighty columns."""

WEEK: Final = 7
"""Days of a roster that are shown, where no end is named."""


@command("desk")
@as_person
@click.pass_obj
def desk_command(session: Session, /, *, who: str) -> None:
    """``comity desk``."""
    from dataclasses import asdict

    from comity.app.day import day_of

    with session.node() as node:
        value = asdict(day_of(node, node.person(who)))
    session.show(value, lambda: _desk(session, value))


def _desk(session: Session, day: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say("cli.desk.on_duty", names=", ".join(day["on_duty"]) or "-")
    for one in day["sign"]:
        yield say("cli.desk.sign", kind=one["kind"], act=one["act"][:SHORT])
    for name in LISTS:
        if not day[name]:
            continue
        yield ""
        yield say(f"cli.desk.{name}")
        rows = [
            (
                one["case"][:SHORT],
                (one["request"] or "-")[:SHORT],
                one["measure"] or "-",
                one["urgency"] or "-",
                _MINUTE.sub(r"\1 \2", one["since"]),
                _why(session, one),
            )
            for one in day[name]
        ]
        yield from table(rows, say("cli.head.desk").split("|"))
    if day["others_late"]:
        yield ""
        yield say("cli.desk.others_late", count=day["others_late"])
    elif not any(day[name] for name in ("sign", *LISTS)):
        yield say("cli.desk.nothing")


def _why(session: Session, one: dict[str, Any]) -> str:
    if "what" in one:
        return session.text(f"cli.desk.what.{one['what']}", count=one.get("reminders", 0))
    return str(one.get("from", "-"))


@command("chase")
@argument("request", metavar="REQUEST", required=False)
@as_someone()
@option("--by", metavar="INSTANT")
@option("--text", metavar="TEXT")
@click.pass_obj
def chase_command(
    session: Session, /, *, request: str | None, who: str | None, by: str | None, text: str | None
) -> None:
    """``comity chase``."""
    from comity.app.chase import chasable, chase

    if request is None:
        with session.node() as node:
            value = chasable(node)
        session.show(value, lambda: _chasable(session, value))
        return
    if who is None:
        raise BadInput("cli.chase_by_whom")
    until = None if by is None else instant(by)
    with session.node() as node:
        tell(session, node, chase(node, request, node.person(who), by=until, text=text))


def _chasable(session: Session, value: list[dict[str, Any]]) -> Iterator[str]:
    for one in value:
        what = session.text(f"cli.desk.what.{one['what']}", count=one["reminders"])
        yield session.text(
            "cli.chase.due", request=one["request"][:SHORT], case=one["case"][:SHORT], at=one["at"], what=what
        )
    if not value:
        yield session.text("cli.chase.none")


@command("roster set", roster_command)
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@as_person
@option("--text", metavar="TEXT")
@click.pass_obj
def roster_set(session: Session, /, *, file: Path, who: str, text: str | None) -> None:
    """``comity roster set``."""
    from comity.app.roster import set_roster

    with session.node() as node:
        tell(
            session,
            node,
            set_roster(node, read_file(file), file.name, node.person(who), text=text),
            last=True,
        )


@command("roster show", roster_command)
@argument("office", metavar="OFFICE")
@option("--from", "since", metavar="INSTANT")
@option("--until", metavar="INSTANT")
@click.pass_obj
def roster_show(session: Session, /, *, office: str, since: str | None, until: str | None) -> None:
    """``comity roster show``."""
    from datetime import timedelta

    from comity import store
    from comity.app.roster import local, show_roster

    with session.node() as node:
        start = at_or_now(node, since)
        end = start + timedelta(days=WEEK) if until is None else instant(until)
        shown = show_roster(node, office, start, end)
        with node.db.read() as conn:
            names = {person.key_id: person.name for person in store.list_people(conn)}
    value = {
        "office": shown.office,
        "zone": shown.zone,
        "any_hour": shown.always,
        "gaps": len(shown.gaps),
        "duties": [
            {
                "since": one.since,
                "until": one.until,
                "local_since": local(one.since, shown.zone),
                "local_until": local(one.until, shown.zone),
                "persons": [names.get(key, key) for key in one.persons],
                "act": one.act,
            }
            for one in shown.duties
        ],
    }
    session.show(value, lambda: _roster(session, value))


def _roster(session: Session, value: dict[str, Any]) -> Iterator[str]:
    nobody = session.text("cli.roster.nobody")
    rows = [
        (one["local_since"], one["local_until"], ", ".join(one["persons"]) or nobody)
        for one in value["duties"]
    ]
    yield session.text("cli.roster.head", office=value["office"], zone=value["zone"])
    yield from table(rows, session.text("cli.head.roster").split("|"))
    if value["any_hour"] and value["gaps"]:
        yield session.text("cli.roster.gaps", count=value["gaps"])


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
