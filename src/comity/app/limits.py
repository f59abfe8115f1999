"""The limits under which an exhibit is held here, for reading, and as they travel with its package.

Promises: what binds is told with the act that laid it down, its own words where they are open here, and
whether it still binds; the same on both sides, but for words that were destroyed.

Leaves to others: asking a use (``use``), words and layout (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterable

from comity import store
from comity.acts import Act, Condition
from comity.acts.terms import Limit
from comity.app.node import Node, case_of
from comity.cases import HomeCase, RequestState
from comity.cases.duties import untold
from comity.cases.limits import Held, holders, holding, open_breaches
from comity.cases.ratification import backing
from comity.cases.speciality import speciality
from comity.store import Connection
from comity.wire import Json, dump, encode


def values(conditions: Iterable[Condition]) -> tuple[Limit, ...]:
    """Conditions as the values that a case reads.

    Raises:
        BadInput: a condition of no known kind, or that is not whole.
    """
    return tuple(condition.limit for condition in sorted(conditions, key=lambda c: c.id))


def limits_of(conn: Connection, request: RequestState, now: str) -> list[Json]:
    """Every condition on every exhibit of a request, and what else bars or binds its use at an instant."""
    return [_held(conn, one) for one in holding(request)] + _events(request, now)


def limits_paper(node: Node, conn: Connection, case: str, exhibit: str) -> bytes | None:
    """What binds one exhibit, as canonical JSON for its package; none where nothing does."""
    now = node.now()
    for request in case_of(node, conn, case).requests.values():
        if any(one.exhibit == exhibit for one in request.exhibits):
            told = [one for one in limits_of(conn, request, now) if exhibit in one["exhibits"]]
            paper = {"v": 1, "case": case, "exhibit": exhibit, "at": now, "limits": told}
            return encode(paper) if told else None
    return None


def _held(conn: Connection, one: Held) -> Json:
    told = next((c for c in _told(conn, one.source) if c.id == one.limit.id), None)
    return {
        **dump(one.limit),
        "exhibits": [one.exhibit],
        "source": one.source,
        "accepted": one.accepted,
        "lifted": one.lifted,
        "of_consent": one.consent,
        "text": None if told is None else told.text,
        "proceedings": [] if told is None else list(told.proceedings),
    }


def _told(conn: Connection, act: str) -> tuple[Condition, ...]:
    found: Act = store.get_act(conn, act)
    return tuple(found.fields.get("conditions") or ())


def speciality_of(request: RequestState) -> list[Json]:
    """For what persons who were surrendered may be tried, and what consent was given beyond it."""
    return [
        {
            "item": one.item,
            "act": one.act,
            "since": one.since,
            "manner": one.manner.value,
            "other_offences": list(one.other_offences),
            "re_extradition": list(one.re_extradition),
        }
        for one in speciality(request)
    ]


def _events(request: RequestState, now: str) -> list[Json]:
    """Recalls, breaches and decisions that do not stand, in the same shape as conditions."""
    plain: dict[str, Json] = {"purposes": [], "until": None, "accepted": True, "lifted": None}
    plain |= {"of_consent": False, "text": None, "proceedings": []}
    found: list[Json] = []
    for one in request.said("recall"):
        until = one.terms.destroy_by
        found.append(
            {**plain, "id": None, "kind": "recalled", "exhibits": list(one.terms.exhibits), "source": one.id}
            | {"until": until}
        )
    found += [
        {**plain, "id": None, "kind": "breach", "exhibits": list(one.terms.exhibits), "source": one.id}
        for one in open_breaches(request)
        if one.terms.exhibits
    ]
    for delivery in request.deliveries:
        decision = request.decision(delivery.decision)
        if decision is not None and decision.ratify_by is not None:
            stands = backing(request, decision, now)
            names = [one.exhibit for one in delivery.exhibits]
            found.append(
                {**plain, "id": stands.value, "kind": "not_ratified", "exhibits": names}
                | {"source": decision.id, "until": decision.ratify_by}
            )
    return [one for one in found if one["kind"] != "not_ratified" or one["id"] != "whole"]


def untold_of(conn: Connection, request: RequestState, home: HomeCase) -> list[Json]:
    """Who holds something of a request and was not told yet of its recall, or of a breach of a limit."""
    return [
        {
            "exhibit": one.exhibit,
            "event": one.act,
            "handed": one.to if one.at_home else None,
            "to": store.get_act(conn, one.to).fields.get("to") if one.at_home else one.to,
        }
        for one in untold(request, home.duties, home.handed, home=home.state)
    ]


def holders_of(request: RequestState) -> list[Json]:
    """To which States exhibits were passed on, and by which act."""
    return [
        {"exhibit": exhibit.exhibit, "state": state, "by": act}
        for exhibit in request.exhibits
        for state, act in holders(request, exhibit.exhibit)
    ]
