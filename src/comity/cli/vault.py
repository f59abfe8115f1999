"""The vault: reading everything in it again.

Promises: ends with an exit status that says whether something is rotten.

Leaves to others: reading and naming (``app.scrub``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import click

from comity.cli.command import command, group, option
from comity.cli.saying import instant
from comity.cli.session import Session, table
from comity.errors import BadInput, ProofFailed

_SIZE: Final = re.compile(r"([0-9]{1,15})([KMGT]?)")
_UNITS: Final = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}

vault_command = group("vault")


@command("vault scrub", vault_command)
@option("--budget", metavar="SIZE")
@option("--since", metavar="TIME")
@click.pass_obj
def vault_scrub(session: Session, /, *, budget: str | None, since: str | None) -> int:
    """``comity vault scrub``."""
    from comity.app.scrub import scrub
    from comity.clock import write_instant

    limit = None if budget is None else _size(budget)
    begin = None if since is None else instant(since)
    with session.node() as node:
        came = scrub(node, budget=limit, since=begin)
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


def _size(text: str) -> int:
    """Bytes as they are written on the line: 500M, 20G.

    Raises:
        BadInput: it is none.
    """
    match = _SIZE.fullmatch(text)
    if match is None or not int(match.group(1)):
        raise BadInput("cli.not_a_size", text=text[:40])
    return int(match.group(1)) * _UNITS[match.group(2)]
