"""Tables: one outcome whichever side looks, one digest for the same rows."""

import itertools

import pytest

from comity import wire
from comity.errors import NotFound
from comity.law import Bundle, Pair, Table, compile_bundle


def test_a_pair_said_at_once_has_one_outcome_from_both_sides(law):
    for table in law.content.tables:
        kinds = sorted({row.kind for row in table.rows})
        for one, other in itertools.combinations_with_replacement(kinds, 2):
            first, second = table.at_once(one, other)
            assert table.at_once(other, one) == (second, first)
            assert first or second


def test_each_listed_outcome_is_what_is_answered(law):
    story = law.table_named("story")
    assert story.pairs
    expected = {"both": (True, True), "first": (True, False), "second": (False, True)}
    for pair in story.pairs:
        assert story.at_once(pair.first, pair.second) == expected[pair.outcome]


def test_kinds_that_no_pair_names_both_stand(law):
    story = law.table_named("story")
    bare = story.model_copy(update={"pairs": ()})
    assert bare.at_once("withdraw", "decide") == (True, True)


def test_the_digest_is_that_of_the_canonical_bytes_and_survives_the_bundle(law, files):
    story = law.table_named("story")
    assert story.digest == wire.digest(wire.dump_bytes(story))
    assert Bundle.load(compile_bundle(files)).table_named("story").digest == story.digest


def test_another_outcome_is_another_table(law):
    story = law.table_named("story")
    first, *rest = story.pairs
    flipped = "first" if first.outcome != "first" else "second"
    pair = Pair(first=first.first, second=first.second, outcome=flipped, summary=first.summary)
    other = wire.build(Table, {**wire.dump(story), "pairs": [wire.dump(p) for p in (pair, *rest)]})
    assert other.digest != story.digest


def test_an_unknown_kind_is_refused(law):
    with pytest.raises(NotFound) as caught:
        law.table_named("story").rows_for("surrender_fleet")
    assert caught.value.id == "law.unknown_kind"
