"""How one would type what was just done: the command under a step of the story.

Promises: the words are quoted for a shell, so that the line can be typed as it stands; a long text is cut
after a whole word, and nothing else is left out.

Leaves to others: which command does what (``cli``); the tests hold each told command against it.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import Final

from comity.acts import Fact

LIMIT: Final = 48
"""Letters of a text that a command shows at most."""


def typed(*words: object) -> str:
    """The words as one line, without the name of the program."""
    return " ".join(_quoted(str(word)) for word in words)


def brief(text: str) -> str:
    """The beginning of a text, by whole words."""
    shown = ""
    for word in text.split():
        if shown and len(shown) + 1 + len(word) > LIMIT:
            break
        shown = f"{shown} {word}".lstrip()
    return shown.rstrip(",;:")


def many(option: str, values: Iterable[str]) -> Iterator[str]:
    """An option that is given once for each value."""
    for value in values:
        yield option
        yield value


def stated(facts: Iterable[Fact]) -> Iterator[str]:
    """Facts, as the command line takes them."""
    told = ((fact.key, fact.value) for fact in facts)
    return many("--fact", (f"{key}={_plain(value)}" for key, value in told))


def _quoted(word: str) -> str:
    """In double quotes where there is an apostrophe and nothing that a shell would read in them."""
    return f'"{word}"' if "'" in word and not set(word) & set('"$`\\!') else shlex.quote(word)


def _plain(value: bool | int | str) -> str:  # noqa: FBT001 - a fact's value is one of these
    return str(value).lower() if isinstance(value, bool) else str(value)
