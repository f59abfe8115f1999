"""The day's work of an office at the command line: assignment, hand-over, and what is refused."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import preserve_text, put
from desk import made_couple
from test_walk import settle


@pytest.fixture(scope="module")
def couple(tmp_path_factory):
    """Two nodes of this module's own."""
    return made_couple(tmp_path_factory)


@pytest.fixture(scope="module")
def case(couple, tmp_path_factory):
    """A case in which GH asked PT to preserve; PT has it in its books."""
    file = put(tmp_path_factory.mktemp("work"), "preserve.toml", preserve_text())
    sent = couple["GH"].json("request", "send", file, "--as", "ama")
    settle(couple)()
    return sent["case"]


def has(desk, case):
    home = desk.json("case", "show", case)["at_home"]
    return [(one["person"] or one["office"]) for one in home["assignments"]], home["handed_to"]


def test_a_case_is_assigned_handed_over_and_taken_over_and_nothing_of_it_leaves(couple, case):
    pt = couple["PT"]
    pt("assign", case, "--as", "kofi", "--to", "ama", "--text", "You know the file.")
    assert has(pt, case) == (["ama"], None)
    (offer,) = pt.json("shift", "hand-over", "--as", "ama", "--to", "kofi", "--text", "Night.")
    assert (offer["kind"], offer["case"]) == ("hand_over", case)
    assert has(pt, case) == (["ama"], "kofi")
    assert "Handed over to kofi" in pt("case", "show", case).stdout
    pt("shift", "take-over", "--as", "kofi")
    assert has(pt, case) == (["ama", "kofi"], None)
    assert "Assigned to kofi" in pt("case", "show", case).stdout
    pt("assign", case, "--as", "kofi", "--office", "pt:desk-24-7")
    assert has(pt, case)[0][-1] == "pt:desk-24-7"
    settle(couple)()
    theirs = couple["GH"].json("case", "show", case)
    assert {act["kind"] for act in theirs["acts"]} == {"request"}
    assert theirs["at_home"]["assignments"] == []


@pytest.mark.parametrize(
    ("args", "status", "told"),
    [
        (("assign", "{case}", "--as", "kofi"), 2, "Neither a person nor an office"),
        (("assign", "{case}", "--as", "kofi", "--to", "nobody"), 3, "nobody"),
        (("assign", "{case}", "--as", "kofi", "--office", "pt:court"), 3, "pt:court"),
        (("assign", "ffff", "--as", "kofi", "--to", "ama"), 3, "ffff"),
        (("assign", "{case}", "--as", "kofi", "--to", "esi", "--office", "pt:central-authority"), 2, "esi"),
        (("shift", "hand-over", "--as", "yaw", "--to", "esi", "--text", "x"), 3, "yaw"),
        (("shift", "hand-over", "--as", "ama", "--to", "ama", "--case", "{case}", "--text", "x"), 4, "ama"),
        (
            ("shift", "hand-over", "--as", "ama", "--to", "kofi", "--case", "{case}", "--text", "\x07"),
            2,
            "0007",
        ),
        (("shift", "take-over", "--as", "yaw"), 3, "yaw"),
        (("shift", "take-over", "--as", "yaw", "--case", "{case}"), 3, "yaw"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(couple, case, args, status, told):
    pt = couple["PT"]
    before = pt.json("case", "show", case)["at_home"]
    lines = pt.refused(*(one.format(case=case) for one in args), status=status)
    assert told in lines[0]
    assert pt.json("case", "show", case)["at_home"] == before
