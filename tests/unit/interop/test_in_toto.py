"""Custody as in-toto statements: read by others' libraries, and nothing in them may change or be missing."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent))

import held

from comity import dsse
from comity.dossier import Subject, Verdict, verify_path
from comity.errors import BadInput, ComityError, ProofFailed
from comity.evidence import Action, verify_exhibit
from comity.interop import compare, is_bundle, read_bundle, verify_bundle, write_bundle
from comity.interop.in_toto import PAYLOAD_TYPE, PREDICATE_TYPE, Statement
from comity.wire import dump, encode

PROOF = held.proof()
BUNDLE = write_bundle(PROOF, held.seal(), held.PUBLIC, held.KEY.sign)
LINES = BUNDLE.splitlines(keepends=True)
OTHER = Ed25519PrivateKey.from_private_bytes(b"d" * 32)


def test_each_event_is_said_again_member_for_member() -> None:
    events = verify_exhibit(PROOF, [held.PUBLIC])
    said = verify_bundle(BUNDLE, [bytes(32), held.PUBLIC])
    compare(said, PROOF, held.seal())
    for one, event, shown in zip(said, events, PROOF.events, strict=True):
        assert {"v": 1, **dump(one.predicate)} == {**dump(event), "event": shown.event.id}
        assert [s.digest.sha256 for s in one.subject] == [held.seal().sha256, held.seal().manifest_sha256]
    assert write_bundle(PROOF, held.seal(), held.PUBLIC, held.KEY.sign) == BUNDLE


def test_others_read_and_verify_it() -> None:
    """The libraries of the in-toto project and of the Secure Systems Lab."""
    dsse_of_others = pytest.importorskip("securesystemslib.dsse")
    from securesystemslib.exceptions import VerificationError  # noqa: F401 - named by who reads this
    from securesystemslib.signer import SSlibKey

    statement_of_others = pytest.importorskip("in_toto_attestation.v1.statement")
    from google.protobuf.json_format import ParseDict
    from in_toto_attestation.v1.statement_pb2 import Statement as Proto

    keyid = dsse.key_id("ed25519", held.PUBLIC)
    key = SSlibKey(keyid, "ed25519", "ed25519", {"public": held.PUBLIC.hex()})
    for place, line in enumerate(LINES, start=1):
        envelope = dsse_of_others.Envelope.from_dict(json.loads(line))
        assert set(envelope.verify([key], 1)) == {keyid}
        assert envelope.payload_type == PAYLOAD_TYPE
        said = json.loads(envelope.payload)
        read = statement_of_others.Statement.copy_from_pb(ParseDict(said, Proto()))
        read.validate()
        assert read.pb.predicate_type == PREDICATE_TYPE
        assert read.pb.subject[0].digest["sha256"] == held.seal().sha256
        assert read.pb.predicate["counter"] == place


def resigned(place: int, *, key: Ed25519PrivateKey = held.KEY, **changes: object) -> bytes:
    """The bundle with one statement's predicate changed, and truly signed."""
    body = json.loads(dsse.checked(read_bundle(BUNDLE)[place]).body)
    body["predicate"] |= changes
    public = key.public_key().public_bytes_raw()
    made = dsse.sign(PAYLOAD_TYPE, encode(body), dsse.key_id("ed25519", public), key.sign)
    line = encode(
        {
            "payload": made.payload,
            "payloadType": made.payloadType,
            "signatures": [{"keyid": s.keyid, "sig": s.sig} for s in made.signatures],
        }
    )
    return b"".join([*LINES[:place], line + b"\n", *LINES[place + 1 :]])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (LINES[0] + LINES[2] + LINES[3], "custody_gap"),
        (LINES[0] + LINES[0], "custody_gap"),
        (LINES[1], "custody_gap"),
        (resigned(1, exhibit="PT-2"), "bundle_mixed"),
        (resigned(1, case="f" * 32), "bundle_mixed"),
        (resigned(1, key=OTHER), "custody_stranger"),
        (LINES[0][:-1], "bundle_cut"),
        (BUNDLE.replace(b'"payload":', b'"payload": ', 1), "wire.not_canonical"),
        (b"\n", "wire"),
        (b"", "bundle_cut"),
    ],
)
def test_a_bundle_that_is_not_whole_or_not_one_is_refused(data: bytes, why: str) -> None:
    with pytest.raises((BadInput, ProofFailed), match=why):
        verify_bundle(data, [held.PUBLIC])


@pytest.mark.parametrize("change", [{"who": "p-9"}, {"purpose": "another"}, {"at": "2026-11-21T17:01:01Z"}])
def test_a_statement_that_says_another_thing_than_its_event_is_named(change: dict[str, str]) -> None:
    said = verify_bundle(resigned(1, **change), [held.PUBLIC])
    with pytest.raises(ProofFailed, match="bundle_differs") as failed:
        compare(said, PROOF, held.seal())
    assert failed.value.arguments["place"] == 2


def test_a_bundle_that_ends_early_is_found_beside_the_events() -> None:
    said = verify_bundle(LINES[0] + LINES[1], [held.PUBLIC])
    with pytest.raises(ProofFailed, match="bundle_differs") as failed:
        compare(said, PROOF, held.seal())
    assert failed.value.arguments["place"] == 3
    with pytest.raises(BadInput, match="custody_other"):
        write_bundle(PROOF, held.seal("PT-2"), held.PUBLIC, held.KEY.sign)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(BUNDLE) - 1), st.integers(1, 255))
def test_no_byte_is_free(at: int, flip: int) -> None:
    changed = BUNDLE[:at] + bytes([BUNDLE[at] ^ flip]) + BUNDLE[at + 1 :]
    with pytest.raises(ComityError):
        verify_bundle(changed, [held.PUBLIC])


def test_a_bundle_is_recognised_and_nothing_is_claimed_without_a_key(tmp_path: Path) -> None:
    assert is_bundle(BUNDLE[: len(LINES[0])])
    assert not is_bundle(LINES[0][:-1])
    file = tmp_path / "custody.intoto.jsonl"
    file.write_bytes(BUNDLE)
    report = verify_path(file)
    assert report.subject is Subject.CUSTODY
    (line,) = report.steps[0].lines
    assert (line.verdict, line.message.id) == (Verdict.NOTE, "dossier.statements_signer_not_given")
    file.write_bytes(LINES[0][:-2] + b"\n")
    assert not verify_path(file).holds


def test_the_example_in_the_docs_is_one() -> None:
    text = (Path(__file__).resolve().parents[3] / "docs" / "custody-predicate.md").read_text(encoding="utf-8")
    example = text.split("```json\n")[1].split("```")[0]
    said = Statement.model_validate_json(example, strict=True)
    assert set(json.loads(example)["predicate"]) == set(dump(said.predicate))
    for member in dump(said.predicate):
        assert f"| `{member}` |" in text
    actions = text.split("| `action` |")[1].split("\n")[0]
    assert set(re.findall("`([a-z_]+)`", actions)) == {one.value for one in Action}
