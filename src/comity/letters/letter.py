"""One signed act as one letter: A4, PDF/UA-1 (ISO 14289-1), set by typst.

Promises:
- The same letter gives the same bytes, on any machine: fonts are those inside typst, the system's are
  ignored; no clock, network or file of the reader's is read; the PDF's date is the letter's.
- What is not certain is seen: a paragraph to be confirmed carries a mark, an instrument that is not in
  force is named as such in a box on the first page, a demonstration says so at the top of every page.
- Nothing is left out silently: text that the fonts cannot draw, or that turns the direction of the
  words around it, is refused, never shown as a blank.

Leaves to others: the content (``app``), and the signature on the PDF. The fonts draw Latin, Greek and
Cyrillic script, and little of Arabic; Arabic and Chinese letters need fonts that are not shipped yet.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any, Final

from comity import messages
from comity.errors import BadInput, Unavailable

_TEMPLATE: Final = "letter.typ"

_LABELS: Final = (
    "letters.to",
    "letters.reference",
    "letters.date",
    "letters.signed_by",
    "letters.role",
    "letters.signer",
    "letters.key",
    "letters.item",
    "letters.content",
    "letters.act",
    "letters.to_be_confirmed",
    "letters.to_be_confirmed.meaning",
    "letters.specimen",
    "letters.rendering.heading",
    "letters.rendering",
    "letters.not_in_force.heading",
)
"""Texts of the form itself, handed to the template by the last part of their names."""

_UNDRAWABLE: Final = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.DOTALL)
"""How typst reports missing glyphs when it writes PDF/UA."""

_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the order in which others are shown (UAX #9, section 2)."""


@dataclass(frozen=True, slots=True)
class Office:
    """An authority as a letter names it: of which State, its own name, and further lines (address)."""

    state: str
    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph (a line feed breaks the line).

    ``to_be_confirmed`` where it rests on law data that no lawyer has compared with the official text yet.
    """

    text: str
    to_be_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part: paragraphs, then (for items, time limits, identifiers) rows of name and content."""

    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed the act: role, pseudonym and function as the act shows them, and the key's id."""

    role: str
    alias: str
    function: str
    key: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says.

    ``marks`` stand at the top ("Urgent", "Confidential"); ``not_in_force`` holds the full names of the
    instruments the letter names that are not in force between the two States on its date; ``act`` is the
    id of the act that the letter renders, 64 hexadecimal digits; ``specimen`` marks a demonstration.
    """

    sender: Office
    receiver: Office
    reference: str
    date: date
    subject: str
    sections: tuple[Section, ...]
    signers: tuple[Signer, ...]
    act: str
    marks: tuple[str, ...] = ()
    not_in_force: tuple[str, ...] = ()
    specimen: bool = False


def render(letter: Letter, language: str = messages.FALLBACK) -> bytes:
    """The letter as a PDF; the words of the form are in ``language`` (BCP 47), the rest is as given.

    Raises:
        BadInput: a character that cannot be drawn, or that is a control character.
        Unavailable: typst is not installed (the extra ``comity[letters]``).
    """
    try:
        import typst
    except ImportError as error:
        raise Unavailable("letters.not_installed") from error
    for text in _texts(asdict(letter)):
        _refuse_controls(text)
    noon = datetime(letter.date.year, letter.date.month, letter.date.day, 12, tzinfo=UTC)
    try:
        return typst.compile(
            (files("comity.letters") / _TEMPLATE).read_bytes(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"letter": json.dumps(_data(letter, language), ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=noon,
        )
    except typst.TypstError as error:
        missing = _UNDRAWABLE.search(error.message)
        if missing is None:
            raise
        raise BadInput("letters.no_glyph", characters=_code_points(missing["text"])) from error


def _data(letter: Letter, language: str) -> dict[str, Any]:
    """What the template reads: the letter, the words of the form, the date in words."""
    labels = {id.removeprefix("letters."): messages.render(id, language) for id in _LABELS}
    day = messages.render(
        "letters.day",
        language,
        day=letter.date.day,
        month=messages.render(f"letters.month.{letter.date.month}", language),
        year=letter.date.year,
    )
    notices = [
        messages.render("letters.not_in_force", language, instrument=instrument, day=day)
        for instrument in letter.not_in_force
    ]
    page = messages.render("letters.page", language, page="{page}", pages="{pages}")
    return {
        **asdict(letter),
        "date": letter.date.isoformat(),
        "day": day,
        "labels": labels,
        "language": language.partition("-")[0],  # typst asks for the language subtag alone
        "notices": notices,
        "page": page,
    }


def _texts(value: object) -> Iterator[str]:
    """Every text inside a letter."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _refuse_controls(text: str) -> None:
    """A letter that reads otherwise than its signed act would be worse than none."""
    for character in text:
        if character == "\n":
            continue
        if character in _TURNING or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}:
            raise BadInput("letters.control_character", characters=_code_points(character))


def _code_points(text: str) -> str:
    """Characters by number: what stands in the letter is not repeated in an error."""
    return ", ".join(dict.fromkeys(f"U+{ord(character):04X}" for character in text))
