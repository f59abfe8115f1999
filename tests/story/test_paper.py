"""Paper: a State without a node asks and is asked; a telephone call is confirmed by the signed act later."""

from datetime import timedelta

import hostile as h
import loopback as l
import pytest
from test_life import draft

from comity import store
from comity.acts import Outcome, Role
from comity.acts.home_terms import Channel, ContactRole
from comity.acts.terms import WithdrawReason
from comity.app import contacts, execute, register
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.decide import Ruling, decide
from comity.app.dispatch import dispatch, pass_on
from comity.app.draft import read_content
from comity.app.export import export_case
from comity.app.letter import letter_of
from comity.app.node import case_of, home_of
from comity.app.paper import is_on_paper, to_dispatch
from comity.app.paper_form import paper_form
from comity.app.peers import own_entry
from comity.app.prepare import approve
from comity.app.question import Asking, ask
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.app.show import show_case
from comity.app.show_desk import show_desk
from comity.dossier import Profile, Trust, verify
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.exchange import trust

ABROAD = "es:central-authority"


@pytest.fixture
def asked_of(pair):
    """A request made by the deed, which PT has."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    return said.act


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


def refused(id, error=BadInput):
    return pytest.raises(error, match=rf"^{id}\b")


def test_what_was_registered_says_so_wherever_it_is_shown(pair, scan):
    came = asked_on_paper(pair, scan)
    view = show_case(pair.pt.node, came.act.header.case)
    assert view["desk"]["on_paper"]
    (entry,) = view["desk"]["registers"]
    assert (entry["act"], entry["attested_by"]) == (came.act.id, "Registry of the central authority")
    (line,) = [one for one in view["acts"] if one["id"] == came.act.id]
    assert line["registered"]
    assert [one["role"] for one in line["signers"]] == ["registrar"]


def test_our_request_goes_out_on_paper_and_their_answer_is_registered(pair, scan, tmp_path):
    gh = pair.gh
    enter_abroad(gh)
    said = send_draft(gh.node, draft(to=ABROAD), gh["officer"], approver="approver")
    request = approve(gh.node, said.act.id, gh["approver"]).act
    pair.settle()
    with gh.node.db.read() as conn:
        assert is_on_paper(gh.node, conn, request.header.case)
        assert store.get_job(conn, "post", {"act": request.id}) is None
    letter = letter_of(gh.node, request.id)
    text = letter.pdf
    assert text.startswith(b"%PDF")
    form = paper_form("decide", matter(gh.node, request.id).request, "GH", "en")
    content = read_content(form.replace('"?"', '"It is lawful."').encode(), "decide.toml")
    pair.later(hours=3)
    told = slip(pair, scan, received_at=pair.clock.at - timedelta(hours=1))
    came = register.register_said(gh.node, request.id, "decide", content, told, gh["officer"])
    assert came.act.header.state == "ES"
    with gh.node.db.read() as conn:
        case = case_of(gh.node, conn, request.header.case)
        assert case.request(request.id).item("log").outcome is Outcome.GRANT
        assert home_of(gh.node, conn, request.header.case).desk.registered_as(came.act.id)
    execute.withdraw(gh.node, request.id, gh["officer"], reason=WithdrawReason.NO_LONGER_NEEDED)
    pair.settle()
    report = verify(
        export_case(gh.node, request.header.case, Profile.COURT),
        Trust(entries=(trust(own_entry(gh.node), gh.node.keys.acts.id),)),
    )
    assert report.holds, report.failures


def test_an_answer_by_telephone_moves_nothing_until_the_signed_act_confirms_it(pair, asked_of, scan):
    gh, case = pair.gh, asked_of.header.case
    by = pair.clock.at + timedelta(hours=24)
    told = slip(pair, scan, channel=Channel.TELEPHONE, confirm_by=by, received_at=pair.clock.at)
    content = {"terms": {"questions": [{"id": "q1"}]}, "questions": [{"id": "q1", "text": "Why?"}]}
    heads = heads_of(gh, case)
    came = register.register_said(gh.node, asked_of.id, "ask", content, told, gh["officer"])
    assert came.act is None
    assert heads_of(gh, case) == heads
    assert [one["overdue"] for one in show_desk(gh.node, case)["registers"]] == [False]
    pair.later(hours=25)
    assert [one["overdue"] for one in show_desk(gh.node, case)["registers"]] == [True]
    questions = (Asking("q1", "Why so long?"),)
    signed = ask(pair.pt.node, asked_of.id, pair.pt["officer"], questions=questions).act
    pair.settle()
    made = register.confirm(gh.node, came.register.id, gh["officer"], act=signed.id)
    assert made.terms.differs == ("questions",)
    with gh.node.db.read() as conn:
        assert register.unconfirmed(gh.node, conn, case) == ()
    with refused("cases.names_what_is_not_there", NotPermitted):
        register.confirm(gh.node, came.register.id, gh["officer"], act=signed.id)


def heads_of(side, case):
    with side.node.db.read() as conn:
        return case_of(side.node, conn, case).heads


def test_a_paper_for_another_state_is_passed_on_and_a_stray_registration_confirms_nothing(pair, scan):
    pt = pair.pt
    came = asked_on_paper(pair, scan)
    told = {
        "channel": Channel.POST,
        "at": pair.clock.at,
        "to": "Ministry of Justice of FR",
        "text": "It is for FR; sent there today.",
        "attested_by": "Registry",
    }
    act = pass_on(pt.node, came.register.id, pt["officer"], state="FR", **told)
    assert not act.terms.returned
    with refused("cases.names_what_is_not_there", NotPermitted):
        pass_on(pt.node, came.register.id, pt["officer"], state="ES", **told)
    with refused("register.passed_to_ourselves"):
        pass_on(pt.node, came.register.id, pt["officer"], state="PT", **told)


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"received_at": l.AT + timedelta(days=1)}, "register.not_received_yet"),
        ({"channel": Channel.TELEPHONE}, "register.to_be_confirmed"),
        ({"confirm_by": l.AT - timedelta(days=1)}, "register.confirmed_before"),
        ({"attested_by": " "}, "register.empty"),
        ({"text": "turned \u202e round"}, "app.unseen_character"),
    ],
)
def test_a_slip_that_is_not_whole_registers_nothing(pair, scan, changes, id):
    enter_abroad(pair.pt)
    told = draft(**{"from": ABROAD, "to": "pt:central-authority"})
    before = cases_of(pair.pt)
    with refused(id):
        register.register_request(pair.pt.node, told, slip(pair, scan, **changes), pair.pt["officer"])
    assert cases_of(pair.pt) == before


def cases_of(side):
    with side.node.db.read() as conn:
        return [line.case for line in store.list_cases(conn, limit=-1)]


def test_what_does_not_belong_on_paper_is_refused(pair, scan, asked_of, tmp_path):
    gh, pt = pair.gh, pair.pt
    told = draft(**{"from": ABROAD, "to": "pt:central-authority"})
    with refused("exchange.state_unknown", NotFound):
        register.register_request(pt.node, told, slip(pair, scan), pt["officer"])
    enter_abroad(pt)
    with refused("register.case_by_wire", NotPermitted):
        register.register_request(pt.node, told, slip(pair, scan), pt["officer"], case=asked_of.header.case)
    with refused("register.scan_is_no_file"):
        register.register_request(pt.node, told, slip(pair, tmp_path), pt["officer"])
    with refused("register.case_by_wire", NotPermitted):
        dispatch(
            gh.node,
            asked_of.id,
            gh["officer"],
            channel=Channel.POST,
            at=pair.clock.at,
            attested_by="Registry",
        )
    for kind in ("preview", "deliver", "assess"):
        with refused("register.kind_never"):
            register.register_said(pt.node, asked_of.id, kind, {}, slip(pair, scan), pt["officer"])
    with refused("acts.field_missing"):
        register.register_said(pt.node, asked_of.id, "correspond", {}, slip(pair, scan), pt["officer"])
    with refused("register.confirm_by_one"):
        register.confirm(pt.node, asked_of.id, pt["officer"])
    with refused("register.not_registered"):
        register.confirm(pt.node, asked_of.id, pt["officer"], act=asked_of.id)


def test_a_contact_stands_where_it_belongs(pair):
    pt = pair.pt
    told = {"name": "Office", "address": "1 First Street", "channels": (Channel.POST,)}
    abroad, home = {"role": ContactRole.AUTHORITY}, {"role": ContactRole.PROVIDER}
    for id, more, error in (
        ("pt:ministry", abroad, "register.contact_of_other_side"),
        ("es:provider", home, "register.contact_of_other_side"),
        (ABROAD, abroad | {"functions": ("king",)}, "app.unknown_function"),
        (ABROAD, abroad | {"channels": ()}, "register.contact_unreachable"),
    ):
        with refused(error):
            contacts.enter_contact(pt.node, pt["officer"], id, **(told | more))
    with refused("register.contact_has_node", Conflict):
        contacts.enter_contact(pt.node, pt["officer"], "gh:central-authority", **(told | abroad))
    with refused("law.unknown_state", NotFound):
        contacts.enter_contact(pt.node, pt["officer"], "xb:ministry", **(told | abroad))
    enter_abroad(pt)
    with pt.node.db.read() as conn:
        with refused("register.contact_in_other_role"):
            contacts.find_contact(conn, ABROAD, ContactRole.PROVIDER)
        with refused("register.no_such_contact", NotFound):
            contacts.find_contact(conn, "es:nobody")


def test_a_registered_act_that_comes_by_wire_is_a_strangers(pair):
    signers = [(Role.REGISTRAR, pair.gh["officer"].key)]
    act = h.compose_by(pair.gh, signers, case="ab" * 16)
    assert h.send(pair, h.seal(pair.gh, act), act).step == "sender"
    with pair.pt.node.db.read() as conn:
        assert not store.has_act(conn, act.id)
