"""Units and what they alone open: their keys, marking, opening by two, sealing for another unit, taking over.

Promises: a unit's passphrase comes from a file or from the terminal, never from the command line; what is
made with the unit's key is told with the id of the act by which two said so.

Leaves to others: the deeds (``app.unit_key``, ``app.marking``, ``app.unseal``).
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, as_person, command, group, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.saying import instant, tell
from comity.cli.session import Session
from comity.errors import BadInput, NotPermitted, Unavailable

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.app.node import Node
    from comity.app.unit_key import UnitKey
    from comity.exchange import Authority

unit_command = group("unit")
_FILE = click.Path(path_type=Path)
_LIMIT = 4096


@command("unit key", unit_command)
@argument("file", metavar="FILE", type=_FILE)
@option("--passphrase-file", type=_FILE, metavar="FILE")
@click.pass_obj
def unit_key(session: Session, /, *, file: Path, passphrase_file: Path | None) -> None:
    """``comity unit key``."""
    from comity.keys import make_unit_file

    told = _passphrase(session, passphrase_file, again=True)
    if told is None:
        raise NotPermitted("keys.unit_passphrase_needed", file=file.name)
    recipient = make_unit_file(file, told, secrets.token_bytes)
    value = {"file": str(file), "recipient": recipient}
    session.show(value, lambda: iter([session.text("cli.unit.made", recipient=recipient)]))


@command("unit enrol", unit_command)
@argument("office", metavar="OFFICE")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--recipient", "recipients", multiple=True, required=True, metavar="KEY")
@option("--text", metavar="TEXT")
@click.pass_obj
def unit_enrol(
    session: Session,
    /,
    *,
    office: str,
    who: str,
    second: str,
    recipients: tuple[str, ...],
    text: str | None,
) -> None:
    """``comity unit enrol``."""
    from comity.app.unit_key import enrol_unit_key

    with session.node() as node:
        first, other = node.person(who), node.person(second)
        act = enrol_unit_key(node, office, recipients, first, other, text=text)
    waits = act.terms.waits
    said = "cli.unit.waits" if waits else "cli.unit.listed_alone"
    _show(
        session, act, {"office": office, "waits": waits}, session.text(said, office=office, act=act.id[:12])
    )


@command("unit confirm", unit_command)
@argument("act", metavar="ACT")
@as_person
@option("--text", metavar="TEXT")
@click.pass_obj
def unit_confirm(session: Session, /, *, act: str, who: str, text: str | None) -> None:
    """``comity unit confirm``."""
    from comity.app.unit_key import confirm_unit_key

    with session.node() as node:
        tell(session, node, confirm_unit_key(node, act, node.person(who), text=text))


@command("unit mark", unit_command)
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--material", required=True, metavar="KIND")
@option("--unit", metavar="OFFICE")
@option("--case", metavar="CASE")
@option("--text", metavar="TEXT")
@click.pass_obj
def unit_mark(
    session: Session,
    /,
    *,
    exhibit: str,
    who: str,
    material: str,
    unit: str | None,
    case: str | None,
    text: str | None,
) -> None:
    """``comity unit mark``."""
    from comity.app.marking import mark

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        act, before = mark(node, found, exhibit, material, node.person(who), unit=unit, text=text)
    value = {
        "act": act.id,
        "exhibit": exhibit,
        "case": found,
        "material": material,
        "unit": act.terms.protected.unit,
        "before": {
            "seen": before.seen,
            "deliveries": list(before.deliveries),
            "parts": list(before.parts),
            "recovery_keys": before.recovery,
        },
    }

    def words() -> Iterator[str]:
        yield session.text("cli.unit.marked", exhibit=exhibit, unit=act.terms.protected.unit)
        yield session.text("cli.unit.before", seen=before.seen, keys=1 + before.recovery)
        for delivery in before.deliveries:
            yield session.text("cli.unit.before_delivered", act=delivery[:12])
        for part in before.parts:
            yield session.text("cli.unit.before_part", exhibit=part)

    session.show(value, words)


@command("unit permit", unit_command)
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--purpose", required=True, metavar="TEXT")
@option("--number", required=True, metavar="TEXT")
@option("--authority", required=True, metavar="TEXT")
@option("--stage", required=True, metavar="TEXT")
@option("--until", metavar="INSTANT")
@option("--case", metavar="CASE")
@click.pass_obj
def unit_permit(
    session: Session,
    /,
    *,
    exhibit: str,
    who: str,
    second: str,
    purpose: str,
    number: str,
    authority: str,
    stage: str,
    until: str | None,
    case: str | None,
) -> None:
    """``comity unit permit``."""
    from comity.acts import Proceeding
    from comity.app.mark import get_mark
    from comity.app.unseal import Two, longest_opening, permit
    from comity.wire import build

    proceeding = build(Proceeding, {"number": number, "authority": authority, "stage": stage})
    end = None if until is None else instant(until)
    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        two = Two(node.person(who), node.person(second), purpose)
        act = permit(node, found, exhibit, two, proceeding, end)
        with node.db.read() as conn:
            longest = longest_opening(node, conn, get_mark(conn, found, exhibit))
    hours, until = longest // timedelta(hours=1), act.terms.until
    line = session.text("cli.unit.permitted", exhibit=exhibit, until=until, hours=hours)
    _show(session, act, {"exhibit": exhibit, "until": until, "longest_hours": hours}, line)


@command("unit open", unit_command)
@argument("act", metavar="ACT")
@argument("folder", metavar="FOLDER", type=_FILE)
@as_person
@option("--key", "key_file", required=True, type=_FILE, metavar="FILE")
@option("--passphrase-file", type=_FILE, metavar="FILE")
@click.pass_obj
def unit_open(
    session: Session, /, *, act: str, folder: Path, who: str, key_file: Path, passphrase_file: Path | None
) -> None:
    """``comity unit open``."""
    from comity.app.unseal import open_protected

    with session.node() as node:
        key = _key(session, node, act, key_file, passphrase_file)
        made = open_protected(node, act, folder, node.person(who), key)
    value = {"act": act, "folder": str(made)}
    session.show(value, lambda: iter([session.text("cli.unit.opened", folder=str(made))]))


@command("unit seal", unit_command)
@argument("request", metavar="REQUEST")
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--purpose", required=True, metavar="TEXT")
@option("--to", metavar="OFFICE")
@option("--key", "key_file", required=True, type=_FILE, metavar="FILE")
@option("--passphrase-file", type=_FILE, metavar="FILE")
@click.pass_obj
def unit_seal(
    session: Session,
    /,
    *,
    request: str,
    exhibit: str,
    who: str,
    second: str,
    purpose: str,
    to: str | None,
    key_file: Path,
    passphrase_file: Path | None,
) -> None:
    """``comity unit seal``."""
    from comity.app.unseal import Two, seal_for_unit

    with session.node() as node:
        key = _key(session, node, request, key_file, passphrase_file)
        two = Two(node.person(who), node.person(second), purpose)
        act = seal_for_unit(node, request, exhibit, two, key, to=to)
        with node.db.read() as conn:
            theirs = node.directory(conn).authority(act.terms.to)
    told = {"exhibit": exhibit, "to": theirs.id, "listings": [one.model_dump() for one in theirs.listings]}
    _show(session, act, told, session.text("cli.unit.sealed", to=theirs.id), *listing_words(session, theirs))


@command("unit take", unit_command)
@argument("delivery", metavar="DELIVERY")
@as_person
@option("--second", required=True, metavar="NAME")
@option("--purpose", required=True, metavar="TEXT")
@option("--key", "key_file", required=True, type=_FILE, metavar="FILE")
@option("--passphrase-file", type=_FILE, metavar="FILE")
@click.pass_obj
def unit_take(
    session: Session,
    /,
    *,
    delivery: str,
    who: str,
    second: str,
    purpose: str,
    key_file: Path,
    passphrase_file: Path | None,
) -> None:
    """``comity unit take``."""
    from comity.app.unseal import Two, take_over

    with session.node() as node:
        key = _key(session, node, delivery, key_file, passphrase_file)
        acts = take_over(node, delivery, Two(node.person(who), node.person(second), purpose), key)
    taken = [{"exhibit": act.terms.exhibit, "act": act.id} for act in acts]

    def words() -> Iterator[str]:
        for one in taken:
            yield session.text("cli.unit.taken", exhibit=one["exhibit"], act=one["act"][:12])
        if not taken:
            yield session.text("cli.unit.taken_before")

    session.show(taken, words)


def listing_words(session: Session, office: Authority) -> Iterator[str]:
    """Who listed the keys of a unit: those of now, and what was listed without its word before."""
    if office.recipients and not office.listings:
        yield session.text("cli.entry.listed.untold")
    for one in reversed(office.listings):
        how = "unit" if not one.alone else "alone" if one.confirmed is None else "late"
        if one != office.listing:
            how = "before" if one.confirmed is None else "before_late"
        yield session.text(f"cli.entry.listed.{how}", since=one.since, act=(one.confirmed or one.act)[:12])


def _show(session: Session, act: Act, more: dict[str, Any], *lines: str) -> None:
    """What was signed, and what is to be known of it."""
    header = act.header
    told: dict[str, Any] = {"act": act.id, "kind": header.kind, "case": header.case, "about": header.about}
    first = session.text("cli.said.act", kind=header.kind, act=act.id)
    session.show(told | {"waiting": []} | more, lambda: iter([first, *lines]))


def _key(session: Session, node: Node, act: str, file: Path, passphrase_file: Path | None) -> UnitKey:
    """The unit's key, once it is known that there is such an act for this reader.

    Its passphrase is asked for at the terminal, where it has one and no file names it.
    """
    from comity.app.look import find_act
    from comity.app.unit_key import read_unit_key

    with node.db.read() as conn:
        find_act(node, conn, act)
    if passphrase_file is not None:
        return read_unit_key(file, _passphrase(session, passphrase_file))
    try:
        return read_unit_key(file)
    except NotPermitted as error:
        told = _passphrase(session, None) if error.id == "keys.unit_passphrase_needed" else None
        if told is None:
            raise
        return read_unit_key(file, told)


def _passphrase(session: Session, file: Path | None, *, again: bool = False) -> str | None:
    if file is None:
        if not sys.stdin.isatty():
            return None
        asked = session.text("cli.unit.passphrase")
        told: str = click.prompt(asked, hide_input=True, confirmation_prompt=again, err=True)
        return told
    try:
        with file.open("rb") as opened:
            data = opened.read(_LIMIT + 1)
    except OSError as error:
        raise Unavailable("keys.unreadable", file=file.name, what=error.strerror or "?") from error
    if len(data) > _LIMIT:  # cut, it would be another passphrase than the one that ``age`` is given
        raise BadInput("cli.unit.passphrase_long", file=file.name, limit=_LIMIT)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("keys.passphrase_not_text", file=file.name) from error
    return text.removesuffix("\n").removesuffix("\r")
