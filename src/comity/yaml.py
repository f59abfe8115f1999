"""YAML files that a person wrote, read so that no reader of YAML could take them otherwise.

Promises: mappings, lists, text, ``true``, ``false`` and whole numbers, and nothing else. A bare word that
some reader of YAML (1.1 or 1.2) takes for something else than text (``no``, ``on``, ``~``, ``1.5``, a date)
is refused, as are a key that stands twice, anchors, aliases, tags and a second document. Each error names
the line. Where each value stands is kept, so that a later complaint about it can say so too.

Leaves to others: what the values mean (``safeguards.scenario``).

Source: YAML 1.1 as PyYAML resolves it; YAML 1.2.2, section 10.3 (core schema).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from comity.errors import BadInput

MAX_SIZE: Final = 256 * 1024
"""Bytes; a long scenario has some ten thousand."""

MAX_DEPTH: Final = 20

MAX_DIGITS: Final = 15

Path = tuple[str | int, ...]
"""Where a value stands: keys of mappings and places in lists, from the top."""

_TEXT: Final = "tag:yaml.org,2002:str"
_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
_OTHERWISE: Final = re.compile(
    r"[yYnN]"  # booleans of YAML 1.1 that PyYAML takes for text
    r"|0o[0-7]+"  # octal in YAML 1.2
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"  # floats of YAML 1.2
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"  # whatever begins like a date
)
_RESOLVER: Final = Resolver()


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says, and on which line each value begins, counted from 1."""

    value: dict[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of what stands there, or of the nearest thing around it; ``None``: nothing does."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read_yaml(data: bytes) -> Told:
    """Read a file whose top is a mapping.

    Raises:
        BadInput: too long, not UTF-8, not YAML, or something of which two readers could make two things.
    """
    if len(data) > MAX_SIZE:
        raise BadInput("yaml.too_long", size=len(data), limit=MAX_SIZE)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("yaml.not_utf8", line=data[: error.start].count(b"\n") + 1) from error
    lines: dict[Path, int] = {}
    try:
        value = _document(yaml.parse(text, Loader=yaml.SafeLoader), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        raise BadInput("yaml.not_yaml", line=line, what=str(error.problem or error.context)[:200]) from error
    except yaml.YAMLError as error:
        # A character that YAML does not allow: its place is counted in characters.
        place = getattr(error, "position", 0)
        line = text[: place if isinstance(place, int) else 0].count("\n") + 1
        raise BadInput("yaml.not_yaml", line=line, what=str(getattr(error, "reason", "?"))[:200]) from error
    if not isinstance(value, dict):
        raise BadInput("yaml.no_mapping", line=1)
    return Told(value, lines)


def _document(events: Iterator[Event], lines: dict[Path, int]) -> Any:
    value: Any = None
    seen = False
    for event in events:
        if isinstance(event, DocumentStartEvent):
            if seen:
                _refuse("yaml.second_document", event)
            seen = True
        elif isinstance(event, NodeEvent):
            value = _node(event, events, (), lines)
    return value


def _node(event: Event, events: Iterator[Event], path: Path, lines: dict[Path, int]) -> Any:
    _check_plain(event)
    if len(path) > MAX_DEPTH:
        _refuse("yaml.too_deep", event, limit=MAX_DEPTH)
    lines.setdefault(path, _line(event))
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    if isinstance(event, SequenceStartEvent):
        found: list[Any] = []
        for inner in events:
            if isinstance(inner, SequenceEndEvent):
                break
            found.append(_node(inner, events, (*path, len(found)), lines))
        return found
    return _mapping(events, path, lines)


def _mapping(events: Iterator[Event], path: Path, lines: dict[Path, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        _check_plain(event)
        key = _scalar(event) if isinstance(event, ScalarEvent) else None
        if not isinstance(key, str):
            _refuse("yaml.key_no_text", event)
        if key in found:
            _refuse("yaml.twice", event, key=key[:80], first=lines[*path, key])
        lines[*path, key] = _line(event)
        found[key] = _node(next(events), events, (*path, key), lines)
    return found


def _check_plain(event: Event) -> None:
    if isinstance(event, AliasEvent):
        _refuse("yaml.alias", event, name=str(event.anchor)[:40])
    if not isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
        return
    if event.anchor is not None:
        _refuse("yaml.alias", event, name=str(event.anchor)[:40])
    if event.tag is not None:
        _refuse("yaml.tag", event, tag=str(event.tag)[:60])


def _scalar(event: ScalarEvent) -> str | bool | int:
    text = str(event.value)
    if event.style is not None:  # quoted, or a block: text whatever it looks like
        return text
    if text in {"true", "false"}:
        return text == "true"
    if _INTEGER.fullmatch(text) and len(text) <= MAX_DIGITS:
        return int(text)
    resolved = _RESOLVER.resolve(ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    if resolved != _TEXT or _OTHERWISE.fullmatch(text):
        _refuse("yaml.not_text", event, word=text[:60] or "(nothing)")
    return text


def _line(event: Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1


def _refuse(id: str, event: Event, **arguments: str | int) -> NoReturn:
    raise BadInput(id, line=_line(event), **arguments)  # no text of the file but the word itself
