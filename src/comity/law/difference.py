"""What a newer list would change in the law data: step by step, State by State.

Promises: the same steps give no difference; one that gains its day, one that is new and one that is gone are
told apart, and whatever the newer list does not show is named, since it would be dropped.

Leaves to others: reading the list (``depositary``), taking it over (``roll``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from comity.law.bundle import Bundle
from comity.law.event import CONSENTS, StatusEvent
from comity.law.roll import KEPT

Sort = Literal["signature", "joining", "declaration", "objection", "notification", "territorial"]


@dataclass(frozen=True, slots=True)
class Change:
    """What would be otherwise for one State, for one sort of step."""

    state: str
    sort: Sort
    kind: Literal["new", "gone", "dated", "other"]
    before: tuple[StatusEvent, ...]
    after: tuple[StatusEvent, ...]


def difference(bundle: Bundle, instrument: str, newer: Iterable[StatusEvent]) -> tuple[Change, ...]:
    """What the steps of a newer list would change in those held of an instrument."""
    held = [e for events in bundle.steps(instrument).values() for e in events if e.event not in KEPT]
    before, after = _sorted(held), _sorted(newer)
    changes = []
    for key in sorted({*before, *after}):
        old, new = before.get(key, ()), after.get(key, ())
        if sorted(map(_said, old)) != sorted(map(_said, new)):
            changes.append(Change(key[0], key[1], _kind(old, new), tuple(old), tuple(new)))
    return tuple(changes)


def _sorted(events: Iterable[StatusEvent]) -> dict[tuple[str, Sort], tuple[StatusEvent, ...]]:
    found: dict[tuple[str, Sort], tuple[StatusEvent, ...]] = {}
    for event in events:
        key = (event.state, _sort(event))
        found[key] = (*found.get(key, ()), event)
    return found


def _sort(event: StatusEvent) -> Sort:
    if event.event in CONSENTS or event.event == "party":
        return "joining"
    for sort in ("signature", "declaration", "objection", "notification", "territorial"):
        if event.event == sort:
            return sort
    raise AssertionError(event.event)


def _said(event: StatusEvent) -> tuple[str, str, bool]:
    return (event.event, event.on or "", event.withdrawn)


def _kind(
    old: tuple[StatusEvent, ...], new: tuple[StatusEvent, ...]
) -> Literal["new", "gone", "dated", "other"]:
    if not old:
        return "new"
    if not new:
        return "gone"
    dated = all(e.on is not None and len(e.on) == len("2026-01-01") for e in new)
    return (
        "dated"
        if dated and not any(e.on is not None and len(e.on) == len("2026-01-01") for e in old)
        else "other"
    )
