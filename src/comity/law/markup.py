"""XML as a tree of plain values, from bytes that anybody may have written.

Promises: a document type, an entity or anything that would be fetched is refused before it is read; size,
depth and number of elements are bounded; a page of HTML, an empty file, a truncated one and one that is no
XML are told apart. Text that stands in a footnote mark is left out.

Leaves to others: what the elements mean (``depositary``).

The parser is expat, by its own interface: it calls back for a document type before anything in it counts, and
that is all that is needed. A library around another tree builder would have to be kept to say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from comity.errors import BadInput

MAX_SIZE: Final = 8 * 1024 * 1024
"""Bytes; the longest list of the depositary is well below one of them."""

MAX_DEPTH: Final = 64
MAX_ELEMENTS: Final = 200_000
_LEFT_OUT: Final = frozenset({"superscript", "sup"})
_MARK: Final = re.compile(r"<\s*(superscript|sup)\s*>.*?<\s*/\s*\1\s*>", re.IGNORECASE | re.DOTALL)
_MAX_TEXT: Final = 2_000
"""Characters of a text that is read: a name, a step, a title, a count."""

_HEAD: Final = 4096
_UNCLOSED: Final = frozenset(
    {"no element found", "unclosed token", "unclosed CDATA section", "partial character"}
)


@dataclass(slots=True)
class Element:
    """One element: its name in lower case without a prefix, its attributes, its text and its children."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, its children's included, white space made single, without footnote marks.

        Raises:
            BadInput: it is longer than a name, a step, a title or a count.
        """
        return self.words(_MAX_TEXT)

    def words(self, limit: int) -> str:
        """The same of an element that may be longer, as what a State declared.

        Raises:
            BadInput: it has more letters than ``limit``.
        """
        whole = "".join(_text(self))
        if len(whole) > limit:
            raise BadInput("law.xml_text_too_long", element=self.name[:40], limit=limit)
        return " ".join(_MARK.sub(" ", whole).split())

    def all(self, *names: str) -> Iterator[Element]:
        """Every element of these names below, in the order of the document."""
        for child in self.children:
            if child.name in names:
                yield child
            yield from child.all(*names)

    def first(self, *names: str) -> Element | None:
        """The first element of these names below; None without."""
        return next(self.all(*names), None)


def _text(element: Element) -> Iterator[str]:
    if element.name in _LEFT_OUT:
        return
    yield from element.pieces
    for child in element.children:
        yield " "
        yield from _text(child)


def read_xml(data: bytes) -> Element:
    """Read a document.

    Raises:
        BadInput: empty, too long, a page of HTML, no XML, cut off, too deep, or with a document type.
    """
    if not data.strip():
        raise BadInput("law.xml_empty")
    if len(data) > MAX_SIZE:
        raise BadInput("law.xml_too_long", size=len(data), limit=MAX_SIZE)
    head = data[:_HEAD].lower()
    if b"<html" in head or b"<!doctype html" in head:
        maintenance = b"maintenance" in data[: 16 * _HEAD].lower()
        raise BadInput("law.xml_maintenance" if maintenance else "law.xml_is_a_page")
    if not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise BadInput("law.xml_not_xml", line=1, what="no markup")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)  # noqa: FBT003 - expat's shape: this is all there is
    except expat.ExpatError as error:
        what = expat.ErrorString(error.code) or "?"
        if what in _UNCLOSED:
            raise BadInput("law.xml_cut_off", line=error.lineno) from error
        raise BadInput("law.xml_not_xml", line=error.lineno, what=what) from error
    except (LookupError, ValueError) as error:  # an encoding that does not exist, or that expat cannot use
        raise BadInput("law.xml_not_xml", line=1, what="encoding") from error
    return reader.root.children[0]


class _Reader:
    """What expat calls back into."""

    def __init__(self) -> None:
        self.root = Element("", {})
        self._open = [self.root]
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse
        self.parser.UnparsedEntityDeclHandler = self._refuse

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH or self._count > MAX_ELEMENTS:
            raise BadInput("law.xml_too_deep", depth=MAX_DEPTH, elements=MAX_ELEMENTS)
        element = Element(name.rpartition(":")[2].lower(), attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        # The order of text around children is of no use to a table; the pieces of one element stay in order.
        self._open[-1].pieces.append(text)

    def _refuse(self, *_: object) -> NoReturn:
        raise BadInput("law.xml_document_type")
