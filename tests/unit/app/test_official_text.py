"""Reading files: PDFs laid out as the United Nations do, and every wrong file with what to do."""

import io
import re
import signal
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
import typst

from comity.app import official_text, pdf_text
from comity.app.official_text import read_document
from comity.app.pdf_text import pages_of_pdf, read_here
from comity.errors import BadInput
from comity.law import packaged_bundle, set_beside, take_apart
from comity.wire import digest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from laid_out import ARABIC, CHINESE, SENTENCES, names, pdf, places, plain, said, sheet

HAN_FONTS = (
    "Droid Sans Fallback",
    "Noto Sans CJK SC",
    "Noto Serif CJK SC",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)

SOME = {2, 17, 20, 40, 45, 53, 57}
"""Articles of every make: letters alone, items in items, no number at all, thirty-two paragraphs."""


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("columns", [1, 2])
def test_a_pdf_in_one_column_or_two_is_read_whole(language, columns):
    articles = None if (language, columns) == ("en", 2) else SOME
    data = pdf(language, columns=columns, articles=articles)
    document = read_document(data)
    assert document.digest == digest(data)
    text = take_apart(document.pages)
    assert text.language == language
    index = 0
    for number, paths in places(articles=articles).items():
        parts = text.articles[number].parts
        assert set(parts) - {()} == set(paths), number
        for path in paths or [()]:
            # A footnote's number stands at the end of some; its text must not.
            assert parts[path].rstrip("0123456789 ") == said(language, number, path, index)
            index += 1
    assert not set_beside(packaged_bundle(), "uncc", text).missing


@pytest.fixture(scope="module")
def good():
    return pdf("en", articles={1, 2, 3})


def refused(data):
    with pytest.raises(BadInput) as caught:
        read_document(data)
    return caught.value.id


def rewritten(data, change):
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_locked_pdf_is_refused_and_one_that_only_forbids_printing_is_read(good):
    locked = rewritten(good, lambda w: w.encrypt("secret", algorithm="AES-256"))
    assert refused(locked) == "app.text_locked"
    open_to_read = rewritten(good, lambda w: w.encrypt("", "owner", algorithm="AES-256"))
    assert read_document(open_to_read).pages == read_document(good).pages


def test_a_scan_without_text_is_refused():
    drawn = typst.compile(b'#set page(paper: "a4")\n#rect(width: 10cm, height: 20cm, fill: gray)\n' * 2)
    assert refused(drawn) == "app.text_is_picture"


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"", "app.text_empty"),
        (b" \n\t ", "app.text_empty"),
        (b"<!DOCTYPE html><html><body>Article 1</body></html>", "app.text_is_html"),
        (b"\n\n<HTML>", "app.text_is_html"),
        (b'<?xml version="1.0"?><Chapter/>', "app.text_is_html"),
        (b"PK\x03\x04word", "app.text_other_kind"),
        (b"{\\rtf1 Article 1}", "app.text_other_kind"),
        (b"\x89PNG\r\n", "app.text_other_kind"),
        (b"Article 1\x00", "app.text_other_kind"),
        ("Artículo 1".encode("latin-1"), "app.text_not_utf8"),
        (b"%PDF-1.7\n", "app.text_damaged"),
        (b"%PDF-1.7\n" + b"\xff" * 5000, "app.text_damaged"),
    ],
)
def test_a_wrong_file_is_refused(data, id):
    assert refused(data) == id


def test_a_damaged_pdf_is_refused_wherever_it_is_cut(good):
    for size in range(200, len(good), len(good) // 9):
        try:
            read_document(good[:size])
        except BadInput as error:
            assert error.id in {"app.text_damaged", "app.text_is_picture"}  # noqa: PT017 - it may be read too


def test_too_much_is_refused(good, monkeypatch):
    for bound, id in (({"most_pages": 0}, "many_pages"), ({"most_letters": 100}, "long")):
        with pytest.raises(BadInput) as caught:
            read_here(good, **bound)
        assert caught.value.id == f"app.text_too_{id}"
    monkeypatch.setattr(official_text, "MAX_LETTERS", 100)
    assert refused(b"Article 1\n" * 100) == "app.text_too_long"
    assert refused(good) == "app.text_too_long"


def test_a_pdf_that_is_not_read_in_time_is_refused_and_its_process_ended(good, monkeypatch):
    started = []
    popen = subprocess.Popen

    class Seen(popen):
        def __init__(self, *args, **more):
            super().__init__(*args, **more)
            started.append(self)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    # No interpreter starts in a thousandth of a second, whatever the file.
    with pytest.raises(BadInput) as caught:
        pages_of_pdf(good, seconds=0.001)
    assert (caught.value.id, caught.value.arguments["seconds"]) == ("app.text_too_slow", 0)
    (process,) = started
    assert process.returncode == -signal.SIGKILL


def endless(good):
    """A page tree that leads back into itself: each reading of it begins another."""
    return re.sub(rb"/Parent \d+ 0 R", lambda m: b"/Kids [" + m[0][8:-4] + b" 0 R]", good)


@pytest.mark.parametrize("spoil", [endless, lambda g: g.replace(b"/Length", b"/Lenght")])
def test_a_pdf_made_to_mislead_its_reader_is_read_or_refused(good, spoil):
    try:
        assert pages_of_pdf(spoil(good))
    except BadInput as error:
        assert error.id in {"app.text_damaged", "app.text_is_picture"}  # noqa: PT017 - it may be read too


def test_the_reading_process_knows_nothing_of_this_one_and_gives_the_same(good, monkeypatch):
    monkeypatch.setenv("COMITY_PASSPHRASE_FILE", "/nowhere")
    seen = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: seen.append(k["env"]) or run(*a, **k))
    assert pages_of_pdf(good) == read_here(good)
    assert seen == [{}]


def test_a_reader_that_dies_says_damaged(good, monkeypatch):
    monkeypatch.setattr(pdf_text.sys, "executable", "/bin/false")
    with pytest.raises(BadInput) as caught:
        pages_of_pdf(good)
    assert (caught.value.id, caught.value.arguments["what"]) == ("app.text_damaged", "exit 1")


def test_plain_text_has_pages_where_it_says_so():
    document = read_document("\ufeffArticle 1\nOne\fArticle 2\nTwo".encode())
    assert document.pages == (("Article 1", "One"), ("Article 2", "Two"))
    assert take_apart(read_document(plain("ru").encode()).pages).language == "ru"


PLACES = {40: {("1",), ("2",), ("2", "a"), ("2", "b")}, 41: {("1",)}}


def found_in(data):
    text = take_apart(read_document(data).pages)
    return text.language, {n: {p for p in a.parts if p} - {("3",)} for n, a in text.articles.items()}, text


@pytest.mark.parametrize(("lines", "language"), [(CHINESE, "zh"), (ARABIC, "ar")])
def test_chinese_and_arabic_are_read_as_plain_text(lines, language):
    told, places_found, text = found_in("\n".join(lines).encode())
    assert (told, places_found) == (language, PLACES)
    assert names()[language] in text.words
    # The words of a place stand in their order.
    assert text.articles[40].parts["2", "a"] == lines[5].removeprefix("㈠").removeprefix("(أ) ")


def test_chinese_is_read_from_a_pdf():
    data = next((d for f in HAN_FONTS if (d := sheet(CHINESE, "zh", f)) is not None), None)
    if data is None:
        pytest.skip("no font with Chinese letters is on this machine")
    told, places_found, text = found_in(data)
    assert (told, places_found) == ("zh", PLACES)
    assert text.articles[40].parts["3",] == CHINESE[7].removeprefix("三、")


def test_an_arabic_pdf_is_refused_since_its_words_come_in_another_order():
    data = sheet(ARABIC, "ar", "DejaVu Sans Mono")
    assert data is not None, "typst brings this font"
    assert refused(data) == "app.text_arabic_pdf"
    assert "حارس منارة" not in " ".join(pages_of_pdf(data)), "the day it is in order, let it be read"
