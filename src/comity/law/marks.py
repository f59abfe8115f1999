"""How sure we are: marks of confidence, and dates of which only a part is known.

Promises: the weakest of several marks is the mark of what rests on all of them; a date known to the
month only never settles a question inside that month.

Leaves to others: what a weak mark does to a verdict (``safeguards``), what each mark means in words
(``data/marks.toml``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Final, Literal, get_args

from pydantic import AfterValidator, StringConstraints

from comity.calendar import add_months

Mark = Literal["A", "B", "C+", "C", "C-"]
"""A: read in an official text. B: credible secondary source. C+, C, C-: recollection, ever weaker."""

MARKS: Final[tuple[Mark, ...]] = get_args(Mark)


def weakest(marks: Iterable[Mark]) -> Mark:
    """The mark of what rests on all of these; of nothing at all, the weakest there is."""
    return max(marks, key=MARKS.index, default=MARKS[-1])


def _a_day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _a_since(text: str) -> str:
    earliest(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(_a_day)]
"""A date, ``2026-11-21``."""

Since = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$"), AfterValidator(_a_since)]
"""A date as far as it is known: ``2025-12-24``, ``2025-12`` or ``2025``."""


def earliest(since: str) -> date:
    """The first day that a partly known date can be."""
    return date.fromisoformat((since + "-01-01")[:10])


def latest(since: str) -> date:
    """The last day that a partly known date can be."""
    months = {4: 12, 7: 1, 10: 0}[len(since)]
    first = earliest(since)
    return first if months == 0 else add_months(first, months) - timedelta(days=1)


def reached(since: str, on: date) -> bool | None:
    """Whether ``since`` has come by the end of the day ``on``; None where what is known cannot say."""
    if latest(since) <= on:
        return True
    if on < earliest(since):
        return False
    return None


def between(since: str, until: str | None, on: date) -> bool | None:
    """Whether what holds from ``since`` and no more from ``until`` on holds on a day; None: not known."""
    gone = False if until is None else reached(until, on)
    made = reached(since, on)
    if made is False or gone is True:
        return False
    return True if made and gone is False else None
