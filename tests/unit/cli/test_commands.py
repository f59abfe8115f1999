"""Commands of the desk, each one good way and several wrong ones: a clear mistake, and nothing changed."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import preserve_text, put
from desk import made_couple
from test_walk import settle

from comity import store
from comity.app.node import open_node

PAPER = preserve_text().replace("gh:", "es:").replace("ratify_within_hours = 72\n", "")
SLIP = (
    "--channel", "post", "--received-at", "2026-11-20T09:00:00Z", "--attested-by", "clerk", "--text", "Post",
)  # fmt: skip
ROSTER = """
office = "pt:nowhere"
from = 2026-12-01T00:00:00
until = 2026-12-02T00:00:00
turns = []
"""
LIST = "reference,direction,state,measure,opened\n2019/17,incoming,ES,access_stored,2019-02-01\n"


@pytest.fixture(scope="module")
def at(tmp_path_factory):
    """PT's desk with what all these tests need: a request by wire, one on paper, files, contacts."""
    couple = made_couple(tmp_path_factory)
    pt, gh, folder = couple["PT"], couple["GH"], tmp_path_factory.mktemp("commands")
    sent = gh.json("request", "send", put(folder, "wire.toml", preserve_text()), "--as", "ama")
    gh("phone", "gh:central-authority", "+233200000000")
    settle(couple)()
    pt("peer", "refresh", "GH")
    files = {
        name: put(folder, name, text)
        for name, text in {
            "scan.txt": "A scan", "paper.toml": PAPER, "list.csv": LIST, "bad.csv": LIST.replace("ES", "PT"),
            "no.csv": "nothing\n", "bad.toml": "kind = ", "letter.txt": "A letter",
            "roster.toml": ROSTER,
        }.items()
    }  # fmt: skip
    return SimpleNamespace(pt=pt, gh=gh, request=sent["act"], case=sent["case"], **{
        name.replace(".", "_"): path for name, path in files.items()
    })  # fmt: skip


def acts(desk):
    """How many acts the node holds, and the version of its entry."""
    node = open_node(desk.folder, {})
    with node.db, node.db.read() as conn:
        cases = (None, *store.cases_with_acts(conn, "", 100))
        count = sum(len(store.acts_of_case(conn, case, "all")) for case in cases)
        return count, node.directory(conn).own.version


def words(at, args):
    return [getattr(at, one[1:-1]) if isinstance(one, str) and one.startswith("<") else one for one in args]


@pytest.fixture(scope="module")
def contacts(at):
    """An office abroad without a node, and a provider at home."""
    given = ("--as", "ama", "--name", "Office A", "--address", "Street 1", "--channel", "post")
    at.pt("contact", "add", "es:central-authority", "--role", "authority", *given)
    at.pt("contact", "add", "pt:provider", "--role", "provider", *given)
    return {one["id"] for one in at.pt.json("contact", "list")}


@pytest.fixture(scope="module")
def on_paper(at, contacts):
    """A request that came by post from an office without a node: the entry, and the act made of it."""
    told = at.pt.json(
        "register", "request", at.paper_toml, "--as", "ama", *SLIP, "--scan", at.scan_txt,
        "--confirm-by", "2027-01-01T00:00:00Z",
    )  # fmt: skip
    return SimpleNamespace(**told)


def test_contacts_are_entered_and_listed(contacts):
    assert contacts == {"es:central-authority", "pt:provider"}


def test_what_came_on_paper_is_confirmed_by_a_paper_once(at, on_paper):
    entry = on_paper.register
    said = at.pt.json(
        "register", "confirm", entry, "--as", "ama", "--scan", at.letter_txt, "--text", "Original"
    )
    assert said["kind"] == "confirm"
    before = acts(at.pt)
    at.pt.refused("register", "confirm", entry, "--as", "ama", "--scan", at.letter_txt, status=4)
    assert acts(at.pt) == before


def test_what_they_say_on_paper_is_registered_by_its_form(at, on_paper, tmp_path):
    form = at.pt.json("register", "form", "correspond", "--about", on_paper.act)["form"]
    assert "[terms]" in form
    file = put(tmp_path, "said.toml", 'text = "Where does it stand?"\n[terms]\n')
    said = at.pt.json(
        "register", "said", "correspond", file, "--about", on_paper.act, "--as", "ama", *SLIP, "--scan",
        at.scan_txt,
    )  # fmt: skip
    shown = at.pt.json("case", "show", on_paper.case)
    assert [one["kind"] for one in shown["acts"] if one["id"] == said["act"]] == ["correspond"]


def test_what_goes_to_an_office_without_a_node_is_dispatched(at, on_paper):
    letter = at.pt.act("correspond", on_paper.act, "--as", "ama", "--text", "T")
    sent = at.pt.json(
        "register", "dispatch", letter, "--as", "ama", "--channel", "post", "--attested-by", "officer",
        "--letter", at.letter_txt,
    )  # fmt: skip
    assert sent["kind"] == "dispatch"


def test_a_provider_is_ordered_and_answers(at, contacts):
    order = at.pt.act(
        "order", "give", at.request, "--as", "ama", "--contact", "pt:provider", "--reference", "O-1",
        "--document", at.scan_txt, "--law", "Fictional Code, s. 2", "--in-language", "pt",
        "--answer-by", "2027-01-01T00:00:00Z",
    )  # fmt: skip
    due = {one["clock"] for one in at.pt.json("due", "--case", at.case)["due"]}
    assert {"house.order", "budapest.clock.domestic_order"} <= due
    at.pt(
        "order", "return", order, "--as", "ama", "--outcome", "done", "--scan", at.letter_txt,
        "--text", "Kept", "--attested-by", "officer",
    )  # fmt: skip
    assert "house.order" not in {one["clock"] for one in at.pt.json("due", "--case", at.case)["due"]}


def test_who_asks_is_called_back_under_the_directorys_number(at):
    said = at.pt.act(
        "callback", at.request, "--as", "ama", "--outcome", "confirmed", "--text", "Spoke to the desk"
    )
    assert at.pt.json("request", "show", said)["fields"]["number"] == "+233200000000"


def test_the_person_concerned_is_told_or_it_waits(at):
    wait = ("--by", "court", "--until", "2027-01-01T00:00:00Z", "--text", "Risk of flight")
    at.pt("notice", "delay", at.request, "--as", "ama", "--item", "mailbox", *wait)
    at.pt("notice", "told", at.request, "--as", "ama", "--item", "logs", "--text", "By letter")
    kinds = [one["kind"] for one in at.pt.json("case", "show", at.case)["acts"]]
    assert {"delay_notice", "notify_person"} <= set(kinds)


def test_old_cases_are_imported_once(at):
    assert at.pt.json("import", "cases", at.list_csv, "--as", "ama", "--dry-run")["faults"] == []
    before = acts(at.pt)
    at.pt("import", "cases", at.list_csv, "--as", "ama")
    after = acts(at.pt)
    assert after[0] == before[0] + 1
    at.pt("import", "cases", at.list_csv, "--as", "ama")
    assert acts(at.pt) == after


def test_a_bad_line_of_a_list_is_told_and_nothing_is_imported(at):
    before = acts(at.pt)
    done = at.pt("import", "cases", at.bad_csv, "--as", "ama", status=2)
    assert "2" in done.output
    assert acts(at.pt) == before


def test_an_office_is_added_to_a_node_that_runs(at):
    _, version = acts(at.gh)
    added = at.gh.json("office", "gh:child-unit=child_protection_unit")
    assert added == {
        "office": "gh:child-unit",
        "functions": ["child_protection_unit"],
        "version": version + 1,
    }
    assert "gh:image-unit" in at.gh("office", "gh:image-unit=intimate_images_unit").stdout
    for wrong, status in (
        ("gh:child-unit=central_authority", 6),
        ("pt:child-unit=child_protection_unit", 2),
        ("gh:child-unit", 2),
        ("gh:other=no_such_function", 2),
        ("gh:Other Office=central_authority", 2),
    ):
        assert at.gh("office", wrong, status=status).stderr
    assert acts(at.gh)[1] == version + 2


def test_hours_are_told_to_peers_and_asked_of_theirs(at):
    office = "gh:central-authority"
    assert at.pt.json("hours", office)["unknown"]["id"] == "cases.no_hours"
    at.gh("hours", office, "--days", "1-5", "--opens", "08:00", "--closes", "16:30", "--zone", "Africa/Accra")
    at.pt("peer", "refresh", "GH")
    told = at.pt.json("hours", office)
    assert (told["unknown"], told["opens_there"].endswith("Africa/Accra")) == (None, True)
    assert "8:00" in at.pt("hours", office).stdout or told["open"]
    assert at.pt.json("hours", "gh:desk-24-7")["closes"] is None
    at.gh("hours", office, "--not-told")
    assert at.gh.json("hours", office)["open"] is None


def test_deconfliction_says_who_to_ask_and_no_more(at):
    found = at.pt.json("deconflict", "account@mail.example", "--as", "kofi", "--reason", "Same account")
    assert at.case not in json.dumps(found)


ORDER = ("--as", "ama", "--reference", "O", "--document", "<scan_txt>", "--law", "S", "--in-language", "pt")
WHO = ("--name", "A", "--address", "B", "--as", "ama")
WRONG = [
    (("contact", "add", "es:x", "--role", "authority", *WHO), 2, "es:x is reached"),
    (("contact", "add", "pt:x", "--role", "authority", *WHO, "--channel", "post"), 2, "pt:x"),
    (("contact", "add", "gh:central-authority", "--role", "authority", *WHO, "--channel", "post"), 6, "gh:"),
    (("contact", "add", "zz:x", "--role", "authority", *WHO, "--channel", "post"), 3, "ZZ"),
    (("register", "request", "<paper_toml>", "--as", "yaw", *SLIP, "--scan", "<scan_txt>"), 4, "yaw"),
    (("register", "request", "<bad_toml>", "--as", "ama", *SLIP, "--scan", "<scan_txt>"), 2, "bad.toml"),
    (("register", "request", "<paper_toml>", "--as", "ama", *SLIP, "--scan", "/nowhere"), 3, "nowhere"),
    (("register", "said", "spy", "<bad_toml>", "--about", "<request>", "--as", "ama", *SLIP, "--scan",
      "<scan_txt>"), 2, "bad.toml"),
    (("register", "said", "correspond", "<paper_toml>", "--about", "ffff", "--as", "ama", *SLIP, "--scan",
      "<scan_txt>"), 3, "ffff"),
    (("register", "said", "correspond", "<paper_toml>", "--about", "<request>", "--as", "ama", *SLIP,
      "--scan", "<scan_txt>"), 2, "bases"),
    (("register", "confirm", "ffff", "--as", "ama", "--scan", "<scan_txt>"), 3, "ffff"),
    (("register", "confirm", "<request>", "--as", "ama", "--scan", "<scan_txt>"), 2, "no registration"),
    (("register", "confirm", "<request>", "--as", "ama"), 2, ""),
    (("register", "dispatch", "ffff", "--as", "ama", "--channel", "post", "--attested-by", "o"), 3, "ffff"),
    (("register", "dispatch", "ffff", "--as", "ama", "--channel", "bird", "--attested-by", "o"), 2, "bird"),
    (("register", "dispatch", "<request>", "--as", "ama", "--channel", "post", "--attested-by", "o"), 4, ""),
    (("order", "give", "<request>", *ORDER, "--contact", "pt:nobody"), 3, "pt:nobody"),
    (("order", "give", "ffff", *ORDER, "--contact", "pt:provider"), 3, "ffff"),
    (("order", "give", "<request>", *ORDER, "--contact", "pt:provider", "--basis", "uncc.x"), 3, "uncc.x"),
    (("order", "give", "<request>", *ORDER, "--contact", "pt:provider", "--answer-by", "soon"), 2, "soon"),
    (("import", "cases", "<no_csv>", "--as", "ama"), 2, "“nothing”"),
    (("import", "cases", "/nowhere.csv", "--as", "ama"), 3, "nowhere"),
    (("callback", "ffff", "--as", "ama", "--outcome", "denied", "--text", "x"), 3, "ffff"),
    (("callback", "<request>", "--as", "ama", "--outcome", "maybe", "--text", "x"), 2, "maybe"),
    (("callback", "<request>", "--as", "ama", "--outcome", "denied", "--text", "x", "--office",
      "gh:desk-24-7"),
     3, "gh:desk-24-7"),
    (("callback", "<request>", "--as", "ama", "--outcome", "denied", "--text", "x", "--at",
      "2099-01-01T00:00:00Z"), 4, ""),
    (("phone", "pt:nowhere", "+351000000"), 3, "pt:nowhere"),
    (("phone", "pt:central-authority", "12"), 2, "pt:central-authority"),
    (("phone", "gh:central-authority", "+351000000"), 3, "gh:central-authority"),
    (("hours", "pt:nowhere"), 3, "pt:nowhere"),
    (("hours", "pt:central-authority", "--days", "1-5"), 2, "part"),
    (("hours", "pt:central-authority", "--any-hour", "--not-told"), 2, "one way"),
    (("hours", "pt:central-authority", "--days", "0-9", "--opens", "08:00", "--closes", "17:00", "--zone",
      "UTC"), 2, "0-9"),
    (("hours", "pt:central-authority", "--days", "1", "--opens", "17:00", "--closes", "08:00", "--zone",
      "UTC"), 2, "pt:central-authority"),
    (("hours", "pt:central-authority", "--days", "1", "--opens", "08:00", "--closes", "17:00", "--zone",
      "Mars/Base"), 3, "Mars/Base"),
    (("hours", "gh:central-authority", "--any-hour"), 3, "gh:central-authority"),
    (("notice", "told", "<request>", "--as", "ama", "--item", "diary", "--text", "x"), 4, ""),
    (("notice", "told", "<request>", "--as", "ama", "--at", "yesterday", "--text", "x"), 2, "yesterday"),
    (("notice", "delay", "<request>", "--as", "ama", "--by", "king", "--until", "2027-01-01T00:00:00Z",
      "--text", "x"), 2, "king"),
    (("notice", "holder", "<request>", "--as", "ama", "--to", "ES", "--text", "x"), 2, ""),
    (("destroy", "ffff", "--as", "ama", "--exhibit", "PT-1", "--text", "x"), 3, "ffff"),
    (("destroy", "<request>", "--as", "ama", "--exhibit", "PT-1", "--text", "x"), 3, "PT-1"),
    (("destroy", "<request>", "--as", "ama", "--exhibit", "no exhibit", "--text", "x"), 2, "--exhibit"),
    (("roster", "set", "<bad_toml>", "--as", "yaw"), 2, "bad.toml"),
    (("roster", "set", "<roster_toml>", "--as", "yaw"), 3, "pt:nowhere"),
    (("roster", "set", "/nowhere.toml", "--as", "yaw"), 3, "nowhere"),
    (("roster", "show", "pt:desk-24-7", "--from", "2026-12-02T00:00:00Z", "--until", "2026-12-01T00:00:00Z"),
     2, "before"),
    (("deconflict", "--as", "kofi", "--reason", "x"), 2, "TERM"),
    (("deconflict", "a", "--as", "kofi", "--reason", "x"), 2, ""),
    (("deconflict", "account@mail.example", "--as", "nobody", "--reason", "x"), 3, "nobody"),
]  # fmt: skip


NAMES = [f"{number} {' '.join(args[:2])}" for number, (args, _, _) in enumerate(WRONG)]


@pytest.mark.parametrize(("args", "status", "told"), WRONG, ids=NAMES)
def test_what_is_wrong_is_told_and_changes_nothing(at, contacts, args, status, told):
    before = acts(at.pt)
    lines = at.pt.refused(*words(at, args), status=status)
    assert told in lines[0]
    problem = json.loads(at.pt(*words(at, args), "--json", status=status).stderr)
    assert (problem["title"], problem["detail"]) == tuple(lines)
    assert acts(at.pt) == before
