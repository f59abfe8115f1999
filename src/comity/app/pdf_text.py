"""The text of a PDF that anybody may have made, read in a process of its own.

Promises: bounded in time, memory, pages and letters. A file that makes the reader run on, or fill the memory,
ends that process and nothing else; it is killed, and waited for. It gets the file on its standard input, none
of this process's environment, and gives back lines of text or the name of what is wrong.

Leaves to others: what kind of file it is (``official_text``), what the text says (``law.official``).
"""

from __future__ import annotations

import io
import json
import logging
import resource
import subprocess
import sys
from contextlib import suppress
from typing import Final

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from comity.errors import BadInput, ComityError
from comity.law import COLUMN

SECONDS: Final = 120.0
"""How long the reading may take; a treaty of seventy articles takes a few seconds."""

MEMORY: Final = 2 * 1024**3
"""Bytes of address space that the reading may take."""

MAX_PAGES: Final = 600
MAX_LETTERS: Final = 4_000_000
UPWARDS: Final = 100
"""Points: where the text goes up so far at once, another column begins, or what runs over all pages."""

FEW: Final = 40
"""Letters a page on the average: below that, the pages are pictures."""


def pages_of_pdf(data: bytes, *, seconds: float = SECONDS) -> list[str]:
    """The text of each page, ``COLUMN`` between its columns.

    Raises:
        BadInput: locked, damaged, a scan, too long, or not read in time.
    """
    command = [sys.executable, "-I", "-m", "comity.app.pdf_text"]
    try:
        done = subprocess.run(  # noqa: S603 - this very module, with this very interpreter
            command, input=data, capture_output=True, timeout=seconds, check=False, env={}
        )
    except subprocess.TimeoutExpired as error:
        raise BadInput("app.text_too_slow", seconds=int(seconds)) from error
    try:
        told = json.loads(done.stdout)
    except ValueError as error:
        raise BadInput("app.text_damaged", what=f"exit {done.returncode}") from error
    if "error" in told:
        raise BadInput(told["error"], **told["arguments"])
    return [str(page) for page in told["pages"]]


def read_here(data: bytes, *, most_pages: int = MAX_PAGES, most_letters: int = MAX_LETTERS) -> list[str]:
    """The same in this process, bounded in pages and letters only.

    Raises:
        BadInput: as ``pages_of_pdf``, but for the time.
    """
    # What it thinks of a file's faults is not for our log: it would quote the file.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput("app.text_locked")
        count = len(reader.pages)
        if count > most_pages:
            raise BadInput("app.text_too_many_pages", pages=count, limit=most_pages)
        pages: list[str] = []
        for page in reader.pages:
            pages.append(_columns(page))
            if sum(map(len, pages)) > most_letters:
                raise BadInput("app.text_too_long", limit=most_letters)
    # A damaged file makes the reader stumble in many ways; each of them says that it is damaged.
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
            AssertionError, ArithmeticError, NotImplementedError, OSError, MemoryError) as error:  # fmt: skip
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


def _answer() -> None:
    """The whole life of the process: a file on the standard input, text or an error on the output."""
    # A stricter bound of the system's own stays.
    with suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        told: dict[str, object] = {"pages": read_here(sys.stdin.buffer.read())}
    except ComityError as error:
        told = {"error": error.id, "arguments": dict(error.arguments)}
    # A page can hold half of a pair of surrogates, which is no text; escaped, it comes over as it is.
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    _answer()
