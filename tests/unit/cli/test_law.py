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
    assert "zones: Africa/Accra" in told
    assert "weekdays of rest: 6, 7" in told


def refused(*args):
    result = CliRunner().invoke(program, args)
    assert result.exit_code in {2, 3}, result.output
    wrong, remedy = result.stderr.splitlines()
    return wrong, remedy


def test_an_article_is_shown_as_ours_with_its_marks_and_what_is_to_be_confirmed():
    told = run("law", "show", "40")
    assert "not the text of the treaty" in told
    assert "number C, content C; paragraph to be confirmed" in told
    assert "Mark C: From recollection" in told
    assert told.index("art. 40(2) ") < told.index("art. 40(10) ")
    sure = run("law", "show", "uncc:art_6")
    assert "to be confirmed" not in sure
    assert "number A, content A" in sure


def test_a_paragraph_is_shown_by_whatever_spelling_and_as_json():
    spellings = ("40(22)", "40.22", "uncc:art_40:para_22")
    shown = [json.loads(run("law", "show", text, "--json")) for text in spellings]
    assert shown[0] == shown[1] == shown[2]
    (one,) = shown[0]["provisions"]
    assert one["key"] == "uncc.mla.no_obligation_discrimination"
    assert one["to_be_confirmed"] is True
    assert (one["mark_number"], one["mark_content"]) == ("C", "C")
    assert shown[0]["official_text_held"] is False
    assert one["checks"] == ["circumstances", "persecution"]


def test_what_can_be_reserved_against_says_by_whom():
    told = run("law", "show", "42(4)")
    assert "Can be reserved against by art. 42(5): A Party that requires dual" in told


def test_what_is_not_held_is_shown_as_not_held():
    assert "Not held: Paragraph 4." in run("law", "show", "57")
    assert "Not held: Paragraphs 1 to 6, 8, 9" in run("law", "show", "untoc art. 16")
    wrong, _ = refused("law", "show", "57(4)")
    assert "is not held, and nothing is filled in" in wrong


def test_what_was_probably_meant_is_named():
    assert "uncc.mla.form" in refused("law", "show", "uncc.mla.frm")[1]
    assert "budapest" in refused("law", "show", "bupadest:art_29")[1]
    assert "last article is 68" in refused("law", "show", "71")[0]
    assert "cites no article" in refused("law", "show", "hello")[0]


def test_on_a_terminal_an_article_is_a_table(monkeypatch):
    from comity.cli import law_show
    from comity.cli.session import Session

    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    from comity.law import look_up, packaged_bundle, read_citation

    bundle = packaged_bundle()
    value = law_show._found(bundle, look_up(bundle, read_citation("42", bundle)))
    lines = "\n".join(law_show._words(Session(), value))
    assert "─" in lines
    assert "art. 42(8)" in lines
