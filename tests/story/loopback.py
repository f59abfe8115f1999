"""Two nodes in one process, with a courier between them that calls the other's receiving functions.

GH asks, PT is asked. Time stands still unless it is moved; the courier can be cut, lose answers, or double.
"""

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import uvicorn
from lists import assert_as_made_anew
from slow_desk import assert_desk_as_folded

from comity import store
from comity.acts import Act, Condition, Offence, Outcome, Person, Proceeding, Reason, Role
from comity.acts.terms import (
    AcceptTerms,
    Basis,
    DataType,
    DecideTerms,
    Item,
    ItemDecision,
    RequestTerms,
    Urgency,
)
from comity.api import application
from comity.app import assess, deeds, found, node, peers, people, pieces, prepare, receive, reply
from comity.app.index import refresh
from comity.app.ledger import log_event
from comity.clock import FixedClock
from comity.errors import Unavailable
from comity.exchange.courier import ACT_PATH, DIRECTORY_PATH, PIECE_PATH
from comity.worker import run_due

MAILBOX = b"From: someone\n" * 1000
AT = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
STAFF = {
    "officer": ("officer", "enroller"),
    "approver": ("approver", "enroller"),
    "examiner": ("examiner",),
}


@dataclass
class Loopback:
    """A courier that carries by calling. ``cut``: paths that cannot be reached now."""

    nodes: dict[str, node.Node] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    doubled: bool = False
    lose_answers: int = 0
    posted: list[tuple[str, int, int]] = field(default_factory=list)
    """Path, bytes that went, bytes that came back."""

    def post(self, url: str, body: bytes) -> bytes:
        base, path = self._at(url)
        take = {ACT_PATH: receive.receive, PIECE_PATH: pieces.receive_piece}[path]
        answer = take(self.nodes[base], body)
        if self.doubled:
            answer = take(self.nodes[base], body)
        self.posted.append((path, len(body), len(answer)))
        if self.lose_answers:
            self.lose_answers -= 1
            raise Unavailable("exchange.peer_unreachable", url=url, what="lost")
        return answer

    def get(self, url: str) -> bytes:
        base, path = self._at(url)
        assert path == DIRECTORY_PATH
        return peers.own_entry(self.nodes[base])

    def _at(self, url: str) -> tuple[str, str]:
        base = next(base for base in self.nodes if url.startswith(base))
        path = url.removeprefix(base)
        if path in self.cut:
            raise Unavailable("exchange.peer_unreachable", url=url, what="cut")
        return base, path


@dataclass
class Side:
    """One State's node and its people."""

    node: node.Node
    people: dict[str, node.Person]

    def __getitem__(self, name: str) -> node.Person:
        return self.people[name]


@dataclass
class Pair:
    """Both nodes, the clock that they share, and what carries between them."""

    gh: Side
    pt: Side
    clock: FixedClock
    courier: Loopback
    by_hand: bool = False

    def settle(self) -> None:
        """Let both do all that is due, until nothing is."""
        while run_due(self.gh.node) + run_due(self.pt.node):
            pass

    def close(self) -> None:
        for side in (self.gh, self.pt):
            side.node.db.close()
            side.node.vault.close()

    def check_lists(self) -> None:
        """After whatever was told, the lists say what the acts say, unless a test changed them by hand."""
        for side in () if self.by_hand else (self.gh, self.pt):
            assert_as_made_anew(side.node)
            assert_desk_as_folded(side.node, side.people.values())

    def later(self, **span: int) -> None:
        self.clock.at += timedelta(**span)


def make_pair(folder, **more) -> Pair:
    """Found GH and PT, enrol their people, and introduce them to each other. ``more``: their settings."""
    clock, courier = FixedClock(AT), Loopback()
    sides = [make_side(folder / state, state, clock, courier, **more) for state in ("GH", "PT")]
    for side, other in (sides, sides[::-1]):
        courier.nodes[str(side.node.settings.url)] = side.node
        peers.add_peer(side.node, peers.own_entry(other.node), other.node.keys.acts.id)
    return Pair(*sides, clock, courier)


def open_pair(folder, environment=None) -> Pair:
    """The same two nodes opened again, or a copy of their folders."""
    clock, courier = FixedClock(AT), Loopback()
    sides = []
    for state in ("GH", "PT"):
        opened = node.open_node(folder / state, environment or {}, clock=clock, courier=courier)
        courier.nodes[str(opened.settings.url)] = opened
        sides.append(Side(opened, {name: opened.person(name) for name in STAFF}))
    return Pair(*sides, clock, courier)


def make_side(folder, state, clock, courier, *, offices=(), functions="central_authority", **more) -> Side:
    """``offices``: more than the central authority, as ``NAME=FUNCTION``; ``functions``: its own."""
    low = state.lower()
    named = (f"central-authority={functions}", *offices)
    made = found.found(
        folder,
        {},
        state=state,
        name=f"Node of {state}",
        offices=tuple(found.office(f"{low}:{one}") for one in named),
        demo=True,
        clock=clock,
        courier=courier,
        **{
            "url": f"https://{low}.example.invalid",
            "epoch_seconds": 86_400,  # the log is not published while a story is told
            **more,
        },
    )
    side = Side(made, {})
    for name, work in STAFF.items():
        by = None if len(side.people) < people.FOUNDERS else (side["officer"], side["approver"])
        who = Person(name=f"{name.title()} {state}", function=name, instrument="Appointment 1")
        people.add_person(
            made, name, office=f"{low}:central-authority", deeds=deeds.deeds_of(work), person=who, by=by
        )
        side.people[name] = made.person(name)
    return side


def ask(
    pair: Pair,
    *items: str,
    measure: str = "access_stored",
    follows=None,
    case=None,
    urgency="ordinary",
    wanted_by=None,
) -> Act:
    """GH asks PT for items, by two persons; both have the request."""
    gh = pair.gh
    case = case or gh.node.entropy(16).hex()
    terms = RequestTerms(
        measure=measure,
        items=tuple(Item(id=item, data=DataType.CONTENT) for item in items),
        bases=(Basis(instrument="budapest", provision="budapest.mla.stored"),),
        urgency=Urgency(urgency),
        confidential=True,
        ratify_by=None,
        follows=follows,
        wanted_by=wanted_by,
    )
    fields = {
        "terms": terms,
        "subject": "An account",
        "selectors": (),
        "facts": (),
        "conduct": "What is alleged.",
        "offence": Offence(title="Fraud", law="Fictional Code", max_penalty_months=60, offence_class=None),
        "purpose": "Investigation",
        "proceeding": Proceeding(number="2026/1", authority="Fictional Court", stage="investigation"),
        "urgency": None,
        "signatories": (),
    }
    return said(pair, gh, "request", fields, case=case, approver=True)


def grant(pair: Pair, request: Act, *items: str, condition: str | None = None) -> Act:
    """PT grants items, by two persons; on a condition, GH accepts it. Both have it all."""
    conditions = () if condition is None else (Condition(id=condition, kind="use_limit", text="Only this."),)
    decided = tuple(
        ItemDecision(
            id=item,
            outcome=Outcome.GRANT_ON_CONDITIONS if conditions else Outcome.GRANT,
            grounds=(),
            conditions=tuple(c.id for c in conditions),
            review_on=None,
        )
        for item in items
    )
    fields = {
        "terms": DecideTerms(items=decided, consultation=None, limits=tuple(c.limit for c in conditions)),
        "reasons": tuple(Reason(item=item, text="It is lawful.") for item in items),
        "conditions": conditions,
        "signatories": (),
    }
    pt = pair.pt
    made = assess.assess(pt.node, request.id, pt["officer"]).act
    it = reply.matter(pt.node, request.id)
    for person in ("officer", "approver"):
        for key in assess.latest_assessment(pt.node, it).unanswered:
            assess.answer_finding(pt.node, made.id, pt[person], finding=key, text="Looked at; satisfied.")
    act = said(pair, pt, "decide", fields, request=request, approver=True)
    if condition is not None:
        accepted = AcceptTerms(decision=act.id, conditions=(condition,))
        said(pair, pair.gh, "accept", {"terms": accepted, "text": None}, request=request)
    return act


def said(pair: Pair, side: Side, kind, fields, *, request=None, case=None, approver=False) -> Act:
    """Say something by the one road, and carry it."""
    other = pair.pt if side is pair.gh else pair.gh
    saying = prepare.Saying(
        kind=kind,
        from_=f"{side.node.state.lower()}:central-authority",
        to=f"{other.node.state.lower()}:central-authority",
        case=case or request.header.case,
        about=None if request is None else request.id,
        fields=fields,
        cosigners=((Role.APPROVER, side["approver"].key.id),) if approver else (),
    )
    beside = (side["approver"],) if approver else ()
    act = prepare.say(side.node, saying, side["officer"], beside=beside).act
    pair.settle()
    with other.node.db.read() as conn:
        assert store.has_act(conn, act.id)
    return act


def force(side: Side, act: Act) -> None:
    """Let a node say a signed act that nobody asked about, as a program with valid keys can."""

    def keep(conn) -> None:
        store.put_act(conn, act, received_at=side.node.clock.now(), direction="own")
        log_event(side.node, conn, "signed", act.id, act.header.case)
        store.put_job(conn, "post", {"act": act.id}, side.node.clock.now())
        refresh(side.node, conn, act.header.case)

    side.node.db.writer.run(keep)


def listening():
    """A socket that listens on a free port of the loopback device."""
    # With its protocol named, as ``comity serve`` has it: else asyncio lets each answer wait 40 ms.
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    one.bind(("127.0.0.1", 0))
    one.listen(64)
    return one


@contextmanager
def served(of, where):
    """A node's application, served on that socket by a thread."""
    server = uvicorn.Server(uvicorn.Config(application(of), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [where]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        where.close()
