"""Bases that a State describes itself, between two States: who says so, on which day, for what."""

from datetime import date

import pytest

from comity.errors import BadInput
from comity.law import DESCRIBED, apply_overlay, compile_overlay, load_overlay, relate, remade
from comity.messages import say

TODAY = date(2026, 11, 21)
HEAD = """
[overlay]
state = "GH"
name = "An example"
version = 1
on = "2026-11-20"
review_by = "2027-11-21"
"""


def note(**more):
    fields = {
        "key": "gh.notes.us", "state": "GH", "other": "US", "kind": "reciprocity",
        "name": "Exchange of notes, an example", "since": "2026-01-01", "measures": ["access_stored"],
        "offence_classes": ["convention", "serious", "other"], "dual_criminality": "not_required",
        "channel": "Embassy", "mark": "A", "sources": ["S-MEM"], "last_checked": "2026-11-20",
        "review_by": "2027-11-21", **more,
    }  # fmt: skip
    return "\n[[described]]\n" + "".join(f"{k} = {v!r}\n" for k, v in fields.items() if v is not None)


@pytest.fixture
def adopted(law):
    """The law data of Ghana's node, whose adviser adopted these descriptions."""

    def make(*texts):
        overlay = load_overlay(compile_overlay((HEAD + "".join(texts)).encode()))
        return remade(apply_overlay(law.content, overlay, "ab" * 32))

    return make


def test_it_is_shown_with_who_describes_it_since_when_and_offered(adopted):
    found = relate(adopted(note()), "US", "GH", TODAY, "access_stored")
    (one,) = found.described
    assert (one.basis.key, one.basis.state, one.stands, one.to_be_confirmed) == (
        "gh.notes.us",
        "GH",
        "yes",
        False,
    )
    told = " ".join(say(m) for m in one.reasons)
    assert "described by GH, since 2026-01-01" in told
    assert "GH adopted this description on 2026-11-20" in told
    assert [(o.instrument, o.provisions) for o in found.offers][-1] == (DESCRIBED, ("gh.notes.us",))
    assert set(one.reasons) <= set(found.trace)


def test_where_nothing_else_binds_it_is_the_only_basis_and_nothing_is_missing(adopted, law):
    bare = relate(law, "GH", "IN", TODAY, "access_stored")
    assert (bare.offers, "law.reason.no_basis" in {m.id for m in bare.reasons}) == ((), True)
    found = relate(adopted(note(other="IN")), "GH", "IN", TODAY, "access_stored")
    assert [o.instrument for o in found.offers] == [DESCRIBED]
    assert "law.reason.no_basis" not in {m.id for m in found.reasons}
    assert (found.would, found.measures) == ((), ("access_stored",))
    assert relate(adopted(note(other="IN")), "GH", "IN", TODAY, "preserve").offers == ()


@pytest.mark.parametrize(
    ("more", "pair", "on"),
    [
        ({}, ("GH", "PT"), TODAY),
        ({}, ("US", "PT"), TODAY),
        ({}, ("GH", "US"), date(2025, 12, 31)),
        ({"until": "2026-11-21"}, ("GH", "US"), TODAY),
        ({"other": "HK"}, ("GH", "CN"), TODAY),
    ],
)
def test_for_another_pair_or_another_day_there_is_none(adopted, more, pair, on):
    assert relate(adopted(note(**more)), *pair, on).described == ()


def test_for_a_territory_alone_and_for_all_of_its_state(adopted):
    for other in ("HK", "CN"):
        assert relate(adopted(note(other=other)), "GH", "HK", TODAY).described


def test_what_has_no_other_is_for_any(adopted):
    law = adopted(note(kind="letters_rogatory", other=None))
    assert relate(law, "GH", "PT", TODAY).described
    assert relate(law, "GH", "HK", TODAY).described
    assert not relate(law, "US", "PT", TODAY).described


@pytest.mark.parametrize("kind", ["bilateral_treaty", "regional_treaty"])
def test_a_treaty_says_with_whom_and_comes_first(adopted, kind):
    law = adopted(note(kind=kind), note(key="gh.rogatory", kind="letters_rogatory", other=None))
    offers = relate(law, "GH", "US", TODAY, "access_stored").offers
    assert [o.provisions[0] for o in offers if o.instrument == DESCRIBED] == ["gh.notes.us", "gh.rogatory"]
    assert [o.instrument for o in offers] == [DESCRIBED, "budapest", DESCRIBED]
    with pytest.raises(BadInput) as caught:
        adopted(note(kind=kind, other=None))
    assert caught.value.id == "law.described_without_other"


@pytest.mark.parametrize("other", ["GH", "QQ"])
def test_the_other_side_is_another_state_that_is_held(adopted, other):
    with pytest.raises(BadInput) as caught:
        adopted(note(other=other))
    assert caught.value.id == "law.leads_nowhere"


@pytest.mark.parametrize(
    ("more", "on", "reason"),
    [
        ({"mark": "C"}, TODAY, "law.described.weak"),
        ({"review_by": "2026-11-20"}, TODAY, "law.described.overdue"),
        ({"since": "2026"}, TODAY, "law.described.day_not_held"),
    ],
)
def test_what_is_not_sure_says_so(adopted, more, on, reason):
    (one,) = relate(adopted(note(**more)), "GH", "US", on, "access_stored").described
    assert reason in {m.id for m in one.reasons}
    assert one.to_be_confirmed is (reason != "law.described.day_not_held")
    offered = relate(adopted(note(**more)), "GH", "US", on, "access_stored").offers
    assert (DESCRIBED in {o.instrument for o in offered}) is (reason != "law.described.day_not_held")


def test_what_nobody_adopted_is_to_be_confirmed_whoever_describes_it(changed):
    law = changed(**{"states/US.toml": note(key="us.notes.gh", state="US", other="GH")})
    (one,) = relate(law, "GH", "US", TODAY, "access_stored").described
    assert one.to_be_confirmed
    assert "law.described.not_adopted" in {m.id for m in one.reasons}
