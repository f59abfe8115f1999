"""A deadline for a whole exchange: no peer, by whatever it dribbles or does not read, holds a caller longer.

The client's own time is for one read or one write; who sends a byte now and then is never late by it.

Promises: within ``until`` no read, no write and no handshake waits past that instant, on whichever connection
the client takes for it; what goes out in one piece is written in parts, each with the time that is left.

Leaves to others: what the bytes are (``http``). How long a host's address is looked for, the system says.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpcore2

PART: Final = 64 * 1024
"""Bytes written with one reckoning of the time that is left."""


class Deadline:
    """When the exchange of this thread must be over; each thread has its own."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._of_thread = threading.local()

    @contextmanager
    def until(self, instant: float) -> Iterator[None]:
        """What this thread does meanwhile ends by then."""
        self._of_thread.until = instant
        try:
            yield
        finally:
            self._of_thread.until = None

    def left(self, seconds: float | None, late: type[Exception]) -> float | None:
        """How long one step may wait: what it asks for, or what is left.

        Raises:
            ``late``: nothing is left.
        """
        until: float | None = getattr(self._of_thread, "until", None)
        if until is None:
            return seconds
        left = until - self._monotonic()
        if left <= 0:
            raise late("the deadline has passed")
        return left if seconds is None else min(seconds, left)


class Backend(httpcore2.NetworkBackend):
    """The client's sockets, each of which heeds the deadline."""

    def __init__(self, inner: httpcore2.NetworkBackend, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PART):
            left = self._deadline.left(timeout, httpcore2.WriteTimeout)
            self._inner.write(buffer[start : start + PART], left)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout, httpcore2.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
