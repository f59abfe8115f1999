"""A measure that is only a file of law data is asked for, decided, delivered and closed; no code knows it."""

import json
import shutil
import subprocess
import tomllib
from dataclasses import replace
from datetime import timedelta

import handing as h
import loopback as l
import pytest
from jsonschema import Draft202012Validator

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
from comity.app.request_schema import request_schema
from comity.app.send import send_draft
from comity.cases import clocks
from comity.errors import BadInput
from comity.law import Bundle, compile_bundle, packaged_bundle, packaged_files
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
OWN = b"""
[[clock]]
key = "house.weighing"
measures = ["weigh_object"]
starts = "decide"
house = { value = 48, unit = "hours" }
then = "overdue"
summary = "An object that is to be weighed is weighed within two days of the grant."

[[row]]
table = "story"
kind = "amend"
by = "requesting"
about = "request"
requires = ["item_undecided", "amends_undecided_items"]
forbids = ["closed", "withdrawn"]
signers = [["author", "approver", "judge"]]
summary = "A judge stands behind another object that is to be weighed."

[[row]]
table = "story"
kind = "court"
by = "requested"
about = "request"
requires = ["item_undecided", "reports_known_items", "event_not_later"]
forbids = ["closed", "withdrawn"]
signers = [["author", "judge"]]
summary = "A court may look at the scale first."
"""
"""Its own clock; an act that it makes stricter than other measures do, and one that others do not have."""
BASIS = Basis(instrument="budapest", provision="budapest.mla.widest_measure")


@pytest.fixture
def bundle():
    return Bundle.load(compile_bundle({**packaged_files(), "measures/weigh_object.toml": WEIGH + OWN}))


@pytest.fixture
def weighing(bundle, tmp_path, monkeypatch):
    """Two nodes that go by the law data with one measure more, which one check of safeguards covers."""
    monkeypatch.setattr(node, "base_of", lambda data: bundle)
    monkeypatch.setattr(found, "packaged_bundle", lambda: bundle)
    covers = replace(catalogue.BY_KEY["two_persons"], measures=frozenset({"weigh_object"}))
    monkeypatch.setattr(catalogue, "CHECKS", (covers,))
    catalogue.checks_of.cache_clear()
    pair = l.make_pair(tmp_path / "nodes")
    yield pair
    pair.close()
    catalogue.checks_of.cache_clear()  # it must not tell later tests of this one's checks


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
    (running,) = clocks_of(pt.node, request, "house.weighing")
    assert (running.ends - running.started, running.stopped) == (timedelta(hours=48), False)
    file = tmp_path / "weight.txt"
    file.write_text("40 kg")
    exhibit = h.take_in(weighing, request, file, items=("item-1",))
    h.release(weighing, request, exhibit)
    delivery = h.hand_over(weighing, request, exhibit)
    weighing.settle()
    take_custody(gh.node, delivery.id, gh["examiner"])
    execute.close(pt.node, request.id, pt["officer"], outcome=CloseReason.ANSWERED)
    weighing.settle()
    (over,) = clocks_of(gh.node, request, "house.weighing")
    assert over.stopped
    cases = []
    for side in (gh, pt):
        with side.node.db.read() as conn:
            cases.append(case_of(side.node, conn, request.header.case))
    assert cases[0].dump() == cases[1].dump()
    assert cases[0].request(request.id).closed is not None
    assert cases[0].request(request.id).deliveries[0].capacity == "evidence"


def clocks_of(node_, request, key):
    with node_.db.read() as conn:
        case = case_of(node_, conn, request.header.case)
    return [one for one in clocks(case, node_.bundle, {"PT": node_.bundle.zone("PT")}) if one.clock == key]


def test_its_own_rows_go_before_the_general_ones_and_for_it_alone(bundle):
    table, before = bundle.table_named("story"), packaged_bundle().table_named("story")
    assert table.digest != before.digest
    own = [row for row in table.rows if row.measures == ("weigh_object",)]
    assert [row.kind for row in own] == ["amend", "court"]
    amends = [row for row in table.rows if row.kind == "amend" and row.covers("weigh_object")]
    assert [row.signers for row in amends] == [(("author", "approver", "judge"),)]
    for row, was in zip(table.rows, before.rows, strict=False):
        assert [row.covers(m.key) for m in packaged_bundle().content.measures] == [
            was.covers(m.key) for m in packaged_bundle().content.measures
        ]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b'table = "story"', b'table = "tale"', "law.leads_nowhere"),
        (b'table = "story"\n', b"", "law.file_not_right"),
        (b'kind = "court"', b'kind = "court"\nmeasures = ["extradite"]', "law.file_not_right"),
        (b'"item_undecided", "reports', b'"item_heavy", "reports', "law.leads_nowhere"),
        (b'starts = "decide"', b'starts = "decide"\nprovision = "uncc.nothing"', "law.leads_nowhere"),
    ],
)
def test_a_row_or_a_clock_of_its_own_that_leads_nowhere_is_named(before, after, fault):
    assert before in OWN
    wrong = WEIGH + OWN.replace(before, after)
    with pytest.raises(BadInput) as caught:
        compile_bundle({**packaged_files(), "measures/weigh_object.toml": wrong})
    assert caught.value.id == fault


def as_json(text):
    """A request file as a program of others would hold it: read, and blanks left out."""

    def whole(value):
        if isinstance(value, dict):
            return {k: whole(v) for k, v in value.items() if v != ""}
        return [whole(one) for one in value] if isinstance(value, list) else value

    return json.loads(json.dumps(whole(tomllib.loads(text))))


@pytest.fixture(scope="module")
def validator():
    made = Bundle.load(compile_bundle({**packaged_files(), "measures/weigh_object.toml": WEIGH + OWN}))
    schema = request_schema(made, made.measure("weigh_object"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_its_schema_takes_the_form_that_is_filled_in(validator, bundle):
    assert list(validator.iter_errors(as_json(filled(form(bundle))))) == []
    assert not validator.is_valid(as_json(form(bundle)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('scale = "To the gram."', 'scale = ""'),
        ('account = "Harbour, pier 2"', ""),
        ('content = "picture"', 'content = "film"'),
        ("scale =", "colour ="),
        ('data = "object"', 'data = "person"'),
        ('measure = "weigh_object"', 'measure = "extradite"'),
        ("confidential = true", "confidential = true\nratify_within_hours = 2"),
        ('subject = "An anchor"', 'subjekt = "An anchor"'),
    ],
)
def test_its_schema_refuses_what_the_form_refuses(validator, bundle, before, after):
    text = filled(form(bundle))
    assert before in text
    assert not validator.is_valid(as_json(text.replace(before, after, 1)))
