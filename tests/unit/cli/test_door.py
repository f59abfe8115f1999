"""Who may know of a case: every command that is given one goes through one door, and a wall shows nothing."""

import base64
import json
import re
import sys
import zipfile
from pathlib import Path

import click
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import request_text
from desk import PLAIN, Loop, found

from comity.cli import program
from comity.cli.command import IDS as NAMED
from comity.wire import digest

NOWHERE = {"CASE": digest(b"no case")[:32], "ACT": digest(b"no act")}
MORE = {
    "ask": ("--question", "Why?"),
    "decide": ("--grant", "mailbox", "--outward", "For a reason.", "--inward", "For a reason."),
    "evidence page": ("--second", "yaw", "--to", "Court", "--purpose", "Trial"),
}
"""What a command needs besides, of options none of which is required."""

IDS = {*NAMED, "ENTRY", "OBJECTION"}
NO_ACT_BESIDE = {"order rule"}
"""Commands that take an act beside what they are about in one case alone."""

NOBODYS = {"person add", "peer add", "init"}
"""Commands whose arguments only look like ids of cases."""


def commands(group=program, path=()):
    for name in group.list_commands(None):
        one = group.get_command(None, name)
        if isinstance(one, click.Group):
            yield from commands(one, (*path, name))
        else:
            yield " ".join((*path, name)), one


def metavar(parameter):
    return (parameter.metavar or "").strip("[].").removeprefix("new] ").removesuffix("...")


def takes_id(command):
    return any(metavar(p) in IDS for p in command.params)


GIVEN = sorted((path, c) for path, c in commands() if takes_id(c) and path not in NOBODYS)
PATHS = [path for path, _ in GIVEN]


def told(one, option, folder):
    """A value that passes for what an option or argument asks for."""
    name = metavar(one)
    if isinstance(one.type, click.Choice):
        return one.type.choices[0]
    if isinstance(one.type, click.Path) and not {"-o", "--output"} & set(one.opts):
        return folder / "given.toml"
    if isinstance(one.type, click.Path):
        return folder / "never-written.html"  # one form that a page has; to the others a name is a name
    if name == "NAME":
        return "esi" if option == "--as" else "yaw"
    return {
        "INSTANT": "2027-01-01T00:00:00Z",
        "AMOUNT": "5",
        "CODE": "EUR",
        "ITEM": "mailbox",
        "EXHIBIT": "GH-1",
        "EXHIBIT|PACKAGE": "GH-1",
        "OFFICE": "gh:desk-24-7",
        "KEY": "budapest.ground.dual_criminality" if one.multiple else "order.court",
        "SHA256": NOWHERE["ACT"],
        "TAG": "en",
        "KIND": "answer",
    }.get(name, "a=b" if "=" in name else "some words")


def line(path, command, ids, folder):
    """A command line that is right in all but, perhaps, the id."""
    words = path.split()
    for one in command.params:
        is_id = metavar(one) in IDS
        if isinstance(one, click.Argument):
            if is_id:
                words.append(ids["CASE" if metavar(one) == "CASE" else "ACT"])
            elif one.required:
                words.append(told(one, None, folder))
        elif is_id and (one.required or path not in NO_ACT_BESIDE):
            words += [one.opts[0], ids["CASE" if metavar(one) == "CASE" else "ACT"]]
        elif "--as" in one.opts or one.required:
            words.append(one.opts[0])
            if not one.is_flag:
                words.append(told(one, one.opts[0], folder))
    return [*words, *MORE.get(path, ())]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Two cases that ama sent and kofi signed; a court sealed the first. Esi and yaw are elsewhere."""
    folder = tmp_path_factory.mktemp("sealed")
    courier = Loop({"PT": folder / "pt"}, {"PT"})
    gh, pt = found(folder / "gh", "GH", courier), found(folder / "pt", "PT", courier)
    pt("directory", "-o", folder / "pt.json")
    gh("peer", "add", folder / "pt.json", "--fingerprint", pt.json("directory")["fingerprint"])
    gh(
        "person", "add", "efua", "--office", "gh:desk-24-7", "--work", "auditor", "--shown-name", "Officer 9",
        "--function", "auditor", "--instrument", "Appointment 9", "--by", "ama", "--by", "kofi",
    )  # fmt: skip
    (folder / "given.toml").write_text(request_text(), encoding="utf-8")
    cases = []
    for _ in range(2):
        sent = gh.json("request", "send", folder / "given.toml", "--as", "ama", "--approver", "kofi")
        gh("approve", sent["act"], "--as", "kofi")
        cases.append({"CASE": sent["case"], "ACT": sent["act"]})
    gh("assign", cases[1]["CASE"], "--as", "ama", "--to", "ama")
    unlinked = gh.json("case", "list", "--as", "ama")["cases"]
    tied = ("case", "link", cases[1]["CASE"], "--to", cases[0]["CASE"], "--tie", "evidence", "--as", "ama",
            "--text", "The hidden quince")  # fmt: skip
    link = gh.json(*tied)["act"]
    before = {path: gh(*path.split()).stdout for path in ("doctor", "request list", "approve")}
    before |= {"LINK": link, "unlinked": unlinked}
    gh(
        "case", "wall", cases[0]["CASE"], "--as", "ama", "--second", "kofi", "--court", "Fictional Court",
        "--number", "7/2026", "--enter", "ama", "--enter", "kofi",
    )  # fmt: skip
    return gh, folder, cases, before


def strict(gh, *args, **more):
    environment = {**PLAIN, "COMITY_DATA": str(gh.folder), "COMITY_NEED_TO_KNOW": "true", **more}
    return gh.run(*args, environment=environment)


def problem(result):
    assert result.exit_code, result.output
    return json.loads(result.stderr.splitlines()[-1])["id"]


def test_every_command_that_is_given_a_case_says_for_whom():
    without = [path for path, c in GIVEN if not any("--as" in p.opts for p in c.params)]
    assert without == []
    assert {
        "case show",
        "case export",
        "letter",
        "request show",
        "assess",
        "evidence list",
        "custody show",
    } <= set(PATHS)


@pytest.mark.parametrize(("path", "command"), GIVEN, ids=PATHS)
def test_what_is_behind_a_wall_is_not_there(sealed, path, command):
    gh, folder, cases, _ = sealed
    answers = []
    for ids in (cases[0], NOWHERE):
        result = gh.run(*line(path, command, ids, folder))
        assert result.exit_code not in {0, 1}, (result.output, result.exception)
        shown = result.output + result.stderr
        for id in ids.values():
            shown = re.sub(f"{id}|{id[:12]}", "ID", shown)
        answers.append((result.exit_code, shown))
    assert answers[0] == answers[1]
    assert "ID" in answers[0][1]


def test_the_beginning_of_a_walled_id_is_not_ambiguous_and_not_found(sealed):
    gh, _, cases, _ = sealed
    for ids, status in ((cases[0], 3), (cases[1], 0)):
        for id in ids.values():
            assert gh.run("request", "show", id[:12], "--as", "esi").exit_code == status


def test_no_list_or_count_knows_of_a_walled_case(sealed):
    gh, _, cases, before = sealed
    for who in ((), ("--as", "esi"), ("--as", "yaw")):
        for path in ("request list", "approve"):
            shown = gh(*path.split(), *who).stdout
            assert cases[0]["CASE"][:12] not in shown
            assert cases[0]["ACT"][:12] not in shown
        (one,) = gh.json("request", "list", *who)["cases"]
        assert one["case"] == cases[1]["CASE"]
    waiting = re.compile(r"(\d+) .*wait")
    assert "doctor" in before
    text = gh("doctor").stdout
    assert cases[0]["CASE"] not in text
    counted = [int(found.group(1)) for found in waiting.finditer(text)]
    assert counted != [int(found.group(1)) for found in waiting.finditer(before["doctor"])]


LISTS = ((), ("--state", "PT"), ("--measure", "access_stored"), ("--limit", "1"))


@pytest.mark.parametrize(
    "path", [("request", "list"), ("case", "list"), ("search",), ("search", "fictional")]
)
def test_lists_and_searches_pass_the_door(sealed, path):
    """A page shows neither what is behind a wall, nor that another begins after it."""
    gh, _, cases, _ = sealed
    walled, other = (one["CASE"] for one in cases)
    for narrowed in LISTS:
        shut_out = gh.json(*path, *narrowed, "--as", "esi")
        assert ([one["case"] for one in shut_out["cases"]], shut_out["next"]) == ([other], None)
        let_in = gh.json(*path, *narrowed, "--as", "ama")
        assert {one["case"] for one in let_in["cases"]} <= {walled, other}
        page = 1 if "--limit" in narrowed else 2
        assert (len(let_in["cases"]), let_in["next"] is None) == (page, page == 2)
        assert problem(strict(gh, *path, *narrowed, "--json")) == "app.say_who_lists"
        nothing = json.loads(strict(gh, *path, *narrowed, "--as", "yaw", "--json").stdout)
        assert nothing == {"cases": [], "next": None}
        own = json.loads(strict(gh, *path, *narrowed, "--as", "kofi", "--json").stdout)
        assert own["cases"] == let_in["cases"]


def test_a_link_to_a_walled_case_is_there_for_those_alone_who_are_let_into_both(sealed):
    gh, _, cases, before = sealed
    walled, other, link = cases[0]["CASE"], cases[1]["CASE"], before["LINK"]
    shut_out = gh("case", "show", other, "--as", "esi", "--json").stdout
    assert walled not in shut_out
    assert link not in shut_out
    assert gh.json("search", "quince", "--as", "esi")["cases"] == []
    assert gh.json("case", "list", "--as", "esi")["cases"] == [
        line for line in before["unlinked"] if line["case"] == other
    ], "a link moves no case, and is not counted"
    home = [act["number"] for act in json.loads(shut_out)["acts"] if act["to"] is None]
    assert home
    assert set(home) == {None}, "a gap would tell"
    for beginning in (link, link[:12]):
        assert problem(gh.run("request", "show", beginning, "--as", "esi", "--json")) == "app.no_such_act"
    # Not even as a look that was wanted for nothing.
    looked = gh.json("audit", "looks", "--as", "efua")
    answer = strict(gh, "request", "show", link, "--as", "esi", "--reason", "I guess", "--json")
    assert problem(answer) == "app.no_such_act"
    assert gh.json("audit", "looks", "--as", "efua") == looked
    for one, there, tie in ((other, walled, "evidence"), (walled, other, "extradition")):
        (told,) = gh.json("case", "show", one, "--as", "ama")["links"]
        assert (told["case"], told["tie"]) == (there, tie)
        assert there[:12] in gh("case", "show", one, "--as", "kofi").stdout


def test_no_file_of_a_case_carries_what_it_is_linked_to(sealed):
    gh, folder, cases, before = sealed
    file = folder / "linked.zip"
    gh("case", "export", cases[1]["CASE"], "--as", "ama", "--second", "kofi", "--profile", "court", "--to",
       "Court", "--purpose", "Trial", "-o", file)  # fmt: skip
    said = []
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            payloads = re.findall(rb'"payload": ?"([A-Za-z0-9+/=_-]+)"', packed.read(name))
            said += [
                base64.b64decode(one + b"==", altchars=b"-_" if b"-" in one or b"_" in one else None)
                for one in payloads
            ]
    assert any(b'"kind":"request"' in one for one in said)
    assert not any(b'"kind":"link"' in one for one in said)
    assert not any(cases[0]["CASE"].encode() in one for one in said)
    wanted = ("disclose", cases[1]["CASE"], "--as", "ama", "--second", "kofi", "--to", "Counsel A", "--home",
              before["LINK"], "-o", folder / "link.zip", "--json")  # fmt: skip
    assert problem(gh.run(*wanted)) == "dossier.no_such_act"


@pytest.mark.parametrize(("wrong", "id"), [
    (("link", 1, "--to", 1, "--tie", "related"), "app.link_to_itself"),
    (("link", 1, "--to", 0, "--tie", "related"), "app.linked_already"),
    (("unlink", 1, "--to", 1), "app.not_linked"),
])  # fmt: skip
def test_what_cannot_be_linked_is_told(sealed, wrong, id):
    gh, _, cases, _ = sealed
    words = [cases[one]["CASE"] if isinstance(one, int) else one for one in wrong]
    assert problem(gh.run("case", *words, "--as", "ama", "--json")) == id


def test_whom_the_court_lets_in_goes_on(sealed):
    gh, _, cases, _ = sealed
    assert gh.json("case", "show", cases[0]["CASE"], "--as", "kofi")["case"] == cases[0]["CASE"]
    assert len(gh.json("request", "list", "--as", "ama")["cases"]) == 2


def test_auditors_are_told_the_number_of_walls_and_no_more(sealed):
    gh, _, cases, _ = sealed
    assert gh.json("audit", "walls", "--as", "efua") == {"walls": 1}
    assert "auditor" in gh.refused("audit", "walls", "--as", "esi", status=4)[0]
    assert gh.run("case", "show", cases[0]["CASE"], "--as", "efua").exit_code == 3


def test_statistics_count_what_is_sealed_in_no_cell_whoever_asks_and_whatever_the_period(sealed):
    gh, _, cases, _ = sealed
    today = gh.json("case", "show", cases[1]["CASE"], "--as", "ama")["acts"][0]["at"][:10]
    asked = ("audit", "statistics", "--as", "efua", "--from")
    told = gh.json(*asked, today, "--to", today)
    issued = [row for row in told["rows"] if row["figure"] == "requests_issued"]
    assert sum(row["count"] for row in issued) == len(cases[1:])
    assert {row["direction"] for row in issued} == {"asked"}
    long_ago = gh.json(*asked, "2001-01-01", "--to", "2001-12-31")
    assert (long_ago["sealed"], long_ago["rows"]) == (told["sealed"], []) == (1, [])
    public = gh.json(*asked, today, "--to", today, "--rounded")
    assert (public["sealed"], public["rows"]) == (0, [])
    words = gh(*asked, today, "--to", today).stdout
    assert cases[0]["CASE"][:8] not in words
    assert "Requests issued: 1" in words
    assert gh(*asked, today, "--to", today, "--csv").stdout.startswith("state,since,until,")
    assert json.loads(gh("audit", "statistics", "--schema").stdout)["$id"] == told["schema"]


def test_statistics_say_what_they_lack(sealed):
    gh, *_ = sealed
    whole = ["audit", "statistics", "--as", "efua", "--from", "2026-01-02", "--to", "2026-01-02"]
    for wrong, id in (
        (whole[:2], "cli.statistics_of_what"),
        (whole[:-2], "cli.statistics_of_what"),
        ([*whole, "--csv"], "cli.one_form"),
        ([*whole[:-1], "2026-01-01"], "app.statistics_backwards"),
        ([*whole[:-1], "9999-12-31"], "app.statistics_backwards"),
    ):
        assert problem(gh.run(*wrong, "--json")) == id
    assert "auditor" in gh.refused(*whole[:3], "esi", *whole[4:], status=4)[0]


def test_one_reads_ones_own_cases_and_others_for_a_reason_that_is_on_record(sealed):
    gh, _, cases, _ = sealed
    case = cases[1]["CASE"]
    assert problem(strict(gh, "case", "show", case, "--json")) == "app.say_who_reads"
    assert problem(strict(gh, "request", "list", "--json")) == "app.say_who_lists"
    assert strict(gh, "case", "show", case, COMITY_AS="ama").exit_code == 0
    assert problem(strict(gh, "case", "show", case, "--as", "esi", "--json")) == "app.say_why"
    assert (
        problem(strict(gh, "case", "show", case, "--as", "esi", "--reason", " ", "--json"))
        == "app.reason_empty"
    )
    assert json.loads(strict(gh, "request", "list", "--as", "esi", "--json").stdout)["cases"] == []
    assert (
        strict(gh, "case", "show", case, "--as", "esi", "--reason", "Same account as in ours").exit_code == 0
    )
    assert (
        strict(gh, "case", "show", case, "--as", "esi").exit_code == 0
    )  # for some hours, without asking again
    assert len(json.loads(strict(gh, "request", "list", "--as", "esi", "--json").stdout)["cases"]) == 1
    (look,) = gh.json("audit", "looks", "--as", "efua")
    assert (look["name"], look["case"], look["reason"]) == ("esi", case, "Same account as in ours")
    # A reason opens no wall.
    answer = strict(
        gh, "case", "show", cases[0]["CASE"], "--as", "esi", "--reason", "I want to know", "--json"
    )
    assert problem(answer) == "app.no_such_act"
    assert len(gh.json("audit", "looks", "--as", "efua")) == 1


@pytest.mark.parametrize(("path", "command"), GIVEN, ids=PATHS)
def test_every_command_asks_why(sealed, path, command):
    gh, folder, cases, _ = sealed
    words = ["yaw" if word == "esi" else word for word in line(path, command, cases[1], folder)]
    if path in {"case look", "approve"}:
        return  # the one is how one says why; for the other nothing waits
    assert problem(strict(gh, *words, "--json")) == "app.say_why"


def test_what_goes_out_takes_two_and_names_its_bytes(sealed, tmp_path):
    gh, _, cases, _ = sealed
    file = tmp_path / "case.zip"
    out = (
        "case",
        "export",
        cases[1]["CASE"],
        "-o",
        file,
        "--to",
        "Court A",
        "--purpose",
        "Trial",
        "--as",
        "ama",
    )
    for second in ("ama", "esi"):
        assert gh.run(*out, "--second", second).exit_code == 4
        assert not file.exists()
    act = gh.json(*out, "--second", "kofi")["act"]
    shown = gh.json("request", "show", act)
    assert shown["fields"]["terms"]["file"] == digest(file.read_bytes())
    assert (shown["fields"]["to"], len(shown["signers"])) == ("Court A", 2)
    assert gh.run(*out, "--second", "kofi").exit_code == 6  # never over another


def test_a_look_or_a_wall_does_not_move_a_case(sealed):
    gh, _, cases, _ = sealed
    lines = {one["case"]: one for one in gh.json("case", "list", "--as", "ama")["cases"]}
    gh("case", "look", cases[1]["CASE"], "--as", "yaw", "--reason", "Same account")
    after = {one["case"]: one for one in gh.json("case", "list", "--as", "ama")["cases"]}
    assert not {"look", "wall"} & {one["last"] for one in after.values()}
    assert after[cases[1]["CASE"]]["last_at"] == lines[cases[1]["CASE"]]["last_at"]


def test_deconfliction_names_an_office_and_nothing_else(sealed):
    """The walled case and the other say the same: whoever asks learns of the other alone."""
    gh, _, cases, _ = sealed
    why = ("--reason", "Same account as in ours")
    asked = ("deconflict", "Account@mail.example", "nobody@mail.example", *why)
    before = gh.json("audit", "askings", "--as", "efua")
    found = gh.json(*asked, "--as", "esi")
    assert [one["ask"] for one in found["answers"]] == ["gh:central-authority", None]
    shown = gh(*asked, "--as", "esi").stdout
    for one in cases:
        assert one["CASE"][:8] not in shown
        assert one["ACT"][:8] not in shown
    assert "PT" not in shown
    assert before == []
    (asker,) = gh.json("audit", "askings", "--as", "efua")
    assert (asker["name"], asker["askings"], asker["terms"], asker["lately"]) == ("esi", 2, 4, 2)
    # One's own is no news; nor is there any of it in what was recorded.
    assert gh.json(*asked, "--as", "ama")["answers"][0]["ask"] is None
    assert "mail.example" not in gh("request", "show", found["act"], "--json").stdout
    for term in ("Ivan", "x"):
        answer = gh.run("deconflict", term, *why, "--as", "esi", "--json")
        assert problem(answer) == "app.deconflict_too_little"
    gh(
        "case", "wall", cases[1]["CASE"], "--as", "ama", "--second", "kofi", "--court", "Fictional Court",
        "--number", "8/2026", "--enter", "ama", "--enter", "kofi",
    )  # fmt: skip
    assert [one["ask"] for one in gh.json(*asked, "--as", "esi")["answers"]] == [None, None]


def test_names_are_searched_through_the_door_as_well(sealed):
    gh, _, cases, _ = sealed
    asked = ("search", "--names", "account@mail.example")
    assert gh.json(*asked, "--as", "esi")["cases"] == []  # both are walled by now
    assert len(gh.json(*asked, "--as", "ama")["cases"]) == len(cases)
    assert problem(gh.run("search", "--names", "7", "--as", "ama", "--json")) == "app.no_name"
