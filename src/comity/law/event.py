"""What a State did about an instrument: the steps of its log, its reservations, what others objected.

Promises: closed shapes; a step without a day says by which day it was known, and nothing is dated that
its source does not date. A text that nobody has read for its effect is a step, never a reservation.

Leaves to others: whether a State is bound (``standing``), what a reservation does between two States
(``reserved``).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from comity.law.marks import Day, Mark, Since, between
from comity.law.model import Key, SourceKey, StateCode, Text, Words
from comity.wire import Model

CONSENTS: Final = frozenset(
    {"ratification", "acceptance", "approval", "accession", "succession", "formal_confirmation", "consent"}
)
"""Steps by which one consents to be bound; ``consent`` where the source does not say which."""

TEXTS: Final = frozenset({"declaration", "objection", "notification", "territorial"})
"""Steps that come with a text, whose effect a person has to read."""

Territory = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2 of a territory beside the State that answers for it: ``HK``, ``MO``."""


class StatusEvent(Model):
    """One step of one State (or union) towards an instrument, or away from it.

    ``party``: a list names it as Party. ``withdrawal``: of an instrument of consent, before it bound.
    ``declaration``, ``objection``, ``notification``, ``territorial``: a text lies with the depositary.
    ``on`` is when it happened; where that is not held, ``reported`` is the day by which it was known,
    and nothing is said of the days before.
    """

    state: StateCode
    instrument: Words
    event: Literal[
        "signature", "ratification", "acceptance", "approval", "accession", "succession",
        "formal_confirmation", "consent", "party", "declaration", "objection", "notification",
        "territorial", "withdrawal", "denunciation",
    ]  # fmt: skip
    on: Since | None = None
    reported: Day | None = None
    as_of: Day | None = None
    """The state of the source, where it is another than the instrument's ``status_as_of``."""
    organisation: bool = False
    """A regional organisation: its instrument is never counted as one more."""
    withdrawn: bool = False
    """The depositary shows it in square brackets: withdrawn or repeated, on a day that is not held."""
    territory: Territory | None = None
    """For this territory alone; absent: for the State."""
    extends: bool | None = None
    """For ``territorial``: whether the instrument extends to the territory; absent: the text was not read."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    note: str = ""

    @property
    def consents(self) -> bool:
        """Whether it is an expression of consent to be bound that still stands."""
        return self.event in CONSENTS and not self.withdrawn


class Reservation(Model):
    """A reservation or declaration of one State to one paragraph, read for its effect.

    A reservation modifies the paragraph for who made it and, to the same extent, for the others towards it;
    ``reciprocal`` is false where it cannot work both ways (it describes the maker's own law, say).
    """

    state: StateCode
    provision: Key
    since: Since
    kind: Literal["reservation", "declaration"] = "reservation"
    reciprocal: bool = True
    notified: Day | None = None
    """When the depositary circulated it: the other Parties' twelve months run from here."""
    until: Since | None = None
    """Withdrawn from this day on."""
    summary: Text
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)

    def stands(self, on: date) -> bool | None:
        """Whether it stands on a day; None where its dates cannot say."""
        return between(self.since, self.until, on)


class Objection(Model):
    """What one State objected to another's reservation."""

    state: StateCode
    """Who objects."""
    author: StateCode
    """Whose reservation."""
    provision: Key
    since: Since
    precludes: bool = False
    """Whether it keeps the instrument from entering into force between the two."""
    until: Since | None = None
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)

    def stands(self, on: date) -> bool | None:
        """Whether it stands on a day; None where its dates cannot say."""
        return between(self.since, self.until, on)
