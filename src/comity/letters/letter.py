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

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from comity import messages
from comity.letters.setting import set_page

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
    return set_page(_TEMPLATE, "letter", _data(letter, language), asdict(letter), letter.date)


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
