"""Tables of lawful next acts: what may be said in a case, by whom, and what two sides said at once.

Promises: a table is data with a digest of its own, which each act names; the digest of the same rows
is the same everywhere; a pair said at once has one outcome, whichever side looks.

Leaves to others: what the predicates mean (``cases`` implements each name), and applying the rows.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field

from comity import wire
from comity.errors import NotFound
from comity.law.model import Key, Term, Text, Words
from comity.wire import Model


class Row(Model):
    """One kind of act that may follow: who may say it, about what, and in what state of the case.

    An act is in order when at least one row of its kind admits it. ``requires`` and ``forbids`` name
    predicates, which are asked in this order.
    """

    kind: Words
    by: Literal["requesting", "requested", "either"]
    """Sides of the request concerned; who makes a request, or a draft of one, is *requesting*."""
    about: Literal["none", "request", "draft", "case"]
    """``none``: it opens one itself. ``draft``: a request or a preview of one. ``case``: another act."""
    measures: tuple[Words, ...] = ()
    """For requests of these measures only; empty says *of any*."""
    except_measures: tuple[Words, ...] = ()
    requires: tuple[Words, ...] = ()
    forbids: tuple[Words, ...] = ()
    signers: tuple[tuple[Words, ...], ...] = Field(min_length=1)
    """Sets of roles, of which a State's own node asks any one before it signs; more may have signed."""
    at_least: tuple[tuple[Words, ...], ...] = ()
    """Sets of roles, any one of which must have signed for the act to be in order, whoever says it, since the
    other State's law may let fewer act; empty says as ``signers``."""
    own_requires: tuple[Words, ...] = ()
    """Predicates that a State's own node asks of its own acts besides ``requires``."""
    capacities: tuple[Literal["intelligence", "emergency", "evidence"], ...] = ()
    """In which something may be given; empty where nothing is."""
    grounds: tuple[Key, ...] = ()
    """The grounds of refusal on which what it says rests; empty where it rests on none."""
    apart: tuple[Words, ...] = ()
    """Measures whose file is kept apart from what it opens; empty where it opens nothing."""
    summary: Text

    @property
    def asks_more_of_own(self) -> bool:
        """Whether a node asks more persons of its own State than of the other one."""
        return bool(self.at_least or self.own_requires)

    def covers(self, measure: str) -> bool:
        """Whether the row speaks of requests of this measure."""
        return (not self.measures or measure in self.measures) and measure not in self.except_measures


class Pair(Model):
    """Two kinds said at once about one request, neither side having seen the other's: which stands."""

    first: Words
    second: Words
    outcome: Literal["both", "first", "second"]
    summary: Text


class Table(Model):
    """A closed set of rows, pairs and the predicates that they use.

    Two kinds said at once that no pair names stand both.
    """

    name: Words
    version: int = Field(ge=1)
    summary: Text
    predicates: tuple[Term, ...]
    rows: tuple[Row, ...] = Field(min_length=1)
    pairs: tuple[Pair, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal: what an act's header names."""
        return wire.digest(wire.dump_bytes(self))

    @cached_property
    def asked(self) -> frozenset[str]:
        """The predicates that its rows name."""
        return frozenset(
            name for row in self.rows for name in (*row.requires, *row.forbids, *row.own_requires)
        )

    @cached_property
    def separated(self) -> frozenset[str]:
        """The kinds of act of which some row asks more persons of a node's own State."""
        return frozenset(row.kind for row in self.rows if row.asks_more_of_own)

    def rows_for(self, kind: str) -> tuple[Row, ...]:
        """The rows of one kind of act.

        Raises:
            NotFound: the table knows no such kind.
        """
        rows = tuple(row for row in self.rows if row.kind == kind)
        if not rows:
            raise NotFound("law.unknown_kind", kind=kind[:60], table=self.name)
        return rows

    def capacities(self, measure: str) -> frozenset[str]:
        """In which capacities something may be given on a request of this measure."""
        return frozenset(c for row in self.rows if row.covers(measure) for c in row.capacities)

    def required(self, kind: str, measure: str) -> frozenset[str]:
        """The predicates that every row of this kind requires of a request of this measure."""
        rows = [row.requires for row in self.rows if row.kind == kind and row.covers(measure)]
        return frozenset(rows[0]).intersection(*rows) if rows else frozenset()

    def at_once(self, one: str, other: str) -> tuple[bool, bool]:
        """Whether each of two kinds said at once stands; (True, True) where no pair is listed."""
        for pair in self.pairs:
            if (pair.first, pair.second) == (one, other):
                return pair.outcome != "second", pair.outcome != "first"
            if (pair.second, pair.first) == (one, other):
                return pair.outcome != "first", pair.outcome != "second"
        return True, True
