"""Two nodes for benches: founded in a folder, staffed, introduced, and served over real HTTP by threads.

Both live in this process, each with its own keys, database and data folder; the bytes between them go
through the loopback device, uvicorn and the node's own HTTP client. So both share one interpreter's lock,
and what they give is the least that two machines would give.
"""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI

from comity.acts import Act, Offence, Person, Proceeding, Question, Role, Selector
from comity.acts.terms import AskTerms, Basis, DataType, Item, QuestionTerm, RequestTerms, Urgency
from comity.api import application
from comity.app import node, people
from comity.app.deeds import deeds_of
from comity.app.found import found, office
from comity.app.peers import add_peer, own_entry
from comity.app.prepare import Saying, say

LONG = 20_000
"""Characters of one text at most (``acts.names.Text``); what is longer is told in several selectors."""


@dataclass(frozen=True)
class Side:
    """A node, and the two who sign for it."""

    node: node.Node
    officer: node.Person
    approver: node.Person


@dataclass(frozen=True)
class Pair:
    """GH asks, PT is asked."""

    gh: Side
    pt: Side

    def close(self) -> None:
        for side in (self.gh, self.pt):
            side.node.db.close()


def make_side(folder: Path, state: str, port: int) -> Side:
    """Found a node whose log is not published by itself, and enrol an officer and an approver."""
    low = state.lower()
    made = found(
        folder / state,
        {},
        state=state,
        name=f"Node of {state}",
        offices=(office(f"{low}:central-authority=central_authority"),),
        demo=True,
        port=port,
        url=f"http://127.0.0.1:{port}",
        epoch_seconds=86_400,
    )
    for name in ("officer", "approver"):
        who = Person(name=f"{name.title()} {state}", function=name, instrument="Appointment 1")
        deeds = deeds_of((name, "enroller"))
        people.add_person(made, name, office=f"{low}:central-authority", deeds=deeds, person=who)
    return Side(made, made.person("officer"), made.person("approver"))


@contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Two nodes that know each other, both served."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sockets = [listening(), listening()]
    sides = [
        make_side(folder, state, one.getsockname()[1])
        for state, one in zip(("GH", "PT"), sockets, strict=True)
    ]
    for side, other in (sides, sides[::-1]):
        add_peer(side.node, own_entry(other.node), other.node.keys.acts.id)
    both = Pair(*sides)
    with served(application(both.gh.node), sockets[0]), served(application(both.pt.node), sockets[1]):
        yield both
    both.close()


def listening() -> socket.socket:
    """A socket that listens on a free port of the loopback device."""
    # With its protocol named: else asyncio does not set TCP_NODELAY, and every answer waits 40 ms.
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    one.bind(("127.0.0.1", 0))
    one.listen(128)
    return one


@contextmanager
def served(app: FastAPI, where: socket.socket) -> Iterator[None]:
    """An application served by a thread, as ``comity serve`` configures it."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [where]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        where.close()


def request(pair: Pair, size: int) -> Act:
    """GH asks PT in a new case, by two persons, so many bytes of text; committed, not posted."""
    texts = [min(size - at, LONG) for at in range(0, size, LONG)]
    fields = {
        "terms": RequestTerms(
            measure="access_stored",
            items=(Item(id="mailbox", data=DataType.CONTENT),),
            bases=(Basis(instrument="budapest", provision="budapest.mla.stored"),),
            urgency=Urgency.ORDINARY,
            confidential=True,
            ratify_by=None,
            follows=None,
        ),
        "subject": "An account",
        "selectors": tuple(
            Selector(item="mailbox", description="x" * text, account=None, since=None, until=None)
            for text in texts[1:]
        ),
        "facts": (),
        "conduct": "x" * texts[0],
        "offence": Offence(title="Fraud", law="Fictional Code", max_penalty_months=60, offence_class=None),
        "purpose": "Investigation",
        "proceeding": Proceeding(number="2026/1", authority="Fictional Court", stage="investigation"),
        "urgency": None,
        "signatories": (),
    }
    side = pair.gh
    saying = Saying(
        kind="request",
        from_="gh:central-authority",
        to="pt:central-authority",
        case=side.node.entropy(16).hex(),
        fields=fields,
        cosigners=((Role.APPROVER, side.approver.key.id),),
    )
    return say(side.node, saying, side.officer, beside=(side.approver,)).act


def ask(pair: Pair, about: Act, number: int) -> Act:
    """GH asks a short question about its request; said and committed, not posted."""
    id = f"q{number}"
    fields = {
        "terms": AskTerms(questions=(QuestionTerm(id=id, about=None),)),
        "questions": (Question(id=id, text="What is the account's name?", fact=None),),
    }
    saying = Saying(
        kind="ask",
        from_="gh:central-authority",
        to="pt:central-authority",
        case=about.header.case,
        about=about.id,
        fields=fields,
    )
    return say(pair.gh.node, saying, pair.gh.officer).act
