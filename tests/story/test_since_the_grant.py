"""Two nodes after a grant: a remedy bars delivery, limits travel with what is given, words move nothing."""

import handing as h
import pytest

from comity.acts import Capacity, Condition, Proceeding, Selector
from comity.acts.terms import (
    Basis,
    Consenting,
    DataType,
    Item,
    OtherUse,
    Progress,
    RecallReason,
    RemedyEvent,
    UseKind,
)
from comity.app import afterwards, correspond, deliver, duties, execute, exhibit, inform
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.custody import take_custody
from comity.app.hand_out import Leave, hand_out_case
from comity.app.node import case_of
from comity.app.prepare import approve
from comity.app.replay import replay
from comity.app.reply import matter
from comity.app.show import show_case
from comity.app.use import Wanted, use_exhibits
from comity.dossier import Profile
from comity.errors import BadInput, NotFound, NotPermitted
from comity.wire import digest

COURT = Proceeding(number="2026/2", authority="Fictional Court", stage="trial")


def same_case(pair, act):
    found = []
    for side in (pair.gh, pair.pt):
        with side.node.db.read() as conn:
            found.append(case_of(side.node, conn, act.header.case))
    assert found[0].dump() == found[1].dump()
    return found[0]


def appeal(pair, request, event):
    return afterwards.remedy(
        pair.pt.node,
        request.id,
        pair.pt["officer"],
        name="appeal-1",
        event=event,
        items=("mailbox",),
        suspends=True,
        at=pair.clock.now(),
        text="By the holder of the account.",
    )


@pytest.fixture
def handed_over(pair, request_, files):
    """GH has taken custody of one exhibit."""
    id = h.sealed_and_released(pair, request_, files)
    delivery = h.hand_over(pair, request_, id)
    pair.settle()
    take_custody(pair.gh.node, delivery.id, pair.gh["examiner"])
    pair.settle()
    return id


def test_nothing_is_delivered_while_a_suspensive_remedy_is_open(pair, request_, files):
    """P13: what was granted, reviewed and released stays here until the remedy failed."""
    id = h.sealed_and_released(pair, request_, files)
    appeal(pair, request_, RemedyEvent.LODGED)
    before = h.vault_objects(pair.pt)
    with h.fails(NotPermitted, "cases.requires.no_remedy_bars"):
        h.hand_over(pair, request_, id)
    pair.settle()
    assert matter(pair.gh.node, request_.id).request.deliveries == ()
    assert before <= h.vault_objects(pair.pt)
    appeal(pair, request_, RemedyEvent.DISMISSED)
    h.hand_over(pair, request_, id)
    pair.settle()
    assert same_case(pair, request_).request(request_.id).deliveries


def use(pair, request, id, kind):
    return execute.use(
        pair.gh.node,
        request.id,
        pair.gh["officer"],
        exhibits=(id,),
        kind=kind,
        proceeding=COURT,
        text="As asked.",
    )


def test_another_use_waits_for_the_consent_of_two_persons(pair, request_, handed_over):
    gh, pt = pair.gh, pair.pt
    with h.fails(NotPermitted, "use.needs_consent"):
        use(pair, request_, handed_over, UseKind.WITH_CONSENT)
    sought = afterwards.seek_consent(
        gh.node,
        request_.id,
        gh["officer"],
        use=OtherUse.OTHER_PROCEEDING,
        exhibits=(handed_over,),
        items=(),
        text="For 2026/2.",
        proceeding=COURT,
    ).act
    pair.settle()
    condition = Condition(id="closed-court", kind="other", text="In a closed session.")
    given = afterwards.consent(
        pt.node,
        sought.id,
        pt["officer"],
        approver="approver",
        answer=Consenting.GIVEN_ON_CONDITIONS,
        conditions=(condition,),
        text="Granted.",
    )
    assert given.waiting
    approve(pt.node, given.act.id, pt["approver"])
    pair.settle()
    with h.fails(NotPermitted, "use.needs_human"):
        use(pair, request_, handed_over, UseKind.WITH_CONSENT)
    wanted = Wanted((handed_over,), COURT, "As agreed.", kind=UseKind.WITH_CONSENT, consent=given.act.id)
    use_exhibits(gh.node, request_.id, gh["officer"], wanted, reasons="The session is closed.")
    pair.settle()
    same_case(pair, request_)


def test_what_is_recalled_is_used_no_more_and_its_destruction_told(pair, request_, handed_over):
    gh, pt = pair.gh, pair.pt
    leave = Leave(gh["officer"], gh["approver"], "the fictional court", "the trial")
    handed, _ = hand_out_case(gh.node, request_.header.case, leave, Profile.COURT)
    assert handed.terms.exhibits == (handed_over,)
    recall = afterwards.recall(
        pt.node,
        request_.id,
        pt["officer"],
        exhibits=(handed_over,),
        reason=RecallReason.ORDER_ANNULLED,
        destroy_by=pair.clock.now().replace(year=2027),
        text="The order was annulled.",
    ).act
    pair.settle()
    (left,) = show_case(gh.node, request_.header.case)["requests"][0]["untold"]
    held = {"exhibit": handed_over, "handed": handed.id, "to": "the fictional court"}
    assert left == {**held, "event": recall.id}
    later, _ = hand_out_case(gh.node, request_.header.case, leave, Profile.COURT)
    assert (later.terms.exhibits, later.terms.tells) == ((handed_over,), (recall.id,))
    assert show_case(gh.node, request_.header.case)["requests"][0]["untold"] == [left], "that file tells it"
    told = {"at": pair.clock.now(), "text": "By letter."}
    with h.fails(BadInput, "duties.one_holder"):
        duties.tell_holder(gh.node, recall.id, gh["officer"], **told)
    duties.tell_holder(gh.node, recall.id, gh["officer"], handed=handed.id[:12], **told)
    assert show_case(gh.node, request_.header.case)["requests"][0]["untold"] == []
    with h.fails(NotPermitted, "use.refused"):
        use(pair, request_, handed_over, UseKind.STATED)
    broken = afterwards.breach(
        gh.node,
        request_.id,
        gh["officer"],
        exhibits=(handed_over,),
        condition="use-limit",
        at=pair.clock.now(),
        text="It was shown before.",
    ).act
    untold = show_case(gh.node, request_.header.case)["requests"][0]["untold"]
    assert {(one["event"], one["handed"]) for one in untold} == {
        (broken.id, handed.id),
        (broken.id, later.id),
    }, "of what came after it, that file tells nothing"
    afterwards.destroyed(
        gh.node,
        request_.id,
        gh["officer"],
        exhibits=(handed_over,),
        at=pair.clock.now(),
        proof=digest(b"record"),
        text="Destroyed before two persons.",
    )
    pair.settle()
    kinds = [one.kind for one in same_case(pair, request_).request(request_.id).noted]
    assert kinds == ["recall", "breach", "destroyed"]


def test_status_letters_and_forwarding_move_nothing(pair, request_):
    gh, pt = pair.gh, pair.pt
    before = matter(pt.node, request_.id).request.items
    asked = correspond.ask_status(gh.node, request_.id, gh["officer"]).act
    pair.settle()
    correspond.tell_status(pt.node, asked.id, pt["officer"], progress=Progress.WITH_A_COURT)
    letter = correspond.correspond(pt.node, request_.id, pt["officer"], text="We are at it.").act
    correspond.forward(pt.node, request_.id, pt["officer"], authority="pt:court-of-the-port")
    pair.settle()
    correspond.correspond(gh.node, request_.id, gh["officer"], text="Thank you.", answers=letter.id)
    pair.settle()
    request = same_case(pair, request_).request(request_.id)
    assert request.items == before
    assert [one.kind for one in request.noted] == ["status", "status", "correspond", "forward", "correspond"]


def weighed(pair, offered, give):
    """What is offered is assessed by the State that gives, and every finding answered, before it is given."""
    pt = pair.pt
    with h.fails(NotFound, "app.not_assessed"):
        give()
    made = assess(pt.node, offered.id, pt["officer"]).act
    with h.fails(NotPermitted, "app.findings_unanswered"):
        give()
    it = matter(pt.node, offered.id)
    by_check = {f.check: f for f in latest_assessment(pt.node, it).findings}
    assert by_check["contents"].missing == ()
    stated = {r.stated_by for f in by_check.values() for r in f.facts}
    assert stated == {"PT"}, "it is the giving State's own word, never the receiver's"
    assert replay(pt.node, made.id).same
    for person in ("officer", "approver"):
        for key in latest_assessment(pt.node, it).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=key, text="Looked at; satisfied.")


def test_information_is_offered_accepted_and_then_given_as_intelligence(pair, tmp_path):
    gh, pt = pair.gh, pair.pt
    tip = Selector(item="tip", description="Names of servers", account=None, since=None, until=None)
    said = inform.offer(
        pt.node,
        pt["officer"],
        to="gh:central-authority",
        items=((Item(id="tip", data=DataType.INFORMATION), tip),),
        bases=(Basis(instrument="budapest", provision="budapest.mla.spontaneous"),),
        conditions=(Condition(id="no-court", kind="other", text="Not for use in court."),),
        subject="Servers",
        use="It may lead to a request.",
        approver="approver",
    )
    offered = approve(pt.node, said.act.id, pt["approver"]).act
    pair.settle()

    def give(capacity):
        return deliver.deliver(pt.node, offered.id, (id,), capacity, "As offered.", pt["officer"]).act

    file = tmp_path / "servers.txt"
    file.write_text("one.example")
    with h.fails(NotPermitted, "evidence_app.item_not_granted"):
        exhibit.add(pt.node, offered.id, ("tip",), file, "own inquiry", pt["examiner"])
    execute.accept(gh.node, offered.id, gh["officer"])
    pair.settle()
    id = exhibit.add(pt.node, offered.id, ("tip",), file, "own inquiry", pt["examiner"])
    exhibit.review(pt.node, offered.header.case, id, True, "May leave.", pt["approver"])
    weighed(pair, offered, lambda: give(Capacity.INTELLIGENCE))

    with h.fails(NotPermitted, "cases.requires.capacity_granted"):
        give(Capacity.EVIDENCE)
    delivery = give(Capacity.INTELLIGENCE)
    pair.settle()
    take_custody(gh.node, delivery.id, gh["examiner"])
    pair.settle()
    with h.fails(NotPermitted, "use.refused"):
        use(pair, offered, id, UseKind.STATED)
    assert delivery.fields["conditions"][0].id == "no-court"
    same_case(pair, offered)
