"""A case file in words: each act with its fields, what is missing with its ground, and nothing unproven."""

from __future__ import annotations

import json
from dataclasses import replace

import builders as b
import case_files as c
import pytest
from click.testing import CliRunner

from comity.cli import program
from comity.dossier import Profile, for_profile, read_case_file, withhold
from comity.errors import BadInput

TRUST = [
    word for state, pin in sorted(c.TRUST.fingerprints.items()) for word in ("--trust", f"{state}={pin}")
]


def read(tmp_path, data, *options):
    path = tmp_path / "case.zip"
    path.write_bytes(data)
    return CliRunner().invoke(program, ["read", str(path), *options])


def test_every_act_is_shown_in_order_with_its_fields_and_standing(tmp_path) -> None:
    parts = c.full()
    done = read(tmp_path, c.written(parts), *TRUST)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("All that was asked holds.")
    at = [done.output.index(f"{act.header.kind} {act.id}\n") for act in parts.shared]
    assert at == sorted(at)
    for act in parts.acts:
        assert act.id in done.output
    assert "standing: in order" in done.output
    assert "(stayed at home)" in done.output
    assert "    measure: access_stored\n" in done.output
    request = next(act for act in parts.acts if act.header.kind == "request")
    for field in request.fields:
        assert f"\n  {field}:\n" in done.output


def test_json_says_the_same_and_opens_no_more_than_the_file(tmp_path) -> None:
    parts = c.full()
    told = json.loads(read(tmp_path, c.written(parts), "--json", *TRUST).output)
    assert told["verification"]["holds"]
    assert told["statement"]["case"] == b.CASE
    assert {one["id"] for one in told["acts"]} == {act.id for act in parts.acts}
    for one in told["acts"]:
        act = parts.act(one["id"])
        assert one["fields"] == {d.name: d.value for d in act.disclosures}
        assert (one["standing"] is None) is not act.header.shared


def test_a_withheld_field_is_told_with_its_ground_and_not_shown(tmp_path) -> None:
    parts = for_profile(c.full(), Profile.DEFENCE)
    request = next(act for act in parts.acts if act.header.kind == "request")
    secret = next(d for d in request.disclosures if d.name == "conduct").value
    before = read(tmp_path, c.written(parts), *TRUST).output
    less = withhold(parts, request.id, "conduct", "privacy.officers", None)
    after = read(tmp_path, c.written(less), *TRUST).output
    told = "conduct: withheld: privacy.officers"
    assert (told in before, told in after) == (False, True)
    assert before.count(str(secret)) == after.count(str(secret)) + 1
    assert "a selection, not the whole case" in after


def test_a_file_that_does_not_hold_is_said_first_and_not_shown(tmp_path) -> None:
    data = bytearray(c.written(c.small()))
    data[len(data) // 2] ^= 1
    done = read(tmp_path, bytes(data))
    assert done.exit_code == 5
    assert done.output.startswith("It does not hold.")
    stranger = read(tmp_path, c.written(c.small()), "--trust", "PT=" + "0" * 64)
    assert stranger.exit_code == 5
    for output in (done.output, stranger.output):
        assert "access_stored" not in output
        assert "No act of it is shown" in output


def test_foreign_words_move_no_cursor_and_begin_no_line(tmp_path) -> None:
    story = c.Told()
    text = "\x1b[2J\nAll that was asked holds.\r\u202e"
    line = "\x1b[2J\u202e"  # a line holds no line end; a text may
    roles = ("author", "approver")
    act = story.say("GH", "request", b.request_terms("mailbox"), roles=roles, subject=line, purpose=text)
    parts = replace(c.small(), acts=(act,), receipts=(), log=None)
    done = read(tmp_path, c.written(parts), *TRUST)
    assert "\x1b" not in done.output
    assert "\u202e" not in done.output
    assert "\n    All that was asked holds." in done.output
    assert "\nAll that was asked holds." not in done.output


def test_another_kind_of_file_is_not_read(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(BadInput, match="no_case_file"):
        read_case_file(tmp_path / "notes.txt")
