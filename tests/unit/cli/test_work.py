"""The day's work of an office at the command line: assignment, hand-over, and what is refused."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import preserve_text, put, request_text
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
    assert "Handed over to kofi" in pt("case", "show", case, "--all").stdout
    pt("shift", "take-over", "--as", "kofi")
    assert has(pt, case) == (["ama", "kofi"], None)
    shown = pt("case", "show", case, "--all").stdout
    assert "Assigned to kofi" in shown
    assert "Waits for us (PT): house.decision, awaited" in shown
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


ROSTER = """
office = "pt:desk-24-7"
from = 2026-12-01T00:00:00
until = 2026-12-02T00:00:00
[[turns]]
person = "esi"
from = 2026-12-01T00:00:00
until = 2026-12-01T20:00:00
"""


def test_a_roster_is_signed_shown_in_the_offices_zone_and_its_gap_is_told(couple, tmp_path):
    pt = couple["PT"]
    pt("roster", "set", put(tmp_path, "roster.toml", ROSTER), "--as", "yaw")
    asked = (
        "roster",
        "show",
        "pt:desk-24-7",
        "--from",
        "2026-12-01T00:00:00Z",
        "--until",
        "2026-12-02T00:00:00Z",
    )
    shown = pt.json(*asked)
    assert [one["persons"] for one in shown["duties"]] == [["esi"], []]
    assert shown["duties"][0]["local_until"].startswith("2026-12-01T20:00")
    assert (shown["gaps"], shown["any_hour"]) == (1, True)
    assert "nobody is on duty" in pt(*asked).stdout


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("pt:desk-24-7", "pt:court", (3, "pt:court")),
        ('"esi"', '"nobody"', (3, "nobody")),
        ('"esi"', '"ama"', (2, "ama")),
        ("2026-12-01T20:00:00", "2026-12-03T20:00:00", (2, "2026-12-03")),
        ("2026-12-01T20:00:00", "2026-11-30T20:00:00", (2, "2026-11-30")),
        ("until =", "til =", (2, "roster.toml")),
        ("[[turns]]", "[[turns", (2, "roster.toml")),
    ],
)
def test_a_wrong_roster_is_refused(couple, tmp_path, before, after, fault):
    status, told = fault
    assert before in ROSTER
    file = put(tmp_path, "roster.toml", ROSTER.replace(before, after, 1))
    assert told in couple["PT"].refused("roster", "set", file, "--as", "yaw", status=status)[0]


def test_a_request_is_added_to_and_what_was_asked_before_is_named(couple, tmp_path):
    gh, pt = couple["GH"], couple["PT"]
    first = gh.json(
        "request", "send", put(tmp_path, "first.toml", request_text()), "--as", "ama", "--approver", "kofi"
    )
    gh("approve", first["act"], "--as", "kofi")
    settle(couple)()
    file = tmp_path / "second.toml"
    gh("request", "new", "--follows", first["act"], "-o", file)
    text = file.read_text(encoding="utf-8")
    assert f'supplements = "{first["act"]}"' in text
    for carried in ("Mailbox used in a fictional fraud", "Fictional Code, s. 1", "Count", "2026/17"):
        assert carried.casefold() in text.casefold()
    new = text.replace('description = ""', 'description = "Who holds it"').replace(
        'account = ""',
        'account = "other@mail.example"\nsince = "2026-10-01T00:00:00Z"\nuntil = "2026-10-31T00:00:00Z"',
    )
    new = new.replace('urgency = "ordinary"', 'urgency = "urgent"').replace(
        'urgency_reason = ""',
        'urgency_reason = "A hearing."\nurgent_for = ["hearing_fixed"]\nwanted_by = "2036-01-01T00:00:00Z"',
    )
    sent = gh.json("request", "send", put(tmp_path, "filled.toml", new), "--as", "ama", "--approver", "kofi")
    assert sent["case"] == first["case"]
    gh("approve", sent["act"], "--as", "kofi")
    settle(couple)()
    (view,) = [r for r in pt.json("case", "show", sent["case"])["requests"] if r["id"] == sent["act"]]
    assert (view["supplements"], view["urgent_for"]) == (first["act"], ["hearing_fixed"])
    words = pt("case", "show", sent["case"], "--all").stdout
    assert f"adds to {first['act'][:12]}" in words
    assert "wanted by 2036-01-01T00:00:00Z" in words
    day = pt.json("desk", "--as", "ama")
    mine = [one for one in day["unassigned"] if one["case"] == sent["case"]]
    assert [one["urgency"] for one in mine] == ["urgent", "ordinary"]
    assert "not assigned" in pt("desk", "--as", "kofi").stdout
    assert not pt.json("desk", "--as", "esi")["unassigned"]
    asked = gh.act("chase", sent["act"], "--as", "ama", "--by", "2036-01-01T00:00:00Z")
    assert "No stated time" in gh("chase").stdout
    settle(couple)()
    told = pt.json(
        "status", asked, "--as", "ama", "--reached", "under_review", "--by", "2036-02-01T00:00:00Z"
    )
    assert told["kind"] == "status"
    for args, status in (
        (("chase", sent["act"]), 2),
        (("chase", sent["act"], "--as", "ama", "--by", "2020-01-01T00:00:00Z"), 4),
        (("chase", sent["act"], "--as", "ama", "--by", "soon"), 2),
        (("chase", "ffff", "--as", "ama"), 3),
    ):
        gh.refused(*args, status=status)
    pt.refused("chase", sent["act"], "--as", "ama", status=4)
    for wrong, status in (
        (("--follows", sent["act"], "--to", "pt:central-authority"), 2),
        (("--follows", "ffff"), 3),
        (("--follows", asked), 3),
        (("--follows", sent["act"], "--measure", "nothing"), 3),
    ):
        gh.refused("request", "new", *wrong, status=status)
    pt.refused("request", "new", "--follows", sent["act"], status=4)
    for old, other in (
        ("hearing_fixed", "i_say_so"),
        ('"urgent"', '"ordinary"'),
        (first["act"], "ab" * 32),
        ("previous = []", f'previous = ["{asked}"]'),
        ("2036-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    ):
        assert old in new
        file = put(tmp_path, "wrong.toml", new.replace(old, other))
        assert gh.run("request", "send", file, "--as", "ama", "--approver", "kofi").exit_code in {2, 3, 4}


def test_the_wrong_state_points_to_the_right_one_and_the_request_is_closed(couple, case):
    gh, pt = couple["GH"], couple["PT"]
    request = gh.json("case", "show", case)["requests"][0]["id"]
    report = ("effected", request, "--as", "ama", "--text", "Not here.")
    pt.refused(*report, "--outcome", "nothing_held", "--state", "XB", status=4)
    pt.refused(*report, "--outcome", "wrong_state", "--state", "PT", status=4)
    pt.refused(*report, "--outcome", "wrong_state", "--state", "nowhere", status=2)
    pt(*report, "--outcome", "wrong_state", "--state", "XB", "--item", "mailbox")
    pt(*report, "--outcome", "expired", "--item", "logs")
    pt("close", request, "--as", "ama", "--outcome", "lapsed")
    settle(couple)()
    for desk in (gh, pt):
        view = desk.json("case", "show", case)["requests"][0]
        assert {i["id"]: i["effected"] for i in view["items"]} == {
            "mailbox": "wrong_state",
            "logs": "expired",
        }
        assert (view["stage"], view["pointed_to"]) == ("closed", ["XB"])
    assert "it seems to be XB" in gh("case", "show", case, "--all").stdout


@pytest.fixture(scope="module")
def dear(couple, tmp_path_factory):
    """A request to preserve of which PT says that it costs more than usual: its case and request."""
    file = put(tmp_path_factory.mktemp("dear"), "preserve.toml", preserve_text())
    sent = couple["GH"].json("request", "send", file, "--as", "ama")
    settle(couple)()
    return sent["case"], sent["act"]


def test_what_costs_more_than_usual_waits_for_the_other_side_or_for_reasons(couple, dear):
    gh, pt, (case, request) = couple["GH"], couple["PT"], dear
    note = ("costs", "note", request, "--as", "ama", "--currency", "EUR", "--text", "A specialist.")
    estimates = [
        pt.act(*note, "--event", "estimated", "--amount", "1200.50", "--extraordinary", "--item", item)
        for item in ("mailbox", "logs")
    ]
    done = ("effected", request, "--as", "ama", "--outcome", "done", "--text", "Kept.")
    assert estimates[0] in pt.refused(*done, "--item", "mailbox", status=4)[0]
    consult = ("costs", "consult", request, "--as", "ama", "--text", "A specialist.", "--currency", "EUR")
    offer = pt.act(*consult, "--amount", "1200.50", "--item", "mailbox", "--by", "2036-01-01T00:00:00Z")
    settle(couple)()
    answer = ("costs", "answer", offer, "--as", "ama", "--approver", "kofi", "--text", "Agreed.")
    for wrong, status in (
        (("--answer", "shared"), 2),
        (("--answer", "requesting_bears", "--share", "5"), 2),
        (("--answer", "shared", "--share", "5000"), 4),
        (("--answer", "shared", "--share", "5.123"), 2),
        (("--answer", "perhaps"), 2),
    ):
        gh.refused(*answer, *wrong, status=status)
    said = gh.act(*answer, "--answer", "shared", "--share", "600")
    gh("approve", said, "--as", "kofi")
    settle(couple)()
    pt(*done, "--item", "mailbox")
    pt.refused(*done, "--item", "logs", status=4)
    pt("costs", "proceed", estimates[1], "--as", "ama", "--text", "It cannot wait.")
    pt.refused("costs", "proceed", estimates[1], "--as", "ama", "--text", "Again.", status=4)
    pt(*done, "--item", "logs")
    pt(*note, "--event", "incurred", "--amount", "1000")
    shown = pt.json("costs", "show", case)
    assert [one["text"] for one in shown["totals"]] == ["2401.00 EUR", "1000.00 EUR"]
    assert not any(one["bars"] for one in shown["entries"])
    assert shown["open"] == []
    words = pt("costs", "show", case).stdout
    assert "1000.00 EUR" in words
    assert "gone on with" in words
    settle(couple)()
    assert gh.json("costs", "show", case)["entries"] == []
    assert "bears 60000 minor units" in gh("case", "show", case, "--all").stdout


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("note", "{request}", "--event", "incurred", "--amount", "0", "--currency", "EUR"), 2),
        (("note", "{request}", "--event", "incurred", "--amount", "1", "--currency", "EURO"), 2),
        (
            (
                "note",
                "{request}",
                "--event",
                "incurred",
                "--amount",
                "1",
                "--currency",
                "EUR",
                "--item",
                "no",
            ),
            2,
        ),
        (("note", "ffff", "--event", "incurred", "--amount", "1", "--currency", "EUR"), 3),
        (("note", "{request}", "--event", "lost", "--amount", "1", "--currency", "EUR"), 2),
        (("consult", "{request}", "--amount", "1", "--currency", "EUR", "--by", "2020-01-01T00:00:00Z"), 4),
        (("consult", "{request}", "--amount", "x", "--currency", "EUR", "--by", "2036-01-01T00:00:00Z"), 2),
        (("consult", "{request}", "--amount", "1", "--currency", "EUR", "--by", "soon"), 2),
        (("proceed", "{request}"), 2),
        (("proceed", "ffff"), 3),
        (("answer", "{request}", "--approver", "kofi", "--answer", "not_agreed"), 2),
        (("answer", "ffff", "--approver", "kofi", "--answer", "not_agreed"), 3),
    ],
)
def test_wrong_costs_are_refused(couple, dear, args, status):
    command = [one.format(request=dear[1]) for one in args]
    couple["PT"].refused("costs", *command, "--as", "ama", "--text", "x", status=status)
