"""The process that reads foreign containers: no file, no key, no environment, and bounds on all it uses.

Promises: it reads bytes of the exhibit by asking whoever started it, on its standard output, and gets them on
its standard input; in the same way it tells what it found, a line of JSON each. Before it is given the first,
all code that it may need is loaded, and from then on it opens, writes and starts nothing; its memory and
processor time are bounded by the system itself: what runs on is ended.

Leaves to others: refusing it calls of the system (``confinement``), who starts it, waits for it no longer
than is meant, and believes nothing that it says (``examining``).
"""

from __future__ import annotations

import encodings.aliases
import io
import json
import os
import resource
import signal
import sys
from collections import OrderedDict
from contextlib import suppress
from importlib import import_module
from typing import IO, Any, Final, cast

from comity.evidence.inside.allowance import MIB
from comity.evidence.inside.confinement import confine, end_with_parent
from comity.evidence.inside.contents import Part, read_inside
from comity.evidence.inside.image import readers
from comity.evidence.inside.listing import Acquired, Inner
from comity.wire import dump

MEMORY: Final = 1024 * MIB
"""Bytes of address space; the interpreter and the readers take some 200 MiB of it."""

SECONDS: Final = 120
"""Of processor time for one file, and more by its size."""

PACE: Final = 2 * MIB
"""Bytes of a file for which it gets a second more."""

_LATER: Final = ("email.parser", "email.generator", "encodings.idna", "encodings.punycode", "_strptime")
"""What the standard library loads only when it needs it."""

BLOCK: Final = 256 * 1024
BLOCKS: Final = 32
"""Blocks that are kept, of all parts of an image together: its readers come back to the same places."""

Kept = OrderedDict[tuple[int, int], bytes]


class Window(io.RawIOBase):
    """A file of the exhibit, read by asking for it."""

    def __init__(self, ask: Asking, number: int, size: int, kept: Kept) -> None:
        super().__init__()
        self._ask = ask
        self._number = number
        self._size = size
        self._at = 0
        self._kept = kept

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("before the beginning")
        self._at = base + offset
        return self._at

    def get_size(self) -> int:
        """As readers of images ask it."""
        return self._size

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        if self._at >= self._size:
            return 0
        number, start = divmod(self._at, BLOCK)
        block = self._block(number)
        data = block[start : start + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def read(self, size: int = -1, /) -> bytes:
        """As many as asked for, up to the end: readers of images take fewer for a fault."""
        wanted = max(0, self._size - self._at) if size < 0 else size
        wanted = min(wanted, max(0, self._size - self._at))
        out = bytearray(wanted)
        done = 0
        while done < wanted and (got := self.readinto(memoryview(out)[done:])):
            done += got
        return bytes(out[:done])

    def _block(self, number: int) -> bytes:
        block = self._kept.get((self._number, number))
        if block is None:
            size = min(BLOCK, self._size - number * BLOCK)
            block = self._ask.bytes_of(self._number, number * BLOCK, size)
            self._kept[self._number, number] = block
            if len(self._kept) > BLOCKS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end((self._number, number))
        return block


class Asking:
    """The two pipes to whoever started this."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def task(self) -> Any:
        """The next task; nothing when there is none any more."""
        line = self._incoming.readline()
        return json.loads(line) if line else None

    def bytes_of(self, number: int, offset: int, size: int) -> bytes:
        """Bytes of a file."""
        self.tell("read", [number, offset, size])
        data = self._incoming.read(size)
        if len(data) != size:
            raise SystemExit(1)
        return data

    def tell(self, what: str, value: Any) -> None:
        """Tell something."""
        self._outgoing.write(json.dumps([what, value]).encode("ascii") + b"\n")
        self._outgoing.flush()


def _work(asking: Asking) -> None:
    while (task := asking.task()) is not None:
        sizes = [int(size) for size in task["sizes"]]
        _bound_time(sum(sizes))
        kept: Kept = OrderedDict()
        parts = [
            Part(name, size, cast(IO[bytes], Window(asking, number, size, kept)))
            for number, (name, size) in enumerate(zip(task["names"], sizes, strict=True))
        ]

        def emit(inner: Inner) -> None:
            asking.tell("inner", dump(inner))

        def acquired(told: Acquired) -> None:
            asking.tell("acquired", told.model_dump(mode="json", exclude={"parts"}))

        asking.tell("done", read_inside(parts, task["type"], emit, acquired))


def _bound_time(size: int) -> None:
    # Not a limit on the process: it serves many files, and could not be given more for the next.
    signal.setitimer(signal.ITIMER_PROF, SECONDS + size // PACE)


def _bound() -> None:
    end_with_parent()
    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        with suppress(ValueError):  # a stricter bound of the system's own stays
            resource.setrlimit(which, (most, most))
    confine()


def _load() -> None:
    """Load what is loaded at need otherwise: soon nothing can be opened, no file of code either."""
    names = {f"encodings.{name}" for name in encodings.aliases.aliases.values()}
    for name in (*sorted(names), *_LATER, *(name for name, there in readers().items() if there)):
        with suppress(ImportError):  # a code page of another system
            import_module(name)


def _main() -> None:
    # What a library prints must not stand between our lines.
    told = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    _load()
    _bound()
    with os.fdopen(told, "wb") as outgoing:
        _work(Asking(sys.stdin.buffer, outgoing))


if __name__ == "__main__":
    _main()
