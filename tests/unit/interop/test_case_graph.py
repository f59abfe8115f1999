"""Custody as a graph of CASE: the ontology's own tool accepts it; ours finds what that finds, and more."""

from __future__ import annotations

import json
import re
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent))

import held as h

from comity.errors import BadInput
from comity.interop import Checked, Held, check_graph, held, write_graph
from comity.messages import catalogue


def written(*exhibits: str) -> bytes:
    return b"".join(
        write_graph(h.CASE, [held(h.proof_of(*exhibits, shown=one), h.seal(one)) for one in exhibits])
    )


ONE = written("PT-1")
TWO = written("PT-1", "PT-2")


def nodes_of(data: bytes, cls: str) -> list[dict[str, object]]:
    """All nodes of a class, also those inside others, as they stand in the parsed graph."""
    return [node for node in every(json.loads(data)) if node.get("@type") == cls]


def every(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from every(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner)


def faults(data: bytes | dict[str, object]) -> set[tuple[str, str]]:
    """Of each fault the node and the last word of its id."""
    found = check_graph(data if isinstance(data, bytes) else json.dumps(data).encode())
    return {(one.node, one.what.id.rpartition(".")[2]) for one in found.faults}


def test_what_is_written_says_what_the_events_say_and_names_nothing_that_is_not_there() -> None:
    assert check_graph(TWO) == Checked(check_graph(TWO).nodes, (), more=False)
    graph = json.loads(TWO)
    described = {one["@id"] for one in every(graph) if "@type" in one and "@id" in one}
    assert {one["@id"] for one in every(graph) if "@id" in one} == described
    actions = nodes_of(TWO, "case-investigation:InvestigativeAction")
    assert len(actions) == len(nodes_of(TWO, "case-investigation:ProvenanceRecord")) == 8
    for exhibit in ("PT-1", "PT-2"):
        shown = held(h.proof_of("PT-1", "PT-2", shown=exhibit), h.seal(exhibit))
        before = None
        for id, event in shown.events:
            (action,) = [one for one in actions if one["uco-core:tag"] == f"custody-event:{id}"]
            assert action["uco-core:name"] == event.action.value
            assert action["uco-action:startTime"]["@value"] == event.at
            assert action.get("case-investigation:wasInformedBy") == before
            assert event.purpose in action["uco-core:description"]
            assert ("uco-action:instrument" in action) is bool(event.tools)
            before = {"@id": action["@id"]}
    names = {one["uco-core:name"] for one in nodes_of(TWO, "uco-identity:Identity")}
    assert names == {"p-1", "p-2"}
    permits = nodes_of(TWO, "case-investigation:Authorization")
    assert {one["case-investigation:authorizationIdentifier"] for one in permits} == {h.CASE, h.ACT}


def test_ids_are_the_same_each_time_and_parts_can_be_put_together() -> None:
    assert written("PT-1", "PT-2") == TWO
    one, two = ({node["@id"] for node in every(json.loads(data)) if "@id" in node} for data in (ONE, TWO))
    alone = {event for event in one if event not in two}
    assert alone == set()  # an event is called the same in a graph of one exhibit and of all
    with pytest.raises(BadInput, match="graph_other_case"):
        list(write_graph("f" * 32, [held(h.proof(), h.seal())]))
    with pytest.raises(BadInput, match="custody_other"):
        held(h.proof(), h.seal("PT-2"))


# -- mutants --------------------------------------------------------------------------------------

HASH, RECORD, ACTION = (
    "uco-types:Hash",
    "case-investigation:ProvenanceRecord",
    "case-investigation:InvestigativeAction",
)
VALUE, METHOD = "uco-types:hashValue", "uco-types:hashMethod"


def at(time: str) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": time}


def put(name: str, value: object):
    return lambda node: node.__setitem__(name, value)


def without(name: str):
    return lambda node: node.pop(name)


def misspelt(node: dict[str, object]) -> None:
    node["uco-core:descripton"] = node.pop("uco-core:description")


def also(name: str, value: object):
    return lambda node: node.__setitem__(name, [node[name], value])


NOWHERE = {"@id": "urn:uuid:00000000-0000-5000-8000-000000000000"}
MUTANTS = {
    "digest is no hexBinary": (HASH, put(VALUE, "ab" * 32), "other_type"),
    "no method": (HASH, without(METHOD), "too_few"),
    "unknown method": (HASH, put(METHOD, "SHA-256"), "no_such_word"),
    "misspelt property": (RECORD, misspelt, "no_such_concept"),
    "number of exhibit no text": (RECORD, put("case-investigation:exhibitNumber", 7), "other_type"),
    "bad time": (ACTION, put("uco-action:startTime", at("2026-13-01T00:00:00Z")), "no_such_value"),
    "two performers": (ACTION, also("uco-action:performer", {"@id": "NODE"}), "too_many"),
    "performer a text": (ACTION, put("uco-action:performer", "Officer A"), "no_node"),
    "dangling": (ACTION, put("uco-action:object", NOWHERE), "dangling"),
}  # fmt: skip
MISSED = {
    "cut digest": (HASH, put(VALUE, {"@type": "xsd:hexBinary", "@value": "ab" * 5}), "digest_length"),
    "record of nothing": (RECORD, without("uco-core:object"), "record_without_object"),
    "action without result": (ACTION, without("uco-action:result"), "action_without"),
    "ends before it begins": (ACTION, put("uco-action:endTime", at("2026-11-21T16:59:59Z")), "ends_before"),
}  # fmt: skip
"""What ``case_validate`` of case-utils 0.18.0 does not see."""


def mutant(number: int, name: str) -> tuple[dict[str, object], str]:
    """The graph of an exhibit with one fault, and the id of the node that has it."""
    cls, change, _ = (MUTANTS | MISSED)[name]
    exhibit = f"PT-{number}"
    whole = held(h.proof_of(exhibit, shown=exhibit), h.seal(exhibit))
    graph = json.loads(b"".join(write_graph(h.CASE, [Held(whole.seal, whole.events[:1])])))
    node = next(one for one in every(graph) if one.get("@type") == cls)
    change(node)
    performer = next(one["@id"] for one in every(graph) if one.get("@type") == "uco-tool:Tool")
    text = json.dumps(graph).replace('"NODE"', json.dumps(performer))
    return json.loads(text), str(node["@id"])


@pytest.mark.parametrize("name", list(MUTANTS | MISSED))
def test_each_fault_is_named_at_its_node_and_no_other(name: str) -> None:
    graph, node = mutant(1, name)
    assert faults(graph) == {(node, (MUTANTS | MISSED)[name][2])}


def test_the_ontology_s_own_tool_accepts_ours_and_finds_no_fault_that_ours_does_not() -> None:
    """``case_validate`` once over a good graph, and once over all mutants in one: it names nodes."""
    tool = pytest.importorskip("case_utils.case_validate", reason="case-utils is not installed")
    assert validated(tool, ONE) == set()
    graphs = [mutant(number, name) for number, name in enumerate(MUTANTS | MISSED, start=1)]
    whole = graphs[0][0] | {"@graph": [node for graph, _ in graphs for node in graph["@graph"]]}
    data = json.dumps(whole).encode()
    named = {node: name for name, (_, node) in zip(MUTANTS | MISSED, graphs, strict=True)}
    theirs = validated(tool, data)
    assert {named.get(node, node) for node in theirs} == set(MUTANTS)
    ours = {node for node, _ in faults(data)}
    assert ours == set(named)
    assert theirs < ours


def validated(tool, data: bytes) -> set[str]:
    """The nodes that ``case_validate`` complains of; one with a concept that does not exist is looked up."""
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".jsonld") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file.write(data)
        file.flush()
        found = tool.validate(file.name, inference=None)
    assert found.conforms is (not found.undefined_concepts and "Conforms: True" in found.text)
    nodes = {node.strip("<>") for node in re.findall(r"Focus Node: (\S+)", found.text)}
    for concept in found.undefined_concepts:
        name = str(concept).rpartition("/")[2]
        nodes |= {str(one["@id"]) for one in every(json.loads(data)) if any(name in key for key in one)}
    return nodes


# -- other people's graphs ------------------------------------------------------------------------

CONTEXT = json.loads(ONE)["@context"] | {"kb": "http://example.org/kb/"}
ID = "kb:thing-0d1c2b3a-1111-4222-8333-444455556666"


def graph(*nodes: dict[str, object], **more: object) -> dict[str, object]:
    return {"@context": CONTEXT, "@graph": list(nodes)} | more


LATER = {
    "@id": "kb:a-0d1c2b3a-1111-4222-8333-444455556666", "@type": ACTION,
    "uco-action:startTime": at("2026-11-21T10:00:00+02:00"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("node", "why"),
    [
        ({"@id": "kb:x", "@type": "uco-core:UcoObject"}, {"no_uuid"}),
        ({"@type": "uco-core:UcoObject"}, {"without_id"}),
        ({"@id": ID, "@type": "uco-core:UcoObject", "name": "x"}, {"no_meaning"}),
        ({"@id": ID, "@type": "uco-core:UcoObjekt"}, {"no_such_concept"}),
        ({"@id": ID, "@type": "uco-core:UcoObject", "uco-core:name": {"@id": ID}}, {"no_literal"}),
        ({"@id": ID, "@type": "uco-core:UcoObject", "uco-core:createdBy": {"@id": ID}}, {"other_class"}),
        ({"@id": ID, "@type": "uco-core:UcoObject", "uco-core:hasFacet": {"@type": "uco-core:Facet"}},
         {"value_without_id", "without_id"}),
        ({"@id": ID, "@type": ["uco-observable:File", "uco-observable:URL"]}, {"excluded"}),
        ({"@id": ID, "@type": "uco-core:UcoObject", "uco-core:objectCreatedTime": at("2026-01-01T00:00:00")},
         set()),
        (LATER | {"uco-action:endTime": at("2026-11-21T08:30:00Z")},
         {"action_without", "without_authorization"}),
        (LATER | {"uco-action:endTime": at("2026-11-21T09:30:00")},
         {"action_without", "without_authorization", "no_offset"}),
        (LATER | {"case-investigation:wasInformedBy": {"@id": LATER["@id"]}},
         {"action_without", "without_authorization", "circle"}),
    ],
)  # fmt: skip
def test_faults_of_others_are_named(node: dict[str, object], why: set[str]) -> None:
    assert {name for _, name in faults(graph(node))} == why


def test_an_action_informed_by_a_later_one_is_named_and_circles_are_found() -> None:
    first = LATER | {"@id": ID, "case-investigation:wasInformedBy": {"@id": LATER["@id"]}}
    first["uco-action:startTime"] = at("2026-11-21T07:59:59Z")
    long = "http://example.org/kb/" + ID.removeprefix("kb:")
    assert (long, "informed_by_later") in faults(graph(first, LATER))
    back = LATER | {"case-investigation:wasInformedBy": {"@id": ID}}
    assert "circle" in {name for _, name in faults(graph(first, back))}


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{", b'"a"', b"\xff", b'{"a":1,"a":2}', b'{"@context":"http://example.org/x"}',
        b'{"@graph":[1]}', b'{"@graph":[],"x":1}', b'{"@id":1}', b'{"@type":1}', b'{"a:b":[[1]]}',
        b'{"a:b":NaN}',
        b'{"a:b":{"@list":[]}}', b'{"@reverse":{}}', b'{"a:b":{"@value":{}}}',
        b'{"@context":{"a":{"@id":"b"}}}',
        b'{"a:b":' * 30 + b"1" + b"}" * 30, b"[" * 100_000, b'{"a:b":' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_no_graph_of_this_form_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        check_graph(data)
    assert f"{refused.value.id}.do" in catalogue("en")


@pytest.mark.parametrize(
    "text", ["http://x/" + "a" * 3000, "http://x/\ud800", "http://x/\nNo fault in 2 nodes.", "a\x1b[2J"]
)
@pytest.mark.parametrize("place", ["@id", "@type", "case-investigation:name", "@context", "value"])
def test_an_address_that_is_none_or_fills_the_memory_is_refused(text: str, place: str) -> None:
    """Told at each fault or kept for each name, one of two millions of letters makes a thousand millions."""
    graph: dict[str, object] = {"@context": {"p": "http://p/"}, "@id": "http://x/a", "@type": "http://x/b"}
    match place:
        case "@context":
            graph[place] = {"p": "http://" + "a" * 300}
        case "value":
            graph["p:a"] = {"@id": text}
        case "@id" | "@type":
            graph[place] = text
        case _:
            graph[text] = 1
    with pytest.raises(BadInput, match=r"interop\.graph_form") as caught:
        check_graph(json.dumps(graph).encode())
    assert len(str(caught.value.arguments["what"])) < 400
    str(caught.value.arguments["what"]).encode()


def test_terms_prefixes_and_nodes_in_nodes_are_read_alike() -> None:
    """The same node by full address, by prefix, by term and by ``@vocab``; inside another, and beside it."""
    uco = "https://ontology.unifiedcyberontology.org/uco/core/"
    for context, name in (
        ({}, f"{uco}nam"),
        ({"u": uco}, "u:nam"),
        ({"n": f"{uco}nam"}, "n"),
        ({"@vocab": uco}, "nam"),
    ):
        made = {"@context": context, "@id": "urn:x", name: {"@id": "urn:y"}}
        assert {what for _, what in faults(made)} == {"no_such_concept"}
    many = json.dumps({"@id": "urn:x", f"{uco}nam": 1} | {f"{uco}nam{n}": 1 for n in range(9)}).encode()
    assert check_graph(many, most=4).more
    assert len(check_graph(many, most=4).faults) == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(ONE) - 1), st.binary(max_size=3))
def test_damaged_bytes_are_read_or_refused(place: int, other: bytes) -> None:
    try:
        check_graph(ONE[:place] + other + ONE[place + len(other) :])
    except BadInput:
        return
