"""A bad network: a proxy before a node that cuts, doubles, delays, reorders and loses what passes, by a seed.

It reads HTTP as far as it must to know where a request and an answer end (``Content-Length``), and changes
no byte: what it does is what networks and proxies do.
"""

import random
import socket
import threading
from collections import Counter
from contextlib import closing, suppress

FAULTS = ("pass", "cut_request", "cut_answer", "lose_answer", "double", "delay", "refuse")
LONGEST = 0.3
"""Seconds that a request is held back at most, for another one to pass it."""


class Carrier:
    """Listens, and carries each request to ``port``; what it does to each is drawn from the seed.

    Drawn as from a pack of cards: each fault comes once before any comes again, so that none is left out.
    ``calm``: nothing is disturbed any more.
    """

    def __init__(self, port: int, chance: random.Random) -> None:
        self._port = port
        self._chance = chance
        self._lock = threading.Lock()
        self._passed = threading.Condition()
        self._count = 0
        self._pack: list[str] = []
        self.calm = False
        self.done: Counter[str] = Counter()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        """One connection, request after request, until either side or a fault ends it."""
        with closing(caller), suppress(OSError):
            while (request := _message(caller)) is not None:
                if not self._carry(caller, request):
                    return

    def _carry(self, caller: socket.socket, request: bytes) -> bool:
        """Do one exchange; whether the connection lives on."""
        with self._lock:
            fault = "pass" if self.calm else self._drawn()
            part = self._chance.random()
            self.done[fault] += 1
        if fault == "refuse":
            return False
        if fault == "delay":
            # Until another request has passed this one, or it has waited long enough.
            with self._passed:
                before = self._count
                self._passed.wait_for(lambda: self._count > before, LONGEST * part)
        if fault == "cut_request":
            with closing(self._upstream()) as node:
                node.sendall(request[: int(len(request) * part)])
            return False
        answers = [self._exchange(request) for _ in range(2 if fault == "double" else 1)]
        with self._passed:
            self._count += 1
            self._passed.notify_all()
        answer = answers[-1]
        if answer is None or fault == "lose_answer":
            return False
        if fault == "cut_answer":
            caller.sendall(answer[: int(len(answer) * part)])
            return False
        caller.sendall(answer)
        return True

    def _drawn(self) -> str:
        if not self._pack:
            self._pack = self._chance.sample(FAULTS, len(FAULTS))
        return self._pack.pop()

    def _exchange(self, request: bytes) -> bytes | None:
        with closing(self._upstream()) as node:
            node.sendall(request)
            return _message(node)

    def _upstream(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=30)


def _message(source: socket.socket) -> bytes | None:
    """One request or answer, head and body; none where the other side has ended."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = source.recv(65536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    size = int(fields.get(b"content-length", b"0"))
    while len(body) < size:
        part = source.recv(1 << 20)
        if not part:
            return None
        body += part
    return head + b"\r\n\r\n" + body
