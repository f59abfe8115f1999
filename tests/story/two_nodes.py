"""One of two real nodes in a random story, and the bad network between them; for ``test_two_nodes``.

``RealHalf`` has the shape of ``half.Half``: what is said is composed with the node's own keys. What is honest
goes by the one road (``app.prepare``), but for what home has to look at first; what is not is forced in.
"""

from dataclasses import dataclass, field

import builders as b
import loopback as l

from comity import store
from comity.acts import Person, commit, compose, kind
from comity.app import deeds, node, peers, people, receive
from comity.app.node import case_of
from comity.app.prepare import commit_act
from comity.clock import FixedClock
from comity.errors import NotPermitted, Unavailable
from comity.exchange.courier import ACT_PATH
from comity.law import packaged_bundle
from comity.worker import run_due

CASE = "5c" * 16
HOME_FIRST = frozenset({"decide", "deliver", "surrender"})
"""Kinds before which findings, exhibits or reviews at home are looked at: other tests' subject."""
STATES = ("GH", "PT")


@dataclass
class BadNetwork(l.Loopback):
    """Loses what is posted, or its answer, doubles it, holds it back; by chance, until it is ``calm``."""

    chance: object = None
    calm: bool = False
    held: list[tuple[str, bytes]] = field(default_factory=list)

    def post(self, url, body):
        fate = "pass" if self.calm else self.chance.choice(["pass"] * 5 + ["lost", "answer", "twice", "held"])
        if fate == "lost":
            raise Unavailable("exchange.peer_unreachable", url=url, what="lost")
        if fate == "held":
            self.held.append((url, body))
            raise Unavailable("exchange.peer_unreachable", url=url, what="late")
        answer = super().post(url, body)
        if fate == "twice":
            assert len(super().post(url, body)) == len(answer)
        if fate == "answer":
            raise Unavailable("exchange.peer_unreachable", url=url, what="answer")
        return answer

    def release(self):
        """Something that was held back arrives; its sender has given it up, and sent it again meanwhile."""
        url, body = self.held.pop(self.chance.randrange(len(self.held)))
        base = next(base for base in self.nodes if url == base + ACT_PATH)
        receive.receive(self.nodes[base], body)


class Speaker:
    """A State that speaks with the keys of a real node: in the shape of ``builders.Side``."""

    def __init__(self, half):
        self.half = half
        self.state = half.state
        self.authority = f"{half.state.lower()}:central-authority"
        self.to = f"{half.other.lower()}:central-authority"
        names = {"author": "officer", "approver": "approver", "judge": "judge"}
        self.people = {role: half.staff[name].key for role, name in names.items()}
        self.people["node"] = half.node.keys.acts

    def act(
        self,
        kind_,
        terms,
        *,
        number,
        after,
        at,
        about=None,
        roles=("author",),
        table=b.TABLE.digest,
        people=None,
        header=None,
        sign=True,
        salt="",
        **fields,
    ):
        node, its, people = self.half.node, kind(kind_), people or self.people
        with node.db.read() as conn:
            aliases = node.aliases(conn, CASE, [people[role].id for role in roles])
        keys = [people[role] for role in roles]
        signers = [
            {"role": role, "key": key.id, "alg": "ed25519", "alias": aliases[key.id]}
            for role, key in zip(roles, keys, strict=True)
        ]
        rests_on = commit("rests_on", None, node.entropy)
        members = {
            "kind": kind_,
            "case": CASE,
            "from": self.authority,
            "to": self.to,
            "number": number,
            "after": sorted(after),
            "at": at,
            "about": about,
            "law": {"bundle": node.bundle.digest, "table": table},
            "signers": sorted(signers, key=lambda one: (one["role"], one["key"])),
            "rests_on": rests_on.digest,
            **(header or {}),
        }
        values = {name: b.FIELDS[name] for name in its.fields if name != "terms"}
        if kind_ == "decide":
            values["reasons"] = [{"item": item["id"], "text": "Said so."} for item in terms["items"]]
        act = compose(members, {**values, "terms": terms, **fields}, node.entropy)
        for key in keys:
            act = act.with_signature(key.cosign(act.envelope))
        self.half.committed[act.id] = rests_on.text
        return act


class RealHalf:
    """One State's node in a story: what it has, and how it says something."""

    skips = (100,)
    """As in ``half``; a number that its own node comes to would be a fault of its own alone."""

    def __init__(self, folder, state, clock, courier):
        self.folder, self.state, self.other = folder, state, "PT" if state == "GH" else "GH"
        self.clock, self.courier = clock, courier
        self.committed, self.rejected = {}, set()
        self.open()

    def open(self):
        made = node.open_node(self.folder, {}, clock=self.clock, courier=self.courier)
        self.staff = l.Side(made, {name: made.person(name) for name in (*l.STAFF, "judge")})
        self.courier.nodes[str(made.settings.url)] = made
        self.side = Speaker(self)

    @property
    def node(self):
        return self.staff.node

    def restart(self):
        """End the node and open it anew: nothing that waits to be done is gone, or due later."""
        before = self.jobs()
        self.node.db.close()
        self.open()
        assert self.jobs() == before

    def jobs(self):
        with self.node.db.read() as conn:
            rows = conn.exec_driver_sql("SELECT id, kind, subject, due, tries FROM job WHERE done_at IS NULL")
            return sorted(tuple(row) for row in rows)

    @property
    def case(self):
        with self.node.db.read() as conn:
            return case_of(self.node, conn, CASE)

    @property
    def acts(self):
        with self.node.db.read() as conn:
            return {act.id: act for act in store.acts_of_case(conn, CASE, "shared")}

    @property
    def now(self):
        return self.node.now()

    def compose(self, kind_, terms, **more):
        case = self.case
        more.setdefault("number", case.next_number(self.state))
        more.setdefault("after", case.heads)
        more.setdefault("at", self.now)
        return self.side.act(kind_, terms, **more)

    def say(self, act):
        """Say by the one road what is in order; whether nothing at home stood against it."""
        if act.header.kind in HOME_FIRST:
            l.force(self.staff, act)
            return True
        try:
            commit_act(self.node, act, self.committed[act.id])
        except NotPermitted as error:
            if error.id.startswith(("cases.", "app.not_competent")):  # in order, and the table refuses it?
                raise
            return False
        return True

    def work(self):
        return run_due(self.node)


def found_nodes(folder, **more):
    """Both nodes with their people and a judge each, closed again; ``more``: settings of each, by State."""
    clock, courier = FixedClock(l.AT), l.Loopback()
    every = ",".join(function.key for function in packaged_bundle().content.functions)
    sides = [
        l.make_side(folder / state, state, clock, courier, functions=every, **more.get(state, {}))
        for state in STATES
    ]
    for side in sides:
        people.add_person(
            side.node,
            "judge",
            office=f"{side.node.state.lower()}:central-authority",
            deeds=deeds.deeds_of(("judge",)),
            person=Person(name=f"Judge {side.node.state}", function="judge", instrument="Appointment 1"),
            by=(side["officer"], side["approver"]),
        )
    for side, other in (sides, sides[::-1]):
        peers.add_peer(side.node, peers.own_entry(other.node), other.node.keys.acts.id)
    for side in sides:
        side.node.db.close()


def open_halves(folder, chance):
    """Both nodes of a folder, with a bad network between them, and the clock that they share."""
    clock, courier = FixedClock(l.AT), BadNetwork(chance=chance)
    halves = {}
    for state in STATES:
        halves[state] = RealHalf(folder / state, state, clock, courier)
    return halves, clock, courier
