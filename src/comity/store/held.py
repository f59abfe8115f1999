"""Connections, held open between one transaction and the next.

To give one back to the engine's pool and take it again costs more than most statements.

Promises: whoever has a connection has it alone, in a transaction that is begun, and committed where nothing
was raised. One on which anything failed is not held. No more are in use at once than the engine's pool has;
whoever finds all of them in use gets the next that is given back.

Leaves to others: opening them (``sqlite``, ``postgresql``), what is done in a transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from comity.errors import Unavailable
from comity.store.place import BUSY_SECONDS


class Held:
    """Up to so many connections of an engine, held; none of a database that may go away meanwhile.

    ``most``: held while nobody uses them; ``at_once``: open at once, as the engine's pool has it.
    """

    def __init__(self, engine: Engine, most: int, at_once: int) -> None:
        self._engine = engine
        self._most = most
        # Waited for here, not at the pool: a connection that is held again never comes back to the pool.
        self._free = BoundedSemaphore(at_once)
        self._idle: list[Connection] = []  # its pop and append are each one step for all threads

    @contextmanager
    def begun(self) -> Iterator[Connection]:
        """A connection in a transaction of its own.

        Raises:
            Unavailable: none is free, or the database fails.
        """
        if not self._free.acquire(timeout=BUSY_SECONDS):
            raise Unavailable("store.busy", seconds=BUSY_SECONDS)
        try:
            conn = self._taken()
            try:
                with conn.begin():
                    yield conn
            except BaseException:
                conn.close()
                raise
            if conn.invalidated or len(self._idle) >= self._most:
                conn.close()
            else:
                self._idle.append(conn)
        finally:
            self._free.release()

    def close(self) -> None:
        """Close every connection that nobody has now; the next one is a new one."""
        while self._idle:
            try:
                conn = self._idle.pop()
            except IndexError:  # another took it just now
                break
            conn.close()
        self._engine.dispose()

    def _taken(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            pass
        try:
            return self._engine.connect()
        except PoolTimeout as error:
            raise Unavailable("store.busy", seconds=BUSY_SECONDS) from error
