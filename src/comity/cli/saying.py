"""What a command says after it had an act signed; and how texts on the line become values.

Promises: the id of an act is printed whole, on the first line, so that the next command can take it.

Leaves to others: the deeds (``app``), layout of lists (``session``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from comity.cli.session import Session, read_file
from comity.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from comity.acts import Act, Fact
    from comity.app.node import Node
    from comity.app.prepare import Said

E = TypeVar("E", bound=StrEnum)

SHORT = 12
"""Digits of an id in a list: enough to name one, and to fit."""

_NUMBER: Final = re.compile("[0-9]{1,16}")


def tell(session: Session, node: Node, said: Said | Act, *, last: bool = False) -> None:
    """Print what was signed, and who still has to sign. ``last``: it waited, and may be complete now."""
    from comity import store
    from comity.acts import state_of
    from comity.app.prepare import Said

    act, waiting = (said.act, said.waiting) if isinstance(said, Said) else (said, ())
    with node.db.read() as conn:
        names = [store.get_person(conn, key).name for key in waiting]
    value = {
        "act": act.id,
        "kind": act.header.kind,
        "case": act.header.case,
        "about": act.header.about,
        "waiting": names,
    }

    def words() -> Iterator[str]:
        yield session.text("cli.said.act", kind=act.header.kind, act=act.id)
        if act.header.case is not None:
            yield session.text("cli.said.case", case=act.header.case)
        if names:
            yield session.text(
                "cli.said.waiting", names=", ".join(names), short=act.id[:SHORT], name=names[0]
            )
        elif last and act.header.to is not None:
            yield session.text("cli.said.sent", to=state_of(act.header.to))
        elif last:
            yield session.text("cli.said.kept")

    session.show(value, words)


def signed(*, last: bool = False) -> Callable[[Callable[..., Said | Act]], Callable[..., None]]:
    """Make a command of a deed that a person signs: it takes the node and ``--as``; what it gives is told.

    ``last``: as ``tell``.
    """

    def make(deed: Callable[..., Said | Act]) -> Callable[..., None]:
        @click.pass_obj
        @wraps(deed)
        def run(session: Session, /, *, who: str, **told: Any) -> None:
            with session.node() as node:
                tell(session, node, deed(node, node.person(who), **told), last=last)

        return run

    return make


def items_or_all(node: Node, request: str, items: tuple[str, ...]) -> tuple[str, ...]:
    """The items named; where none is, all that a request still asks for."""
    from comity.app.reply import matter

    return items or tuple(item.id for item in matter(node, request).request.live_items)


def at_or_now(node: Node, text: str | None) -> datetime:
    """The instant told; where none is, the present one.

    Raises:
        BadInput: it is no instant.
    """
    return node.clock.now() if text is None else instant(text)


def instant(text: str) -> datetime:
    """An instant as it is written on the line.

    Raises:
        BadInput: it is none.
    """
    from comity.clock import read_instant

    return read_instant(text)


def choice(enum: type[E]) -> click.Choice[str]:
    """The words of a closed list."""
    return click.Choice([one.value for one in enum])


def pairs(texts: tuple[str, ...], example: str) -> list[tuple[str, str]]:
    """``NAME=VALUE`` each.

    Raises:
        BadInput: one has no equals sign, or nothing before it.
    """
    found = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadInput("cli.not_a_pair", text=text[:80], example=example)
        found.append((name.strip(), value))
    return found


def facts(
    node: Node, texts: tuple[str, ...], provenance: str, reference: str, paper: Path | None = None
) -> tuple[Fact, ...]:
    """Facts, as ``KEY=VALUE``: ``true``, ``false``, a whole number, or words. ``paper``: what shows them all.

    Raises:
        BadInput: not such a pair, or a fact that no check reads.
        NotFound, Unavailable: the paper cannot be read.
    """
    from comity.acts import Fact
    from comity.safeguards import fact_key
    from comity.wire import build, digest

    document = None if paper is None else digest(read_file(paper))
    found = []
    for key, text in pairs(texts, "conduct.intentional=true"):
        fact_key(key)
        found.append(
            build(
                Fact,
                {
                    "key": key,
                    "value": _value(text.strip()),
                    "provenance": provenance,
                    "stated_by": node.state,
                    "reference": reference,
                    "document": document,
                },
            )
        )
    return tuple(found)


def _value(text: str) -> bool | int | str:
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if _NUMBER.fullmatch(text) else text
