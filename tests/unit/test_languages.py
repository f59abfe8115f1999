"""Findings in the six languages of the United Nations: each text is there, whole, and in its language."""

import re
import string
import tomllib
from datetime import date
from importlib.resources import files

import pytest

from comity import messages
from comity.acts.terms import Basis
from comity.law import packaged_bundle
from comity.safeguards import CHECKS, FACTS, RequestFacts, assess, outward, question
from comity.safeguards.facts import gather
from comity.safeguards.words import narrative

OTHERS = ("ar", "es", "fr", "ru", "zh")
LOCALE = files("comity") / "locale"
TRANSLATED = tuple(language for language in OTHERS if (LOCALE / language).is_dir())
LETTERS = {"ar": "[\u0620-\u064a]", "ru": "[\u0400-\u04ff]", "zh": "[\u4e00-\u9fff]"}
"""A letter that a text of the language has, whatever else stands in it; of the others, none is its own."""
A_NAME = 12
"""Characters. A text as short as this may be a name, and the same in two languages."""
ON = date(2026, 11, 21)


def texts_of(language):
    """The texts of safeguards by file."""
    return {
        entry.name: tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in (LOCALE / language).iterdir()
        if re.fullmatch(r"safeguards(_[a-z_]+)?\.toml", entry.name)
    }


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


ENGLISH = {id: text for texts in texts_of("en").values() for id, text in texts.items()}


def not_translated(english, other, language):
    """The ids whose text stands in the folder of a language, and is not of it."""
    letter = re.compile(LETTERS.get(language, ""))
    return [
        id
        for id, text in other.items()
        if not text.strip() or (len(text) > A_NAME and text == english.get(id)) or letter.search(text) is None
    ]


def test_a_text_left_in_english_is_found():
    english = {"a": "The matter is out of time.", "b": "Form"}
    assert not_translated(english, dict(english), "fr") == ["a"]
    assert not_translated(english, {"a": "L'affaire est prescrite.", "b": "Forme"}, "ru") == ["a", "b"]
    assert not_translated(english, {"a": "", "b": "Form"}, "es") == ["a"]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_file_has_the_texts_of_the_english_one_and_no_other(language):
    english, other = texts_of("en"), texts_of(language)
    assert english.keys() == other.keys()
    for name, texts in english.items():
        assert texts.keys() - other[name].keys() == set(), f"{language}/{name} lacks these"
        assert other[name].keys() - texts.keys() == set(), f"{language}/{name} has these alone"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_asks_for_the_same_arguments(language):
    for texts in texts_of(language).values():
        for id, text in texts.items():
            if id in ENGLISH:
                assert placeholders(text) == placeholders(ENGLISH[id]), f"{language}: {id}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_in_english(language):
    for name, texts in texts_of(language).items():
        assert not_translated(ENGLISH, texts, language) == [], f"{language}/{name}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_question_stays_a_question(language):
    for id, text in texts_of(language).items():
        for key, said in text.items():
            if ENGLISH.get(key, "").endswith("?"):
                assert said.rstrip()[-1] in "?？؟", f"{language}/{id}: {key}"


@pytest.fixture(scope="module")
def findings():
    """What today's law makes of a request of which nothing is known."""
    bases = (Basis(instrument="budapest", provision="budapest.31.1"),)
    known = gather("GH", "PT", {}, (), ())
    asked = RequestFacts("0" * 64, "access_stored", "GH", "PT", bases, (), known)
    return assess(asked, packaged_bundle(), "requested", ON)


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_a_finding_reads_in_each_language(findings, language):
    told = 0
    for finding in findings:
        out = outward(finding)
        told += out is not None
        for sentence in (*narrative(finding), *((out,) if out else ())):
            text = messages.say(sentence, language)
            assert text.strip()
            assert "{" not in text
            if language in TRANSLATED and len(messages.say(sentence)) > A_NAME:
                assert text != messages.say(sentence), f"{language}: {sentence.id}"
    assert told, "no finding said anything outward: nothing was tried"


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_a_question_reads_in_each_language(language):
    for key in FACTS:
        text = messages.say(question(key), language)
        assert text.strip()
        assert "{" not in text


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_check_has_its_title_in_the_language_itself(language):
    own = messages.catalogue(language)
    assert [check.key for check in CHECKS if f"safeguards.{check.key}.title" not in own] == []


def test_what_has_no_translation_is_said_in_english():
    id = "cli.no_such_language.do"
    for language in TRANSLATED:
        if id not in messages.catalogue(language):
            assert messages.render(id, language, known="en") == messages.render(id, known="en")
