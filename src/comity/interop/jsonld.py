"""Reading a graph that others wrote as JSON-LD, in the form that forensic tools write.

Promises: bounded: a size, a depth, no address is ever fetched. What is read is every node with its classes
and values, those of one id put together, in the order of the file. What this form does not have (contexts at
an address, typed terms, lists in order, inverse members) is refused and named, never passed over.

Leaves to others: what the classes and values must be (``case_check``).

Source: JSON-LD 1.1 (w3.org/TR/json-ld11), of it: a context of prefixes, terms and ``@vocab``; ``@graph``;
nodes in nodes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, NoReturn

from comity.errors import BadInput
from comity.wire import Json

LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a graph at most: some twenty thousand exhibits."""

MOST_DEPTH: Final = 24
"""How deep nodes may stand in one another."""

MOST_PREFIX: Final = 200
MOST_ADDRESS: Final = 2000
"""Characters of an address in the context, and of any id, class or property once it is made long: a long one
would be kept once for each short name that a small file has.
"""

_NO_ADDRESS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What no address holds (RFC 3987), and what would look like lines of ours where an id is told."""

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
STRING: Final = f"{XSD}string"
LANGUAGE_STRING: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


class Ref(NamedTuple):
    """A value that is a node, by its id."""

    id: str


class Literal(NamedTuple):
    """A value that is a text of a type; numbers and truth values as JSON-LD makes texts of them."""

    text: str
    type: str


Value = Ref | Literal


@dataclass(slots=True)
class Node:
    """One node: its classes, and its values by property, all as full addresses."""

    id: str
    types: dict[str, None] = field(default_factory=dict)
    values: dict[str, dict[Value, None]] = field(default_factory=dict)
    """By property; each value once, in order: a graph is a set."""

    @property
    def blank(self) -> bool:
        """Whether it has no id of its own."""
        return self.id.startswith("_:")


@dataclass(slots=True)
class Graph:
    """Nodes by id; and the terms that the context gives no meaning, each with a node that has it."""

    nodes: dict[str, Node] = field(default_factory=dict)
    meaningless: dict[str, str] = field(default_factory=dict)


def read_graph(data: bytes) -> Graph:
    """Read a graph.

    Raises:
        BadInput: too long or deep, not JSON, a member twice, or a form that this does not read.
    """
    if len(data) > LIMIT:
        raise BadInput("wire.too_long", size=len(data), limit=LIMIT)
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_members, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise BadInput("wire.not_utf8", offset=error.start) from error
    except json.JSONDecodeError as error:
        raise BadInput("wire.not_json", offset=error.pos) from error
    except RecursionError as error:
        raise BadInput("wire.too_deep", limit=MOST_DEPTH) from error
    except ValueError as error:  # int() refuses numbers of thousands of digits
        raise BadInput("wire.integer_too_large") from error
    if not isinstance(value, dict):
        raise BadInput("interop.graph_form", what="@graph")
    reader = _Reader(_terms(value.get("@context", {})))
    rest = {name: inner for name, inner in value.items() if name != "@context"}
    if "@graph" not in rest:
        reader.node(rest, 0)
        return reader.graph
    if set(rest) - {"@graph", "@id", "@type"}:
        raise BadInput("interop.graph_form", what=min(set(rest) - {"@graph", "@id", "@type"})[:80])
    nodes = rest["@graph"]
    for one in nodes if isinstance(nodes, list) else [nodes]:
        if not isinstance(one, dict) or "@value" in one:
            raise BadInput("interop.graph_form", what="@graph")
        reader.node(one, 0)
    return reader.graph


class _Reader:
    """Reads nodes; each short name is made long once."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self.graph = Graph()
        self._terms = terms
        self._long: dict[str, str | None] = {}

    def node(self, value: Json, depth: int) -> str:
        """Take up a node and all nodes in it; give its id."""
        if depth > MOST_DEPTH:
            raise BadInput("wire.too_deep", limit=MOST_DEPTH)
        given = value.get("@id")
        if given is not None and not isinstance(given, str):
            raise BadInput("interop.graph_form", what="@id")
        nodes = self.graph.nodes
        id = f"_:{len(nodes)}" if given is None else self._id(given)
        found = nodes.get(id)
        if found is None:
            found = nodes[id] = Node(id)
        for name, inner in value.items():
            if name == "@id":
                continue
            if name == "@type":
                self._types(found, inner)
            elif name.startswith("@"):
                raise BadInput("interop.graph_form", what=name[:80])
            else:
                long = self._name(name)
                if long is None:
                    self.graph.meaningless.setdefault(name, id)
                    continue
                into = found.values.setdefault(long, {})
                for one in inner if isinstance(inner, list) else [inner]:
                    self._value(one, into, depth)
        return id

    def _types(self, node: Node, value: Json) -> None:
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, str):
                raise BadInput("interop.graph_form", what="@type")
            long = self._name(one)
            if long is None:
                self.graph.meaningless.setdefault(one, node.id)
            else:
                node.types[long] = None

    def _value(self, value: Json, into: dict[Value, None], depth: int) -> None:
        made: Value
        if value is None:
            return
        if isinstance(value, dict):
            if "@value" in value:
                literal = self._literal(value)
                if literal is None:
                    return
                made = literal
            elif "@set" in value or "@list" in value:
                raise BadInput("interop.graph_form", what="@list" if "@list" in value else "@set")
            elif len(value) == 1 and isinstance(value.get("@id"), str):
                made = Ref(self._id(value["@id"]))
            else:
                made = Ref(self.node(value, depth + 1))
        elif isinstance(value, list):
            raise BadInput("interop.graph_form", what="[[ ]]")
        else:
            made = _plain(value, None)
        into[made] = None

    def _literal(self, value: Json) -> Literal | None:
        text, kind, language = value["@value"], value.get("@type"), value.get("@language")
        if set(value) - {"@value", "@type", "@language"} or isinstance(text, dict | list):
            raise BadInput("interop.graph_form", what="@value")
        if text is None:
            return None
        if language is not None:
            return Literal(str(text), LANGUAGE_STRING)
        if kind is None:
            return _plain(text, None)
        if not isinstance(kind, str):
            raise BadInput("interop.graph_form", what="@type")
        return _plain(text, self._name(kind) or kind)

    def _id(self, text: str) -> str:
        """An id made long; one that is relative stays as it is, a blank one is kept apart from ours."""
        if text.startswith("_:"):
            return _address(f"_:file-{text[2:]}")
        prefix, colon, rest = text.partition(":")
        if colon and not rest.startswith("//") and prefix in self._terms:
            return _address(self._terms[prefix] + rest)
        return _address(text)

    def _name(self, text: str) -> str | None:
        """A term, class or type made long; none where the context gives it no meaning."""
        if text not in self._long:
            _address(text)
            if text in self._terms:
                self._long[text] = self._terms[text]
            elif ":" in text:
                self._long[text] = self._id(text)
            else:
                vocabulary = self._terms.get("@vocab")
                self._long[text] = None if vocabulary is None else vocabulary + text
        return self._long[text]


def _address(text: str) -> str:
    """The text itself, if it can be an address or a short name of one."""
    if len(text) > MOST_ADDRESS or _NO_ADDRESS.search(text):
        raise BadInput("interop.graph_form", what=ascii(text[:60]))
    return text


def _plain(value: Json, kind: str | None) -> Literal:
    """A JSON value as a literal; without a type that is said, of the one that JSON-LD gives it."""
    if isinstance(value, bool):
        return Literal("true" if value else "false", kind or f"{XSD}boolean")
    if isinstance(value, int):
        return Literal(str(value), kind or f"{XSD}integer")
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 10**21  # as JSON-LD writes numbers
        return Literal(
            str(int(value)) if whole else repr(value), kind or f"{XSD}{'integer' if whole else 'double'}"
        )
    return Literal(str(value), kind or STRING)


def _terms(value: Json) -> dict[str, str]:
    """The prefixes and terms of a context, made long."""
    found: dict[str, str] = {}
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, dict):
            raise BadInput("interop.graph_form", what="@context")
        for name, long in one.items():
            if not isinstance(long, str) or (name.startswith("@") and name not in {"@vocab", "@version"}):
                raise BadInput("interop.graph_form", what=f"@context {name[:60]}")
            found[name] = long
    for name, long in list(found.items()):
        prefix, _, rest = long.partition(":")
        if not rest.startswith("//") and prefix in found and prefix != name:
            found[name] = found[prefix] + rest
        if len(found[name]) > MOST_PREFIX:
            raise BadInput("interop.graph_form", what=f"@context {name[:60]}")
    return found


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise BadInput("wire.duplicate_member", name=name[:80])
            seen.add(name)
    return found


def _no_number(text: str) -> NoReturn:
    raise BadInput("wire.not_an_integer", number=text[:40])
