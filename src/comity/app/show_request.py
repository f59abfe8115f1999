"""One request, and the clocks of a case, for reading: as plain JSON values.

Promises: nothing is said that the fold and the clocks do not say.

Leaves to others: the case around them (``show``), words and layout (``cli``).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts.wording import Wording
from comity.app.node import Node
from comity.app.standing import clocks_of, stage
from comity.cases import Case, ClockValue, RequestState
from comity.cases.wording import judge_language
from comity.clock import read_instant, write_instant
from comity.errors import NotFound
from comity.law import Bundle
from comity.law.languages import insisted
from comity.wire import Json, dump


def request_view(request: RequestState, case: Case) -> Json:
    """A request as the fold has it, with who signed it."""
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
        "wording": _wording(request.wording),
        "origin": request.origin,
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
                "wording": _wording(one.wording),
            }
            for one in request.decisions
        ],
        "exhibits": [
            {
                "exhibit": one.exhibit,
                "delivery": delivery.id,
                "capacity": delivery.capacity,
                "wording": _wording(delivery.wording),
                "size": one.size,
                "taken": one.taken,
                "protected": None if one.protected is None else dump(one.protected),
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


def language_view(bundle: Bundle, request: RequestState) -> Json:
    """Whether a request was sent in a language that the State that was asked insists on, as far as held."""
    day = read_instant(request.at).date()
    try:
        held = insisted(bundle, request.requesting, request.requested, request.bases, day)
    except NotFound:  # a State of which nothing is held, not even its name, has told of no language
        held = ()
    found = judge_language(request.wording, held)
    return {
        "verdict": found.verdict,
        "why": found.why,
        "wanted": list(found.wanted),
        "held": [
            {"told": one.told, "languages": list(one.languages), "mark": one.mark, "doubt": one.doubt}
            for one in held
        ],
    }


def _wording(wording: Wording | None) -> Json:
    return None if wording is None else dump(wording)


def clock_views(node: Node, case: Case) -> list[Json]:
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
