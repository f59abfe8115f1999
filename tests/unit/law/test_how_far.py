"""How far each State has come, in one word: never a stronger one than is known."""

import itertools
from collections import Counter
from datetime import date

from comity.law import bound
from comity.law.participation import how_far, totals

TODAY = date(2026, 11, 21)


def step(state, event, on, instrument="uncc"):
    return (
        f'\n[[status]]\nstate = "{state}"\ninstrument = "{instrument}"\nevent = "{event}"\non = "{on}"\n'
        'mark = "A"\nsources = ["S-UNTC"]\n'
    )


def test_today_three_are_reported_the_rest_signed_and_nobody_is_bound(law):
    found = Counter(how_far(law, "uncc", TODAY).values())
    # 74 signatures are held; of those States three are reported to have joined.
    assert found == {"reported": 3, "signed": 71, "not_held": len(law.content.nations) - 74}


def test_before_they_were_taken_the_steps_are_not_there(law):
    assert set(how_far(law, "uncc", date(2025, 10, 24)).values()) == {"not_held"}
    assert how_far(law, "uncc", date(2026, 5, 20))["VN"] == "signed"
    assert how_far(law, "uncc", date(2026, 6, 30))["CA"] == "not_held"


def test_bound_is_what_standing_says(law):
    for on in (date(2024, 10, 31), TODAY):
        for state, word in how_far(law, "budapest", on).items():
            assert (word == "bound") == (bound(law, state, "budapest", on).answer == "yes")
    assert how_far(law, "budapest", date(2024, 10, 31))["CI"] == "joined"


def test_a_deposit_before_the_entry_into_force_is_joined_not_bound(changed):
    law = changed(**{"states/GH.toml": step("GH", "ratification", "2026-05-01")})
    assert how_far(law, "uncc", TODAY)["GH"] == "joined"


def test_one_who_left_has_left_when_it_took_effect(changed):
    law = changed(**{"states/GH.toml": step("GH", "denunciation", "2026-02-10", "budapest")})
    assert how_far(law, "budapest", date(2026, 5, 31))["GH"] == "bound"
    assert how_far(law, "budapest", date(2026, 6, 1))["GH"] == "left"


def test_totals_grow_and_end_with_what_is_held(law):
    found = totals(law, "uncc", TODAY)
    assert (found[-1].signed, found[-1].joined) == (74, 3)
    assert list(found) == sorted(found, key=lambda t: t.on)
    assert all(a.signed <= b.signed and a.joined <= b.joined for a, b in itertools.pairwise(found))
    assert found[0].on == date(2025, 10, 25)
