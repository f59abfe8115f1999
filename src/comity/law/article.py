"""Articles, treaties that are only pointed to, and bases that a State describes itself.

Promises: closed shapes; an article names what of it is *not held*, so that a gap is never taken for
silence of the treaty. A title here is our short name of the article.

Leaves to others: the paragraphs (``model.Provision``), how they are cited (``citation``).
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from comity.law.marks import Day, Mark, Since
from comity.law.model import Key, OffenceClass, Settled, SourceKey, StateCode, Text, Words
from comity.wire import Model


class Article(Model):
    """One article of a treaty: our short name for it, and what of it is not held."""

    instrument: Words
    """An instrument, or a treaty that is only pointed to."""
    number: int = Field(ge=1)
    title: Text | None = None
    mark: Mark
    """How sure we are of the title, and so of what the article is about."""
    paragraphs: int | None = Field(default=None, ge=1)
    """How many paragraphs it has, where that is held."""
    not_held: tuple[Text, ...] = ()
    counterparts: tuple[Text, ...] = ()
    """Articles of sister treaties on the same matter, as they are cited: ``budapest art. 29``."""
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class Pointer(Model):
    """A treaty of which nothing is held but its name, and where the law data leads to it."""

    key: Words
    name: Text
    short_name: Text
    why: Text
    led_from: tuple[Key, ...] = ()
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)


class DescribedBasis(Model):
    """A basis for requests that a State describes itself: no instrument of ours holds it.

    ``other``: the State (or territory) on the other side; absent: to any (letters rogatory).
    """

    key: Key
    state: StateCode
    other: StateCode | None = None
    kind: Literal["bilateral_treaty", "regional_treaty", "reciprocity", "letters_rogatory"]
    name: Text
    since: Since
    until: Since | None = None
    measures: tuple[Words, ...] = Field(min_length=1)
    offence_classes: tuple[OffenceClass, ...] = Field(min_length=1)
    dual_criminality: Literal["not_required", "may_be_required"]
    channel: Text | None = None
    languages: tuple[Words, ...] = ()
    conditions: Text | None = None
    grounds: Text | None = None
    """On which grounds help may be refused under it, in the State's own words."""
    mark: Mark
    sources: tuple[SourceKey, ...] = Field(min_length=1)
    last_checked: Day
    review_by: Day
    settled: Settled | None = None

    @property
    def is_treaty(self) -> bool:
        """Whether it is a treaty of certain States, which has to say with whom."""
        return self.kind in {"bilateral_treaty", "regional_treaty"}
