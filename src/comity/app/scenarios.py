"""Scenario files: those that are shipped, those in a folder of a lawyer's own, and running them.

Promises: reads files, writes none. A file is named by its path, a shipped one by its place
(``ordinary/01-preserve-fraud-shop``). An overlay is looked for beside the file first, then among those
that are shipped.

Leaves to others: what a scenario says and what comes of it (``safeguards``), saying so (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from comity.errors import BadInput, NotFound
from comity.law import Bundle, compile_overlay
from comity.safeguards import (
    Difference,
    Rehearsed,
    Written,
    answers_needed,
    differences,
    law_of,
    other_pair,
    read_scenario,
    rehearse,
)

ENDING: Final = ".yaml"
STATES: Final = "states"
"""The folder of shipped overlays, of fictional States."""

ORDINARY: Final = "ordinary"
"""The folder of the ordinary good requests."""


@dataclass(frozen=True, slots=True)
class File:
    """One scenario file, read. ``folder``: where it lies, if it is not a shipped one."""

    name: str
    data: bytes
    folder: Path | None


@dataclass(frozen=True, slots=True)
class Run:
    """One scenario that was run."""

    written: Written
    found: Rehearsed
    differences: tuple[Difference, ...]


class Theatre:
    """Runs scenarios over one bundle; law that several of them share is made once."""

    def __init__(self, base: Bundle) -> None:
        self.base = base
        self._laws: dict[tuple[object, ...], Bundle] = {}

    def read(self, file: File) -> Written:
        """Read one scenario, and those that it is like."""
        return read_scenario(file.name, file.data, lambda name: _find(name, file.folder))

    def run(self, file: File) -> Run:
        """Read a scenario and run it."""
        return self.play(self.read(file), file.folder)

    def play(self, written: Written, folder: Path | None) -> Run:
        """Run a scenario that was read."""
        found = rehearse(written, self.law(written, folder))
        return Run(written, found, differences(written.scenario, found))

    def law(self, written: Written, folder: Path | None) -> Bundle:
        """The law data that a scenario supposes."""
        scenario = written.scenario
        judging = scenario.to if scenario.side == "requested" else scenario.from_
        supposed = tuple(sorted(scenario.suppose.in_force.items()))
        key = (judging, scenario.law, supposed, folder)
        if key not in self._laws:
            overlays = [_overlay(name, folder) for name in scenario.law]
            self._laws[key] = law_of(self.base, scenario, overlays)
        return self._laws[key]

    def answers(self, file: File, pair: tuple[str, str] | None = None) -> tuple[str, ...]:
        """What an officer has to answer about a scenario as it is, or between two other States."""
        written = self.read(file)
        told = written if pair is None else other_pair(written, *pair)
        return answers_needed(told, self.law(told, file.folder))

    def measure(self, file: File, pair: tuple[str, str] | None = None) -> Run:
        """Run a scenario as it is, or between two other States with nothing adopted."""
        written = self.read(file)
        return self.play(written if pair is None else other_pair(written, *pair), file.folder)


def shipped(prefix: str = "") -> tuple[File, ...]:
    """The shipped scenarios whose place begins so, in order.

    Raises:
        NotFound: there is none.
    """
    found = tuple(
        File(name, entry.read_bytes(), None)
        for name, entry in _shipped_places().items()
        if name == prefix or name.startswith(f"{prefix}/" if prefix else "")
    )
    if not found:
        raise NotFound("scenario.none_shipped", name=prefix[:80])
    return found


def of_path(path: Path) -> tuple[File, ...]:
    """The scenarios in a file or a folder, in order.

    Raises:
        NotFound: no such file, or a folder without scenarios.
    """
    if path.is_dir():
        held = sorted(path.rglob(f"*{ENDING}"))
        if not held:
            raise NotFound("scenario.none_in_folder", folder=str(path))
        return tuple(File(one.relative_to(path).as_posix(), one.read_bytes(), one.parent) for one in held)
    if not path.is_file():
        raise NotFound("scenario.no_such_file", file=str(path))
    return (File(path.name, path.read_bytes(), path.parent),)


def named(names: Iterable[str]) -> Iterator[File]:
    """Files, folders and shipped scenarios as a person names them; without a name, all that are shipped."""
    told = tuple(names)
    if not told:
        yield from shipped()
    for name in told:
        yield from of_path(Path(name)) if Path(name).exists() else shipped(name.removesuffix(ENDING))


def one_named(name: str) -> File:
    """The one scenario that a file or a name stands for.

    Raises:
        NotFound: none. BadInput: several.
    """
    found = tuple(named((name,)))
    if len(found) > 1:
        raise BadInput("scenario.several", name=name[:80], count=len(found))
    return found[0]


def overlay_named(name: str) -> bytes:
    """A compiled overlay: of a file, or a shipped one by its name.

    Raises:
        NotFound: neither. BadInput: it is not an overlay.
    """
    path = Path(name)
    return compile_overlay(path.read_bytes()) if path.is_file() else _overlay(name, None)


def _root() -> Traversable:
    return files("comity.law") / "scenarios"


@cache
def _shipped_places() -> dict[str, Traversable]:
    """Where each shipped scenario lies, in order of the names: looked for once, since nothing is added."""
    return dict(sorted(_below(_root(), ""), key=lambda one: one[0]))


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(ENDING):
            yield prefix + entry.name.removesuffix(ENDING), entry


def _find(name: str, folder: Path | None) -> bytes:
    """A scenario that another is like: beside it, or shipped.

    Raises:
        NotFound: neither.
    """
    if folder is not None and _inside(name) and (folder / f"{name}{ENDING}").is_file():
        return (folder / f"{name}{ENDING}").read_bytes()
    held = _shipped_places()
    if name not in held:
        raise NotFound("scenario.none_shipped", name=name[:80])
    return held[name].read_bytes()


def _overlay(name: str, folder: Path | None) -> bytes:
    """A compiled overlay: beside the scenario, or shipped.

    Raises:
        NotFound: neither. BadInput: it is not an overlay.
    """
    if not _inside(name):
        raise BadInput("scenario.outside", name=name[:80])
    file = f"{name.removesuffix('.toml')}.toml"
    if folder is not None and (folder / file).is_file():
        return compile_overlay((folder / file).read_bytes())
    entry = _root() / STATES / file
    if "/" in name or not entry.is_file():
        raise NotFound("scenario.no_such_overlay", name=name[:80])
    return compile_overlay(entry.read_bytes())


def _inside(name: str) -> bool:
    """Whether a name stays within its folder."""
    parts = name.split("/")
    return not name.startswith("/") and ".." not in parts and "\\" not in name
