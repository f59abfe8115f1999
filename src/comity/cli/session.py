"""What one call of the command line stands on: the data folder, the language, and how to answer.

Promises: a node is opened when a command asks for it, and closed after it; what is printed is either
words or JSON, never both; only a terminal gets frames and colours.

Leaves to others: what a command prints (its module), how an error is told (``program``).
"""

from __future__ import annotations

import errno
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.durable import write_new
from comity.errors import Argument, BadInput, Conflict, NotFound, Unavailable
from comity.messages import FALLBACK, languages, render

if TYPE_CHECKING:
    from comity.app.node import Node, Reader
    from comity.clock import Clock

DATA_VARIABLE = "COMITY_DATA"
"""As ``settings.DATA_VARIABLE``, which would load the whole of the settings for a page of help."""

READER_VARIABLE = "COMITY_AS"
"""As ``settings.READER_VARIABLE``: whom a command is for, where it does not say so."""

LIMIT = 64 * 1024 * 1024
"""Bytes of a file that a person hands to a command, evidence apart."""

LEAST_COLUMN: Final = 10
"""Letters that a column needs to be read; where the terminal has fewer, each row is set one cell a line."""

_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories that a terminal does not show, but may obey."""


@dataclass
class Session:
    """One call. ``reader``: the person it is for, by name; ``reason``: why one looks into another's case.

    ``opening``: what else ``open_node`` is given (courier, clock) by who calls in process.
    """

    data: str | None = None
    json: bool = False
    language: str = FALLBACK
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    reader: str | None = None
    reason: str | None = None
    opening: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The data folder that was named.

        Raises:
            BadInput: none was.
        """
        told = self.data or self.environment.get(DATA_VARIABLE)
        if not told:
            raise BadInput("cli.no_data")
        return Path(told)

    @property
    def clock(self) -> Clock:
        """The clock of this call."""
        from comity.clock import SystemClock

        clock: Clock = self.opening.get("clock") or SystemClock()
        return clock

    def speak(self, language: str) -> None:
        """Choose a language.

        Raises:
            BadInput: it has no catalogue.
        """
        if language not in languages():
            raise BadInput("cli.no_such_language", language=language[:20], known=", ".join(languages()))
        self.language = language

    @contextmanager
    def node(self, *, service: bool = False) -> Iterator[Node]:
        """The node of the data folder, open for the person named. ``service``: for nobody, at its own work.

        Raises:
            ComityError: as ``open_node``. Unavailable: the disk does not give what opening needs.
        """
        from dataclasses import replace

        from comity.app.node import MACHINE, open_node

        _log_to_errors(service=service)
        try:
            ask = None if service or not sys.stdin.isatty() else self._ask_pin
            node = open_node(self.folder, self.environment, **{"ask_pin": ask, **self.opening})
        except OSError as error:
            place, what = str(error.filename or self.folder), error.strerror or type(error).__name__
            raise Unavailable("cli.cannot_open", place=place, what=what) from error
        try:
            yield replace(node, reader=MACHINE if service else self._reader(node))
        except NotFound as error:
            nobody = _not_enrolled(node, error)
            if nobody is None:
                raise
            raise nobody from error
        finally:
            node.db.close()
            node.vault.close()

    def _ask_pin(self) -> str:
        """Ask the person at the terminal; what is typed is not shown."""
        return str(click.prompt(self.text("cli.token.pin"), hide_input=True, err=True))

    def _reader(self, node: Node) -> Reader:
        """Who reads: whom the command names, else whom the environment names, else nobody in particular."""
        from comity.app.node import OPERATOR, Reader

        name = self.reader or self.environment.get(READER_VARIABLE)
        return Reader(node.person(name), self.reason) if name else OPERATOR

    def text(self, id: str, /, **arguments: Argument) -> str:
        """A text of the catalogue, in this call's language."""
        return render(id, self.language, **arguments)

    def say(self, id: str, /, **arguments: Argument) -> None:
        """Print a text of the catalogue, unless JSON was asked for."""
        if not self.json:
            click.echo(visible(self.text(id, **arguments)))

    def show(self, value: Any, words: Callable[[], Iterator[str]]) -> None:
        """Print a value: as JSON where that was asked for, else in words, line by line."""
        if self.json:
            import json

            click.echo(json.dumps(value, ensure_ascii=False, indent=2))
            return
        for line in words():
            click.echo(line if isinstance(line, Framed) else visible(line))


def _not_enrolled(node: Node, error: NotFound) -> NotFound | None:
    """What is to be said of a missing key file of a person: that nobody of that name is enrolled here.

    ``None``: it is another file, or that person is enrolled and the file was lost.
    """
    from comity import store

    file = Path(str(error.arguments.get("file", "")))
    if error.id != "keys.missing" or file.parent != node.settings.people:
        return None
    with node.db.read() as conn:
        if any(person.name == file.stem for person in store.list_people(conn)):
            return None
    return NotFound("cli.nobody_of_that_name", name=file.stem)


def session_of(ctx: click.Context) -> Session:
    """The session of a call; made at its beginning."""
    return ctx.ensure_object(Session)


class Framed(str):
    """A line that this program itself has laid out for a terminal; what stands in it is visible already."""

    __slots__ = ()


def visible(text: str) -> str:
    """Foreign text as it may stand on a terminal: nothing in it moves the cursor or turns the reading.

    Control characters and those that set a direction are written out by their code points; joiners,
    which several scripts need, stay.
    """
    return "".join(letter if _harmless(letter) else f"\\u{ord(letter):04x}" for letter in text)


def _harmless(letter: str) -> bool:
    return letter in "\n\t\u200c\u200d" or unicodedata.category(letter) not in _UNSEEN


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> Iterator[str]:
    """Rows in columns: framed for a terminal, plain for everything else."""
    if sys.stdout.isatty():
        yield Framed(_framed(rows, head))
        return
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _framed(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if console.width >= LEAST_COLUMN * len(head):
        framed = Table(box=box.SIMPLE_HEAD, header_style="bold")
        for title in head:
            framed.add_column(title, overflow="fold")
        for row in rows:
            framed.add_row(*(Text(visible(cell)) for cell in row))
    else:
        framed = Table(box=box.SIMPLE, show_header=False)
        framed.add_column(style="bold", no_wrap=True)
        framed.add_column(overflow="fold")
        for row in rows:
            for title, cell in zip(head, row, strict=True):
                framed.add_row(title, Text(visible(cell)), end_section=title == head[-1])
    with console.capture() as capture:
        console.print(framed)
    return capture.get().rstrip("\n")


def read_file(path: Path) -> bytes:
    """The bytes of a file that a person named.

    Raises:
        NotFound: there is none. Unavailable: the disk does not give it. BadInput: too long.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError as error:
        raise NotFound("cli.no_such_file", file=str(path)) from error
    except OSError as error:
        raise Unavailable("cli.cannot_read", file=str(path), what=error.strerror or "?") from error
    if len(data) > LIMIT:
        raise BadInput("cli.file_too_long", file=str(path), limit=LIMIT)
    return data


def refuse_no_place(path: Path) -> None:
    """Refuse a file that could not be written, before anybody signs that it was handed out.

    Raises:
        Conflict: it is there. Unavailable: its folder is not, or takes nothing.
    """
    folder = path.parent
    try:
        there = path.exists() or path.is_symlink()
        code = None if folder.is_dir() else errno.ENOTDIR if folder.exists() else errno.ENOENT
    except OSError as error:
        raise Unavailable("cli.cannot_write", file=str(path), what=error.strerror or "?") from error
    if there:
        raise Conflict("cli.file_there", file=str(path))
    if code is None and not os.access(folder, os.W_OK | os.X_OK):
        code = errno.EACCES
    if code is not None:
        raise Unavailable("cli.cannot_write", file=str(path), what=os.strerror(code))


def write_file(path: Path, data: bytes) -> None:
    """Write a new file, for its owner alone; never over another.

    Raises:
        Conflict: there is one. Unavailable: the disk does not take it.
    """
    try:
        write_new(path, data)
    except FileExistsError as error:
        raise Conflict("cli.file_there", file=str(path)) from error
    except OSError as error:
        raise Unavailable("cli.cannot_write", file=str(path), what=error.strerror or "?") from error


def groups(hexadecimal: str) -> str:
    """A fingerprint in groups of four, for reading aloud."""
    return " ".join(hexadecimal[i : i + 4] for i in range(0, len(hexadecimal), 4))


def _log_to_errors(*, service: bool) -> None:
    """Log lines go to the error stream: what a command prints stays its own."""
    import logging

    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if service else logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
