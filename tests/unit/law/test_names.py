"""A State is found by each of its names, and never by one that is only near."""

import pytest

from comity.errors import BadInput, NotFound

FIVE = {
    "IR": ["IR", "irn", "Iran", "Iran (Islamic Republic of)", "Iran, Islamic Republic of"],
    "CI": ["ci", "CIV", "Cote d'Ivoire", "Côte d’Ivoire", "ivory coast"],
    "GB": ["GB", "GBR", "United Kingdom", "United Kingdom of Great Britain and Northern Ireland", "britain"],
    "TR": ["tr", "TUR", "Türkiye", "Turkiye", "Turkey", "TURKIYE"],
    "CZ": ["CZ", "cze", "Czechia", "Czech Republic", "  czech   republic "],
    "KR": ["KR", "KOR", "Republic of Korea", "Korea, Republic of", "South Korea"],
    "KP": ["KP", "PRK", "Democratic People's Republic of Korea", "North Korea", "dprk"],
    "VN": ["VN", "VNM", "Viet Nam", "vietnam", "Socialist Republic of Viet Nam"],
    "CD": ["CD", "COD", "Democratic Republic of the Congo", "Congo, The Democratic Republic of the", "DRC"],
    "US": ["US", "USA", "United States", "United States of America", "the united states of america"],
    "PS": ["PS", "PSE", "State of Palestine", "Palestine", "Palestine, State of"],
    "EU": ["EU", "eue", "European Union", "the European Union", "EUROPEAN UNION"],
    "HK": ["HK", "HKG", "Hong Kong", "hong kong special administrative region", "HONG KONG"],
}  # fmt: skip


@pytest.mark.parametrize("code", FIVE)
def test_a_state_answers_to_five_spellings(law, code):
    assert len(FIVE[code]) >= 5
    assert {law.state(name) for name in FIVE[code]} == {code}


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("Portugl", "Portugal (PT)"),
        ("Azerbajan", "Azerbaijan (AZ)"),
        ("Vietnm", "Viet Nam (VN)"),
        ("Gana", "Ghana (GH)"),
    ],
)
def test_a_near_miss_is_offered_and_never_taken(law, slip, meant):
    with pytest.raises(NotFound) as caught:
        law.state(slip)
    assert caught.value.id == "law.unknown_state_near"
    assert meant in caught.value.arguments["near"]


@pytest.mark.parametrize("nothing", ["", "  ", "Atlantis of the Deep Sea", "?!", "x" * 10_000, "\u202e"])
def test_what_is_no_name_is_told_so(law, nothing):
    with pytest.raises(NotFound):
        law.state(nothing)


def test_names_that_look_alike_are_two_states(law):
    pairs = [
        ("Guinea", "Guinea-Bissau"),
        ("Niger", "Nigeria"),
        ("Congo", "DRC"),
        ("Dominica", "Dominican Republic"),
    ]
    for one, other in pairs:
        assert law.state(one) != law.state(other)


def test_every_state_of_the_united_nations_is_there_with_both_codes(law):
    states = [n for n in law.content.nations if n.kind == "state"]
    # 193 members, two observer States, and two that join treaties without being members.
    assert len(states) == 193 + 2 + 2
    assert all(n.iso3 for n in states)
    assert all(law.state(n.iso3) == law.state(n.name) == n.code for n in states)
    assert all(law.state(n.un_name) == n.code for n in states if n.un_name)


def test_what_is_not_held_of_a_state_is_listed(law):
    # An absent list would read as "has reserved nothing".
    assert all("reservations" in n.not_held for n in law.content.nations)


def test_two_states_of_one_name_are_refused(changed):
    law = changed(**{"states/XA.toml": '[nation]\ncode = "XA"\nname = "Portugal"\n'})
    with pytest.raises(BadInput) as caught:
        law.state("XA")
    assert caught.value.id == "law.named_twice"
