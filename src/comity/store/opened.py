"""Acts that are kept open in memory, so that one that is read again and again is opened once.

Promises: what is found is what the very same bytes would give, since the bytes are the key; never more than
so many bytes of acts, those used last staying longest. ``clear`` forgets them all.

Leaves to others: when what was erased must be forgotten (``acts.forget_opened``).
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from comity.acts import Act

Key = tuple[bytes, tuple[str, ...]]
"""The envelope's bytes and the texts of the disclosures, in order."""


class Opened:
    """Acts by their bytes. For any number of threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._acts: OrderedDict[Key, Act] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Act | None:
        """The act of these bytes, if it is kept."""
        with self._lock:
            found = self._acts.get(key)
            if found is not None:
                self._acts.move_to_end(key)
            return found

    def put(self, key: Key, act: Act) -> None:
        """Keep an act; what was not used for longest makes room."""
        with self._lock:
            if key in self._acts:
                return
            self._acts[key] = act
            self._size += _size(key)
            while self._size > self._most:
                dropped, _ = self._acts.popitem(last=False)
                self._size -= _size(dropped)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._acts.clear()
            self._size = 0


def _size(key: Key) -> int:
    envelope, texts = key
    return len(envelope) + sum(map(len, texts))
