"""The offices of a directory entry: one more of ours; under which number one is called back; when it is open.

Promises: without anything to change, ``hours`` tells when an office is open next, our own or another State's.

Leaves to others: the deeds (``app.offices``).
"""

from __future__ import annotations

import re
from typing import Final

import click

from comity.cli.command import argument, command, option
from comity.cli.due import office_words
from comity.cli.session import Session
from comity.errors import BadInput

_DAYS: Final = re.compile("([1-7])(?:-([1-7]))?")


@command("office")
@argument("office", metavar="ID=FUNCTION,...")
@click.pass_obj
def office_command(session: Session, /, *, office: str) -> None:
    """``comity office``."""
    from comity.app.found import office as read_office
    from comity.app.offices import add_office

    told = read_office(office)
    with session.node() as node:
        entry = add_office(node, told)
    session.show(
        {"office": told.id, "functions": list(told.functions), "version": entry.version},
        lambda: iter([session.text("cli.office.added", office=told.id, version=entry.version)]),
    )


@command("phone")
@argument("office", metavar="OFFICE")
@argument("number", metavar="[NUMBER]", required=False)
@click.pass_obj
def phone_command(session: Session, /, *, office: str, number: str | None) -> None:
    """``comity phone``."""
    from comity.app.offices import set_phone

    with session.node() as node:
        entry = set_phone(node, office, number)
    session.show(
        {"office": office, "phone": number, "version": entry.version},
        lambda: iter([session.text("cli.phone.set", office=office, version=entry.version)]),
    )


@command("hours")
@argument("office", metavar="OFFICE")
@option("--days", metavar="1-5")
@option("--opens", metavar="HH:MM")
@option("--closes", metavar="HH:MM")
@option("--zone", metavar="ZONE")
@option("--any-hour", is_flag=True)
@option("--not-told", is_flag=True)
@click.pass_obj
def hours_command(
    session: Session,
    /,
    *,
    office: str,
    days: str | None,
    opens: str | None,
    closes: str | None,
    zone: str | None,
    any_hour: bool,
    not_told: bool,
) -> None:
    """``comity hours``."""
    from comity.app.offices import ANY_HOUR, opening_of, set_hours
    from comity.exchange import Hours
    from comity.wire import build, dump

    written = (days, opens, closes, zone)
    if sum((any_hour, not_told, any(one is not None for one in written))) > 1:
        raise BadInput("cli.hours_one_way")
    if any_hour or not_told:
        told = ANY_HOUR if any_hour else None
    elif any(one is not None for one in written):
        if None in written:
            raise BadInput("cli.hours_in_full")
        spoken = {"zone": zone, "days": _days(str(days)), "opens": opens, "closes": closes}
        try:
            told = build(Hours, spoken)
        except BadInput as error:
            raise BadInput("app.not_hours", office=office) from error
    else:
        with session.node() as node:
            value = opening_of(node, office)
        session.show(value, lambda: iter([office_words(session, value)]))
        return
    with session.node() as node:
        entry = set_hours(node, office, told)
    session.show(
        {"office": office, "hours": None if told is None else dump(told), "version": entry.version},
        lambda: iter([session.text("cli.hours.set", office=office, version=entry.version)]),
    )


def _days(text: str) -> list[int]:
    """Weekdays as they are written on the line: ``1-5``, ``7,1-4``.

    Raises:
        BadInput: they are none.
    """
    found: set[int] = set()
    for part in text.split(","):
        written = _DAYS.fullmatch(part.strip())
        first, last = (0, 0) if written is None else (int(written[1]), int(written[2] or written[1]))
        if not 0 < first <= last:
            raise BadInput("cli.no_days", text=text[:40])
        found |= set(range(first, last + 1))
    return sorted(found)
