"""Read the text out of a file that holds an official text: a PDF, or plain text in UTF-8.

Promises: bounded in time, pages and letters; what cannot be read is refused with what to do, and never
guessed: a scan without text, a locked or damaged PDF, a web page, another kind of file.

Leaves to others: getting the text out of a PDF (``pdf_text``), what it says (``law.official``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.app.pdf_text import MAX_LETTERS, pages_of_pdf
from comity.errors import BadInput
from comity.wire import digest

_ARABIC: Final = (("\u0600", "\u06ff"), ("\ufb50", "\ufdff"), ("\ufe70", "\ufeff"))
"""The letters, and the forms of them that a PDF can hold in their place."""

_FORM_FEED: Final = "\f"
_PDF: Final = b"%PDF-"
_HEAD: Final = 1024
"""Within so many bytes a PDF says that it is one."""

_HTML: Final = (b"<!doctype", b"<html", b"<head", b"<?xml")
_OTHER: Final = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"II*\x00",
    b"MM\x00*",
)
"""Word processors' files and pictures, by their first bytes."""


@dataclass(frozen=True)
class Document:
    """The lines of each page, and the SHA-256 of the file that they were read from."""

    pages: tuple[tuple[str, ...], ...]
    digest: str


def read_document(data: bytes) -> Document:
    """Read a file.

    Raises:
        BadInput: whatever is not right with it.
    """
    if not data.strip():
        raise BadInput("app.text_empty")
    start = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _PDF in data[:_HEAD]:
        pages = pages_of_pdf(data)
        if _is_arabic(pages):
            raise BadInput("app.text_arabic_pdf")
    elif start.startswith(_HTML):
        raise BadInput("app.text_is_html")
    elif data.startswith(_OTHER):
        raise BadInput("app.text_other_kind")
    else:
        pages = _of_plain(data)
    if sum(len(page) for page in pages) > MAX_LETTERS:
        raise BadInput("app.text_too_long", limit=MAX_LETTERS)
    return Document(tuple(tuple(page.split("\n")) for page in pages), digest(data))


def _is_arabic(pages: Sequence[str]) -> bool:
    """Whether most letters are Arabic: a PDF has them in the order of the eye, not of the text."""
    letters = [c for page in pages for c in page if c.isalpha()]
    return 2 * sum(any(low <= c <= high for low, high in _ARABIC) for c in letters) > len(letters)


def _of_plain(data: bytes) -> list[str]:
    if b"\x00" in data:
        raise BadInput("app.text_other_kind")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("app.text_not_utf8", offset=error.start) from error
    return text.split(_FORM_FEED)
