"""Who knew what: the acts of a case as a graph, each with all that its author had before it.

Promises: one canonical order for any set of acts (each after all of its past; between acts of which
neither had the other, by id), and the same relative order in every part of the set that is closed
under the past. What is not whole yet is set aside, with the acts that are missing.

Leaves to others: judging (``judgement``) and effect (``folding``). Sets of acts are integers here: bit *i*
is the act at place *i* of the canonical order, so that a thousand acts compare in a few words.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping

from comity.acts import Act

Acts = int
"""A set of acts, as bits by their place."""


class History:
    """The acts of a case that are whole, in their canonical order, and those that wait."""

    def __init__(self, acts: Iterable[Act], early: Collection[str] = ()) -> None:
        by_id = {act.id: act for act in acts}
        self.waiting: dict[str, tuple[str, ...]] = _missing(by_id, early)
        self.acts: tuple[Act, ...] = tuple(
            _canonical({id: act for id, act in by_id.items() if id not in self.waiting})
        )
        self.parked: tuple[Act, ...] = tuple(by_id[id] for id in sorted(self.waiting))
        self.place: dict[str, int] = {act.id: index for index, act in enumerate(self.acts)}
        self.past: list[Acts] = []
        self.of_state: dict[str, Acts] = {}
        for index, act in enumerate(self.acts):
            self.past.append(self.closure(act.header.after))
            state = act.header.state
            self.of_state[state] = self.of_state.get(state, 0) | 1 << index
        self.future: list[Acts] = [0] * len(self.acts)
        for index in reversed(range(len(self.acts))):
            for id in self.acts[index].header.after:
                self.future[self.place[id]] |= self.future[index] | 1 << index

    @property
    def all(self) -> Acts:
        """Every act that is whole."""
        return (1 << len(self.acts)) - 1

    def closure(self, after: Iterable[str]) -> Acts:
        """These acts and all of their past."""
        found = 0
        for id in after:
            index = self.place[id]
            found |= self.past[index] | 1 << index
        return found

    def are_heads(self, after: Iterable[str]) -> bool:
        """Whether none of these acts stands in the past of another of them."""
        named = 0
        pasts = 0
        for id in after:
            named |= 1 << self.place[id]
            pasts |= self.past[self.place[id]]
        return not named & pasts

    def next_number(self, state: str, past: Acts) -> int:
        """The number of a State's next act after this past: it counts all that it said, in order or not."""
        return 1 + (self.of_state.get(state, 0) & past).bit_count()

    def concurrent(self, index: int, among: Acts) -> Acts:
        """The acts of a set that were said at once with one act: neither had the other."""
        return among & ~(self.past[index] | self.future[index] | 1 << index)

    def cut(self, among: Acts) -> tuple[Acts, Acts]:
        """A set in two: the latest acts, and those before that each of the latest had, every one.

        The first part is the past of the first act of the second; so no act of the one was said at
        once with an act of the other.
        """
        before, after, had = among, 0, among
        while before:
            index = before.bit_length() - 1
            before ^= 1 << index
            after |= 1 << index
            had &= self.past[index]
            if before & had == before:
                break
        return before, after

    @property
    def heads(self) -> tuple[str, ...]:
        """The acts in nobody's past, by id: what a new act names in ``after``."""
        return tuple(sorted(act.id for index, act in enumerate(self.acts) if not self.future[index]))


def bits(acts: Acts) -> Iterator[int]:
    """The places of a set's acts, in canonical order."""
    while acts:
        lowest = acts & -acts
        yield lowest.bit_length() - 1
        acts ^= lowest


def _followers(by_id: Mapping[str, Act]) -> dict[str, list[str]]:
    """The acts that name an act as what they come after, by that act; it may be missing itself."""
    followers: dict[str, list[str]] = {}
    for id, act in by_id.items():
        for earlier in act.header.after:
            followers.setdefault(earlier, []).append(id)
    return followers


def _missing(by_id: Mapping[str, Act], early: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Each act that is not whole, with the missing acts that it waits for, directly or through others.

    One whose time has not come waits for itself.
    """
    followers = _followers(by_id)
    here = set(by_id)
    waits: dict[str, set[str]] = {id: {id} for id in here.intersection(early)}
    for gap in sorted((set(followers) - here) | set(waits)):
        reached = {gap}
        ahead = [gap]
        while ahead:
            for follower in followers.get(ahead.pop(), ()):
                if follower not in reached:
                    reached.add(follower)
                    ahead.append(follower)
                    waits.setdefault(follower, set()).add(gap)
    return {id: tuple(sorted(gaps)) for id, gaps in waits.items()}


def _canonical(by_id: Mapping[str, Act]) -> Iterator[Act]:
    left = {id: len(act.header.after) for id, act in by_id.items()}
    followers = _followers(by_id)
    ready = [id for id, count in left.items() if count == 0]
    heapq.heapify(ready)
    while ready:
        id = heapq.heappop(ready)
        yield by_id[id]
        for follower in followers.get(id, ()):
            left[follower] -= 1
            if left[follower] == 0:
                heapq.heappush(ready, follower)
