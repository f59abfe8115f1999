"""Paper: a State without a node asks and is asked; a telephone call is confirmed by the signed act later."""

from datetime import timedelta

import loopback as l
import pytest
from test_life import draft

from comity import store
from comity.acts import Outcome, Role
from comity.acts.home_terms import Channel, ContactRole
from comity.acts.terms import Execution
from comity.app import contacts, register
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.decide import Ruling, decide
from comity.app.dispatch import dispatch, pass_on
from comity.app.execute import effected
from comity.app.export import export_case
from comity.app.letter import letter_of
from comity.app.node import case_of, home_of
from comity.app.paper import is_on_paper, to_dispatch
from comity.app.peers import own_entry
from comity.app.prepare import approve
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.dossier import Profile, Trust, verify
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.exchange import trust

ABROAD = "es:central-authority"


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7 what came")
    return path


def slip(pair, scan, **changes):
    told = {
        "channel": Channel.DIPLOMATIC,
        "received_at": pair.clock.at - timedelta(hours=2),
        "scan": scan,
        "attested_by": "Registry of the central authority",
        "text": "A note verbale with a request for traffic data.",
        "sender": "Head of the central authority of ES",
    }
    return register.Slip(**(told | changes))


def enter_abroad(side):
    return contacts.enter_contact(
        side.node,
        side["officer"],
        ABROAD,
        role=ContactRole.AUTHORITY,
        name="Ministry of Justice of ES",
        address="1 First Street\nES",
        channels=(Channel.DIPLOMATIC, Channel.POST),
        functions=("central_authority",),
    )


def asked_on_paper(pair, scan):
    enter_abroad(pair.pt)
    told = draft(**{"from": ABROAD, "to": "pt:central-authority"})
    return register.register_request(pair.pt.node, told, slip(pair, scan), pair.pt["officer"])


def test_a_request_on_paper_is_judged_and_answered_on_paper_and_says_who_registered_it(pair, scan, tmp_path):
    pt = pair.pt
    came = asked_on_paper(pair, scan)
    request = came.act
    assert request.header.state == "ES"
    assert [(s.role, s.key) for s in request.header.signers] == [(Role.REGISTRAR, pt["officer"].key.id)]
    made = assess(pt.node, request.id, pt["officer"]).act
    it = matter(pt.node, request.id)
    for person in ("officer", "approver"):
        for key in latest_assessment(pt.node, it).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=key, text="Looked at; satisfied.")
    said = decide(
        pt.node,
        request.id,
        pt["officer"],
        rulings=(Ruling("log", Outcome.GRANT, "Granted.", "Inward."),),
        approver="approver",
    )
    approve(pt.node, said.act.id, pt["approver"])
    pair.settle()
    with pt.node.db.read() as conn:
        assert is_on_paper(pt.node, conn, it.id)
        assert store.get_job(conn, "post", {"act": said.act.id}) is None
        assert to_dispatch(pt.node, conn, it.id, frozenset()) == (said.act.id,)
        assert case_of(pt.node, conn, it.id).request(request.id).item("log").outcome is Outcome.GRANT
    letter = letter_of(pt.node, said.act.id)
    assert letter.pdf.startswith(b"%PDF")
    dispatch(
        pt.node,
        said.act.id,
        pt["officer"],
        channel=Channel.DIPLOMATIC,
        at=pair.clock.at,
        attested_by="Registry",
        letter="a" * 64,
        proof=scan,
    )
    with pt.node.db.read() as conn:
        desk = home_of(pt.node, conn, it.id).desk
        assert to_dispatch(pt.node, conn, it.id, frozenset(desk.sent)) == ()
        assert desk.registered_as(request.id).id == came.register.id
    data = export_case(pt.node, it.id, Profile.COURT)
    report = verify(data, Trust(entries=(trust(own_entry(pt.node), pt.node.keys.acts.id),)))
    assert report.holds, report.failures
    told = [line.message.id for step in report.steps for line in step.lines]
    assert "dossier.registered" in told
    assert told.count("dossier.scan_named") == 2
