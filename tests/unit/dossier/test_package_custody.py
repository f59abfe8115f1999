"""Custody in a package: events, statements and graph are proven together, and what differs is named."""

from __future__ import annotations

import sys
from pathlib import Path

import builders as b
import case_files as c
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_recognise import package

from comity import dsse
from comity.dossier import Trust, Verdict, verify_path
from comity.evidence import Action, Proof, add_proof, next_event, prove_exhibit, read_statement, sign_event
from comity.evidence.custody import CustodyProof, write_proof
from comity.interop import held, write_bundle, write_graph

assert package  # a fixture


def custody(exhibit: str = "EX-1", signer: str = "acts") -> CustodyProof:
    key = c.PT.keys[signer]
    first = next_event(
        None, case=b.CASE, exhibit=exhibit, action=Action.TAKEN_IN, who="p-1", purpose="intake", at=c.AT,
        object="ab" * 32,
    )  # fmt: skip
    second = next_event(
        first, case=b.CASE, exhibit=exhibit, action=Action.OPENED, who="p-2", purpose="trial", at=c.AT,
        object="ab" * 32,
    )  # fmt: skip
    signed = [sign_event(event, key.public, key.sign) for event in (first, second)]
    return prove_exhibit(signed, b.CASE, exhibit)


def written(folder: Path, proof: CustodyProof, **other: bytes) -> list[tuple[Verdict, str, str]]:
    """Put custody and what is said of it into the package; give what is told of each file in ``proofs/``."""
    seal = read_statement(dsse.read((folder / "seal/statement.dsse.json").read_bytes()))
    acts = c.PT.keys["acts"]
    said = {"custody": write_proof(proof)}
    if proof.exhibit == seal.exhibit:
        said["in-toto"] = write_bundle(proof, seal, acts.public, acts.sign)
        said["case-graph"] = b"".join(write_graph(b.CASE, [held(proof, seal)]))
    for kind, data in (said | {name.replace("_", "-"): data for name, data in other.items()}).items():
        add_proof(folder, Proof(1, kind, data))
    lines = verify_path(folder, c.TRUST).steps[0].lines
    return [
        (line.verdict, line.message.id, line.part.name.split("-", 1)[1].rpartition("-")[0])
        for line in lines
        if line.part.name.startswith("proofs/")
    ]


def test_events_statements_and_graph_hold_together(package) -> None:
    assert written(package, custody()) == [
        (Verdict.OK, "dossier.custody_whole", "custody"),
        (Verdict.OK, "dossier.custody_statements", "in-toto"),
        (Verdict.OK, "dossier.custody_graph", "case-graph"),
    ]
    assert verify_path(package, c.TRUST).holds
    assert verify_path(package, Trust()).holds  # by the key that lies in it


def test_a_signer_that_was_not_brought_along_is_told_and_nothing_is_claimed(package) -> None:
    assert written(package, custody(signer="log")) == [
        (Verdict.NOTE, "dossier.custody_signer_not_given", "custody"),
        (Verdict.NOTE, "dossier.proof_not_asked", "case-graph"),
        (Verdict.NOTE, "dossier.proof_not_asked", "in-toto"),
    ]


@pytest.mark.parametrize(
    ("other", "why", "kind"),
    [
        ({"in_toto": b"{}\n"}, "wire.not_the_model", "in-toto"),
        ({"case_graph": b"{}"}, "dossier.graph_differs", "case-graph"),
        ({"custody": b"{}"}, "wire.not_the_model", "custody"),
    ],
)
def test_what_differs_is_named(package, other: dict[str, bytes], why: str, kind: str) -> None:
    told = written(package, custody(), **other)
    assert [line for line in told if line[0] is Verdict.FAILED] == [(Verdict.FAILED, why, kind)]
    assert not verify_path(package, c.TRUST).holds


def test_custody_of_another_exhibit_is_named(package) -> None:
    assert written(package, custody("EX-2")) == [(Verdict.FAILED, "evidence.custody_order", "custody")]
