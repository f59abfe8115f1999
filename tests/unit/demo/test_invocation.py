"""A told command is one line that a shell splits into the words it was made of."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from comity.demo.invocation import LIMIT, brief, typed


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1), min_size=1))
def test_a_shell_reads_the_words_as_they_were(words):
    assert shlex.split(typed(*words)) == words


def test_an_apostrophe_is_shown_as_a_person_would_type_it():
    assert typed("--text", "The night's request") == '--text "The night\'s request"'
    assert "$HOME" in typed("it's $HOME")
    assert shlex.split(typed("it's $HOME")) == ["it's $HOME"]
    assert not typed("it's $HOME").startswith('"')


def test_a_long_text_is_cut_after_a_whole_word():
    text = "one, two; " * 20
    assert len(brief(text)) <= LIMIT
    assert text.startswith(brief(text))
    assert brief(text)[-1].isalpha()
    assert brief("short") == "short"
