"""What is here, for reading: cases, a case's course, one act, what waits; as plain JSON values.

Promises: nothing is said that the acts, receipts and jobs do not say; a face can print or send it as it is.
Reasons are ids of messages. Names are the short labels of this machine's own people.

Leaves to others: words and layout (``cli``, ``api``), whether the reader may see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity import dsse, store
from comity.acts import Act, Receipt, state_of
from comity.app.drill import is_over
from comity.app.due import due_lines
from comity.app.limits import holders_of, limits_of, speciality_of
from comity.app.look import find_act, find_case
from comity.app.node import Node, case_of, home_of
from comity.app.paper import is_on_paper
from comity.app.prepare import find_prepared, waiting_of
from comity.app.reading import shown_jobs, shown_prepared
from comity.app.recovery import returned_from
from comity.app.reopening import Reopened, reopened_in
from comity.app.sealed import may_be_sealed, sealed_answers
from comity.app.show_desk import desk_view
from comity.app.standing import clocks_of, stage
from comity.app.told import told_of
from comity.cases import Case, ClockValue, HomeCase, RequestState, Work, next_acts
from comity.clock import write_instant
from comity.errors import NotFound, NotPermitted
from comity.store import Connection, Record
from comity.wire import Json, Model, dump, parse

RECEIPT_LIMIT: Final = 64 * 1024


@dataclass(frozen=True)
class _View:
    """What a view of one case looks things up in."""

    node: Node
    conn: Connection
    names: Mapping[str, str]
    receipts: Mapping[tuple[str, store.Side], bytes]
    sealed: frozenset[str] = frozenset()
    """Acts of which nothing is shown, not even that they are there."""
    numbered: bool = True
    """Whether acts at home show their numbers, among which a sealed one would be missed."""


def show_case(node: Node, text: str) -> Json:
    """One case: its requests, clocks, acts in the order of storing, what may follow, what waits.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn:
        id = find_case(node, conn, text)
        case = case_of(node, conn, id)
        home = home_of(node, conn, id, case)
        receipts = store.receipts_of_case(conn, id)
        view = _View(node, conn, _names(conn), receipts, *_sealing(case, home))
        return {
            "case": id,
            "states": list(store.get_case_line(conn, id).states),
            "own_state": node.state,
            "drill": any(is_over(conn, id, one) for one in case.requests.values()),
            "requests": [
                {
                    **_request(one, case),
                    "conduct": told_of(store.get_act(conn, one.id)),
                    "limits": limits_of(conn, one, node.now()),
                    "holders": holders_of(one),
                    "speciality": speciality_of(one),
                }
                for one in case.requests.values()
            ],
            "due": due_lines(node, conn, id, node.clock.now()),
            "clocks": _clocks(node, case),
            "acts": [
                _act_line(view, r, case, home)
                for r in store.records_of_case(conn, id, "all")
                if r.act.id not in view.sealed
            ],
            "next": _next(node, conn, case),
            "at_home": _at_home(home, view.sealed, view.names),
            "desk": desk_view(node, conn, id, home),
            "reopened": [_reopened(one) for one in reopened_in(node, conn, id)],
            "pending": [_pending(view.names, one) for one in store.list_prepared(conn, id)],
            "unreceipted": [] if is_on_paper(node, conn, id) else list(store.unreceipted(conn, id)),
            "missing": list(case.missing),
            "equivocations": [
                {"state": one.state, "number": one.number, "acts": list(one.acts)}
                for one in case.equivocations
            ],
        }


def show_act(node: Node, text: str) -> Json:
    """One act: its line in the case, and every field that is open here; also one that waits for signatures.

    Raises:
        NotFound, BadInput: as ``find_act``. NotPermitted: an answer that nobody reads yet.
    """
    with node.db.read() as conn:
        try:
            act = find_act(node, conn, text)
        except NotFound:
            if not any(p.act.id.startswith(text.lower()) for p in shown_prepared(node, conn)):
                raise
            return show_prepared(node, text)
        record = store.get_record(conn, act.id)
        id = act.header.case
        receipts = {} if id is None else store.receipts_of_case(conn, id)
        case = None if id is None else case_of(node, conn, id)
        home = None if id is None else home_of(node, conn, id, case)
        sealing = () if case is None or home is None else _sealing(case, home)
        view = _View(node, conn, _names(conn), receipts, *sealing)
        if act.id in view.sealed:
            raise NotPermitted("app.answer_sealed")
        line = _act_line(view, record, case, home)
        return {
            **line,
            "case": id,
            "prepared_at": None,
            "waiting": [],
            **_content(act),
            "erased": [
                {"field": one.name, "at": write_instant(one.erased_at), "by": one.by_act}
                for one in store.erased_fields(conn, act.id)
            ],
        }


def show_prepared(node: Node, text: str) -> Json:
    """An act that waits for signatures, in full, as ``show_act`` shows one that was said.

    Raises:
        NotFound, BadInput: as ``find_prepared``.
    """
    one = find_prepared(node, text.lower())
    act = one.act
    with node.db.read() as conn:
        view = _View(node, conn, _names(conn), {})
        # Where it will be stored it has no place yet; nothing here reads its number in that order.
        record = Record(act, 0, "own" if act.header.shared else "home", one.prepared_at)
        return {
            **_act_line(view, record, None, None),
            "case": act.header.case,
            "prepared_at": write_instant(one.prepared_at),
            "waiting": _waiting(view.names, act),
            **_content(act),
            "erased": [],
        }


def _content(act: Act) -> Json:
    """What an act says: what it follows, the law it relies on, its fields as far as they are open."""
    return {
        "after": list(act.header.after),
        "law": dump(act.header.law),
        "fields": {name: _plain(act.fields[name]) for name in act.kind.fields if name in act.fields},
        "not_open": [name for name in act.kind.fields if name not in act.fields],
    }


def show_pending(node: Node) -> list[Json]:
    """The acts that wait for a signature, oldest first. Raises: as ``shown_prepared``."""
    with node.db.read() as conn:
        names = _names(conn)
        return [_pending(names, one) for one in shown_prepared(node, conn)]


def show_jobs(node: Node) -> list[Json]:
    """Work that is not done yet, in the order in which it is due. ``error``: the id of the last one."""
    with node.db.read() as conn:
        return [
            {
                "kind": job.kind,
                "subject": job.subject,
                "due": write_instant(job.due),
                "tries": job.tries,
                "error": job.last_error,
            }
            for job in shown_jobs(node, conn)
        ]


def _request(request: RequestState, case: Case) -> Json:
    return {
        "id": request.id,
        "draft": request.draft,
        "stage": stage(request),
        "requesting": request.requesting,
        "requested": request.requested,
        "measure": request.measure,
        "at": request.at,
        "urgency": request.urgency,
        "bases": [{"instrument": i, "provision": p} for i, p in request.bases],
        "ratify_by": request.ratify_by,
        "follows": request.follows,
        "urgent_for": list(request.urgent_for),
        "wanted_by": request.wanted_by,
        "supplements": request.supplements,
        "previous": list(request.previous),
        "pointed_to": sorted({one.pointed_to for one in request.effected if one.pointed_to is not None}),
        "items": [
            {
                "id": item.id,
                "data": item.data,
                "standing": item.standing,
                "grounds": list(item.grounds),
                "conditions": list(item.conditions),
                "review_on": item.review_on,
                "effected": item.effected,
            }
            for item in request.items
        ],
        "questions": [
            {"ask": ask.id, "id": one.id, "by": ask.by, "about": one.about, "answer": one.answer}
            for ask in request.asks
            for one in ask.questions
        ],
        "consultations": [
            {"id": one.id, "grounds": list(one.grounds), "answer_by": one.answer_by, "reply": one.reply}
            for one in request.consultations
        ],
        "decisions": [
            {
                "id": one.id,
                "at": one.at,
                "items": list(one.items),
                "conditions": list(one.conditions),
                "accepted": list(one.accepted),
            }
            for one in request.decisions
        ],
        "exhibits": [
            {
                "exhibit": one.exhibit,
                "delivery": delivery.id,
                "capacity": delivery.capacity,
                "size": one.size,
                "taken": one.taken,
            }
            for delivery in request.deliveries
            for one in delivery.exhibits
        ],
        "uses": [{"id": one.id, "exhibits": list(one.exhibits), "use": one.use} for one in request.uses],
        "noted": [
            {"id": one.id, "kind": one.kind, "by": one.by, "terms": dump(one.terms)} for one in request.noted
        ],
        "withdrawn": None if request.withdrawn is None else request.withdrawn.reason,
        "closed": None if request.closed is None else request.closed.outcome,
        "signers": [{"role": s.role, "alias": s.alias} for s in case.signers.get(request.id, ())],
    }


def _clocks(node: Node, case: Case) -> list[Json]:
    """Clocks that run in the days of States whose zone the law data holds; else why there are none."""
    values = clocks_of(node.bundle, case)
    return [_clock(one) for one in values if one.length_from == "law" or one.unknown is not None]


def _clock(clock: ClockValue) -> Json:
    def text(instant: datetime | None) -> str | None:
        return None if instant is None else write_instant(instant)

    if clock.unknown is not None:
        return {"unknown": clock.unknown.id, "arguments": clock.unknown.arguments}
    return {
        "clock": clock.clock,
        "request": clock.request,
        "provision": clock.provision,
        "started": write_instant(clock.started),
        "ends": text(clock.ends),
        "bound": clock.bound,
        "then": clock.then,
        "asked_until": text(clock.asked_until),
        "extended_until": text(clock.extended_until),
        "held_for": list(clock.held_for),
        "stopped": clock.stopped,
    }


def _act_line(view: _View, record: Record, case: Case | None, home: HomeCase | None) -> Json:
    act, header = record.act, record.act.header
    standings = {**(case.standings if case else {}), **(home.standings if home else {})}
    standing = standings.get(act.id)
    return {
        "id": act.id,
        "kind": header.kind,
        "from": header.from_,
        "to": header.to,
        "number": header.number if header.shared or view.numbered else None,
        "about": header.about,
        "at": header.at,
        "direction": record.direction,
        "registered": header.registered,
        "arrived_at": write_instant(record.arrived_at),
        "standing": None if standing is None else standing.dump(),
        "rejected": _rejection(act),
        "signers": [
            {"role": s.role, "alias": s.alias, "key": s.key, "name": view.names.get(s.key)}
            for s in header.signers
        ],
        "receipts": {
            side: _receipt(view.receipts[act.id, side]) for side in _SIDES if (act.id, side) in view.receipts
        },
        "returned": returned_from(view.conn, act.id),
    }


_SIDES: Final[tuple[store.Side, ...]] = ("own", "peer")


def _rejection(act: Act) -> Json:
    """What a ``reject`` says of another act: ``reason`` is the id ``cases.REASON`` or ``exchange.…``."""
    if act.header.kind != "reject":
        return None
    return {"act": act.terms.act, "step": act.terms.step, "reason": act.terms.reason}


def _receipt(data: bytes) -> Json:
    receipt = parse(Receipt, dsse.read(data).body, limit=RECEIPT_LIMIT)
    return {"at": receipt.at, "outcome": receipt.outcome, "log_by": receipt.log.by}


def _next(node: Node, conn: Connection, case: Case) -> list[Json]:
    """What each side may say next, by the table; of our own side, who of this machine's people may sign."""
    people = [p for p in store.list_people(conn) if p.status == "active"]
    found = []
    for state in case.states:
        for kind, about in next_acts(case, state, node.table):
            office = None if about is None else _office(conn, about, state)
            names = [p.name for p in people if f"{kind}.author" in p.deeds and office in {None, p.authority}]
            by = names if state == node.state else []
            found.append({"state": state, "kind": kind, "about": about, "by": by})
    return found


def _office(conn: Connection, about: str, state: str) -> str:
    """The office of a State that a request is the business of."""
    header = store.get_act(conn, about).header
    return header.from_ if header.state == state else str(header.to)


def _sealing(case: Case, home: HomeCase) -> tuple[frozenset[str], bool]:
    return sealed_answers(case, home), not may_be_sealed(case, home)


def _reopened(one: Reopened) -> Json:
    """A finding that was closed, what came since, and whom a person told."""
    return {
        "request": one.request,
        "finding": one.finding,
        "assessment": one.assessment,
        "acts": list(one.acts),
        "facts": list(one.facts),
        "closed_again": one.closed_again,
        "told": None if one.told is None else list(one.told),
        "by": one.telling,
    }


def _at_home(home: HomeCase, sealed: frozenset[str], names: Mapping[str, str]) -> Json:
    """What this State has said and still has to say by itself."""
    return {
        "ratifications": [
            {"request": one.request, "by": one.by, "act": one.act, "ratified": one.ratified}
            for one in home.ratifications
        ],
        "assessments": [
            {
                "id": one.id,
                "about": one.about,
                "on": one.on,
                "answers": [
                    {"finding": a.finding, "act": a.act, "resolved": a.resolved}
                    for a in one.answers
                    if a.act not in sealed
                ],
            }
            for one in home.assessments
        ],
        "intakes": [
            {"exhibit": one.exhibit, "about": one.about, "items": list(one.items), "released": one.released}
            for one in home.intakes
        ],
        "erasures": [
            {"act": one.act, "field": one.field, "ground": one.ground, "by": one.id} for one in home.erasures
        ],
        **_shared_out(home.work, names),
    }


def _shared_out(work: Work, names: Mapping[str, str]) -> Json:
    """Who has the case, who had it before, and to whom it is offered."""
    waiting = work.waiting
    return {
        "assignments": [
            {
                "act": one.act,
                "office": one.office,
                "person": None if one.person is None else names.get(one.person, one.person),
                "by": names.get(one.by, one.by),
                "at": one.at,
            }
            for one in work.assignments
        ],
        "handed_to": None if waiting is None else names.get(waiting.to, waiting.to),
    }


def _pending(names: Mapping[str, str], one: store.Prepared) -> Json:
    header = one.act.header
    return {
        "id": one.act.id,
        "kind": header.kind,
        "case": header.case,
        "about": header.about,
        "to": None if header.to is None else state_of(header.to),
        "prepared_at": write_instant(one.prepared_at),
        "waiting": _waiting(names, one.act),
    }


def _waiting(names: Mapping[str, str], act: Act) -> list[Json]:
    """Who of an act's listed signers has still to sign, and as what."""
    roles = {signer.key: signer.role for signer in act.header.signers}
    return [{"key": key, "name": names.get(key), "role": roles[key]} for key in waiting_of(act)]


def _names(conn: Connection) -> dict[str, str]:
    return {p.key_id: p.name for p in store.list_people(conn)}


def _plain(value: object) -> Json:
    if isinstance(value, Model):
        return dump(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value
