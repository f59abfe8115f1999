"""Targets: other people's formats.

Promises: as ``proofs``.
"""

from __future__ import annotations

from functools import cache

from fuzz import world
from fuzz.target import target

from comity import dsse, evidence, interop
from comity.interop.in_toto import PAYLOAD_TYPE, Statement
from comity.messages import Message, say
from comity.wire import dump_bytes, encode


@cache
def bundle() -> bytes:
    """The first two statements of the custody in the full case file."""
    files = world.case_files().contents(world.full_case_file())
    (data,) = [one for name, one in files.items() if name.endswith(".intoto.jsonl")]
    return b"".join(data.splitlines(keepends=True)[:2])


@target("comity.interop.in_toto.read_bundle", seeds=lambda: {"bundle": bundle()})
def custody_bundle(data):
    """Envelopes as they come; each has the one spelling, so they can be written again."""
    interop.is_bundle(data)
    lines = data.split(b"\n")
    for line, envelope in zip(lines, interop.read_bundle(data), strict=False):
        assert f'"payload":"{envelope.payload}"'.encode() in line


@target(
    "comity.interop.in_toto.verify_bundle",
    seeds=lambda: {"statement": interop.read_bundle(bundle())[0].body},
)
def custody_statement(data):
    """A statement of any content, truly signed."""
    acts = world.case_files().PT.keys["acts"]
    signed = dsse.sign(PAYLOAD_TYPE, data, acts.id, acts.sign)
    one = {"keyid": acts.id, "sig": signed.signatures[0].sig}
    line = encode({"payload": signed.payload, "payloadType": PAYLOAD_TYPE, "signatures": [one]}) + b"\n"
    (said,) = interop.verify_bundle(line, [acts.public])
    assert isinstance(said, Statement)
    assert dump_bytes(said) == data


def graph() -> bytes:
    """The graph of the first event of the custody in the full case file."""
    contents = world.case_files().contents(world.full_case_file())
    (custody,) = [
        one for name, one in contents.items() if name.startswith("custody/") and name.endswith(".json")
    ]
    (seal,) = [
        one for name, one in contents.items() if name.endswith("/statement.dsse.json") and "EX-1" in name
    ]
    whole = interop.held(evidence.read_proof(custody), evidence.read_statement(dsse.read(seal)))
    return b"".join(interop.write_graph(whole.seal.case, [interop.Held(whole.seal, whole.events[:1])]))


@target(
    "comity.interop.jsonld.read_graph",
    seeds=lambda: {
        "graph": graph(),
        "terms": b'{"@context":[{"@vocab":"urn:v:"},{"x":"http://x/"}],"a":[{"x:b":{"@value":1,"@language":"en"}},1.5]}',
    },
)
def case_graph(data):
    checked = interop.check_graph(data)
    assert len(checked.faults) <= 1000
    for fault in checked.faults:
        assert say(fault.what)
        assert say(Message(f"{fault.what.id}.do", fault.what.arguments))
