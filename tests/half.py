"""One of two States in a random story: its own set of acts, and what must hold of each that it learns.

What was settled stays settled; what is not in order moves nothing and is rejected at once; no clock that was
set is gone, or stops, but by an act that stops it.
"""

import builders as b

from comity.cases import NotInOrder, Parked, Void, clocks, fold, judge
from comity.law import packaged_bundle

LAW = packaged_bundle()
ZONES = {state: LAW.zone(state) for state in ("GH", "PT")}
OVER = frozenset({"withdraw", "close"})
STOPPED_BY = {
    "effected": {"effected", "amend"} | OVER | {"decide", "accept"},  # of the request that follows it up, too
    "request": OVER | {"decide", "accept", "amend"},
    "decide": OVER | {"decide", "effected", "deliver", "surrender"},
    "arrested": {"arrest", "surrender"},
    "papers_awaited": OVER | {"arrest", "surrender", "request"},
    "nationality": {"prosecute_instead", "ask_instead", "enforce_instead"},
    "to_serve": {"sentence", "surrender", "consent"},
    "assurance_broken": {"consent"},
    "consult": OVER | {"amend", "answer", "ask", "decide", "correspond"},
    "postpone": OVER | {"decide", "accept", "amend"},
    "ask": OVER | {"answer"},
    "conditions": OVER | {"accept", "decide", "amend"},
    "deliver": {"take_custody"},
    "seek_consent": {"consent"},
    "status": OVER | {"status"},
    "wanted": OVER | {"decide", "effected", "deliver", "amend"},
    "offer_costs": OVER | {"answer_costs"},
    "recall": {"destroyed"},
    "extend": OVER | {"extend"},
}
"""The kinds that may stop a clock, by the event that starts it."""
STOPS = {clock.key: STOPPED_BY[clock.starts] for clock in LAW.content.clocks if clock.starts in STOPPED_BY}
BY_ACT = {clock.key for clock in LAW.content.clocks if clock.starts not in {"effected", "decide", "postpone"}}
"""Clocks of which each act sets one of its own; of the others, the first report or last decision."""


class Half:
    """What one State has: its own set of acts, and the case that comes of them."""

    skips = (1, 7)
    """How many numbers its hostile program leaves out."""

    def __init__(self, state, other):
        self.side = b.Side(state, other)
        self.acts = {}
        self.case = fold([], b.TABLES)
        self.rejected = set()
        self.seen_clocks = {}

    def take(self, act):
        """Keep an act, and hold that nothing which was settled before is unsettled by it."""
        if act.id in self.acts:
            assert fold([*self.acts.values(), act], b.TABLES).dump() == self.case.dump()
            return
        before = self.case
        self.acts[act.id] = act
        self.case = after = fold(self.acts.values(), b.TABLES)
        for id, standing in before.standings.items():
            if not isinstance(standing, Parked):  # judged once, for ever
                now = after.standing(id)
                assert isinstance(now, NotInOrder) == isinstance(standing, NotInOrder)
                assert not isinstance(now, NotInOrder) or now == standing
        if isinstance(after.standing(act.id), NotInOrder | Parked) and not self.unparked(before):
            assert after.effect() == before.effect()
        self.keep_clocks(before)

    def unparked(self, before):
        return {id for id, s in before.standings.items() if isinstance(s, Parked)} - {
            id for id, s in self.case.standings.items() if isinstance(s, Parked)
        }

    def keep_clocks(self, before):
        """No clock disappears or stops but by an act that stops it, or with the act that set it."""
        found = clocks(self.case, LAW, ZONES)
        now = {
            (one.request, one.clock, one.label, one.act if one.clock in BY_ACT else None): one
            for one in found
        }
        moved = {id for id, standing in self.case.standings.items() if standing.moves}
        had = {id for id, standing in before.standings.items() if standing.moves}
        new = {self.acts[id].header.kind for id in moved - had}
        for key, was in self.seen_clocks.items():
            if had - moved or STOPS[key[1]] & new:
                continue
            if self.case.equivocations and "decide" in new:
                continue  # who forks can decide an item twice, and the other decision counts
            assert key in now, f"a clock that was set is gone: {key[1]}, by {new}"
            assert was.stopped or not now[key].stopped, f"a clock stopped by itself: {key[1]}, by {new}"
            if was.ends is not None and was.provision is not None:
                assert now[key].ends <= was.ends, "a clock that was set runs longer"
        self.seen_clocks = {key: one for key, one in now.items() if key[1] in STOPS}

    def reject(self):
        """The rejections due to what came in, by the node, as it makes them when it keeps the act."""
        for id, act in list(self.acts.items()):
            if act.header.state == self.side.state or act.header.kind == "reject" or id in self.rejected:
                continue
            standing = self.case.standing(id)
            twin = any(
                other.id != id
                and (other.header.state, other.header.number) == (act.header.state, act.header.number)
                and not isinstance(self.case.standing(other.id), Parked)
                for other in self.acts.values()
            )
            if isinstance(standing, NotInOrder):
                step, reason = standing.step, standing.reason
            elif twin and not isinstance(standing, Parked | Void) and id == self.latest:
                step, reason = "number", "number_used_twice"
            else:
                continue
            self.rejected.add(id)
            opens = act.header.kind in {"preview", "request", "inform"}
            about = id if opens else act.header.about
            terms = {"act": id, "step": step, "reason": reason}
            said = self.compose("reject", terms, about=about, roles=("node",))
            assert judge(self.case, said, b.TABLE).moves, f"no word is due about {act.header.kind}"
            self.take(said)
            yield said

    latest = None

    def compose(self, kind, terms, **more):
        more.setdefault("number", self.case.next_number(self.side.state))
        more.setdefault("after", self.case.heads)
        more.setdefault("at", b.AT if kind == "reject" else b.LATER)
        return self.side.act(kind, terms, sign=False, **more)
