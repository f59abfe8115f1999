"""The ceiling of an exchange: a server that keeps what is posted, and nothing else; a process of its own.

It writes the bytes to a file, waits for ``fdatasync``, and answers with as many bytes as a node does.
``python -m tests.bench.bare FILE PORT``.
"""

import os
import sys
import threading

import anyio.to_thread
import uvicorn

ANSWER = bytes(4296)


def main(path: str, port: int) -> None:
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    lock = threading.Lock()

    def keep(data: bytes) -> None:
        with lock:
            os.write(file, data)
        os.fdatasync(file)

    async def app(scope, receive, send) -> None:
        if scope["type"] != "http":
            return
        parts = []
        while True:
            event = await receive()
            parts.append(event.get("body", b""))
            if not event.get("more_body"):
                break
        if scope["method"] == "POST":
            await anyio.to_thread.run_sync(keep, b"".join(parts))
        headers = [(b"content-length", str(len(ANSWER)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": ANSWER})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
