"""Who holds the process that reads foreign bytes: starts it, answers it, waits so long, and ends it.

Promises: a reader gets bytes of the files in question and of nothing else. What it says is checked as
anything foreign is. One that dies, lies, is silent, takes too long, or says too much is ended, and that is
said of the file it was at, with what had been listed so far; another goes on with the next. Neither a reader
that does not listen nor one that drips its words can hold who waits for it longer than is meant.

Leaves to others: which files are asked about (``examining``), what the process may do (``reader``).
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, Final, Protocol, Self, cast

from comity.errors import BadInput, ComityError
from comity.evidence.index import Entry
from comity.evidence.inside.allowance import ENTRIES
from comity.evidence.inside.listing import INSIDE_LIMIT, Acquired, Inner, Reason
from comity.evidence.inside.reader import PACE, SECONDS
from comity.wire import build, dump_bytes

LINE: Final = 64 * 1024
"""Bytes of a line that the reader may say."""

MOST: Final = 1024 * 1024
"""Bytes that it may ask for at once."""

ENDS: Final = 10
"""How often the reader may end before the rest is left alone."""

_ENDED_LATE: Final = frozenset({-signal.SIGPROF, -signal.SIGXCPU, -signal.SIGKILL})


class Payload(Protocol):
    """The exhibit's plaintext, at any place."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a reader is waited for, in seconds: generous, since the machine may be busy.

    ``silence``: between two things that it says or hears; ``whole``: for a file, beyond ``times`` the
    processor time that it is given for its size.
    """

    silence: float = 600.0
    whole: float = 600.0
    times: int = 4

    def for_all(self, size: int) -> float:
        """Seconds for a file of so many bytes."""
        return self.whole + self.times * (SECONDS + size // PACE)


@dataclass
class Room:
    """Bytes that are left in the listing for what is inside of all files of the exhibit together."""

    left: int = INSIDE_LIMIT

    def take(self, size: int) -> None:
        """So many are listed.

        Raises:
            Full: there are not so many left, and none from now on.
        """
        if size > self.left:
            self.left = 0
            raise Full
        self.left -= size


@dataclass
class Told:
    """What was told of one file."""

    inside: list[Inner] = field(default_factory=list)
    acquired: Acquired | None = None
    reason: Reason | None = None


class Full(Exception):
    """The listing has no room for more."""


class _Ended(Exception):
    """The reader ended."""


class _Lied(_Ended):
    """The reader said what it must not: it is not asked how it would end."""


class _TooSlow(_Ended):
    """It was waited for long enough."""


class Readers:
    """Starts readers, one at a time, and gives them what they ask for."""

    def __init__(self, payload: Payload, command: Sequence[str], patience: Patience, room: Room) -> None:
        self._payload = payload
        self._command = command
        self._patience = patience
        self._room = room
        self._process: subprocess.Popen[bytes] | None = None
        self._said = bytearray()
        self._ends = 0
        self._until = 0.0

    def read(self, parts: Sequence[Entry], type: str, told: Told) -> None:
        """Have one file read, or the parts of one image; what comes of it is in ``told``.

        Raises:
            ProofFailed: the sealed object is damaged.
        """
        if self._ends >= ENDS:
            told.reason = "died"
            return
        if not self._room.left:
            told.reason = "listing"
            return
        try:
            self._ask(parts, type, told)
        except Full:
            self._stop(at_once=True)
            told.reason = "listing"
        except _Ended as ended:
            self._ends += 1
            status = self._stop(at_once=isinstance(ended, _Lied | _TooSlow))
            late = isinstance(ended, _TooSlow) or (not isinstance(ended, _Lied) and status in _ENDED_LATE)
            told.reason = "time" if late else "died"

    def _ask(self, parts: Sequence[Entry], type: str, told: Told) -> None:
        process = self._started()
        sizes = [part.size for part in parts]
        self._until = time.monotonic() + self._patience.for_all(sum(sizes))
        task = {"names": [part.path for part in parts], "sizes": sizes, "type": type}
        self._give(process, json.dumps(task).encode("ascii") + b"\n")
        while True:
            what, value = self._line(process)
            if what == "read":
                self._give(process, self._wanted(parts, value))
            elif what == "done":
                told.reason = _reason(value)
                return
            else:
                self._take(what, value, parts, told)

    def _wanted(self, parts: Sequence[Entry], value: Any) -> bytes:
        match value:
            case [int(number), int(offset), int(size)] if 0 <= number < len(parts):
                part = parts[number]
                if offset >= 0 and 0 < size <= MOST and offset + size <= part.size:
                    return bytes_of(self._payload, part.offset + offset, size)
        raise _Lied

    def _take(self, what: str, value: Any, parts: Sequence[Entry], told: Told) -> None:
        try:
            if what == "inner" and len(told.inside) < ENTRIES:
                inner = build(Inner, value)
                self._room.take(len(dump_bytes(inner)) + 1)
                told.inside.append(inner)
            elif what == "acquired" and told.acquired is None and isinstance(value, dict):
                # Which parts it has, we know ourselves: there may be more than fit into a line.
                acquired = build(Acquired, {**value, "parts": [part.path for part in parts]})
                self._room.take(len(dump_bytes(acquired)))
                told.acquired = acquired
            else:
                raise _Lied
        except ComityError as error:
            raise _Lied from error

    def _line(self, process: subprocess.Popen[bytes]) -> tuple[str, Any]:
        out = cast(IO[bytes], process.stdout)
        while (end := self._said.find(b"\n")) < 0:
            if len(self._said) > LINE:
                raise _Lied
            self._wait(reading=out)
            data = os.read(out.fileno(), LINE)
            if not data:
                raise _Ended
            self._said += data
        line = bytes(self._said[:end])
        del self._said[: end + 1]
        try:
            what, value = json.loads(line)
        except (ValueError, TypeError, RecursionError) as error:
            raise _Lied from error
        return str(what), value

    def _give(self, process: subprocess.Popen[bytes], data: bytes) -> None:
        listening = cast(IO[bytes], process.stdin)
        view = memoryview(data)
        while view:
            self._wait(writing=listening)
            try:
                view = view[os.write(listening.fileno(), view) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise _Ended from error

    def _wait(self, *, reading: IO[bytes] | None = None, writing: IO[bytes] | None = None) -> None:
        seconds = min(self._until - time.monotonic(), self._patience.silence)
        incoming = [] if reading is None else [reading]
        outgoing = [] if writing is None else [writing]
        if seconds <= 0 or not any(select.select(incoming, outgoing, [], seconds)):
            raise _TooSlow

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._said.clear()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, with this very interpreter
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                bufsize=0,
                start_new_session=True,
            )
            os.set_blocking(cast(IO[bytes], self._process.stdin).fileno(), False)
        return self._process

    def _stop(self, *, at_once: bool = False) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if at_once:
            self._kill(process)
        # Else it may have ended by itself; how, is what we want to know.
        cast(IO[bytes], process.stdin).close()
        cast(IO[bytes], process.stdout).close()
        try:
            return process.wait(timeout=min(5.0, self._patience.silence))
        except subprocess.TimeoutExpired:
            self._kill(process)
            return process.wait()

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):  # with what it may have started: all of its session
            os.killpg(process.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()


def bytes_of(payload: Payload, offset: int, size: int) -> bytes:
    """So many bytes of an exhibit, from a place on.

    Raises:
        BadInput: it is shorter. ProofFailed: it is damaged.
    """
    out = bytearray(size)
    payload.seek(offset)
    done = 0
    while done < size:
        got = payload.readinto(memoryview(out)[done:])
        if not got:
            raise BadInput("age.range", start=offset, length=size, size=offset + done)
        done += got
    return bytes(out)


def _reason(value: Any) -> Reason | None:
    if value is None:
        return None
    try:
        return build(Inner, {**_ANY, "unread": value}).unread
    except ComityError as error:
        raise _Lied from error


_ANY: Final = {
    "path": ["-"], "what": "file", "size": None, "sha256": None, "times": None, "type": None, "hashes": [],
}  # fmt: skip
