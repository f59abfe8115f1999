"""A form for what the other side said on paper: the members that an act of its kind has, to be filled in.

Promises: every member of the kind stands in it with what may be written there; what the case knows already
(items, open questions, exhibits) is filled in. Nothing in it is said by making it.

Leaves to others: reading it (``draft.read_content``), registering it (``register``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from comity.acts import kind
from comity.app.register import NEVER
from comity.cases import RequestState
from comity.errors import BadInput
from comity.messages import render
from comity.wire import Json, encode

LEFT_OUT: Final = frozenset({"terms", "signatories"})


def paper_form(kind_of: str, request: RequestState, own: str, language: str) -> str:
    """The form, as TOML. ``own``: our State; ``request``: what it is about.

    Raises:
        BadInput: nothing of that kind is registered.
    """
    held = kind(kind_of)
    if kind_of in NEVER or not held.travels:
        raise BadInput("register.kind_never", kind=kind_of)
    known = _known(kind_of, request, own)
    lines = [f"# {line}" for line in render("register.form", language, kind=kind_of).splitlines()]
    for name, model in held.fields.items():
        if name not in LEFT_OUT:
            lines += _member(name, _schema(model), {}, known)
    terms = _schema(held.fields["terms"])
    lines += ["", "[terms]"]
    for name, told in terms.get("properties", {}).items():
        lines += _member(name, told, terms.get("$defs", {}), known.get("terms", {}))
    return "\n".join(lines) + "\n"


def _schema(model: Any) -> dict[str, Any]:
    return TypeAdapter(model).json_schema()


def _member(
    name: str, told: Mapping[str, Any], defs: Mapping[str, Any], known: Mapping[str, Any]
) -> Iterator[str]:
    """A member as a line: with what is known, else with an empty value and what may stand there."""
    if name in known:
        yield f"{name} = {_toml(known[name])}"
        return
    resolved = {**defs, **told.get("$defs", {})}
    choices = _choices(told, resolved)
    optional = any(one.get("type") == "null" for one in told.get("anyOf", ()))
    empty = "[]" if told.get("type") == "array" else "false" if told.get("type") == "boolean" else '""'
    hint = f"  # {' | '.join(choices)}" if choices else ""
    yield f"{'# ' if optional else ''}{name} = {empty}{hint}"


def _choices(told: Mapping[str, Any], defs: Mapping[str, Any]) -> list[str]:
    """The words of a closed list, or the members that a part of a list has."""
    for one in (told, *told.get("anyOf", ()), told.get("items", {})):
        found = defs.get(one.get("$ref", "").rpartition("/")[2], one)
        if "enum" in found:
            return [str(value) for value in found["enum"]]
        if "properties" in found:
            return ["{ " + ", ".join(found["properties"]) + " }"]
    return []


def _known(kind_of: str, request: RequestState, own: str) -> dict[str, Any]:
    """What the case says of it already."""
    items = [item.id for item in request.live_items]
    if kind_of == "decide":
        decided: list[Json] = [
            {"id": item.id, "outcome": "grant", "grounds": [], "conditions": [], "review_on": None}
            for item in request.undecided
        ]
        reasons = [{"item": item.id, "text": "?"} for item in request.undecided]
        return {"terms": {"items": decided}, "reasons": reasons, "conditions": []}
    if kind_of == "answer":
        open_ = request.questions_to(next(s for s in (request.requesting, request.requested) if s != own))
        if open_:
            ask = open_[0][0].id
            ids = [question.id for one, question in open_ if one.id == ask]
            replies = [{"id": id, "text": "?"} for id in ids]
            return {"terms": {"ask": ask, "questions": ids}, "replies": replies, "facts": []}
    if kind_of == "accept" and request.decisions:
        last = request.decisions[-1]
        waiting = [one for one in last.conditions if one not in last.accepted]
        return {"terms": {"decision": last.id, "conditions": waiting}}
    if kind_of == "take_custody" and request.deliveries:
        delivery = request.deliveries[-1]
        taken = [
            {"exhibit": one.exhibit, "statement": one.statement, "stream": one.stream}
            for one in delivery.exhibits
        ]
        return {"terms": {"delivery": delivery.id, "exhibits": taken}}
    if kind_of in {"effected", "arrest", "court", "surrender"}:
        return {"terms": {"items": items}}
    return {}


def _toml(value: Json) -> str:
    """A value as TOML writes it: of a table, without what is absent, since TOML has no word for it."""
    if isinstance(value, dict):
        inner = (f"{name} = {_toml(one)}" for name, one in value.items() if one is not None)
        return "{ " + ", ".join(inner) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return encode(value).decode()
