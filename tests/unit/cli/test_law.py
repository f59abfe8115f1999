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


def test_facts_are_listed_with_their_type_and_who_can_know_them():
    facts = {one["fact"]: one for one in json.loads(run("law", "facts", "--json"))}
    assert facts["necessity.lesser_not_enough"]["type"] == "bool"
    assert facts["necessity.lesser_not_enough"]["known_to"] == "requesting"
    assert facts["law.punishable_requested"]["known_to"] == "requested"
    assert facts["target.privileged"]["known_to"] == "either"
    # What follows from the request's own bytes can be stated by nobody.
    assert "request.subject_stated" not in facts
    words = run("law", "facts")
    assert all(key in words and one["question"] in words for key, one in facts.items())


def test_offences_are_the_concepts_with_every_provision():
    offences = {one["concept"]: one["provisions"] for one in json.loads(run("law", "offences", "--json"))}
    assert len(offences["illegal_access"]) == 2
    assert list(offences) == sorted(offences)
    assert "illegal_access" in run("law", "offences")


def test_a_record_is_told_in_words_without_a_bracket():
    for key in ("GH", "PT", "preserve"):
        told = run("law", "show", key)
        assert not set('{}["]') & set(told), told
    told = run("law", "show", "GH")
    assert "name: Africa/Accra" in told
    assert "dates complete: no" in told
