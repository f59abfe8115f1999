"""The words of an act that is neither a request nor a decision, for a letter: all that it says, in order.

Promises: nothing that the act says is left out; ids and digests stand as they are, so that the paper can be
held against the act.

Leaves to others: the letter around it (``letter``), requests and decisions, which have forms of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from comity.acts import Act
from comity.letters import Paragraph, Section
from comity.messages import render
from comity.wire import dump, plain

NOT_SAID: Final = frozenset({"signatories"})
"""Who signed stands at the end of every letter."""

BESIDE: Final = frozenset({"wording"})
"""What has a section of its own (``letter_beside``)."""

LONG: Final = frozenset({"text", "description", "use"})
"""Members that are running text, where they are words; shown last, as paragraphs."""


def said_sections(act: Act, language: str) -> tuple[Section, ...]:
    """What the act says: its terms as rows, then each other member under its own heading."""
    terms = {name: value for name, value in dump(act.terms).items() if name not in BESIDE}
    rows = tuple((_name(name, language), "\n".join(_lines(value))) for name, value in terms.items() if value)
    found = [Section(render(f"letter.kind_{act.header.kind}", language), (), rows=rows)]
    told = [name for name in act.kind.fields if name in act.fields and name not in {"terms", *NOT_SAID}]
    for name in sorted(told, key=lambda one: one in LONG):
        value = plain(act.fields[name])
        if not value:
            continue
        if isinstance(value, str):
            paragraphs = tuple(Paragraph(part.strip()) for part in value.split("\n\n") if part.strip())
            found.append(Section(_name(name, language), paragraphs))
        else:
            found.append(Section(_name(name, language), tuple(Paragraph(line) for line in _lines(value))))
    return tuple(found)


def _name(member: str, language: str) -> str:
    return render(f"letter.said_{member}", language)


def _lines(value: Any) -> Iterator[str]:
    """A value in lines: of a list, one for each part; of a table, its members one after the other."""
    if isinstance(value, list):
        for one in value:
            yield from _lines(one)
    elif isinstance(value, dict):
        parts = ((name, ", ".join(_lines(inner))) for name, inner in value.items())
        yield "; ".join(f"{name.replace('_', ' ')}: {text}" for name, text in parts if text)
    elif value is not None and value != "":
        yield str(value).lower() if isinstance(value, bool) else str(value)
