"""Our records beside an official text: which stands where we say, which does not, and what we do not hold.

Promises: pure; every record of the instrument is named once; a text of another treaty is refused.

Leaves to others: taking a text apart (``official``); whether a record says the same (a person).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from comity.errors import BadInput, NotFound
from comity.law.bundle import Bundle
from comity.law.citation import Place, in_order, place_of
from comity.law.model import Provision, Title
from comity.law.official import OfficialText

LEAST: Final = 60
"""Percent of our records, of the articles that a text has, that must stand in it where we say."""


@dataclass(frozen=True, slots=True)
class TextPair:
    """One record of ours, and what stands at its place. ``text``: none where the text has no such place."""

    provision: Provision
    place: Place
    text: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """An instrument beside a text of it."""

    instrument: str
    language: str
    pairs: tuple[TextPair, ...]
    """In the order of the instrument; only of articles that the text has."""
    absent: tuple[int, ...]
    """Articles of ours that the text does not have."""
    surplus: tuple[Place, ...]
    """Paragraphs of the text that no record of ours is of."""

    @property
    def standing(self) -> tuple[TextPair, ...]:
        """Those whose place is in the text."""
        return tuple(pair for pair in self.pairs if pair.text is not None)

    @property
    def missing(self) -> tuple[TextPair, ...]:
        """Those whose place is not: the number may be wrong, or the text was not read well there."""
        return tuple(pair for pair in self.pairs if pair.text is None)


def set_beside(bundle: Bundle, instrument: str, text: OfficialText) -> Comparison:
    """Set the records of an instrument beside a text.

    Raises:
        BadInput: it is not a text of this instrument. NotFound: no such instrument.
    """
    held = bundle.instrument(instrument)
    if not _named(held.titles, text.words):
        raise BadInput("law.text_of_another", instrument=held.short_name, articles=len(text.articles))
    last = max(text.articles)
    if held.articles is not None and last > held.articles:
        raise BadInput("law.text_too_many", instrument=held.short_name, held=held.articles, last=last)
    ours = in_order(bundle.provisions_of(instrument))
    pairs = tuple(_pair(p, text) for p in ours if p.article in text.articles)
    standing = sum(pair.text is not None for pair in pairs)
    if standing * 100 < LEAST * len(pairs) or not pairs:
        raise BadInput("law.text_does_not_fit", instrument=held.short_name, found=standing, of=len(pairs))
    absent = tuple(sorted({p.article for p in ours} - set(text.articles)))
    return Comparison(instrument, text.language, pairs, absent, _surplus(instrument, ours, text))


def find_pair(comparison: Comparison, place: Place) -> tuple[TextPair, ...]:
    """The pairs at a place.

    Raises:
        NotFound: none is, or the text has no such place, so that nobody can have compared it.
    """
    at = tuple(p for p in comparison.pairs if p.place == place)
    if not at:
        below = [p for p in comparison.pairs if p.place.article == place.article]
        at = tuple(p for p in below if p.place.path[: len(place.path)] == place.path)
    if not at:
        raise NotFound("law.tick_of_nothing", address=place.address)
    if any(pair.text is None for pair in at):
        raise NotFound("law.tick_not_in_text", address=place.address)
    return at


def _named(titles: tuple[Title, ...], words: str) -> bool:
    """Whether the text calls itself by one of these names, however its lines were broken."""
    flat = _flat(words)
    return any(_flat(title.words) in flat for title in titles)


def _flat(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _pair(provision: Provision, text: OfficialText) -> TextPair:
    place = place_of(provision)
    article = text.articles[place.article]
    if place.path and place.path not in article.parts:
        return TextPair(provision, place, None)
    return TextPair(provision, place, article.under(place.path))


def _surplus(instrument: str, ours: tuple[Provision, ...], text: OfficialText) -> tuple[Place, ...]:
    """Paragraphs (not items) of articles with records of ours, that none of these is of or within."""
    found: list[Place] = []
    for number, article in text.articles.items():
        paths = [place_of(p).path for p in ours if p.article == number]
        if not paths or () in paths:
            continue
        known = {path[0] for path in paths}
        there = (path for path in article.parts if len(path) == 1 and path[0].isdigit())
        found += [Place(instrument, number, path) for path in there if path[0] not in known]
    return tuple(found)
