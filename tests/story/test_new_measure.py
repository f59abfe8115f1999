"""A measure that is only a file of law data is asked for, decided, delivered and closed; no code knows it."""

import shutil
import subprocess
import tomllib
from dataclasses import replace

import handing as h
import loopback as l
import pytest

from comity.acts import Outcome
from comity.acts.terms import Basis, CloseReason
from comity.app import execute, found, node
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.custody import take_custody
from comity.app.decide import Ruling, decide
from comity.app.draft import read_draft
from comity.app.form import new_file
from comity.app.letter import letter_of
from comity.app.node import case_of
from comity.app.prepare import approve
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.errors import BadInput
from comity.law import Bundle, compile_bundle, packaged_files
from comity.safeguards import catalogue

WEIGH = b"""
[measure]
key = "weigh_object"
summary = "Weigh an object and say what it weighs."
items = ["object"]
intrusive = false
capacities = ["evidence"]

[[measure.may_ask]]
function = "central_authority"
provisions = ["budapest.mla.central_authority"]

[[measure.may_answer]]
function = "central_authority"
provisions = ["budapest.mla.central_authority"]

[[measure.signing]]
act = "request"
roles = ["author", "approver"]

[[measure.signing]]
act = "decide"
roles = ["author", "approver"]

[[measure.bases]]
instrument = "budapest"
provisions = ["budapest.mla.widest_measure"]
offence_classes = ["convention", "serious", "other"]
dual_criminality = "may_be_required"
mark = "C"

[[measure.contents]]
key = "assistance"
needed = "always"
said_in = "items"
summary = "Which object is to be weighed."
practice = true

[[measure.contents]]
key = "whereabouts"
needed = "always"
said_in = "target"
summary = "Where the object is."
practice = true

[[measure.contents]]
key = "scale"
needed = "always"
said_in = "statement"
summary = "How exactly it is to be weighed."
practice = true

[[measure.contents]]
key = "picture"
needed = "always"
said_in = "paper"
summary = "A picture of the object."
practice = true

[[measure.contents]]
key = "witness"
needed = "where_applicable"
said_in = "statement"
summary = "Who attends."
practice = true
"""
BASIS = Basis(instrument="budapest", provision="budapest.mla.widest_measure")


@pytest.fixture
def bundle():
    return Bundle.load(compile_bundle({**packaged_files(), "measures/weigh_object.toml": WEIGH}))


@pytest.fixture
def weighing(bundle, tmp_path, monkeypatch):
    """Two nodes that go by the law data with one measure more, which one check of safeguards covers."""
    monkeypatch.setattr(node, "base_of", lambda data: bundle)
    monkeypatch.setattr(found, "packaged_bundle", lambda: bundle)
    covers = replace(catalogue.BY_KEY["two_persons"], measures=frozenset({"weigh_object"}))
    monkeypatch.setattr(catalogue, "CHECKS", (covers,))
    pair = l.make_pair(tmp_path / "nodes")
    yield pair
    pair.close()


def text_of(pdf):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    told = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


def form(bundle):
    return new_file(
        "request",
        own="gh:central-authority",
        to="pt:central-authority",
        measure=bundle.measure("weigh_object"),
        bases=(BASIS,),
    )


def filled(text):
    for member, said in (
        ("subject", "An anchor"), ("purpose", "Investigation 17"), ("title", "Fraud"), ("law", "Act"),
        ("number", "17"), ("authority", "Police"), ("description", "The anchor"),
        ("account", "Harbour, pier 2"), ("scale", "To the gram."),
    ):  # fmt: skip
        text = text.replace(f'{member} = ""', f'{member} = "{said}"', 1)
    text = text.replace('title = ""', 'title = "Picture 1"').replace('digest = ""', f'digest = "{"ab" * 32}"')
    return text.replace('did = ""', 'did = "An anchor of another weight was sold."')


def test_its_form_asks_for_what_the_file_says_and_for_nothing_else(bundle):
    text = form(bundle)
    told = tomllib.loads(text)
    assert set(told["statements"]) == {"scale"}
    assert [paper["content"] for paper in told["papers"]] == ["picture"]
    assert told["items"][0]["data"] == "object"
    assert '# witness = ""' in text
    for content in bundle.measure("weigh_object").contents:
        assert content.summary in text


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (
            'scale = "To the gram."',
            'scale = ""',
            ("draft.contents_missing", "How exactly it is to be weighed."),
        ),
        ('account = "Harbour, pier 2"', "", ("draft.contents_missing", "Where the object is.")),
        ('content = "picture"', 'content = "film"', ("draft.content_unknown", "picture")),
        ("scale =", "colour =", ("draft.content_unknown", "colour")),
        ('data = "object"', 'data = "person"', ("draft.item_sort", "object")),
    ],
)
def test_what_is_not_said_or_not_asked_is_named(weighing, bundle, before, after, fault):
    text = filled(form(bundle))
    assert before in text
    wrong = read_draft(text.replace(before, after, 1).encode(), "request.toml")
    with pytest.raises(BadInput) as caught:
        send_draft(weighing.gh.node, wrong, weighing.gh["officer"], approver="approver")
    assert caught.value.id == fault[0]
    assert fault[1] in str(caught.value.arguments)


def test_it_is_walked_from_draft_to_close(weighing, bundle, tmp_path):
    gh, pt = weighing.gh, weighing.pt
    draft = read_draft(filled(form(bundle)).encode(), "request.toml")
    said = send_draft(gh.node, draft, gh["officer"], approver="approver")
    request = approve(gh.node, said.act.id, gh["approver"]).act
    weighing.settle()
    it = matter(pt.node, request.id)
    assert [(i.id, i.data.value) for i in it.request.items] == [("item-1", "object")]
    assert it.act.fields["statements"][0].text == "To the gram."
    (tmp_path / "letter.pdf").write_bytes(letter_of(gh.node, request.id).pdf)
    letter = text_of(tmp_path / "letter.pdf")
    for words in (
        "Weigh an object",
        "How exactly it is to be weighed.",
        "To the gram.",
        "Picture 1",
        "Object.",
    ):
        assert words in letter
    made = assess(pt.node, request.id, pt["officer"]).act
    for person in ("officer", "approver"):
        for key in latest_assessment(pt.node, it).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=key, text="Looked at; satisfied.")
    ruling = Ruling("item-1", Outcome.GRANT, "Granted.", "Inward.")
    decided = decide(pt.node, request.id, pt["officer"], rulings=(ruling,), approver="approver")
    approve(pt.node, decided.act.id, pt["approver"])
    weighing.settle()
    file = tmp_path / "weight.txt"
    file.write_text("40 kg")
    exhibit = h.take_in(weighing, request, file, items=("item-1",))
    h.release(weighing, request, exhibit)
    delivery = h.hand_over(weighing, request, exhibit)
    weighing.settle()
    take_custody(gh.node, delivery.id, gh["examiner"])
    execute.close(pt.node, request.id, pt["officer"], outcome=CloseReason.ANSWERED)
    weighing.settle()
    cases = []
    for side in (gh, pt):
        with side.node.db.read() as conn:
            cases.append(case_of(side.node, conn, request.header.case))
    assert cases[0].dump() == cases[1].dump()
    assert cases[0].request(request.id).closed is not None
    assert cases[0].request(request.id).deliveries[0].capacity == "evidence"
