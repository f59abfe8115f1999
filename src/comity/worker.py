"""Lease a due job, do its deed, and begin again: what must happen, happens, if need be tomorrow.

Promises: a job that cannot be done now is tried again, later and later, never dropped; one that is done by
two workers is done once. A worker that dies leaves a lease that runs out.

Leaves to others: the deeds (``app``), the jobs (``store``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
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
from comity.app.resend import resend
from comity.errors import ComityError, Conflict
from comity.store import Job

LEASE_SECONDS: Final = 120
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
    }
)


def run_one(node: Node) -> bool:
    """Do one due job. ``False``: none is due."""
    job = node.db.writer.run(
        lambda conn: store.lease(conn, node.clock.now(), LEASE_SECONDS, kinds=tuple(DEEDS))
    )
    if job is None:
        return False
    try:
        DEEDS[job.kind](node, job)
    except ComityError as error:
        _again(node, job, error.id)
    except Exception as error:  # noqa: BLE001 - one job's fault must not end all work; the job is kept
        # Its type and no more: a traceback can hold what a case is about.
        _log.error("job_fault", kind=job.kind, job=job.id, fault=type(error).__name__)
        _again(node, job, FAULT)
    return True


def run_due(node: Node, most: int = 10_000) -> int:
    """Do every job that is due, up to so many; gives how many were tried."""
    done = 0
    while done < most and run_one(node):
        done += 1
    return done


class Worker:
    """One thread that works until it is stopped."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the job in hand, then end."""
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                busy, failures = run_one(self._node), 0
            except ComityError as error:
                # The store itself did not answer: nothing was lost, and it may come back.
                _log.warning("store_unavailable", error=error.id, times=failures + 1)
                busy, failures = False, failures + 1
            if not busy:
                self._stop.wait(min(POLL_SECONDS * 2**failures, LONGEST_PAUSE))


def _again(node: Node, job: Job, error: str) -> None:
    wait = min(timedelta(seconds=2 ** min(job.tries, 12) // 2), LONGEST_WAIT)
    _log.warning("job_failed", kind=job.kind, job=job.id, tries=job.tries, error=error)
    retry_at = node.clock.now() + wait
    try:
        node.db.writer.run(lambda conn: store.fail(conn, job, retry_at, error))
    except Conflict:
        # The lease ran out and another worker has the job: its word counts.
        _log.info("lease_lost", kind=job.kind, job=job.id)
