"""The life of a request through the deeds: who may do what when, and that both sides see one case."""

import io
import secrets
import zipfile
from datetime import timedelta

import pytest

from comity import store
from comity.acts import Capacity, Condition, Fact, Outcome, Provenance, Reply, Role, Selector
from comity.acts.terms import CloseReason, DataType, Item, Urgency, WithdrawReason
from comity.app import assess as assessing
from comity.app import deliver, execute
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.decide import Ruling, consult, decide
from comity.app.disclose import Withhold, disclose, erase
from comity.app.draft import Draft
from comity.app.export import export_case
from comity.app.node import case_of
from comity.app.peers import own_entry
from comity.app.prepare import Saying, abandon, approve, find_prepared, say
from comity.app.question import Asking, answer, ask
from comity.app.ratify import ratify
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.dossier import Profile, Trust, read_dossier, verify
from comity.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted
from comity.exchange import trust

GROUND = "budapest.ground.dual_criminality"


def draft(**changes):
    value = {
        "kind": "request",
        "from": "gh:central-authority",
        "to": "pt:central-authority",
        "measure": "access_stored",
        "subject": "Access to a mail server",
        "purpose": "Investigation 17",
        "conduct": "Somebody entered without right.",
        "offence": {
            "title": "Access",
            "law": "Act",
            "max_penalty_months": 60,
            "offence_class": "illegal_access",
        },
        "proceeding": {"number": "17", "authority": "Police", "stage": "investigation"},
        "bases": ({"instrument": "budapest", "provision": "budapest.stored.request"},),
        "items": (
            {
                "id": "log",
                "data": DataType.TRAFFIC,
                "description": "When the account was used",
                "account": "x@mail.example",
                "since": "2026-10-01T00:00:00Z",
                "until": "2026-10-31T00:00:00Z",
            },
        ),
    }
    return Draft.model_validate(value | changes)


@pytest.fixture
def asked_of(pair):
    """A request made by the deed, which PT has."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    return said.act


def settle_findings(pair, request):
    made = assess(pair.pt.node, request.id, pair.pt["officer"]).act
    it = matter(pair.pt.node, request.id)
    for person in ("officer", "approver"):  # the heavy ones need a second person
        for key in latest_assessment(pair.pt.node, it).unanswered:
            answer_finding(pair.pt.node, made.id, pair.pt[person], finding=key, text="Looked at; satisfied.")
    return made


def dumps(pair, case):
    found = []
    for side in (pair.gh, pair.pt):
        with side.node.db.read() as conn:
            found.append(case_of(side.node, conn, case).dump())
    return found


def test_from_request_to_close_both_sides_have_one_case(pair, asked_of, tmp_path):
    gh, pt = pair.gh, pair.pt
    asked = ask(pt.node, asked_of.id, pt["officer"], questions=(Asking("q1", "Why?"),)).act
    pair.settle()
    fact = Fact(
        key="necessity.lesser_not_enough",
        value=True,
        provenance=Provenance.DOCUMENT,
        stated_by="GH",
        reference="annex 1",
    )
    answer(gh.node, asked.id, gh["officer"], replies=(Reply(id="q1", text="Because."),), facts=(fact,))
    pair.settle()
    settle_findings(pair, asked_of)
    condition = Condition(id="only-17", kind="use_limit", text="Only for 17.")
    ruling = Ruling("log", Outcome.GRANT_ON_CONDITIONS, "Granted.", "Inward.", conditions=(condition,))
    said = decide(pt.node, asked_of.id, pt["officer"], rulings=(ruling,), approver="approver")
    approve(pt.node, said.act.id, pt["approver"])
    pair.settle()
    execute.accept(gh.node, asked_of.id, gh["officer"])
    pair.settle()
    one, other = dumps(pair, asked_of.header.case)
    assert one == other
    assert b'"granted"' in one
    parts = export_case(pt.node, asked_of.header.case, Profile.COURT, letters=False)
    known = Trust(entries=tuple(trust(own_entry(s.node), s.node.keys.acts.id) for s in (gh, pt)))
    report = verify(parts, known)
    assert report.holds, report.failures


def test_the_file_of_a_request_that_has_no_answer_yet_proves_its_receipt(pair, asked_of):
    """Each State's entry is in it, also of one that has said nothing in the case but that it came in."""
    known = Trust(entries=tuple(trust(own_entry(s.node), s.node.keys.acts.id) for s in (pair.gh, pair.pt)))
    for side in (pair.gh, pair.pt):
        file = export_case(side.node, asked_of.header.case, Profile.COURT, letters=False)
        report = verify(file, known)
        assert report.holds, report.failures
        assert b"receipts/0001-PT" in file


def test_nobody_decides_while_a_finding_is_open(pair, asked_of):
    ruling = Ruling("log", Outcome.GRANT, "Granted.", "Inward.")
    with pytest.raises(NotFound) as none:
        decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    assert none.value.id == "app.not_assessed"
    made = assess(pair.pt.node, asked_of.id, pair.pt["officer"]).act
    with pytest.raises(NotPermitted) as still:
        decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    assert still.value.id == "app.findings_unanswered"
    met = next(f.check for f in made.fields["findings"] if not assessing.open_findings([f]))
    with pytest.raises(NotPermitted):
        answer_finding(pair.pt.node, made.id, pair.pt["officer"], finding=met, text="No need.")


def test_no_decision_is_one_persons(pair, asked_of):
    """P9: the table asks for two, and the same key cannot be both."""
    settle_findings(pair, asked_of)
    ruling = Ruling("log", Outcome.GRANT, "Granted.", "Inward.")
    with pytest.raises(NotPermitted):
        decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver=None)
    with pytest.raises((NotPermitted, BadInput)):
        decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="officer")
    said = decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    with pytest.raises(NotPermitted) as other:
        approve(pair.pt.node, said.act.id, pair.pt["examiner"])
    assert other.value.id == "app.not_a_signer_of_it"
    with pytest.raises((NotPermitted, BadInput)):
        approve(pair.pt.node, said.act.id, pair.pt["officer"])
    pair.settle()
    with pair.gh.node.db.read() as conn:
        assert not store.has_act(conn, said.act.id)  # half signed, it was never said


def test_a_refusal_needs_a_known_ground_and_consultation_first(pair, asked_of):
    settle_findings(pair, asked_of)

    def refuse(*grounds):
        ruling = Ruling("log", Outcome.REFUSE, "Not punishable here.", "Inward.", grounds=grounds)
        return decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")

    for grounds, id in (
        ((), "safeguards.no_ground"),
        (("budapest.ground.invented",), "safeguards.unknown_ground"),
        (("budapest.ground.fiscal_alone",), "safeguards.forbidden_ground"),
        ((GROUND,), "safeguards.consultation_first"),
    ):
        with pytest.raises(NotPermitted) as caught:
            refuse(*grounds)
        assert caught.value.id == id
    for hours in (-1, 0, 23):  # 24 are the least that the law data holds
        until = pair.clock.now() + timedelta(hours=hours)
        with pytest.raises(BadInput) as too_soon:
            consult(
                pair.pt.node, asked_of.id, pair.pt["officer"], grounds=(GROUND,), answer_by=until, text="?"
            )
        assert too_soon.value.id == "app.consultation_too_soon"
    with pytest.raises(NotPermitted) as unoffered:
        refuse(GROUND)
    assert unoffered.value.id == "safeguards.consultation_first"
    until = pair.clock.now() + timedelta(days=7)
    consult(pair.pt.node, asked_of.id, pair.pt["officer"], grounds=(GROUND,), answer_by=until, text="?")
    pair.settle()
    with pytest.raises(NotPermitted) as waiting:
        refuse(GROUND)
    assert waiting.value.id == "safeguards.consultation_open"
    pair.later(days=8)  # silence satisfies it
    settle_findings(pair, asked_of)
    said = refuse(GROUND)
    approve(pair.pt.node, said.act.id, pair.pt["approver"])
    execute.close(pair.pt.node, asked_of.id, pair.pt["officer"], outcome=CloseReason.REFUSED)
    pair.settle()
    one, other = dumps(pair, asked_of.header.case)
    assert one == other


def test_one_officer_alone_preserves_and_a_second_ratifies(pair):
    gh = pair.gh
    alone = draft(
        measure="preserve", bases=({"instrument": "budapest", "provision": "budapest.preservation.request"},)
    )
    with pytest.raises(ComityError):
        send_draft(gh.node, alone, gh["officer"])  # alone, and without a time to ratify by
    promised = alone.model_copy(
        update={"ratify_within_hours": 72, "urgency": Urgency.URGENT, "urgency_reason": "Soon gone."}
    )
    act = send_draft(gh.node, promised, gh["officer"]).act
    pair.settle()
    with pytest.raises(NotPermitted):
        ratify(gh.node, act.id, gh["officer"], text="My own.")
    assert ratify(gh.node, act.id, gh["approver"], text="Seen.").header.kind == "ratify"
    with pytest.raises(NotPermitted):
        send_draft(gh.node, draft(), gh["officer"])  # stored data is never one person's to ask for


def test_what_was_overtaken_is_not_sent(pair, asked_of):
    """The bytes are frozen when the first signs; if the case moves on meanwhile, nothing leaves."""
    gh = pair.gh
    more = Selector(
        item="holder", description="Who holds it", account="x@mail.example", since=None, until=None
    )
    late = execute.amend(
        gh.node,
        asked_of.id,
        gh["officer"],
        approver="approver",
        text="One more",
        add=((Item(id="holder", data=DataType.SUBSCRIBER), more),),
    )
    execute.withdraw(gh.node, asked_of.id, gh["officer"], reason=WithdrawReason.ERROR)
    pair.settle()
    with pytest.raises(Conflict) as caught:
        approve(gh.node, late.act.id, gh["approver"])
    assert caught.value.id == "app.overtaken"
    assert find_prepared(gh.node, late.act.id[:12]).act.id == late.act.id
    abandon(gh.node, late.act.id)
    with pytest.raises(NotFound):
        approve(gh.node, late.act.id, gh["approver"])


def test_delivery_waits_for_a_grant_and_a_deed_for_its_holder(pair, asked_of):
    with pytest.raises((NotPermitted, NotFound)):
        deliver.deliver(pair.pt.node, asked_of.id, ("PT-1",), Capacity.EVIDENCE, "x", pair.pt["officer"])
    with pytest.raises(NotPermitted) as caught:
        send_draft(pair.gh.node, draft(), pair.gh["examiner"], approver="approver")
    assert caught.value.id == "app.not_competent"


def test_an_act_that_the_table_forbids_is_refused_before_it_is_signed(pair, asked_of):
    """P5, our side: the other side's kind of act, and one about nothing."""
    gh = pair.gh
    fields = {"terms": {"outcome": "answered"}, "text": None}
    frame = {"to": "pt:central-authority", "case": asked_of.header.case}
    for about in (asked_of.id, secrets.token_hex(32)):
        with pytest.raises(NotPermitted):
            say(gh.node, Saying("close", "gh:central-authority", fields, about=about, **frame), gh["officer"])
    with gh.node.db.read() as conn:
        assert len(store.acts_of_case(conn, asked_of.header.case)) == 1


def test_the_defence_gets_a_file_that_says_what_it_lacks(pair, asked_of):
    """P11 through the deeds: one field withheld, one destroyed."""
    pt = pair.pt
    two = {"who": pt["officer"], "second": pt["approver"]}
    alone = {"who": pt["officer"], "second": pt["officer"]}
    with pytest.raises(NotPermitted):
        erase(pt.node, asked_of.id, field="purpose", ground="retention.ended", order="Order 1", **alone)
    with pytest.raises(NotFound):
        erase(pt.node, asked_of.id, field="purpose", ground="foo", order="Order 1", **two)
    with pytest.raises(NotPermitted):
        erase(pt.node, asked_of.id, field="terms", ground="order.court", order="x", **two)
    erase(pt.node, asked_of.id, field="purpose", ground="retention.ended", order="Order 1", **two)
    with pytest.raises(NotFound):
        erase(pt.node, asked_of.id, field="purpose", ground="retention.ended", order="Again", **two)
    hidden = Withhold(asked_of.id, "signatories", "privacy.officers", "Order 2")
    act, data = disclose(
        pt.node,
        asked_of.header.case,
        pt["officer"],
        second=pt["approver"],
        to="Counsel",
        withheld=(hidden,),
        letters=False,
    )
    known = Trust(entries=tuple(trust(own_entry(s.node), s.node.keys.acts.id) for s in (pair.gh, pt)))
    report = verify(data, known)
    assert report.holds, report.failures
    told = str(report.as_json())
    for word in ("signatories", "privacy.officers", "purpose", "retention.ended"):
        assert word in told
    assert act.header.kind == "disclose"
    assert b"Investigation 17" not in data
    with pytest.raises(BadInput):
        disclose(
            pt.node,
            asked_of.header.case,
            pt["officer"],
            second=pt["approver"],
            to="Counsel",
            withheld=(Withhold(asked_of.id, "terms", "order.court", "y"),),
            letters=False,
        )


def test_roles_are_given_apart():
    from comity.app.deeds import deeds_of

    assert not set(deeds_of(("officer",))) & {f"request.{Role.APPROVER}", f"decide.{Role.APPROVER}"}
    with pytest.raises(BadInput):
        deeds_of(("king",))


def amended(pair, request):
    more = Selector(
        item="holder", description="Who holds it", account="x@mail.example", since=None, until=None
    )
    said = execute.amend(
        pair.gh.node,
        request.id,
        pair.gh["officer"],
        approver="approver",
        text="One more",
        add=((Item(id="holder", data=DataType.SUBSCRIBER), more),),
    )
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()


def test_what_was_said_since_the_assessment_makes_it_stale(pair, asked_of):
    settle_findings(pair, asked_of)
    ruling = Ruling("log", Outcome.GRANT, "Granted.", "Inward.")
    waiting = decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    amended(pair, asked_of)
    with pytest.raises((NotPermitted, Conflict)):
        approve(pair.pt.node, waiting.act.id, pair.pt["approver"])
    abandon(pair.pt.node, waiting.act.id)
    with pytest.raises(NotPermitted) as caught:
        decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    assert caught.value.id == "app.assessment_stale"
    settle_findings(pair, asked_of)
    decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")


def test_the_second_signature_is_asked_for_findings_too(pair, asked_of):
    """A newer assessment, not answered yet, between the first signature and the second."""
    settle_findings(pair, asked_of)
    ruling = Ruling("log", Outcome.GRANT, "Granted.", "Inward.")
    waiting = decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    assess(pair.pt.node, asked_of.id, pair.pt["officer"])
    with pytest.raises(NotPermitted) as caught:
        approve(pair.pt.node, waiting.act.id, pair.pt["approver"])
    assert caught.value.id == "app.findings_unanswered"


def test_no_item_is_decided_without_reasons(pair, asked_of):
    settle_findings(pair, asked_of)
    ruling = Ruling("log", Outcome.GRANT, " ", "Inward.")
    with pytest.raises(NotPermitted) as caught:
        decide(pair.pt.node, asked_of.id, pair.pt["officer"], rulings=(ruling,), approver="approver")
    assert caught.value.id == "app.no_reasons"


def test_what_is_on_its_way_is_not_erased(pair):
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    order = {"field": "purpose", "ground": "order.court", "order": "Order 1", "second": pair.gh["approver"]}
    with pytest.raises(NotPermitted) as caught:
        erase(pair.gh.node, said.act.id, pair.gh["officer"], **order)
    assert caught.value.id == "app.not_yet_received"
    pair.settle()
    erase(pair.gh.node, said.act.id, pair.gh["officer"], **order)


def test_nothing_is_withheld_of_what_is_not_shown(pair, asked_of):
    made = assess(pair.pt.node, asked_of.id, pair.pt["officer"]).act
    hidden = Withhold(made.id, "findings", "protection.source", "Order 2")
    with pair.pt.node.db.read() as conn:
        before = store.next_home_number(conn, asked_of.header.case, "PT")
    with pytest.raises(NotFound) as caught:
        disclose(
            pair.pt.node,
            asked_of.header.case,
            pair.pt["officer"],
            second=pair.pt["approver"],
            to="Counsel",
            withheld=(hidden,),
            letters=False,
        )
    assert caught.value.id == "app.not_in_the_file"
    with pair.pt.node.db.read() as conn:
        assert store.next_home_number(conn, asked_of.header.case, "PT") == before


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"to": "zz:central-authority"}, "exchange.state_unknown"),
        ({"to": "pt:nonexistent"}, "exchange.authority_unknown"),
        ({"urgency": Urgency.EMERGENCY}, "app.urgency_without_reason"),
        ({"bases": ({"instrument": "budapest", "provision": "budapest.nothing"},)}, "law.unknown_key"),
        (
            {"bases": ({"instrument": "uncc", "provision": "budapest.stored.request"},)},
            "app.basis_of_other_instrument",
        ),
        (
            {"facts": ({"key": "conduct.nonsense", "value": True, "provenance": Provenance.DOCUMENT},)},
            "safeguards.unknown_fact",
        ),
        (
            {"facts": ({"key": "conduct.intentional", "value": "yes", "provenance": Provenance.DOCUMENT},)},
            "safeguards.wrong_type",
        ),
        (
            {"facts": ({"key": "request.two_persons", "value": True, "provenance": Provenance.RECORD},)},
            "safeguards.fact_is_derived",
        ),
        ({"measure": "teleport"}, "law.unknown_key_of_few"),
        ({"measure": "extradite"}, "draft.item_sort"),
        ({"measure": "inform"}, "draft.no_request"),
        ({"measure": "disclose_traffic"}, "draft.contents_missing"),
        ({"statements": {"danger": "None."}}, "draft.content_unknown"),
        ({"subject": "granted\u202e"}, "app.unseen_character"),
        ({"purpose": "nul\x00"}, "app.unseen_character"),
    ],
)
def test_what_can_be_known_to_be_wrong_is_said_before_anyone_signs(pair, changes, id):
    with pytest.raises(ComityError) as caught:
        send_draft(pair.gh.node, draft(**changes), pair.gh["officer"], approver="approver")
    assert caught.value.id == id
    with pair.gh.node.db.read() as conn:
        assert store.list_prepared(conn) == ()


def test_a_name_that_no_letter_can_draw_keeps_no_case_from_being_exported(pair):
    said = send_draft(pair.gh.node, draft(subject="阿 clinic"), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    data = export_case(pair.gh.node, said.act.header.case, Profile.COURT)
    known = Trust(entries=tuple(trust(own_entry(s.node), s.node.keys.acts.id) for s in (pair.gh, pair.pt)))
    assert verify(data, known).holds
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _, told = read_dossier(archive.read("dossier.json"))
        assert not [name for name in archive.namelist() if name.startswith("letters/")]
    assert told.note is not None
    assert "U+963F" in told.note


def test_a_grave_finding_waits_for_a_second_person(pair, asked_of):
    made = assess(pair.pt.node, asked_of.id, pair.pt["officer"]).act
    it = matter(pair.pt.node, asked_of.id)
    for key in latest_assessment(pair.pt.node, it).unanswered:
        answer_finding(pair.pt.node, made.id, pair.pt["officer"], finding=key, text="Looked at.")
    grave = latest_assessment(pair.pt.node, it).unanswered
    assert grave == ("persecution", "death_penalty")
    for key in grave:
        answer_finding(pair.pt.node, made.id, pair.pt["approver"], finding=key, text="Looked at too.")
    assert latest_assessment(pair.pt.node, it).unanswered == ()
