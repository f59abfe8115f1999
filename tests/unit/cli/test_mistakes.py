"""A person's mistake is two lines and an exit status of its own, never a traceback."""

import json
import socket

import pytest

TWO = ("--as", "ama", "--second", "kofi")
OUT = (*TWO, "--to", "Court A", "--purpose", "Trial")
GONE = ("--as", "ama", "--exhibit", "GH-1", "--text", "T")
NOT_TOML = "kind = "
HALF = 'kind = "request"\nfrom = "gh:central-authority"\n'
CASE, ACT = "0" * 32, "0" * 64


@pytest.fixture
def files(tmp_path):
    for name, text in (("not.toml", NOT_TOML), ("half.toml", HALF), ("there.txt", "x")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def init(folder, **changes):
    told = {
        "--state": "GH",
        "--name": "N",
        "--office": "gh:central-authority=central_authority",
        **changes,
    }
    return ("init", folder, *(part for pair in told.items() for part in pair))


PERSON = ("--shown-name", "Officer", "--function", "officer", "--instrument", "Appointment")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        # setting up
        (lambda f: init(f / "n"), 4),  # no passphrase, and no demonstration
        (lambda f: (*init(f / "n", **{"--state": "Ghana"}), "--demo"), 2),
        (lambda f: (*init(f / "n", **{"--office": "gh:x=no_such_function"}), "--demo"), 2),
        (lambda f: (*init(f / "n", **{"--office": "pt:x=central_authority"}), "--demo"), 2),
        (lambda f: (*init(f / "n", **{"--url": "ftp://x"}), "--demo"), 2),
        (lambda f: (*init(f / "n"), "--demo", "--no-such-option"), 2),
        # people and peers
        (lambda f: ("person", "add", "ama", "--office", "gh:desk-24-7", "--work", "officer", *PERSON), 6),
        (lambda f: ("person", "add", "new", "--office", "gh:desk-24-7", "--work", "king", *PERSON), 2),
        (lambda f: ("person", "add", "new", "--office", "gh:nowhere", "--work", "officer", *PERSON), 3),
        (lambda f: ("person", "add", "new", "--office", "gh:desk-24-7", "--work", "desk", *PERSON), 4),
        (
            lambda f: (
                "person", "add", "new", "--office", "gh:desk-24-7", "--work", "desk", *PERSON, "--by", "ama",
            ),
            2,
        ),
        (lambda f: ("peer", "add", f / "none.json", "--fingerprint", "00"), 3),
        (lambda f: ("peer", "add", f / "there.txt", "--fingerprint", "00"), 2),
        (lambda f: ("peer", "refresh", "XA"), 3),
        # after a loss
        (lambda f: ("recover",), 3),  # never restored
        (lambda f: ("recover", "--go-on-without", "PT"), 2),
        (lambda f: ("recover", "--log", f), 2),
        (lambda f: ("restore", f / "there.txt", f / "new", "--log", f), 2),
        # requests
        (lambda f: ("request", "new", "--to", "pt:central-authority", "--measure", "no_such"), 3),
        (lambda f: ("request", "new"), 2),  # no peer to ask
        (lambda f: ("request", "new", "--to", "pt:x", "-o", f / "there.txt"), 6),
        (lambda f: ("request", "send", f / "none.toml", "--as", "ama"), 3),
        (lambda f: ("request", "send", f / "not.toml", "--as", "ama"), 2),
        (lambda f: ("request", "send", f / "half.toml", "--as", "ama"), 2),
        (lambda f: ("request", "send", f / "half.toml"), 2),  # nobody signs
        (lambda f: ("request", "show", CASE), 3),
        (lambda f: ("request", "show", "abc"), 2),  # too short
        (lambda f: ("approve", ACT, "--as", "kofi"), 3),
        (lambda f: ("approve", ACT), 3),  # to be shown: nothing of that id waits
        (lambda f: ("approve", ACT, "--as", "nobody"), 3),
        # answering
        (lambda f: ("assess", ACT), 3),
        (lambda f: ("assess", ACT, "--finding", "x"), 2),
        (lambda f: ("assess", ACT, "--fact", "conduct.intentional"), 2),
        (lambda f: ("ask", ACT, "--as", "ama"), 2),
        (lambda f: ("ask", ACT, "--as", "ama", "--question", "Why?"), 3),
        (lambda f: ("answer", ACT, "--as", "ama", "--reply", "no equals sign"), 2),
        (lambda f: ("consult", ACT, "--as", "ama", "--ground", "g", "--answer-by", "soon", "--text", "T"), 2),
        (lambda f: ("decide", ACT, "--as", "ama"), 2),
        (lambda f: ("decide", ACT), 2),
        (lambda f: ("decide", "one", "two", "--as", "ama"), 2),
        (lambda f: ("decide", ACT, "--as", "ama", "--grant", "x"), 2),  # no reasons
        (lambda f: ("decide", ACT, "--as", "ama", "--file", f / "not.toml"), 2),
        (lambda f: ("decide", ACT, "--as", "ama", "--file", f / "half.toml"), 2),
        (lambda f: ("extend", ACT, "--as", "ama", "--until", "2026-02-30T00:00:00Z", "--text", "T"), 2),
        # evidence
        (lambda f: ("evidence", "add", ACT, f, "--as", "ama", "--item", "x", "--label", "L"), 3),
        (lambda f: ("evidence", "seal", "GH-1", "--as", "ama"), 3),
        (lambda f: ("evidence", "open", "GH-1", f / "n", *OUT, "--case", CASE), 3),
        (lambda f: ("evidence", "list", CASE), 3),
        (lambda f: ("custody", "take", ACT, "--as", "ama"), 3),
        (lambda f: ("custody", "show", CASE), 3),
        (lambda f: ("deliver", ACT, "--as", "ama", "--exhibit", "X", "--description", "D"), 3),
        (lambda f: ("deliver", ACT, "--as", "ama", "--exhibit", "a name", "--description", "D"), 2),
        *(
            (lambda f, proof=proof: ("destroyed", ACT, *GONE, "--proof", proof), status)
            for proof, status in (("0" * 64, 3), ("", 2), ("0" * 63, 2), ("A" * 64, 2), ("record.pdf", 2))
        ),
        (lambda f: ("deliver", ACT, "--as", "ama", "--capacity", "rumour"), 2),
        # proving
        (lambda f: ("case", "export", CASE, "-o", f / "new.zip", *OUT), 3),
        (lambda f: ("case", "export", CASE, "-o", f / "new.zip", "--profile", "king"), 2),
        (lambda f: ("letter", ACT, "-o", f / "letter.pdf", *OUT), 3),
        # where nothing can be written, that is told before the node is asked, and before anybody signs
        *(
            (lambda f, args=args, place=place, name=name: (*args, "-o", f.joinpath(*place, name)), 7)
            for args, name in (
                (("case", "export", CASE, *OUT), "c.zip"),
                (("letter", ACT, *OUT), "l.pdf"),
                (("evidence", "custody", "GH-1", "--format", "case", *OUT), "c.json"),
                (("evidence", "graph", CASE, *OUT), "g.json"),
                (("evidence", "page", "GH-1", *OUT), "p.html"),
                (("disclose", CASE, *TWO, "--to", "T"), "d.zip"),
            )
            for place in (("nowhere",), ("there.txt",))
        ),
        (lambda f: ("erase", ACT, "urgency", "--as", "ama", "--ground", "g", "--order", "O"), 2),
        (lambda f: ("disclose", CASE, *TWO, "--to", "T", "-o", f / "there.txt"), 6),
        (lambda f: ("disclose", CASE, *TWO, "--to", "T", "-o", f / "n", "--withhold", "a.b=g"), 2),
        (lambda f: ("verify", f / "none.zip"), 3),
        (lambda f: ("verify", f / "there.txt", "--trust", "GH"), 2),
        (lambda f: ("verify", f / "there.txt", "--root", f / "there.txt"), 2),
        # the law
        (lambda f: ("law", "relation", "GH", "GH"), 2),
        (lambda f: ("law", "relation", "GH", "XA"), 3),
        (lambda f: ("law", "relation", "GH", "PT", "--on", "tomorrow"), 2),
        (lambda f: ("law", "relation", "GH", "PT", "--on", "1900-01-01"), 2),
        (lambda f: ("law", "show", "no.such.key"), 3),
        # looking after
        (lambda f: ("backup", f / "there.txt"), 6),
        (lambda f: ("restore", f / "none.tar", f / "new"), 3),
        (lambda f: ("restore", f / "there.txt", f / "new"), 2),
        (lambda f: ("restore", f / "there.txt", f), 6),
        (lambda f: ("doctor", "--language", "tlh"), 2),
    ],
)  # fmt: skip
def test_a_mistake_is_two_lines_and_an_exit_status(lone, files, args, status):
    wrong, remedy = lone.refused(*args(files), status=status)
    assert wrong != remedy
    assert not (files / "n").exists()
    assert not (files / "new").exists()


@pytest.mark.parametrize(
    "args", [("request", "show", CASE), ("law", "show", "x"), ("decide", ACT), ("approve", ACT, "--what")]
)
def test_a_program_gets_a_problem_document_of_the_same_words(lone, args):
    result = lone.run(*args)
    problem = json.loads(lone(*args, "--json", status=result.exit_code).stderr)
    assert [problem["title"], problem["detail"]] == result.stderr.splitlines()
    assert problem["type"] == f"urn:comity:problem:{problem['id']}"
    assert problem["status"] >= 400


@pytest.mark.parametrize(
    ("args", "id"),
    [
        (("doctor",), "cli.no_data"),
        (("--data", "/nowhere/at/all", "doctor"), "settings.no_file"),
        (("request", "list"), "cli.no_data"),
        (("no-such-command",), "cli.usage"),
        (("request", "no-such-command"), "cli.usage"),
    ],
)
def test_without_a_node_the_way_to_one_is_told(lone, args, id):
    result = lone.run(*args, "--json", environment={})
    assert json.loads(result.stderr)["id"] == id
    assert result.exit_code in {2, 3}


def test_a_port_that_is_taken_is_told(lone):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wrong, _ = lone.refused("serve", "--port", taken.getsockname()[1], status=7)
    assert "127.0.0.1" in wrong


def test_a_folder_is_founded_once(lone):
    lone.refused(*init(lone.folder), "--demo", status=6)


def test_a_data_folder_is_named_before_or_after_the_command_or_around_it(lone):
    told = lone.json("person", "list")
    after = lone.run("person", "list", "--json", "--data", lone.folder, environment={})
    before = lone.run("--data", lone.folder, "--json", "person", "list", environment={})
    assert json.loads(after.stdout) == json.loads(before.stdout) == told
    assert [p["name"] for p in told] == ["ama", "esi", "kofi", "yaw"]


def test_founding_names_the_option_that_is_wrong(lone, files):
    for option, value in (("--name", ""), ("--url", "ftp://x"), ("--recovery", "no recipient")):
        wrong, remedy = lone.refused(*init(files / "n", **{option: value}), "--demo", status=2)
        assert option in wrong
        assert "settings.toml" not in wrong + remedy
    for state in ("Ghana", "gh", ""):
        wrong, remedy = lone.refused(*init(files / "n", **{"--state": state}), "--demo", status=2)
        assert "--state" in wrong
    wrong, _ = lone.refused(*init(files / "there.txt"), "--demo", status=2)
    assert "is a file" in wrong
    assert (files / "there.txt").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("given", ["", "00", "0" * 63, "g" * 64, "0" * 65])
def test_a_fingerprint_that_is_none_is_no_fraud(lone, files, given):
    wrong, _ = lone.refused("peer", "add", files / "there.txt", "--fingerprint", given, status=2)
    assert "64 hexadecimal digits" in wrong
