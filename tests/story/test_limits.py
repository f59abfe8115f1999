"""Two nodes and the limits on what was given: asked at each use, travelling with it, ended with proof."""

import json
from datetime import timedelta

import handing as h
import loopback as l
import pytest

from comity import store
from comity.acts import Capacity, Condition, Proceeding
from comity.acts.duty_terms import Reached
from comity.acts.terms import Consenting, Execution, OtherUse, Purpose, RecallReason, UseKind
from comity.app import afterwards, deliver, duties, execute, exhibit, offices
from comity.app.custody import custody_list, take_custody
from comity.app.destroy import destroy
from comity.app.entry import put_entry
from comity.app.limits import limits_of
from comity.app.node import case_of, home_of
from comity.app.peers import refresh_peer
from comity.app.prepare import approve
from comity.app.reply import matter
from comity.app.sweep import sweep
from comity.app.use import Wanted, ask_use, use_exhibits
from comity.errors import NotFound, NotPermitted, Unavailable
from comity.wire import digest

OWN = Proceeding(number="2026/1", authority="Fictional Court", stage="trial")
OTHER = Proceeding(number="2026/2", authority="Fictional Court", stage="trial")
SECRET = Condition(id="secret", kind="confidentiality", text="Not to be made public.")


def asked_of(pair, request):
    with pair.gh.node.db.read() as conn:
        return home_of(pair.gh.node, conn, request.header.case).duties.uses


def test_a_delivery_with_a_condition_of_its_own_is_accepted_then_asked_at_each_use_then_destroyed(
    pair, request_, files, tmp_path
):
    gh, pt = pair.gh, pair.pt
    id = h.sealed_and_released(pair, request_, files)
    given = deliver.deliver(
        pt.node, request_.id, (id,), Capacity.EVIDENCE, "As asked.", pt["officer"], conditions=(SECRET,)
    ).act
    assert [c.id for c in given.fields["conditions"]] == ["use-limit", "secret"]
    pair.settle()
    with h.fails(NotPermitted, "cases.requires.delivery_conditions_accepted"):
        take_custody(gh.node, given.id, gh["examiner"])
    execute.accept(gh.node, request_.id, gh["officer"])
    take_custody(gh.node, given.id, gh["examiner"])

    # Each asking is kept, also where the answer is no.
    public = Wanted((id,), OWN, "To print it.", purpose=Purpose.PUBLICATION)
    with h.fails(NotPermitted, "use.needs_consent"):
        use_exhibits(gh.node, request_.id, gh["officer"], public)
    elsewhere = ask_use(gh.node, request_.id, gh["officer"], Wanted((id,), OTHER, "For 2026/2."))
    assert (elsewhere.allowed, elsewhere.seek.use) == (False, OtherUse.OTHER_PROCEEDING)
    assert elsewhere.provisions, "the paragraphs that speak of it are cited"
    use_exhibits(gh.node, request_.id, gh["officer"], Wanted((id,), OWN, "At trial."))
    told = Wanted((id,), OWN, "For the defence.", kind=UseKind.EXCULPATORY, purpose=Purpose.DEFENCE)
    with h.fails(NotPermitted, "use.needs_human"):
        use_exhibits(gh.node, request_.id, gh["officer"], told)
    use_exhibits(gh.node, request_.id, gh["officer"], told, reasons="The hearing is today.")
    verdicts = [(one.terms.verdict, one.terms.answered) for one in asked_of(pair, request_)]
    assert verdicts == [
        ("needs_consent", False),
        ("needs_consent", False),
        ("allowed", False),
        ("needs_human", False),
        ("needs_human", True),
    ]

    # The limits lie in its package, and the State that gave sees the same ones.
    folder = exhibit.open_exhibit(
        gh.node, request_.header.case, id, tmp_path / "package", gh["examiner"], "trial"
    )
    paper = json.loads(next(folder.glob("proofs/*-limits-*.json")).read_text())
    assert {one["kind"] for one in paper["limits"]} == {"use_limit", "confidentiality"}
    pair.settle()
    seen = []
    for side in (gh, pt):
        it = matter(side.node, request_.id)
        with side.node.db.read() as conn:
            seen.append(limits_of(conn, it.request, side.node.now()))
    assert seen[0] == seen[1] == paper["limits"]

    # Called back: barred at once; destroyed: the key is gone, with proof that the other side can check.
    by = pair.clock.now().replace(year=2027)
    afterwards.recall(
        pt.node,
        request_.id,
        pt["officer"],
        exhibits=(id,),
        reason=RecallReason.ORDER_ANNULLED,
        destroy_by=by,
        text="Annulled.",
    )
    pair.settle()
    with h.fails(NotPermitted, "use.refused"):
        use_exhibits(gh.node, request_.id, gh["officer"], Wanted((id,), OWN, "At trial."))
    before = h.vault_objects(gh)
    act = destroy(gh.node, request_.id, gh["officer"], exhibits=(id,), text="Before two persons.").act
    assert len(before - h.vault_objects(gh)) == 1
    pair.settle()
    record = matter(pt.node, request_.id).request.said("destroyed")[0].terms
    assert record.proof == digest(act.fields["text"].splitlines()[-1].encode())
    with h.fails(NotPermitted, "store.exhibit_key_erased"):
        exhibit.open_exhibit(gh.node, request_.header.case, id, tmp_path / "gone", gh["examiner"], "x")
    assert custody_list(gh.node, request_.header.case, id)[-1].action == "destroyed"
    with h.fails(NotPermitted, "use.refused"):
        use_exhibits(gh.node, request_.id, gh["officer"], told, reasons="Again.")


@pytest.mark.parametrize("error", [NotPermitted("evidence.s3_refused"), Unavailable("evidence.s3_silent")])
def test_a_destruction_is_said_also_where_the_store_keeps_the_sealed_bytes(
    pair, request_, files, monkeypatch, error
):
    """The act and the erased key are one deed, and it is done: an error then would be taken for none."""
    gh, id = pair.gh, h.sealed_and_released(pair, request_, files / "mail" / "inbox")
    given = h.hand_over(pair, request_, id)
    pair.settle()
    take_custody(gh.node, given.id, gh["examiner"])

    def keeps(address):
        raise error

    monkeypatch.setattr(gh.node.vault, "remove", keeps)
    act = destroy(gh.node, request_.id, gh["officer"], exhibits=(id,), text="Before two persons.").act
    monkeypatch.undo()
    assert act.terms.exhibits == (id,)
    assert sweep(gh.node).objects >= 1
    assert h.vault_objects(gh) == set()


def test_after_a_breach_use_waits_for_the_state_that_gave(pair, request_, files):
    gh, pt = pair.gh, pair.pt
    id = h.sealed_and_released(pair, request_, files)
    given = h.hand_over(pair, request_, id)
    pair.settle()
    take_custody(gh.node, given.id, gh["examiner"])
    breach = afterwards.breach(
        gh.node,
        request_.id,
        gh["officer"],
        exhibits=(id,),
        condition="use-limit",
        at=pair.clock.now(),
        text="It was shown.",
    ).act
    trial = Wanted((id,), OWN, "At trial.")
    with h.fails(NotPermitted, "use.needs_consent"):
        use_exhibits(gh.node, request_.id, gh["officer"], trial)
    sought = afterwards.seek_consent(
        gh.node,
        request_.id,
        gh["officer"],
        use=OtherUse.CONDITION_LIFTED,
        exhibits=(id,),
        items=(),
        text="It was an error.",
    ).act
    pair.settle()
    answer = afterwards.consent(
        pt.node,
        sought.id,
        pt["officer"],
        approver="approver",
        answer=Consenting.GIVEN,
        conditions=(),
        text="Granted.",
        lifts=(breach.id,),
    )
    approve(pt.node, answer.act.id, pt["approver"])
    pair.settle()
    use_exhibits(gh.node, request_.id, gh["officer"], trial)


def test_nothing_is_given_in_an_emergency_before_the_office_was_called_back(pair, files):
    gh, pt = pair.gh, pair.pt
    request = l.ask(pair, "mailbox", urgency="emergency")
    l.grant(pair, request, "mailbox")
    id = h.sealed_and_released(pair, request, files)

    def call(outcome):
        duties.call_back(
            pt.node,
            request.id,
            pt["officer"],
            office=None,
            outcome=outcome,
            at=pair.clock.now(),
            text="Called.",
        )

    with h.fails(NotPermitted, "duties.call_back_awaited"):
        h.hand_over(pair, request, id)
    with h.fails(NotFound, "duties.no_number"):
        call(Reached.CONFIRMED)
    offices.set_phone(gh.node, "gh:central-authority", "+10000000")
    refresh_peer(pt.node, "GH")
    call(Reached.DENIED)
    with h.fails(NotPermitted, "duties.call_back_denied"):
        h.hand_over(pair, request, id)
    call(Reached.CONFIRMED)
    h.hand_over(pair, request, id)


@pytest.mark.parametrize("conditions", [(SECRET.model_copy(update={"kind": "unheard_of"}),)])
def test_a_condition_of_no_known_kind_is_refused_before_anything_is_sealed(pair, request_, files, conditions):
    id = h.sealed_and_released(pair, request_, files)
    before = h.vault_objects(pair.pt)
    with pytest.raises(Exception, match=r"^acts.unknown_limit"):
        deliver.deliver(
            pair.pt.node,
            request_.id,
            (id,),
            Capacity.EVIDENCE,
            "As asked.",
            pair.pt["officer"],
            conditions=conditions,
        )
    assert h.vault_objects(pair.pt) == before


def test_a_preservation_is_extended_in_its_time_or_by_a_person_who_says_that_it_is_late(pair):
    gh, pt = pair.gh, pair.pt
    kept = l.ask(pair, "mailbox", measure="preserve")
    now = pair.clock.now()
    told = {"outcome": Execution.DONE, "items": ("mailbox",), "at": now, "text": "Kept."}
    execute.effected(pt.node, kept.id, pt["officer"], **told)
    pair.settle()
    execute.extend(gh.node, kept.id, gh["officer"], until=now + timedelta(days=70), text="Longer.")
    pair.settle()
    execute.extend(pt.node, kept.id, pt["officer"], until=now + timedelta(days=70), text="It is.")
    pair.settle()
    pair.later(days=80)
    more = {"until": pair.clock.now() + timedelta(days=30), "text": "Still held?"}
    with h.fails(NotPermitted, "app.preservation_over"):
        execute.extend(gh.node, kept.id, gh["officer"], **more)
    execute.extend(gh.node, kept.id, gh["officer"], **more, late=True)


def without_access(side):
    """The side's central authority is no longer listed for access to stored data."""

    def renew(conn):
        own = side.node.directory(conn).own
        offices = tuple(
            one.model_copy(update={"measures": tuple(m for m in one.measures if m != "access_stored")})
            if one.id.endswith(":central-authority")
            else one
            for one in own.authorities
        )
        told = {"authorities": offices, "version": own.version + 1, "issued_at": side.node.now()}
        put_entry(side.node, conn, own.model_copy(update=told))

    side.node.db.writer.run(renew)


def test_nothing_is_given_to_an_office_without_competence_and_what_comes_to_one_is_rejected(
    pair, request_, files
):
    gh, pt = pair.gh, pair.pt
    id = h.sealed_and_released(pair, request_, files)
    before = h.vault_objects(pt)
    without_access(gh)
    given = h.hand_over(pair, request_, id)  # PT has not heard of it yet
    pair.settle()
    for side in (gh, pt):
        with side.node.db.read() as conn:
            case = case_of(side.node, conn, request_.header.case)
            said = [a for a in store.acts_of_case(conn, case.id) if a.header.kind == "reject"]
        (reject,) = said
        assert reject.terms.act == given.id
        assert (reject.terms.step, reject.terms.reason) == ("recipient", "exchange.order.measure_not_taken")
        assert case.request(request_.id).exhibits == ()
    refresh_peer(pt.node, "GH")
    with h.fails(NotPermitted, "deliver.addressee_not_competent"):
        h.hand_over(pair, request_, id)
    assert h.vault_objects(pt) >= before
