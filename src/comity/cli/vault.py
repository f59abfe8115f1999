"""The vault: where it is, reading everything in it again, and moving it.

Promises: ends with an exit status that says whether something is rotten, a lock does not hold, or a move is
not at its end.

Leaves to others: trying the store (``app.keeping``), reading and naming (``app.scrub``), moving
(``app.move``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from comity.cli.command import command, group, option
from comity.cli.saying import instant
from comity.cli.session import Session, table
from comity.errors import BadInput, ProofFailed, Unavailable

if TYPE_CHECKING:
    from comity.app.move import Move
    from comity.wire import Json

_SIZE: Final = re.compile(r"([0-9]{1,15})([KMGT]?)")
_UNITS: Final = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}

_NAMED: Final = 20
"""Objects that are named one by one."""

vault_command = group("vault")


@command("vault scrub", vault_command)
@option("--budget", metavar="SIZE")
@option("--since", metavar="TIME")
@option("--rate", metavar="SIZE")
@click.pass_obj
def vault_scrub(session: Session, /, *, budget: str | None, since: str | None, rate: str | None) -> int:
    """``comity vault scrub``."""
    from comity.app.scrub import Pace, scrub
    from comity.app.watched import watched
    from comity.cli.progress import reading
    from comity.clock import write_instant

    limit = None if budget is None else _size(budget)
    begin = None if since is None else instant(since)
    with session.node() as node, reading(session, session.text("cli.vault.the_vault")) as progress:
        seen = watched(node, progress, limit)
        came = scrub(seen, budget=limit, since=begin, pace=None if rate is None else Pace(_size(rate)))
    value = {
        "objects": came.objects,
        "size": came.size,
        "done": came.done,
        "rot": [
            {
                "address": one.address,
                "what": one.what,
                "found_at": write_instant(one.found_at),
                "case": one.case,
                "exhibit": one.exhibit,
                "delivery": one.delivery,
            }
            for one in came.rot
        ],
    }

    def words() -> Iterator[str]:
        yield session.text("cli.vault.read", objects=came.objects, size=came.size)
        yield session.text("cli.vault.done" if came.done else "cli.vault.goes_on")
        if not came.rot:
            yield session.text("cli.vault.well")
            return
        rows = [
            (
                one.case,
                one.exhibit,
                session.text(f"cli.vault.what.{one.what}"),
                write_instant(one.found_at),
                one.address,
            )
            for one in came.rot
        ]
        yield from table(rows, session.text("cli.head.rot").split("|"))
        yield session.text("cli.vault.mend")

    session.show(value, words)
    return ProofFailed.exit_code if came.rot else 0


@command("vault status", vault_command)
@click.pass_obj
def vault_status(session: Session, /) -> int:
    """``comity vault status``."""
    from comity.app.keeping import keeping

    with session.node() as node:
        found = keeping(node)
    probed = found.probed
    value = {
        "place": found.place,
        "store": "files" if probed is None else "s3",
        "locked": None if probed is None or not probed.locked else probed.lock,
        "days": found.days,
        "wanted": None if probed is None else probed.lock,
        "faults": [] if probed is None else list(probed.faults),
        "may_bypass": None if probed is None else probed.may_bypass,
        "write_once": None if probed is None else probed.once,
        "checks": None if probed is None else probed.checks,
        "before": found.before,
        "move": None if found.move is None else _move_value(found.move),
    }

    def words() -> Iterator[str]:
        yield session.text("cli.vault.place", place=found.place)
        if found.before is not None:
            yield session.text("cli.vault.before", before=found.before)
        if probed is None:
            yield session.text("cli.vault.files")
            return
        if probed.locked:
            yield session.text("cli.vault.locked", lock=str(probed.lock), days=int(found.days or 0))
        elif probed.lock is None:
            yield session.text("cli.vault.no_lock")
        for fault in probed.faults:
            yield session.text("cli.vault.lock_broken", lock=str(probed.lock))
            yield session.text(f"cli.vault.fault.{fault}")
        if probed.may_bypass:
            yield session.text("cli.vault.may_bypass")
        yield session.text("cli.vault.once" if probed.once else "cli.vault.not_once")
        yield session.text("cli.vault.checks" if probed.checks else "cli.vault.checks_not")

    session.show(value, words)
    return ProofFailed.exit_code if probed is not None and probed.faults else 0


@command("vault move", vault_command)
@option("--keep-old", is_flag=True)
@option("--rate", metavar="SIZE")
@click.pass_obj
def vault_move(session: Session, /, *, keep_old: bool, rate: str | None) -> int:
    """``comity vault move``."""
    from comity.app.move import move
    from comity.app.scrub import Pace
    from comity.cli.progress import reading

    pace = None if rate is None else Pace(_size(rate))
    with session.node() as node, reading(session, node.settings.vault_store) as progress:
        came = move(node, leave=not keep_old, progress=progress, pace=pace)
    at = came.move

    def words() -> Iterator[str]:
        yield session.text("cli.vault.moved", objects=at.objects, size=at.size, before=at.before, to=at.to)
        if at.open:
            yield session.text("cli.vault.not_moved", count=len(at.open), before=at.before)
            yield from at.open[:_NAMED]
            yield session.text("cli.vault.not_moved.do")
        elif at.left is not None:
            yield session.text("cli.vault.left", before=at.before)
            if at.kept:
                yield session.text("cli.vault.kept_there", count=at.kept)
        elif came.busy:
            yield session.text("cli.vault.move_busy")
        else:
            yield session.text("cli.vault.old_kept", before=at.before)

    session.show({**_move_value(at), "busy": came.busy}, words)
    if at.open:
        return ProofFailed.exit_code
    return Unavailable.exit_code if came.busy else 0


def _move_value(at: Move) -> Json:
    from comity.clock import write_instant

    return {
        "before": at.before,
        "to": at.to,
        "began": write_instant(at.began),
        "objects": at.objects,
        "size": at.size,
        "not_moved": list(at.open),
        "verified": None if at.verified is None else write_instant(at.verified),
        "left": None if at.left is None else write_instant(at.left),
        "kept": at.kept,
    }


def _size(text: str) -> int:
    """Bytes as they are written on the line: 500M, 20G.

    Raises:
        BadInput: it is none.
    """
    match = _SIZE.fullmatch(text)
    if match is None or not int(match.group(1)):
        raise BadInput("cli.not_a_size", text=text[:40])
    return int(match.group(1)) * _UNITS[match.group(2)]
