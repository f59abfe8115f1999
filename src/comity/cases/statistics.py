"""Statistics of a period: what was asked and answered, with what outcome, how fast, and at what cost.

Promises: one schema for every State and both directions, flat, so that files of several States can be laid
one below the other. Cases are taken one at a time and none is held. Previews are no requests and are in no
figure; a case that was imported is in ``imported_cases`` alone, since nothing in it is proven. The rule for
a case that a court sealed: it is in no cell, for whatever period and whoever asks. ``sealed`` tells how many
there are now, of all periods together, without partner, measure or time; so choosing a period tells nothing
of one, and nobody learns more than that number. When the seal ends, the case is counted where it belongs.
``rounded`` is what may be made public: each number by itself to a multiple, so that none can be worked out
from others; what rounds to nothing is left out. Pure.

Leaves to others: what one case adds (``counting``), leaving out drills, who may ask (``app``).
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import Field

from comity.acts.names import Currency, Instant, Key, State
from comity.cases.counting import Cell, Counted, Period, count_case
from comity.wire import Model

SCHEMA: Final = "urn:comity:statistics:v1"
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Figure = Literal[
    "breaches",
    "callbacks",
    "consents",
    "costs",
    "decision_validations",
    "decisions_alone",
    "imported_cases",
    "items_closed",
    "items_decided",
    "items_fulfilled",
    "items_issued",
    "items_not_had",
    "items_pending",
    "items_withdrawn",
    "notices",
    "objections_ruled",
    "order_answers",
    "orders",
    "postponement_grounds",
    "recalls",
    "refusal_grounds",
    "remedies",
    "request_validations",
    "requests_closed",
    "requests_followed_up",
    "requests_issued",
    "requests_withdrawn",
    "uses",
]
"""Every figure; docs/statistics.md says of each what it counts."""


class Duration(Model):
    """How long things took, in whole seconds: their sum, and the middle and the 90th of a hundred."""

    total: int = Field(ge=0)
    median: int = Field(ge=0)
    p90: int = Field(ge=0)


class Row(Model):
    """One cell. ``amount``: minor units of ``currency``; the rest as ``counting.Cell`` says."""

    figure: Figure
    direction: Literal["asked", "answered"]
    partner: State
    measure: Key
    data: Key | None
    addressee: str | None
    situation: Key | None
    of: str | None
    currency: Currency | None
    count: int = Field(ge=0)
    seconds: Duration | None
    amount: int | None = Field(ge=0)


class Statistics(Model):
    """A period's statistics of one State. ``law``: the digest of the law data by whose words they speak.

    ``over``: the period was over when it was counted. ``sealed``: as the module says. ``rounded_to``:
    to multiples of what numbers were rounded; none, where they are exact.
    """

    schema_: Literal["urn:comity:statistics:v1"] = Field(alias="schema")
    state: State
    since: Instant
    until: Instant
    counted_at: Instant
    over: bool
    law: str
    sealed: int = Field(ge=0)
    rounded_to: int | None = Field(ge=2)
    rows: tuple[Row, ...]

    def of(self, figure: Figure, **wanted: str | None) -> int:
        """How many of a figure, over all rows that have these members."""
        return sum(
            row.count
            for row in self.rows
            if row.figure == figure and all(getattr(row, name) == value for name, value in wanted.items())
        )


@dataclass(slots=True)
class _Sum:
    count: int = 0
    amount: int = 0
    seconds: array[int] = field(default_factory=lambda: array("q"))

    def row(self, cell: Cell) -> Row:
        took = sorted(self.seconds)
        seconds = {"total": sum(took), "median": _nth(took, 50), "p90": _nth(took, 90)} if took else None
        members: dict[str, Any] = {
            **cell._asdict(),
            "count": self.count,
            "seconds": seconds,
            "amount": self.amount if cell.currency is not None else None,
        }
        return Row.model_validate(members)


def statistics(
    cases: Iterable[Counted],
    period: Period,
    *,
    state: str,
    law: str,
    handed_over: frozenset[str],
    sealed: int,
) -> Statistics:
    """Count a period over cases, each looked at once.

    Args:
        cases: those to be counted, without drills and without what a court sealed.
        period: which one, and when it is counted.
        state: whose statistics.
        law: the digest of the law data.
        handed_over: as ``count_case``.
        sealed: how many cases a court has sealed now.
    """
    sums: dict[Cell, _Sum] = {}
    for one in cases:
        for event in count_case(one, period, handed_over):
            found = sums.setdefault(event.cell, _Sum())
            found.count += 1
            found.amount += event.amount or 0
            if event.seconds is not None:
                found.seconds.append(event.seconds)
    cells = sorted(sums, key=lambda cell: tuple(member or "" for member in cell))
    return Statistics(
        schema=SCHEMA,
        state=state,
        since=period.since,
        until=period.until,
        counted_at=period.now,
        over=period.until <= period.now,
        law=law,
        sealed=sealed,
        rounded_to=None,
        rows=tuple(sums[cell].row(cell) for cell in cells),
    )


def rounded(told: Statistics, base: int) -> Statistics:
    """The same with each number by itself rounded to a multiple of ``base``: they add up no more.

    How long something took, and what it cost, stays only where so many were counted.
    """
    rows = []
    for row in told.rows:
        count = _to(row.count, base)
        if count:
            few = {} if row.count >= base else {"seconds": None, "amount": None}
            rows.append(row.model_copy(update={"count": count, **few}))
    update = {"rounded_to": base, "sealed": _to(told.sealed, base), "rows": tuple(rows)}
    return told.model_copy(update=update)


def as_csv(told: Statistics) -> str:
    """The rows as CSV (RFC 4180), each with the State and the period; an empty cell is none."""
    head = ("state", "since", "until", "rounded_to")
    plain = tuple(name for name in Row.model_fields if name != "seconds")
    times = tuple(Duration.model_fields)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*head, *plain, *(f"seconds_{name}" for name in times)))
    for row in told.rows:
        took = [None if row.seconds is None else getattr(row.seconds, name) for name in times]
        writer.writerow(
            (*(getattr(told, name) for name in head), *(getattr(row, name) for name in plain), *took)
        )
    return out.getvalue()


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of statistics."""
    return {"$schema": DIALECT, "$id": SCHEMA, **Statistics.model_json_schema(by_alias=True)}


def _nth(ordered: list[int], percent: int) -> int:
    """The smallest of these that so many per cent of them do not exceed."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _to(number: int, base: int) -> int:
    return (number + base // 2) // base * base
