"""Whom an exchange is compared with: the package ``as4``, in an environment of its own that is made here."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import nodes
from tests.bench.figures import OUTPUT, Absent, watched

WANTED = (
    "as4==0.2.0",
    "cryptography==46.0.7",
    "lxml==6.1.3",
    "urllib3==2.8.0",
    "uvicorn==0.54.0",
    "anyio==4.16.0",
)
SCRIPT = Path(__file__).with_name("as4_peer.py")


class As4:
    """A sender and a receiver, each a process of its own."""

    def __init__(self, sender: subprocess.Popen[str]) -> None:
        self._sender = sender

    def trips(self, size: int, callers: int, count: int) -> tuple[float, int]:
        """Seconds of so many messages by so many callers, and the bytes of one as it is posted.

        Raises:
            Absent: the package cannot send it.
        """
        assert self._sender.stdin is not None
        assert self._sender.stdout is not None
        self._sender.stdin.write(json.dumps({"size": size, "callers": callers, "count": count}) + "\n")
        self._sender.stdin.flush()
        told = json.loads(self._sender.stdout.readline() or '{"failed": ["it ended"]}')
        if told["failed"]:
            raise Absent(told["failed"][0])
        return told["seconds"], told["bytes"]


@contextmanager
def as4(folder: Path) -> Iterator[As4]:
    """Both processes of the package, running.

    Raises:
        Absent: it cannot be installed here.
    """
    python = environment()
    folder.mkdir()
    subprocess.run([python, SCRIPT, "make", folder], check=True)
    port = nodes.free_port()
    url = f"http://127.0.0.1:{port}/"
    words = [str(python), str(SCRIPT), "serve", str(folder), str(port)]
    with nodes.process(words, url, folder / "serve.log"):
        words = [str(python), str(SCRIPT), "send", str(folder), url]
        sender = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        watched.add(sender.pid)
        try:
            yield As4(sender)
        finally:
            watched.discard(sender.pid)
            sender.terminate()
            sender.wait(timeout=nodes.PATIENCE)


def environment() -> Path:
    """The interpreter of an environment with the package; made once, and kept under ``bench-output/``."""
    folder = OUTPUT / "as4"
    python = folder / "bin" / "python"
    done = folder / "complete"
    if done.is_file() and done.read_text(encoding="utf-8") == "\n".join(WANTED):
        return python
    for words in (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *WANTED],
    ):
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
        if ended.returncode:
            said = (ended.stderr or ended.stdout).strip().splitlines()
            raise Absent(f"as4 0.2.0 could not be installed: {said[-1][:200] if said else words[1]}")
    done.write_text("\n".join(WANTED), encoding="utf-8")
    return python
