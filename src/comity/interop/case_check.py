"""Checking a graph of CASE and UCO: what the ontologies ask of it, and what custody asks beyond.

Promises: each fault is named with the id of its node. Asked is, for classes and properties of CASE 1.5.0 and
UCO 1.5.0: that they exist; how many values, of which type, class and words; that what is named is there; that
ids are ids. Beyond: that a digest has the length of its method, a provenance record an object, an
investigative action performer, object, result, time and authorization; that nothing ends before it begins or
is informed by what comes later, and that each time says its offset. A graph that holds is not thereby true.

Leaves to others: reading the file (``jsonld``), the table (``case_shapes``). Of the ontologies it does not
ask: their rules about ontologies, dictionaries and threads, and alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Final

from comity.errors import Argument
from comity.interop.case_shapes import OURS, Asked, Shapes, shapes
from comity.interop.case_uco import CASE, UCO
from comity.interop.jsonld import XSD, Graph, Literal, Node, Ref, Value, read_graph
from comity.messages import Message, message

MOST_FAULTS: Final = 1000
_MOST_KEPT: Final = 4096

_ACTION: Final = f"{CASE}investigation/InvestigativeAction"
_RECORD: Final = f"{CASE}investigation/ProvenanceRecord"
_INVESTIGATION: Final = f"{CASE}investigation/Investigation"
_PERMIT: Final = f"{CASE}investigation/relevantAuthorization"
_INFORMED: Final = f"{CASE}investigation/wasInformedBy"
_THING: Final = f"{UCO}core/UcoThing"
_HASH: Final = f"{UCO}types/Hash"
_METHOD: Final = f"{UCO}types/hashMethod"
_DIGEST: Final = f"{UCO}types/hashValue"
_START: Final = f"{UCO}action/startTime"
_OBJECT: Final = f"{UCO}action/object"
_SPANS: Final = ((_START, f"{UCO}action/endTime"), (f"{UCO}core/startTime", f"{UCO}core/endTime"))
_NEEDED: Final = (f"{UCO}action/performer", _OBJECT, f"{UCO}action/result", _START)

_DIGITS: Final = {
    "MD5": 32, "SHA1": 40, "SHA224": 56, "SHA256": 64, "SHA384": 96, "SHA512": 128,
    "SHA3-224": 56, "SHA3-256": 64, "SHA3-384": 96, "SHA3-512": 128,
}  # fmt: skip
"""Hexadecimal digits of a digest, by its method."""

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_TIME: Final = re.compile(
    r"-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold, at the node of an id; ``what`` with ``.do`` is what to do about it."""

    node: str
    what: Message


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it. ``more``: there are more faults than are told."""

    nodes: int
    faults: tuple[Fault, ...]
    more: bool


def check_graph(data: bytes, *, most: int = MOST_FAULTS) -> Checked:
    """Check the bytes of a graph.

    Raises:
        BadInput: as ``read_graph``.
    """
    graph = read_graph(data)
    found = tuple(islice(_faults(graph), most + 1))
    return Checked(len(graph.nodes), found[:most], len(found) > most)


def _fault(node: Node | str, what: str, /, **arguments: Argument) -> Fault:
    name = node if isinstance(node, str) else node.id
    return Fault(name, message(f"interop.graph.{what}", **arguments))


def _faults(graph: Graph) -> Iterator[Fault]:
    table = shapes()
    rules = _Rules(table, graph)
    for term, id in graph.meaningless.items():
        yield _fault(id, "no_meaning", term=term[:120])
    permitted = any(
        _INVESTIGATION in node.types and node.values.get(_PERMIT) for node in graph.nodes.values()
    )
    for node in graph.nodes.values():
        yield from rules.concepts(node)
        for path, asked in rules.asked(node).items():
            yield from rules.property(node, path, asked)
        above = table.all_above(node.types)
        if _THING in above:
            yield from _identity(node)
        for one, other in table.excluded:
            if one in above and other in above:
                yield _fault(node, "excluded", one=_short(one), other=_short(other))
        if _HASH in above:
            yield from _hash(node)
        if _RECORD in above and not node.values.get(f"{UCO}core/object"):
            yield _fault(node, "record_without_object")
        if _ACTION in above:
            yield from _action(node, permitted=permitted)
        for start, end in _SPANS:
            yield from _span(node, start, end)
    yield from _informed(graph)


class _Rules:
    """What the ontologies ask, of one graph."""

    def __init__(self, table: Shapes, graph: Graph) -> None:
        self._table = table
        self._graph = graph
        self._of: dict[tuple[str, ...], dict[str, list[Asked]]] = {}
        self._seen: set[str] = set()

    def asked(self, node: Node) -> dict[str, list[Asked]]:
        """What is asked of each property of a node of these classes; worked out once for equal ones."""
        types = tuple(node.types)
        found = self._of.get(types)
        if found is None:
            found = {}
            for cls in sorted(self._table.all_above(types)):
                for path, one in self._table.asked.get(cls, {}).items():
                    found.setdefault(path, []).append(one)
            if len(self._of) >= _MOST_KEPT:
                self._of.clear()
            self._of[types] = found
        return found

    def concepts(self, node: Node) -> Iterator[Fault]:
        """Classes, properties and types with an address of the ontologies that none has; each told once."""
        for name in (*node.types, *node.values):
            yield from self._known(node, name)
        for values in node.values.values():
            for value in values:
                yield from self._known(node, value.id if isinstance(value, Ref) else value.type)

    def _known(self, node: Node, name: str) -> Iterator[Fault]:
        if name.startswith(OURS) and name not in self._table.concepts and name not in self._seen:
            self._seen.add(name)
            yield _fault(node, "no_such_concept", name=_short(name))

    def property(self, node: Node, path: str, asked: list[Asked]) -> Iterator[Fault]:
        """Hold the values of one property against what is asked of it."""
        values = node.values.get(path, {})
        for one in asked:
            if len(values) < one.least:
                yield _fault(node, "too_few", property=_short(path), wanted=one.least)
            if one.most is not None and len(values) > one.most:
                yield _fault(node, "too_many", property=_short(path), wanted=one.most, found=len(values))
            for value in values:
                yield from self._value(node, path, one, value)

    def _value(self, node: Node, path: str, asked: Asked, value: Value) -> Iterator[Fault]:
        name = _short(path)
        if isinstance(value, Literal):
            if asked.kind in {"iri", "resource"} or asked.cls is not None:
                yield _fault(node, "no_node", property=name)
            elif asked.type is not None and value.type != asked.type:
                wanted, found = _short(asked.type), _short(value.type)
                yield _fault(node, "other_type", property=name, wanted=wanted, found=found[:120])
            elif asked.type is not None and not _spelled(value):
                yield _fault(node, "no_such_value", property=name, type=_short(asked.type))
            elif asked.words is not None and value.text not in asked.words:
                yield _fault(node, "no_such_word", property=name, words=", ".join(sorted(asked.words)))
            return
        if asked.kind == "literal" or asked.type is not None:
            yield _fault(node, "no_literal", property=name)
            return
        if asked.kind == "iri" and value.id.startswith("_:"):
            yield _fault(node, "value_without_id", property=name)
        if asked.cls is not None:
            target = self._graph.nodes.get(value.id)
            if target is None:
                yield _fault(node, "dangling", property=name, id=value.id[:200])
            elif not self._table.is_a(target.types, asked.cls):
                yield _fault(node, "other_class", property=name, id=value.id[:200], wanted=_short(asked.cls))


def _identity(node: Node) -> Iterator[Fault]:
    if node.blank:
        yield _fault(node, "without_id")
    elif not _UUID.fullmatch(node.id[-36:]):
        yield _fault(node, "no_uuid")


def _hash(node: Node) -> Iterator[Fault]:
    methods = [one.text for one in node.values.get(_METHOD, {}) if isinstance(one, Literal)]
    for value in node.values.get(_DIGEST, {}):
        for method in methods:
            wanted = _DIGITS.get(method)
            if wanted is not None and isinstance(value, Literal) and len(value.text) != wanted:
                yield _fault(node, "digest_length", method=method, wanted=wanted, found=len(value.text))


def _action(node: Node, *, permitted: bool) -> Iterator[Fault]:
    for path in _NEEDED:
        if not node.values.get(path):
            yield _fault(node, "action_without", property=_short(path))
    if not permitted and not node.values.get(_PERMIT):
        yield _fault(node, "without_authorization")


def _span(node: Node, start: str, end: str) -> Iterator[Fault]:
    begins, ends = _times(node, start), _times(node, end)
    for path in (start, end):
        for value in node.values.get(path, {}):
            if isinstance(value, Literal):
                match = _TIME.fullmatch(value.text)
                if match is not None and match.group(1) is None:
                    yield _fault(node, "no_offset", property=_short(path))
    if begins and ends and min(ends) < max(begins):
        yield _fault(node, "ends_before", property=_short(end))


def _informed(graph: Graph) -> Iterator[Fault]:
    """Actions informed by what begins later; and circles."""
    informed: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        befores = [one.id for one in node.values.get(_INFORMED, {}) if isinstance(one, Ref)]
        if not befores:
            continue
        informed[node.id] = befores
        begins = _times(node, _START)
        for id in befores:
            before = graph.nodes.get(id)
            others = _times(before, _START) if before is not None else []
            if begins and others and min(others) > max(begins):
                yield _fault(node, "informed_by_later", id=id[:200])
    waits = {id: sum(1 for one in befores if one in informed) for id, befores in informed.items()}
    after: dict[str, list[str]] = {}
    for id, befores in informed.items():
        for one in befores:
            after.setdefault(one, []).append(id)
    ready = [id for id, count in waits.items() if not count]
    while ready:
        for id in after.get(ready.pop(), ()):
            waits[id] -= 1
            if not waits[id]:
                ready.append(id)
    for id in [id for id, count in waits.items() if count][:1]:
        yield _fault(id, "circle")


def _times(node: Node, path: str) -> list[datetime]:
    """The instants of a property; none of what is no instant."""
    found = (_instant(one.text) for one in node.values.get(path, {}) if isinstance(one, Literal))
    return [one for one in found if one is not None and one.utcoffset() is not None]


@lru_cache(maxsize=_MOST_KEPT)
def _instant(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if abs(found.utcoffset() or timedelta()) > timedelta(hours=14) else found


_SPELLED: Final[dict[str, Callable[[str], object]]] = {
    f"{XSD}dateTime": _instant,
    f"{XSD}hexBinary": re.compile(r"(?:[0-9a-fA-F]{2})*").fullmatch,
    f"{XSD}integer": re.compile(r"[+-]?[0-9]+").fullmatch,
    f"{XSD}nonNegativeInteger": re.compile(r"\+?[0-9]+|-0+").fullmatch,
    f"{XSD}positiveInteger": re.compile(r"\+?0*[1-9][0-9]*").fullmatch,
    f"{XSD}decimal": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)").fullmatch,
    f"{XSD}boolean": re.compile(r"true|false|1|0").fullmatch,
}
"""How the types are spelled that custody uses; of others it is not asked."""


def _spelled(value: Literal) -> bool:
    how = _SPELLED.get(value.type)
    return how is None or how(value.text) is not None


def _short(name: str) -> str:
    """A concept as people write it: ``uco-core:name``."""
    for address, prefix in ((CASE, "case-"), (UCO, "uco-"), (XSD, "xsd:")):
        if name.startswith(address):
            rest = name.removeprefix(address)
            return prefix + (rest if prefix == "xsd:" else rest.replace("/", ":", 1))
    return name[:200]
