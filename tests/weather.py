"""A way to an S3 store on which the weather is bad: answers are lost, or others come in their place."""

import http.client
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOST = "lost"
"""The store does it, and its answer does not come."""

_BODY = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>-</Message></Error>'


@contextmanager
def between(port, befalls):
    """Stand before the store at ``port``; gives the URL.

    ``befalls``: what becomes of a request, by its method and its path with query: nothing, ``LOST``, or the
    status and code that are answered in the store's place.
    """

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def pass_on(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fate = befalls(self.command, self.path)
            if isinstance(fate, tuple):
                self.answer(fate[0], [], _BODY.format(code=fate[1]).encode())
                return
            store = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            try:
                store.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() != "expect":
                        store.putheader(name, value)
                store.endheaders(body)
                came = store.getresponse()
                data = came.read()
            finally:
                store.close()
            if fate == LOST:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.answer(came.status, came.getheaders(), data)

        def answer(self, status, headers, data):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                    self.send_header(name, value)
            told = {name.lower(): value for name, value in headers}.get("content-length")
            of_head = self.command == "HEAD" and told is not None  # which has no body, and tells of one
            self.send_header("Content-Length", told if of_head else str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on  # noqa: N815 - http.server's names

        def log_message(self, *_):
            """Nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
