"""Lease due jobs, do their deeds, and begin again: what must happen, happens, if need be tomorrow.

Promises: a job that cannot be done now is tried again, later and later, never dropped; one that is done by
two workers is done once. A worker that dies leaves a lease that runs out. Several jobs are under way at
once; what is said in one case leaves in the order in which it was said, and a piece after the act that
announces it, while all goes well (what comes in another order is parked). A peer that hangs takes no other
peer's place: what is slow is not counted, and of one peer only so much may be slow. While nothing is due,
nothing is written.

Leaves to others: the deeds (``app``), the jobs (``store``).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

import structlog

from comity import store
from comity.app import pieces
from comity.app.node import EARLY, Node
from comity.app.post import post, reject
from comity.app.publish import publish
from comity.app.receive import take_up
from comity.app.recover import recover
from comity.app.reminders import remind
from comity.app.removal import JOB as REMOVE
from comity.app.removal import removal_job
from comity.app.resend import resend
from comity.app.scrub import JOB as SCRUB
from comity.app.scrub import scrub_job
from comity.app.stamping import JOB as STAMP
from comity.app.stamping import stamp_job
from comity.errors import ComityError, Conflict, NotFound
from comity.store import Connection, Job

LEASE_SECONDS: Final = 30
"""A job that takes longer has its lease renewed; what a killed worker held is taken up so much later.
Short is safe: whoever lost its lease can neither finish the job nor publish, and posting twice harms not."""

ABREAST: Final = 8
"""Jobs of one worker that are under way at once."""

SLOW: Final = timedelta(seconds=5)
"""A job under way for so long waits for a peer, and others are begun in its place."""

SLOW_OF_ONE: Final = 4
"""Jobs of one peer that are slow: while there are so many, no other of that peer's is begun."""

SLOW_AT_ONCE: Final = 32
"""Slow jobs at once, of all peers: each has a thread and a connection."""

LOOKED_AT: Final = 256
"""Jobs leased or put off in one transaction, at most."""

LONGEST_WAIT: Final = timedelta(minutes=15)
"""A peer that is down is asked at least so often."""

FAULT: Final = "worker.fault"
"""Kept as the last error of a job that ran into a fault of the program."""

POLL_SECONDS: Final = 0.2
LONGEST_PAUSE: Final = 30.0
"""Seconds between two tries while the store does not answer."""

_log = structlog.get_logger("worker")


def _publish(node: Node, job: Job) -> None:
    publish(node)
    due = node.clock.now() + timedelta(seconds=node.settings.epoch_seconds)
    node.db.writer.run(lambda conn: store.repeat(conn, job, due))


def _send_piece(node: Node, job: Job) -> None:
    with node.db.read() as conn:
        piece = pieces.piece_of(conn, job.subject)
    pieces.send_piece(node, piece, also=lambda conn: store.finish(conn, job, node.clock.now()))


DEEDS: Final[Mapping[str, Callable[[Node, Job], None]]] = MappingProxyType(
    {
        "post": post,
        "reject": reject,
        "piece": _send_piece,
        "publish": _publish,
        "recover": recover,
        "resend": resend,
        EARLY: take_up,
        REMOVE: removal_job,
        SCRUB: scrub_job,
        STAMP: stamp_job,
        store.REMIND: remind,
    }
)


@dataclass(frozen=True)
class Leased:
    """A job in hand. ``case``: that of the act it posts, or whose piece it posts; none for others.

    ``peer``: the State whose node it calls; none where it calls nobody. ``begun``: when it was leased.
    """

    job: Job
    case: str | None
    peer: str | None
    begun: datetime

    @property
    def speaks(self) -> bool:
        """Whether others of its case wait until it is done."""
        return self.job.kind == "post"


def lease(node: Node, most: int, shunned: frozenset[str] = frozenset()) -> tuple[Leased, ...]:
    """Take due jobs, up to so many, those due longest first; all in one deed, and none if none is due.

    ``shunned``: peers of which none is begun; theirs are put off for a moment, in their order.
    """
    with node.db.read() as conn:
        if not store.is_due(conn, node.clock.now(), tuple(DEEDS)):
            return ()

    def take(conn: Connection) -> tuple[Leased, ...]:
        taken: list[Leased] = []
        for _ in range(LOOKED_AT):
            if len(taken) == most:
                break
            now = node.clock.now()
            job = store.lease(conn, now, LEASE_SECONDS, kinds=tuple(DEEDS))
            if job is None:
                break
            leased = _leased(node, conn, job, now)
            if leased.peer in shunned:
                store.put_off(conn, job, now + SLOW)
            else:
                taken.append(leased)
        return tuple(taken)

    return node.db.writer.run(take)


def _leased(node: Node, conn: Connection, job: Job, now: datetime) -> Leased:
    act = {"post": "act", "piece": "delivery"}.get(job.kind)
    if act is None:
        state = job.subject.get("state") if isinstance(job.subject, dict) else None
        return Leased(job, None, None if state is None else str(state), now)
    case = store.case_of_act(conn, str(job.subject[act]))
    peer = None
    if case is not None:
        with suppress(NotFound):
            states = store.get_case_line(conn, case).states
            peer = next((state for state in states if state != node.state), None)
    return Leased(job, case, peer, now)


def run_one(node: Node) -> bool:
    """Do one due job. ``False``: none is due."""
    for leased in lease(node, 1):
        do(node, leased.job)
        return True
    return False


def do(node: Node, job: Job) -> None:
    """Do a leased job; where it cannot be done, it is due again later.

    Raises:
        Unavailable: the store does not even take that; the lease will run out.
    """
    try:
        DEEDS[job.kind](node, job)
    except ComityError as error:
        _again(node, job, error.id)
    except Exception as error:  # noqa: BLE001 - one job's fault must not end all work; the job is kept
        # Its type and no more: a traceback can hold what a case is about.
        _log.error("job_fault", kind=job.kind, job=job.id, fault=type(error).__name__)
        _again(node, job, FAULT)


def run_due(node: Node, most: int = 10_000) -> int:
    """Do every job that is due, up to so many; gives how many were tried."""
    done = 0
    while done < most and run_one(node):
        done += 1
    return done


class Worker:
    """Threads that work until they are stopped: one leases, the others do."""

    def __init__(self, node: Node, *, abreast: int = ABREAST) -> None:
        self._node = node
        self._abreast = abreast
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
        self._running: dict[Future[None], Leased] = {}
        self._until: dict[int, datetime] = {}

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the jobs in hand, then end."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        failures = 0
        with ThreadPoolExecutor(self._abreast + SLOW_AT_ONCE, thread_name_prefix="worker") as pool:
            while not self._stop.is_set():
                self._wake.clear()
                try:
                    busy, failures = self._turn(pool), 0
                except ComityError as error:
                    # The store itself did not answer: nothing was lost, and it may come back.
                    _log.warning("store_unavailable", error=error.id, times=failures + 1)
                    busy, failures = False, failures + 1
                except Exception as error:  # noqa: BLE001 - a node that goes on without its worker sends nothing
                    _log.error("worker_fault", fault=type(error).__name__, times=failures + 1)
                    busy, failures = False, failures + 1
                if not busy:
                    # A job that ends makes room at once; but it does not bring back a store that is away.
                    event = self._stop if failures else self._wake
                    event.wait(pause(failures))

    def _turn(self, pool: ThreadPoolExecutor) -> bool:
        """Begin what is due and there is room for; whether there may be more of both."""
        for future in [one for one in self._running if one.done()]:
            self._until.pop(self._running.pop(future).job.id, None)
        self._renew()
        slow = self._slow()
        room = self._abreast - (len(self._running) - min(slow.total(), SLOW_AT_ONCE))
        if room < 1:
            return False
        taken = lease(self._node, room, frozenset(p for p, jobs in slow.items() if p and jobs >= SLOW_OF_ONE))
        for leased in taken:
            before = [f for f, other in self._running.items() if other.speaks and other.case == leased.case]
            future = pool.submit(self._do, leased, before if leased.case is not None else [])
            self._running[future] = leased
            if leased.job.lease_until is not None:
                self._until[leased.job.id] = leased.job.lease_until
            future.add_done_callback(lambda _: self._wake.set())
        return len(taken) == room

    def _do(self, leased: Leased, before: list[Future[None]]) -> None:
        # They were begun before this, so they end. Not waited for longer than a lease: a peer that hangs.
        wait(before, timeout=LEASE_SECONDS)
        try:
            do(self._node, leased.job)
        except ComityError as error:
            _log.warning("store_unavailable", error=error.id, kind=leased.job.kind, job=leased.job.id)
        except Exception as error:  # noqa: BLE001 - nobody asks for its result; the lease will run out
            _log.error("job_fault", kind=leased.job.kind, job=leased.job.id, fault=type(error).__name__)

    def _slow(self) -> Counter[str | None]:
        """How many jobs of each peer have been under way for long."""
        since = self._node.clock.now() - SLOW
        return Counter(one.peer for one in self._running.values() if one.begun <= since)

    def _renew(self) -> None:
        """Hold the leases of what takes long, so that it is not begun a second time meanwhile."""
        now = self._node.clock.now()
        soon = now + timedelta(seconds=LEASE_SECONDS / 2)
        late = [one.job for one in self._running.values() if self._until.get(one.job.id, soon) < soon]
        for job in late:
            try:
                self._node.db.writer.run(partial(store.renew, job=job, now=now, for_seconds=LEASE_SECONDS))
            except Conflict:
                del self._until[job.id]  # it was done just now, or another has it
            else:
                self._until[job.id] = now + timedelta(seconds=LEASE_SECONDS)


def pause(failures: int) -> float:
    """Seconds until the next turn, after so many that failed in a row; a store may be away for days."""
    return min(POLL_SECONDS * float(1 << min(failures, 16)), LONGEST_PAUSE)


def _again(node: Node, job: Job, error: str) -> None:
    wait = min(timedelta(seconds=2 ** min(job.tries, 12) // 2), LONGEST_WAIT)
    _log.warning("job_failed", kind=job.kind, job=job.id, tries=job.tries, error=error)
    retry_at = node.clock.now() + wait
    try:
        node.db.writer.run(lambda conn: store.fail(conn, job, retry_at, error))
    except Conflict:
        # The lease ran out and another worker has the job: its word counts.
        _log.info("lease_lost", kind=job.kind, job=job.id)
