"""A scenario: a request, what is known of it, and what the checks are expected to find.

Promises: a closed shape; a key that is not known, or a value of another kind, is an error that names the
line. What a scenario does not change it takes from the one that it is ``like``. Expectations are written by
people; nothing here writes one.

Leaves to others: YAML (``comity.yaml``), running it (``rehearsal``), comparing (``expectation``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from comity import wire
from comity.acts import Provenance, Verdict
from comity.acts.names import Day, Instant, Key, Label, Line, State, Text
from comity.acts.terms import DataType, Urgency
from comity.errors import BadInput
from comity.safeguards.registry import Side
from comity.wire import Model
from comity.yaml import Path, Told, read_yaml

MAX_LIKE: Final = 4
"""How many scenarios may stand behind one another by ``like``."""

_IDENTITY: Final = ("fact", "element", "id")
"""By the first of these that members of a list have, a member takes the place of the one below."""


class Document(Model):
    """A paper that comes with the request, by what it is."""

    id: Label
    kind: Literal["charge", "order", "statute"]
    reference: Line


class SaidElement(Model):
    """An element of the conduct that is said to be present or absent, and the papers that show it."""

    element: Key
    present: bool
    cites: tuple[Label, ...] = ()


class Deed(Model):
    """The conduct, part by part, under no name of an offence."""

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
    documents: tuple[Document, ...] = ()
    elements: tuple[SaidElement, ...] = ()


class Proceeding(Model):
    number: Line
    authority: Line
    stage: Line


class Offence(Model):
    """As the asking State names it. ``penalty``: what the maximum is where it is no number of months."""

    title: Line
    law: Line
    max_penalty_months: int | None = Field(default=None, ge=0)
    penalty: Literal["life", "fine_only", "court_discretion"] | None = None
    concept: Key | None = None


class Wanted(Model):
    """One item: which data, and as far as it is said, of which account and period."""

    id: Label
    data: DataType
    what: Text | None = None
    account: Line | None = None
    since: Instant | None = None
    until: Instant | None = None


class Asked(Model):
    """The request itself. ``bases``: instruments, or paragraphs of them."""

    measure: Key
    bases: tuple[Key, ...] = Field(min_length=1)
    urgency: Urgency = Urgency.ORDINARY
    why_urgent: Text | None = None
    confidential: bool = True
    signed_by: Literal["two", "two_and_judge", "one", "one_to_ratify"] = "two"
    follows_preservation: bool = False
    subject: Line
    proceeding: Proceeding
    summary: Text
    conduct: Deed | None = None
    offence: Offence
    purpose: Text
    items: tuple[Wanted, ...] = Field(min_length=1)


class StatedFact(Model):
    """A fact, who or what it comes from, and where it can be looked up."""

    fact: Key
    is_: bool | int | str = Field(alias="is")
    from_: Provenance | None = Field(default=None, alias="from")
    reference: str = Field(default="", max_length=300)


class Suppose(Model):
    """What is taken for granted beside the law data. ``in_force``: instruments, and since when."""

    in_force: dict[Key, Day] = Field(default_factory=dict)


class Refused(Model):
    """A refusal that is about to be signed, to be judged by the duties that it has.

    ``law_named``, ``persons``: for a ground of the State's own law, whether that is named, and who sign.
    """

    grounds: tuple[Key, ...] = ()
    reasons: bool = True
    consulted: tuple[Key, ...] = ()
    answer_by: Instant | None = None
    answered: bool = False
    law_named: bool = False
    persons: int = Field(default=1, ge=1)
    at: Instant


class CheckExpected(Model):
    """What is expected of one check. ``says``: phrases that stand in its reasons; ``cites``: paragraphs."""

    verdict: Verdict | Literal["not_asked"]
    missing: tuple[Key, ...] = ()
    nothing_else_missing: bool = False
    says: tuple[Text, ...] = ()
    cites: tuple[Key, ...] = ()


class GroundsExpected(Model):
    """Which grounds of refusal are offered, and which are not."""

    open: tuple[Key, ...] = ()
    not_open: tuple[Key, ...] = ()


class Expected(Model):
    """``others``: of findings that are not named: any verdict, met, or there are none.

    ``open_questions``: of how many facts someone may have to be asked at most. ``refusal``: ``allowed``, or
    the id of the error. ``error``: the id of the error by which the request is turned away before any check.
    """

    others: Literal["any", "met", "none"]
    checks: dict[Key, CheckExpected] = Field(default_factory=dict)
    open_questions: int | None = Field(default=None, ge=0)
    grounds: GroundsExpected = GroundsExpected()
    may_ask_them: tuple[Key, ...] = ()
    never_ask_them: tuple[Key, ...] = ()
    refusal: Key | None = None
    error: Key | None = None


class Scenario(Model):
    """One scenario, whole. ``law``: the overlays that were adopted, by name, in order.

    ``indicators``: ``absent`` where the reviewer has looked for each sign that no one is asked about, and
    found none but those that ``own_file`` names; ``none_seen`` where the one statement says so, which leaves
    out the grave signs and those that the request itself raises.
    """

    title: Line
    why: Text | None = None
    day: Day
    from_: State = Field(alias="from")
    to: State
    side: Side = "requested"
    law: tuple[str, ...] = ()
    suppose: Suppose = Suppose()
    request: Asked
    stated: tuple[StatedFact, ...] = ()
    own_file: tuple[StatedFact, ...] = ()
    indicators: Literal["absent", "none_seen", "not_looked_for"] = "not_looked_for"
    refusal: Refused | None = None
    expect: Expected


@dataclass(frozen=True, slots=True)
class Written:
    """A scenario, and where in its file each thing stands."""

    name: str
    scenario: Scenario
    told: Told
    whole: Mapping[str, Any]
    """With what it takes from the scenarios that it is like."""

    def error(self, id: str, path: Path, **arguments: str | int) -> BadInput:
        """An error about what stands at ``path`` of the whole, with file and line."""
        return BadInput(id, file=self.name, line=_line(self.told, path, self.whole), **arguments)


def read_scenario(name: str, data: bytes, find: Callable[[str], bytes]) -> Written:
    """Read one scenario.

    Args:
        name: how the file is called, for errors.
        data: its bytes.
        find: gives the bytes of the scenario of a name, for ``like``; raises ``NotFound``.

    Raises:
        BadInput: not YAML of one meaning, or not of the shape; file and line are named.
    """
    told = _read(name, data)
    chain = [told]
    while (like := chain[-1].value.get("like")) is not None:
        if not isinstance(like, str):
            raise BadInput("scenario.not_right", file=name, line=chain[-1].line(("like",)) or 1, what="like")
        if len(chain) > MAX_LIKE:
            raise BadInput("scenario.like_too_often", file=name, limit=MAX_LIKE)
        chain.append(_read(like, find(like)))
    value: dict[str, Any] = {}
    for below in reversed(chain):
        # What is expected there is not expected here.
        kept = {k: v for k, v in value.items() if k != "expect" or "expect" not in below.value}
        value = _over(kept, {k: v for k, v in below.value.items() if k != "like"})
    _spell_out(value)
    try:
        made = Scenario.model_validate_json(wire.encode(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise _not_right(name, told, value, tuple(first["loc"]), first["type"]) from error
    return Written(name, made, told, value)


def _read(name: str, data: bytes) -> Told:
    try:
        return read_yaml(data)
    except BadInput as error:
        raise BadInput(error.id, file=name, **error.arguments) from error


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """One mapping over another: mappings member by member, lists by the identity of their members."""
    found = dict(below)
    for key, value in above.items():
        old = found.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            found[key] = _over(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            found[key] = _members(old, value)
        else:
            found[key] = value
    return {key: value for key, value in found.items() if value != _GONE}


_GONE: Final = {"gone": True}
"""Written for a value that the scenario below has, and this one has not."""


def _members(old: list[Any], new: list[Any]) -> list[Any]:
    name = next((n for n in _IDENTITY if all(isinstance(m, dict) and n in m for m in [*old, *new])), None)
    if name is None:
        return new
    named = {member[name]: member for member in new}
    kept = [member for member in old if member[name] not in named]
    return [*kept, *(member for member in new if member.get("gone") is not True)]


def _spell_out(value: dict[str, Any]) -> None:
    """``check: met`` says the same as ``check: {verdict: met}``."""
    expect = value.get("expect")
    checks = expect.get("checks") if isinstance(expect, dict) else None
    if isinstance(expect, dict) and isinstance(checks, dict):
        spelled = {k: {"verdict": v} if isinstance(v, str) else v for k, v in checks.items()}
        value["expect"] = {**expect, "checks": spelled}


def _not_right(name: str, told: Told, whole: Mapping[str, Any], where: Path, kind: str) -> BadInput:
    what = ".".join(str(part) for part in where) or "(the whole)"
    ids = {"extra_forbidden": "scenario.unknown_key", "missing": "scenario.missing"}
    id = ids.get(kind, "scenario.not_right")
    return BadInput(id, file=name, line=_line(told, where, whole), what=what)


def _line(told: Told, path: Path, whole: Mapping[str, Any]) -> int:
    """The line of the file on which what stands at ``path`` of the whole was written.

    What comes from the scenario below has no line here; then it is that of what is around it, or of ``like``.
    """
    own: Any = told.value
    merged: Any = whole
    found: list[str | int] = []
    for part in path:
        merged = merged[part] if _has(merged, part) else None
        place = _place(own, part, merged)
        if place is None:
            break
        found.append(place)
        own = own[place]
    return told.line(tuple(found)) or told.line(("like",)) or 1


def _has(value: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(value, list) and part < len(value)
    return isinstance(value, dict) and part in value


def _place(own: Any, part: str | int, merged: Any) -> str | int | None:
    """Where in the file's own value stands what is ``merged``; ``None``: it does not."""
    if isinstance(part, int) and isinstance(own, list) and isinstance(merged, dict):
        # A member of a list is told by its identity, since the list may begin with members from below.
        return next((n for n, member in enumerate(own) if member == merged), None)
    return part if _has(own, part) else None
