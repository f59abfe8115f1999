"""Cases that were folded, kept in memory: between two acts in a case it is asked for again and again.

Promises: a case is found by the ids of all of its acts, of those that are early, and by the tables that were
known, of which it is a function (P4); so one more act, or another table, is another entry. Never more than so
many acts in all.

Leaves to others: folding (``cases``), which acts there are (``store``).
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from comity.cases import Case

Key = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""The ids of the acts, of those among them whose time has not come, and the digests of the tables."""

MOST: Final = 4096
"""Acts of all cases that are kept."""


class Folded:
    """Cases by what they are made of. For any number of threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._acts = 0
        self._cases: OrderedDict[Key, tuple[Case, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Case | None:
        """The case of exactly these acts, if it is kept."""
        with self._lock:
            found = self._cases.get(key)
            if found is None:
                return None
            self._cases.move_to_end(key)
            return found[0]

    def put(self, key: Key, case: Case, acts: int) -> None:
        """Keep a case of so many acts; what was not used for longest makes room."""
        with self._lock:
            if key in self._cases:
                return
            self._cases[key] = (case, acts + 1)
            self._acts += acts + 1
            while self._acts > self._most and len(self._cases) > 1:
                _, (_, dropped) = self._cases.popitem(last=False)
                self._acts -= dropped
