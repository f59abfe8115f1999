"""The thirty ordinary requests stay as they were written, and few questions stay open about them."""

import hashlib
from importlib.resources import files
from pathlib import Path
from statistics import median

import pytest

from comity.app.scenarios import ORDINARY, Theatre, shipped
from comity.law import packaged_bundle
from comity.safeguards import MEASURES

FOLDER = files("comity.law") / "scenarios" / ORDINARY
FROZEN = Path(__file__).with_name("ordinary.sha256")
MEDIAN, MOST = 5, 10
"""The goal: what an officer has to answer, the act of looking and the grave finding among it."""


@pytest.fixture(scope="module")
def theatre():
    return Theatre(packaged_bundle())


def test_the_thirty_requests_are_those_that_were_frozen():
    frozen = dict(reversed(line.split()) for line in FROZEN.read_text(encoding="utf-8").splitlines())
    held = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in FOLDER.iterdir()}
    assert len(frozen) == 30
    assert held == frozen


def test_an_ordinary_request_between_states_that_adopted_their_law_leaves_few_questions(theatre):
    runs = {file.name: theatre.measure(file).found for file in shipped(ORDINARY)}
    assert {name: found.error for name, found in runs.items() if found.error is not None} == {}
    numbers = {file.name: len(theatre.answers(file)) for file in shipped(ORDINARY)}
    assert median(numbers.values()) <= MEDIAN, numbers
    assert max(numbers.values()) <= MOST, numbers
    # Not because nothing was asked: each was put to the checks, and signs are left for a reviewer.
    assert all(len(found.findings) > 5 and found.signs for found in runs.values())


def test_the_same_request_between_real_states_that_adopted_nothing_leaves_more(theatre):
    """What adoption is worth: for each request, not only for the median."""
    for file in shipped(ORDINARY):
        assert len(theatre.answers(file)) < len(theatre.answers(file, ("GH", "PT"))), file.name


def test_the_count_leaves_out_nothing_that_a_person_has_to_give(theatre):
    """A count that forgot the looking, the grave finding or a raised sign would flatter the program."""
    for file in shipped(ORDINARY):
        answers = theatre.answers(file)
        assert {"indicators.none_seen", "persecution"} <= set(answers), file.name
    (raised,) = [one for one in shipped(ORDINARY) if one.name.startswith("ordinary/05-")]
    assert "indicator.threshold_penalty" in theatre.answers(raised), (
        "exactly at the threshold: asked by itself"
    )


def test_the_thirty_are_of_many_measures_and_of_every_kind_of_data(theatre):
    asked = [theatre.read(file).scenario.request for file in shipped(ORDINARY)]
    assert len({one.measure for one in asked}) >= 8
    assert {one.measure for one in asked} <= MEASURES
    assert {item.data.value for one in asked for item in one.items} == {"subscriber", "traffic", "content"}
    assert {one.bases for one in asked} == {
        ("uncc",),
        ("budapest",),
        ("uncc", "budapest"),
        ("budapest", "uncc"),
    }
