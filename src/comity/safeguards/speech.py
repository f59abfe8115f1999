"""Is a cited provision one of which a source says that it is used against speech?

Promises: reads the words of a citation, of no person; what it finds raises a question and answers none.
To find nothing says nothing. The words may be in any case, with any signs between them; numbers in any
script of digits.

Leaves to others: which provisions those are (law data), the question (``checks.persecution``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from comity.law import Bundle, SpeechLaw

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Cited:
    """A law that a citation may mean. ``how``: its provision is named, the law alone, or its kind known."""

    law: SpeechLaw
    how: Literal["provision", "law", "kind"]


def cited(law: Bundle, state: str, citation: str) -> tuple[Cited, ...]:
    """What a State's citation may mean, in the order of keys.

    ``provision``: the law and one of its numbers stand in the citation. ``law``: the law, and no number.
    ``kind``: a source names a kind of provision of that State, without saying where it stands.
    """
    words = _words(citation)
    found: list[Cited] = []
    for one in law.speech_laws(state):
        if one.law is None:
            found += [Cited(one, "kind")] if words else []
            continue
        rest = _rest(words, one)
        if rest is None:
            continue
        numbers = [word for word in rest if word.isdecimal()]
        if not numbers:
            found.append(Cited(one, "law"))
        elif not set(numbers).isdisjoint(one.articles):
            found.append(Cited(one, "provision"))
    return tuple(sorted(found, key=lambda hit: hit.law.key))


@lru_cache(maxsize=1024)
def _name(name: str) -> tuple[str, ...]:
    """The words of a law's name; what a request says is not kept so."""
    return _words(name)


def _words(text: str) -> tuple[str, ...]:
    found = _WORD.findall(text.casefold())
    return tuple(str(int(word)) if word.isdecimal() else word for word in found)


def _rest(words: tuple[str, ...], law: SpeechLaw) -> tuple[str, ...] | None:
    """The words of a citation without one of the law's names; none where it bears no name of it."""
    for name in map(_name, law.names):
        for at in range(len(words) - len(name) + 1):
            if words[at : at + len(name)] == name:
                return words[:at] + words[at + len(name) :]
    return None
