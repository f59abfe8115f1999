"""One kind of fact: its key, its type, who can know it, and whether asking for it does harm.

Promises: a value; equal keys are equal.

Leaves to others: which facts there are (the other modules of this folder), what was stated (``facts``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from comity.acts import AskWhom

Side = Literal["requesting", "requested"]
FactValue = bool | int | str


class Nature(StrEnum):
    """What makes a fact so."""

    DERIVED = "derived"
    """The request's own bytes; no one can state it."""
    DECLARED = "declared"
    """That the State declares it: the law asks for the declaration."""
    WORLD = "world"
    """What happened, or is the case."""
    OWN_LAW = "own_law"
    """The law or the position of one State, for which it alone speaks."""


@dataclass(frozen=True, slots=True)
class FactKey:
    """One kind of fact. ``text`` is the id of its question, the same whoever is asked."""

    key: str
    type: type[bool | int | str]
    nature: Nature
    known_to: Side | None
    """Which side's file can hold it; ``None``: either's."""
    harmless: bool
    """Whether asking the other side does no harm; where not, no one is asked by the program."""

    @property
    def text(self) -> str:
        return f"safeguards.fact.{self.key}"

    def ask(self, side: Side) -> AskWhom:
        """Who may be asked for it, seen from one side."""
        if not self.harmless:
            return AskWhom.NOBODY
        if self.known_to in {None, side} or self.nature is Nature.DERIVED:
            return AskWhom.OWN_FILE
        return AskWhom.THEM


def derived(*names: str, of: type[bool | int | str] = bool, side: Side = "requesting") -> Iterable[FactKey]:
    """Facts that follow from what one side itself wrote."""
    return (FactKey(name, of, Nature.DERIVED, side, harmless=True) for name in names)


def stated(nature: Nature, who: Side | None, *names: str, harmless: bool = True) -> Iterable[FactKey]:
    """Facts, true or false, that someone states."""
    return (FactKey(name, bool, nature, who, harmless) for name in names)
