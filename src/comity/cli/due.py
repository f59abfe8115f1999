"""What is due: ``comity due``.

Promises: a page, the most pressing first, each with whom it waits for and when in local time; what rests,
stands still, or cannot be dated is said to. A calendar file of all of it is written beside, where one is
asked for.

Leaves to others: what is due (``app.due``), the calendar file (``app.agenda``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click

from comity.cli.command import as_reader, command, option
from comity.cli.saying import SHORT
from comity.cli.session import Session, table, write_file
from comity.errors import BadInput

_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
PAGE: Final = 50
MOST: Final = 500
_FURTHEST: Final = timedelta(days=3660)


@command("due")
@option("--within", default="30d", show_default=True, metavar="30d")
@option("--case", "case", metavar="CASE")
@option("--mine", "mine", is_flag=True)
@option("--awaited", "awaited", is_flag=True)
@option("--urgent-first", "urgent_first", is_flag=True)
@option("--limit", type=click.IntRange(1, MOST), default=PAGE, show_default=True)
@option("--after", metavar="KEY")
@option("--ics", "ics", type=click.Path(path_type=Path), metavar="FILE")
@as_reader
@click.pass_obj
def due_command(
    session: Session,
    /,
    *,
    within: str,
    case: str | None,
    mine: bool,
    awaited: bool,
    urgent_first: bool,
    limit: int,
    after: str | None,
    ics: Path | None,
) -> None:
    """``comity due``."""
    from comity.app.agenda import agenda
    from comity.app.due import due_everywhere, due_in, due_page
    from comity.app.pressing import due_by_urgency

    if case is not None and mine:
        raise BadInput("cli.due_case_or_mine")
    if urgent_first and (case is not None or after is not None):
        raise BadInput("cli.due_urgent_whole")
    ahead = _period(within)
    with session.node() as node:
        if case is not None:
            found: dict[str, Any] = {"due": due_in(node, case), "next": None}
        else:
            who = node.reader.person if mine else None
            if mine and who is None:
                raise BadInput("cli.due_whose")
            if urgent_first:
                by_urgency = due_by_urgency(node, within=ahead, mine=who, awaited=awaited)
                found = {"due": by_urgency, "next": None}
            elif ics is None:
                found = due_page(node, within=ahead, mine=who, awaited=awaited, after=after, limit=limit)
            else:
                found = {"due": due_everywhere(node, within=ahead, mine=who, awaited=awaited), "next": None}
        if ics is not None:
            write_file(ics, agenda(found["due"], node.clock.now()))
    session.show(found, lambda: _words(session, found, ics))


def _period(text: str) -> timedelta:
    """A number of hours, days or weeks, as ``8h``, ``30d``, ``2w``.

    Raises:
        BadInput: it is none, or too long.
    """
    written = re.fullmatch(r"([0-9]{1,5})([hdw])", text)
    period = None if written is None else int(written[1]) * _UNITS[written[2]]
    if period is None or period > _FURTHEST:
        raise BadInput("cli.no_period", text=text[:40])
    return period


def _words(session: Session, found: dict[str, Any], ics: Path | None) -> Iterator[str]:
    say, lines = session.text, found["due"]
    if not lines:
        yield say("cli.due.nothing")
    else:
        rows = [
            (
                _when(session, one),
                say(f"cli.due.standing.{one['standing']}"),
                say(f"cli.due.whom.{one['whom']}", state=one["state"]),
                one["case"][:SHORT],
                f"{one['clock']} ({one['urgency']})" if "urgency" in one else one["clock"],
            )
            for one in lines
        ]
        yield from table(rows, say("cli.head.due").split("|"))
    for one in lines:
        yield from remarks(session, one)
    if found["next"] is not None:
        yield say("cli.cases.more", after=found["next"])
    if ics is not None:
        yield say("cli.due.written", count=sum(1 for one in lines if one["at"] is not None), file=str(ics))


def due_in_case(session: Session, lines: list[dict[str, Any]]) -> Iterator[str]:
    """What waits in one case, a line each: for whom, until when, on the wall of both States."""
    for one in lines:
        local = "; ".join(f"{state} {text}" for state, text in one["local"].items()) or "-"
        yield session.text(
            "cli.due.in_case",
            clock=one["clock"],
            whom=session.text(f"cli.due.whom.{one['whom']}", state=one["state"]),
            standing=session.text(f"cli.due.standing.{one['standing']}"),
            at=_when(session, one),
            local=local,
        )
        if one["standing"] == "rests":
            yield "  " + session.text("cli.due.rests", request=(one["request"] or "-")[:SHORT])


def office_words(session: Session, office: dict[str, Any]) -> str:
    """When an office is open, or opens next, or why that is not known."""
    say = session.text
    if office["unknown"] is not None:
        return say(office["unknown"]["id"], **office["unknown"]["arguments"])
    if office["open"]:
        key = "cli.due.office.open" if office["closes"] is not None else "cli.due.office.always"
    else:
        key = "cli.due.office.opens"
    told = say(
        key,
        office=office["office"],
        opens=office["opens"],
        there=office["opens_there"],
        closes=office["closes"] or "-",
        entry=office["entry"],
    )
    return told if office["certain"] else f"{told} {say('cli.due.office.uncertain')}"


def _when(session: Session, one: dict[str, Any]) -> str:
    if one["at"] is None:
        return "-"
    late = one["late_seconds"]
    if not late:
        return str(one["at"])
    days, rest = divmod(late, 86400)
    return session.text("cli.due.late", at=one["at"], days=days, hours=rest // 3600)


def remarks(session: Session, one: dict[str, Any]) -> Iterator[str]:
    """What a line of the table does not say: local times, the rule, what rests or is in doubt."""
    say = session.text
    yield say("cli.due.one", clock=one["clock"], case=one["case"][:SHORT], act=one["act"][:SHORT])
    local = "; ".join(f"{state} {text}" for state, text in one["local"].items())
    if local:
        yield "  " + say("cli.due.local", local=local)
    if one["office"] is not None and one["whom"] == "other_state":
        yield "  " + office_words(session, one["office"])
    source = one["rule"]["length_from"] or "nobody"
    law = one["law"]
    yield "  " + say(
        f"cli.due.rule.{source}",
        state=one["state"],
        adopted=(one["rule"]["adopted"] or "-")[:SHORT],
        provision=law["provision"] or "-",
        law=law["bundle"][:SHORT],
        mark=law["mark"] or "-",
    )
    if law["doubt"] is not None:
        yield "  " + say("cli.due.doubt")
    if one["unknown"] is not None:
        yield "  " + say(one["unknown"]["id"], **one["unknown"]["arguments"])
    if one["standing"] == "rests":
        yield "  " + say("cli.due.rests", request=(one["request"] or "-")[:SHORT])
    if one["standing"] == "held":
        yield "  " + say("cli.due.held", requests=", ".join(id[:SHORT] for id in one["held_for"]))
    for pause in one["pauses"]:
        if pause["until"] is None:
            yield "  " + say(f"cli.due.still.{pause['why']}", act=pause["act"][:SHORT], since=pause["since"])
    if one["reminded_at"] is not None:
        yield "  " + say("cli.due.reminded", at=one["reminded_at"])
