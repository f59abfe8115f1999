"""What an instrument asks of a State that joins: offences in its law, notices, and what it may reserve.

Promises: closed shapes; each bears a mark and points to paragraphs. What is only an option says so.

Leaves to others: comparing it with a State's law (``comparison``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from comity.law.marks import Mark
from comity.law.model import SourceKey, Text, Words
from comity.wire import Model


class Element(Model):
    """A part of an offence, or an element by which a State's law may narrow it.

    ``national``: the words for it in the law data of States (``NationalOffence.elements``).
    """

    key: Words
    summary: Text
    paragraph: str
    national: tuple[Words, ...] = ()


class Demand(Model):
    """An offence that an instrument makes its Parties create: its elements and the room that it leaves."""

    concept: Words
    instrument: Words
    article: int
    title: Text
    elements: tuple[Element, ...] = Field(min_length=1)
    options: tuple[Element, ...] = ()
    """Elements that a State's law may ask for on top; each makes the offence narrower."""
    carve_outs: tuple[Element, ...] = ()
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Formality(Model):
    """Something that a State must notify, or may reserve or declare, when it joins or after."""

    key: Words
    instrument: Words
    pointer: Text
    """Article and paragraph, as cited."""
    kind: Literal["duty", "option", "reservation", "declaration", "domestic"]
    what: Text
    when: Text
    to: Text
    unions_only: bool = False
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
