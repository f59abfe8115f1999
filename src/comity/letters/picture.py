"""Pictures of participation: a map of the world and a line of time, drawn as SVG, and as PNG by typst.

Promises: the same values give the same SVG; colours that those can tell apart who see few; a text for each
State and for the whole, so that a picture says what it shows; foreign text is never read as markup. The
shapes are Natural Earth's (public domain) and take no position on any boundary; the picture says so.

Leaves to others: what a colour means (``cli``), and the facts (``law.participation``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from comity.errors import Unavailable

COLOURS: Final = {
    "strong": "#0072b2", "middle": "#d55e00", "third": "#e69f00", "light": "#56b4e9", "gone": "#555555",
    "none": "#e3e6ea", "own": "#000000",
}  # fmt: skip
"""A palette that stays distinct with each common kind of colour blindness (Okabe and Ito)."""

_FONT: Final = "Libertinus Serif, serif"
_LINE: Final = "#8a94a0"
_DOT: Final = 11
_LEGEND: Final = 70
_HEAD: Final = 150
_PPI: Final = 144
_LEVELS: Final = 5
_APART: Final = 130


@dataclass(frozen=True, slots=True)
class Class:
    """One colour of a map: what it says, and who has it. ``colour``: a name of ``COLOURS``."""

    label: str
    colour: str
    states: Mapping[str, str]
    """By code, what is said of that State: its name, and why."""
    counted: bool = True
    """Whether it is said how many they are."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline: totals by day."""

    label: str
    colour: str
    points: tuple[tuple[date, int], ...]


def world_map(title: str, notes: Sequence[str], classes: Sequence[Class]) -> str:
    """A map of the world, each State in the colour of its class; SVG."""
    world = _world()
    width, height = int(world["width"]), int(world["height"]) + _HEAD + _LEGEND * (len(classes) + len(notes))
    return "\n".join(
        [
            _open(width, height, title, " ".join([*(_said(c) for c in classes), *notes])),
            _text(title, 40, 90, 72),
            f'<g transform="translate(0 {_HEAD})" stroke="#ffffff" stroke-width="2">',
            *_shapes(world, classes),
            "</g>",
            *_legend(classes, int(world["height"]) + _HEAD + 50),
            *(
                _text(
                    note, 40, int(world["height"]) + _HEAD + 50 + _LEGEND * (len(classes) + at), 44, "#566070"
                )
                for at, note in enumerate(notes)
            ),
            "</svg>",
        ]
    )


def timeline(title: str, notes: Sequence[str], lines: Sequence[Line], goal: tuple[int, str] | None) -> str:
    """Totals over time as steps, with a level to be reached; SVG."""
    width, height, left, top = 1600, 890 + 50 * (len(lines) + len(notes)), 110, 120
    days = [day for line in lines for day, _ in line.points]
    first, last = min(days, default=date(2000, 1, 1)), max(days, default=date(2000, 1, 2))
    span = max(1, (last - first).days)
    top_count = max([1, *(count for line in lines for _, count in line.points), *([goal[0]] if goal else [])])
    step = _step(top_count)
    most = -(-top_count // step) * step

    def x(day: date) -> int:
        return left + (day - first).days * (width - 2 * left) // span

    def y(count: int) -> int:
        return top + 640 - count * 600 // most

    body = [_open(width, height, title, "; ".join(f"{line.label}: {_last(line)}" for line in lines))]
    body.append(_text(title, 40, 64, 38))
    for count in range(0, most + 1, step):
        body.append(
            f'<path d="M{left} {y(count)}H{width - left}" stroke="{COLOURS["none"]}" stroke-width="2"/>'
        )
        body.append(_text(str(count), 40, y(count) + 8, 24, "#566070"))
    for new_year in (date(year, 1, 1) for year in range(first.year + 1, last.year + 1)):
        body.append(f'<path d="M{x(new_year)} {y(0)}v12" stroke="{_LINE}" stroke-width="2"/>')
        # Beside the first or the last day there is no room for another.
        if min(x(new_year) - x(first), x(last) - x(new_year)) > _APART:
            body.append(_text(str(new_year.year), x(new_year) - 25, top + 680, 24, "#566070"))
    body += [_text(d.isoformat(), x(d) - 60, top + 680, 24, "#566070") for d in sorted({first, last})]
    if goal is not None:
        dashed = 'stroke-width="3" stroke-dasharray="12 8"'
        body.append(f'<path d="M{left} {y(goal[0])}H{width - left}" stroke="{COLOURS["own"]}" {dashed}/>')
        body.append(_text(goal[1], left + 10, y(goal[0]) - 12, 24))
    for line in lines:
        path, at = [], None
        for day, count in line.points:
            path.append(f"M{x(day)} {y(0)}V{y(count)}" if at is None else f"H{x(day)}V{y(count)}")
            at = count
        if path:
            colour = COLOURS[line.colour]
            body.append(
                f'<path d="{"".join(path)}H{width - left}" fill="none" stroke="{colour}" stroke-width="6"/>'
            )
    for at, line in enumerate(lines):
        body += _key(line.label + f": {_last(line)}", line.colour, 40, top + 760 + 50 * at, 30)
    for at, note in enumerate(notes):
        body.append(_text(note, 40, top + 790 + 50 * (len(lines) + at), 22, "#566070"))
    return "\n".join([*body, "</svg>"])


def _step(most: int) -> int:
    """How far the levels lie apart: a round number, so that about five of them reach ``most``."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * _LEVELS >= most:
                return step
        power *= 10


def as_png(svg: str) -> bytes:
    """The picture as PNG, set by typst with its own fonts.

    Raises:
        Unavailable: typst is not installed (the extra ``comity[letters]``).
    """
    try:
        import typst
    except ImportError as error:
        raise Unavailable("letters.not_installed") from error
    template = (
        b"#set page(width: 250mm, height: auto, margin: 0mm)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg", width: 100%)\n'
    )
    return typst.compile(template, format="png", ppi=_PPI, ignore_system_fonts=True, sys_inputs={"svg": svg})


@cache
def _world() -> dict[str, Any]:
    return dict(json.loads((files("comity.letters") / "world.json").read_bytes()))


def drawn() -> frozenset[str]:
    """The codes that the map has a shape or a dot for."""
    return frozenset({*_world()["shapes"], *_world()["dots"]})


def _shapes(world: dict[str, Any], classes: Sequence[Class]) -> Iterator[str]:
    looks = {code: (COLOURS[c.colour], said) for c in classes for code, said in c.states.items()}
    for code, path in world["shapes"].items():
        colour, said = looks.get(code, (COLOURS["none"], ""))
        yield f'<path d="{path}" fill="{colour}">{_tip(said)}</path>'
    for code, (x, y) in world["dots"].items():
        colour, said = looks.get(code, (COLOURS["none"], ""))
        yield f'<circle cx="{x}" cy="{y}" r="{_DOT}" fill="{colour}" stroke="{_LINE}">{_tip(said)}</circle>'


def _tip(said: str) -> str:
    return f"<title>{escape(said)}</title>" if said else ""


def _legend(classes: Sequence[Class], y: int) -> Iterable[str]:
    return [
        part
        for at, one in enumerate(classes)
        for part in _key(_said(one), one.colour, 40, y + _LEGEND * at, 48)
    ]


def _said(one: Class) -> str:
    return f"{one.label}: {len(one.states)}" if one.counted else one.label


def _key(label: str, colour: str, x: int, y: int, size: int) -> list[str]:
    look = f'fill="{COLOURS[colour]}" stroke="{_LINE}"'
    box = f'<rect x="{x}" y="{y - size + 6}" width="{size}" height="{size}" {look}/>'
    return [box, _text(label, x + size + 20, y, size)]


def _last(line: Line) -> int:
    return line.points[-1][1] if line.points else 0


def _text(said: str, x: int, y: int, size: int, colour: str = "#1b2330") -> str:
    font = f'font-family={quoteattr(_FONT)} font-size="{size}"'
    return f'<text x="{x}" y="{y}" {font} fill="{colour}">{escape(said)}</text>'


def _open(width: int, height: int, title: str, told: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n<desc>{escape(told)}</desc>\n"
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    )
