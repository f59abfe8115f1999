"""Removal: sealed bytes whose key was erased go too, if need be later.

Promises: the job is written in the transaction that erases the key; where the vault's store does not answer,
it is tried again, and where a lock keeps the bytes, it stands until that is over. No deed waits for it.

Leaves to others: erasing the key (``destroy``), telling that it fails (``doctor``), what nothing names
(``sweep``).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

from comity import store
from comity.app.node import Node
from comity.errors import NotFound, NotPermitted, Unavailable
from comity.store import Connection, Job

JOB: Final = "remove"
"""The kind of the job: one for each object."""

_LEASE: Final = 600
_AGAIN: Final = timedelta(minutes=1)


def plan_removal(node: Node, conn: Connection, address: str, act: str) -> None:
    """Write that an object is to go; ``act``: by which its key is erased."""
    store.put_job(conn, JOB, {"act": act, "address": address}, node.clock.now())


def removal_job(node: Node, job: Job) -> None:
    """Remove the object; under a lock, the job stands again for when that is over.

    Raises:
        NotPermitted, Unavailable: the store refuses, or does not answer.
    """
    address = str(job.subject["address"])
    with suppress(NotFound):  # it is gone
        until = node.vault.kept_until(address)
        if until is not None:
            node.db.writer.run(lambda conn: store.repeat(conn, job, until))
            return
        node.vault.remove(address)
    node.db.writer.run(lambda conn: store.finish(conn, job, node.clock.now()))


def remove_now(node: Node, most: int) -> None:
    """Do up to so many removals that are due, until one fails: the worker tries that again."""
    for _ in range(most):
        job = node.db.writer.run(lambda conn: store.lease(conn, node.clock.now(), _LEASE, kinds=(JOB,)))
        if job is None:
            return
        try:
            removal_job(node, job)
        except (NotPermitted, Unavailable) as error:
            _later(node, job, error.id)
            return


def _later(node: Node, job: Job, error: str) -> None:
    node.db.writer.run(lambda conn: store.fail(conn, job, node.clock.now() + _AGAIN, error))
