"""What a hostile program of a State says in a random story: acts that cannot be in order, each of one trick.

For any half of a case: ``case``, ``side``, ``acts``, and ``compose``, which makes the next act of it.
"""

import builders as b
from speech import NOWHERE

from comity.cases import next_acts

LATE = "2031-11-28T00:00:00Z"
AGAINST_ITEMS = frozenset(
    {"decide", "effected", "arrest", "court", "surrender", "remedy", "prosecute_instead"}
)
TRICKS = ("order", "side", "role", "item", "number", "heads", "table", "about", "exhibit", "terms")
BEGINNINGS = (
    ("preserve", "effected", "effected"),
    ("access_stored", "decide", "deliver", "take_custody"),
    ("access_stored", "decide", "accept", "deliver", "take_custody", "destroyed"),
    ("search_seize", "decide", "remedy", "remedy"),
    ("intercept_content", "decide", "deliver", "take_custody", "recall"),
    ("emergency_data", "decide", "deliver", "take_custody"),
    ("extradite", "arrest", "court", "decide", "surrender"),
    ("extradite", "decide"),
    ("provisional_arrest", "decide", "arrest"),
    ("serve_document", "ask", "consult"),
)
"""A measure, and what is said of it before a story takes its own way."""
WINNERS = {(p.second, p.first) for p in b.TABLE.pairs if p.outcome == "first"} | {
    (p.first, p.second) for p in b.TABLE.pairs if p.outcome == "second"
}
"""What falls, and what it falls to, of two kinds said at once."""
RESTS_ON = {
    "answer": "ask",
    "accept": "decision",
    "deliver": "decision",
    "take_custody": "delivery",
    "consent": "sought",
}
"""The member of the terms that names what an act rests on."""


def at_once(case, shown):
    """Each listed pair of kinds that the two States (GH, PT) may say of one request now, GH's first.

    ``shown``: the kinds that each State may say, with the request that it would be about.
    """
    return [
        (about, kinds)
        for about in case.requests
        for pair in sorted(WINNERS)
        for kinds in (pair, pair[::-1])
        if (kinds[0], about) in shown["GH"] and (kinds[1], about) in shown["PT"]
    ]


def forged(half, speech, how):
    case, side = half.case, half.side
    shown = set(next_acts(case, side.state, b.TABLE))
    requests = list(case.requests.values())
    request = speech.pick(requests)
    if request is None:
        return None
    kinds = sorted({row.kind for row in b.TABLE.rows} - {"reject", "preview", "request", "inform"})
    if how == "order":  # what the case does not permit now, said by the very side that could say it else
        kind = speech.pick([k for k in kinds if (k, request.id) not in shown])
        return None if kind is None else speech.act(case, side, kind, request.id)
    if how == "side":
        mine = request.requesting == side.state
        by = "requested" if mine else "requesting"
        others = [k for k in kinds if all(r.by == by for r in speech.rows(k, request.measure))]
        return speech.act(case, side, speech.pick(others), request.id) if others else None
    topic = speech.topic(case, side.state)
    if topic is None:
        return None
    match how:
        case "role":
            rows = speech.rows(topic[0], request.measure) if topic[1] else []
            part = speech.pick([("node",), ("node", "approver"), ("node", "judge")])
            about = request.id if rows else None
            return speech.act(case, side, topic[0], about if topic[1] else None, roles=part)
        case "number":
            number = case.next_number(side.state)
            return speech.act(case, side, *topic, number=number + speech.pick(half.skips))
        case "heads":
            every = tuple(act.id for act in case.origin.history.acts)
            return None if set(every) == set(case.heads) else speech.act(case, side, *topic, after=every)
        case "table":
            header = {"law": {"bundle": b.BUNDLE, "table": NOWHERE}}
            return speech.act(case, side, *topic, header=header)
        case "about":
            away = speech.pick([NOWHERE, *half.acts])
            if away in case.requests or topic[1] is None:
                return None
            return speech.act(case, side, *topic, header={"about": away})
    return misnamed(half, speech, how, topic)


def misnamed(half, speech, how, topic):
    """An act that may be said now, of something that is not there."""
    case, side, (kind, about) = half.case, half.side, topic
    terms = speech.terms(case, side.state, kind, case.requests.get(about or ""))
    if how == "item" and kind in AGAINST_ITEMS:
        key = terms["items"]
        terms["items"] = [{**key[0], "id": "nobody"}] if kind == "decide" else ["nobody"]
    elif how == "exhibit" and kind in {"use", "destroyed", "breach", "recall"}:
        terms["exhibits"] = ["EX-99"]
    elif how == "exhibit" and kind == "take_custody":
        terms["exhibits"][0]["stream"] = NOWHERE
    elif how == "terms" and kind in {"effected", "arrest", "court", "surrender", "destroyed", "remedy"}:
        terms["at"] = LATE
        terms |= {"until": "2031-12-28T00:00:00Z"} if terms.get("until") else {}
    elif how == "terms" and kind in {"answer", "accept", "consent", "deliver"}:
        terms[{"answer": "ask", "consent": "sought"}.get(kind, "decision")] = NOWHERE
    elif how == "terms" and kind in {"ask", "request", "inform"}:
        name = "questions" if kind == "ask" else "items"
        terms[name] = [terms[name][0]] * 2
    else:
        return None
    roles = {"request": ("author", "approver", "judge")}.get(kind, b.DEFAULT_ROLES.get(kind, ("author",)))
    return half.compose(kind, terms, about=about, roles=roles)
