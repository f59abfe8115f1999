"""``comity scenarios``: one line a scenario, differences in words, and a status that a build can read."""

import json

import pytest
from click.testing import CliRunner

from comity.cli.scenarios import scenarios_command
from comity.cli.session import Session

ONE = "like: basis/not-in-force\ntitle: Mine\nexpect:\n  others: any\n  checks: {basis: VERDICT}\n"


def comity(*args, as_json=False):
    session = Session()
    session.json = as_json
    return CliRunner().invoke(scenarios_command, args, obj=session)


def test_a_scenario_that_holds_is_one_line_and_status_0(tmp_path):
    (tmp_path / "mine.yaml").write_text(ONE.replace("VERDICT", "not_met"), encoding="utf-8")
    done = comity("run", str(tmp_path))
    assert done.exit_code == 0
    assert done.output.splitlines()[0] == "holds  mine.yaml  Mine"
    assert "1 scenarios, 0 of them fail" in done.output


def test_one_that_fails_says_what_was_expected_what_came_and_why_with_status_1(tmp_path):
    (tmp_path / "mine.yaml").write_text(ONE.replace("VERDICT", "met"), encoding="utf-8")
    done = comity("run", str(tmp_path))
    assert done.exit_code == 1
    assert "FAILS  mine.yaml  Mine" in done.output
    assert "basis: expected met, found not_met." in done.output
    assert "does not bind both States on this day" in done.output


def test_the_same_as_json_keeps_the_status(tmp_path):
    (tmp_path / "mine.yaml").write_text(ONE.replace("VERDICT", "met"), encoding="utf-8")
    done = comity("run", str(tmp_path), as_json=True)
    told = json.loads(done.output)
    assert (done.exit_code, told["failed"], told["scenarios"][0]["holds"]) == (1, 1, False)


def test_a_shipped_scenario_is_shown_as_it_can_be_copied(tmp_path):
    text = comity("show", "basis/not-in-force").output
    (tmp_path / "copy.yaml").write_text(text, encoding="utf-8")
    assert comity("run", str(tmp_path)).exit_code == 0


@pytest.mark.parametrize("name", ["basis", "basis/not-in-force"])
def test_a_group_or_one_of_the_shipped_is_listed(name):
    assert "basis/not-in-force" in comity("list", name).output
