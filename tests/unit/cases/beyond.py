"""Acts on what follows a surrender or stands in its place, and on frozen property, each refused once."""

import builders as b
from stages import (
    CONSULT,
    DEATH,
    SERVE,
    TRIAL,
    TWO,
    assured,
    extradition,
    national,
    promised,
    refused_extradition,
    surrenderable,
    surrendered,
)

from comity.wire import digest

NOWHERE = digest(b"nowhere")
SOON = "2026-11-21T12:00:01Z"
PROSECUTE = {"items": ["person"], "instead": "prosecution"}
ENFORCE = {"items": ["person"], "instead": "enforcement"}
ENFORCED = {"items": ["person"], "taken_over": True, "at": b.AT}
SEEK = {"use": "re_extradition", "exhibits": [], "items": ["person"], "to": "XC"}
AGAIN = {"items": ["person"], "use": "re_extradition", "consent": None, "to": "XC", "at": b.AT}
BROKEN = {"exhibits": [], "items": ["person"], "condition": "no-death", "at": b.AT}
LIFT = {"items": ["asset"], "consultation": None, "at": b.AT}


def twin(s, act):
    """A letter under the number of an act that was said, and which stands in its place."""
    letter = {"answers": None}
    more = {"number": act.header.number, "after": act.header.after, "about": s.id}
    drawn = (s.sides[act.header.state].act("correspond", letter, salt=f"{n}", **more) for n in range(64))
    return next(other for other in drawn if other.id < act.id)


def asked_to_enforce():
    s = national()
    s.say("GH", "ask_instead", ENFORCE, about=s.id)
    return s


def consented(answer="given", *, before=surrendered, **more):
    """GH holds a person and has sought consent to give that person up to XC."""
    s = before()
    s.sought = s.say("GH", "seek_consent", {**SEEK, **more}, about=s.id).id
    conditions = ["only-there"] if answer == "given_on_conditions" else []
    terms = {"sought": s.sought, "consent": answer, "conditions": conditions}
    s.consent = s.say("PT", "consent", terms, about=s.id).id
    return s


def accepted_to_serve():
    s = promised(SERVE)
    s.say("GH", "accept", {"decision": s.decision, "conditions": ["serve-here"]}, about=s.id)
    return s


def in_transit():
    """PT lets GH bring a person through whom another State surrenders, and holds that person meanwhile."""
    s = b.Story()
    bases = [{"instrument": "uncc", "provision": "uncc.extradition.agreements"}]
    terms = b.request_terms(measure="transit", items=b.items("person", data="person"), bases=bases)
    s.id = s.say("GH", "request", terms, roles=TWO).id
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    s.say("PT", "arrest", b.arrest(), about=s.id)
    return s


def asked_to_freeze():
    s = b.Story()
    bases = [{"instrument": "uncc", "provision": "uncc.confiscation.tracing"}]
    terms = b.request_terms(measure="freeze", items=b.items("asset", "other", data="asset"), bases=bases)
    s.id = s.say("GH", "request", terms, roles=TWO).id
    return s


def to_preserve():
    s = b.Story()
    s.id = s.say("GH", "request", b.preserve_terms()).id
    return s


def frozen():
    s = asked_to_freeze()
    s.say("PT", "decide", b.decision(b.outcome("asset"), b.outcome("other", "refuse")), about=s.id)
    s.say("PT", "effected", b.effected("asset"), about=s.id)
    return s


def to_be_lifted():
    s = frozen()
    s.offer = s.say("PT", "consult", CONSULT, about=s.id).id
    return s


def let_go():
    s = to_be_lifted()
    s.say("PT", "lift", {**LIFT, "consultation": s.offer, "at": b.LATER}, about=s.id, at=b.LATER)
    return s


def decided_all():
    s = asked_to_freeze()
    refused = (b.outcome("asset", "refuse"), b.outcome("other", "refuse"))
    s.say("PT", "decide", b.decision(*refused), about=s.id)
    return s


REFUSED = {
    ("GH", "ask_instead", "requires.instead_open"): (
        lambda: refused_extradition("budapest.ground.extradition_conditions"),
        lambda s: PROSECUTE,
        {},
    ),
    ("GH", "ask_instead", "requires.asks_refused_items"): (asked_to_enforce, lambda s: ENFORCE, {}),
    ("PT", "enforce_instead", "requires.enforcement_asked"): (national, lambda s: ENFORCED, {}),
    ("PT", "enforce_instead", "requires.enforces_asked_items"): (
        asked_to_enforce,
        lambda s: {**ENFORCED, "items": ["nobody"]},
        {},
    ),
    ("PT", "enforce_instead", "requires.event_not_later"): (
        asked_to_enforce,
        lambda s: {**ENFORCED, "at": SOON},
        {},
    ),
    ("GH", "speciality", "requires.person_given"): (extradition, lambda s: AGAIN, {}),
    ("GH", "speciality", "requires.speciality_whole"): (surrendered, lambda s: {**AGAIN, "to": None}, {}),
    ("GH", "speciality", "requires.event_not_later"): (
        consented,
        lambda s: {**AGAIN, "consent": s.consent, "at": SOON},
        {},
    ),
    ("GH", "speciality", "requires.speciality_allows"): (surrendered, lambda s: AGAIN, {}),
    ("GH", "speciality", "requires.assurances_answered"): (
        lambda: consented(before=lambda: assured(TRIAL)),
        lambda s: {**AGAIN, "consent": s.consent},
        {},
    ),
    ("GH", "sentence", "requires.person_was_given"): (surrenderable, lambda s: b.sentence(), {}),
    ("GH", "sentence", "requires.names_surrendered_persons"): (
        surrendered,
        lambda s: b.sentence("prison", "passed", "nobody"),
        {},
    ),
    ("GH", "sentence", "requires.sentence_whole"): (
        surrendered,
        lambda s: b.sentence("acquitted", "sought"),
        {},
    ),
    ("GH", "sentence", "requires.event_not_later"): (surrendered, lambda s: b.sentence(at=SOON), {}),
    ("GH", "sentence", "requires.assurances_allow"): (
        lambda: assured(DEATH),
        lambda s: b.sentence("death", "sought"),
        {},
    ),
    ("GH", "sentence", "requires.assurances_answered"): (
        lambda: assured(DEATH),
        lambda s: b.sentence("death"),
        {},
    ),
    ("GH", "breach", "requires.person_was_given"): (surrenderable, lambda s: BROKEN, {}),
    ("PT", "breach", "requires.breaks_an_assurance"): (
        lambda: assured(DEATH),
        lambda s: {**BROKEN, "condition": "another"},
        {},
    ),
    ("PT", "surrender", "requires.granted_or_given"): (lambda: promised(DEATH), lambda s: b.surrender(), {}),
    ("PT", "surrender", "requires.return_undertaken"): (accepted_to_serve, lambda s: b.surrender(), {}),
    ("PT", "arrest", "requires.bail_on_release"): (
        extradition,
        lambda s: b.arrest("arrested", on_bail=True),
        {},
    ),
    ("PT", "arrest", "requires.no_bail"): (in_transit, lambda s: b.arrest("released", on_bail=True), {}),
    ("PT", "surrender", "requires.handed_on_for_good"): (in_transit, lambda s: b.surrender("temporary"), {}),
    ("PT", "consult", "requires.open_or_frozen"): (decided_all, lambda s: CONSULT, {}),
    ("PT", "lift", "requires.frozen"): (asked_to_freeze, lambda s: LIFT, {}),
    ("PT", "lift", "requires.lifts_frozen_items"): (
        to_be_lifted,
        lambda s: {**LIFT, "items": ["other"]},
        {},
    ),
    ("PT", "lift", "requires.heard_first"): (frozen, lambda s: LIFT, {}),
    ("PT", "lift", "requires.event_not_later"): (
        to_be_lifted,
        lambda s: {**LIFT, "consultation": s.offer, "at": "2026-11-25T00:00:00Z"},
        {"at": b.LATER},
    ),
    ("PT", "effected", "requires.points_onward"): (
        to_preserve,
        lambda s: {**b.effected(outcome="nothing_held"), "pointed_to": "XC"},
        {},
    ),
}
