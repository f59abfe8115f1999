"""Which files of an exhibit are taken, and why each other one is left out.

Promises: a file is taken only if it is known to fit: one that nobody marked does not fit a wish for data of a
kind, of an account or of a time; one that reaches over the edge of a window is left out whole, and said to be
so. Each file that is left out counts under one reason, the first that holds. Patterns cannot be made slow.

Leaves to others: opening and sealing (``selection``, ``app``); who says what a file holds. A window never
cuts a file: to take lines of a log, its holder makes a file of them, and that one is taken in.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from comity.acts.terms import DataType
from comity.clock import read_instant
from comity.errors import BadInput
from comity.evidence.index import Entry, Index
from comity.evidence.names import Instant, Line
from comity.wire import Model

SELECTABLE: Final = (DataType.SUBSCRIBER, DataType.TRAFFIC, DataType.CONTENT)
"""Types of electronic data that a file can be marked as."""

_DEEPEST: Final = 64
"""Parts of a pattern."""

Pattern = Annotated[str, Field(min_length=1, max_length=1000)]


class Mark(Model):
    """What somebody says of the files that a pattern names. ``since``, ``until``: the time they cover."""

    path: Pattern
    data: DataType | None = None
    account: Line | None = None
    since: Instant | None = None
    until: Instant | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.data is not None and self.data not in SELECTABLE:
            raise ValueError("subscriber, traffic or content")
        _check_window(self.since, self.until)
        return self


class Criteria(Model):
    """What is wanted, each empty where it is not asked; a file has to fit all that is asked.

    ``paths``: patterns, of which a file has to match one. ``since``, ``until``: the window, both included.
    """

    paths: tuple[Pattern, ...]
    data: tuple[DataType, ...]
    accounts: tuple[Line, ...]
    since: Instant | None
    until: Instant | None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if not set(self.data) <= set(SELECTABLE):
            raise ValueError("subscriber, traffic or content")
        _check_window(self.since, self.until)
        return self


class Why(StrEnum):
    """Why a file was left out."""

    PATH = "path"
    EXCLUDED = "excluded"
    UNMARKED = "unmarked"
    DATA = "data"
    ACCOUNT = "account"
    TIME = "time"
    OVER_THE_EDGE = "over_the_edge"


class LeftOver(Model):
    """How much was left out for one reason; ``size`` in bytes."""

    why: Why
    files: int = Field(ge=1)
    size: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Choice:
    """The places in the index of what is taken, in order; and what is left out, by reason."""

    taken: Sequence[int]
    left: tuple[LeftOver, ...]


def choose(index: Index, criteria: Criteria, excluded: Sequence[str], marks: Sequence[Mark]) -> Choice:
    """Choose files. ``excluded``: patterns of what is left out whatever it is.

    Raises:
        BadInput: nothing fits; a pattern matches no file, or none that is taken; two marks say different
            things of one file.
    """
    patterns = (*criteria.paths, *excluded, *(mark.path for mark in marks))
    _each_matches(index.files, patterns, "select.matches_nothing")
    taken = array("I")
    unmatched = set(criteria.paths)
    left: dict[Why, tuple[int, int]] = {}
    for number, entry in enumerate(index.files):
        why = _why_not(entry, criteria, excluded, marks)
        if why is None:
            taken.append(number)
            unmatched -= {pattern for pattern in unmatched if matches(entry.path, pattern)}
        else:
            files, size = left.get(why, (0, 0))
            left[why] = files + 1, size + entry.size
    if not taken:
        raise BadInput("select.nothing_fits", files=len(index.files))
    # The criteria travel: a pattern for what is then left out would tell the receiver that it was there.
    for pattern in criteria.paths:
        if pattern in unmatched:
            raise BadInput("select.matches_nothing_taken", pattern=pattern[:200])
    tally = tuple(LeftOver(why=why, files=left[why][0], size=left[why][1]) for why in Why if why in left)
    return Choice(taken, tally)


def matches(path: str, pattern: str) -> bool:
    """Whether a path fits a pattern: ``*`` and ``?`` within a name, ``**`` over any number of folders."""
    names, parts = path.split("/"), pattern.split("/")
    if len(parts) > _DEEPEST:
        raise BadInput("select.pattern_deep", limit=_DEEPEST)
    # fits[n]: the first n names fit the parts so far. Each part once over each name, however many stars.
    fits = [True] + [False] * len(names)
    for part in parts:
        if part == "**":
            first = fits.index(True) if True in fits else len(fits)
            fits = [at >= first for at in range(len(fits))]
        else:
            fits = [False, *(was and fnmatchcase(name, part) for was, name in zip(fits, names, strict=False))]
    return fits[-1]


def _why_not(entry: Entry, criteria: Criteria, excluded: Sequence[str], marks: Sequence[Mark]) -> Why | None:
    if criteria.paths and not any(matches(entry.path, pattern) for pattern in criteria.paths):
        return Why.PATH
    if any(matches(entry.path, pattern) for pattern in excluded):
        return Why.EXCLUDED
    mark = _mark_of(entry, marks)
    windowed = criteria.since is not None or criteria.until is not None
    unknown = (
        (bool(criteria.data) and mark.data is None)
        or (bool(criteria.accounts) and mark.account is None)
        or (windowed and (mark.since is None or mark.until is None))
    )
    if unknown:
        return Why.UNMARKED
    if criteria.data and mark.data not in criteria.data:
        return Why.DATA
    if criteria.accounts and mark.account not in criteria.accounts:
        return Why.ACCOUNT
    return _outside(mark, criteria) if windowed else None


def _outside(mark: Mark, criteria: Criteria) -> Why | None:
    since, until = _instant(criteria.since), _instant(criteria.until)
    first, last = _instant(mark.since), _instant(mark.until)
    if first is None or last is None:
        return Why.UNMARKED
    if (since is not None and last < since) or (until is not None and first > until):
        return Why.TIME
    if (since is not None and first < since) or (until is not None and last > until):
        return Why.OVER_THE_EDGE
    return None


def _mark_of(entry: Entry, marks: Sequence[Mark]) -> Mark:
    said: dict[str, object] = {"path": entry.path}
    for mark in marks:
        if not matches(entry.path, mark.path):
            continue
        for name in ("data", "account", "since", "until"):
            value = getattr(mark, name)
            if value is not None and said.setdefault(name, value) != value:
                raise BadInput("select.marks_differ", path=entry.path, what=name)
    return Mark.model_validate(said)


def _each_matches(files: Sequence[Entry], patterns: Sequence[str], otherwise: str) -> None:
    """A pattern that matches nothing is a slip; and said outward, it would tell what was not there."""
    for pattern in patterns:
        if not any(matches(entry.path, pattern) for entry in files):
            raise BadInput(otherwise, pattern=pattern[:200])


def _check_window(since: str | None, until: str | None) -> None:
    first, last = _instant(since), _instant(until)
    if first is not None and last is not None and last < first:
        raise ValueError("until is before since")


def _instant(text: str | None) -> datetime | None:
    return None if text is None else read_instant(text)
