"""What CASE 1.5.0 and UCO 1.5.0 ask of each class, as one table that is read once.

Promises: for the classes of a node, what is asked of each property, their own and what they inherit.

Leaves to others: asking it of a graph (``case_check``). The table is written by
``scripts/write_case_shapes.py``, which says what of the ontologies is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from comity.interop.jsonld import XSD
from comity.wire import Json

OURS: Final = ("https://ontology.caseontology.org/", "https://ontology.unifiedcyberontology.org/")
"""Where the concepts of CASE and of UCO have their addresses."""

_SHORT: Final = {"C:": OURS[0], "U:": OURS[1], "X:": XSD}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a property. ``kind``: ``iri``, ``resource`` (blank ones too) or ``literal``."""

    least: int
    most: int | None
    kind: str | None
    type: str | None
    cls: str | None
    words: frozenset[str] | None


@dataclass(frozen=True)
class Shapes:
    """The table."""

    concepts: frozenset[str]
    above: Mapping[str, frozenset[str]]
    """Each class with all classes above it, itself among them."""
    asked: Mapping[str, Mapping[str, Asked]]
    excluded: tuple[tuple[str, str], ...]

    def is_a(self, types: Iterable[str], cls: str) -> bool:
        """Whether a node of these classes is of that class."""
        return any(cls in self.above.get(one, (one,)) for one in types)

    def all_above(self, types: Iterable[str]) -> frozenset[str]:
        """Classes and all above them."""
        return frozenset().union(*(self.above.get(one, frozenset({one})) for one in types))


@cache
def shapes() -> Shapes:
    """The table, read once."""
    told = json.loads((files("comity.interop") / "case-1.5.0.json").read_bytes())
    classes = {_long(name): [_long(one) for one in above] for name, above in told["classes"].items()}
    return Shapes(
        concepts=frozenset(map(_long, told["concepts"])),
        above={name: _closure(name, classes) for name in classes},
        asked={
            _long(cls): {_long(path): _asked(one) for path, one in properties.items()}
            for cls, properties in told["shapes"].items()
        },
        excluded=tuple((_long(one), _long(other)) for one, other in told["excluded"]),
    )


def _asked(told: Json) -> Asked:
    return Asked(
        least=told.get("min", 0),
        most=told.get("max"),
        kind=told.get("kind"),
        type=_long(told["type"]) if "type" in told else None,
        cls=_long(told["class"]) if "class" in told else None,
        words=frozenset(told["in"]) if "in" in told else None,
    )


def _closure(name: str, classes: Mapping[str, list[str]]) -> frozenset[str]:
    found, waiting = {name}, [name]
    while waiting:
        for one in classes.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return frozenset(found)


def _long(text: str) -> str:
    prefix = _SHORT.get(text[:2])
    return text if prefix is None else prefix + text[2:]
