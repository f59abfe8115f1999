"""The law data from the command line: no node needed, and no more said than the data holds."""

import json

from click.testing import CliRunner

from comity.cli import program


def run(*args):
    result = CliRunner().invoke(program, args)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_relation_says_what_is_not_in_force_and_what_is():
    told = json.loads(run("law", "relation", "GH", "PT", "--on", "2026-11-21", "--json"))
    by = {b["instrument"]: b for b in told["bindings"]}
    assert by["uncc"]["in_force"] == "no"
    assert by["uncc"]["missing"] > 0
    assert by["budapest"]["in_force"] == "yes"
    assert any("At least these" in reason for reason in told["reasons"])
    words = run("law", "relation", "PT", "gh", "--on", "2026-11-21", "--measure", "access_stored")
    assert "not in force" in words
    assert "budapest.stored.request" in words
    assert "mark" in words


def test_measures_and_records_are_shown():
    measures = json.loads(run("law", "measures", "--json"))
    assert {"preserve", "access_stored"} <= {m["measure"] for m in measures}
    assert "preserve" in run("law", "measures")
    shown = json.loads(run("law", "show", "budapest.stored.request", "--json"))
    assert f"art. {shown['article']}(" in shown["pointer"]
    assert shown["pointer"] in run("law", "show", "budapest.stored.request")
    for key in ("PT", "uncc", "preserve", "budapest.ground.dual_criminality"):
        assert json.loads(run("law", "show", key, "--json"))
        assert run("law", "show", key)
