"""Tell the story while it happens: on the terminal, and as a record from which the report is made.

Promises: what is told is an id with arguments, rendered from the catalogue; the record holds the same lines
in the same order, with the instant of each.

Leaves to others: what happens (``story``, ``refusal``, ``proofs``), the page (``report``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from comity.clock import Clock, write_instant
from comity.errors import Argument
from comity.evidence import Progress as Told
from comity.messages import render

INDENT = 16
"""Columns before what is told: the time and the place stand there."""

CITIES = {"GH": "Accra", "PT": "Lisbon"}


@dataclass
class Line:
    """One thing told. ``side``: the State where it happens, or none; ``good``: of a proof, its verdict."""

    kind: str
    text: str
    at: str
    side: str | None = None
    command: str | None = None
    good: bool | None = None
    details: list[str] = field(default_factory=list)


class Teller:
    """Prints and records."""

    def __init__(self, clock: Clock, console: Console) -> None:
        self.lines: list[Line] = []
        self._clock = clock
        self._console = console

    def chapter(self, id: str, **arguments: Argument) -> None:
        """A new part of the story."""
        text = self._record("chapter", id, arguments).text
        self._console.print()
        self._console.rule(f"[bold]{text}", align="left", style="blue")

    def step(
        self, id: str, side: str | None = None, command: str | None = None, **arguments: Argument
    ) -> None:
        """Something that a person or a node does. ``command``: how one does it with a node of one's own."""
        line = self._record("step", id, arguments)
        line.side, line.command = side, command
        self._row(Text(line.at[11:19], "dim"), Text(CITIES[side] if side else "", "cyan"), Text(line.text))
        if command is not None:
            # Outside the columns, and never wrapped by us: what is copied from here is one line.
            self._console.print(Text(f"{' ' * INDENT}$ comity {command}", "dim italic"), soft_wrap=True)

    def detail(self, id: str, **arguments: Argument) -> None:
        """More about the last step."""
        self.quote(render(f"demo.{id}", **arguments))

    def quote(self, text: str) -> None:
        """More about the last step, in words that are rendered already."""
        self.lines[-1].details.append(text)
        self._row(None, Text("·", "dim", justify="right"), Text(text))

    def proof(self, id: str, *, good: bool, **arguments: Argument) -> None:
        """Something that was proved, or was to fail and did."""
        line = self._record("proof", id, arguments)
        line.good = good
        mark = Text("✓", "green") if good else Text("✗", "bold red")
        mark.justify = "right"
        self._row(None, mark, Text(line.text))

    @contextmanager
    def progress(self, id: str, **arguments: Argument) -> Iterator[Told]:
        """A bar with rate for something that takes as long as its bytes."""
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(render(f"demo.{id}", **arguments), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    def _row(self, at: Text | None, where: Text | None, what: Text) -> None:
        """A line in three columns; what is long goes on under its own beginning."""
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=8)
        grid.add_column(width=6)
        grid.add_column(ratio=1)
        grid.add_row(at, where, what)
        self._console.print(grid)

    def _record(self, kind: str, id: str, arguments: dict[str, Argument]) -> Line:
        line = Line(kind, render(f"demo.{id}", **arguments), write_instant(self._clock.now()))
        self.lines.append(line)
        return line
