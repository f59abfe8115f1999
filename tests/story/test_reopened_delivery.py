"""Nothing is delivered while a grave finding that was closed stands open again."""

import handing as h

from comity.acts import Fact, Provenance
from comity.app import deliver
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.reply import matter
from comity.app.telling import tell
from comity.errors import NotPermitted


def own(key, *, value):
    return Fact(key=key, value=value, provenance=Provenance.OWN_INQUIRY, stated_by="PT", reference="own file")


def assessed(pair, request, *facts):
    return assess(pair.pt.node, request.id, pair.pt["officer"], home=facts).act


def closed(pair, request, made):
    pt = pair.pt
    for person in ("officer", "approver"):
        for key in latest_assessment(pt.node, matter(pt.node, request.id)).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=key, text="Looked at; satisfied.")


def test_nothing_is_delivered_until_two_persons_close_it_again(pair, request_, files):
    pt = pair.pt
    id = h.sealed_and_released(pair, request_, files)
    made = assessed(pair, request_, own("persecution.opinion", value=False))
    before = h.vault_objects(pt)
    with h.fails(NotPermitted, "app.finding_reopened"):
        h.hand_over(pair, request_, id)
    tell(pt.node, request_.id, pt["officer"], finding="persecution", told=(), text="None had anything.")
    with h.fails(NotPermitted, "app.finding_reopened"):
        h.hand_over(pair, request_, id)
    assert h.vault_objects(pt) == before, "it is asked before anything is sealed"
    closed(pair, request_, made)
    assert h.hand_over(pair, request_, id)


def test_it_is_asked_again_when_the_delivery_is_committed(pair, request_, files, monkeypatch):
    id = h.sealed_and_released(pair, request_, files)
    monkeypatch.setattr(deliver, "refuse_while_reopened", lambda *_: None)
    assessed(pair, request_, own("persecution.opinion", value=False))
    with h.fails(NotPermitted, "app.finding_reopened"):
        h.hand_over(pair, request_, id)
