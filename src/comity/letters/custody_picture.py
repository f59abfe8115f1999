"""Who held an exhibit, as a picture: one line an event, one lane a person, drawn as SVG.

Promises: the same events give the same SVG; shapes as well as colours tell the kinds apart; it reads from
right to left where the language does; foreign text is never read as markup; a long chain is several pictures.

Leaves to others: the events (``evidence.chronicle``), the page around it (``court_page``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from comity import messages
from comity.evidence import Action, Event
from comity.letters.picture import COLOURS

LINES: Final = 30
"""Events in one picture: what fits on a printed page."""

CLASSES: Final = {
    "in": frozenset({Action.TAKEN_IN, Action.SEALED, Action.STAMPED, Action.RECEIVED, Action.MARKED}),
    "read": frozenset(
        {
            Action.OPENED,
            Action.EXAMINED,
            Action.ANALYSED,
            Action.REVIEWED,
            Action.CERTIFIED,
            Action.SELECTED,
            Action.CHECKED,
            Action.USED,
            Action.UNSEALED,
            Action.MOVED,
        }
    ),
    "out": frozenset({Action.SENT, Action.HANDED_OUT, Action.EXPORTED}),
    "alarm": frozenset({Action.REFUSED_ACCESS, Action.DAMAGED}),
    "end": frozenset({Action.RETURNED, Action.DESTROYED}),
}
"""Kinds of touches, each with a colour and a shape of its own."""

_COLOUR: Final = {
    "in": COLOURS["strong"],
    "read": COLOURS["light"],
    "out": COLOURS["third"],
    "alarm": COLOURS["middle"],
    "end": COLOURS["own"],
}
_WIDTH: Final = 720
_TIMES: Final = 158
_WORDS: Final = 232
_ROW: Final = 24
_HEAD: Final = 34
_NAMED: Final = 4
"""Lanes up to which each bears its pseudonym; more have letters, which the legend explains."""

_FONT: Final = "Libertinus Serif, DejaVu Sans, Droid Sans Fallback, Noto Sans CJK SC, sans-serif"


def people_of(events: Sequence[Event]) -> tuple[tuple[str, str], ...]:
    """The lanes in the order in which they first had it in hand: a letter, and the pseudonym."""
    return tuple((_letter(at), who) for at, who in enumerate(dict.fromkeys(event.who for event in events)))


def class_of(action: Action) -> str:
    """The kind of a touch, by its name in ``CLASSES``."""
    return next(name for name, actions in CLASSES.items() if action in actions)


def pictures(events: Sequence[Event], language: str, *, leftward: bool, said: str) -> tuple[str, ...]:
    """The chain as SVG, ``LINES`` events a picture. ``said``: what it shows, in words.

    ``leftward``: the language is written from right to left.
    """
    lanes = people_of(events)
    return tuple(
        "".join(_drawn(events[at : at + LINES], lanes, language, leftward=leftward, said=said))
        for at in range(0, len(events), LINES)
    )


def legend(language: str, *, leftward: bool) -> str:
    """What the shapes mean, as SVG."""
    rows = []
    for at, name in enumerate(CLASSES):
        y = 14 + at * 20
        rows.append(_mark(name, _turn(14, leftward=leftward), y))
        rows.append(_text(messages.render(f"court.class_{name}", language), 30, y + 4, leftward=leftward))
    height = 8 + 20 * len(CLASSES)
    return f"{_open(height, messages.render('court.legend', language))}{''.join(rows)}</svg>"


def _drawn(
    events: Sequence[Event],
    lanes: Sequence[tuple[str, str]],
    language: str,
    *,
    leftward: bool,
    said: str,
) -> Iterator[str]:
    height = _HEAD + _ROW * len(events) + 6
    yield _open(height, said)
    across = {who: _TIMES + (_WIDTH - _TIMES - _WORDS) * (2 * at + 1) // (2 * len(lanes)) for at, (_, who) in
              enumerate(lanes)}  # fmt: skip
    for letter, who in lanes:
        x = _turn(across[who], leftward=leftward)
        yield f'<line x1="{x}" y1="{_HEAD - 8}" x2="{x}" y2="{height}" stroke="#d5d9df"/>'
        name = letter if lettered(lanes) else _person(who, language)
        yield _text(name, across[who], 16, leftward=leftward, anchor="middle", size=11)
    places = [(across[event.who], _HEAD + 8 + at * _ROW) for at, event in enumerate(events)]
    for (x1, y1), (x2, y2) in pairwise(places):
        ends = (_turn(x1, leftward=leftward), _turn(x2, leftward=leftward))
        yield f'<line x1="{ends[0]}" y1="{y1}" x2="{ends[1]}" y2="{y2}" stroke="#8a94a0" stroke-width="2"/>'
    for event, (x, y) in zip(events, places, strict=True):
        yield _mark(class_of(event.action), _turn(x, leftward=leftward), y)
        yield _text(_instant(event.at), 0, y + 4, leftward=leftward, colour="#566070", size=11)
        yield _text(str(event.counter), _WIDTH - _WORDS + 26, y + 4, leftward=leftward, anchor="end", size=11)
        yield _text(messages.render(f"court.action_{event.action.value}", language), _WIDTH - _WORDS + 34,
                    y + 4, leftward=leftward)  # fmt: skip
    yield "</svg>"


def _mark(name: str, x: int, y: int) -> str:
    colour = _COLOUR[name]
    match name:
        case "in":
            return f'<circle cx="{x}" cy="{y}" r="6" fill="{colour}"/>'
        case "read":
            return f'<circle cx="{x}" cy="{y}" r="5" fill="#ffffff" stroke="{colour}" stroke-width="3"/>'
        case "out":
            return f'<path d="M{x - 6} {y - 6}h12l-6 12z" fill="{colour}"/>'
        case "alarm":
            return f'<path d="M{x} {y - 8}l8 8l-8 8l-8 -8z" fill="{colour}"/>'
        case _:
            return f'<rect x="{x - 6}" y="{y - 6}" width="12" height="12" fill="{colour}"/>'


def _open(height: int, said: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"'
        f' height="{height}" role="img" aria-label={quoteattr(said)} font-family={quoteattr(_FONT)}'
        ' style="direction:ltr">'  # places are turned here, where the language asks for it
    )


def _text(
    text: str,
    x: int,
    y: int,
    *,
    leftward: bool,
    anchor: str = "start",
    size: int = 12,
    colour: str = "#1b2330",
) -> str:
    if leftward:
        anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
    place = _turn(x, leftward=leftward)
    return (
        f'<text x="{place}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _turn(x: int, *, leftward: bool) -> int:
    return _WIDTH - x if leftward else x


def _person(who: str, language: str) -> str:
    return messages.render("court.node", language) if who == "node" else who


def _instant(text: str) -> str:
    return text.replace("T", " ").replace("Z", " UTC")


def lettered(people: Sequence[tuple[str, str]]) -> bool:
    """Whether the lanes are headed by letters: the pseudonyms of so many would not stand side by side."""
    return len(people) > _NAMED


def _letter(at: int) -> str:
    """A to Z, then AA, AB and so on."""
    more, last = divmod(at, 26)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)
