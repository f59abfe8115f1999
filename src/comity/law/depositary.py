"""The depositary's own list of participants: the XML of the UN Treaty Collection (MTDSG), as values.

Promises: strict. A step that cannot be read, a State that cannot be named, a count that does not fit the
rows, another treaty: each is an error that says where, and nothing is taken from the file. No day is made up.

Leaves to others: bytes into elements (``markup``), the roll that is made of it (``roll``), what would change
(``difference``).

The structure is put together from what public readers of other treaties' files use; the file of this treaty
itself was not seen, so elements are searched for wherever they stand.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from comity.errors import BadInput, NotFound
from comity.law.bundle import Bundle
from comity.law.event import StatusEvent
from comity.law.markup import Element, read_xml
from comity.law.model import Instrument
from comity.law.names import plain

Kind = Literal[
    "signature", "ratification", "acceptance", "approval", "accession", "succession", "formal_confirmation"
]
Text = Literal["declaration", "objection", "notification", "territorial"]

_ACTIONS: Final[dict[str, Kind]] = {
    "": "ratification", "A": "acceptance", "AA": "approval", "a": "accession", "d": "succession",
    "c": "formal_confirmation",
}  # fmt: skip
"""The letter behind a date, and what it says. An unknown letter is an error."""

_MAX_SAID: Final = 100_000
"""Letters of one paragraph of what a State declared."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STEP: Final = re.compile(
    r"(?P<open>\[\s*)?(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]{3,9})\.?\s+(?P<year>\d{4})\s*"
    r"(?P<letter>[A-Za-z]{1,3})?\s*(?P<close>\])?\s*"
)
_TEXTS: Final[dict[str, Text]] = {
    "declarations": "declaration",
    "objections": "objection",
    "notifications": "notification",
    "territorialapplications": "territorial",
}
_NUMBER: Final = re.compile(r"^\s*\d+\s*\.?\s*(\([a-z]\)|[a-z]\b)?\s*\.?\s*")


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the table."""

    state: str
    kind: Kind
    on: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Said:
    """The words of one State that lie with the depositary, whole, as the file has them."""

    state: str
    kind: Text
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Participants:
    """What the file says, once every name and step in it was understood."""

    instrument: str
    title: str
    document: str
    """SHA-256 of the file."""
    states: tuple[str, ...]
    steps: tuple[Step, ...]
    texts: tuple[tuple[str, Text], ...]
    """Who has a declaration, an objection, a notification or a territorial note there; unread."""
    said: tuple[Said, ...] = ()
    """The same with its words, in the order of the file: for a person to read."""


def read_participants(bundle: Bundle, data: bytes, instrument: str | None = None) -> Participants:
    """Read the depositary's file of an instrument.

    Args:
        bundle: the law data, for the names of States and the titles of instruments.
        data: the file.
        instrument: whose it must be; without, the one whose title it bears.

    Raises:
        BadInput: as ``read_xml``; another treaty or none that is held; no table; a row, a step, a name or a
            count that cannot be right.
        NotFound: no such instrument.
    """
    root = read_xml(data)
    title = _title(root)
    held = _instrument(bundle, title, instrument)
    states: list[str] = []
    steps: list[Step] = []
    for number, cells in enumerate(_rows(root), start=1):
        if not any(cells):
            continue
        name, signature, action, *more = [*cells, "", ""]
        if not name or any(more):
            raise BadInput("law.untc_row", row=number, name=name[:60])
        state = _state(bundle, name)
        if state in states:
            raise BadInput("law.untc_twice", name=name[:60], state=state)
        states.append(state)
        steps += _steps(state, signature, number, signing=True)
        steps += _steps(state, action, number, signing=False)
    if not states:
        raise BadInput("law.untc_no_table")
    _compare(root, "signatories", len({s.state for s in steps if s.kind == "signature" and not s.withdrawn}))
    _compare(root, "parties", len({s.state for s in steps if s.kind != "signature" and not s.withdrawn}))
    said = _said(bundle, root)
    return Participants(
        instrument=held.key,
        title=title,
        document=hashlib.sha256(data).hexdigest(),
        states=tuple(states),
        steps=tuple(steps),
        texts=tuple(sorted({(one.state, one.kind) for one in said})),
        said=said,
    )


def events_of(bundle: Bundle, participants: Participants, as_of: str) -> tuple[StatusEvent, ...]:
    """The steps of a list as they stand in law data.

    Args:
        bundle: the law data.
        participants: the list.
        as_of: the day on which the list stood so, ``2026-12-01``.
    """
    held = bundle.instrument(participants.instrument)
    common = {"instrument": held.key, "mark": "A", "sources": _sources(held), "as_of": as_of}
    unions = {n.code for n in bundle.content.nations if n.kind == "union"}
    steps = [
        StatusEvent.model_validate(
            {
                **common,
                "state": s.state,
                "event": s.kind,
                "on": s.on,
                "withdrawn": s.withdrawn,
                "organisation": s.state in unions,
            }
        )
        for s in participants.steps
    ]
    texts = [
        StatusEvent.model_validate(
            {**common, "state": state, "event": kind, "reported": as_of, "organisation": state in unions}
        )
        for state, kind in participants.texts
    ]
    return (*steps, *texts)


def _sources(held: Instrument) -> tuple[str, ...]:
    return held.sources if held.depositary_source is None else (held.depositary_source,)


def _title(root: Element) -> str:
    found = root.first("titlesect", "title")
    if found is None or not found.text:
        raise BadInput("law.untc_no_title")
    return _NUMBER.sub("", found.text)


def _instrument(bundle: Bundle, title: str, asked: str | None) -> Instrument:
    fitting = [
        i
        for i in bundle.instruments
        if i.depositary_title is not None and plain(title).startswith(plain(i.depositary_title))
    ]
    if asked is not None:
        wanted = bundle.instrument(asked)
        if wanted not in fitting:
            raise BadInput("law.untc_other_treaty", title=title[:80], instrument=wanted.short_name)
        return wanted
    if not fitting:
        raise BadInput("law.untc_unknown_treaty", title=title[:80])
    return fitting[0]


def _rows(root: Element) -> list[list[str]]:
    """The cells of the participants' table, its heading left out."""
    part = root.first("participants") or root.first("specialtables")
    if part is None:
        raise BadInput("law.untc_no_table")
    found = []
    for row in part.all("row"):
        cells = [cell.text for cell in row.children if cell.name in {"entry", "column"}]
        if cells and plain(cells[0]).startswith("participant"):
            if len(cells) > 1 and "signature" not in plain(cells[1]):
                raise BadInput("law.untc_columns", heading=" | ".join(cells)[:120])
            continue
        found.append(cells)
    return found


def _state(bundle: Bundle, name: str) -> str:
    try:
        code = bundle.state(name)
    except NotFound as error:
        near = str(error.arguments.get("near", "-"))
        raise BadInput("law.untc_unknown_state", name=name[:60], near=near) from error
    if bundle.state_of(code) != code:
        raise BadInput("law.untc_unknown_state", name=name[:60], near="-")
    return code


def _steps(state: str, cell: str, row: int, *, signing: bool) -> list[Step]:
    found: list[Step] = []
    at = 0
    while at < len(cell):
        match = _STEP.match(cell, at)
        if match is None or bool(match["open"]) != bool(match["close"]):
            raise BadInput("law.untc_step", row=row, state=state, step=cell[:60])
        letter = match["letter"] or ""
        if (signing and letter) or letter not in _ACTIONS:
            raise BadInput("law.untc_letter", row=row, state=state, letter=letter)
        kind: Kind = "signature" if signing else _ACTIONS[letter]
        found.append(Step(state, kind, _day(match, row, state), withdrawn=bool(match["open"])))
        at = match.end()
    return found


def _day(match: re.Match[str], row: int, state: str) -> str:
    month = match["month"].lower()
    try:
        return date(int(match["year"]), _MONTHS.index(month[:3]) + 1, int(match["day"])).isoformat()
    except ValueError as error:
        raise BadInput("law.untc_step", row=row, state=state, step=match[0][:60]) from error


def _compare(root: Element, name: str, counted: int) -> None:
    """Hold the file's own count against its rows: a list that was cut is found by it."""
    found = root.first(name)
    if found is None or not found.text:
        return
    if not found.text.isdecimal() or int(found.text) != counted:
        raise BadInput("law.untc_count", what=name, told=found.text[:20], counted=counted)


def _said(bundle: Bundle, root: Element) -> tuple[Said, ...]:
    """Every text that stands below a name, up to the next name."""
    found: list[tuple[str, Text, list[str]]] = []
    for name, kind in _TEXTS.items():
        for part in root.all(name):
            here: list[str] | None = None
            for element in part.all("participant", "text"):
                if element.name == "participant" and element.text:
                    here = []
                    found.append((_state(bundle, element.text), kind, here))
                elif here is not None and element.name == "text" and element.first("text") is None:
                    here += filter(None, [element.words(_MAX_SAID)])
    return tuple(Said(state, kind, tuple(paragraphs)) for state, kind, paragraphs in found)
