"""The task of an intake: for which request, by whom, from where; by which what it left is found again.

Promises: a task is the same however its paths are spelled. One that may be of the same source is known,
whoever began it. A path is bytes, and not always text.

Leaves to others: what is kept of a task (``unfinished``), when it goes (``app.interrupted``).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

STREAM: Final = "-"
"""Instead of paths: a stream, with its name behind."""


Noted = Annotated[
    tuple[Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$")], ...], Field(min_length=len(("about", "by")))
]
"""The words of a task as a note has them (``written``)."""


@dataclass(frozen=True, slots=True)
class Task:
    """What an intake is for: a request, by a person (ids), from ``where``: real paths, or a stream's name."""

    about: str
    by: str
    where: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """It as ``Keeping`` is told of it."""
        return (self.about, self.by, *self.where)

    @classmethod
    def of(cls, words: Sequence[str]) -> Task:
        """The task that has these words."""
        about, by, *where = words
        return cls(about, by, tuple(where))

    def shares(self, other: Task) -> bool:
        """Whether it may be of the same source in part: a path in a path; of one request, a stream."""
        streams = (self.where[:1], other.where[:1]).count((STREAM,))
        if streams:
            return streams == len((self, other)) and self.about == other.about
        return any(_within(one, two) or _within(two, one) for one in self.where for two in other.where)


def real_path(path: Path) -> Path:
    """A path by which a thing is known, however it is spelled; a link at its end is not followed."""
    folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100  Path.resolve would follow that link
    return Path(os.path.realpath(folder), name)


def written(words: Sequence[str]) -> tuple[str, ...]:
    """Words as a note has them."""
    return tuple(os.fsencode(word).hex() for word in words)


def read_back(noted: Sequence[str]) -> tuple[str, ...]:
    """The words that a note has."""
    return tuple(os.fsdecode(bytes.fromhex(word)) for word in noted)


def _within(inner: str, outer: str) -> bool:
    """Whether a path is another, or in it."""
    return inner == outer or inner.startswith(outer.rstrip("/") + "/")
