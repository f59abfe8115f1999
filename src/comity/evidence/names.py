"""The spellings of cases, exhibits, digests, instants and pseudonyms in sealed statements.

Promises: the same spellings as acts have, so that an exhibit named in an act is found here.

Leaves to others: whether what is named exists; the names of files inside an exhibit (``index``).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from comity.wire import ONE_LINE, Model

CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
ExhibitId = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,59}$")]
Alias = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
# Not ``\d``, which takes the digits of every script: one instant would have many spellings.
Instant = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Line = Annotated[str, Field(min_length=1, max_length=300, pattern=ONE_LINE)]


class Tool(Model):
    """A program that read or analysed an exhibit, and its version."""

    name: Line
    version: Line
