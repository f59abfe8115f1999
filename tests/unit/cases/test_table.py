"""The table of lawful next acts and what the program makes of it: words, law data, the printed page."""

import subprocess
import sys
from pathlib import Path

import builders as b
import pytest

from comity.acts import KINDS
from comity.cases import PREDICATES, markdown, story
from comity.law import packaged_bundle
from comity.messages import catalogue

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lawful-next-acts.md"


def test_the_table_is_the_one_in_the_bundle():
    assert packaged_bundle().table_named("story").digest == story().digest
    assert packaged_bundle().table(b.TABLE.digest) == story()


def test_every_condition_of_the_table_is_known_and_every_known_one_is_in_it():
    assert {term.key for term in b.TABLE.predicates} == PREDICATES == b.TABLE.asked


def test_every_kind_that_travels_has_a_row_and_no_other():
    travelling = {kind.name for kind in KINDS.values() if kind.travels}
    assert {row.kind for row in b.TABLE.rows} == travelling


def test_every_reason_of_the_table_has_its_texts():
    texts = catalogue("en")
    for row in b.TABLE.rows:
        names = [f"requires.{n}" for n in (*row.requires, *row.own_requires)] + [
            f"forbids.{n}" for n in row.forbids
        ]
        for name in names:
            assert f"cases.{name}" in texts
            assert f"cases.{name}.do" in texts


def sufficient(act, measure):
    return [set(s) for row in b.TABLE.rows if row.kind == act and row.covers(measure) for s in row.signers]


@pytest.mark.parametrize("measure", packaged_bundle().content.measures, ids=lambda m: m.key)
@pytest.mark.parametrize("act", ["request", "decide"])
def test_the_table_asks_for_no_fewer_signers_than_the_measure(measure, act):
    enough = [set(signing.roles) for signing in measure.signed_by(act)]
    # What nobody may sign has no row: information given unasked is no request.
    assert bool(sufficient(act, measure.key)) == bool(enough)
    for roles in sufficient(act, measure.key):
        assert any(wanted <= roles for wanted in enough), roles
    if in_emergency(measure):
        rows = [row for row in b.TABLE.rows if row.kind == act and row.covers(measure.key)]
        assert all("ratification_due" in row.own_requires for row in rows), (
            "one person, and a second by a time"
        )
    elif measure.intrusive:
        assert all(len(roles) > 1 for roles in sufficient(act, measure.key))


def in_emergency(measure):
    return measure.capacities == ("emergency",)


@pytest.mark.parametrize("measure", packaged_bundle().content.measures, ids=lambda m: m.key)
def test_the_table_gives_in_no_other_capacity_than_the_measure(measure):
    rows = [row for row in b.TABLE.rows if row.kind == "deliver" and row.covers(measure.key)]
    assert {capacity for row in rows for capacity in row.capacities} == set(measure.capacities)


def test_a_row_speaks_of_its_measures_only():
    row = next(row for row in b.TABLE.rows if row.measures)
    assert row.covers("preserve")
    assert not row.covers("access_stored")
    row = next(row for row in b.TABLE.rows if row.except_measures)
    assert not row.covers("preserve")
    assert row.covers("anything_else")


def test_the_printed_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == markdown(story()), "python -m comity.cases.printed"


def test_the_page_is_what_the_module_writes():
    run = [sys.executable, "-W", "ignore", "-m", "comity.cases.printed"]
    printed = subprocess.run(run, capture_output=True, check=True).stdout
    assert printed.decode("utf-8") == markdown(story())


def test_everything_of_the_table_is_on_the_page():
    page = markdown(b.TABLE)
    assert b.TABLE.digest in page
    for row in b.TABLE.rows:
        assert row.summary in page
    for term in b.TABLE.predicates:
        assert f"| {term.key} | {term.summary} |" in page
    for pair in b.TABLE.pairs:
        assert pair.summary in page


def test_what_has_a_file_of_its_own_is_kept_apart_by_every_row_that_opens_a_request():
    """Else an interception could be asked for in the file that the person concerned sees."""
    opening = [row for row in b.TABLE.rows if row.kind in {"request", "inform"}]
    own = {key for row in opening if "file_of_its_own" in row.requires for key in row.measures}
    assert "transit" in own
    for row in opening:
        if "file_of_its_own" not in row.requires:
            assert "file_apart" in row.requires
            assert set(row.apart) == own, row.kind
