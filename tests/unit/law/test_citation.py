"""Citations: however people write one, one place; what is not held is not held."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput, NotFound
from comity.law import look_up, packaged_bundle, place_of, read_citation

LAW = packaged_bundle()


@pytest.mark.parametrize(
    "text",
    [
        "uncc:art_40:para_22", "40(22)", "Art. 40(22)", "art 40 (22)", "40.22", "40/22", "40-22", "40 22",
        "UNCC art. 40(22)", "uncc 40.22", "article 40 § 22", "Article 40, paragraph 22", "artículo 40.22",
        "Статья 40(22)", "UN Convention against Cybercrime, art. 40(22)", "against cybercrime 40(22)",
    ],
)  # fmt: skip
def test_one_paragraph_in_many_spellings(text):
    place = read_citation(text, LAW)
    assert place.address == "uncc:art_40:para_22"
    assert [p.key for p in look_up(LAW, place).provisions] == ["uncc.mla.no_obligation_discrimination"]


@given(st.sampled_from(LAW.content.provisions))
def test_every_record_is_found_by_its_address_and_by_its_pointer(provision):
    place = place_of(provision)
    for text in (place.address, f"{provision.instrument} {provision.pointer}"):
        assert read_citation(text, LAW) == place
        assert provision in look_up(LAW, place).provisions


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("40(8)", {"uncc.mla.dual_criminality", "uncc.mla.de_minimis"}),
        ("budapest 29(7)", {"budapest.preservation.min_period"}),
        ("2(h)", {"uncc.terms.serious_crime"}),
        ("untoc 18(8)", {"untoc.mla.no_bank_secrecy"}),
    ],
)
def test_a_paragraph_leads_to_all_that_is_held_of_it(text, keys):
    assert {p.key for p in look_up(LAW, read_citation(text, LAW)).provisions} == keys


def test_paragraphs_come_in_the_order_of_the_treaty():
    found = [place_of(p).path for p in look_up(LAW, read_citation("40", LAW)).provisions]
    assert found.index(("2",)) < found.index(("3", "a")) < found.index(("3", "b")) < found.index(("10",))
    assert found[-1] == ("32",)


def test_an_item_that_is_held_only_in_its_paragraph_is_shown_within_it():
    found = look_up(LAW, read_citation("11(1)(a)", LAW))
    assert found.within
    assert [p.key for p in found.provisions] == ["uncc.offence.misuse_of_devices"]
    assert not look_up(LAW, read_citation("11(1)", LAW)).within


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("69", "law.no_such_article"),
        ("0", "law.no_such_article"),
        ("uncc 71", "law.no_such_article"),
        ("40(33)", "law.no_such_paragraph"),
        ("40(0)", "law.no_such_paragraph"),
        ("57(4)", "law.not_held"),
        ("budapest 48", "law.not_held"),
        ("iccpr 14", "law.not_held"),
        ("iccpr_op2:art_1", "law.not_held"),
        ("budapest_second 7", "law.not_held"),
        ("bupadest 29", "law.unknown_treaty_near"),
        ("viena convention on consular relations 33", "law.unknown_treaty_near"),
        ("qqqq 29", "law.unknown_treaty"),
    ],
)
def test_what_is_not_there_or_not_held_is_told_apart(text, id):
    with pytest.raises(NotFound) as caught:
        look_up(LAW, read_citation(text, LAW))
    assert caught.value.id == id


def test_a_near_miss_names_the_treaty_meant():
    with pytest.raises(NotFound) as caught:
        read_citation("bupadest 29", LAW)
    assert caught.value.arguments["near"] == "budapest"


@pytest.mark.parametrize("text", ["", "hello", "forty", "40 & 41", "1e9999", "4" * 200, "40\n41\x00"])
def test_what_cites_nothing_is_refused(text):
    with pytest.raises(BadInput) as caught:
        read_citation(text, LAW)
    assert caught.value.id == "law.not_a_citation"


def test_a_bracket_left_open_is_forgiven():
    assert read_citation("40(22", LAW).path == ("22",)


@given(st.text(max_size=150))
def test_no_text_makes_it_stumble(text):
    with contextlib.suppress(BadInput, NotFound):
        look_up(LAW, read_citation(text, LAW))
