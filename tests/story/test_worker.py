"""The worker: several jobs under way, one case in its order, and nothing written while nothing is due."""

import threading
import time
from dataclasses import dataclass, field, replace

import loopback as l
import pytest

from comity import store
from comity import worker as worker_module
from comity.acts import Question
from comity.acts.terms import AskTerms, QuestionTerm
from comity.app.prepare import Saying, say
from comity.worker import (
    LEASE_SECONDS,
    LONGEST_PAUSE,
    SLOW,
    SLOW_OF_ONE,
    Worker,
    lease,
    pause,
    run_due,
)

PATIENCE = 30.0


@dataclass
class Slow:
    """A courier that does something before it brings each message, and remembers begins and ends."""

    inner: l.Loopback
    before: object
    told: list = field(default_factory=list)

    def post(self, url, body):
        number = len([one for one in self.told if one[0] == "begins"])
        self.told.append(("begins", number))
        self.before()
        answer = self.inner.post(url, body)
        self.told.append(("ends", number))
        return answer

    def get(self, url):
        return self.inner.get(url)


def until(condition):
    """Wait for what another thread brings about; not for ever."""
    end = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        pause.wait(0.01)


def by(side, before):
    """The side's node with a courier that is slow in this way."""
    courier = Slow(side.node.courier, before)
    return replace(side.node, courier=courier), courier


def acknowledged(node):
    with node.db.read() as conn:
        return not store.unreceipted(conn)


def said(pair, about=None):
    """GH says what is not carried yet: a question about a request, or a request in a case of its own."""
    if about is None:
        cut, pair.courier.cut = pair.courier.cut, {l.ACT_PATH}
        try:
            with pytest.raises(AssertionError):  # it is said, and it did not come through
                l.ask(pair, "mailbox")
        finally:
            pair.courier.cut = cut
        return
    id = f"q{pair.gh.node.entropy(4).hex()}"
    fields = {
        "terms": AskTerms(questions=(QuestionTerm(id=id, about=None),)),
        "questions": (Question(id=id, text="What is it?", fact=None),),
    }
    saying = Saying(
        kind="ask",
        from_="gh:central-authority",
        to="pt:central-authority",
        case=about.header.case,
        about=about.id,
        fields=fields,
    )
    say(pair.gh.node, saying, pair.gh["officer"])


def holding():
    """What a job does that begins, says so, and waits until it may go on."""
    begun, go_on = threading.Event(), threading.Event()

    def hold():
        begun.set()
        assert go_on.wait(PATIENCE)

    return begun, go_on, hold


def test_several_are_under_way_at_once(pair):
    for _ in range(3):
        said(pair)
    pair.later(hours=1)
    together = threading.Barrier(3)
    node, _ = by(pair.gh, lambda: together.wait(PATIENCE))  # passes only where three wait at once
    worker = Worker(node, abreast=3)
    worker.start()
    try:
        until(lambda: acknowledged(node))
    finally:
        worker.stop()
    assert not together.broken


def test_what_is_said_in_one_case_leaves_in_its_order(pair, request_):
    for _ in range(4):
        said(pair, about=request_)
    node, courier = by(pair.gh, lambda: None)
    worker = Worker(node, abreast=4)
    worker.start()
    try:
        until(lambda: acknowledged(node))
    finally:
        worker.stop()
    assert courier.told == [(what, n) for n in range(4) for what in ("begins", "ends")]


def test_stopping_waits_for_what_is_in_hand(pair, request_):
    said(pair, about=request_)
    begun, go_on, hold = holding()
    node, _ = by(pair.gh, hold)
    worker = Worker(node)
    worker.start()
    assert begun.wait(PATIENCE)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    assert stopping.is_alive()
    go_on.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert acknowledged(node)


def test_a_long_job_keeps_its_lease(pair, request_):
    said(pair, about=request_)
    begun, go_on, hold = holding()
    node, courier = by(pair.gh, hold)
    worker = Worker(node)
    worker.start()
    try:
        assert begun.wait(PATIENCE)
        (job,) = jobs(node)
        pair.later(seconds=LEASE_SECONDS * 3 // 4)
        until(lambda: jobs(node)[0].lease_until > job.lease_until)
        pair.later(seconds=LEASE_SECONDS // 2)  # the first lease would have ended
        assert lease(node, 1) == ()
    finally:
        go_on.set()
        worker.stop()
    assert acknowledged(node)
    assert len(courier.told) == 2


def test_a_peer_that_hangs_takes_the_places_of_no_other_work(pair):
    """With one place: what hangs for long is not counted, yet of one peer only so much is begun."""
    for _ in range(SLOW_OF_ONE + 1):
        said(pair)
    pair.later(hours=1)
    go_on = threading.Event()

    def hold():
        assert go_on.wait(PATIENCE)

    node, courier = by(pair.gh, hold)
    size = published(node)
    worker = Worker(node, abreast=1)
    worker.start()
    try:
        for begun in range(1, SLOW_OF_ONE + 1):
            until(lambda begun=begun: len(courier.told) == begun)
            pair.later(seconds=SLOW.seconds)
        until(lambda: any(job.due > node.clock.now() for job in jobs(node)))
        (last,) = [job for job in jobs(node) if job.token is None]
        assert last.tries == 1  # that of ``said``: put off, and not failed
        assert len(courier.told) == SLOW_OF_ONE
        pair.later(seconds=node.settings.epoch_seconds)
        until(lambda: published(node) > size)  # other work is done meanwhile
    finally:
        go_on.set()
        worker.stop()
    until(lambda: run_due(node) == 0 and pair.later(seconds=SLOW.seconds) is None and acknowledged(node))


def test_a_fault_of_its_own_does_not_end_the_worker(pair, request_, monkeypatch):
    said(pair, about=request_)
    faults = iter([RuntimeError("can't start new thread"), MemoryError()])

    def lease_but_not_at_first(*args):
        for fault in faults:
            raise fault
        return lease(*args)

    monkeypatch.setattr(worker_module, "lease", lease_but_not_at_first)
    worker = Worker(pair.gh.node)
    worker.start()
    try:
        until(lambda: acknowledged(pair.gh.node))
    finally:
        worker.stop()


def test_a_store_that_is_away_for_days_is_asked_again_and_again():
    assert [pause(failures) for failures in (0, 1, 2)] == [0.2, 0.4, 0.8]
    assert pause(100_000) == LONGEST_PAUSE  # two to the power of it is no float


def published(node):
    with node.db.read() as conn:
        return store.log_size(conn)


def test_while_nothing_is_due_nothing_is_written(pair):
    node = pair.gh.node
    assert lease(node, 4) == ()
    commits = node.db.writer.commits
    assert lease(node, 4) == ()
    assert node.db.writer.commits == commits


def jobs(node):
    with node.db.read() as conn:
        return store.waiting(conn, "post")
