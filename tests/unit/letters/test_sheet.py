"""Sheets: Markdown and PDF say the same, and foreign text is never markup."""

import shutil
import subprocess
from datetime import date

import pytest

from comity.errors import BadInput
from comity.letters import Part, Sheet, Table, as_markdown, as_pdf

SHEET = Sheet(
    title="Xanadu beside the Convention",
    notes=("As of a day.",),
    parts=(
        Part("Article 7", ("First words.", "Second words.")),
        Part("Checklist", (), Table(("Key", "What"), (("N1", "one notice"), ("N2", "another notice")))),
    ),
    date=date(2026, 11, 21),
)
HOSTILE = '#import "x" *bold* <b>_it_</b> `code` | cell [link](http://x) $math$ \\ @ref'


def text_of(pdf, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def test_both_forms_say_every_word_in_order(tmp_path):
    pdf, markdown = text_of(as_pdf(SHEET), tmp_path), as_markdown(SHEET)
    words = [
        "Xanadu",
        "As of a day.",
        "Article 7",
        "First words.",
        "Second words.",
        "Checklist",
        "N1",
        "another notice",
    ]
    for said in (pdf, markdown):
        places = [said.index(word) for word in words]
        assert places == sorted(places)


def test_the_same_sheet_gives_the_same_bytes():
    assert as_pdf(SHEET) == as_pdf(SHEET)


def test_foreign_text_is_shown_as_it_is(tmp_path):
    sheet = Sheet(HOSTILE, (), (Part("A", (HOSTILE,), Table(("H",), ((HOSTILE,),))),), SHEET.date)
    assert text_of(as_pdf(sheet), tmp_path).count("#import") == 3
    markdown = as_markdown(sheet)
    row = next(line for line in markdown.splitlines() if line.startswith("| \\#"))
    assert row.count(" | ") - row.count("\\|") <= 0, "a bar in a cell does not end it"
    assert "<b>" not in markdown
    assert "\\`code\\`" in markdown


def test_a_line_break_in_a_text_begins_no_heading():
    sheet = Sheet("T", ("one\n# two",), (), SHEET.date)
    assert not any(line.startswith("# two") for line in as_markdown(sheet).splitlines())


def test_what_would_be_obeyed_instead_of_shown_is_refused():
    with pytest.raises(BadInput):
        as_pdf(Sheet("T", ("a\u202eb",), (), SHEET.date))
