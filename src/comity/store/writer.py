"""Group commit: many deeds, one transaction, one wait for the disk.

Promises: a deed whose ``run`` has returned is on disk. Each deed is done whole or not at all, and
its failure is its caller's alone; the others of its batch are committed. A deed is run exactly once,
after all that were handed in before it; where the batch's commit fails, none of it is done, and
every caller is told. Whether a commit was done can be in doubt with a server (its answer was lost):
then just that is told, and nothing is tried again.

Leaves to others: what a deed does. It must be quick, touch no network, not commit, and do nothing
outside the database that a rollback could not undo. It must not go on after a statement of its own has
failed: PostgreSQL does nothing more in that savepoint.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine

from comity.errors import ComityError, Unavailable
from comity.store.place import Place
from comity.store.statement import Statement

T = TypeVar("T")

BATCH: Final = 256
"""Deeds of one transaction at most, so that the first one does not wait for all the others."""


_SAVEPOINT: Final = Statement("SAVEPOINT deed")
_RELEASE: Final = Statement("RELEASE SAVEPOINT deed")
_ROLL_BACK: Final = Statement("ROLLBACK TO SAVEPOINT deed")


class _Waiting:
    """A deed, and the place where its caller waits for the answer.

    A bare lock, held until the answer is there: with many callers a ``Future`` costs as much as the rows.
    """

    __slots__ = ("_told", "deed", "failure", "value")

    def __init__(self, deed: Callable[[Connection], Any]) -> None:
        self.deed = deed
        self.failure: BaseException | None = None
        self.value: Any = None
        self._told = Lock()
        self._told.acquire()

    def tell(self) -> None:
        self._told.release()

    def answer(self) -> Any:
        self._told.acquire()
        if self.failure is not None:
            raise self.failure
        return self.value


class Writer:
    """The one thread of this process that writes; other processes are kept apart by the database's lock."""

    def __init__(self, engine: Engine, place: Place) -> None:
        self._engine = engine
        self._place = place
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closed = False
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
        if current_thread() is self._thread:
            raise RuntimeError("a deed must not run another deed: call its function instead")
        if os.getpid() != self._process:
            raise RuntimeError("a database is opened after the fork, not before")
        waiting = _Waiting(deed)
        with self._lock:
            if self._closed:
                raise Unavailable("store.closed")
            if self._thread is None:
                self._thread = Thread(target=self._work, name="comity-writer", daemon=True)
                self._thread.start()
            self._queue.put(waiting)
        value: T = waiting.answer()
        return value

    def close(self) -> None:
        """Do what is waiting, then stop. Deeds that come later are refused."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
            thread = self._thread
        if thread is not None and os.getpid() == self._process:
            thread.join()

    def _work(self) -> None:
        going_on = True
        while going_on:
            first = self._queue.get()
            batch = [first]
            while first is not None and len(batch) < BATCH:
                try:
                    batch.append(self._queue.get_nowait())
                except Empty:
                    break
            going_on = None not in batch
            deeds = [waiting for waiting in batch if waiting is not None]
            if deeds:
                self._commit(deeds)

    def _commit(self, batch: list[_Waiting]) -> None:
        committing = False
        try:
            with self._engine.connect() as conn, conn.begin():
                for waiting in batch:
                    self._attempt(conn, waiting)
                committing = True
            self.commits += 1
        except BaseException as error:  # noqa: BLE001 - every caller that waits is told of it
            self._engine.dispose()  # after a failed write nothing in memory is to be trusted
            doubtful = committing and isinstance(error, ComityError) and self._place.in_doubt(error)
            for waiting in batch:
                waiting.failure = waiting.failure or _of_the_batch(error, doubtful=doubtful)
        for waiting in batch:
            waiting.tell()

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
