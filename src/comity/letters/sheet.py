"""A sheet: headings, paragraphs and tables about the law data, as Markdown or as a PDF.

Promises: both forms say the same words in the same order; foreign text is never read as markup.

Leaves to others: what stands in it (``cli``), setting the PDF (``setting``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from comity import messages
from comity.letters.setting import set_page

_TEMPLATE: Final = "sheet.typ"
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings and rows, each as long as the headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, what stands below it, and perhaps a table."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. ``notes`` stand below the title: what it is, as of when, and what it is not."""

    title: str
    notes: tuple[str, ...]
    parts: tuple[Part, ...]
    date: date


def as_markdown(sheet: Sheet) -> str:
    """The sheet as Markdown (CommonMark, with tables)."""
    return "\n".join(_lines(sheet)).rstrip("\n") + "\n"


def as_pdf(sheet: Sheet, language: str = messages.FALLBACK) -> bytes:
    """The sheet as a PDF.

    Raises:
        BadInput, Unavailable: as ``set_page``.
    """
    value = {
        **asdict(sheet),
        "date": sheet.date.isoformat(),
        "language": language.partition("-")[0],
        "page": messages.render("letters.page", language, page="{page}", pages="{pages}"),
    }
    return set_page(_TEMPLATE, "sheet", value, value, sheet.date)


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# {_plain(sheet.title)}"
    yield ""
    for note in sheet.notes:
        yield _plain(note)
        yield ""
    for part in sheet.parts:
        yield f"## {_plain(part.heading)}"
        yield ""
        for paragraph in part.paragraphs:
            yield _plain(paragraph)
            yield ""
        if part.table is not None:
            yield _row(part.table.head)
            yield "|" + " --- |" * len(part.table.head)
            yield from (_row(row) for row in part.table.rows)
            yield ""


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
