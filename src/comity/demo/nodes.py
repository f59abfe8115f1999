"""Two nodes for the demonstration: founded, staffed, introduced to each other, and started as processes.

Promises: everything lies in one folder that is marked as a demonstration; both listen on 127.0.0.1, on
ports that were free; both are stopped when the story is over, however it ends.

Leaves to others: what the people then do (``story``).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity import store
from comity.acts import Person as Named
from comity.app.deeds import deeds_of
from comity.app.found import found, office
from comity.app.node import Node, Person
from comity.app.peers import add_peer, own_entry
from comity.app.people import add_person
from comity.errors import Unavailable
from comity.exchange.courier import DIRECTORY_PATH
from comity.exchange.http import HttpCourier
from comity.messages import render
from comity.store import Connection

EPOCH_SECONDS: Final = 2
PATIENCE: Final = 60.0
"""Seconds that a node may take to start, or a message to be acknowledged."""

STAFF: Final = (
    # name, office, work: the first two found the register, and enrol the others.
    ("officer", "central-authority", ("officer", "enroller")),
    ("approver", "central-authority", ("approver", "enroller")),
    ("examiner", "central-authority", ("examiner",)),
    ("desk", "desk-24-7", ("desk",)),
    ("desk-chief", "desk-24-7", ("approver",)),
)


@dataclass(frozen=True)
class Side:
    """One State's node in the story, with its people by their short names."""

    node: Node
    people: dict[str, Person]

    @property
    def state(self) -> str:
        return self.node.state

    def __getitem__(self, name: str) -> Person:
        return self.people[name]


def make_side(folder: Path, state: str, name: str) -> Side:
    """Found a node and enrol its people."""
    low = state.lower()
    port = _free_port()
    stamping = "openssl:tsa" if shutil.which("openssl") else "none"
    node = found(
        folder / state,
        {},
        state=state,
        name=name,
        offices=(
            office(
                f"{low}:central-authority=central_authority", render("demo.central_authority", state=name)
            ),
            office(f"{low}:desk-24-7=desk_24_7", render("demo.desk", state=name)),
        ),
        demo=True,
        port=port,
        url=f"http://127.0.0.1:{port}",
        epoch_seconds=EPOCH_SECONDS,
        timestamp=stamping,
    )
    for person, where, work in STAFF:
        by = None
        if person not in {"officer", "approver"}:
            by = (node.person("officer"), node.person("approver"))
        shown = Named(
            name=render("demo.invented_name", role=person, state=state),
            function=render(f"demo.function_{person.replace('-', '_')}"),
            instrument=render("demo.instrument"),
        )
        add_person(node, person, office=f"{low}:{where}", deeds=deeds_of(work), person=shown, by=by)
    return Side(node, {person: node.person(person) for person, _, _ in STAFF})


def introduce(one: Side, other: Side) -> None:
    """Each takes the other's entry, with the fingerprint that people would have read to each other."""
    for a, b in ((one, other), (other, one)):
        add_peer(a.node, own_entry(b.node), b.node.keys.acts.id)


@contextmanager
def running(*sides: Side) -> Iterator[None]:
    """Start each node as a process of its own, wait until it answers, and stop it at the end."""
    started = []
    try:
        for side in sides:
            log = (side.node.settings.data / "serve.log").open("wb")
            command = [sys.executable, "-m", "comity.cli", "--data", str(side.node.settings.data), "serve"]
            environment = {k: v for k, v in os.environ.items() if not k.startswith("COMITY_")}
            started.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment))
            log.close()
        for side, process in zip(sides, started, strict=True):
            _wait_for(side, process)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=PATIENCE)


def acknowledged(side: Side) -> None:
    """Wait until everything that this side said has its receipt.

    Raises:
        Unavailable: it takes too long.
    """

    def done(conn: Connection) -> bool:
        return not store.unreceipted(conn) and not store.waiting(conn, "piece")

    _wait_until(side, done, "demo.not_acknowledged")


def published(side: Side) -> None:
    """Wait until the log of this side has a place under a checkpoint for everything that happened.

    Raises:
        Unavailable: it takes too long.
    """

    def done(conn: Connection) -> bool:
        last = store.last_checkpoint(conn)
        return not store.pending_leaves(conn) and last is not None and last.size == store.log_size(conn)

    _wait_until(side, done, "demo.not_published")


def _wait_until(side: Side, done: Callable[[Connection], bool], late: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with side.node.db.read() as conn:
            if done(conn):
                return
        time.sleep(0.05)
    raise Unavailable(late, state=side.state, seconds=int(PATIENCE))


def _wait_for(side: Side, process: subprocess.Popen[bytes]) -> None:
    url = f"{side.node.settings.url}{DIRECTORY_PATH}"
    until = time.monotonic() + PATIENCE
    with HttpCourier(plain=True) as courier:
        while time.monotonic() < until and process.poll() is None:
            try:
                courier.get(url)
            except Unavailable:
                time.sleep(0.1)
            else:
                return
    log = side.node.settings.data / "serve.log"
    raise Unavailable("demo.not_started", state=side.state, log=str(log))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
