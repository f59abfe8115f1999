"""Time-stamp authorities: adding one over the network, trying it, showing what there is, asking one no more.

Promises: nothing is added that did not answer with a time-stamp that holds, unless a person says so.

Leaves to others: asking (``app.time_authority``), the stamps (``stamping``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, group, option
from comity.cli.session import Session, read_file, table

if TYPE_CHECKING:
    from comity.app.time_authority import Tried
    from comity.settings import Settings

timestamp_command = group("timestamp")


@command("timestamp add", timestamp_command)
@argument("name", metavar="NAME")
@option("--url", required=True, metavar="URL")
@option("--chain", required=True, metavar="FILE", type=click.Path(path_type=Path))
@option("--policy", metavar="OID")
@option("--seconds", type=click.IntRange(1, 300), default=20)
@option("--most", type=click.IntRange(1024, 262_144), default=262_144)
@option("--plain", is_flag=True)
@option("--untried", is_flag=True)
@click.pass_obj
def timestamp_add(session: Session, /, *, name: str, chain: Path, untried: bool, **told: Any) -> None:
    """``comity timestamp add``."""
    from comity.app.time_authority import add, wanted

    pem = read_file(chain)
    with session.node() as node:
        tried = add(node, name, wanted(node, pem, **told), untried=untried)
        value = {"authority": name, "tried": None if tried is None else _value(node.settings, tried)}

    def words() -> Iterator[str]:
        yield session.text("cli.timestamp.added", name=name)
        if tried is None:
            yield session.text("cli.timestamp.untried", name=name)
        else:
            yield from _words(session, node.settings, tried)

    session.show(value, words)


@command("timestamp try", timestamp_command)
@argument("name", metavar="NAME")
@click.pass_obj
def timestamp_try(session: Session, /, *, name: str) -> None:
    """``comity timestamp try``."""
    from comity.app.time_authority import attempt

    with session.node() as node:
        tried = attempt(node, name)
    session.show(
        {"authority": name} | _value(node.settings, tried), lambda: _words(session, node.settings, tried)
    )


@command("timestamp show", timestamp_command)
@click.pass_obj
def timestamp_show(session: Session) -> None:
    """``comity timestamp show``."""
    from comity.app.time_authority import shown
    from comity.clock import write_instant

    with session.node() as node:
        found = shown(node)
    value = [
        {
            "authority": one.name,
            "url": one.url,
            "policy": one.policy,
            "asked": one.asked,
            "root": one.root,
            "root_sha256": one.fingerprint,
            "ends": write_instant(one.ends),
        }
        for one in found
    ]

    def words() -> Iterator[str]:
        if not found:
            yield session.text("cli.timestamp.none")
            return
        rows = [
            (
                one.name,
                session.text("cli.timestamp.asked" if one.asked else "cli.timestamp.not_asked"),
                one.url or session.text("cli.timestamp.local"),
                one.root,
                write_instant(one.ends)[:10],
            )
            for one in found
        ]
        yield from table(rows, session.text("cli.head.timestamp").split("|"))

    session.show(value, words)


@command("timestamp retire", timestamp_command)
@argument("name", metavar="NAME")
@click.pass_obj
def timestamp_retire(session: Session, /, *, name: str) -> None:
    """``comity timestamp retire``."""
    from comity.app.time_authority import retire

    with session.node() as node:
        retire(node, name)
    session.show({"authority": name}, lambda: iter((session.text("cli.timestamp.retired", name=name),)))


def _value(told: Settings, tried: Tried) -> dict[str, Any]:
    from comity.clock import write_instant

    weak = tried.weakening
    return {
        "at": write_instant(tried.at),
        "ahead_seconds": int(tried.ahead.total_seconds()),
        "clocks_agree": abs(tried.ahead) <= told.clock_tolerance,
        "policy": tried.policy,
        "bytes": tried.size,
        "renew_by": write_instant(tried.renew_by),
        "renew_by_source": None if weak is None else {"source": weak.source, "mark": weak.mark},
        "renew_by_unchecked": weak is not None and weak.unchecked,
    }


def _words(session: Session, settings: Settings, tried: Tried) -> Iterator[str]:
    told = _value(settings, tried)
    yield session.text("cli.timestamp.answered", at=told["at"], policy=tried.policy, size=tried.size)
    yield session.text("cli.timestamp.relied_on", at=told["renew_by"])
    weak = tried.weakening
    if weak is not None:
        yield session.text(f"cli.timestamp.weakens_{weak.mark}", source=weak.source)
        if weak.unchecked:
            yield session.text("cli.timestamp.weakens_unchecked")
    if not told["clocks_agree"]:
        seconds = told["ahead_seconds"]
        which = "cli.timestamp.ahead" if seconds > 0 else "cli.timestamp.behind"
        yield session.text(which, seconds=abs(seconds))
