"""At home: who asked for a case, orders to executors and providers, what came back, objections ruled on.

Promises: nobody needs a key to be ordered or to answer; an order names its contact, number and digest, an
answer its scan. Nothing is ordered that may not be carried out now. An answer that brings evidence names
exhibits that were taken in for the items of the order.

Leaves to others: the contacts themselves (``contacts``), taking evidence in (``exhibit``).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from comity.acts import Act
from comity.acts.home_terms import (
    ContactRole,
    OrderTerms,
    OriginateTerms,
    Returned,
    ReturnTerms,
    Ruled,
    RuleTerms,
)
from comity.app.contacts import find_contact
from comity.app.look import find_act, find_case
from comity.app.node import Node, Person, home_of
from comity.app.prepare import Saying, say
from comity.app.reply import matter, note
from comity.app.scans import keep_scan, scanned
from comity.app.seen import check_seen
from comity.cases import OrderState, next_acts
from comity.clock import write_instant
from comity.errors import BadInput, NotFound, NotPermitted
from comity.store import Connection

EXECUTES = (ContactRole.EXECUTOR, ContactRole.PROVIDER)
PUTS = frozenset({"ask", "consult"})
"""Kinds by which an objection is put to the State that asked."""


@dataclass(frozen=True)
class Order:
    """What is ordered. ``document``: SHA-256 of the order as it is served; ``basis``: our own law, in words.

    ``bases``: provisions of the law data; ``reference``: the order's number; ``language``: it is written in.
    """

    contact: str
    items: tuple[str, ...]
    reference: str
    document: str
    basis: str
    language: str
    bases: tuple[str, ...] = ()
    answer_by: datetime | None = None
    text: str | None = None


def originate(
    node: Node,
    case: str | None,
    who: Person,
    *,
    contact: str,
    reference: str,
    at: datetime,
    text: str | None = None,
    paper: Path | None = None,
) -> Act:
    """Say who at home asked for a case, before its request is sent or after.

    ``case``: its reference, or the first digits of it; none: a new case. ``reference``: their own number.

    Raises:
        NotFound: no such case or contact. BadInput: the contact asks for nothing, or the time has not come.
    """
    _seen(("reference", reference), ("text", text or "-"))
    _not_ahead(node, at)
    with node.db.read() as conn:
        # The case first: what is behind a wall is not there, whoever else is named.
        found = node.new_case() if case is None else find_case(node, conn, case)
        find_contact(conn, contact, ContactRole.ORIGINATOR)
    with ExitStack() as stack:
        scan = None
        if paper is not None:
            scan = stack.enter_context(scanned(node, paper, f"asked for by {contact}"))
        digest = None if scan is None else scan.digest
        terms = OriginateTerms(contact=contact, at=write_instant(at), scan=digest)
        saying = Saying(
            "originate",
            who.authority,
            {"terms": terms, "reference": reference, "text": text},
            case=found,
        )

        def also(conn: Connection, act: Act) -> None:
            if scan is not None:
                keep_scan(node, conn, found, who, scan, act.id, kind="originate")

        return say(node, saying, who, also=also).act


def order(node: Node, about: str, who: Person, what: Order) -> Act:
    """Order an executor or a provider to carry out items of a request that was made to us.

    Raises:
        NotFound: no such request, contact or provision. BadInput: the contact carries nothing out, or the
            answer is asked for at a time that has passed. NotPermitted: nothing may be carried out now.
    """
    _seen(("reference", what.reference), ("basis", what.basis), ("text", what.text or "-"))
    it = matter(node, about)
    if it.request.requested != node.state:
        raise NotPermitted("evidence_app.not_asked", act=it.act.id)
    now = node.clock.now()
    if what.answer_by is not None and what.answer_by <= now:
        raise BadInput("register.answer_by_passed", by=write_instant(what.answer_by))
    if ("effected", it.request.id) not in next_acts(it.case, node.state, node.table):
        raise NotPermitted("register.nothing_to_carry_out", act=it.act.id)
    for key in what.bases:
        node.bundle.provision(key)
    with node.db.read() as conn:
        find_contact(conn, what.contact, *EXECUTES)
    terms = OrderTerms(
        contact=what.contact,
        items=what.items,
        document=what.document,
        bases=what.bases,
        language=what.language,
        at=write_instant(now),
        answer_by=None if what.answer_by is None else write_instant(what.answer_by),
    )
    fields = {"terms": terms, "reference": what.reference, "basis": what.basis, "text": what.text}
    return note(node, it, "order", fields, who)


def answer_order(
    node: Node,
    named: str,
    who: Person,
    *,
    outcome: Returned,
    paper: Path,
    at: datetime,
    text: str,
    attested_by: str,
    items: tuple[str, ...] = (),
    exhibits: tuple[str, ...] = (),
) -> Act:
    """Say what came back on an order. ``items``: which it concerns; none: all of the order.

    Raises:
        NotFound: no such order or exhibit. BadInput: the time has not come, or evidence comes with an
            objection or with nothing held. NotPermitted: an exhibit was taken in for something else.
    """
    _seen(("text", text), ("attested_by", attested_by))
    _not_ahead(node, at)
    if exhibits and outcome not in {Returned.DONE, Returned.PART}:
        raise BadInput("register.evidence_with_nothing", outcome=outcome.value)
    with node.db.read() as conn:
        ordered, found = _order(node, conn, named)
        home = home_of(node, conn, str(ordered.header.case))
        for id in exhibits:
            taken = home.intake(id)
            if taken is None:
                raise NotFound("evidence_app.not_taken_in_here", exhibit=id)
            if taken.about != found.about or not set(taken.items) & set(found.items):
                raise NotPermitted("register.exhibit_of_another", exhibit=id, act=found.id)
    it = matter(node, found.about)
    with scanned(node, paper, f"answer to {found.id}") as scan:
        terms = ReturnTerms(
            order=found.id,
            outcome=outcome,
            items=items or found.items,
            at=write_instant(at),
            scan=scan.digest,
            exhibits=exhibits,
        )

        def also(conn: Connection, act: Act) -> None:
            keep_scan(node, conn, it.id, who, scan, act.id, kind="return")

        fields = {"terms": terms, "text": text, "attested_by": attested_by}
        return note(node, it, "return", fields, who, also=also)


def rule(node: Node, objection: str, who: Person, *, ruled: Ruled, text: str, act: str | None = None) -> Act:
    """Say what becomes of an objection. ``act``: the question or offer by which it was put to them.

    Raises:
        NotFound: no such act. BadInput: it is no objection, or it was put by nothing that asks them.
        NotPermitted: it was ruled on already.
    """
    _seen(("text", text))
    if (act is not None) != (ruled is Ruled.PUT_TO_THEM):
        raise BadInput("register.put_by_an_act")
    with node.db.read() as conn:
        said = find_act(node, conn, objection)
        put = None if act is None else find_act(node, conn, act)
    if not isinstance(said.terms, ReturnTerms) or said.terms.outcome is not Returned.OBJECTED:
        raise BadInput("register.no_objection", act=said.id)
    it = matter(node, str(said.header.about))
    if put is not None and (
        put.header.kind not in PUTS or put.header.about != it.act.id or put.header.state != node.state
    ):
        raise BadInput("register.puts_nothing", act=put.id, kind=put.header.kind)
    terms = RuleTerms(objection=said.id, ruled=ruled, act=None if put is None else put.id)
    return note(node, it, "rule_objection", {"terms": terms, "text": text}, who)


def _order(node: Node, conn: Connection, named: str) -> tuple[Act, OrderState]:
    """The order of that id, or of its beginning."""
    act = find_act(node, conn, named)
    found = None if act.header.case is None else home_of(node, conn, act.header.case).desk.order(act.id)
    if found is None:
        raise NotFound("register.no_order", act=act.id, kind=act.header.kind)
    return act, found


def _seen(*texts: tuple[str, str]) -> None:
    for place, text in texts:
        if not text.strip():
            raise BadInput("register.empty", member=place)
        check_seen(text, place)


def _not_ahead(node: Node, at: datetime) -> None:
    if at > node.clock.now():
        raise BadInput("register.not_received_yet", at=write_instant(at))
