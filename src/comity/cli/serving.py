"""Serving: the node's face to other nodes, and its worker, in one process.

Promises: a wrong passphrase, a folder or a database that takes no writing stops it at the start; one
process serves a folder at a time (commands beside it may run); what killed processes left is swept at the
start; asked to end, it finishes the job in hand.

Leaves to others: the routes (``api``), the jobs (``worker``), TLS (a proxy in front).
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

import click

from comity.cli.command import command, option
from comity.cli.session import Session
from comity.errors import Conflict, Unavailable

if TYPE_CHECKING:
    from comity.app.node import Node

LOCK: Final = "serve.lock"
"""In the data folder: held (flock(2)) by the process that serves it, and let go when that ends."""

GARBAGE: Final = 10_000
"""New objects before the collector looks: one request makes some hundreds, which go with it by themselves."""

SERVED: Final = "served_at"
"""The setting that says when serving last began: writing it shows that the database can be written."""


@command("serve")
@option("--once", is_flag=True)
@option("--host", metavar="ADDRESS")
@option("--port", type=click.IntRange(0, 65535))
@click.pass_obj
def serve_command(session: Session, /, *, host: str | None, port: int | None, once: bool) -> None:
    """``comity serve``."""
    if once:
        _once(session)
        return
    import uvicorn

    from comity.api import application
    from comity.app.entry import renew_url
    from comity.app.scrub import plan_scrub
    from comity.app.sweep import sweep
    from comity.app.timekeeping import refuse_clock_behind
    from comity.worker import Worker

    with session.node(service=True) as node, alone(node.settings.data):
        node.keys.open_all()
        with node.db.read() as conn:
            refuse_clock_behind(node, conn)
        _probe(node)
        sweep(node)
        plan_scrub(node)
        if renew_url(node):
            session.say("cli.serve.url", url=node.settings.url or "-")
        address = host or node.settings.host
        number = node.settings.port if port is None else port
        listening = _listen(address, number)
        config = uvicorn.Config(application(node), log_level="warning", access_log=False)
        worker = Worker(node)
        # uvicorn raises the signal that ended it anew: it must then unwind this function.
        for which in (signal.SIGTERM, signal.SIGINT):
            signal.signal(which, _leave)
        settle()
        worker.start()
        try:
            bound = listening.getsockname()
            session.say("cli.serve.started", state=node.state, address=bound[0], port=bound[1])
            sys.stdout.flush()
            uvicorn.Server(config).run([listening])
        finally:
            worker.stop()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock while it is served.

    Raises:
        Conflict: another process serves it. Unavailable: the folder cannot be written.
    """
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict("cli.served_already", folder=str(folder)) from error
        except OSError as error:
            raise _cannot_write(path, error) from error
        yield
    finally:
        os.close(descriptor)


def settle() -> None:
    """Let the collector of garbage pass by all that is loaded and stays, and look less often for the rest."""
    gc.freeze()
    gc.set_threshold(GARBAGE)


def _probe(node: Node) -> None:
    """Write where serving will write, before anyone is told that the node is there.

    Raises:
        Unavailable: a folder or the database takes no writing; as ``Writer.run``.
    """
    from comity import store
    from comity.app.keeping import check_keeping

    told = node.settings
    for folder in (told.data, told.vault, told.log, told.guard):
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"probe")
                file.flush()
        except OSError as error:
            raise _cannot_write(folder, error) from error
    node.db.writer.run(lambda conn: store.put_setting(conn, SERVED, node.now()))
    check_keeping(node)


def _cannot_write(path: Path, error: OSError) -> Unavailable:
    return Unavailable("cli.cannot_serve", place=str(path), what=error.strerror or type(error).__name__)


def _listen(address: str, port: int) -> socket.socket:
    """The socket that the node listens on.

    Raises:
        Unavailable: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listening = socket.create_server((address, port), family=family, backlog=128)
        # What it accepts inherits this. asyncio sets it only where a socket was made with its protocol
        # named; else each answer waits for the peer's delayed acknowledgement, 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise Unavailable("cli.cannot_listen", address=address, port=port, what=what) from error


def _once(session: Session) -> None:
    from comity.app.show import show_jobs
    from comity.worker import run_due

    with session.node(service=True) as node:
        done = run_due(node)
        left = show_jobs(node)
    failed = sum(1 for job in left if job["error"] is not None)
    session.show(
        {"tried": done, "waiting": left},
        lambda: iter([session.text("cli.serve.once", done=done, waiting=len(left), failed=failed)]),
    )


def _leave(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)
