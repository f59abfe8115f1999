"""Two nodes for benches: founded in a folder, staffed, introduced, and the receiver served as in life.

Whoever receives is a process of its own, ``comity serve``; whoever sends is this process, by the functions
that commands and the worker use. What goes between them goes through the node's own HTTP client, the
loopback device and the server that a node has.
"""

import base64
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from tests.bench.figures import watched

from comity.acts import (
    Act,
    Capacity,
    Offence,
    Outcome,
    Person,
    Proceeding,
    Question,
    Reason,
    Role,
    Selector,
)
from comity.acts.terms import (
    AskTerms,
    Basis,
    DataType,
    DecideTerms,
    Item,
    ItemDecision,
    QuestionTerm,
    RequestTerms,
    Urgency,
)
from comity.app import assess, exhibit, node, people, reply
from comity.app.deeds import deeds_of
from comity.app.deliver import deliver
from comity.app.found import found, office
from comity.app.peers import add_peer, own_entry
from comity.app.prepare import Saying, say
from comity.errors import Unavailable
from comity.exchange.courier import DIRECTORY_PATH
from comity.exchange.http import HttpCourier
from comity.worker import run_due

LONG = 20_000
"""Characters of one text at most (``acts.names.Text``); what is longer is told in several selectors."""

PATIENCE = 60.0
"""Seconds that a process may take to start."""


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
        deeds = deeds_of((name, "enroller", "examiner") if name == "officer" else (name, "enroller"))
        people.add_person(made, name, office=f"{low}:central-authority", deeds=deeds, person=who)
    return Side(made, made.person("officer"), made.person("approver"))


@contextmanager
def pair(folder: Path) -> Iterator[Pair]:
    """Two nodes that know each other; neither is served yet."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    sides = [make_side(folder, state, free_port()) for state in ("GH", "PT")]
    for side, other in (sides, sides[::-1]):
        add_peer(side.node, own_entry(other.node), other.node.keys.acts.id)
        run_due(side.node)  # the first publication is no part of an exchange
    both = Pair(*sides)
    yield both
    both.close()


@contextmanager
def served(side: Side) -> Iterator[None]:
    """``comity serve``, until it answers; ended and waited for afterwards."""
    data = side.node.settings.data
    words = [sys.executable, "-m", "comity.cli", "--data", str(data), "serve"]
    with process(words, f"{side.node.settings.url}{DIRECTORY_PATH}", data / "serve.log"):
        yield


@contextmanager
def process(words: list[str], url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server as a process, once this address answers; its processor time counts."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMITY_")}
    with log.open("wb") as file:
        running = subprocess.Popen(words, stdout=file, stderr=subprocess.STDOUT, env=environment)
    watched.add(running.pid)
    try:
        until = time.monotonic() + PATIENCE
        with HttpCourier(plain=True) as courier:
            while True:
                try:
                    courier.get(url)
                    break
                except Unavailable:
                    if running.poll() is not None or time.monotonic() > until:
                        raise
                    time.sleep(0.05)
        yield running
    finally:
        watched.discard(running.pid)
        running.terminate()
        running.wait(timeout=PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def text(size: int) -> str:
    """Random text: nothing that is compressed well."""
    return base64.b64encode(os.urandom(size * 3 // 4 + 3)).decode("ascii")[:size]


def request(pair: Pair, body: str) -> Act:
    """GH asks PT in a new case, by two persons, with so much text; committed, not posted."""
    texts = [body[at : at + LONG] for at in range(0, len(body), LONG)]
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
            Selector(item="mailbox", description=text, account=None, since=None, until=None)
            for text in texts[1:]
        ),
        "facts": (),
        "conduct": texts[0],
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


def grant(pair: Pair, asked: Act) -> None:
    """PT grants what GH asked for, once it has that; GH must be served, and has it too afterwards."""
    pt = pair.pt
    made = assess.assess(pt.node, asked.id, pt.officer).act
    it = reply.matter(pt.node, asked.id)
    for person in (pt.officer, pt.approver):
        for key in assess.latest_assessment(pt.node, it).unanswered:
            assess.answer_finding(pt.node, made.id, person, finding=key, text="Looked at; satisfied.")
    decided = ItemDecision(id="mailbox", outcome=Outcome.GRANT, grounds=(), conditions=(), review_on=None)
    fields = {
        "terms": DecideTerms(items=(decided,), consultation=None),
        "reasons": (Reason(item="mailbox", text="It is lawful."),),
        "conditions": (),
        "signatories": (),
    }
    saying = Saying(
        kind="decide",
        from_="pt:central-authority",
        to="gh:central-authority",
        case=asked.header.case,
        about=asked.id,
        fields=fields,
        cosigners=((Role.APPROVER, pt.approver.key.id),),
    )
    say(pt.node, saying, pt.officer, beside=(pt.approver,))
    run_due(pt.node)


def taken_in(pair: Pair, asked: Act, source: Path) -> str:
    """PT takes in a file and releases it; its exhibit."""
    pt = pair.pt
    id = exhibit.add(pt.node, asked.id, ("mailbox",), source, "From a provider", pt.officer)
    exhibit.review(pt.node, str(asked.header.case), id, True, "Within the order.", pt.approver)
    return id


def hand_over(pair: Pair, asked: Act, id: str) -> None:
    """PT seals an exhibit to GH and says so; act and pieces are committed, not posted."""
    pt = pair.pt
    deliver(pt.node, asked.id, (id,), Capacity.EVIDENCE, "As granted.", pt.officer)
