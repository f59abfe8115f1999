"""How an act stands in its case: in order or not, waiting, or without effect, and because of what.

Promises: a closed set of values, each with the ids a person needs to see why. ``in_order``, ``not_in_order``
and its step and reason never change once an act's past is known; the others say what became of it.

Leaves to others: finding out (``judgement``, ``folding``), and the words (catalogue: ``cases.<reason>``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

from comity.errors import NotPermitted
from comity.wire import Json


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the values below. ``moves``: whether the act moves its case."""

    name: ClassVar[str]
    moves: ClassVar[bool] = False

    def dump(self) -> Json:
        """The standing as plain JSON values."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {"standing": self.name, **{k: list(v) if isinstance(v, tuple) else v for k, v in said.items()}}


@dataclass(frozen=True, slots=True)
class InOrder(Standing):
    """It follows from its own past, and stands."""

    name: ClassVar[str] = "in_order"
    moves: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class NotInOrder(Standing):
    """It does not follow from its own past. ``step`` and ``reason`` go into a ``reject`` as they are."""

    name: ClassVar[str] = "not_in_order"
    step: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parked(Standing):
    """It waits for acts that it names, or that those name, and that are not here; or itself, for its time."""

    name: ClassVar[str] = "parked"
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Void(Standing):
    """It was in order by its own past; the other State rejected it (``by``)."""

    name: ClassVar[str] = "void"
    by: str


@dataclass(frozen=True, slots=True)
class WithoutEffect(Standing):
    """It was in order by its own past; what it rests on fell, or another act said at once stands (``by``)."""

    name: ClassVar[str] = "without_effect"
    by: str


@dataclass(frozen=True, slots=True)
class Equivocal(Standing):
    """Its State gave the same number to another act (``by``), which stands in its place."""

    name: ClassVar[str] = "equivocal"
    by: str


def refuse_unless_in_order(standing: Standing) -> None:
    """Let an act pass that may be signed or given effect.

    Raises:
        NotPermitted: it is not in order (``cases.<reason>``), or waits, or is without effect.
    """
    if isinstance(standing, NotInOrder):
        raise NotPermitted(f"cases.{standing.reason}")
    if isinstance(standing, Parked):
        raise NotPermitted("cases.parked", missing=standing.missing[0])
    if not standing.moves:
        raise NotPermitted("cases.without_effect", standing=standing.name)
