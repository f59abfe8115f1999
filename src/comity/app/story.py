"""The story of a case, for one screen: what it is, what happened, what waits on whom, what may be done next.

Promises: a function of the view of the case, whatever the hour, and so of nothing that the view does not
show (sealed answers, walls); nothing that waits is left out. As plain JSON values. Pure.

Leaves to others: the view (``show``), what happened (``timeline``), words, layout and commands (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from comity.app.timeline import timeline
from comity.calendar import Zone
from comity.wire import Json

_OVER: Final = frozenset({"closed", "withdrawn"})
_PAST: Final = frozenset({"passed"})
"""Standings of what asks nothing of anybody any more: silence was the answer."""

_UNDECIDED: Final = frozenset({"open", "postponed"})

_LADDER: Final = (
    "ratified", "answer", "accept", "take_custody", "effected", "deliver", "decide", "consent",
    "enforce_instead", "prosecute_instead", "arrest", "court", "surrender", "ask", "extend", "use", "close",
)  # fmt: skip
"""What is usually done next, the most pressing first; whatever else may follow is counted, not shown."""


def story(
    view: Json,
    terms: Mapping[str, Any],
    zones: Mapping[str, Zone],
    assessors: Sequence[str],
) -> Json:
    """The story of a case.

    Args:
        view: the view of the case.
        terms: the terms of its acts, by their ids.
        zones: where each State's days are lived, as far as it is held.
        assessors: who of this machine's people may assess a request.
    """
    own = view["own_state"]
    steps = list(_steps(view, assessors))
    return {
        "own_state": own,
        "requests": [_request(one, own) for one in view["requests"]],
        "in_charge": _in_charge(view["at_home"]),
        "handed_to": view["at_home"]["handed_to"],
        "links": [{"case": one["case"], "tie": one["tie"]} for one in view["links"]],
        "origin": _origin(view),
        "timeline": timeline(view["acts"], terms, own, zones),
        "pending": [*_signatures(view), *_unafforded(view), *_duties(view)],
        "conditions": [one for request in view["requests"] for one in _conditions(request, terms)],
        "findings": list(_findings(view)),
        "next": steps,
        "more": sum(1 for one in view["next"] if one["state"] == own and not _among(one, steps)),
    }


def _request(request: Json, own: str) -> Json:
    names = (
        "id", "draft", "measure", "requesting", "requested", "stage", "urgency", "bases", "at", "wanted_by",
        "follows", "wording", "language",
    )  # fmt: skip
    return {**{name: request[name] for name in names}, "asked_of_us": request["requested"] == own}


def _in_charge(at_home: Json) -> Json:
    """Who has the case: a person, or an office as yet."""
    if not at_home["assignments"]:
        return None
    last = at_home["assignments"][-1]
    return {"person": last["person"], "office": last["office"]}


def _origin(view: Json) -> Json:
    desk = view["desk"]
    return {
        "drill": view["drill"],
        "on_paper": desk["on_paper"],
        "registered": len(desk["registers"]),
        "imported": desk["imported"],
        "asked_by": [one["name"] or one["contact"] for one in desk["origins"]],
    }


def _signatures(view: Json) -> Iterator[Json]:
    """What waits for a signature here, and what has not reached the other State, or not come from it."""
    for one in view["pending"]:
        names = [w["name"] or w["key"] for w in one["waiting"]]
        yield _waits("own_person", view["own_state"], "sign", one["id"], names=names, kind=one["kind"])
    for one in view["desk"]["to_dispatch"]:
        yield _waits("own_office", view["own_state"], "dispatch", one["act"], kind=one["kind"])
    kinds = {one["id"]: one["kind"] for one in view["acts"]}
    others = [state for state in view["states"] if state != view["own_state"]]
    for id in view["unreceipted"]:
        for state in others:
            yield _waits("other_state", state, "receipt", id, kind=kinds.get(id))
    for id in view["missing"]:
        for state in others:
            yield _waits("other_state", state, "missing", id)


def _duties(view: Json) -> Iterator[Json]:
    """What is due, the most pressing first; not what is over."""
    for one in view["due"]:
        if one["standing"] in _PAST:
            continue
        told = _waits(one["whom"], one["state"], one["clock"], one["act"], request=one["request"])
        yield {
            **told,
            "summary": one["what"],
            "standing": one["standing"],
            "at": one["at"],
            "local": one["local"],
        }


def _unafforded(view: Json) -> Iterator[Json]:
    """What is asked after for persons under arrest here."""
    for one in view["unafforded"]:
        yield _waits("own_office", view["own_state"], one["what"], one["act"], request=one["request"])


def _waits(
    whom: str,
    state: str,
    what: str,
    act: str,
    *,
    kind: str | None = None,
    request: str | None = None,
    names: Sequence[str] = (),
) -> Json:
    return {
        "whom": whom,
        "state": state,
        "what": what,
        "kind": kind,
        "act": act,
        "request": request,
        "names": list(names),
        "summary": None,
        "standing": "awaited",
        "at": None,
        "local": {},
    }


def _conditions(request: Json, terms: Mapping[str, Any]) -> Iterator[Json]:
    """What binds the use of exhibits, each once; and conditions that nothing was given under yet."""
    gathered: dict[tuple[str | None, str, str], Json] = {}
    for one in request["limits"]:
        if one["lifted"] is not None:
            continue
        line = gathered.setdefault(
            (one["id"], one["kind"], one["source"]),
            {
                "request": request["id"],
                "kind": one["kind"],
                "id": one["id"],
                "accepted": one["accepted"],
                "exhibits": [],
                "purposes": one["purposes"],
                "until": one["until"],
                "text": one["text"],
            },
        )
        line["exhibits"] += one["exhibits"]
    yield from gathered.values()
    yield from _assured(request)
    lifted_or_bound = {one["id"] for one in (*request["limits"], *request["assurances"])}
    for decision in request["decisions"]:
        kinds = {limit.id: limit for limit in getattr(terms.get(decision["id"]), "limits", ())}
        for label in decision["conditions"]:
            if label in lifted_or_bound:
                continue
            limit = kinds.get(label)
            yield {
                "request": request["id"],
                "kind": "other" if limit is None else str(limit.kind),
                "id": label,
                "accepted": label in decision["accepted"],
                "exhibits": [],
                "purposes": [] if limit is None else [str(p) for p in limit.purposes],
                "until": None if limit is None else limit.until,
                "text": None,
            }


def _assured(request: Json) -> Iterator[Json]:
    """The conditions that bind what becomes of persons who were surrendered, and those that were broken."""
    gathered: dict[tuple[str, str], list[Json]] = {}
    for one in request["assurances"]:
        if one["lifted"] is None:
            gathered.setdefault((one["id"], one["source"]), []).append(one)
    for (name, _), every in gathered.items():
        broken = any(one["broken"] for one in every)
        yield {
            "request": request["id"],
            "kind": "assurance_broken" if broken else every[0]["kind"],
            "id": name,
            "accepted": True,
            "exhibits": [],
            "purposes": every[0]["purposes"],
            "until": every[0]["until"],
            "text": every[0]["text"],
        }


def _findings(view: Json) -> Iterator[Json]:
    """What a person has still to answer, of requests that are asked of us or sent by us and not over."""
    assessed = {one["request"]: one for one in view["findings"]}
    for request in view["requests"]:
        if request["stage"] in _OVER or request["draft"]:
            continue
        found = assessed.get(request["id"])
        reopened = sum(
            1 for one in view["reopened"] if one["request"] == request["id"] and not one["closed_again"]
        )
        asked = request["requested"] == view["own_state"]
        if found is not None:
            yield {**found, "reopened": reopened}
        elif asked and any(item["standing"] in _UNDECIDED for item in request["items"]):
            yield {"request": request["id"], "assessment": None, "open": None, "reopened": reopened}


def _steps(view: Json, assessors: Sequence[str]) -> Iterator[Json]:
    """What can be done here now, the most pressing first: a kind, what it is done to, and by whom."""
    for one in view["pending"]:
        for signer in one["waiting"]:
            yield {"do": "approve", "on": one["id"], "by": [signer["name"]] if signer["name"] else []}
    for one in view["at_home"]["ratifications"]:
        if one["act"] is None:
            yield {"do": "ratify", "on": one["request"], "by": []}
    for one in view["desk"]["registers"]:
        if one["confirm_by"] is not None and one["confirmed"] is None and one["passed_on"] is None:
            yield {"do": "confirm", "on": one["id"], "by": []}
    for one in view["desk"]["to_dispatch"]:
        yield {"do": "dispatch", "on": one["act"], "by": []}
    to_assess = [
        one["request"]
        for one in _findings(view)
        if one["assessment"] is None or one["open"] or one["reopened"]
    ]
    for id in to_assess:
        yield {"do": "assess", "on": id, "by": list(assessors)}
    may_ask = {
        one["id"]
        for one in view["requests"]
        if not one["draft"] and any(item["standing"] in _UNDECIDED for item in one["items"])
    }
    own = [
        one
        for one in view["next"]
        if one["state"] == view["own_state"]
        and one["kind"] in _LADDER
        and (one["kind"] != "ask" or one["about"] in may_ask)
    ]
    over = {one["id"] for one in view["requests"] if one["stage"] in _OVER}
    for one in sorted(own, key=lambda one: (one["about"] in over, _LADDER.index(one["kind"]))):
        for on in _on(one, view):
            yield {"do": one["kind"], "on": on, "by": one["by"]}


def _on(one: Json, view: Json) -> list[str]:
    """What a step is done to: mostly the request; of an answer the questions, of custody the delivery."""
    if one["about"] is None:
        return []
    request = next((r for r in view["requests"] if r["id"] == one["about"]), None)
    if request is None:
        return [one["about"]]
    if one["kind"] == "answer":
        asks = [q["ask"] for q in request["questions"] if q["answer"] is None and q["by"] != one["state"]]
        return list(dict.fromkeys(asks))
    if one["kind"] == "take_custody":
        return list(dict.fromkeys(e["delivery"] for e in request["exhibits"] if e["taken"] is None))
    if one["kind"] == "consent":
        given = {n["terms"]["sought"] for n in request["noted"] if n["kind"] == "consent"}
        return [n["id"] for n in request["noted"] if n["kind"] == "seek_consent" and n["id"] not in given]
    return [one["about"]]


def _among(one: Json, steps: Sequence[Json]) -> bool:
    return any(step["do"] == one["kind"] for step in steps)
