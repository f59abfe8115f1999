"""What happened in a case, act by act, for reading on one screen: as plain JSON values. Pure.

Promises: every act that the view shows has its line, but for looks into the case, which move nothing; a
registration is never shown as said by the other State. Times are on the wall of the State that reads.

Leaves to others: which acts are shown (``show``), which lines fit and their words (``cli``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from comity.acts import state_of
from comity.app.due import on_the_wall
from comity.calendar import Zone
from comity.clock import read_instant
from comity.wire import Json

_TOLD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "preview": "measure",
        "request": "measure",
        "inform": "measure",
        "withdraw": "reason",
        "effected": "outcome",
        "deliver": "capacity",
        "use": "use",
        "close": "outcome",
        "arrest": "event",
        "court": "finding",
        "surrender": "manner",
        "ask_instead": "instead",
        "speciality": "use",
        "sentence": "penalty",
        "afford": "afforded",
        "remedy": "event",
        "seek_consent": "use",
        "consent": "consent",
        "return": "outcome",
    }
)
"""What of an act's terms says in one word what came of it, by its kind."""


def timeline(acts: list[Json], terms: Mapping[str, Any], own: str, zones: Mapping[str, Zone]) -> list[Json]:
    """A line for each act, in the order of storing.

    Args:
        acts: the lines of the view of a case.
        terms: the terms of those acts, by their ids.
        own: the State that reads.
        zones: where each State's days are lived, as far as it is held.
    """
    return [_line(one, terms[one["id"]], own, zones) for one in acts if one["kind"] != "look"]


def _line(act: Json, terms: Any, own: str, zones: Mapping[str, Zone]) -> Json:
    wall = on_the_wall(read_instant(act["at"]), {own: zones[own]} if own in zones else {})
    standing = act["standing"]
    return {
        "act": act["id"],
        "kind": act["kind"],
        "about": act["about"],
        "at": act["at"],
        "local": wall.get(own),
        "state": state_of(act["from"]),
        "office": act["from"],
        "who": [one["name"] for one in act["signers"] if one["name"] is not None],
        "at_home": act["to"] is None,
        "registered": act["registered"],
        "told": _told(act["kind"], terms),
        "standing": None if standing is None else standing["standing"],
        "fewer_signed": act["fewer_signed"] is not None,
    }


def _told(kind: str, terms: Any) -> list[Json]:
    """What came of it: a word, and how many times where it is said of items."""
    if kind == "decide":
        counted = Counter(str(item.outcome) for item in terms.items)
        return [{"word": word, "count": count} for word, count in sorted(counted.items())]
    if kind not in _TOLD:
        return []
    return [{"word": str(getattr(terms, _TOLD[kind])), "count": None}]
