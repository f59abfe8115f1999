"""What is authentic and not in order: receipted, rejected at once, and without any effect on either side."""

import builders as b
import loopback as l
import pytest
from test_life import draft, dumps, settle_findings

from comity import dsse, store
from comity.acts import AskWhom, Outcome, Role, Verdict, compose
from comity.app import peers
from comity.app.assess import assess
from comity.app.decide import Ruling, decide
from comity.app.entry import put_entry
from comity.app.export import export_case
from comity.app.node import case_of
from comity.app.prepare import approve
from comity.app.receive import receive
from comity.app.send import send_draft
from comity.app.show import show_case
from comity.cases import Void
from comity.dossier import Profile, verify
from comity.errors import Conflict, NotPermitted
from comity.exchange import read_answer, seal_act, sign_entry
from comity.worker import run_one


def forged(side, kind, fields, *, signers, case, to, about=None, after=(), number=1, at=None):
    """An act that a faulty or hostile program with valid keys composes; nothing here asks permission."""
    node = side.node
    header = {
        "kind": kind,
        "case": case,
        "from": f"{node.state.lower()}:central-authority",
        "to": to,
        "number": number,
        "after": sorted(after),
        "at": at or node.now(),
        "about": about,
        "law": {"bundle": node.bundle.digest, "table": node.table.digest},
        "signers": sorted(
            (
                {"role": str(role), "key": key.id, "alg": "ed25519", "alias": f"a{n}"}
                for n, (role, key) in enumerate(signers)
            ),
            key=lambda s: (s["role"], s["key"]),
        ),
        "rests_on": "A" * 43,
    }
    act = compose(header, fields, node.entropy)
    for _, key in signers:
        act = act.with_signature(key.cosign(act.envelope))
    return act


def sent(pair, sender, receiver, act):
    """Deliver an act by hand; gives the receipt."""
    with sender.node.db.read() as conn:
        peer = sender.node.directory(conn).entry(receiver.node.state)
    data = receive(receiver.node, seal_act(act, peer, sender.node.entropy))
    told = read_answer(
        data,
        sender.node.keys.age.identities,
        peer.acts_key.public_key,
        state=peer.state,
        act=act.id,
    )
    return None if told is None else told.receipt.outcome


def request_fields():
    from comity.app.draft import speak

    spoken = speak(draft(), l.AT)
    return {"terms": spoken.terms, **spoken.fields, "signatories": ()}


@pytest.mark.parametrize("fault", ["office", "examiner"])
def test_a_request_that_is_not_in_order_never_stands(pair, fault):
    gh = pair.gh
    people = {"author": gh["examiner"] if fault == "examiner" else gh["officer"], "approver": gh["approver"]}
    act = forged(
        gh,
        "request",
        request_fields(),
        signers=[(Role.AUTHOR, people["author"].key), (Role.APPROVER, people["approver"].key)],
        case="ab" * 16,
        to="pt:nonexistent" if fault == "office" else "pt:central-authority",
    )
    assert sent(pair, gh, pair.pt, act) == "not_in_order"
    with pair.pt.node.db.read() as conn:
        case = case_of(pair.pt.node, conn, "ab" * 16)
        (said,) = [a for a in store.acts_of_case(conn, "ab" * 16) if a.header.kind == "reject"]
    assert isinstance(case.standing(act.id), Void)
    assert case.requests == {}
    assert said.terms.act == act.id
    assert said.header.signers[0].role is Role.NODE
    assert sent(pair, gh, pair.pt, act) == "not_in_order"  # the same receipt again, and no second rejection
    with pair.pt.node.db.read() as conn:
        assert len(store.acts_of_case(conn, "ab" * 16)) == 2


def test_a_grant_by_keys_without_the_deed_is_rejected_before_anything_is_built_on_it(pair):
    """P5: no moment in which it moves the case, on either side."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    settle_findings(pair, said.act)
    ruling = Ruling("log", Outcome.GRANT, "Granted.", "Inward.")
    real = decide(pair.pt.node, said.act.id, pair.pt["officer"], rulings=(ruling,), approver="approver").act
    grant = forged(
        pair.pt,
        "decide",
        dict(real.fields),
        signers=[(Role.AUTHOR, pair.pt["examiner"].key), (Role.APPROVER, pair.pt["officer"].key)],
        case=said.act.header.case,
        to="gh:central-authority",
        about=said.act.id,
        after=[said.act.id],
    )
    assert sent(pair, pair.pt, pair.gh, grant) == "not_in_order"
    with pair.gh.node.db.read() as conn:
        case = case_of(pair.gh.node, conn, said.act.header.case)
        assert isinstance(case.standing(grant.id), Void)
        assert case.request(said.act.id).item("log").standing.value == "open"


def test_one_person_of_another_state_is_in_order_and_a_finding_and_ours_are_two(pair):
    """P9 holds for what we do: theirs is shown, answered, told in the file; nothing of ours goes so."""
    gh, pt = pair.gh, pair.pt
    with pytest.raises(NotPermitted) as caught:
        send_draft(gh.node, draft(), gh["officer"], approver=None)
    assert caught.value.id == "cases.signers_missing"
    alone = forged(
        gh,
        "request",
        request_fields(),
        signers=[(Role.AUTHOR, gh["officer"].key)],
        case="cd" * 16,
        to="pt:central-authority",
    )
    assert sent(pair, gh, pt, alone) == "folded"
    l.force(gh, alone)
    made = assess(pt.node, alone.id, pt["officer"]).act
    (finding,) = [one for one in made.fields["findings"] if one.check == "two_persons"]
    assert (finding.verdict, [m.ask for m in finding.missing]) == (Verdict.NEEDS_HUMAN, [AskWhom.THEM])
    ruling = Ruling("log", Outcome.GRANT, "Granted.", "Inward.")
    with pytest.raises(NotPermitted, match="two_persons"):
        decide(pt.node, alone.id, pt["officer"], rulings=(ruling,), approver="approver")
    settle_findings(pair, alone)
    with pytest.raises(NotPermitted) as caught:
        decide(pt.node, alone.id, pt["officer"], rulings=(ruling,), approver=None)
    assert caught.value.id == "cases.signers_missing"
    waits = decide(pt.node, alone.id, pt["officer"], rulings=(ruling,), approver="approver")
    approve(pt.node, waits.act.id, pt["approver"])
    shown = show_case(pt.node, alone.header.case)
    told = {one["kind"]: one["fewer_signed"] for one in shown["acts"] if one["to"] is not None}
    assert told == {"request": "signers_missing", "decide": None}
    assert [one["kind"] for one in shown["story"]["timeline"] if one["fewer_signed"]] == ["request"]
    report = verify(export_case(pt.node, alone.header.case, Profile.COURT, letters=False))
    assert report.holds
    (note,) = [line for line in report.notes if line.message.id == "dossier.fewer_signed"]
    assert dict(note.message.arguments)["act"] == alone.id


def test_a_fault_of_the_program_stops_one_job_and_not_the_worker(pair, monkeypatch):
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])

    def fault(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(pair.courier, "post", fault)
    assert run_one(pair.gh.node)
    with pair.gh.node.db.read() as conn:
        (job,) = store.waiting(conn, "post")
    assert job.last_error == "worker.fault"
    monkeypatch.undo()
    pair.later(hours=1)
    pair.settle()
    one, other = dumps(pair, said.act.header.case)
    assert one == other


def test_a_known_peer_cannot_be_added_with_an_older_history(pair):
    """A key that was revoked stays so, whoever hands in an entry in which it is not."""
    gh, pt = pair.gh.node, pair.pt.node
    with pt.db.read() as conn:
        old = pt.directory(conn).own
    examiner = pair.pt["examiner"].key.id
    pt.db.writer.run(lambda conn: store.set_person_status(conn, examiner, "revoked", pair.clock.now()))
    from comity.app.entry import renew_entry

    pt.db.writer.run(lambda conn: renew_entry(pt, conn))
    peers.add_peer(gh, peers.own_entry(pt), pt.keys.acts.id)
    back = old.model_copy(update={"version": old.version + 5})
    data = dsse.write(sign_entry(back, pt.keys.acts))
    with pytest.raises(Conflict):
        peers.add_peer(gh, data, pt.keys.acts.id)


def test_a_refusal_without_reasons_is_rejected(pair):
    """P9 against the other side: its officers may sign it, its ground may be known, and it says nothing."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    item = {"id": "log", "outcome": "grant", "grounds": [], "conditions": [], "review_on": None}
    for reasons in ((), ({"item": "log", "text": "  "},)):
        bare = forged(
            pair.pt,
            "decide",
            {
                "terms": {"items": [item], "consultation": None},
                "reasons": reasons,
                "conditions": (),
                "signatories": (),
            },
            signers=[(Role.AUTHOR, pair.pt["officer"].key), (Role.APPROVER, pair.pt["approver"].key)],
            case=said.act.header.case,
            to="gh:central-authority",
            about=said.act.id,
            after=[said.act.id],
        )
        assert sent(pair, pair.pt, pair.gh, bare) == "not_in_order"
        with pair.gh.node.db.read() as conn:
            case = case_of(pair.gh.node, conn, said.act.header.case)
        assert not case.standing(bare.id).moves
        assert case.request(said.act.id).item("log").standing.value == "open"


def test_a_delivery_that_waited_for_its_offer_is_asked_too_whether_its_addressee_may_have_it(pair):
    """P13: it came before what it was given under, so that its measure was not known then."""
    gh, pt = pair.gh, pair.pt

    def renew(conn):
        own = gh.node.directory(conn).own
        (office, *_) = own.authorities
        other = office.model_copy(update={"id": "gh:other-office", "measures": ("preserve",)})
        told = {"version": own.version + 1, "issued_at": gh.node.now()}
        put_entry(gh.node, conn, own.model_copy(update={**told, "authorities": (*own.authorities, other)}))

    gh.node.db.writer.run(renew)
    signers = [(Role.AUTHOR, pt["officer"].key), (Role.APPROVER, pt["approver"].key)]
    offer = forged(
        pt,
        "inform",
        {
            "terms": b.information("tip", conditions=()),
            "subject": "Servers",
            "use": "It may lead to a request.",
            "selectors": (),
            "conditions": (),
            "signatories": (),
        },
        signers=signers,
        case="ef" * 16,
        to="gh:central-authority",
    )
    same = {"signers": signers[:1], "case": "ef" * 16, "about": offer.id}
    terms = b.delivery(offer.id, "tip", capacity="intelligence")
    given = forged(
        pt,
        "deliver",
        {"terms": terms, "description": "Names of servers.", "conditions": ()},
        to="gh:other-office",
        after=[offer.id],
        number=2,
        **same,
    )
    assert sent(pair, pt, gh, given) == "parked"
    assert sent(pair, pt, gh, offer) == "folded"
    with gh.node.db.read() as conn:
        case = case_of(gh.node, conn, "ef" * 16)
        (said,) = [a for a in store.acts_of_case(conn, "ef" * 16) if a.header.kind == "reject"]
    assert (said.terms.act, said.terms.reason) == (given.id, "exchange.order.measure_not_taken")
    assert case.standing(offer.id).moves
    assert case.request(offer.id).exhibits == ()
