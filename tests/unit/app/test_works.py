"""Who may do what: the page is the data; nobody writes and approves; interception has a judge."""

from pathlib import Path

import pytest

from comity.app.deeds import WORK, deeds_of
from comity.app.works import markdown, several
from comity.cases import story

PAGE = Path(__file__).resolve().parents[3] / "docs" / "who-may-do-what.md"


def test_the_page_is_made_from_the_data():
    assert PAGE.read_text(encoding="utf-8") == markdown(story()), "python -m comity.app.works"


@pytest.mark.parametrize("word", WORK)
def test_no_work_both_writes_and_approves_or_judges(word):
    deeds = {tuple(deed.rsplit(".", 1)) for deed in deeds_of((word,))}
    written = {kind for kind, role in deeds if role == "author"}
    passed = {kind for kind, role in deeds if role != "author"}
    # Those who enrol do it by two, of whom neither is the one enrolled; a unit's two are alike.
    by_two = {"enroller": {"enrol", "unit_key"}, "unit": {"unseal"}}
    assert written & passed == by_two.get(word, set())


def test_everyone_may_say_why_they_look():
    assert all("look.author" in deeds_of((word,)) for word in WORK)


@pytest.mark.parametrize("kind", ["request", "decide"])
def test_interception_is_signed_by_a_judge_whichever_row_admits_it(kind):
    rows = [row for row in story().rows if row.kind == kind and row.covers("intercept_content")]
    assert rows
    assert all("judge" in signers for row in rows for signers in row.signers)


def test_what_leaves_or_hides_a_case_takes_two():
    home = {one["kind"] for one in several(story()) if one["signers"] == [["author", "approver"]]}
    assert {"wall", "unwall", "export", "disclose", "erase"} <= home
