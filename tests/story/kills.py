"""Two nodes as processes of their own that are killed again and again while acts and evidence go both ways.

The acts are said by this process beside them, as a person's commands are; so what it was told is known. A
monitor takes every checkpoint that either log shows. Moments are chosen by what has happened (an act, a
receipt, a new checkpoint, nothing) and a seeded jitter.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from types import SimpleNamespace

import handing as h
import loopback as l
from commands import FORKED, serve_impatiently
from tests.bench import nodes as busy
from tests.faults import checks

from comity import store
from comity.acts import Question
from comity.acts.terms import AskTerms, QuestionTerm
from comity.app import custody, prepare
from comity.app.node import Node, open_node
from comity.app.publish import publish
from comity.app.sweep import sweep
from comity.demo.nodes import introduce, make_side
from comity.errors import Conflict, Unavailable
from comity.exchange.courier import DIRECTORY_PATH
from comity.exchange.http import HttpCourier

PATIENCE = 180.0
POLL = 0.02


@dataclass
class Served:
    """One node, the process that serves it, and the checkpoints that its log has shown."""

    side: object
    process: ForkServerProcess | None = None
    seen: dict[bytes, None] = field(default_factory=dict)

    def start(self) -> None:
        self.process = FORKED.Process(target=serve_impatiently, args=(str(self.side.node.settings.data),))
        self.process.start()

    def kill(self, how: int = signal.SIGKILL) -> None:
        os.kill(self.process.pid, how)
        self.process.join(PATIENCE)
        assert self.process.exitcode in {-signal.SIGKILL, 0}, "the node ended by itself"

    def answers(self, courier: HttpCourier) -> bool:
        assert self.process.is_alive(), "the node ended by itself"
        return self.get(courier, DIRECTORY_PATH) is not None

    def look(self, courier: HttpCourier) -> None:
        """What a monitor does."""
        found = self.get(courier, "/log/checkpoint")
        if found:
            self.seen[found] = None

    def get(self, courier: HttpCourier, path: str) -> bytes | None:
        try:
            return courier.get(f"{self.side.node.settings.url}{path}")
        except Unavailable:
            return None


class Storm(l.Pair):
    """Both nodes, their processes, and all that was acknowledged."""

    def __init__(self, folder: Path, seed: int) -> None:
        gh, pt = (make_side(folder, state, f"Node of {state}") for state in ("GH", "PT"))
        introduce(gh, pt)
        super().__init__(gh, pt, None, None)
        self.chance = random.Random(seed)
        self.courier = HttpCourier(plain=True, seconds=5)
        self.served = [Served(gh), Served(pt)]
        self.acts: list[str] = []
        self.cases: list[store.Act] = []
        self.source = folder / "source"
        self.source.write_bytes(self.chance.randbytes(200_000))
        self._over = threading.Event()
        self._monitor = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        for one in self.served:
            one.start()
        self._monitor.start()
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self._monitor.join()
        for one in self.served:
            if one.process.is_alive():
                one.process.kill()
                one.process.join()
        self.courier.close()
        self.close()

    def settle(self) -> None:
        """Until both have receipts for all that they said, and nothing is left to do."""
        self.until(lambda: not self._waiting(), "all that is due is done")

    def until(self, true: Callable[[], bool], what: str, patience: float = PATIENCE) -> bool:
        end = time.monotonic() + patience
        while not true():
            if time.monotonic() > end:
                assert patience < PATIENCE, f"not in {patience} s: {what}; waiting: {self._waiting()}"
                return False
            self._over.wait(POLL)
        return True

    def kill_one(self) -> None:
        """Say something, wait for something to happen, and kill one of both."""
        victim = self.chance.choice(self.served)
        if self.chance.random() < 0.8:
            self.until(lambda: victim.answers(self.courier), "the node answers")
        count, seen = self._receipts(), len(victim.seen)
        for _ in range(self.chance.randint(1, 2)):
            self.say_something()
        match self.chance.choice(("receipt", "receipts", "checkpoint", "now")):
            case "receipt":
                self.until(lambda: self._receipts() > count, "a receipt", 3)
            case "receipts":
                self.until(lambda: self._receipts() > count + 2, "receipts", 3)
            case "checkpoint":
                self.until(lambda: len(victim.seen) > seen, "a checkpoint", 3)
        self._over.wait(self.chance.random() * 0.1)
        victim.kill()
        victim.start()

    def say_something(self) -> None:
        """A new request, or a question from either side in a case that both have."""
        side = self.chance.choice((self.gh, self.pt))
        known = [act for act in self.cases if self._has(side, act.id)]
        if not known or self.chance.random() < 0.4:
            gh = self.gh
            officers = SimpleNamespace(node=gh.node, officer=gh["officer"], approver=gh["approver"])
            act = busy.request(SimpleNamespace(gh=officers), busy.text(self.chance.choice((200, 4000))))
            self.cases.append(act)
        else:
            act = self._ask(side, self.chance.choice(known))
        self.acts.append(act.id)

    def _ask(self, side, about):
        for _ in range(100):
            id = f"q{len(self.acts)}"
            fields = {
                "terms": AskTerms(questions=(QuestionTerm(id=id, about=None),)),
                "questions": (Question(id=id, text="What is the account's name?", fact=None),),
            }
            to = "pt" if side is self.gh else "gh"
            saying = prepare.Saying(
                kind="ask",
                from_=f"{side.node.state.lower()}:central-authority",
                to=f"{to}:central-authority",
                case=about.header.case,
                about=about.id,
                fields=fields,
            )
            try:
                return prepare.say(side.node, saying, side["officer"]).act
            except Conflict:  # the case moved meanwhile: a person prepares it again
                continue
        raise AssertionError("never in time")

    def deliver_something(self, request) -> None:
        """An exhibit is taken in, released and delivered; the pieces go while nodes are killed."""
        id = h.take_in(self, request, self.source)
        h.release(self, request, id)
        self.acts.append(h.hand_over(self, request, id).id)

    def take_all(self, case: str) -> None:
        """The requesting State takes custody of all that was delivered."""
        with self.gh.node.db.read() as conn:
            acts = store.acts_of_case(conn, case)
        for act in acts:
            if act.header.kind == "deliver":
                self.acts.append(custody.take_custody(self.gh.node, act.id, self.gh["examiner"]).act.id)

    def breaches(self) -> list[str]:
        """After both have ended: all that does not hold."""
        nodes, seen = {}, {}
        for one in self.served:
            one.look(self.courier)
            one.kill(signal.SIGTERM)
            state = one.side.node.state
            nodes[state] = open_node(one.side.node.settings.data, {})
            sweep(nodes[state])
            seen[state] = list(one.seen)
            self.until(lambda node=nodes[state]: _published(node), "the last lease runs out")
        try:
            return [*checks.lost(nodes, self.acts), *checks.breaches(nodes, seen)]
        finally:
            for node in nodes.values():
                node.db.close()

    def _watch(self) -> None:
        with HttpCourier(plain=True, seconds=5) as courier:
            while not self._over.wait(POLL):
                for one in self.served:
                    one.look(courier)

    def _waiting(self) -> list[str]:
        found = []
        for side in (self.gh, self.pt):
            with side.node.db.read() as conn:
                found += store.unreceipted(conn)
                found += [
                    f"{job.kind}: {job.last_error}"
                    for job in store.waiting(conn)
                    if job.kind not in {"publish", "scrub"}
                ]
        return found

    def _receipts(self) -> int:
        total = 0
        for side in (self.gh, self.pt):
            with side.node.db.read() as conn:
                total -= len(store.unreceipted(conn))
        return total + len(self.acts)

    @staticmethod
    def _has(side, id: str) -> bool:
        with side.node.db.read() as conn:
            return store.has_act(conn, id)


def seed() -> int:
    return int(os.environ.get("COMITY_TEST_SEED") or random.SystemRandom().randrange(10**6))


def storm(folder: Path, kills: int, number: int) -> Storm:
    """So many kills, at random moments; then everything is done and looked at."""
    with Storm(folder, number) as both:
        request = l.ask(both, "mailbox", "logs")
        l.grant(both, request, "mailbox")
        for n in range(kills):
            if n % 10 == 2:
                both.deliver_something(request)
            both.kill_one()
        both.settle()
        both.take_all(request.header.case)
        both.settle()
        found = both.breaches()
    assert not found, f"COMITY_TEST_SEED={number}\n" + "\n".join(found)
    return both


def _published(node: Node) -> bool:
    """Whether it could be: one that was killed while it published holds the log until its lease runs out."""
    try:
        publish(node)
    except Conflict as error:
        if error.id != "store.sequencer_held":
            raise
        return False
    return True
