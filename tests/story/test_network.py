"""P6 over a bad network: cut, doubled, delayed, reordered, answers lost; each act arrives, once."""

import logging
import random
import threading
from contextlib import ExitStack, contextmanager

import handing as h
import kills
import loopback as l
import pytest
from carrier import FAULTS, Carrier
from tests.faults import checks

from comity import store
from comity.app import custody, peers
from comity.clock import FixedClock
from comity.exchange.http import HttpCourier
from comity.worker import run_due

ROUNDS = 60
ABREAST = 3
"""Threads that work for each node at once, so that requests overtake each other."""


class Apart(l.Pair):
    """Two nodes in one process, each served over HTTP behind a carrier that disturbs what passes."""

    def __init__(self, folder, stack: ExitStack, chance: random.Random) -> None:
        clock, courier = FixedClock(l.AT), stack.enter_context(HttpCourier(plain=True, seconds=10))
        sockets = [l.listening() for _ in range(2)]
        self.carriers = [Carrier(one.getsockname()[1], chance) for one in sockets]
        sides = []
        for state, carrier in zip(("GH", "PT"), self.carriers, strict=True):
            url = f"http://127.0.0.1:{carrier.port}"
            sides.append(l.make_side(folder / state, state, clock, courier, url=url))
        for side, other in (sides, sides[::-1]):
            peers.add_peer(side.node, peers.own_entry(other.node), other.node.keys.acts.id)
        super().__init__(*sides, clock, courier)
        self.calm(True)
        stack.callback(self.close)
        for side, where, carrier in zip(sides, sockets, self.carriers, strict=True):
            stack.callback(carrier.close)
            stack.enter_context(l.served(side.node, where))

    def calm(self, calm: bool) -> None:
        for carrier in self.carriers:
            carrier.calm = calm

    def settle(self) -> None:
        """Work until nothing waits, an hour later each time; a bad network takes some hours."""
        for _ in range(ROUNDS):
            threads = [
                threading.Thread(target=run_due, args=(side.node,))
                for side in (self.gh, self.pt)
                for _ in range(ABREAST)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if not self.waiting():
                return
            self.later(hours=1)
        raise AssertionError(self.waiting())

    def waiting(self) -> list:
        found = []
        for side in (self.gh, self.pt):
            with side.node.db.read() as conn:
                found += [job for job in store.waiting(conn) if job.kind not in {"publish", "scrub"}]
        return found


@contextmanager
def server_faults():
    """What the servers log as errors."""
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(record.getMessage())

    handler = Keep(level=logging.ERROR)
    logger = logging.getLogger("uvicorn.error")  # after the servers have started: they set it up anew
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)


def disturbed(folder, number: int) -> None:
    """A request, a grant and a delivery over a network that never does a thing right for long."""
    chance = random.Random(number)
    source = folder / "source"
    source.write_bytes(chance.randbytes(300_000))
    with ExitStack() as stack:
        pair = Apart(folder, stack, chance)
        faults = stack.enter_context(server_faults())
        pair.calm(False)
        asked = [l.ask(pair, "mailbox", "logs") for _ in range(3)]
        decided = l.grant(pair, asked[0], "mailbox", condition="use-limit")
        ids = [h.sealed_and_released(pair, asked[0], source) for _ in range(2)]
        delivered = [h.hand_over(pair, asked[0], id) for id in ids]
        pair.settle()
        taken = [custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"]).act for act in delivered]
        pair.settle()
        acts = [act.id for act in (*asked, decided, *delivered, *taken)]
        both = {side.node.state: side.node for side in (pair.gh, pair.pt)}
        found = [*checks.lost(both, acts), *checks.breaches(both, {state: [] for state in both})]
        assert not found, f"COMITY_TEST_SEED={number}\n" + "\n".join(found)
        assert not faults  # a cut connection is nothing that a server should log a traceback for
        done = sum((carrier.done for carrier in pair.carriers), start=type(pair.carriers[0].done)())
        assert set(done) == set(FAULTS)


@pytest.mark.parametrize("story", range(3))
def test_over_a_bad_network_each_act_arrives_once(tmp_path, story):
    number = kills.seed() + story
    print(f"COMITY_TEST_SEED={number - story}")
    disturbed(tmp_path, number)
