"""Custody in a case file: what cannot be left out of it, even by the node that signs the file."""

from __future__ import annotations

from dataclasses import replace

import builders as b
import case_files as c
import pytest

from comity import dsse
from comity.dossier import Report, Verdict, verify
from comity.evidence.custody import CustodyProof, prove_exhibit, write_proof
from comity.evidence.seal import read_statement
from comity.interop import write_bundle

STATEMENTS = "custody/EX-1.intoto.jsonl"
FULL = c.written(c.full())


def told() -> list[dsse.Envelope]:
    """The custody of the story's exhibit, as ``c.full`` has it."""
    return [shown.event for shown in c.full().custody[0].events]


def with_custody(events: list[dsse.Envelope]) -> Report:
    """The story's file with other custody, and statements that fit it."""
    short = prove_exhibit(events, b.CASE, "EX-1")
    changed = {"custody/EX-1.json": write_proof(short), STATEMENTS: statements(short)}
    return verify(c.forged(FULL, changed), c.TRUST)


def statements(proof: CustodyProof, signer: str = "acts") -> bytes:
    seal = read_statement(c.full().exhibits[0].statement)
    key = c.PT.keys[signer]
    return write_bundle(proof, seal, key.public, key.sign)


def test_a_custody_event_left_out_is_named() -> None:
    events = told()
    report = with_custody([events[0], *events[2:]])
    assert c.failed(report) == {("custody", "custody/EX-1.json"), ("exhibits", STATEMENTS)}
    assert c.ids(report) == {"evidence.custody_gap"}


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_custody_cut_before_an_act_of_the_file_is_named(kept) -> None:
    """Each act of the file that touched the exhibit has its event, whichever root the rest stands under."""
    report = with_custody(told()[:kept])
    assert c.failed(report) == {("custody", "custody/EX-1.json")}
    assert c.ids(report) == {"dossier.custody_lacks"}


def test_custody_that_names_an_act_that_was_left_out_is_named() -> None:
    parts = c.full()
    review = next(act for act in parts.acts if act.header.kind == "review")
    fewer = replace(parts, acts=tuple(a for a in parts.acts if a.id != review.id), log=None)
    report = verify(c.written(fewer), c.TRUST)
    assert "dossier.custody_of_absent_act" in c.ids(report)


def test_custody_cut_at_its_end_is_told_by_a_root_that_is_not_public() -> None:
    report = with_custody(told()[:-1])
    assert report.holds
    assert "dossier.custody_root_not_public" in c.ids(report, Verdict.NOTE)


def test_statements_that_leave_out_an_event_or_are_another_s_are_named() -> None:
    """The events are whole: only what is said of them to others is not."""
    short = prove_exhibit(told()[:-1], b.CASE, "EX-1")
    for bundle, why in (
        (statements(short), "interop.bundle_differs"),
        (statements(c.full().custody[0], "log"), "evidence.custody_stranger"),
    ):
        report = verify(c.forged(FULL, {STATEMENTS: bundle}), c.TRUST)
        assert c.failed(report) == {("exhibits", STATEMENTS)}
        assert c.ids(report) == {why}
    whole = verify(FULL, c.TRUST)
    assert whole.holds
    assert "dossier.custody_statements" in c.ids(whole, Verdict.OK)
