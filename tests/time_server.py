"""A time-stamp authority behind HTTP for tests: root, intermediate, signer; well behaved, or badly."""

import subprocess
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from comity.evidence import OpenSslAuthority
from comity.exchange.timestamping import QUERY, REPLY

POLICY = "1.2.3.4.1"


EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


def made_authority(folder, name="XA", *, days=3640, key=EC):
    """An authority whose signer is under an intermediate; its replies bring both, as OpenSSL orders them."""
    authority = OpenSslAuthority(folder)

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    (folder / "middle.cnf").write_text(
        "[middle]\nbasicConstraints = critical, CA:true\nkeyUsage = critical, keyCertSign\n"
    )
    signing = ("x509", "-req", "-days", str(days))
    asking = ("req", "-new", "-config", "tsa.cnf", *key, "-nodes", "-subj", f"/CN=Middle {name}")
    openssl(*asking, "-keyout", "middle.key", "-out", "middle.csr")
    by = ("-in", "middle.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "7")
    openssl(*signing, *by, "-extfile", "middle.cnf", "-extensions", "middle", "-out", "middle.pem")
    by = ("-in", "tsa.csr", "-CA", "middle.pem", "-CAkey", "middle.key", "-set_serial", "8")
    openssl(*signing, *by, "-extfile", "tsa.cnf", "-extensions", "tsa_cert", "-out", "tsa.pem")
    with (folder / "tsa.cnf").open("a", encoding="ascii") as file:
        file.write("certs = middle.pem\n")
    return authority


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        own = self.server.own
        own.seen.append((self.path, self.headers.get("Content-Type"), body))
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, f"_{own.behaviour}")(body)

    def _answer(self, data, status=200, kind=REPLY, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _well(self, body):
        assert self.headers.get("Content-Type") == QUERY
        self._answer(self.server.own.authority.answer(body), kind=f"{REPLY.title()}; v=1")

    def _replayed(self, body):
        self._answer(self.server.own.kept)

    def _moved(self, body):
        self._answer(b"", 302, Location="/tsr")

    def _broken(self, body):
        self._answer(b"", 503)

    def _page(self, body):
        self._answer(b"<html>", kind="text/html")

    def _long(self, body):
        self._answer(bytes(300_000))

    def _garbage(self, body):
        self._answer(b"\x30\x03\x02\x01\x05")

    def _refusing(self, body):
        self._answer(self.server.own.kept)

    def _slow(self, body):
        self.send_response(200)
        self.send_header("Content-Type", REPLY)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(100):  # then it hangs up, so that one who waits on is found out
            if self.server.own.stopped.wait(0.02):
                return
            self.wfile.write(b"\x30")

    def log_message(self, *told):
        pass


class TimeServer:
    """``behaviour``: how it answers, by name; ``seen``: path, type and content of what it was asked."""

    def __init__(self, authority, url):
        self.authority, self.url = authority, url
        self.behaviour, self.kept, self.seen = "well", b"", []
        self.stopped = threading.Event()


@contextmanager
def serving(authority):
    """The authority behind HTTP, on a free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        running.daemon_threads = True
        running.own = TimeServer(authority, f"http://127.0.0.1:{running.server_port}/tsr")
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield running.own
        finally:
            running.own.stopped.set()
            running.shutdown()
            thread.join()
