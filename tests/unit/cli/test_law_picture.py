"""``comity law map`` and ``timeline``: pictures of what the commands in words say."""

import json
import xml.etree.ElementTree as ET

from click.testing import CliRunner

from comity.cli import program
from comity.cli.session import Session

ON = ("--on", "2026-11-21")


def run(*args, ok=True):
    result = CliRunner().invoke(program, ["law", *map(str, args)], obj=Session(environment={}))
    assert (result.exit_code == 0) is ok, result.output
    return result.output


def test_a_map_of_an_instrument_shows_who_signed_and_who_is_only_reported(tmp_path):
    file = tmp_path / "map.svg"
    classes = json.loads(run("map", "-o", file, *ON, "--json"))["classes"]
    assert classes["reported to have joined"] == ["AZ", "QA", "VN"]
    assert len(classes["signed only"]) == 71
    assert "bound" not in classes
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    assert "2026-11-21" in root[0].text
    assert "no position on any boundary" in root[1].text


def test_a_map_of_one_state_shows_with_whom_anything_is_known_to_be_in_force(tmp_path):
    told = json.loads(run("map", "Ghana", "-o", tmp_path / "gh.png", *ON, "--json"))
    in_force = told["classes"]["an instrument known to be in force between the two"]
    assert len(in_force) == 76
    assert "PT" in in_force
    assert "GH" not in in_force
    assert (tmp_path / "gh.png").read_bytes().startswith(b"\x89PNG")


def test_a_timeline_ends_with_what_is_held(tmp_path):
    told = json.loads(run("timeline", "-o", tmp_path / "line.svg", *ON, "--json"))
    assert told["totals"][-1] == {"on": "2026-07-31", "signed": 74, "joined": 3}
    assert "40 needed" in (tmp_path / "line.svg").read_text(encoding="utf-8")
    run("timeline", "-o", tmp_path / "budapest.svg", "--instrument", "budapest", *ON)
    run("timeline", "-o", tmp_path / "none.svg", "--instrument", "untoc", *ON)


def test_another_form_and_a_second_writing_are_refused(tmp_path):
    assert "neither .svg nor .png" in run("map", "-o", tmp_path / "map.gif", ok=False)
    run("map", "-o", tmp_path / "map.svg", *ON)
    run("map", "-o", tmp_path / "map.svg", *ON, ok=False)
