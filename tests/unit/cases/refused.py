"""Acts about persons, and on what comes after a grant, each refused by one condition of its row."""

import builders as b
from stages import (
    TWO,
    appealed,
    closed,
    consent_sought,
    decided,
    delivered,
    extradition,
    national,
    over,
    provisional,
    refused_extradition,
    requested,
    surrenderable,
    surrendered,
    taken,
    withdrawn,
)

from comity.wire import digest

NOWHERE = digest(b"nowhere")
SOON = "2026-11-21T12:00:01Z"
BREACH = {"exhibits": ["EX-1"], "condition": None, "at": b.AT}
DESTROYED = {"exhibits": ["EX-1"], "at": b.AT, "proof": NOWHERE}
RECALL = {"exhibits": ["EX-1"], "reason": "sent_in_error", "destroy_by": b.LATER}
SEEK = {"use": "other_proceeding", "exhibits": ["EX-1"], "items": []}
INSTEAD = {"items": ["person"], "at": b.AT, "evidence": None}
CONSENT = {"sought": NOWHERE, "consent": "given", "conditions": []}


def asked_to_arrest():
    s = b.Story()
    terms = b.request_terms(measure="provisional_arrest")
    terms["items"] = b.items("person", "other", data="person")
    s.id = s.say("GH", "request", terms, roles=TWO).id
    return s


def one_to_arrest():
    s = asked_to_arrest()
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    return s


def one_of_two():
    s = extradition("person", "other")
    s.say("PT", "court", b.court("lawful", "person"), about=s.id)
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    return s


def refused_and_closed():
    s = national()
    s.say("PT", "close", {"outcome": "refused"}, about=s.id)
    return s


def appeal_of_a_person():
    s = surrenderable()
    s.say("PT", "remedy", b.remedy("lodged", "person"), about=s.id)
    return s


def destroyed():
    s = taken()
    s.say("GH", "destroyed", DESTROYED, about=s.id)
    return s


REFUSED = {
    ("PT", "arrest", "requires.item_granted"): (asked_to_arrest, lambda s: b.arrest(), {}),
    ("PT", "arrest", "requires.reports_known_items"): (
        extradition,
        lambda s: b.arrest("arrested", "nobody"),
        {},
    ),
    ("PT", "arrest", "requires.reports_granted_items"): (
        one_to_arrest,
        lambda s: b.arrest("arrested", "other"),
        {},
    ),
    ("PT", "arrest", "requires.event_not_later"): (extradition, lambda s: b.arrest(at=SOON), {}),
    ("PT", "arrest", "requires.custody_has_end"): (provisional, lambda s: b.arrest(until=None), {}),
    ("PT", "arrest", "requires.end_later"): (extradition, lambda s: b.arrest(until=b.AT), {}),
    ("PT", "arrest", "requires.arrest_follows"): (provisional, lambda s: b.arrest("released"), {}),
    ("PT", "arrest", "requires.open_or_release"): (
        lambda: over(extradition()),
        lambda s: b.arrest(),
        {},
    ),
    ("PT", "court", "requires.item_undecided"): (surrenderable, lambda s: b.court(), {}),
    ("PT", "court", "requires.reports_known_items"): (extradition, lambda s: b.court("lawful", "nobody"), {}),
    ("PT", "court", "requires.event_not_later"): (extradition, lambda s: b.court(at=SOON), {}),
    ("PT", "court", "forbids.closed"): (refused_and_closed, lambda s: b.court(), {}),
    ("PT", "court", "forbids.withdrawn"): (lambda: over(extradition()), lambda s: b.court(), {}),
    ("PT", "decide", "requires.court_first"): (
        extradition,
        lambda s: b.decision(b.outcome("person")),
        {},
    ),
    ("PT", "surrender", "requires.reports_known_items"): (
        surrenderable,
        lambda s: b.surrender("full", "nobody"),
        {},
    ),
    ("PT", "surrender", "requires.surrenders_granted_items"): (
        one_of_two,
        lambda s: b.surrender("full", "other"),
        {},
    ),
    ("PT", "surrender", "requires.event_not_later"): (surrenderable, lambda s: b.surrender(at=SOON), {}),
    ("PT", "surrender", "requires.surrender_follows"): (surrendered, lambda s: b.surrender(), {}),
    ("PT", "surrender", "requires.open_or_return"): (
        lambda: over(surrenderable()),
        lambda s: b.surrender(),
        {},
    ),
    ("PT", "surrender", "requires.no_remedy_bars"): (appeal_of_a_person, lambda s: b.surrender(), {}),
    ("PT", "prosecute_instead", "requires.item_refused"): (extradition, lambda s: INSTEAD, {}),
    ("PT", "prosecute_instead", "requires.prosecution_owed"): (
        lambda: refused_extradition("budapest.ground.extradition_conditions"),
        lambda s: INSTEAD,
        {},
    ),
    ("PT", "prosecute_instead", "requires.prosecutes_refused_items"): (
        national,
        lambda s: {**INSTEAD, "items": ["nobody"]},
        {},
    ),
    ("PT", "prosecute_instead", "requires.event_not_later"): (
        national,
        lambda s: {**INSTEAD, "at": SOON},
        {},
    ),
    ("PT", "close", "requires.ended"): (extradition, lambda s: {"outcome": "answered"}, {}),
    ("PT", "deliver", "requires.no_remedy_bars"): (appealed, lambda s: b.delivery(s.decision), {}),
    ("PT", "remedy", "requires.reports_known_items"): (decided, lambda s: b.remedy("lodged", "nothing"), {}),
    ("PT", "remedy", "requires.remedy_follows"): (decided, lambda s: b.remedy("upheld"), {}),
    ("PT", "remedy", "requires.event_not_later"): (decided, lambda s: b.remedy(at=SOON), {}),
    ("GH", "use", "requires.use_allowed"): (
        destroyed,
        lambda s: {"exhibits": ["EX-1"], "use": "exculpatory"},
        {},
    ),
    ("GH", "seek_consent", "requires.something_given"): (delivered, lambda s: SEEK, {}),
    ("GH", "seek_consent", "requires.seeks_something"): (taken, lambda s: {**SEEK, "exhibits": []}, {}),
    ("GH", "seek_consent", "requires.seeks_for_what_is_held"): (
        taken,
        lambda s: {**SEEK, "exhibits": ["EX-2"]},
        {},
    ),
    ("PT", "consent", "requires.consent_sought"): (taken, lambda s: CONSENT, {}),
    ("PT", "consent", "requires.answers_open_consent"): (consent_sought, lambda s: CONSENT, {}),
    ("PT", "consent", "requires.consent_conditions_named"): (
        consent_sought,
        lambda s: {**CONSENT, "sought": s.sought, "conditions": ["only-there"]},
        {},
    ),
    ("PT", "recall", "requires.exhibit_given"): (decided, lambda s: RECALL, {}),
    ("PT", "recall", "requires.recalls_given_exhibits"): (
        delivered,
        lambda s: {**RECALL, "exhibits": ["EX-2"]},
        {},
    ),
    ("PT", "recall", "requires.destroy_later"): (delivered, lambda s: {**RECALL, "destroy_by": b.AT}, {}),
    ("GH", "breach", "requires.exhibit_given"): (decided, lambda s: BREACH, {}),
    ("GH", "breach", "requires.names_given_exhibits"): (
        delivered,
        lambda s: {**BREACH, "exhibits": ["EX-2"]},
        {},
    ),
    ("PT", "breach", "requires.event_not_later"): (delivered, lambda s: {**BREACH, "at": SOON}, {}),
    ("GH", "destroyed", "requires.exhibit_in_custody"): (delivered, lambda s: DESTROYED, {}),
    ("GH", "destroyed", "requires.uses_held_exhibits"): (
        taken,
        lambda s: {**DESTROYED, "exhibits": ["EX-2"]},
        {},
    ),
    ("GH", "destroyed", "requires.not_destroyed_before"): (destroyed, lambda s: DESTROYED, {}),
    ("GH", "destroyed", "requires.event_not_later"): (taken, lambda s: {**DESTROYED, "at": SOON}, {}),
    ("PT", "forward", "requires.forwards_at_home"): (requested, lambda s: {"authority": "gh:court-1"}, {}),
    ("PT", "forward", "forbids.closed"): (closed, lambda s: {"authority": "pt:court-1"}, {}),
    ("PT", "forward", "forbids.withdrawn"): (withdrawn, lambda s: {"authority": "pt:court-1"}, {}),
    ("PT", "status", "requires.status_whole"): (
        requested,
        lambda s: {"asked": None, "progress": "received"},
        {},
    ),
    ("PT", "status", "requires.status_answers"): (
        requested,
        lambda s: {"asked": NOWHERE, "progress": "received"},
        {},
    ),
    ("PT", "correspond", "requires.letter_answers"): (requested, lambda s: {"answers": NOWHERE}, {}),
    ("PT", "inform", "requires.items_distinct"): (
        b.Story,
        lambda s: b.information("a", "a"),
        {"about": None},
    ),
    ("PT", "inform", "requires.offer_conditions_distinct"): (
        b.Story,
        lambda s: b.information(conditions=("x", "x")),
        {"about": None},
    ),
}
