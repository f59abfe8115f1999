"""What an instrument demands of a State's law, beside what is known of that law; offence by offence.

Promises: shows, and judges nothing: an element that what is held does not name is *not named*, never absent
from the law; a stale or conflicting row is shown as a candidate, apart. What is not held is *unknown*.

Leaves to others: whether the State's law fulfils the instrument (its adviser), checks of requests
(``safeguards``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.law.bundle import Bundle
from comity.law.formality import Demand, Element, Formality
from comity.law.marks import latest
from comity.law.nation import NationalOffence


@dataclass(frozen=True, slots=True)
class Row:
    """One provision of national law beside the demand."""

    law: NationalOffence
    named: tuple[str, ...]
    """Elements of the demand that what is held of the provision names."""
    narrowed: tuple[Element, ...]
    """Options of the demand that it seems to take: the offence is narrower there."""
    beyond: tuple[str, ...]
    """Elements that it names and that are neither demanded nor an option."""
    overdue: bool
    """Whether it was to be looked at again before this day."""
    serious: bool | None
    """Whether its basic maximum reaches the threshold of a serious crime; None where it cannot be said."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One demand beside all that is held of the State's law for it."""

    demand: Demand
    rows: tuple[Row, ...]
    candidates: tuple[Row, ...]
    """Stale or in conflict: for a person only."""

    @property
    def unknown(self) -> bool:
        """Whether nothing that can be relied on is held."""
        return not self.rows


@dataclass(frozen=True, slots=True)
class Comparison:
    """A State's law beside an instrument."""

    state: str
    instrument: str
    on: date
    offences: tuple[Compared, ...]
    formalities: tuple[Formality, ...]
    unknown: tuple[str, ...]
    """Concepts of which nothing that can be relied on is held."""


def compare(bundle: Bundle, state: str, instrument: str, on: date) -> Comparison:
    """Put what is held of a State's law beside what an instrument demands.

    Raises:
        NotFound: a State or an instrument that is not held.
    """
    nation = bundle.nation(state)
    bundle.instrument(instrument)
    offences = tuple(
        Compared(
            demand,
            tuple(_row(bundle, demand, o, on) for o in nation.offences if o.concept == demand.concept),
            tuple(_row(bundle, demand, o, on) for o in nation.candidates if o.concept == demand.concept),
        )
        for demand in bundle.demands(instrument)
    )
    union = nation.kind == "union"
    return Comparison(
        state=state,
        instrument=instrument,
        on=on,
        offences=offences,
        formalities=tuple(f for f in bundle.formalities(instrument) if union or not f.unions_only),
        unknown=tuple(c.demand.concept for c in offences if c.unknown),
    )


def _row(bundle: Bundle, demand: Demand, law: NationalOffence, on: date) -> Row:
    words = {*law.elements, *law.further}
    named = tuple(e.key for e in demand.elements if words & set(e.national))
    narrowed = tuple(e for e in demand.options if words & set(e.national))
    claimed = {word for e in (*demand.elements, *demand.options, *demand.carve_outs) for word in e.national}
    return Row(
        law=law,
        named=named,
        narrowed=narrowed,
        beyond=tuple(w for w in (*law.elements, *law.further) if w not in claimed),
        overdue=on > latest(law.review_by),
        serious=_serious(bundle, demand.instrument, law, on),
    )


def _serious(bundle: Bundle, instrument: str, law: NationalOffence, on: date) -> bool | None:
    threshold = bundle.instrument(instrument).threshold
    if threshold is None or on < date.fromisoformat(bundle.instrument(instrument).adopted):
        return None
    if law.penalty == "life":
        return True
    if law.max_months is None:
        return None
    return law.max_months >= bundle.value(threshold, "maximum_penalty", on).value
