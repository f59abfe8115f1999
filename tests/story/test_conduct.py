"""A request with a statement of conduct: sent, read and assessed over there, shown, and put in a letter."""

import subprocess

import pytest
from tests.story.test_life import draft

from comity.acts import Conduct, Provenance
from comity.app import letter
from comity.app.assess import findings_now
from comity.app.draft import Draft
from comity.app.prepare import approve
from comity.app.send import send_draft
from comity.app.show import show_case

STATEMENT = {
    "did": "Entered the server with a stolen password.",
    "system": "A mail server",
    "places": ("GH", "XC"),
    "elements": (
        {"element": "access", "present": True, "cites": ("charge",)},
        {"element": "without_right", "present": True},
    ),
    "documents": ({"id": "charge", "kind": "charge", "reference": "Charge, count 1", "digest": "1" * 64},),
}


@pytest.fixture
def stated(pair):
    told = draft().model_dump(by_alias=True) | {"conduct": STATEMENT}
    sent = send_draft(pair.gh.node, Draft.model_validate(told), pair.gh["officer"], approver="approver").act
    approve(pair.gh.node, sent.id, pair.gh["approver"])
    pair.settle()
    return sent


def test_both_sides_read_it_and_know_whose_word_each_element_is(pair, stated):
    for side in (pair.gh, pair.pt):
        (request,) = show_case(side.node, str(stated.header.case))["requests"]
        assert request["conduct"]["parts"] == ["did", "system"]
        assert request["conduct"]["elements"] == [
            {"element": "access", "present": True, "documents": ["Charge, count 1"]},
            {"element": "without_right", "present": True, "documents": []},
        ]
        finding = next(f for f in findings_now(side.node, stated.id) if f.check == "dual_criminality")
        said = {r.key: r.provenance for r in finding.facts}
        assert said["conduct.without_right"] is Provenance.ASSERTED
        told = {(b.id.rpartition(".")[2], *(a.value for a in b.arguments)) for b in finding.because}
        assert ("compare_asserted", "without_permission") in told, "the word of Portugal's own row"


def test_the_letter_tells_it_part_by_part_with_each_document(pair, stated, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(letter.letter_of(pair.gh.node, stated.id).pdf)
    text = subprocess.check_output(["pdftotext", "-layout", path, "-"], text=True)
    for words in ("A mail server", "GH, XC", "Charge, count 1", "No document is cited"):
        assert words in " ".join(text.split())


def test_the_statement_is_a_field_that_can_be_withheld(stated):
    assert isinstance(stated.fields["conduct"], Conduct)
    less = stated.without(["conduct"])
    assert less.id == stated.id
    assert len(less.unopened) == 1
