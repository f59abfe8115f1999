"""The terms of acts about material that only a competent unit opens. All stay at home.

Promises: as ``home_terms``: ids, digests, instants and choices from closed lists; never a word of what the
material shows. Version 1.

Leaves to others: what such material is (law data), what follows from the mark (``cases.protected``, ``app``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from comity.acts.delivery_terms import Protected
from comity.acts.names import Authority, Digest, ExhibitId, Instant
from comity.wire import Model

Recipient = Annotated[str, Field(pattern=r"^age1[a-z0-9]+$", max_length=2200)]
"""To whom an age file is sealed, as age writes it."""


class UnitKeyTerms(Model):
    """To which keys of its own a unit has material sealed: all of them; with the first it works.

    ``waits``: until a person of the unit has confirmed them (``ConfirmUnitKeyTerms``), they are not listed.
    """

    office: Authority
    recipients: tuple[Recipient, ...] = Field(min_length=1, max_length=4)
    waits: bool = False


class ConfirmUnitKeyTerms(Model):
    """A person of a unit confirms that the keys that two listed (``act``) are the unit's own."""

    act: Digest
    office: Authority
    recipients: tuple[Recipient, ...] = Field(min_length=1, max_length=4)


class MarkTerms(Model):
    """An exhibit that lies here is such material: from now on it is sealed to its unit alone."""

    exhibit: ExhibitId
    protected: Protected


class Unsealing(StrEnum):
    """What a unit's key is used for: to open; to seal to another State's unit; to take over what one gave."""

    OPEN = "open"
    SEND = "send"
    TAKE_OVER = "take_over"


class UnsealTerms(Model):
    """Two persons of a unit say that its key is used on an exhibit. ``statement``: the exhibit's seal.

    ``until``: of an opening, before when. ``to``: the unit that it is sealed to; ``to_keys``: the digest of
    the keys that it listed then. ``delivery``: what is taken over.
    """

    exhibit: ExhibitId
    statement: Digest
    unit: Authority
    what: Unsealing
    until: Instant | None = None
    to: Authority | None = None
    to_keys: Digest | None = None
    delivery: Digest | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        told = (self.until is not None, self.to is not None, self.delivery is not None)
        if told != tuple(self.what is one for one in Unsealing):
            raise ValueError("what: an end, a unit or a delivery, as it is")
        if self.to_keys is not None and self.to is None:
            raise ValueError("to_keys: of a unit")
        return self
