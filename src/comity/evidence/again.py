"""A stream that is read a second time, beside what was sealed of it the first time.

Promises: what comes now is what is given on, all of it; what was sealed is only compared, byte by byte, while
it comes. So an interruption adds nothing to an exhibit and takes nothing from it, and a stream that comes
otherwise the second time is found.

Leaves to others: who kept the beginning (``unfinished``), what is said of the outcome (``intake``).
"""

from __future__ import annotations

from typing import Final, Literal

from comity.age import ByteSource
from comity.evidence.index import Remark

_PIECE: Final = 64 * 1024


class Again:
    """A source of a stream, compared with ``earlier``, as far as that goes."""

    def __init__(self, stream: ByteSource, earlier: ByteSource) -> None:
        self._stream = stream
        self._earlier: ByteSource | None = earlier
        self._piece = memoryview(bytearray(_PIECE))
        self._same = 0
        self._differs = False

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:
        """Give some bytes of the stream; 0 at its end."""
        count = self._stream.readinto(buffer)
        if count:
            self._compare(memoryview(buffer)[:count])
        return count

    def remark(self, path: str) -> Remark | None:
        """What came of it, once the stream has ended; nothing where nothing had been sealed."""
        if self._earlier is not None and not self._differs:
            # It ended. That is a difference, unless what was sealed earlier ends here too.
            self._differs = bool(self._earlier.readinto(self._piece))
        what: Literal["came_otherwise", "came_again"] = "came_otherwise" if self._differs else "came_again"
        return (
            Remark(path=path, what=what, other=None, at=self._same) if self._same or self._differs else None
        )

    def _compare(self, came: memoryview) -> None:
        while came and self._earlier is not None:
            count = self._earlier.readinto(self._piece[: len(came)]) or 0
            now, then = bytes(came[:count]), bytes(self._piece[:count])
            if not count:
                self._earlier = None
            elif now != then:
                self._same += next(at for at in range(count) if now[at] != then[at])
                self._differs, self._earlier = True, None
            else:
                self._same += count
                came = came[count:]
