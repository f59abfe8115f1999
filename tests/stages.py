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
