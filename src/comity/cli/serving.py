"""Serving: the node's face to other nodes, and its worker, in one process.

Promises: a wrong passphrase stops it at the start; asked to end, it finishes the job in hand first.

Leaves to others: the routes (``api``), the jobs (``worker``), TLS (a proxy in front).
"""

from __future__ import annotations

import signal
import socket
import sys
from types import FrameType

import click

from comity.cli.command import command, option
from comity.cli.session import Session
from comity.errors import Unavailable


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
    from comity.worker import Worker

    with session.node(service=True) as node:
        node.keys.open_all()
        address = host or node.settings.host
        number = node.settings.port if port is None else port
        listening = _listen(address, number)
        config = uvicorn.Config(application(node), log_level="warning", access_log=False)
        worker = Worker(node)
        # uvicorn raises the signal that ended it anew: it must then unwind this function.
        for which in (signal.SIGTERM, signal.SIGINT):
            signal.signal(which, _leave)
        worker.start()
        try:
            bound = listening.getsockname()
            session.say("cli.serve.started", state=node.state, address=bound[0], port=bound[1])
            sys.stdout.flush()
            uvicorn.Server(config).run([listening])
        finally:
            worker.stop()


def _listen(address: str, port: int) -> socket.socket:
    """The socket that the node listens on.

    Raises:
        Unavailable: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=128)
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
