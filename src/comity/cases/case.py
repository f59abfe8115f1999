"""A case: what two States' acts under one reference come to.

Promises: a value; ``dump`` gives the same bytes on both sides for the same acts and tables (promise
P4), and ``effect`` the part that acts can move.

Leaves to others: making it (``folding``), its domestic half (``home``), its clocks (``clocks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from enum import StrEnum

from comity.acts import Signer
from comity.cases.request import RequestState
from comity.cases.standing import Parked, Standing
from comity.errors import NotFound
from comity.wire import Json, Model, dump, encode


@dataclass(frozen=True, slots=True)
class Equivocation:
    """Proof that a State gave one number to several acts, none of which had another before it."""

    state: str
    number: int
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A case, as far as its shared acts go. Of no acts at all, ``id`` is none and everything is empty."""

    id: str | None
    states: tuple[str, ...]
    """The two States, in the order of their codes."""
    requests: Mapping[str, RequestState]
    """Requests and previews by the id of the act that opened them."""
    standings: Mapping[str, Standing]
    heads: tuple[str, ...]
    """What a new act names in ``after``."""
    numbers: Mapping[str, int]
    equivocations: tuple[Equivocation, ...]
    signers: Mapping[str, tuple[Signer, ...]] = field(repr=False)
    """Who signed each act."""
    origin: object = field(repr=False, compare=False)
    """The folding it came from; ``folding.judge`` goes on from it."""

    def standing(self, act: str) -> Standing:
        """How an act stands.

        Raises:
            NotFound: the case has no such act.
        """
        found = self.standings.get(act)
        if found is None:
            raise NotFound("cases.no_such_act", act=act[:64])
        return found

    def request(self, id: str) -> RequestState:
        """A request or preview by the id of the act that opened it.

        Raises:
            NotFound: the case has none of that id that has effect.
        """
        found = self.requests.get(id)
        if found is None:
            raise NotFound("cases.no_such_request", act=id[:64])
        return found

    def next_number(self, state: str) -> int:
        """The number that a State's next shared act bears."""
        return self.numbers.get(state, 1)

    @property
    def missing(self) -> tuple[str, ...]:
        """Acts that others name and that are not here."""
        waits = (s.missing for s in self.standings.values() if isinstance(s, Parked))
        return tuple(sorted({id for missing in waits for id in missing} - set(self.standings)))

    def effect(self) -> Json:
        """The state of the requests as plain JSON values: all that an act can move."""
        return {id: _plain(request) for id, request in self.requests.items()}

    def dump(self) -> bytes:
        """The whole case as canonical JSON (RFC 8785)."""
        return encode(
            {
                "case": self.id,
                "states": list(self.states),
                "requests": self.effect(),
                "standings": {id: standing.dump() for id, standing in self.standings.items()},
                "heads": list(self.heads),
                "numbers": dict(self.numbers),
                "equivocations": [_plain(one) for one in self.equivocations],
            }
        )


def _plain(value: object) -> Json:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Model):
        return dump(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
