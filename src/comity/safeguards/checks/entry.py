"""An entry of the catalogue of checks, said briefly: its paragraphs by instrument, the same for all measures.

Promises: what is made here is a ``Check`` like any other; where no instrument of a request has a paragraph on
the matter, the first of the Convention's is the yardstick, unless another is named.

Leaves to others: checks whose paragraphs differ from measure to measure (they are written out).
"""

from __future__ import annotations

from collections.abc import Callable

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth
from comity.safeguards.registry import Side


def entry(
    rule: Callable[[Bench], Truth],
    measures: frozenset[str],
    *,
    reads: tuple[str, ...],
    uncc: tuple[str, ...],
    budapest: tuple[str, ...] = (),
    untoc: tuple[str, ...] = (),
    yardstick: tuple[str, ...] | None = None,
    also: tuple[str, ...] = (),
    interested: Side = "requesting",
    heavy: bool = False,
    raised_by: str | None = None,
    outside: bool = False,
) -> Check:
    """One check; its key is the name of its rule."""
    named = {"uncc": uncc, "budapest": budapest, "untoc": untoc}
    return Check(
        key=rule.__name__,
        version=1,
        measures=measures,
        relies=tuple(
            Paragraphs(instrument, measures, tuple(f"{instrument}.{one}" for one in provisions))
            for instrument, provisions in named.items()
            if provisions
        ),
        yardstick=tuple(f"uncc.{one}" for one in (uncc[:1] if yardstick is None else yardstick)),
        also=also,
        reads=reads,
        interested=interested,
        heavy=heavy,
        rule=rule,
        raised_by=raised_by,
        outside=outside,
    )
