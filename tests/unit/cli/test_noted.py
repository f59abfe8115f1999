"""What is noted of a request beside its course: said at the command line, and told in words."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import request_text
from desk import made_couple
from test_walk import settle, walked  # noqa: F401 - the walk is a fixture

from comity.cases.effect import NOTED
from comity.cli.noted_words import duty_words, noted_words
from comity.cli.session import Session


@pytest.fixture(scope="session")
def couple(tmp_path_factory):
    """Two nodes of this module's own: a node holds one walk, whose exhibit has one name."""
    return made_couple(tmp_path_factory)


ID = "ab" * 32
SAID = {
    "forward": {"authority": "pt:court"},
    "status": {"asked": None, "progress": None, "by": None},
    "correspond": {"answers": None},
    "arrest": {"event": "arrested", "items": ["one"], "at": "A", "until": "B"},
    "court": {"items": ["one"], "finding": "lawful", "at": "A"},
    "surrender": {"items": ["one"], "manner": "full", "at": "A"},
    "prosecute_instead": {"items": ["one"], "at": "A", "evidence": None},
    "ask_instead": {"items": ["one"], "instead": "prosecution"},
    "enforce_instead": {"items": ["one"], "taken_over": True, "at": "A"},
    "speciality": {"items": ["one"], "use": "other_offence", "consent": ID, "to": None, "at": "A"},
    "sentence": {
        "items": ["one"],
        "penalty": "prison",
        "stage": "passed",
        "kept": ["fair"],
        "broken": [],
        "at": "A",
    },
    "lift": {"items": ["one"], "consultation": ID, "at": "A"},
    "seek_consent": {"use": "other_offence", "exhibits": [], "items": ["one"]},
    "consent": {"sought": ID, "consent": "given", "conditions": []},
    "ratified": {"decision": ID, "ratified": True},
    "recall": {"exhibits": ["E-1"], "reason": "sent_in_error", "destroy_by": "B"},
    "breach": {"exhibits": ["E-1"], "condition": None, "at": "A"},
    "destroyed": {"exhibits": ["E-1"], "at": "A", "proof": ID},
    "offer_costs": {"items": ["one"], "amount": 5, "currency": "EUR", "answer_by": "B"},
    "answer_costs": {"offer": ID, "answer": "shared", "share": 2},
    "remedy": {"remedy": "appeal", "event": "lodged", "items": ["one"], "suspends": True, "at": "A"},
}
OTHERWISE = [
    ("status", {"asked": ID, "progress": "received"}),
    ("status", {"by": "B"}),
    ("status", {"asked": ID, "progress": "received", "by": "B"}),
    ("arrest", {"event": "released", "until": None}),
    ("arrest", {"event": "rearrested"}),
    ("arrest", {"event": "released", "until": None, "on_bail": True}),
    ("ask_instead", {"instead": "enforcement"}),
    ("enforce_instead", {"taken_over": False}),
    ("speciality", {"use": "re_extradition", "to": "XC"}),
    ("prosecute_instead", {"evidence": "c" * 32}),
    ("answer_costs", {"answer": "not_agreed", "share": None}),
    ("breach", {"condition": "limit"}),
    ("breach", {"condition": "limit", "exhibits": [], "items": ["one"]}),
    ("sentence", {"stage": "sought"}),
    ("sentence", {"stage": "final"}),
    ("sentence", {"stage": "carried_out"}),
    ("sentence", {"penalty": "death", "broken": ["no-death"]}),
    ("ratified", {"ratified": False}),
    ("remedy", {"suspends": False}),
]


def test_every_kind_that_is_noted_has_a_line_in_words():
    assert set(SAID) == NOTED
    told = list(SAID.items())
    told += [(kind, {**SAID[kind], **more}) for kind, more in OTHERWISE]
    noted = [{"id": ID, "kind": kind, "by": "PT", "terms": terms} for kind, terms in told]
    lines = list(noted_words(Session(environment={}), {"noted": noted}))
    assert len(set(lines)) == len(told)
    for line, (_, terms) in zip(lines, told, strict=True):
        assert "PT" in line
        assert ID[:12] in line
        assert all(value in line for value in terms.get("items", ()))


def test_a_duty_to_prosecute_is_told_with_who_owes_it():
    view = {"next": [{"state": "PT", "kind": "prosecute_instead", "about": ID, "by": []}], "links": []}
    (line,) = duty_words(Session(environment={}), view)
    assert line.startswith("PT")
    linked = [{"case": "c" * 32, "tie": "evidence"}, {"case": "d" * 32, "tie": "related"}]
    *_, evidence = duty_words(Session(environment={}), {**view, "links": linked})
    assert "c" * 12 in evidence
    assert "d" * 12 not in evidence
    assert not list(duty_words(Session(environment={}), {"next": [], "links": linked}))


def test_letters_remedies_and_what_is_called_back_are_said_and_told(couple, walked):  # noqa: F811 - the fixture
    gh, pt, request = couple["GH"], couple["PT"], walked.acts["request"]
    as_ = ("--as", "ama")
    late = "2036-01-01T00:00:00Z"
    carried = settle(couple)
    asked = gh.act("status", request, *as_)
    carried()
    acts = [asked, pt.act("status", asked, *as_, "--reached", "being_carried_out")]
    letter = pt.act("correspond", request, *as_, "--text", "We are at it.")
    carried()
    acts += [letter, gh.act("correspond", request, *as_, "--answers", letter, "--text", "Thank you.")]
    sought = gh.act(
        "seek",
        request,
        *as_,
        "--use",
        "other_proceeding",
        "--exhibit",
        walked.exhibit,
        "--text",
        "For 2026/2.",
    )
    carried()
    given = pt.act("consent", sought, *as_, "--approver", "kofi", "--answer", "given", "--text", "Given.")
    pt("approve", given, "--as", "kofi")
    remedy = ("remedy", request, *as_, "--name", "appeal-1", "--item", "mailbox", "--text", "By the holder.")
    acts += [sought, given, pt.act(*remedy, "--event", "lodged"), pt.act(*remedy, "--event", "dismissed")]
    acts.append(
        pt.act(
            "recall", request, *as_, "--exhibit", walked.exhibit, "--reason", "sent_in_error",
            "--destroy-by", late, "--text", "In error.",
        )
    )  # fmt: skip
    carried()
    acts.append(gh.act("breach", request, *as_, "--exhibit", walked.exhibit, "--text", "It was shown."))
    proof = ("--proof", "1" * 64)
    acts.append(
        gh.act("destroyed", request, *as_, "--exhibit", walked.exhibit, *proof, "--text", "Destroyed.")
    )
    carried()
    for desk in (gh, pt):
        words = desk("case", "show", walked.case, "--all").stdout
        noted = next(r for r in desk.json("case", "show", walked.case)["requests"] if r["id"] == request)
        assert {one["id"] for one in noted["noted"]} == set(acts)
        assert "appeal-1 lodged on mailbox" in words
        assert f"calls back {walked.exhibit}" in words


def test_a_request_is_passed_on_and_information_offered_and_told(couple, tmp_path):
    gh, pt = couple["GH"], couple["PT"]
    file = tmp_path / "request.toml"
    file.write_text(request_text(), encoding="utf-8")
    sent = gh.json("request", "send", file, "--as", "ama", "--approver", "kofi")
    gh("approve", sent["act"], "--as", "kofi")
    settle(couple)()
    pt.act("forward", sent["act"], "--as", "ama", "--to", "pt:court-of-the-port")
    settle(couple)()
    assert "passed it on to pt:court-of-the-port" in gh("case", "show", sent["case"], "--all").stdout
    offered = pt.json(
        "inform", "--as", "ama", "--to", "gh:central-authority", "--approver", "kofi", "--subject", "Servers",
        "--use", "It may lead to a request.", "--item", "tip=Names of servers", "--condition",
        "no-court=Not in court.", "--basis", "budapest.mla.spontaneous",
    )  # fmt: skip
    pt("approve", offered["act"], "--as", "kofi")
    settle(couple)()
    gh.act("accept", offered["act"], "--as", "ama")
    settle(couple)()
    findings = pt.json("assess", offered["act"], "--as", "ama")["findings"]
    assert "contents" in {one["check"] for one in findings}
    assert "tip (information): granted" in pt("case", "show", offered["case"], "--all").stdout
