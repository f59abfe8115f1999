"""A time-stamp authority asked by HTTP (RFC 3161, section 3.4).

Promises: one question, one answer of the one right media type, of a bounded size, within a bounded time; no
redirect is followed. Whatever goes wrong on the way is ``Unavailable``, and nothing is kept of it.

Leaves to others: what the answer proves (``evidence.timestamp``), asking again (``app.stamping``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from comity.errors import Unavailable
from comity.evidence import TOKEN_LIMIT
from comity.exchange.http import OK, Client, Words

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"

_MOVED: Final = range(300, 400)

_WORDS: Final = Words(
    without_tls="timestamping.without_tls",
    unreachable="timestamping.unreachable",
    too_long="timestamping.too_long",
    too_slow="timestamping.too_slow",
)


class HttpAuthority:
    """An authority by HTTP. ``chain``: its certificates in PEM, the root included, got by another way.

    ``seconds``: for the whole exchange; ``most``: bytes of an answer. ``plain``: whether http:// will do:
    what is sent is a digest, and what comes is proven, but who asks when can be seen on the way.
    """

    def __init__(
        self,
        url: str,
        chain: bytes,
        *,
        policy: str | None = None,
        seconds: float = 20.0,
        most: int = TOKEN_LIMIT,
        plain: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._chain = chain
        self._policy = policy
        self._seconds = seconds
        self._most = min(most, TOKEN_LIMIT)
        self._plain = plain
        self._monotonic = monotonic

    @property
    def chain(self) -> bytes:
        return self._chain

    @property
    def policy(self) -> str | None:
        return self._policy

    def answer(self, query: bytes) -> bytes:
        """Ask it.

        Raises:
            Unavailable: it did not answer, or not as an authority does.
        """
        with Client(
            _WORDS,
            seconds=self._seconds,
            deadline=self._seconds,
            plain=self._plain,
            monotonic=self._monotonic,
        ) as client:
            answer = client.exchange("POST", self._url, query, self._most, QUERY)
        url = self._url[:300]
        if answer.status in _MOVED:
            raise Unavailable("timestamping.moved", url=url, status=answer.status)
        if answer.status != OK:
            raise Unavailable("timestamping.refused", url=url, status=answer.status)
        if answer.media_type != REPLY:
            raise Unavailable("timestamping.wrong_type", url=url, what=answer.media_type[:60] or "-")
        return answer.body
