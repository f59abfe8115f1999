"""Messages are ids with arguments; their words come from catalogues, one folder a language.

Promises: the same id and arguments give the same text, in the language asked for, or in English
where that catalogue lacks the id. An unknown id, or an argument that a text asks for and does not
get, is a fault of the program and raises ``KeyError``; it is never shown as an empty string.

Leaves to others: which language a person reads (``settings``, ``web``), and layout.

A catalogue is a flat TOML file: ``"wire.duplicate_key" = "... {key} ..."``. Each room has its own.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.errors import Argument, ComityError

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Message:
    """A text not yet put into words: what findings, reasons of the program and narratives are."""

    id: str
    arguments: tuple[tuple[str, Argument], ...] = ()


def message(id: str, /, **arguments: Argument) -> Message:
    """Make a message; arguments are kept in the order of their names, so equal ones are equal."""
    return Message(id, tuple(sorted(arguments.items())))


@cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of one language, every room's file together.

    Raises:
        KeyError: two rooms' files define one id, or the language has no folder.
    """
    folder = files("comity") / "locale" / language
    if not folder.is_dir():
        raise KeyError(language)
    texts: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".toml"):
            continue
        for id, text in tomllib.loads(entry.read_text(encoding="utf-8")).items():
            if id in texts:
                raise KeyError(f"{id} stands twice in the catalogue of {language}")
            texts[id] = text
    return texts


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a catalogue, in alphabetical order of their tags (BCP 47)."""
    return tuple(sorted(e.name for e in (files("comity") / "locale").iterdir() if e.is_dir()))


def render(id: str, language: str = FALLBACK, /, **arguments: Argument) -> str:
    """Put one message into words."""
    text = catalogue(language).get(id) if language in languages() else None
    if text is None:
        text = catalogue(FALLBACK)[id]
    return text.format(**arguments)


def say(message: Message, language: str = FALLBACK) -> str:
    """Put a ``Message`` into words."""
    return render(message.id, language, **dict(message.arguments))


def explain(error: ComityError, language: str = FALLBACK) -> tuple[str, str]:
    """What is wrong, and what a person can do about it."""
    return (
        render(error.id, language, **error.arguments),
        render(f"{error.id}.do", language, **error.arguments),
    )
