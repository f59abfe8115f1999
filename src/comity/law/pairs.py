"""What binds each pair of all States on one day: each State looked at once, each pair by one comparison.

Promises: for every pair the same instruments as ``relate`` says are in force; without reasons, since nobody
reads those of twenty thousand pairs.

Leaves to others: the reasons of one pair (``relation``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from comity.law.bundle import Bundle
from comity.law.reserved import precludes
from comity.law.standing import bound, in_force


@dataclass(frozen=True)
class Pairs:
    """Which instruments are known to bind whom on a day."""

    on: date
    instruments: tuple[str, ...]
    bound_by: Mapping[str, int]
    """Of each State, the instruments in force that are known to bind it: a bit for each."""
    apart: Mapping[tuple[str, str], int]
    """Of a pair in alphabetical order, those that an objection keeps, or may keep, from binding the two."""
    _names: tuple[tuple[str, ...], ...]
    """The instruments of each set of bits."""

    def between(self, one: str, other: str) -> tuple[str, ...]:
        """The instruments known to be in force between two States."""
        shared = self.bound_by.get(one, 0) & self.bound_by.get(other, 0)
        if self.apart:
            shared &= ~self.apart.get((one, other) if one < other else (other, one), 0)
        return self._names[shared]

    def all(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Every ordered pair of two States, with what is known to be in force between them."""
        names, apart = self._names, self.apart
        for one, here in self.bound_by.items():
            for other, there in self.bound_by.items():
                if one != other:
                    shared = here & there
                    if apart:
                        shared &= ~apart.get((one, other) if one < other else (other, one), 0)
                    yield one, other, names[shared]

    def partners(self, state: str) -> dict[str, tuple[str, ...]]:
        """Every other State with which something is known to be in force, and what."""
        return {
            other: found
            for other in self.bound_by
            if other != state and (found := self.between(state, other))
        }


def binding_pairs(bundle: Bundle, on: date) -> Pairs:
    """Look at every State once: what is known to bind it on a day."""
    instruments = tuple(i.key for i in bundle.instruments)
    living = [
        (1 << at, key) for at, key in enumerate(instruments) if in_force(bundle, key, on).answer == "yes"
    ]
    bound_by = {
        nation.code: sum(bit for bit, key in living if bound(bundle, nation.code, key, on).answer == "yes")
        for nation in bundle.content.nations
    }
    bits = dict(zip(instruments, (1 << at for at in range(len(instruments))), strict=True))
    apart: dict[tuple[str, str], int] = {}
    for objection in bundle.content.objections:
        if precludes(bundle, objection, on) is not False:
            pair = tuple(sorted((objection.state, objection.author)))
            bit = bits[bundle.provision(objection.provision).instrument]
            apart[pair[0], pair[1]] = apart.get((pair[0], pair[1]), 0) | bit
    names = tuple(
        tuple(key for key in instruments if found & bits[key]) for found in range(1 << len(instruments))
    )
    return Pairs(on, instruments, bound_by, apart, names)
