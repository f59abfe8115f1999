"""Examining a sealed exhibit: the type of each file, and what is inside of those that hold others.

Promises: what is looked at is what was sealed, read from the vault, not from where it came. Foreign bytes are
parsed in a process of its own (``reader``), which is given what it asks for of the files in question and of
nothing else; what it says is checked as anything foreign is. If it ends, that is said of the file it was at,
with what had been listed so far, and another goes on with the next. Memory does not grow with sizes.

Leaves to others: keys, and keeping the listing (``app.examine``).
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import IO, Any, Final, Protocol, Self, cast

from comity.errors import BadInput, ComityError
from comity.evidence.index import Entry, Index
from comity.evidence.inside.allowance import ENTRIES
from comity.evidence.inside.listing import Acquired, Examined, Inner, Reason
from comity.evidence.inside.reader import PACE, SECONDS
from comity.evidence.inside.signature import EWF, HEAD, is_container, type_of
from comity.wire import build

LINE: Final = 64 * 1024
"""Bytes of a line that the reader may say."""

MOST: Final = 1024 * 1024
"""Bytes that it may ask for at once."""

ENDS: Final = 10
"""How often the reader may end before the rest is left alone."""

SLACK: Final = 600.0
"""Seconds beyond four times its processor time for which it is waited: the machine may be busy."""

_PART: Final = re.compile(r"(.*)\.([e-z][0-9a-z]{2})", re.IGNORECASE | re.DOTALL)

COMMAND: Final = (sys.executable, "-I", "-m", "comity.evidence.inside.reader")


class Payload(Protocol):
    """The exhibit's plaintext, at any place."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...


def examine(index: Index, payload: Payload, *, command: Sequence[str] = COMMAND) -> tuple[Examined, ...]:
    """Examine each file of an exhibit, in the order of its index.

    Raises:
        ProofFailed: the sealed object is damaged.
    """
    types = {
        entry.path: type_of(_bytes_of(payload, entry.offset, min(HEAD, entry.size))) for entry in index.files
    }
    images = _images(index.files, types)
    first = {part.path: parts[0].path for parts in images.values() for part in parts[1:]}
    made: list[Examined] = []
    with _Readers(payload, command) as readers:
        for entry in index.files:
            type = types[entry.path]
            told = _Told()
            if entry.path not in first and type is not None and is_container(type):
                readers.read(images.get(entry.path, (entry,)), type, told)
            made.append(
                Examined(
                    path=entry.path,
                    type=type,
                    part_of=first.get(entry.path),
                    acquired=told.acquired,
                    inside=tuple(sorted(told.inside, key=lambda inner: inner.path)),
                    unread=told.reason,
                )
            )
    return tuple(made)


def _images(files: Iterable[Entry], types: dict[str, str | None]) -> dict[str, tuple[Entry, ...]]:
    """The parts of each acquired image, in their order, under the path of the first."""
    parts: dict[str, list[tuple[str, Entry]]] = {}
    for entry in files:
        named = _PART.fullmatch(entry.path)
        if types[entry.path] == EWF and named is not None:
            parts.setdefault(named[1].lower(), []).append((named[2].lower(), entry))
    ordered = [tuple(entry for _, entry in sorted(some, key=lambda one: one[0])) for some in parts.values()]
    return {some[0].path: some for some in ordered}


def _bytes_of(payload: Payload, offset: int, size: int) -> bytes:
    out = bytearray(size)
    payload.seek(offset)
    done = 0
    while done < size:
        got = payload.readinto(memoryview(out)[done:])
        if not got:
            raise BadInput("age.range", start=offset, length=size, size=offset + done)
        done += got
    return bytes(out)


class _Told:
    """What was told of one file."""

    def __init__(self) -> None:
        self.inside: list[Inner] = []
        self.acquired: Acquired | None = None
        self.reason: Reason | None = None


class _Ended(Exception):
    """The reader ended, or said what it must not."""


class _Readers:
    """Starts readers, one at a time, and gives them what they ask for."""

    def __init__(self, payload: Payload, command: Sequence[str]) -> None:
        self._payload = payload
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._said = bytearray()
        self._ends = 0

    def read(self, parts: Sequence[Entry], type: str, told: _Told) -> None:
        if self._ends >= ENDS:
            told.reason = "died"
            return
        try:
            self._ask(parts, type, told)
        except _Ended as ended:
            self._ends += 1
            status = self._stop()
            late = status in {-signal.SIGXCPU, -signal.SIGKILL} or isinstance(ended, _TooSlow)
            told.reason = "time" if late else "died"

    def _ask(self, parts: Sequence[Entry], type: str, told: _Told) -> None:
        process = self._started()
        size = sum(part.size for part in parts)
        seconds = SLACK + 4 * (SECONDS + size // PACE)
        task = {"names": [part.path for part in parts], "sizes": [part.size for part in parts], "type": type}
        self._give(process, json.dumps(task).encode("ascii") + b"\n")
        while True:
            what, value = self._line(process, seconds)
            if what == "read":
                self._give(process, self._wanted(parts, value))
            elif what == "done":
                told.reason = _reason(value)
                return
            else:
                _take(what, value, told)

    def _wanted(self, parts: Sequence[Entry], value: Any) -> bytes:
        match value:
            case [int(number), int(offset), int(size)] if 0 <= number < len(parts):
                part = parts[number]
                if offset >= 0 and 0 < size <= MOST and offset + size <= part.size:
                    return _bytes_of(self._payload, part.offset + offset, size)
        raise _Ended

    def _line(self, process: subprocess.Popen[bytes], seconds: float) -> tuple[str, Any]:
        out = cast(IO[bytes], process.stdout)
        while (end := self._said.find(b"\n")) < 0:
            if len(self._said) > LINE:
                raise _Ended
            if not select.select([out], [], [], seconds)[0]:
                raise _TooSlow
            data = os.read(out.fileno(), LINE)
            if not data:
                raise _Ended
            self._said += data
        line = bytes(self._said[:end])
        del self._said[: end + 1]
        try:
            what, value = json.loads(line)
        except (ValueError, TypeError, RecursionError) as error:
            raise _Ended from error
        return str(what), value

    def _give(self, process: subprocess.Popen[bytes], data: bytes) -> None:
        try:
            cast(IO[bytes], process.stdin).write(data)
        except OSError as error:
            raise _Ended from error

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._said.clear()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, with this very interpreter
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                bufsize=0,
            )
        return self._process

    def _stop(self) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        # It may have ended by itself; how, is what we want to know.
        cast(IO[bytes], process.stdin).close()
        cast(IO[bytes], process.stdout).close()
        try:
            return process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()


class _TooSlow(_Ended):
    """It was waited for long enough."""


def _take(what: str, value: Any, told: _Told) -> None:
    try:
        if what == "inner" and len(told.inside) < ENTRIES:
            told.inside.append(build(Inner, value))
        elif what == "acquired" and told.acquired is None:
            told.acquired = build(Acquired, value)
        else:
            raise _Ended
    except ComityError as error:
        raise _Ended from error


def _reason(value: Any) -> Reason | None:
    if value is None:
        return None
    try:
        return build(Inner, {**_ANY, "unread": value}).unread
    except ComityError as error:
        raise _Ended from error


_ANY: Final = {
    "path": ["-"], "what": "file", "size": None, "sha256": None, "times": None, "type": None,
}  # fmt: skip
