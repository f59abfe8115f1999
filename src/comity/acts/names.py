"""The spellings that acts use for States, authorities, cases, items and the rest.

Promises: one pattern for each name, used by every model, so that a name valid in one place is
valid in all. Leaves to others: whether what is named exists (``law``, ``exchange``).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from comity.errors import BadInput
from comity.wire import ONE_LINE

State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2; user-assigned codes (XA to XZ) are fictional States."""

Authority = Annotated[str, Field(pattern=r"^[a-z]{2}:[a-z0-9-]{1,40}$")]
"""``gh:central-authority``: the State's code in lower case, a colon, the office's own short name."""

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""128 random bits, so that a reference tells a stranger nothing."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in hexadecimal: ids of acts and keys, digests of bundles, tables, exhibits."""

Salted = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""A salted SHA-256 in base64url: of a field, or of what an act rests on."""


def _exists(text: str) -> str:
    """Refuse a day or an instant that no calendar has, such as 31 February."""
    datetime.fromisoformat(text)
    return text


Instant = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"), AfterValidator(_exists)
]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_exists)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
"""A currency's code in ISO 4217."""

Key = Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=120)]
"""A stable key of the law data: a measure, a ground, a provision, a check."""

Label = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""An item, a question or a condition, named within its act."""

ExhibitId = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,59}$")]
Alias = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
"""A person's pseudonym in one case."""

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Line = Annotated[str, Field(min_length=1, max_length=300, pattern=ONE_LINE)]

STATE_LENGTH: Final = 2


class Role(StrEnum):
    """In which role a key signs an act. ``registrar``: one of the State addressed, for what came on paper."""

    AUTHOR = "author"
    APPROVER = "approver"
    JUDGE = "judge"
    NODE = "node"
    REGISTRAR = "registrar"


class Capacity(StrEnum):
    """In which something is given; the first two are not evidence until assistance is granted."""

    INTELLIGENCE = "intelligence"
    EMERGENCY = "emergency"
    EVIDENCE = "evidence"


class Outcome(StrEnum):
    """What is decided of one item."""

    GRANT = "grant"
    GRANT_ON_CONDITIONS = "grant_on_conditions"
    POSTPONE = "postpone"
    REFUSE = "refuse"


def state_of(authority: str) -> str:
    """The State whose office this is, as its ISO code.

    Raises:
        BadInput: no authority is spelled so.
    """
    if len(authority) <= STATE_LENGTH or authority[STATE_LENGTH] != ":":
        raise BadInput("acts.not_an_authority", authority=authority[:60])
    return authority[:STATE_LENGTH].upper()
