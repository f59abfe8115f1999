"""Provisions as data: every article is there, gaps say so, and nothing is surer than its source."""

import re

import pytest

from comity.errors import BadInput
from comity.law import place_of

HAND = {
    # What the notes say of marks, taken from them by hand: a mark that rose by mistake is seen.
    "uncc.terms.system": ("A", "A"),
    "uncc.offence.grooming": ("A", "A"),
    "uncc.offence.intimate_images.options": ("C", "C"),
    "uncc.offence.intimate_images": ("C", "B"),
    "uncc.sanctions.children": ("C", "C"),
    "uncc.defences.domestic": ("C-", "C+"),
    "uncc.jurisdiction.territory": ("C+", "B"),
    "uncc.extradition.reasons": ("C", "C"),
    "uncc.extradition.extradite_or_prosecute": ("C+", "C+"),
    "uncc.mla.prisoner_immunity": ("C", "C+"),
    "uncc.prevention.research": ("C-", "C"),
    "uncc.final.depositary": ("C+", "C+"),
    "untoc.mla": ("C", "C"),
}


def test_every_article_of_the_convention_is_there_with_at_least_one_record(law):
    numbers = [a.number for a in law.articles_of("uncc")]
    assert numbers == list(range(1, 69))
    assert law.instrument("uncc").articles == 68
    assert {p.article for p in law.provisions_of("uncc")} == set(numbers)


def test_each_record_has_the_mark_that_its_source_gives(law):
    for key, marks in HAND.items():
        provision = law.provision(key)
        assert (provision.mark_number, provision.mark_content) == marks, key


def test_nothing_that_rests_on_recollection_alone_is_surer_than_c(law):
    for p in law.content.provisions:
        if p.sources == ("S-MEM",):
            assert p.mark_content in {"C", "C-"}, p.key
            assert p.verify
    for article in law.articles_of("uncc"):
        assert (article.mark == "A") == (article.number <= 15)


def test_the_older_convention_is_held_article_by_article_as_it_was_read(law):
    assert [a.number for a in law.articles_of("budapest")] == list(range(1, 48))
    read = law.provisions_of("budapest")
    assert {p.article for p in read} == set(range(1, 48))
    assert all(not p.verify for p in read)
    # Whoever may reserve is named paragraph by paragraph, as its article 42 lists them.
    by = {place_of(p).pointer for p in read if p.kind == "reservation" and p.article != 42}
    assert by == {
        "art. 4(2)", "art. 6(3)", "art. 9(4)", "art. 10(3)", "art. 11(3)", "art. 14(3)(a)", "art. 14(3)(b)",
        "art. 22(2)", "art. 29(4)", "art. 41(1)",
    }  # fmt: skip


def test_all_thirty_two_paragraphs_of_article_40_are_held(law):
    held = {place_of(p).path[0] for p in law.provisions_of("uncc", 40)}
    assert held == {str(n) for n in range(1, 33)}
    assert law.article("uncc", 40).paragraphs == 32


@pytest.mark.parametrize(("article", "letters"), [(2, "abcdefghijklmno"), (53, "abcdefghijklm")])
def test_lists_are_held_to_their_last_letter(law, article, letters):
    paths = [place_of(p).path for p in law.provisions_of("uncc", article)]
    found = {path[-1] for path in paths if path[-1].isalpha()}
    assert found == set(letters)


def test_what_is_not_held_is_named_and_has_no_record(law):
    assert "Paragraph 4." in law.article("uncc", 57).not_held
    assert not [p for p in law.provisions_of("uncc", 57) if p.paragraph == "4"]
    assert "17." in law.article("untoc", 16).not_held[0]
    assert not [p for p in law.provisions_of("untoc", 16) if p.paragraph == "17"]
    for article in law.content.articles:
        assert article.not_held or law.provisions_of(article.instrument, article.number), article


def test_a_paragraph_that_can_be_reserved_leads_to_who_may(law):
    for p in law.content.provisions:
        for key in p.reserved_by:
            clause = law.provision(key)
            assert clause.kind == "reservation"
            assert clause.who_reserves, key
    # One State's right to refuse preservation is not every State's.
    assert "requires dual criminality" in law.provision("uncc.preservation.reservation").who_reserves


def test_what_a_record_does_is_said_on_the_side_of_its_kind(law):
    for p in law.content.provisions:
        if p.kind in {"refusal", "power", "reservation"}:
            assert p.gives, p.key
        if p.kind in {"duty", "form", "ban", "limit"} and p.key not in BOTH:
            assert p.demands, p.key
        if p.kind == "refusal":
            assert not p.demands, p.key


BOTH = {"uncc.offence.misuse_of_devices.testing", "uncc.preservation.refusal_only"}


def test_treaties_that_are_only_pointed_to_are_no_basis_and_bind_nobody_here(law):
    from datetime import date

    from comity.law import relate

    pointers = {p.key for p in law.content.pointers}
    assert {"iccpr", "iccpr_op2", "cat", "refugee", "vcdr", "vccr", "untoc"} <= pointers
    bound = {b.instrument for b in relate(law, "GH", "PT", date(2026, 11, 21)).bindings}
    assert not bound & {"iccpr", "cat"}
    led = {key for p in law.content.pointers for key in p.led_from}
    assert {"uncc.rights.consistency", "uncc.safeguards.proportionality"} <= led


def test_no_record_quotes(law):
    """A long phrase between quotation marks would look like the text of a treaty."""
    for p in law.content.provisions:
        for text in (p.summary, p.gives or "", p.demands or ""):
            assert not re.search(r"[“«\"][^”»\"]{25,}[”»\"]", text), p.key
            assert not text.startswith("Each State Party shall"), p.key


def test_packaged_law_data_is_settled_by_nobody(law):
    assert law.content.applied == ()
    assert all(p.settled is None for p in law.content.provisions)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "instruments/uncc/chapter_1.toml",
            '\n[[provision]]\nkey = "uncc.x"\narticle = 1\nparagraph = ""\nkind = "scope"\nsummary = "x"\n'
            'mark_number = "A"\nmark_content = "A"\nsources = ["S-AR"]\n'
            'settled = { how = "confirmed", state = "GH", on = "2026-01-01", source = "x", act = "'
            + "0" * 64
            + '" }\n',
        ),
        ("bundle.toml", "applied = []\n"),
        ("bundle.toml", 'author = "x"\n'),
    ],
)
def test_a_file_cannot_settle_anything(changed, name, text):
    with pytest.raises(BadInput) as caught:
        changed(**{name: text})
    assert (caught.value.id, caught.value.arguments["file"]) == ("law.file_not_right", name)


DESCRIBED = """
[[described]]
key = "gh.basis.reciprocity"
state = "GH"
other = "PT"
kind = "reciprocity"
name = "Note verbale, an example"
since = "2026-01-01"
measures = ["preserve"]
offence_classes = ["convention", "serious"]
dual_criminality = "not_required"
channel = "Embassy"
mark = "A"
sources = ["S-MEM"]
last_checked = "2026-11-21"
review_by = "2027-05-21"
"""


def test_a_state_can_describe_a_basis_of_its_own(changed):
    law = changed(**{"states/GH.toml": DESCRIBED})
    (basis,) = law.content.described
    assert (basis.kind, basis.other, basis.channel) == ("reciprocity", "PT", "Embassy")


@pytest.mark.parametrize(
    ("old", "new", "id"),
    [
        ('kind = "reciprocity"', 'kind = "handshake"', "law.file_not_right"),
        ('channel = "Embassy"', 'chanel = "Embassy"', "law.file_not_right"),
        ('measures = ["preserve"]', 'measures = ["teleport"]', "law.leads_nowhere"),
        ('key = "gh.basis.reciprocity"', 'key = "pt.basis.reciprocity"', "law.leads_nowhere"),
    ],
)
def test_a_described_basis_of_another_shape_is_refused(changed, old, new, id):
    with pytest.raises(BadInput) as caught:
        changed(**{"states/GH.toml": DESCRIBED.replace(old, new)})
    assert caught.value.id == id
