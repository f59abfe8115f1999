"""The courier against a server of the standard library: what it brings, and what it will not follow."""

from __future__ import annotations

import gzip
import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpcore2
import pytest

from comity.errors import Unavailable
from comity.exchange import ACT_PATH, DIRECTORY_PATH, MAX_ANSWER
from comity.exchange.deadline import PART, Backend, Deadline
from comity.exchange.http import HttpCourier
from comity.messages import explain


class Server(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, bytes, dict[str, str]]]

    def answer(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.do_POST()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, self.path, body, dict(self.headers)))
        if self.path in {ACT_PATH, DIRECTORY_PATH}:
            self.answer(200, b"answer:" + body)
        elif self.path == "/moved":
            self.answer(307, b"", Location=ACT_PATH)
        elif self.path == "/long":
            self.answer(200, bytes(MAX_ANSWER + 1))
        elif self.path == "/most":
            self.answer(200, bytes(MAX_ANSWER))
        elif self.path == "/swelling":
            self.answer(200, gzip.compress(bytes(10**6)), Content_Encoding="gzip")
        elif self.path == "/cut":
            self.answer(200, b"half", Content_Length="100")
        else:
            self.answer(503, b"")

    def log_message(self, *told):
        pass


@pytest.fixture
def server():
    Server.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def courier():
    with HttpCourier(plain=True, seconds=5) as made:
        yield made


def fails(id, call):
    with pytest.raises(Unavailable) as caught:
        call()
    assert caught.value.id == id
    assert all(explain(caught.value))


def test_bytes_there_and_back(server, courier):
    sealed = bytes(range(256)) * 100
    assert courier.post(server + ACT_PATH, b"x") == b"answer:x"
    assert courier.get(server + DIRECTORY_PATH) == b"answer:"
    fails("exchange.peer_answer_too_long", lambda: courier.post(server + ACT_PATH, sealed))
    assert Server.seen[-1][2] == sealed
    assert [s[:2] for s in Server.seen] == [
        ("POST", ACT_PATH),
        ("GET", DIRECTORY_PATH),
        ("POST", ACT_PATH),
    ]
    headers = {name.lower(): value for name, value in Server.seen[0][3].items()}
    assert headers["user-agent"] == "comity"  # no version: it helps nobody but an attacker
    assert headers["accept-encoding"] == "identity"


def test_a_redirect_is_not_followed(server, courier):
    fails("exchange.peer_refused", lambda: courier.post(server + "/moved", b"sealed"))
    assert len(Server.seen) == 1


def test_limits(server, courier):
    assert len(courier.post(server + "/most", b"")) == MAX_ANSWER
    fails("exchange.peer_answer_too_long", lambda: courier.post(server + "/long", b""))
    assert len(courier.post(server + "/swelling", b"")) < 2000  # as it came, not unpacked
    assert len(courier.get(server + "/long")) == MAX_ANSWER + 1  # an entry may be longer


def test_a_peer_that_fails(server, courier):
    fails("exchange.peer_refused", lambda: courier.post(server + "/else", b""))
    fails("exchange.peer_unreachable", lambda: courier.post(server + "/cut", b""))


def test_nobody_there(courier):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fails("exchange.peer_unreachable", lambda: courier.post(f"http://127.0.0.1:{port}/", b""))
    fails("exchange.peer_unreachable", lambda: courier.post("http://[::1", b""))
    for host in ("a" * 64 + ".example", "a..example"):  # an entry may name such a host; the socket raises
        fails("exchange.peer_unreachable", lambda host=host: courier.post(f"http://{host}/", b""))


class Ticking:
    """A clock that goes on by so many seconds each time that it is asked."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def dribbling():
    """A peer that begins the head of an answer, and never ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            connection, _ = listening.accept()
            with connection, suppress(ConnectionError):
                connection.recv(1 << 16)
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-1: x\r\n")
                while connection.recv(1 << 16):  # until the other side has had enough
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_too_slow(server):
    with HttpCourier(plain=True, monotonic=Ticking(100.0)) as courier:
        fails("exchange.peer_too_slow", lambda: courier.post(server + ACT_PATH, b"x"))


def test_a_head_that_never_ends_is_not_waited_for(dribbling):
    # A byte within every ``seconds`` would do for ever; and without any the peer would be "unreachable".
    with HttpCourier(plain=True, seconds=5, monotonic=Ticking(60.0)) as courier:
        fails("exchange.peer_too_slow", lambda: courier.post(dribbling + ACT_PATH, b"x"))


def test_who_does_not_read_is_not_written_to_for_ever():
    """A message is written in parts, each with the time that is left: 20 s a part would be hours in all."""
    asked: list[float] = []

    class Reading(httpcore2.NetworkStream):
        def write(self, buffer, timeout=None):
            asked.append(timeout)

    class Connecting(httpcore2.NetworkBackend):
        def connect_tcp(self, *_args, **_more):
            return Reading()

    deadline = Deadline(Ticking(60.0))
    stream = Backend(Connecting(), deadline).connect_tcp("127.0.0.1", 1)
    with deadline.until(250.0), pytest.raises(httpcore2.WriteTimeout):
        stream.write(bytes(10 * PART), 100.0)
    assert asked == [100.0, 100.0, 70.0, 10.0]
    stream.write(b"x", 100.0)  # another exchange, without a deadline
    assert asked[4:] == [100.0]


def test_no_plain_http_but_where_said(server):
    with HttpCourier() as courier:
        fails("exchange.peer_without_tls", lambda: courier.post(server + ACT_PATH, b"x"))
    assert not Server.seen


def test_proxies_of_the_surroundings_are_not_used(server, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with HttpCourier(plain=True) as courier:
        assert courier.post(server + ACT_PATH, b"x") == b"answer:x"
