"""Which member of a case file holds what: the names, and the order in which members stand.

Promises: a member's name follows from what it holds and from the place of its act, so that one set of
parts has one list of members; the order of members is that of groups, and of names within a group.

Leaves to others: bytes (``write``), and asking whether a name is right (``steps``).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import Final

from comity.acts import Act
from comity.dossier.statement import STATEMENT

README: Final = "README.txt"
CHECKPOINT: Final = "checkpoint"
OPENING: Final = ".opening.json"
PROOF: Final = ".tlog-proof"
SEAL: Final = ".pdf.seal.json"

GROUPS: Final = (
    STATEMENT,
    README,
    "directory/",
    "law/",
    "acts/",
    "receipts/",
    "log/",
    "custody/",
    "exhibits/",
    "letters/",
)


def group(name: str) -> int:
    """The place of a member's group; one beyond the last where it belongs to none."""
    for place, prefix in enumerate(GROUPS):
        if name == prefix or (prefix.endswith("/") and name.startswith(prefix)):
            return place
    return len(GROUPS)


def in_order(names: Iterable[str]) -> list[str]:
    """The names in the order in which members stand."""
    return sorted(names, key=lambda name: (group(name), name))


def place_acts(acts: Iterable[Act]) -> list[Act]:
    """The acts in the order of a case file.

    What travelled comes first, each after all that its author had, and otherwise by the time claimed;
    then what stayed at home, by the time claimed and its number.
    """
    by_id = {act.id: act for act in acts}
    shared = {id: act for id, act in by_id.items() if act.header.shared}
    home = [act for act in by_id.values() if not act.header.shared]
    return [*_after(shared), *sorted(home, key=lambda a: (a.header.at, a.header.number, a.id))]


def _after(acts: dict[str, Act]) -> Iterator[Act]:
    waits = {id: sum(before in acts for before in act.header.after) for id, act in acts.items()}
    followers: dict[str, list[str]] = {}
    for id, act in acts.items():
        for before in act.header.after:
            followers.setdefault(before, []).append(id)
    ready = [(act.header.at, id) for id, act in acts.items() if not waits[id]]
    heapq.heapify(ready)
    while ready:
        _, id = heapq.heappop(ready)
        yield acts[id]
        for follower in followers.get(id, ()):
            waits[follower] -= 1
            if not waits[follower]:
                heapq.heappush(ready, (acts[follower].header.at, follower))


def entry_name(state: str, version: int) -> str:
    """A directory entry."""
    return f"directory/{state}.{version:06d}.json"


def bundle_name(digest: str) -> str:
    """A bundle of law data."""
    return f"law/{digest}.json"


def act_name(place: int, act: Act) -> str:
    """An act; ``place`` is counted from 1 through all acts of the file."""
    return f"acts/{place:04d}-{act.header.state}-{act.header.kind}-{act.id[:12]}.json"


def receipt_name(place: int, state: str, act: str) -> str:
    """The receipt that a State issued for the act at a place."""
    return f"receipts/{place:04d}-{state}-{act[:12]}.json"


def checkpoint_name(state: str) -> str:
    """The newest checkpoint of a State's log."""
    return f"log/{state}/{CHECKPOINT}"


def event_name(state: str, subject: str, kind: str, place: int | None) -> str:
    """An event of a State's log, less the ending; ``place`` of its act, none for a custody root."""
    return f"log/{state}/{subject}.{kind}" if place is None else f"log/{state}/{place:04d}.{kind}"


def custody_name(exhibit: str) -> str:
    """The custody of an exhibit."""
    return f"custody/{exhibit}.json"


def bundle_of_custody_name(exhibit: str) -> str:
    """The same custody as in-toto statements."""
    return f"custody/{exhibit}.intoto.jsonl"


def exhibit_name(exhibit: str, file: str) -> str:
    """A file of an exhibit: ``statement.dsse.json``, ``index.json``, ``manifest-sha256.txt``, stamps."""
    return f"exhibits/{exhibit}/{file}"


def letter_name(place: int, ending: str) -> str:
    """The letter that renders the act at a place, or its seal."""
    return f"letters/{place:04d}{ending}"
