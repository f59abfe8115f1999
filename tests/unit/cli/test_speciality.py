"""The rule of speciality, as a line of the view of a case."""

from comity.cli.limit_words import limit_words
from comity.cli.session import Session


def test_what_binds_of_a_person_is_told_with_the_surrender_and_each_consent():
    one = {
        "item": "item-1",
        "act": "ab" * 32,
        "since": "2026-11-21T12:00:00Z",
        "manner": "full",
        "other_offences": ["cd" * 32],
        "re_extradition": ["ef" * 32],
    }
    view = {"limits": [], "holders": [], "untold": [], "assurances": []}
    view |= {"speciality": [one, {**one, "item": "item-2", "other_offences": []}]}
    first, second = limit_words(Session(), view)
    assert all(told in first for told in ("item-1", one["since"], "abab", "cdcd", "efef"))
    assert "item-2" in second
    assert "cdcd" not in second


def test_a_condition_of_the_surrender_is_told_as_it_stands_broken_or_lifted():
    one = {"item": "item-1", "kind": "no_death_penalty", "id": "no-death", "source": "ab" * 32}
    told = [
        {**one, "lifted": None, "broken": []},
        {**one, "lifted": None, "broken": ["cd" * 32]},
        {**one, "lifted": "ef" * 32, "broken": ["cd" * 32]},
    ]
    view = {"limits": [], "holders": [], "untold": [], "speciality": [], "assurances": told}
    binds, broken, lifted = limit_words(Session(), view)
    assert all("no_death_penalty (no-death)" in line and "item-1" in line for line in (binds, broken, lifted))
    assert "cdcd" in broken
    assert "efef" in lifted
    assert not any(other in binds for other in ("cdcd", "efef"))
