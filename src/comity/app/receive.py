"""Receive: prove what came in, keep it, receipt it, and answer in one size.

Promises: what is authentic is stored with its receipt, its leaf and whatever it makes necessary in one
transaction; a repeat gets the very same receipt. What is not authentic leaves no trace but a count, and gets
the constant answer. What is authentic and not in order is receipted too, and rejected in the transaction in
which that is found: when it comes in, or when it is parked no more.

Leaves to others: the proof's steps (``exchange.prove``), the order of a case (``cases``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog

from comity import dsse, exchange, store
from comity.acts import Act, LogPromise, Receipt
from comity.acts.terms import DecideTerms
from comity.app import pieces, recover
from comity.app.addressee import unfit_addressee
from comity.app.index import refresh
from comity.app.ledger import log_event
from comity.app.node import EARLY, Node, case_of
from comity.app.post import reject_within
from comity.app.recovery import is_pending
from comity.app.timekeeping import refuse_clock_behind
from comity.cases import Case, NotInOrder, Parked, Void, that_waited_for, unrejected
from comity.clock import write_instant
from comity.errors import NotFound, NotPermitted
from comity.exchange import Authentic, Step, Stranger, answer, constant_answer, prove, sign_receipt
from comity.store import Connection, Job

_FOLLOWED: Final = frozenset({"deliver"})
"""Kinds that make something necessary where they come in."""

_log = structlog.get_logger("receive")


def receive(node: Node, data: bytes) -> bytes:
    """Take in a sealed message; give the answer to send back.

    Raises:
        Unavailable: it could not be stored; nothing was acknowledged, and the sender will try again.
    """
    with node.db.read() as conn:
        directory = node.directory(conn)
        now, tolerance = node.clock.now(), node.settings.clock_tolerance
        outcome = prove(data, node.keys.age.identities, directory, _Known(conn), now, tolerance=tolerance)
    if isinstance(outcome, Stranger):
        answered = recover.take(node, data) if outcome.step is Step.MESSAGE else None
        if answered is not None:
            return answered
        _log.info("stranger", step=str(outcome.step), size=len(data))
        return constant_answer(node.entropy)
    receipt = node.db.writer.run(lambda conn: _keep(node, conn, outcome))
    return answer(receipt, outcome.sender, node.entropy)


def _keep(node: Node, conn: Connection, outcome: Authentic) -> dsse.Envelope:
    act = outcome.act
    issued = store.get_receipt(conn, act.id, "own")
    if issued is not None:
        return dsse.read(issued)
    refuse_clock_behind(node, conn)
    now = node.clock.now()
    store.put_act(conn, act, received_at=now, direction="peer")
    if outcome.equivocates is not None:
        store.put_equivocation(conn, outcome.equivocates, act, now)
    log_event(node, conn, "received", act.id, act.header.case)
    if outcome.early is not None and outcome.not_in_order is None:
        store.put_job(conn, EARLY, {"act": act.id}, outcome.early)
    result = _place(node, conn, act, outcome.not_in_order)
    refresh(node, conn, act.header.case)
    receipt = Receipt(
        v=1,
        act=act.id,
        case=str(act.header.case),
        state=node.state,
        at=write_instant(now),
        outcome=result,
        log=LogPromise(
            origin=node.settings.log_origin,
            by=write_instant(now + timedelta(seconds=2 * node.settings.epoch_seconds)),
        ),
    )
    envelope = sign_receipt(receipt, node.keys.acts)
    store.put_receipt(conn, act.id, "own", dsse.write(envelope), now)
    _log.info("received", act=act.id, outcome=result)
    return envelope


def take_up(node: Node, job: Job) -> None:
    """Do an ``early`` job: the time that an act claims has come, so it is parked no more."""

    def deed(conn: Connection) -> None:
        refuse_clock_behind(node, conn)  # it may have to be rejected, and that is signed
        store.finish(conn, job, node.clock.now())
        act = store.get_act(conn, str(job.subject["act"]))
        _place(node, conn, act, None)
        refresh(node, conn, act.header.case)

    node.db.writer.run(deed)


def _place(
    node: Node, conn: Connection, act: Act, fault: exchange.NotInOrder | None
) -> Literal["folded", "parked", "not_in_order"]:
    """Where the act came to stand, and what that makes necessary."""
    name = str(act.header.case)
    case = case_of(node, conn, name)
    standing = case.standing(act.id)
    if fault is None and isinstance(standing, NotInOrder):
        fault = exchange.NotInOrder(standing.step, standing.reason)
    unfit = unfit_addressee(node, conn, act) if fault is None and act.header.state != node.state else None
    if unfit is not None:
        fault = exchange.NotInOrder(Step.RECIPIENT, unfit)
    if fault is None and _unreasoned(act):
        fault = exchange.NotInOrder("reasons", "app.order.no_reasons")
    if fault is not None:
        _reject(node, conn, act, fault, parked=isinstance(standing, Parked))
        case = case_of(node, conn, name)
    if not isinstance(standing, Parked):
        if _unparked(node, conn, case, act):
            case = case_of(node, conn, name)
        # What waited for this act may stand now: everything of the peer's that now moves is acted on.
        for id, kind in store.ids_of_case(conn, name):
            if kind in _FOLLOWED and case.standing(id).moves:
                _follow(node, conn, store.get_act(conn, id))
    if fault is not None:
        return "not_in_order"
    return "parked" if isinstance(standing, Parked) else "folded"


def _unreasoned(act: Act) -> bool:
    """Whether a decision leaves an item without outward reasons (P9): a field, which the fold cannot see."""
    if not isinstance(act.terms, DecideTerms):
        return False
    reasoned = {reason.item for reason in act.fields["reasons"] if reason.text.strip()}
    return any(item.id not in reasoned for item in act.terms.items)


def _follow(node: Node, conn: Connection, act: Act) -> None:
    """What a peer's act in order makes necessary here; doing it twice changes nothing."""
    if act.header.state != node.state:
        pieces.expect(node, conn, act)


def _reject(node: Node, conn: Connection, act: Act, fault: exchange.NotInOrder, *, parked: bool) -> None:
    """Answer what is not in order, in the very transaction that stores it: nothing is built on it meanwhile.

    What is parked moves nothing yet; it is rejected when it is parked no more. A restored node says nothing
    in the case, and so builds nothing on it, before the peer has brought back what was said before.
    """
    if act.header.kind == "reject":  # a rejection is never rejected: two nodes could go on for ever
        return
    if parked or is_pending(conn, act.header.state):
        subject = {"act": act.id, "step": fault.step, "reason": fault.reason}
        store.put_job(conn, "reject", subject, node.clock.now())
        return
    try:
        reject_within(node, conn, act, fault.step, fault.reason)
    except NotPermitted as error:
        # By the case's own table it is not in order: it moves nothing, and a word about it is not due.
        _log.info("not_rejected", act=act.id, error=error.id)


def _unparked(node: Node, conn: Connection, case: Case, came: Act) -> bool:
    """Reject what waited and is found not in order, now or when it came, before anything is built on it.

    Of a delivery that waited for the act that came, it is asked now whether its addressee may have it:
    before, what it was asked for under was perhaps not here. Gives whether there was any.
    """
    found: list[tuple[str, exchange.NotInOrder]] = []
    due = dict.fromkeys(unrejected(case, node.state))
    for job in store.waiting(conn, "reject"):
        id = str(job.subject["act"])
        standing = case.standings.get(id)
        if standing is None or isinstance(standing, Parked | Void):
            continue
        if id in due or not isinstance(standing, NotInOrder):
            due.pop(id, None)
            found.append((id, exchange.NotInOrder(str(job.subject["step"]), str(job.subject["reason"]))))
    for id in due:
        standing = case.standing(id)
        if isinstance(standing, NotInOrder):
            found.append((id, exchange.NotInOrder(standing.step, standing.reason)))
    told = {id for id, _ in found}
    for id in that_waited_for(case, came.id):
        waited = store.get_act(conn, id)
        if id in told or waited.header.state == node.state or not case.standing(id).moves:
            continue
        unfit = unfit_addressee(node, conn, waited)
        if unfit is not None:
            found.append((id, exchange.NotInOrder(Step.RECIPIENT, unfit)))
    for id, fault in found:
        _reject(node, conn, store.get_act(conn, id), fault, parked=False)
    return bool(found)


@dataclass(frozen=True)
class _Known:
    """What the store can say of acts that came before (``exchange.Known``)."""

    conn: Connection

    def received_at(self, act: str) -> datetime | None:
        try:
            return store.get_record(self.conn, act).arrived_at
        except NotFound:
            return None

    def act_by_number(self, case: str, state: str, number: int) -> str | None:
        found = store.act_by_number(self.conn, case, state, shared=True, number=number)
        return None if found is None else found.id

    def parties(self, case: str) -> frozenset[str]:
        try:
            return frozenset(store.get_case_line(self.conn, case).states)
        except NotFound:
            return frozenset()
