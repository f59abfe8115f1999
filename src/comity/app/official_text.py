"""Read the text out of a file that holds an official text: a PDF, or plain text in UTF-8.

Promises: bounded in pages and letters; what cannot be read is refused with what to do, and never guessed: a
scan without text, a locked or damaged PDF, a web page, another kind of file.

Leaves to others: what the text says (``law.official``). It is read in this process, by ``pypdf``.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from typing import Final

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from comity.errors import BadInput
from comity.law import COLUMN
from comity.wire import digest

MAX_PAGES: Final = 600
MAX_LETTERS: Final = 4_000_000
UPWARDS: Final = 100
"""Points: where the text goes up so far at once, another column begins, or what runs over all pages."""

FEW: Final = 40
"""Letters a page on the average: below that, the pages are pictures."""

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
        pages = _of_pdf(data)
    elif start.startswith(_HTML):
        raise BadInput("app.text_is_html")
    elif data.startswith(_OTHER):
        raise BadInput("app.text_other_kind")
    else:
        pages = _of_plain(data)
    if sum(len(page) for page in pages) > MAX_LETTERS:
        raise BadInput("app.text_too_long", limit=MAX_LETTERS)
    return Document(tuple(tuple(page.split("\n")) for page in pages), digest(data))


def _of_plain(data: bytes) -> list[str]:
    if b"\x00" in data:
        raise BadInput("app.text_other_kind")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("app.text_not_utf8", offset=error.start) from error
    return text.split(_FORM_FEED)


def _of_pdf(data: bytes) -> list[str]:
    # What it thinks of a file's faults is not for our log: it would quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput("app.text_locked")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise BadInput("app.text_too_many_pages", pages=count, limit=MAX_PAGES)
        pages: list[str] = []
        for page in reader.pages:
            pages.append(_columns(page))
            if sum(map(len, pages)) > MAX_LETTERS:
                raise BadInput("app.text_too_long", limit=MAX_LETTERS)
    # A damaged file makes the reader stumble in many ways; each of them says that it is damaged.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
            AssertionError, ArithmeticError, NotImplementedError, OSError) as error:  # fmt: skip
        raise BadInput("app.text_damaged", what=type(error).__name__) from error
    if sum(len(text.strip()) for text in pages) < FEW * max(count, 1):
        raise BadInput("app.text_is_picture", pages=count)
    return pages


def _columns(page: PageObject) -> str:
    """The text of a page, its columns apart: a note at the foot of one is not read within the next."""
    columns: list[list[str]] = [[]]
    last: float | None = None

    def see(text: str, matrix: list[float], own: list[float], *_: object) -> None:
        nonlocal last
        if text.strip():
            height = own[4] * matrix[1] + own[5] * matrix[3] + matrix[5]
            if last is not None and height > last + UPWARDS:
                columns.append([])
            last = height
        columns[-1].append(text)

    page.extract_text(visitor_text=see)
    return f"\n{COLUMN}\n".join("".join(column) for column in columns)
