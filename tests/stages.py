"""Cases of the first story at each stage, by what has just been said; for tests."""

import builders as b

TWO = ("author", "approver")
CONSULT = {"grounds": ["budapest.ground.sovereignty"], "answer_by": b.LATER}


def preserved():
    s = b.Story()
    s.kept = s.say("GH", "request", b.preserve_terms("mailbox", "logs")).id
    return s


def held():
    s = preserved()
    s.say("PT", "effected", b.effected("mailbox", "logs"), about=s.kept)
    return s


def requested(*names):
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(*(names or ("mailbox", "logs"))), roles=TWO).id
    return s


def decided(*outcomes):
    s = requested()
    s.decision = s.say("PT", "decide", b.decision(*(outcomes or (b.outcome("mailbox"),))), about=s.id).id
    return s


def offered():
    return decided(b.outcome("mailbox", "grant_on_conditions"))


def delivered():
    s = decided(b.outcome("mailbox"), b.outcome("logs", "refuse"))
    s.delivery = s.say("PT", "deliver", b.delivery(s.decision), about=s.id).id
    return s


def taken():
    s = delivered()
    s.say("GH", "take_custody", b.custody(s.delivery), about=s.id)
    return s


def closed():
    s = delivered()
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    return s


def withdrawn(before=requested):
    s = before()
    s.say("GH", "withdraw", {"reason": "no_longer_needed"}, about=getattr(s, "id", None) or s.kept)
    return s


def asked():
    s = requested()
    s.ask = s.say("PT", "ask", b.questions("q1", "q2"), about=s.id).id
    return s


def consulted():
    s = requested()
    s.offer = s.say("PT", "consult", CONSULT, about=s.id).id
    return s


def theirs():
    s = b.Story()
    s.id = s.say("PT", "request", b.request_terms(), roles=TWO).id
    return s


def decided_twice():
    s = decided(b.outcome("mailbox"))
    s.second = s.say("PT", "decide", b.decision(b.outcome("logs")), about=s.id).id
    return s


def extradition(*names):
    """PT is asked to surrender persons."""
    s = b.Story()
    terms = b.request_terms(measure="extradite")
    terms["items"] = b.items(*(names or ("person",)), data="person")
    s.id = s.say("GH", "request", terms, roles=TWO).id
    return s


def provisional():
    """PT has granted to arrest a person before it is asked to surrender that person."""
    s = b.Story()
    terms = b.request_terms(measure="provisional_arrest")
    terms["items"] = b.items("person", data="person")
    s.id = s.say("GH", "request", terms, roles=TWO).id
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    return s


def before_court(finding="lawful"):
    s = extradition()
    s.say("PT", "court", b.court(finding), about=s.id)
    return s


def surrenderable():
    s = before_court()
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    return s


def surrendered(manner="full"):
    s = surrenderable()
    s.say("PT", "surrender", b.surrender(manner), about=s.id)
    return s


DEATH = {"id": "no-death", "kind": "no_death_penalty"}
SERVE = {"id": "serve-here", "kind": "return_to_serve"}
TRIAL = {"id": "new-trial", "kind": "trial_guarantee"}


def promised(*limits):
    """PT has granted to surrender a person on conditions that are not accepted yet."""
    s = before_court()
    names = sorted(one["id"] for one in limits)
    granted = b.outcome("person", "grant_on_conditions", conditions=names)
    s.decision = s.say("PT", "decide", {**b.decision(granted), "limits": list(limits)}, about=s.id).id
    return s


def assured(*limits, manner="to_return"):
    """PT has surrendered a person on conditions that GH accepted."""
    s = promised(*limits)
    names = sorted(one["id"] for one in limits)
    s.say("GH", "accept", {"decision": s.decision, "conditions": names}, about=s.id)
    s.surrender = s.say("PT", "surrender", b.surrender(manner), about=s.id).id
    return s


def national():
    """PT has refused to surrender a person, because of nationality."""
    return refused_extradition("budapest.ground.extradition_nationality")


def refused_extradition(ground):
    """PT has refused to surrender a person, on a ground."""
    s = extradition()
    s.say("PT", "decide", b.decision(b.outcome("person", "refuse", grounds=[ground])), about=s.id)
    return s


def over(s):
    """The same, withdrawn."""
    s.say("GH", "withdraw", {"reason": "error"}, about=s.id)
    return s


def appealed(before=decided):
    s = before()
    s.say("PT", "remedy", b.remedy(), about=s.id)
    return s


def informed():
    """PT offered information on a condition; GH is to take it."""
    s = b.Story()
    s.id = s.say("PT", "inform", b.information()).id
    return s


def consent_sought():
    s = taken()
    terms = {"use": "other_proceeding", "exhibits": ["EX-1"], "items": []}
    s.sought = s.say("GH", "seek_consent", terms, about=s.id).id
    return s
