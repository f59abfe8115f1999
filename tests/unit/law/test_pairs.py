"""All pairs at once say what one pair says."""

import itertools
from datetime import date

import pytest
from made import ALLOWED, objection, reservation

from comity.law import relate
from comity.law.pairs import binding_pairs

DAYS = [date(2003, 1, 1), date(2024, 9, 30), date(2026, 11, 21), date(2027, 6, 1)]
SOME = ["AZ", "BJ", "CI", "CN", "EC", "EU", "FR", "GH", "IE", "JP", "PT", "US", "ZA"]


def said(law, one, other, on):
    return tuple(b.instrument for b in relate(law, one, other, on).in_force)


@pytest.mark.parametrize("on", DAYS)
def test_every_pair_is_what_its_relation_says(law, on):
    pairs = binding_pairs(law, on)
    for one, other in itertools.combinations(SOME, 2):
        assert pairs.between(one, other) == pairs.between(other, one) == said(law, one, other, on)


def test_all_pairs_are_there_once_in_each_order(law):
    pairs = binding_pairs(law, DAYS[2])
    every = list(pairs.all())
    count = len(law.content.nations)
    assert len(every) == len({(a, b) for a, b, _ in every}) == count * (count - 1)
    assert all(pairs.between(a, b) == found for a, b, found in every)
    # The 76 of November 2024 and one that acts as a Party, and nothing else is in force anywhere.
    assert sum(bool(found) for _, _, found in every) == 77 * 76
    assert {found for _, _, found in every} == {(), ("budapest",)}
    assert len(pairs.partners("GH")) == 76
    assert pairs.partners("CN") == {}


def test_an_objection_that_precludes_takes_one_pair_apart(changed):
    texts = {"states/PT.toml": reservation(ALLOWED), "states/GH.toml": objection(ALLOWED, precludes="true")}
    law = changed(**texts)
    pairs = binding_pairs(law, DAYS[2])
    assert pairs.between("GH", "PT") == pairs.between("PT", "GH") == said(law, "GH", "PT", DAYS[2]) == ()
    assert pairs.between("FR", "PT") == ("budapest",)
    assert [f for a, b, f in pairs.all() if {a, b} == {"GH", "PT"}] == [(), ()]
