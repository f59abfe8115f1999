"""What can be done next in a case, as the very command to type.

Promises: a command is written from the program's own commands, so that it names every argument and every
option that must be given; what the case knows is filled in, the rest stands as the help has it.

Leaves to others: what can be done (``app.story``), where it is printed (``story_words``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import click

from comity.cli.saying import SHORT

COMMANDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "approve": ("approve",),
        "ratify": ("ratify",),
        "ratified": ("ratify",),
        "confirm": ("register", "confirm"),
        "dispatch": ("register", "dispatch"),
        "assess": ("assess",),
        "answer": ("answer",),
        "accept": ("accept",),
        "take_custody": ("custody", "take"),
        "effected": ("effected",),
        "deliver": ("deliver",),
        "decide": ("decide",),
        "consent": ("consent",),
        "enforce_instead": ("instead", "enforce"),
        "prosecute_instead": ("prosecute",),
        "arrest": ("arrest",),
        "court": ("court",),
        "surrender": ("surrender",),
        "ask": ("ask",),
        "extend": ("extend",),
        "use": ("use",),
        "close": ("close",),
    }
)
"""The command of each step, as it is typed after ``comity``."""

_FIRST: Final[Mapping[str, str]] = MappingProxyType({"decide": "new {id}", "approve": "{id} --as {by}"})
"""Where a step begins otherwise than its command's arguments say: a file of rulings first."""


def next_command(do: str, on: str, by: Sequence[str]) -> str:
    """The command for one step. ``by``: who may do it; the first is written."""
    found: click.Command = _root()
    with click.Context(found, info_name="comity") as ctx:
        for name in COMMANDS[do]:
            if not isinstance(found, click.Group):
                raise KeyError(do)
            inner = found.get_command(ctx, name)
            if inner is None:
                raise KeyError(do)
            found = inner
    who = by[0] if by else "NAME"
    parts = ["comity", *COMMANDS[do]]
    if do in _FIRST:
        return " ".join([*parts, _FIRST[do].format(id=on[:SHORT], by=who)])
    arguments = [p for p in found.params if isinstance(p, click.Argument) and p.required]
    parts += [on[:SHORT] if number == 0 else str(p.metavar) for number, p in enumerate(arguments)]
    options = [p for p in found.params if isinstance(p, click.Option)]
    for option in options:
        if "--as" in option.opts:
            parts += ["--as", who]
        elif option.required:
            parts += [option.opts[0], _value(option)]
    return " ".join(parts)


def _value(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "|".join(str(one) for one in option.type.choices)
    return str(option.metavar or option.type.name.upper())


def _root() -> click.Group:
    from comity.cli.program import program  # it imports every command's module by name, this one among them

    return program
