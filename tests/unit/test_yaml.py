"""YAML is read in one way only: whatever two readers could read in two ways is refused, with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.yaml import MAX_DEPTH, MAX_SIZE, read_yaml


def refused(text):
    with pytest.raises(BadInput) as caught:
        read_yaml(text if isinstance(text, bytes) else text.encode())
    return caught.value


def test_text_yes_no_and_whole_numbers_are_read():
    told = read_yaml(b'a: some words\nb: [true, false, 12, -3, "NO"]\nc: >-\n  two\n  lines\nd: {}\ne: []\n')
    assert told.value == {
        "a": "some words",
        "b": [True, False, 12, -3, "NO"],
        "c": "two lines",
        "d": {},
        "e": [],
    }


@pytest.mark.parametrize(
    "word",
    [
        "NO", "no", "Yes", "on", "Off", "y", "N", "True", "TRUE",
        "2026-11-21", "2026-1-1", "2026-11-21T10:00:00Z", "12:30", "12:30:45",
        "~", "null", "", "1.5", "1e3", ".5", "1_000", "012", "0x1F", "0o17", "0b1", "+1", ".inf", ".nan",
        "=", "<<", "9999999999999999",
    ],
)  # fmt: skip
def test_a_bare_word_on_which_readers_differ_is_refused_with_its_line(word):
    error = refused(f"a: fine\nb: {word}\n")
    assert (error.id, error.arguments["line"]) == ("yaml.not_text", 2)
    assert read_yaml(f'a: fine\nb: "{word}"\n'.encode()).value["b"] == word


def test_such_a_word_is_refused_as_a_key_too():
    assert refused("a: 1\nno: 2\n").id == "yaml.not_text"


@pytest.mark.parametrize(
    ("text", "id", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml.twice", 3),
        ("a:\n  b: 1\n  b: 1\n", "yaml.twice", 3),
        ("a: &x one\n", "yaml.alias", 1),
        ("a: &x {b: 1}\n", "yaml.alias", 1),
        ("a: one\nb: *x\n", "yaml.alias", 2),
        ("a: !!python/object:os.system x\n", "yaml.tag", 1),
        ("a: ! x\n", "yaml.tag", 1),
        ("a: 1\n---\nb: 2\n", "yaml.second_document", 2),
        ("a:\n\t- b\n", "yaml.not_yaml", 2),
        ("a: [1\n", "yaml.not_yaml", 2),
        ("a: 'open\n", "yaml.not_yaml", 2),
        ("? [a]\n: b\n", "yaml.key_no_text", 1),
        ("1: b\n", "yaml.key_no_text", 1),
        ("- a\n", "yaml.no_mapping", 1),
        ("", "yaml.no_mapping", 1),
        ("only text\n", "yaml.no_mapping", 1),
        (b"a: 1\nb: \xff\n", "yaml.not_utf8", 2),
        (b"a: 1\nb: \x07\n", "yaml.not_yaml", 2),
        ("a: " + "[" * (MAX_DEPTH + 1), "yaml.too_deep", 1),
    ],
)
def test_what_has_no_one_meaning_is_refused_with_its_line(text, id, line):
    error = refused(text)
    assert (error.id, error.arguments["line"]) == (id, line)


def test_a_file_without_end_is_refused():
    assert refused(b"a: " + b"x" * MAX_SIZE).id == "yaml.too_long"


def test_the_line_of_each_value_is_kept_and_of_what_is_missing_that_of_what_is_around_it():
    told = read_yaml(b"a: 1\nb:\n  - c: 2\n  - d:\n      e: 3\n")
    assert told.line(("a",)) == 1
    assert told.line(("b", 0, "c")) == 3
    assert told.line(("b", 1, "d", "e")) == 5
    assert told.line(("b", 1, "d", "nothing")) == 4
    assert told.line(("nothing",)) is None


def read_or_refused(data):
    try:
        return read_yaml(data).value, None
    except BadInput as error:
        return None, error.id


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_as_bad_input(data):
    value, id = read_or_refused(data)
    assert isinstance(value, dict) or id.startswith("yaml.")


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@?, \n\t0129.eTyn~<=", max_size=60))
def test_any_text_is_read_or_refused_as_bad_input(text):
    value, id = read_or_refused(text.encode())
    assert isinstance(value, dict) or id.startswith("yaml.")
