"""Official texts, taken apart: of invented words, laid out in the ways that treaties are."""

import contextlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput, NotFound
from comity.law import Place, find_pair, official, packaged_bundle, place_of, set_beside, take_apart

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from laid_out import SENTENCES, places, plain, said, word_of

LAW = packaged_bundle()
HEAD = "United Nations Convention against Cybercrime"


def read(text, pages=None):
    return take_apart(pages or [text.split("\n")])


@pytest.mark.parametrize("language", SENTENCES)
def test_every_article_paragraph_and_item_is_found_in_four_languages(language):
    text = read(plain(language))
    assert text.language == language
    expected = places()
    assert list(text.articles) == list(expected)
    index = 0
    for number, paths in expected.items():
        parts = text.articles[number].parts
        assert set(parts) - {()} == set(paths), number
        for path in paths or [()]:
            assert parts[path] == said(language, number, path, index)
            index += 1


def test_our_records_stand_beside_their_places_and_no_other():
    compared = set_beside(LAW, "uncc", read(plain("en")))
    assert not compared.missing
    assert not compared.absent
    assert [p.address for p in compared.surplus] == ["uncc:art_57:para_4"]
    for pair in compared.pairs:
        place = place_of(pair.provision)
        if place.path:
            assert word_of(place.article, place.path) in pair.text
    (one,) = find_pair(compared, Place("uncc", 40, ("21", "b")))
    assert one.text.startswith("(b) ")
    assert word_of(40, ("21", "c")) not in one.text


def test_a_paragraph_is_shown_with_the_items_below_it():
    text = read(
        "Article 1\nTitle\n1. Opening words:\n(a) First;\n(b) Second:\n(i) inner;\n(ii) more;\n2. Next."
    )
    article = text.articles[1]
    assert article.title == "Title"
    assert article.under(("1",)) == "1. Opening words:\n(a) First;\n(b) Second:\n(i) inner;\n(ii) more;"
    assert set(article.parts) == {
        (),
        ("1",),
        ("1", "a"),
        ("1", "b"),
        ("1", "b", "i"),
        ("1", "b", "ii"),
        ("2",),
    }


def test_a_paragraph_that_opens_with_its_first_item_has_both():
    parts = read("Article 6\nTitle\n1. (a) First;\n(b) Second.\n2. Next.").articles[6].parts
    assert parts["1", "a"] == "First;"
    assert parts["1", "b"] == "Second."


def test_the_ninth_letter_is_not_taken_for_a_roman_one():
    letters = "\n".join(f"({letter}) word {letter};" for letter in "abcdefghijk")
    parts = read(f"Article 2\nTerms\nIn this text:\n{letters}").articles[2].parts
    assert [p[-1] for p in parts if p] == list("abcdefghijk")
    assert parts["i",] == "word i;"


def test_numbers_out_of_turn_are_text():
    text = read(
        "Article 1\nTitle\n1. Within\n12. months of it, or\n3) days.\n2. Next, see article\n40. And on."
    )
    parts = text.articles[1].parts
    assert set(parts) == {(), ("1",), ("2",)}
    assert parts["1",] == "Within 12. months of it, or 3) days."


@pytest.mark.parametrize("first", [True, False])
def test_a_table_of_contents_is_not_the_text(first):
    contents = "Article 1. Purpose ........ 3\nArticle 2. Terms\nArticle 3. Scope\n"
    body = "Article 1\nPurpose\n1. One long sentence.\nArticle 2\nTerms\n1. Two.\nArticle 3\nScope\n1. Three."
    text = read(contents + body if first else f"{body}\n{contents}")
    assert [a.parts["1",] for a in text.articles.values()] == ["One long sentence.", "Two.", "Three."]


def test_a_reference_to_an_article_heads_none():
    text = read("Article 5\nTitle\n1. As laid down in\nArticle 40, paragraph 3, of this text.\n2. Next.")
    assert list(text.articles) == [5]
    assert text.articles[5].parts["1",].endswith("Article 40, paragraph 3, of this text.")


def test_what_runs_over_all_pages_and_footnotes_are_left_aside():
    pages = [
        ["A/RES/99/999 Example", "Article 1", "Title", "1. The keeper1 of the light-", "house sleeps.",
         "1 See the almanac.", "24-12345 1/3"],
        ["A/RES/99/999 Example", "2. The gulls2 shout,", "______", "2 And a second note,", "in two lines.",
         "24-12345 2/3"],
        ["A/RES/99/999 Example", "and go on", "until the morning.", "3. End.", "24-12345 3/3"],
    ]  # fmt: skip
    parts = take_apart(pages).articles[1].parts
    assert parts["1",] == "The keeper1 of the lighthouse sleeps."
    assert parts["2",] == "The gulls2 shout, and go on until the morning."
    assert parts["3",] == "End."


def test_words_divided_by_soft_and_hard_hyphens_are_whole_again():
    text = read("Article 1\nTitle\n1. A light\u00ad\nhouse and a sea-\ngull, but Anglo-\nSaxon.")
    assert text.articles[1].parts["1",] == "A lighthouse and a seagull, but Anglo- Saxon."


CHINESE = """联合国打击网络犯罪公约
第一条
灯塔
一、每一位看守人都数海鸥。
二、山上的天气写在册子里：
㈠ 早晨；
㈡ 晚上。
第十条
园丁
一、园丁给郁金香浇水。
第四十条
港口
一、船有灯。
二、船有帆。
"""
ARABIC = """اتفاقية الأمم المتحدة لمكافحة الجريمة السيبرانية
المادة ١
المنارات
1 - يعد الحارس طيور البحر الكثيرة
2 - يكتب الطقس في السجل:
(أ) في الصباح؛
(ب) في المساء.
المادة 40
الحدائق
١- يسقي البستاني الزهور
"""


@pytest.mark.parametrize(
    ("text", "language", "articles", "title"),
    [(CHINESE, "zh", [1, 10, 40], "灯塔"), (ARABIC, "ar", [1, 40], "المنارات")],
)
def test_chinese_and_arabic_as_plain_text(text, language, articles, title):
    found = read(text)
    assert found.language == language
    assert list(found.articles) == articles
    assert found.articles[1].title == title
    assert set(found.articles[1].parts) == {(), ("1",), ("2",), ("2", "a"), ("2", "b")}


def test_letters_of_other_alphabets_count_by_their_turn():
    cyrillic = "Статья 2\nТермины\nа) первый;\nб) второй;\nв) третий."
    assert set(read(cyrillic).articles[2].parts) == {(), ("a",), ("b",), ("c",)}
    spanish = "Artículo 2\nTérminos\n" + "\n".join(f"{c}) voz {c};" for c in "abcdefghijklmnñop")
    parts = read(spanish).articles[2].parts
    assert parts["o",] == "voz ñ;"
    assert parts["q",] == "voz p;"


MARKS = (
    "Article 1", "Article premier", "第一条", "المادة ١", "1. x", "2) y", "(a) z", "(i) w", "㈠ v", "一、u",
    "___________", "1 Note", "\v", "7/41", "\u00ad", "-",
)  # fmt: skip


@given(st.lists(st.lists(st.text(max_size=30) | st.sampled_from(MARKS), max_size=12), max_size=4))
def test_no_lines_make_it_stumble(pages):
    with contextlib.suppress(BadInput):
        text = take_apart(pages)
        for article in text.articles.values():
            assert all(isinstance(article.under(path), str) for path in article.parts)


def test_numbers_without_end_are_text():
    lines = [f"{n % 99 + 1}. ({chr(97 + n % 26)}) (i) x" for n in range(20_000)]
    text = read("\n".join(["Article 1", "Title", *lines]))
    assert len(text.articles[1].parts) <= official.MOST_PARTS + 4


# -- what is not this text --------------------------------------------------------------------------------


def refused(text, instrument="uncc"):
    with pytest.raises(BadInput) as caught:
        set_beside(LAW, instrument, read(text))
    return caught.value


def test_a_text_of_another_treaty_is_refused():
    other = plain("en").replace(HEAD, "Convention on Lighthouses").replace("A/RES/79/243", "")
    assert refused(other).id == "law.text_of_another"
    assert refused(plain("en"), "budapest").id == "law.text_of_another"


def test_a_text_that_names_the_treaty_but_is_another_is_refused():
    other = plain("en", "budapest").replace("Convention on Cybercrime", f"Not the {HEAD}")
    error = refused(other)
    assert error.id == "law.text_does_not_fit"
    assert error.arguments["found"] < error.arguments["of"]
    assert refused(plain("en") + "\nArticle 69\nMore\n1. More.").id == "law.text_too_many"


def test_a_part_of_the_text_is_taken_for_that_part():
    compared = set_beside(LAW, "uncc", read(plain("en", articles={40, 41, 42})))
    assert {p.place.article for p in compared.pairs} == {40, 41, 42}
    assert len(compared.absent) == 65


def test_a_text_without_articles_is_refused():
    with pytest.raises(BadInput) as caught:
        read("Nothing here.\nStill nothing.")
    assert caught.value.id == "law.text_without_articles"


def test_nobody_can_tick_what_the_text_does_not_have():
    text = plain("en").replace("22. ", "XX. ", 1)
    compared = set_beside(LAW, "uncc", read(text))
    where = Place("uncc", 40, ("22",))
    assert where in {p.place for p in compared.missing}
    with pytest.raises(NotFound) as caught:
        find_pair(compared, where)
    assert caught.value.id == "law.tick_not_in_text"
    with pytest.raises(NotFound) as caught:
        find_pair(compared, Place("uncc", 57, ("4",)))
    assert caught.value.id == "law.tick_of_nothing"
