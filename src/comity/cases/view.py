"""Where an act is judged: who speaks, the request concerned, all requests, and the past.

Promises: what predicates may look at, and nothing else.

Leaves to others: the predicates (``predicates``, ``persons``, ``afterwards``), the past (``folding``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from comity.acts import Act
from comity.cases.effect import Requests
from comity.cases.request import RequestState
from comity.law import Row, Table


class Past(Protocol):
    """The acts that the author of an act had."""

    def act(self, id: str) -> Act | None:
        """An act of the past by its id, or none."""
        ...

    def voided(self, id: str) -> bool:
        """Whether an act of the past was rejected in the past."""
        ...

    def built_on(self, id: str, by: str) -> bool:
        """Whether this State has said anything but rejections with the act in its past."""
        ...


@dataclass(frozen=True, slots=True)
class View:
    """Where an act is judged: who speaks, the request concerned, all requests, and the past."""

    speaker: str
    request: RequestState | None
    requests: Requests
    past: Past
    row: Row
    table: Table

    @property
    def concerned(self) -> RequestState:
        """The request concerned; rows about nothing name no predicate that asks for one."""
        if self.request is None:
            raise LookupError(self.row.kind)
        return self.request


StatePredicate = Callable[[View], bool]
TermsPredicate = Callable[[Act], bool]
ActPredicate = Callable[[View, Act], bool]


def distinct(names: tuple[Hashable, ...]) -> bool:
    """Whether no name stands twice."""
    return len(set(names)) == len(names)
