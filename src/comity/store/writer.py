"""Group commit: many deeds, one transaction, one wait for the disk.

Promises: a deed whose ``run`` has returned is on disk. Each deed is done whole or not at all, and its
failure is its caller's alone; the others of its batch are committed. A deed is run exactly once, after all
that were handed in before it; where the batch's commit fails, none of it is done, and every caller is told.
A caller that finds nobody writing writes itself, with what others hand in meanwhile waiting for the next
batch: so a lone deed changes no thread. Whether a commit was done can be in doubt with a server (its answer
was lost): then just that is told, and nothing is tried again.

Leaves to others: what a deed does. It must be quick, touch no network, not commit, and do nothing
outside the database that a rollback could not undo. It must not go on after a statement of its own has
failed: PostgreSQL does nothing more in that savepoint.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from threading import Condition, Lock, Thread, current_thread, main_thread
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from comity.errors import ComityError, Unavailable
from comity.store.held import Held
from comity.store.place import Place
from comity.store.statement import Statement

T = TypeVar("T")

BATCH: Final = 256
"""Deeds of one transaction at most, so that the first one does not wait for all the others."""

CROWD: Final = 4
"""Deeds that wait, from which on a thread writes until none is left: turn and turn about would cost more."""


_SAVEPOINT: Final = Statement("SAVEPOINT deed")
_RELEASE: Final = Statement("RELEASE SAVEPOINT deed")
_ROLL_BACK: Final = Statement("ROLLBACK TO SAVEPOINT deed")


class _Waiting:
    """A deed, and the place where its caller waits for the answer, or for its turn to write.

    A bare lock, held until there is either: with many callers a ``Future`` costs as much as the rows.
    """

    __slots__ = ("_told", "deed", "done", "failure", "may_lead", "value")

    def __init__(self, deed: Callable[[Connection], Any]) -> None:
        self.deed = deed
        self.done = False
        self.failure: BaseException | None = None
        self.value: Any = None
        # A signal's handler may raise in the main thread at any place, even behind a commit.
        self.may_lead = current_thread() is not main_thread()
        self._told = Lock()
        self._told.acquire()

    def tell(self) -> None:
        self._told.release()

    def wait(self) -> None:
        self._told.acquire()

    def answer(self) -> Any:
        if self.failure is not None:
            raise self.failure
        return self.value


class Writer:
    """One thread of this process writes at a time; other processes are kept apart by the database's lock."""

    def __init__(self, held: Held, place: Place) -> None:
        self._held = held
        self._place = place
        self._queue: deque[_Waiting] = deque()
        self._still = Condition(Lock())
        """Guards the three below, and tells when nobody leads."""
        self._leading = False
        self._closed = False
        self._leader: Thread | None = None
        self._process = os.getpid()
        self.commits = 0
        """Transactions committed so far."""

    def run(self, deed: Callable[[Connection], T]) -> T:
        """Do a deed; return its value once it is on disk.

        Raises:
            Unavailable: another process writes for too long, the disk is full or fails, the store
                is closed, the connection is lost. The deed is not done. Only ``store.in_doubt`` says that
                it may have been done: the connection was lost while it was committed. It is not tried again.
            Any error that the deed raises: then nothing of it is done.
        """
        if current_thread() is self._leader:
            raise RuntimeError("a deed must not run another deed: call its function instead")
        if os.getpid() != self._process:
            raise RuntimeError("a database is opened after the fork, not before")
        waiting = _Waiting(deed)
        with self._still:
            if self._closed:
                raise Unavailable("store.closed")
            self._queue.append(waiting)
            first, self._leading = not self._leading, True
        if first and waiting.may_lead:
            self._lead(waiting)
        else:
            if first:
                self._lead_beside()
            waiting.wait()
            if not waiting.done:  # then it is its turn to write
                self._lead(waiting)
        value: T = waiting.answer()
        return value

    def close(self) -> None:
        """Do what is waiting, then stop. Deeds that come later are refused."""
        if os.getpid() != self._process:
            return
        with self._still:
            self._closed = True
            self._still.wait_for(lambda: not self._leading)
        self._held.close()

    def _lead_beside(self) -> None:
        """Write in a thread made for it: for a caller that must not, or for many."""
        beside = Thread(target=self._lead, name="comity-writer", daemon=True)
        try:
            beside.start()
        except RuntimeError:  # no thread is to be had: rather here than not at all
            self._lead()

    def _lead(self, own: _Waiting | None = None) -> None:
        """Write batch after batch until the own deed is done, then let another; or until none is left."""
        self._leader = current_thread()
        while True:
            with self._still:
                batch = [self._queue.popleft() for _ in range(min(len(self._queue), BATCH))]
            self._commit(batch)
            for waiting in batch:
                waiting.done = True
                if waiting is not own:
                    waiting.tell()
            with self._still:
                successor, crowded = None, False
                if self._queue and own is not None and own.done:
                    crowded = len(self._queue) >= CROWD
                    successor = next((waiting for waiting in self._queue if waiting.may_lead), None)
                if not self._queue or crowded or successor is not None:
                    self._leader = None
                if not self._queue:
                    self._leading = False
                    self._still.notify_all()
                    return
            if crowded:
                self._lead_beside()
                return
            if successor is not None:
                successor.tell()
                return

    def _commit(self, batch: list[_Waiting]) -> None:
        committing = False
        try:
            with self._held.begun() as conn:
                for waiting in batch:
                    self._attempt(conn, waiting)
                committing = True
            self.commits += 1
        except BaseException as error:  # noqa: BLE001 - every caller that waits is told of it
            self._held.close()  # after a failed write nothing in memory is to be trusted
            doubtful = committing and isinstance(error, ComityError) and self._place.in_doubt(error)
            for waiting in batch:
                waiting.failure = waiting.failure or _of_the_batch(error, doubtful=doubtful)

    def _attempt(self, conn: Connection, waiting: _Waiting) -> None:
        """Run one deed under a savepoint; keep its failure for its caller.

        Where the whole transaction is gone (disk full, input/output error, the connection lost), there is
        no savepoint to go back to, and the failure is the batch's.
        """
        # Said in SQL: ``begin_nested`` keeps an object and events for each, at four times the cost.
        _SAVEPOINT.run(conn)
        try:
            waiting.value = waiting.deed(conn)
            _RELEASE.run(conn)
        except BaseException as error:  # its caller is told of it, and the others go on
            if conn.invalidated or not self._place.sound(conn.connection.dbapi_connection):
                raise
            _ROLL_BACK.run(conn)
            _RELEASE.run(conn)
            waiting.value, waiting.failure = None, error


def _of_the_batch(error: BaseException, *, doubtful: bool) -> Unavailable:
    """An exception for one caller: raised in several threads, one object would mix their traces."""
    if doubtful:
        known = Unavailable("store.in_doubt")
    elif isinstance(error, Unavailable):
        known = error
    else:
        known = Unavailable("store.batch_failed")
    fresh = Unavailable(known.id, **known.arguments)
    fresh.__cause__ = error
    return fresh
