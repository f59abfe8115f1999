"""What is printed of others' words."""

import re

import pytest

from comity.cli.session import table, visible


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


HEAD = ("ACT", "AT", "KIND", "FROM", "TO", "SIGNED", "STANDS")
ROW = ("abcdef123456", "2026-11-21T20:00:22Z", "request", "gh:central-authority", "pt:desk", "ama", "-")


@pytest.mark.parametrize("columns", [40, 70, 100])
def test_a_table_folds_to_the_terminal_and_loses_nothing(monkeypatch, columns):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = re.sub("\x1b\\[[0-9;]*m", "", "\n".join(table([ROW], HEAD))).splitlines()
    assert max(map(len, lines)) <= columns
    assert sum(letter.isdigit() for line in lines for letter in line) == sum(map(str.isdigit, "".join(ROW)))
    if columns == 40:
        # Too narrow for seven columns: one cell a line, each with its title.
        assert [line.split() for line in lines if line.split()] == [
            list(p) for p in zip(HEAD, ROW, strict=True)
        ]
