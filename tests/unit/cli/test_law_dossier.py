"""A case file shows offline who adopted, and who confirmed, the law data that its acts rely on."""

import json
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

import laid_out
from cli_walk import request_text
from desk import Desk, Loop, found

from comity.acts.home_terms import AdoptLawTerms
from comity.dossier.report import Step
from comity.dossier.steps import origin
from comity.law import Applied

OVERLAY = """
[overlay]
state = "GH"
name = "Ghana, an example"
version = 1
on = "2026-11-21"
review_by = "2027-11-21"

[[adopt]]
what = "provision"
key = "uncc.mla.reasons"
source = "Gazette 1, article 40"
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A node that adopted and confirmed law data, and a request of it that was signed after that."""
    folder = tmp_path_factory.mktemp("told")
    courier = Loop({"PT": folder / "pt"}, {"PT"})
    gh, pt = found(folder / "gh", "GH", courier), found(folder / "pt", "PT", courier)
    entry = folder / "pt.json"
    pt("directory", "-o", entry)
    gh("peer", "add", entry, "--fingerprint", pt.json("directory")["fingerprint"])
    gh(
        "person", "add", "efua", "--office", "gh:central-authority", "--work", "adviser", "--shown-name",
        "Officer 9", "--function", "adviser", "--instrument", "Appointment 9", "--by", "ama", "--by", "kofi",
    )  # fmt: skip
    overlay, text, request = folder / "o.toml", folder / "text.txt", folder / "request.toml"
    overlay.write_text(OVERLAY, encoding="utf-8")
    text.write_text(laid_out.plain("en"), encoding="utf-8")
    request.write_text(request_text(), encoding="utf-8")
    adopted = gh.act("law", "adopt", overlay, "--as", "efua", "--approver", "kofi", "--text", "Compared.")
    gh("approve", adopted, "--as", "kofi")
    ticked = gh.act("law", "confirm", text, "--tick", "40(8)", "--as", "efua")
    sent = gh.json("request", "send", request, "--as", "ama", "--approver", "kofi")
    gh("approve", sent["act"], "--as", "kofi")
    return gh, folder, sent["case"], (adopted, ticked)


def exported(told, profile):
    gh, folder, case, _ = told
    file = folder / f"{profile}.zip"
    gh(
        "case",
        "export",
        case,
        "-o",
        file,
        "--profile",
        profile,
        "--as",
        "ama",
        "--second",
        "kofi",
        "--to",
        "Court A",
        "--purpose",
        "Trial",
    )
    pins = [f"GH={gh.json('directory')['fingerprint']}", f"PT={peer_pin(folder)}"]
    return file, gh.json("verify", file, *(part for pin in pins for part in ("--trust", pin)))[0]


def peer_pin(folder):
    return Desk(folder / "pt").json("directory")["fingerprint"]


def members(file):
    with zipfile.ZipFile(file) as held:
        return "\n".join(held.namelist())


def test_the_file_for_a_court_names_who_adopted_and_confirmed(told):
    file, report = exported(told, "court")
    adopted, ticked = told[3]
    assert report["holds"]
    assert adopted[:12] in members(file)
    assert ticked[:12] in members(file)
    words = json.dumps(report, ensure_ascii=False)
    assert "adopted an overlay over this law data on 20" in words
    assert f"(act {adopted}); signed by approver" in words
    assert f"(act {ticked}); signed by author" in words
    assert "which is not in this file" not in words


def test_the_file_for_the_other_side_keeps_these_acts_at_home_and_says_so(told):
    file, report = exported(told, "peer")
    assert report["holds"]
    assert all(act[:12] not in members(file) for act in told[3])
    assert json.dumps(report).count("which is not in this file") == 2


def test_a_file_whose_law_data_names_another_overlay_than_the_act_fails():
    terms = AdoptLawTerms(state="GH", version=1, overlay="b" * 64, base="c" * 64)
    header = SimpleNamespace(state="GH", at="2026-11-21T00:00:00Z", signers=())
    act = SimpleNamespace(id="a" * 64, terms=terms, header=header)
    given = SimpleNamespace(acts={act.id: act})
    right = {"act": act.id, "state": "GH", "what": "overlay", "name": "x", "version": 1, "digest": "b" * 64}
    for wrong in ({}, {"digest": "d" * 64}, {"version": 2}, {"what": "ticks"}, {"state": "PT"}):
        step = Step(1, "law")
        origin._adopted(given, step, Applied(**{**right, **wrong}), None)
        (line,) = step.lines
        assert (line.message.id == "dossier.law_act_differs") is bool(wrong), wrong
