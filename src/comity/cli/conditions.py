"""Conditions on the line, or in a file: what is asked in return, as values that a rule can read.

Promises: one on the line is in its own words, for a person to judge; a file gives each its kind, purposes,
proceedings and time. What is wrong in a file is named by its member.

Leaves to others: what a condition says of a use (``cases.use``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from comity.acts import Condition
from comity.acts.terms import LimitKind
from comity.cli.saying import pairs
from comity.cli.session import read_file
from comity.errors import BadInput
from comity.toml import read_toml
from comity.wire import Model, build

if TYPE_CHECKING:
    from pathlib import Path


class ConditionFile(Model):
    """All of them."""

    conditions: tuple[Condition, ...] = Field(min_length=1, max_length=50)


def read_conditions(words: tuple[str, ...], file: Path | None) -> tuple[Condition, ...]:
    """Conditions as ``NAME=TEXT``, and those of a file with ``[[conditions]]``.

    Raises:
        BadInput: no such pair, no TOML, or a member that is missing, unknown or not valid (named).
        NotFound, Unavailable: the file cannot be read.
    """
    found = [
        build(Condition, {"id": id, "kind": LimitKind.OTHER.value, "text": text})
        for id, text in pairs(words, "NAME=TEXT")
    ]
    if file is not None:
        try:
            found += build(ConditionFile, read_toml(read_file(file))).conditions
        except ValueError as error:
            raise BadInput("cli.conditions_not_valid", file=file.name, what=str(error)[:200]) from error
        except BadInput as error:
            told = str(error.arguments.get("where", error.id))
            raise BadInput("cli.conditions_not_valid", file=file.name, what=told) from error
    for one in found:
        _ = one.limit  # of a known kind, and whole, before anything is prepared
    return tuple(found)
