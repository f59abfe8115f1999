"""How far a long reading has come: a bar on a terminal, plain lines elsewhere, both on the error stream.

Promises: rate and time left are those of this run; a short reading says nothing in plain lines. With
``--json`` nothing is shown. An interruption is told for what it is, and goes on to end the program.

Leaves to others: the reading itself (``evidence.intake``, ``app.watched``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.evidence import Progress

SECONDS: Final = 5.0
"""Between two plain lines; a reading that takes less says nothing."""

_UNITS: Final = ("B", "KiB", "MiB", "GiB", "TiB")
_STEP: Final = 1024


@contextmanager
def reading(
    session: Session, name: str, *, interrupted: str = "cli.reading.interrupted"
) -> Iterator[Progress | None]:
    """Show a reading; what is given is told how many bytes are done, of how many.

    ``interrupted``: the message that says what an interruption leaves.
    """
    try:
        if session.json:
            yield None
        elif sys.stderr.isatty():
            with _bar(name) as told:
                yield told
        else:
            yield Lines(session, name)
    except KeyboardInterrupt:
        click.echo(session.text(interrupted), err=True)
        raise


class Lines:
    """Plain lines, at most one in ``SECONDS``."""

    def __init__(self, session: Session, name: str, clock: Callable[[], float] = monotonic) -> None:
        self._session = session
        self._name = name
        self._clock = clock
        self._start = self._last = clock()

    def __call__(self, done: int, total: int | None) -> None:
        """Told of each block."""
        now = self._clock()
        if now - self._last < SECONDS:
            return
        self._last = now
        rate = done / (now - self._start)
        known = {"name": self._name, "done": amount(done), "rate": amount(rate)}
        if total is None:
            line = self._session.text("cli.evidence.read_so_far", **known)
        else:
            left = duration((total - done) / rate) if rate else "-"
            share = str(done * 100 // total) if total else "100"
            line = self._session.text(
                "cli.evidence.read_of", **known, total=amount(total), share=share, left=left
            )
        click.echo(line, err=True)


def amount(size: float) -> str:
    """Bytes as people say them."""
    for unit in _UNITS:
        if size < _STEP or unit == _UNITS[-1]:
            break
        size /= _STEP
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def duration(seconds: float) -> str:
    """Hours, minutes and seconds."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"


@contextmanager
def _bar(name: str) -> Iterator[Progress]:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(escape(name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
