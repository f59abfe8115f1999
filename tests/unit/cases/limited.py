"""Acts on conditions, use and what one person decided alone, each refused by one condition of its row."""

import builders as b
from stages import TWO, consent_sought, decided, requested, taken, withdrawn

from comity.wire import digest

NOWHERE = digest(b"nowhere")
EARLIER = "2026-11-20T12:00:00Z"


def limit(id="use-limit", kind="use_limit", **more):
    return {"id": id, "kind": kind, **more}


def given(*limits, measure="access_stored", capacity="evidence", own=()):
    """GH holds one exhibit, granted on conditions that GH accepted; ``own``: those of the delivery."""
    s = b.Story()
    labels = [one["id"] for one in limits]
    alone = measure in {"emergency_data", "desk_assistance"}
    terms = b.request_terms("mailbox", measure=measure, ratify_by=b.LATER if alone else None)
    s.id = s.say("GH", "request", terms, roles=("author",) if alone else TWO).id
    outcome = b.outcome("mailbox", "grant_on_conditions" if labels else "grant", conditions=labels)
    s.decision = s.say("PT", "decide", {**b.decision(outcome), "limits": list(limits)}, about=s.id).id
    if labels:
        s.say("GH", "accept", {"decision": s.decision, "conditions": labels}, about=s.id)
    announced = b.delivery(s.decision, capacity=capacity)
    announced |= {"conditions": [one["id"] for one in own], "limits": list(own)}
    s.delivery = s.say("PT", "deliver", announced, about=s.id).id
    if own:
        s.say("GH", "accept", {"decision": s.delivery, "conditions": announced["conditions"]}, about=s.id)
    s.say("GH", "take_custody", b.custody(s.delivery), about=s.id)
    return s


def with_own_conditions():
    """A delivery that lays down a condition of its own, not accepted yet."""
    s = decided(b.outcome("mailbox"), b.outcome("logs", "grant_on_conditions"))
    terms = {**b.delivery(s.decision), "conditions": ["own"], "limits": [limit("own", "confidentiality")]}
    s.delivery = s.say("PT", "deliver", terms, about=s.id).id
    return s


def alone(ratify_by=b.LATER):
    """PT has one person grant in an emergency."""
    s = b.Story()
    terms = b.request_terms("mailbox", measure="emergency_data", ratify_by=b.LATER)
    s.id = s.say("GH", "request", terms).id
    terms = {**b.decision(b.outcome("mailbox")), "ratify_by": ratify_by}
    s.decision = s.say("PT", "decide", terms, about=s.id, roles=("author",)).id
    return s


def declined():
    s = alone()
    s.say("PT", "ratified", {"decision": s.decision, "ratified": False}, about=s.id, people=other_people(s))
    return s


def other_people(s, state="PT"):
    """Another person as the author."""
    people = s.sides[state].people
    return {**people, "author": people["approver"]}


GRANT = b.decision(b.outcome("mailbox"))
STRAY = [limit("nobody-named-it")]
CONSENT = {"consent": "given_on_conditions", "conditions": ["closed-court"]}

REFUSED = {
    ("PT", "decide", "requires.limits_whole"): (requested, lambda s: {**GRANT, "limits": STRAY}, {}),
    ("PT", "decide", "requires.ratification_said"): (
        requested,
        lambda s: {**GRANT, "ratify_by": b.LATER},
        {},
    ),
    ("PT", "inform", "requires.limits_whole"): (
        b.Story,
        lambda s: {**b.information(), "limits": STRAY},
        {"about": None},
    ),
    ("PT", "ratified", "requires.ratification_open"): (
        decided,
        lambda s: {"decision": s.decision, "ratified": True},
        {},
    ),
    ("PT", "ratified", "requires.ratifies_open_decision"): (
        alone,
        lambda s: {"decision": NOWHERE, "ratified": True},
        {},
    ),
    ("PT", "ratified", "requires.ratified_by_another"): (
        alone,
        lambda s: {"decision": s.decision, "ratified": True},
        {},
    ),
    ("GH", "accept", "requires.open_or_delivery"): (
        lambda: withdrawn(with_own_conditions),
        lambda s: {"decision": s.decision, "conditions": ["use-limit"]},
        {},
    ),
    ("PT", "deliver", "requires.decision_stands"): (
        declined,
        lambda s: b.delivery(s.decision, capacity="emergency"),
        {},
    ),
    ("PT", "deliver", "requires.conditions_new"): (
        with_own_conditions,
        lambda s: {**b.delivery(s.decision, exhibit="EX-2"), "conditions": ["own"]},
        {},
    ),
    ("PT", "deliver", "requires.limits_whole"): (
        decided,
        lambda s: {**b.delivery(s.decision), "limits": STRAY},
        {},
    ),
    ("GH", "take_custody", "requires.delivery_conditions_accepted"): (
        with_own_conditions,
        lambda s: b.custody(s.delivery),
        {},
    ),
    ("GH", "use", "requires.use_whole"): (
        taken,
        lambda s: {"exhibits": ["EX-1"], "use": "stated", "purpose": "court", "to": "ES"},
        {},
    ),
    ("GH", "seek_consent", "requires.seeks_known_conditions"): (
        taken,
        lambda s: {"use": "condition_lifted", "exhibits": ["EX-1"], "items": [], "conditions": ["none"]},
        {},
    ),
    ("PT", "consent", "requires.conditions_new"): (
        lambda: sought_under(limit("closed-court", "other")),
        lambda s: {"sought": s.sought, **CONSENT},
        {},
    ),
    ("PT", "consent", "requires.limits_whole"): (
        consent_sought,
        lambda s: {"sought": s.sought, **CONSENT, "limits": STRAY},
        {},
    ),
    ("PT", "consent", "requires.lifts_open_breaches"): (
        consent_sought,
        lambda s: {"sought": s.sought, "consent": "given", "conditions": [], "lifts": [NOWHERE]},
        {},
    ),
}


def sought_under(*limits):
    s = given(*limits)
    terms = {"use": "other_proceeding", "exhibits": ["EX-1"], "items": []}
    s.sought = s.say("GH", "seek_consent", terms, about=s.id).id
    return s


__all__ = ["REFUSED", "alone", "declined", "given", "limit", "other_people", "sought_under"]
