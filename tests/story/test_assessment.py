"""Assessing through the deeds: replayed byte for byte, reopened by what comes later, and errors that help."""

import dataclasses

import pytest
from test_life import draft, settle_findings

from comity import messages, store, wire
from comity.acts import Fact, Provenance, Reply, Verdict
from comity.acts.terms import WithdrawReason
from comity.app import assess as deeds
from comity.app import execute
from comity.app import replay as replaying
from comity.app.node import Node
from comity.app.prepare import approve
from comity.app.question import Asking, answer, ask
from comity.app.send import send_draft
from comity.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted
from comity.law import Bundle
from comity.safeguards import Truth, catalogue, drafts

LESSER = "necessity.lesser_not_enough"


@pytest.fixture
def asked_of(pair):
    """A request made by the deed, which PT has."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    return said.act


def fact(key, value, by="PT", provenance=Provenance.OWN_INQUIRY, document=None):
    return Fact(
        key=key,
        value=value,
        provenance=provenance,
        stated_by=by,
        reference="page 3",
        document=document,
    )


def answered(pair, asked_of, *facts):
    asked = ask(pair.pt.node, asked_of.id, pair.pt["officer"], questions=(Asking("q1", "Why?"),)).act
    pair.settle()
    said = answer(
        pair.gh.node, asked.id, pair.gh["officer"], replies=(Reply(id="q1", text="So."),), facts=facts
    )
    pair.settle()
    return said.act


def named(findings, check):
    return next(one for one in findings if one.check == check)


# -- replay ---------------------------------------------------------------------------------------


def test_a_kept_assessment_is_replayed_from_its_acts_and_its_law(pair, asked_of):
    node = pair.pt.node
    answered(pair, asked_of, fact(LESSER, True, "GH", Provenance.DOCUMENT, "7" * 64))
    home = (fact("law.own_case_permitted", True), fact("persecution.timing", True))
    made = deeds.assess(node, asked_of.id, pair.pt["officer"], home=home).act
    assert len(made.terms.acts) == 1
    # What comes afterwards is none of what it rested on.
    answered(
        pair, asked_of, fact("necessity.third_persons_limited", True, "GH", Provenance.DOCUMENT, "8" * 64)
    )
    again = replaying.replay(node, made.id[:16])
    assert again.same
    assert (again.bundle, again.on) == (made.header.law.bundle, made.terms.on)
    assert again.stored == again.again == made.terms.findings
    assert not again.changed
    assert set(replaying.own_file(made.fields["findings"])) == set(home)


def test_a_replay_that_differs_names_the_finding(pair, asked_of, monkeypatch):
    node = pair.pt.node
    made = deeds.assess(node, asked_of.id, pair.pt["officer"]).act
    other = tuple(
        dataclasses.replace(check, version=check.version + 1, rule=lambda _: Truth.TRUE)
        if check.key == "own_case"
        else check
        for check in catalogue.CHECKS
    )
    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "CHECKS", other)
        catalogue.checks_of.cache_clear()
        again = replaying.replay(node, made.id)
    catalogue.checks_of.cache_clear()
    assert not again.same
    (changed,) = again.changed
    assert (changed.check, changed.versions) == ("own_case", (1, 2))
    assert (changed.before, changed.after) == (Verdict.NEEDS_HUMAN, Verdict.MET)
    assert replaying.replay(node, made.id).same


def test_only_an_assessment_is_replayed(pair, asked_of):
    with pytest.raises(NotFound) as caught:
        replaying.replay(pair.pt.node, asked_of.id)
    assert caught.value.id == "app.not_an_assessment"


# -- new information reopens -----------------------------------------------------------------------


def test_a_later_act_reopens_and_the_findings_that_changed_are_named(pair, asked_of):
    node = pair.pt.node
    home = (fact("law.own_case_permitted", True),)
    settle_findings(pair, asked_of)
    made = deeds.assess(node, asked_of.id, pair.pt["officer"], home=home).act
    same = deeds.reopened(node, asked_of.id, deeds.findings_now(node, asked_of.id, home))
    assert same.assessment == made.id
    assert same.changed == ()
    answered(pair, asked_of, fact(LESSER, False, "GH", Provenance.ASSERTED))
    findings = deeds.findings_now(node, asked_of.id, deeds.entered(node, asked_of.id))
    (changed,) = deeds.reopened(node, asked_of.id, findings).changed
    assert (changed.check, changed.before, changed.after) == (
        "proportionality",
        Verdict.NEEDS_HUMAN,
        Verdict.NOT_MET,
    )
    (read,) = [one for one in named(findings, "proportionality").facts if one.key == LESSER]
    assert (read.stated_by, read.act is not None, read.document) == ("GH", True, None)


def test_what_was_entered_stands_until_it_is_entered_otherwise(pair, asked_of):
    node = pair.pt.node
    assert deeds.entered(node, asked_of.id) == ()
    first = (fact("law.own_case_permitted", True), fact("law.transfer_permitted", True))
    deeds.assess(node, asked_of.id, pair.pt["officer"], home=first)
    now = (fact("law.transfer_permitted", False),)
    home = deeds.with_entered(deeds.entered(node, asked_of.id), now)
    assert {one.key: one.value for one in home} == {
        "law.own_case_permitted": True,
        "law.transfer_permitted": False,
    }
    assert named(deeds.findings_now(node, asked_of.id, home), "own_case").verdict is Verdict.MET


# -- what leaves ----------------------------------------------------------------------------------


def test_the_question_that_is_sent_holds_nothing_of_which_way_an_answer_goes(pair, asked_of):
    node = pair.pt.node
    found = deeds.settled_by(node, asked_of.id)
    asked = drafts(found)
    assert asked
    put = tuple(
        Asking(f"q{n}", messages.say(one.text), one.fact, one.about) for n, one in enumerate(asked, 1)
    )
    act = ask(node, asked_of.id, pair.pt["officer"], questions=put).act
    sent = wire.encode([wire.dump(act.terms), *(wire.dump(q) for q in act.fields["questions"])]).decode()
    for one in found:
        for fact_ in one.facts:
            if fact_.key not in {draft_.fact for draft_ in asked}:
                assert fact_.key not in sent
    for word in ("needs_human", "not_met", '"met"', "true", "false", *(str(v.value) for v in Verdict)):
        assert f'"{word}"' not in sent
    assert {q["fact"] for q in map(wire.dump, act.fields["questions"])} == {one.fact for one in asked}


@pytest.mark.parametrize("key", ["persecution.asylum", "research.indicated", "target.privileged"])
def test_what_is_asked_of_nobody_cannot_be_asked(pair, asked_of, key):
    with pytest.raises(NotPermitted) as caught:
        ask(pair.pt.node, asked_of.id, pair.pt["officer"], questions=(Asking("q1", "Well?", key),))
    assert caught.value.id == "app.asked_of_nobody"


# -- errors that say what to do --------------------------------------------------------------------


def raised(pair, request, home=()):
    with pytest.raises(ComityError) as caught:
        deeds.assess(pair.pt.node, request.id, pair.pt["officer"], home=home)
    wrong, remedy = messages.explain(caught.value)
    assert wrong
    assert remedy
    with pair.pt.node.db.read() as conn:
        kinds = [act.header.kind for act in store.acts_of_case(conn, str(request.header.case), "home")]
    assert "assess" not in kinds, "nothing half done"
    return caught.value


@pytest.mark.parametrize(
    ("home", "id"),
    [
        (
            (("law.own_case_permitted", True), ("law.own_case_permitted", False)),
            "safeguards.own_file_contradicts",
        ),
        ((("law.own_case_permitted", "yes"),), "safeguards.wrong_type"),
        ((("law.own_case_permitted", 1),), "safeguards.wrong_type"),
        ((("law.no_such_fact", True),), "safeguards.unknown_fact"),
        ((("request.two_persons", True),), "safeguards.fact_is_derived"),
    ],
)
def test_a_fact_that_cannot_be_entered_is_refused(pair, asked_of, home, id):
    error = raised(pair, asked_of, tuple(fact(key, value) for key, value in home))
    assert isinstance(error, BadInput)
    assert error.id == id
    if id == "safeguards.own_file_contradicts":
        assert (error.arguments["one"], error.arguments["other"]) == ("true", "false"), "both are shown"


def test_what_two_states_say_otherwise_is_no_error_but_a_finding(pair, asked_of):
    answered(pair, asked_of, fact(LESSER, True, "GH", Provenance.DOCUMENT, "7" * 64))
    made = deeds.assess(pair.pt.node, asked_of.id, pair.pt["officer"], home=(fact(LESSER, False),)).act
    finding = named(made.fields["findings"], "proportionality")
    assert finding.verdict is Verdict.NEEDS_HUMAN
    assert "safeguards.any.contradictory" in [one.id for one in finding.because]
    assert {one.value for one in finding.facts if one.key == LESSER} == {True, False}


def by_law(monkeypatch, node, **changes):
    """The node's law data with something changed."""
    content = node.bundle.content.model_copy(update=changes)
    bundle = Bundle(content, wire.dump_bytes(content))
    monkeypatch.setattr(Node, "base", property(lambda _: bundle))
    return bundle


def test_an_unknown_state_is_an_error(pair, asked_of, monkeypatch):
    nations = tuple(n for n in pair.pt.node.bundle.content.nations if n.code != "GH")
    by_law(monkeypatch, pair.pt.node, nations=nations)
    error = raised(pair, asked_of)
    assert isinstance(error, NotFound)
    assert "GH" in str(error)


def test_law_data_older_than_that_of_the_request_is_an_error(pair, asked_of, monkeypatch):
    assert deeds.law_for(pair.pt.node, asked_of).digest == asked_of.header.law.bundle
    by_law(monkeypatch, pair.pt.node, as_of="2026-01-01")
    error = raised(pair, asked_of)
    assert isinstance(error, Conflict)
    assert error.id == "app.law_older_than_request"
    assert error.arguments["ours"] == "2026-01-01"


def test_law_data_that_is_newer_than_that_of_the_request_is_used(pair, asked_of, monkeypatch):
    newer = by_law(monkeypatch, pair.pt.node, as_of="2099-01-01")
    assert deeds.law_for(pair.pt.node, asked_of).digest == newer.digest


def test_a_measure_without_checks_is_an_error_and_not_silence(pair, asked_of, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(catalogue, "CHECKS", ())
        catalogue.checks_of.cache_clear()
        error = raised(pair, asked_of)
    catalogue.checks_of.cache_clear()
    assert error.id == "safeguards.measure_without_checks"


def test_a_request_is_named_by_its_case_where_it_is_alone_there(pair, asked_of):
    node = pair.pt.node
    assert deeds.request_named(node, str(asked_of.header.case)) == asked_of.id
    assert deeds.request_named(node, asked_of.id[:12]) == asked_of.id
    with pytest.raises(NotFound):
        deeds.request_named(node, "0" * 64)
    case = str(asked_of.header.case)
    said = send_draft(
        pair.gh.node, draft(subject="Another"), pair.gh["officer"], approver="approver", case=case
    )
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    with pytest.raises(BadInput) as caught:
        deeds.request_named(node, case)
    assert caught.value.id == "app.not_one_request"
    assert caught.value.arguments["count"] == 2
    execute.withdraw(
        pair.gh.node, said.act.id, pair.gh["officer"], reason=WithdrawReason.ERROR, text="Sent twice."
    )
    pair.settle()
    assert deeds.request_named(node, case) == asked_of.id, "the one that is still open"
