"""What is printed of others' words."""

import pytest

from comity.cli.session import visible


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("\x1b[2J\x1b[1;1Hgranted", "\\u001b[2J\\u001b[1;1Hgranted"),
        ("abc\u202edetnarg", "abc\\u202edetnarg"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("line\u2028more\r", "line\\u2028more\\u000d"),
        ("عربي نمی\u200cخواهم", "عربي نمی\u200cخواهم"),
        ("ímynd 图 😀", "ímynd 图 😀"),
    ],
)
def test_nothing_in_it_moves_the_cursor_or_turns_the_reading(said, shown):
    assert visible(said) == shown
