"""Custody as a graph of CASE 1.5 and UCO (JSON-LD), for forensic tools.

Promises: each custody event becomes one investigative action, with performer, object, result, authorization
and the action before it; its result is the exhibit's provenance record as it stood then. The same events give
the same bytes and ids, on both sides and every year (UUIDv5 of what is named), so that graphs can be put
together. Every id that is named is described. The graph is written while the events are read: of what was
written, only names of persons, acts, tools and exhibits are kept.

Leaves to others: proving seal and events (``evidence``); checking what others wrote (``case_check``).

Nothing is said that seal and events do not say: persons are pseudonyms, an authorization is an act's id or
the case's, start and end of an action are the one instant of its event. The files of an exhibit stand in its
index, not here. docs/adr/0037-what-the-graph-says.md says why.

Sources: ontology.caseontology.org (CASE 1.5.0), unifiedcyberontology.org (UCO 1.5.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from comity.errors import BadInput
from comity.evidence import Action, CustodyProof, Event, SealStatement, Tool
from comity.evidence.custody import EVENT_LIMIT
from comity.wire import Json, encode, parse

CASE: Final = "https://ontology.caseontology.org/case/"
UCO: Final = "https://ontology.unifiedcyberontology.org/uco/"
CONTEXT: Final = {
    "case-investigation": f"{CASE}investigation/",
    **{
        f"uco-{name}": f"{UCO}{name}/"
        for name in ("action", "core", "identity", "observable", "tool", "types")
    },
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_NAMES: Final = UUID("6f0e4b1c-6d55-5f0a-9a0e-3b0f5f1c7a11")
"""The name space of our ids: a number of our own, frozen, so that ids stay what they are."""

_ACT: Final = re.compile(r"[0-9a-f]{64}")
_ITSELF: Final = "node"
"""In place of a pseudonym, in an event of what the node did by itself."""


@dataclass(frozen=True)
class Held:
    """An exhibit: its seal, and its events in order, each with the id of its signed envelope."""

    seal: SealStatement
    events: Sequence[tuple[str, Event]]


def held(proof: CustodyProof, seal: SealStatement) -> Held:
    """What a proof of custody shows of a sealed exhibit; nothing is proven here.

    Raises:
        BadInput: an event cannot be read, or the seal is another exhibit's.
    """
    if (proof.case, proof.exhibit) != (seal.case, seal.exhibit):
        raise BadInput("evidence.custody_other", exhibit=seal.exhibit, found=proof.exhibit)
    events = [(one.event.id, parse(Event, one.event.body, limit=EVENT_LIMIT)) for one in proof.events]
    return Held(seal, events)


def write_graph(case: str, exhibits: Iterable[Held]) -> Iterator[bytes]:
    """The graph of a case's exhibits, piece by piece: one node a line.

    Raises:
        BadInput: an exhibit of another case.
    """
    graph = _Graph(case)
    yield b'{"@context":' + encode(CONTEXT) + b',"@graph":[\n'
    for one in exhibits:
        if one.seal.case != case:
            raise BadInput("interop.graph_other_case", exhibit=one.seal.exhibit)
        for node in graph.exhibit(one):
            yield encode(node) + b",\n"
    *others, last = graph.shared()
    for node in others:
        yield encode(node) + b",\n"
    yield encode(last) + b"\n]}\n"


@dataclass
class _Graph:
    """What is described once for the whole graph, gathered while exhibits are written."""

    case: str
    persons: set[str] = field(default_factory=set)
    acts: set[str] = field(default_factory=set)
    tools: set[tuple[str, str]] = field(default_factory=set)
    contents: list[str] = field(default_factory=list)

    def id(self, kind: str, *names: str | int) -> str:
        """The id of something: it follows from its kind and its names within the case."""
        return f"urn:uuid:{uuid5(_NAMES, encode([self.case, kind, *names]).decode('ascii', 'replace'))}"

    def exhibit(self, one: Held) -> Iterator[Json]:
        seal = one.seal
        content = self._content_id(seal.exhibit, seal.sha256)
        self.contents.append(content)
        yield self._content(seal.exhibit, seal.sha256, seal.size)
        described = {seal.sha256}
        before: tuple[str, str] | None = None
        for id, event in one.events:
            if event.object not in described:
                described.add(event.object)
                yield self._content(seal.exhibit, event.object, None)
            if before is None and event.action is Action.TAKEN_IN:
                first = self.id("source", seal.exhibit)
                yield {
                    "@id": first,
                    "@type": "uco-observable:ObservableObject",
                    "uco-core:description": seal.source,
                }
            else:
                first = content
            yield self._action(id, event, before, first)
            yield {
                "@id": self.id("record", id),
                "@type": "case-investigation:ProvenanceRecord",
                "case-investigation:exhibitNumber": event.exhibit,
                "uco-core:description": f"{event.exhibit}, {event.counter}: {event.action.value}",
                "uco-core:object": _refs({content, self._content_id(event.exhibit, event.object)}),
            }
            before = self.id("event", id), self.id("record", id)

    def _action(self, id: str, event: Event, before: tuple[str, str] | None, first: str) -> Json:
        """``before``: ids of the event before this one and of its record; ``first``: what was at hand."""
        permits = {self.id("case")}
        if event.note is not None and _ACT.fullmatch(event.note):
            self.acts.add(event.note)
            permits.add(self.id("act", event.note))
        if event.who != _ITSELF:
            self.persons.add(event.who)
        said = [event.purpose, *([] if event.note is None else [event.note])]
        at = {"@type": "xsd:dateTime", "@value": event.at}
        action = {
            "@id": self.id("event", id),
            "@type": "case-investigation:InvestigativeAction",
            "case-investigation:relevantAuthorization": _refs(permits),
            "uco-action:endTime": at,
            "uco-action:object": _ref(first if before is None else before[1]),
            "uco-action:performer": _ref(self._performer(event.who)),
            "uco-action:result": _ref(self.id("record", id)),
            "uco-action:startTime": at,
            "uco-core:description": said,
            "uco-core:name": event.action.value,
            "uco-core:tag": f"custody-event:{id}",
        }
        if before is not None:
            action["case-investigation:wasInformedBy"] = _ref(before[0])
        if event.tools:
            action["uco-action:instrument"] = _refs({self._tool(tool) for tool in event.tools})
        return action

    def shared(self) -> Iterator[Json]:
        """Persons, tools, acts, and last the case itself."""
        for person in sorted(self.persons):
            yield {
                "@id": self._performer(person),
                "@type": "uco-identity:Identity",
                "uco-core:name": person,
            }
        yield {"@id": self._performer(_ITSELF), "@type": "uco-tool:Tool", "uco-core:name": _ITSELF}
        for name, version in sorted(self.tools):
            yield {
                "@id": self.id("tool", name, version),
                "@type": "uco-tool:Tool",
                "uco-core:name": name,
                "uco-tool:version": version,
            }
        permits = {self.id("act", act): ("act", act) for act in self.acts}
        permits[self.id("case")] = ("case", self.case)
        for id, (kind, identifier) in sorted(permits.items()):
            yield {
                "@id": id,
                "@type": "case-investigation:Authorization",
                "case-investigation:authorizationIdentifier": identifier,
                "case-investigation:authorizationType": kind,
            }
        whole: Json = {
            "@id": self.id("investigation"),
            "@type": "case-investigation:Investigation",
            "case-investigation:investigationForm": "case",
            "case-investigation:relevantAuthorization": _refs(set(permits)),
            "uco-core:name": self.case,
        }
        if self.contents:
            whole["uco-core:object"] = _refs(set(self.contents))
        yield whole

    def _performer(self, who: str) -> str:
        return self.id("person", who)

    def _tool(self, tool: Tool) -> str:
        self.tools.add((tool.name, tool.version))
        return self.id("tool", tool.name, tool.version)

    def _content_id(self, exhibit: str, value: str) -> str:
        return self.id("content", exhibit, value)

    def _content(self, exhibit: str, value: str, size: int | None) -> Json:
        """Something by its digest; ``size`` in bytes, where the seal says it."""
        facet: Json = {
            "@id": self.id("facet", exhibit, value),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": {
                "@id": self.id("hash", exhibit, value),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": "SHA256",
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": value},
            },
        }
        if size is not None:
            facet["uco-observable:sizeInBytes"] = {"@type": "xsd:integer", "@value": str(size)}
        return {
            "@id": self._content_id(exhibit, value),
            "@type": "uco-observable:ObservableObject",
            "uco-core:hasFacet": facet,
        }


def _ref(id: str) -> Json:
    return {"@id": id}


def _refs(ids: set[str]) -> Json:
    """One reference, or several in order."""
    found = [_ref(id) for id in sorted(ids)]
    return found[0] if len(found) == 1 else found
