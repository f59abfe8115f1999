"""Carrying by HTTP: the one module that knows the HTTP client.

Promises: no redirect is followed, no compressed answer taken, no more read than an answer can have,
nothing waited for longer than the deadline; credentials and proxies of the surroundings are not
used. Whatever goes wrong on the way is ``Unavailable``: the act is still in the outbox.

Leaves to others: what the bytes are, and trying again (``worker``). Nothing that it carries needs
the channel's secrecy; TLS hides who writes to whom.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, NamedTuple, Self

import httpx2

from comity.errors import Unavailable
from comity.exchange.courier import MAX_ANSWER, MEDIA_TYPE
from comity.exchange.deadline import Backend, Deadline
from comity.exchange.entry import MAX_ENTRY

OK: Final = 200


class Words(NamedTuple):
    """The ids of errors in which it is said that an exchange did not come about."""

    without_tls: str
    unreachable: str
    too_long: str
    too_slow: str


class Answer(NamedTuple):
    """``media_type``: in lower case, without its parameters; empty where none was told."""

    status: int
    media_type: str
    body: bytes


class Client:
    """Exchanges by HTTP. ``seconds``: for a connection or a pause; ``deadline``: for a whole exchange.

    ``plain``: whether http:// will do. ``proxy``: its URL, if the node's network asks for one.
    """

    def __init__(
        self,
        words: Words,
        *,
        seconds: float = 20.0,
        deadline: float = 300.0,
        plain: bool = False,
        proxy: str | None = None,
        transport: httpx2.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,  # a duration, not an instant
    ) -> None:
        self._words = words
        self._schemes = ("https://", "http://") if plain else ("https://",)
        self._deadline = deadline
        self._monotonic = monotonic
        self._by = Deadline(monotonic)
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(seconds),
            follow_redirects=False,
            trust_env=False,
            transport=transport or _transport(proxy, self._by),
            headers={"Accept-Encoding": "identity", "User-Agent": "comity"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def exchange(
        self, method: str, url: str, body: bytes | None, limit: int, media_type: str = MEDIA_TYPE
    ) -> Answer:
        """One request and its answer, whatever its status; of another than 200 nothing is read.

        Raises:
            Unavailable: by one of the words.
        """
        if not url.startswith(self._schemes):
            raise Unavailable(self._words.without_tls, url=url[:300])
        headers = {} if body is None else {"Content-Type": media_type}
        until = self._monotonic() + self._deadline
        try:
            with (
                self._by.until(until),
                self._client.stream(method, url, content=body, headers=headers) as response,
            ):
                told = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                if response.status_code != OK:
                    return Answer(response.status_code, told, b"")
                received = bytearray()
                # Raw: a compressed answer is not unpacked, so it cannot swell.
                for part in response.iter_raw():
                    received += part
                    if len(received) > limit:
                        raise Unavailable(self._words.too_long, url=url[:300], limit=limit)
                    if self._monotonic() > until:
                        raise Unavailable(self._words.too_slow, url=url[:300])
                return Answer(response.status_code, told, bytes(received))
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
            # UnicodeError: a host whose label is empty or too long, which a peer's entry may well name.
            if self._monotonic() > until:
                raise Unavailable(self._words.too_slow, url=url[:300]) from error
            what = type(error).__name__
            raise Unavailable(self._words.unreachable, url=url[:300], what=what) from error


_PEER: Final = Words(
    without_tls="exchange.peer_without_tls",
    unreachable="exchange.peer_unreachable",
    too_long="exchange.peer_answer_too_long",
    too_slow="exchange.peer_too_slow",
)


class HttpCourier(Client):
    """To peers, by HTTP. Plain http:// is for a demonstration on one machine."""

    def __init__(
        self,
        *,
        seconds: float = 20.0,
        deadline: float = 300.0,
        plain: bool = False,
        proxy: str | None = None,
        transport: httpx2.BaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(
            _PEER,
            seconds=seconds,
            deadline=deadline,
            plain=plain,
            proxy=proxy,
            transport=transport,
            monotonic=monotonic,
        )

    def post(self, url: str, body: bytes) -> bytes:
        return self._body("POST", url, body, MAX_ANSWER)

    def get(self, url: str) -> bytes:
        return self._body("GET", url, None, MAX_ENTRY)

    def _body(self, method: str, url: str, body: bytes | None, limit: int) -> bytes:
        answer = self.exchange(method, url, body, limit)
        if answer.status != OK:
            raise Unavailable("exchange.peer_refused", url=url[:300], status=answer.status)
        return answer.body


def _transport(proxy: str | None, deadline: Deadline) -> httpx2.HTTPTransport:
    made = httpx2.HTTPTransport(trust_env=False, proxy=proxy)
    # The client has no time for a whole exchange, and no other place for sockets of ours.
    pool = made._pool  # noqa: SLF001
    pool._network_backend = Backend(pool._network_backend, deadline)  # noqa: SLF001
    return made
