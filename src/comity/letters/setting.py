"""Setting a page: one value and one template of this room into a PDF, by typst.

Promises: the same value gives the same bytes on any machine (typst's own fonts unless told otherwise, a time
that is told); PDF/UA-1; a character that cannot be drawn, or that would be obeyed and not shown, is refused.

Leaves to others: what the value says (``letter``, ``sheet``), and the templates themselves.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Any, Final

from comity.errors import BadInput, Unavailable

_UNDRAWABLE: Final = re.compile(r'the text `"(?P<text>.+?)"` could not be displayed', re.DOTALL)
"""How typst reports missing glyphs when it writes PDF/UA."""

_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that change the order in which others are shown (UAX #9, section 2)."""


class Undrawn(Exception):
    """No font that was asked for draws a text of the page: the first such."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def set_page(
    template: str,
    name: str,
    value: dict[str, Any],
    foreign: object,
    day: date,
) -> bytes:
    """One PDF, with typst's own fonts.

    Args:
        template: a file of this room.
        name: under which the template reads the value, as JSON.
        value: what it reads.
        foreign: the part of it whose texts come from outside, looked through for control characters.
        day: the document's day.

    Raises:
        BadInput: a character that cannot be drawn, or that is a control character.
        Unavailable: typst is not installed (the extra ``comity[letters]``).
    """
    try:
        return try_page(template, name, value, foreign, day)
    except Undrawn as undrawn:
        raise BadInput("letters.no_glyph", characters=code_points(undrawn.text)) from undrawn


def try_page(
    template: str,
    name: str,
    value: dict[str, Any],
    foreign: object,
    day: date,
    *,
    system_fonts: bool = False,
) -> bytes:
    """The same, for who knows what to do about a text that is not drawn.

    ``system_fonts``: also those of this system, for scripts that typst's own do not draw. The page is then
    the same on machines with the same fonts only.

    Raises:
        Undrawn: a text that cannot be drawn. BadInput: a control character. Unavailable: as ``set_page``.
    """
    try:
        import typst
    except ImportError as error:
        raise Unavailable("letters.not_installed") from error
    for text in texts_of(foreign):
        _refuse_controls(text)
    try:
        return typst.compile(
            (files("comity.letters") / template).read_bytes(),
            format="pdf",
            ignore_system_fonts=not system_fonts,
            sys_inputs={name: json.dumps(value, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        )
    except typst.TypstError as error:
        missing = _UNDRAWABLE.search(error.message)
        if missing is None:
            raise
        raise Undrawn(missing["text"]) from error


def texts_of(value: object) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)


def _refuse_controls(text: str) -> None:
    """A page that reads otherwise than what it stands for would be worse than none."""
    for character in text:
        if character == "\n":
            continue
        if is_control(character):
            raise BadInput("letters.control_character", characters=code_points(character))


def is_control(character: str) -> bool:
    """Whether a page would obey it, or show nothing, where others read something."""
    return character in _TURNING or unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"}


def code_points(text: str) -> str:
    """Characters by number: what stands in the text is not repeated in an error."""
    return ", ".join(dict.fromkeys(f"U+{ord(character):04X}" for character in text))
