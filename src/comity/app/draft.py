"""Draft a request: a TOML file that a person can read, edit, and hand to a colleague.

Promises: what is wrong in an edited file is named by its member; nothing in the file is sent, signed
or stored by reading it.

Leaves to others: a fresh file (``form``), whether the request says what its measure asks (``contents``)
and is lawful (``safeguards``, ``cases``), and sending it (``send``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from comity.acts import (
    CitedDocument,
    Conduct,
    Fact,
    Offence,
    Paper,
    Proceeding,
    Provenance,
    Selector,
    Statement,
)
from comity.acts.conduct import Element
from comity.acts.names import Authority, Day, Digest, Instant, Key, Label, Line, State, Text, state_of
from comity.acts.person_terms import Origin
from comity.acts.terms import Basis, DataType, Item, PreviewTerms, RequestTerms, Urgency
from comity.acts.wording import Wording
from comity.clock import write_instant
from comity.errors import BadInput
from comity.toml import read_toml
from comity.wire import Json, Model, encode

MOST: Final = 12
"""Members that one error names."""


class DraftItem(Model):
    """One thing asked for: what sort of data, whose, and for which period."""

    id: Label
    data: DataType
    description: Text
    account: Line | None = None
    since: Instant | None = None
    until: Instant | None = None


class DraftFact(Model):
    """A fact that supports the request, where it comes from, and the paper that shows it."""

    key: Key
    value: bool | int | str
    provenance: Provenance
    reference: str = Field(default="", max_length=300)
    document: Digest | None = None

    def stated_by(self, state: str) -> Fact:
        """The fact as an act carries it."""
        return Fact(
            key=self.key,
            value=self.value,
            provenance=self.provenance,
            stated_by=state,
            reference=self.reference,
            document=self.document,
        )


class DraftPaper(Model):
    """A paper beside the request, by the SHA-256 of its file."""

    content: Key
    title: Line
    digest: Digest


class DraftOffence(Model):
    """The offence under the asking State's law; what is not known may be left out."""

    title: Line
    law: Line
    max_penalty_months: int | None = Field(default=None, ge=0)
    offence_class: str | None = Field(default=None, max_length=120)
    penalty: Literal["life", "fine_only", "court_discretion"] | None = None

    @model_validator(mode="after")
    def _one_maximum(self) -> Self:
        """Refuse two maxima, as the act would."""
        if self.penalty is not None and self.max_penalty_months is not None:
            raise ValueError("the maximum penalty is a number of months or a word, not both")
        return self


class DraftElement(Model):
    """An element that is held to be present or absent, and the documents that show it."""

    element: Element
    present: bool
    cites: tuple[Label, ...] = ()


class DraftConduct(Model):
    """What was done, part by part, as a person writes it; what is not known may be left out."""

    began: Day | None = None
    ended: Day | None = None
    places: tuple[State, ...] = ()
    who: Text | None = None
    did: Text
    system: Text | None = None
    right: Text | None = None
    measure: Text | None = None
    intent: Text | None = None
    caused: Text | None = None
    elements: tuple[DraftElement, ...] = ()
    documents: tuple[CitedDocument, ...] = ()

    def statement(self) -> Conduct:
        """The statement as an act carries it.

        Raises:
            BadInput: it says one thing twice, cites what it does not list, or ends before it begins.
        """
        try:
            return Conduct.model_validate(self.model_dump())
        except ValidationError as error:
            what = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise BadInput("draft.conduct_not_whole", what=what.removeprefix("Value error, ")) from error


_WORDS: Final = "words"
_TABLE: Final = "table"


def _told_as(value: Any) -> str:
    return _WORDS if isinstance(value, str) else _TABLE


Told = Annotated[Annotated[Text, Tag(_WORDS)] | Annotated[DraftConduct, Tag(_TABLE)], Discriminator(_told_as)]
"""Running text, as files of before have it, or a table ``[conduct]``."""


class Additions(Model):
    """What an amendment adds to a request: items and facts, written as in a request file."""

    items: tuple[DraftItem, ...] = ()
    facts: tuple[DraftFact, ...] = ()


class Draft(Model):
    """A request, or a preview of one, as a person writes it."""

    kind: Literal["request", "preview"]
    from_: Authority = Field(alias="from")
    to: Authority
    measure: Key
    subject: Line
    urgency: Urgency = Urgency.ORDINARY
    urgency_reason: Text | None = None
    confidential: bool = True
    follows: Digest | None = None
    urgent_for: tuple[Key, ...] = Field(default=(), max_length=10)
    wanted_by: Instant | None = None
    supplements: Digest | None = None
    previous: tuple[Digest, ...] = Field(default=(), max_length=50)
    origin: Origin | None = None
    ratify_within_hours: int | None = Field(default=None, ge=1, le=720)
    purpose: Text
    conduct: Told
    offence: DraftOffence
    proceeding: Proceeding
    bases: tuple[Basis, ...] = Field(min_length=1)
    items: tuple[DraftItem, ...] = Field(min_length=1)
    statements: dict[str, Text] = Field(default_factory=dict)
    """What the measure asks to be said in a part of its own, by the content's key in the law data."""
    papers: tuple[DraftPaper, ...] = ()
    wording: Wording | None = None
    facts: tuple[DraftFact, ...] = ()


@dataclass(frozen=True)
class Spoken:
    """What a draft says, as the terms and fields of an act (signatories come when it is signed)."""

    kind: str
    terms: Model
    fields: dict[str, Json | Model | tuple[Model, ...]]


def read_draft(data: bytes, name: str) -> Draft:
    """Read a request file.

    Raises:
        BadInput: not UTF-8 or not TOML (with the line), or a member that is missing, unknown or
            not valid (named).
    """
    return _read(Draft, data, name)


def read_additions(data: bytes, name: str) -> tuple[tuple[tuple[Item, Selector], ...], tuple[DraftFact, ...]]:
    """Read what an amendment adds: items with what exactly each asks for, and facts.

    Raises:
        BadInput: as ``read_draft``.
    """
    read = _read(Additions, data, name)
    return tuple((Item(id=i.id, data=i.data), _selector(i)) for i in read.items), read.facts


def read_content(data: bytes, name: str) -> dict[str, Json]:
    """Read what the other side said by another way: the members of an act, as a person wrote them down.

    Raises:
        BadInput: not UTF-8 or not TOML, or a bare date or a fraction in it.
    """
    return _table(data, name)


def speak(draft: Draft, now: datetime) -> Spoken:
    """Turn a draft into the terms and fields of an act.

    Raises:
        BadInput: two items of one name, or both offices belong to one State.
    """
    ids = [item.id for item in draft.items]
    for id in ids:
        if ids.count(id) > 1:
            raise BadInput("draft.item_twice", item=id)
    state = state_of(draft.from_)
    if state == state_of(draft.to):
        raise BadInput("draft.same_state", state=state)
    items = tuple(Item(id=i.id, data=i.data) for i in draft.items)
    facts = tuple(fact.stated_by(state) for fact in draft.facts)
    conduct = draft.conduct.statement() if isinstance(draft.conduct, DraftConduct) else draft.conduct
    if draft.kind == "preview":
        return Spoken(
            "preview",
            PreviewTerms(measure=draft.measure, items=items),
            {"subject": draft.subject, "conduct": conduct, "facts": facts, "purpose": draft.purpose},
        )
    ratify = None
    if draft.ratify_within_hours is not None:
        ratify = write_instant(now + timedelta(hours=draft.ratify_within_hours))
    terms = RequestTerms(
        measure=draft.measure,
        items=items,
        bases=draft.bases,
        urgency=draft.urgency,
        confidential=draft.confidential,
        ratify_by=ratify,
        follows=draft.follows,
        urgent_for=draft.urgent_for,
        wanted_by=draft.wanted_by,
        supplements=draft.supplements,
        previous=draft.previous,
        wording=draft.wording,
        origin=draft.origin,
    )
    selectors = tuple(_selector(item) for item in draft.items)
    return Spoken(
        "request",
        terms,
        {
            "subject": draft.subject,
            "selectors": selectors,
            "facts": facts,
            "conduct": conduct,
            "offence": Offence.model_validate(draft.offence.model_dump()),
            "purpose": draft.purpose,
            "proceeding": draft.proceeding,
            "urgency": draft.urgency_reason,
            "statements": tuple(
                Statement(content=content, text=text) for content, text in sorted(draft.statements.items())
            ),
            "papers": tuple(
                Paper(content=paper.content, title=paper.title, digest=paper.digest) for paper in draft.papers
            ),
        },
    )


D = TypeVar("D", Draft, Additions)


def _table(data: bytes, name: str) -> dict[str, Json]:
    try:
        value = read_toml(data)
    except UnicodeDecodeError as error:
        raise BadInput("draft.not_utf8", file=name, offset=error.start) from error
    except ValueError as error:
        raise BadInput("draft.not_toml", file=name, what=str(error)[:200]) from error
    found: dict[str, Json] = _without_blanks(value)
    return found


def _read(model: type[D], data: bytes, name: str) -> D:
    value = _table(data, name)
    try:
        return model.model_validate_json(encode(value), strict=True)
    except ValidationError as error:
        raise _faults(error, name) from error


_KINDS: Final = MappingProxyType(
    {
        "missing": "draft.member_missing",
        "extra_forbidden": "draft.member_unknown",
        "enum": "draft.member_choice",
        "literal_error": "draft.member_choice",
    }
)


def _faults(error: ValidationError, name: str) -> BadInput:
    """All members that are wrong in the way in which the first one is, so that a form is mended in one go."""
    found = error.errors(include_url=False, include_input=False)
    id = _KINDS.get(found[0]["type"], "draft.not_valid")
    same = [one for one in found if _KINDS.get(one["type"], "draft.not_valid") == id]
    where = ", ".join(_member(one["loc"]) for one in same[:MOST])
    if id == "draft.member_choice":
        allowed = str(found[0].get("ctx", {}).get("expected", "?"))
        return BadInput(id, file=name, where=where, allowed=allowed)
    if id == "draft.not_valid":
        return BadInput(id, file=name, where=where, what=found[0]["msg"])
    return BadInput(id, file=name, where=where)


def _member(loc: tuple[int | str, ...]) -> str:
    """A member as it is written in the file: without the shape that the program took it for."""
    return ".".join(str(part) for part in loc if part not in {_WORDS, _TABLE}) or "?"


def _selector(item: DraftItem) -> Selector:
    return Selector(
        item=item.id,
        description=item.description,
        account=item.account,
        since=item.since,
        until=item.until,
    )


def _without_blanks(value: Json) -> Json:
    """Drop members left blank in the form, so that a blank reads as absent and is named as missing."""
    if isinstance(value, dict):
        return {k: _without_blanks(v) for k, v in value.items() if not (isinstance(v, str) and not v.strip())}
    if isinstance(value, list):
        return [_without_blanks(v) for v in value]
    if isinstance(value, date | time) and not (isinstance(value, datetime) and value.tzinfo is not None):
        raise BadInput("draft.bare_date", text=str(value))
    if isinstance(value, float):
        raise BadInput("draft.fraction", text=str(value))
    if isinstance(value, datetime) and value.tzinfo is not None:
        return write_instant(value)  # TOML has instants of its own; a person may write one without quotes
    return value
