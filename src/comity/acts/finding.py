"""The model of a fact and of a finding: what a check read, and what came of it.

Promises: three verdicts; whatever is not known is ``needs_human``, never ``not_met``. A finding
carries all that its reader needs to doubt it: the paragraphs it cites, each fact with its
provenance, each value of the law data with date and mark, what is missing, and its reason as a
message id. It never says grant or refuse: no such value exists.

Leaves to others: the checks themselves (``safeguards``); a person's answer (``answer_finding``).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from comity.acts.names import Day, Digest, Key, State
from comity.wire import Model


class Verdict(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NEEDS_HUMAN = "needs_human"


class Provenance(StrEnum):
    """Where a fact comes from. ``asserted`` by an interested side never settles in its favour."""

    ASSERTED = "asserted"
    DOCUMENT = "document"
    RECORD = "record"
    OWN_INQUIRY = "own_inquiry"
    PERSON = "person"


class AskWhom(StrEnum):
    """Who may be asked for it: the own file by default; *them* only where asking does no harm."""

    OWN_FILE = "own_file"
    THEM = "them"
    NOBODY = "nobody"


class Fact(Model):
    """One fact, by a stable key. ``stated_by``: the State that says so (ISO code).

    ``reference``: where it is found, in words. ``document``: SHA-256 of the paper that shows it; what is
    said to stand in a document that is not bound by its digest is an assertion.
    """

    key: Key
    value: bool | int | str
    provenance: Provenance
    stated_by: State
    reference: str = Field(max_length=300)
    document: Digest | None = None


class Citation(Model):
    """A provision of the law data, and where it stands; ``verify``: the number is to be confirmed."""

    provision: Key
    pointer: str = Field(max_length=120)
    verify: bool


class LawRead(Model):
    """A value of the law data that a check relied on: since when, how sure, last looked at."""

    key: Key
    value: bool | int | str | None
    since: Day | None
    mark: str = Field(max_length=4)
    last_checked: Day | None


class _Written(Model):
    """A reading as it is written: what comes from outside is held against this."""

    key: Key
    value: bool | int | str
    provenance: Provenance
    stated_by: State
    reference: str = Field(default="", max_length=300)
    document: Digest | None = None
    act: Digest | None = None


class Reading(NamedTuple):
    """A fact that a check read, and where it came from.

    ``reference``, ``document``: as the fact has them. ``act``: the act that says so; none: the own file. It
    is a plain value, since an assessment has a hundred of them; written it is an object with these members.
    """

    key: str
    value: bool | int | str
    provenance: Provenance
    stated_by: str
    reference: str = ""
    document: str | None = None
    act: str | None = None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = handler.generate_schema(_Written)
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(lambda w: cls(**w.__dict__), written),
            python_schema=core_schema.is_instance_schema(cls),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda reading: dict(zip(cls._fields, reading, strict=True))
            ),
        )


class Missing(Model):
    """A fact that a check could not find, and who may be asked for it."""

    key: Key
    ask: AskWhom


class Argument(Model):
    name: str = Field(pattern=r"^[a-z_]{1,40}$")
    value: int | str


class Because(Model):
    """The reason, as the id of a message and its arguments."""

    id: Key
    arguments: tuple[Argument, ...]


class Finding(Model):
    """The outcome of one check on one day."""

    check: Key
    verdict: Verdict
    cites: tuple[Citation, ...] = Field(min_length=1)
    because: tuple[Because, ...] = Field(min_length=1)
    facts: tuple[Reading, ...]
    law: tuple[LawRead, ...]
    missing: tuple[Missing, ...]
    rule_version: int = Field(ge=1)
    on: Day
