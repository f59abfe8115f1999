"""What waits for a signature can be read in full before it is signed, and is told from what was sent."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "story"))

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import request_text
from desk import Loop, found


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """A node whose peer is down, and a request on it that waits for its approver."""
    folder = tmp_path_factory.mktemp("waiting")
    courier = Loop({"PT": folder / "pt"}, {"PT"})
    gh, pt = found(folder / "gh", "GH", courier), found(folder / "pt", "PT", courier)
    gh("peer", "add", written(pt, folder), "--fingerprint", pt.json("directory")["fingerprint"])
    file = folder / "request.toml"
    file.write_text(request_text(), encoding="utf-8")
    return gh, gh.json("request", "send", file, "--as", "ama", "--approver", "kofi")


def written(desk, folder):
    file = folder / "entry.json"
    desk("directory", "-o", file)
    return file


def test_what_waits_is_read_in_full_then_signed_and_shown_as_not_delivered(waiting):
    gh, sent = waiting
    act = sent["act"]
    for command in (("approve", act[:12]), ("request", "show", act[:12].upper())):
        shown = gh.json(*command)
        assert shown["id"] == act
        assert [w["name"] for w in shown["waiting"]] == ["kofi"]
        assert {i["id"] for i in shown["fields"]["terms"]["items"]} == {"mailbox", "logs"}
        assert shown["not_open"] == []
        words = gh(*command).stdout
        assert "Entered a mail server with another's password" in words
        assert f"comity approve {act[:12]} --as kofi" in words
        signed, unsigned = (next(line for line in words.splitlines() if f": {n} (" in line) for n in NAMES)
        assert "has not signed" in unsigned
        assert "has not signed" not in signed
    line = gh("approve").stdout.splitlines()[1].split()
    assert (line[0], line[1], line[2], line[3], line[5]) == (
        act[:12], "request", sent["case"][:12], "PT", "kofi",
    )  # fmt: skip
    # Reading signed nothing.
    assert [one["id"] for one in gh.json("approve")] == [act]
    told = gh("approve", act, "--as", "kofi").stdout
    assert "Signed by all; it is sent now to PT." in told
    assert "Nothing waits" in gh("approve").stdout
    shown = gh.json("request", "show", act)
    assert shown["waiting"] == []
    assert "has not signed" not in gh("request", "show", act).stdout
    # Its peer is down: the list says that nothing arrived, and since when.
    line = next(one for one in gh.json("request", "list")["cases"] if one["case"] == sent["case"])
    assert [one["id"] for one in line["undelivered"]] == [act]
    words = gh("request", "list").stdout
    assert f"not delivered yet, since {line['undelivered'][0]['since']}" in words


NAMES = ("ama", "kofi")


def test_nobody_of_a_name_is_told_from_a_lost_key_file(waiting):
    gh, _ = waiting
    wrong, remedy = gh.refused("ratify", "0" * 64, "--as", "nobody", "--text", "T", status=3)
    assert "“nobody”" in wrong
    assert "person list" in remedy
    key = gh.folder / "people" / "yaw.key"
    key.rename(key.with_suffix(".away"))
    wrong, _ = gh.refused("ratify", "0" * 64, "--as", "yaw", "--text", "T", status=3)
    assert "yaw.key" in wrong
