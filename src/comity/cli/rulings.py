"""The file of rulings: what is decided of each item, as a person writes it.

Promises: a fresh file reads back once it is filled in; what is wrong in it is named by its member.

Leaves to others: whether a ruling is lawful (``app.decide``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from pydantic import Field

from comity.acts import Condition, Outcome
from comity.acts.names import Day, Key, Label, Text
from comity.app.decide import Ruling
from comity.errors import BadInput
from comity.law import Ground
from comity.messages import render
from comity.toml import read_toml
from comity.wire import Model, build


class RulingEntry(Model):
    """One item's ruling. ``review_on``: of a postponement."""

    id: Label
    outcome: Outcome
    outward: Text
    inward: Text
    grounds: tuple[Key, ...] = ()
    review_on: Day | None = None
    conditions: tuple[Condition, ...] = ()


class RulingFile(Model):
    """All of them."""

    items: tuple[RulingEntry, ...] = Field(min_length=1)


def read_rulings(data: bytes, name: str) -> tuple[Ruling, ...]:
    """Read a file of rulings.

    Raises:
        BadInput: not UTF-8 or not TOML, or a member that is missing, unknown or not valid (named).
    """
    try:
        value = read_toml(data)
        for item in value.get("items", ()):
            for member in [m for m, content in item.items() if content == ""]:
                del item[member]
        read = build(RulingFile, value)
    except ValueError as error:
        raise BadInput("cli.rulings_not_toml", file=name, what=str(error)[:200]) from error
    except (BadInput, AttributeError, TypeError) as error:
        told = error.arguments if isinstance(error, BadInput) else {}
        where, what = str(told.get("where", "items")), str(told.get("what", "type"))
        raise BadInput("cli.rulings_not_valid", file=name, where=where, what=what) from error
    return tuple(
        Ruling(
            item=one.id,
            outcome=one.outcome,
            outward=one.outward,
            inward=one.inward,
            grounds=one.grounds,
            conditions=one.conditions,
            review_on=one.review_on,
        )
        for one in read.items
    )


def new_rulings(
    items: Iterable[tuple[str, str]], grounds: Iterable[Ground], named: Collection[str], language: str
) -> str:
    """A fresh file: every item that can still be decided (name and sort of data), and the grounds.

    ``named``: the grounds that no law data lists, whose law the reasons name.
    """

    def note(text: str) -> list[str]:
        return [f"# {line}" for line in text.splitlines()]

    lines = note(render("cli.rulings.head", language))
    for ground in grounds:
        first = " " + render("cli.rulings.consult_first", language) if ground.consult_first else ""
        lines += note(f"  {ground.key}: {ground.summary}{first}")
    lines += note(render("cli.rulings.other", language, grounds=", ".join(named)))
    for id, data in items:
        lines += [
            "",
            "[[items]]",
            f"id = {json.dumps(id)}  # {data}",
            'outcome = ""',
            "grounds = []",
            'outward = ""',
            'inward = ""',
            '# review_on = "2026-12-31"',
            "# [[items.conditions]]",
            '# id = "condition-1"',
            '# kind = "use_limit"',
            '# text = ""',
            '# purposes = ["court"]',
            '# proceedings = ["2026/1"]',
            '# until = "2027-12-31T00:00:00Z"',
        ]
    return "\n".join(lines) + "\n"
