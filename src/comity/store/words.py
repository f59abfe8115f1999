"""Which words a text has, for finding it again: one answer, whatever the script and the database.

Promises: a text and its words read alike however they are composed, cased or pointed; scripts that set no
spaces are read in pairs of characters. What is given to a database is ASCII, so that both compare bytes and
nothing else: neither's own idea of a word, of case or of an accent is asked.

Leaves to others: which texts are read (``app``), the tables (``projection``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

LONGEST: Final = 40
"""Characters of a word that are kept; of a longer one, the beginning."""

MOST: Final = 20_000
"""Different words of one case that are kept, the shortest first: enough for some hundred pages."""

# Accents, points and vowel signs that may be written or not; never the vowel signs of Indic scripts, which
# may not. Tatweel only lengthens a line.
_OPTIONAL: Final = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
_ASCII: Final = re.compile("[a-z0-9]+")
_KEPT: Final = ("L", "N", "M")
# Scripts that are written without spaces: Thai to Khmer, kana, Han with its extensions.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
)


def words_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of some texts, each once, as the databases are given them; at most ``MOST``."""
    found = {word for text in texts for run in _runs(text) for word in _kept(run)}
    kept = sorted(found, key=lambda word: (len(word), word))[:MOST]
    return tuple(sorted(map(_code, kept)))


def words_asked(text: str) -> tuple[str, ...]:
    """What a text that was asked for has to match: each is the beginning of a word. None: it has no word."""
    found = {word for run in _runs(text) for word in _asked(run)}
    return tuple(sorted(map(_code, found)))


def _runs(text: str) -> Iterator[str]:
    """The words of a text, and each row of characters that is written without spaces."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = unicodedata.normalize("NFC", _OPTIONAL.sub("", plain))
    run, kind = "", 0
    for character in plain:
        now = _kind(character)
        if now != kind and run:
            yield run
            run = ""
        kind = now
        if now:
            run += character
    if run:
        yield run


@lru_cache(maxsize=8192)
def _kind(character: str) -> int:
    """0: between words. 1: of a word. 2: of a row without spaces."""
    if unicodedata.category(character)[0] not in _KEPT:
        return 0
    point = ord(character)
    return 2 if any(first <= point <= last for first, last in _UNSPACED) else 1


def _kept(run: str) -> Iterator[str]:
    if _kind(run[0]) == 1:
        yield run[:LONGEST]
        return
    yield from (run[at : at + 2] for at in range(len(run)))  # the last character stands alone


def _asked(run: str) -> Iterator[str]:
    if _kind(run[0]) == 1 or len(run) == 1:
        yield run[:LONGEST]
        return
    yield from (run[at : at + 2] for at in range(len(run) - 1))


def _code(word: str) -> str:
    """In ASCII; what begins another word still does."""
    return word if _ASCII.fullmatch(word) else "_" + word.encode("utf-8").hex()
