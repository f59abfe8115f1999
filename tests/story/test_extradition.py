"""Extradition, two nodes: arrest, the court before the executive, surrender, for a time or for good."""

from dataclasses import replace

import handing as h
import loopback as l
import pytest

from comity.acts import Condition, Outcome, Proceeding
from comity.acts.knowing_terms import Tie
from comity.acts.person_terms import Penalty, SentenceStage
from comity.acts.terms import ArrestEvent, Basis, CloseReason, CourtFinding, Manner
from comity.app import execute, found, linking, persons
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.assurances import sentence
from comity.app.decide import Ruling, decide
from comity.app.draft import read_draft
from comity.app.form import new_file
from comity.app.node import case_of
from comity.app.prepare import approve
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.app.show import show_case
from comity.errors import BadInput, NotPermitted
from comity.law import packaged_bundle
from comity.safeguards import catalogue


@pytest.fixture
def nodes(tmp_path, monkeypatch):
    """GH and PT with offices for extradition, and a judge each; one check of safeguards covers it."""
    office = found.office

    def both(spec, name=None):
        return office(f"{spec},extradition_authority", name)

    monkeypatch.setattr(found, "office", both)
    monkeypatch.setattr(l, "STAFF", {**l.STAFF, "judge": ("judge",)})
    covers = replace(catalogue.BY_KEY["two_persons"], measures=frozenset({"extradite"}))
    monkeypatch.setattr(catalogue, "CHECKS", (covers,))
    catalogue.checks_of.cache_clear()
    pair = l.make_pair(tmp_path / "nodes")
    yield pair
    pair.close()
    catalogue.checks_of.cache_clear()  # it must not tell later tests of this one's checks


@pytest.fixture
def request_(nodes):
    """GH asks PT for a person, by the form that the law data gives."""
    text = new_file(
        "request",
        own="gh:central-authority",
        to="pt:central-authority",
        measure=packaged_bundle().measure("extradite"),
        bases=(Basis(instrument="budapest", provision="budapest.extradition.scope"),),
    )
    for member, said in (
        ("subject", "A person"), ("purpose", "Prosecution"), ("number", "17"), ("authority", "Court"),
        ("description", "One person"), ("account", "Person A, thought to be in the port"),
        ("death_penalty", "Our law has none."), ("did", "Entered a system without right."),
    ):  # fmt: skip
        text = text.replace(f'{member} = ""', f'{member} = "{said}"', 1)
    text = text.replace('title = ""', 'title = "Paper"').replace('law = ""', 'law = "Act"', 1)
    text = text.replace('digest = ""', f'digest = "{"ab" * 32}"')
    draft = read_draft(text.encode(), "request.toml")
    said = send_draft(nodes.gh.node, draft, nodes.gh["officer"], approver="approver")
    act = approve(nodes.gh.node, said.act.id, nodes.gh["approver"]).act
    nodes.settle()
    return act


def arrested(nodes, request, event, until=None):
    return persons.arrest(
        nodes.pt.node,
        request.id,
        nodes.pt["officer"],
        event=event,
        items=("item-1",),
        at=nodes.clock.now(),
        until=until,
        text="As the law has it.",
    )


def before_judge(nodes, request, finding):
    said = persons.court(
        nodes.pt.node,
        request.id,
        nodes.pt["officer"],
        judge="judge",
        finding=finding,
        items=("item-1",),
        at=nodes.clock.now(),
        text="Heard, with counsel.",
    )
    approve(nodes.pt.node, said.act.id, nodes.pt["judge"])
    nodes.settle()


def ruled(nodes, request, ruling):
    pt = nodes.pt
    made = assess(pt.node, request.id, pt["officer"]).act
    it = matter(pt.node, request.id)
    for person in ("officer", "approver"):
        for key in latest_assessment(pt.node, it).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=key, text="Looked at; satisfied.")
    said = decide(pt.node, request.id, pt["officer"], rulings=(ruling,), approver="approver")
    approve(pt.node, said.act.id, pt["approver"])
    nodes.settle()


def surrendered(nodes, request, manner):
    said = persons.surrender(
        nodes.pt.node,
        request.id,
        nodes.pt["officer"],
        approver="approver",
        manner=manner,
        items=("item-1",),
        at=nodes.clock.now(),
        text="At the airport.",
    )
    approve(nodes.pt.node, said.act.id, nodes.pt["approver"])
    nodes.settle()


def same_case(nodes, request):
    found_ = []
    for side in (nodes.gh, nodes.pt):
        with side.node.db.read() as conn:
            found_.append(case_of(side.node, conn, request.header.case))
    assert found_[0].dump() == found_[1].dump()
    return found_[0].request(request.id)


def test_a_person_is_arrested_heard_granted_lent_and_surrendered(nodes, request_):
    arrested(nodes, request_, ArrestEvent.ARRESTED)
    grant = Ruling("item-1", Outcome.GRANT, "Granted.", "Inward.")
    with h.fails(NotPermitted, "cases.requires.court_first"):
        ruled(nodes, request_, grant)
    before_judge(nodes, request_, CourtFinding.LAWFUL)
    ruled(nodes, request_, grant)
    for manner in (Manner.TEMPORARY, Manner.RETURNED, Manner.FULL):
        surrendered(nodes, request_, manner)
    execute.close(nodes.pt.node, request_.id, nodes.pt["officer"], outcome=CloseReason.ANSWERED)
    nodes.settle()
    request = same_case(nodes, request_)
    assert request.closed is not None
    assert [one.kind for one in request.noted] == ["arrest", "court", *["surrender"] * 3]


def test_a_condition_of_the_surrender_is_asked_by_every_deed_and_its_breach_is_told(nodes, request_):
    """Promise: what is promised for a person is refused before it is broken, and never broken in silence."""
    before_judge(nodes, request_, CourtFinding.CONSENTED)
    no_death = Condition(id="no-death", kind="no_death_penalty", text="No sentence of death.")
    new_trial = Condition(id="new-trial", kind="trial_guarantee", text="A new trial.")
    on = (no_death, new_trial)
    ruled(nodes, request_, Ruling("item-1", Outcome.GRANT_ON_CONDITIONS, "Granted.", "Inward.", (), on))
    with h.fails(NotPermitted, "cases.requires.granted_or_given"):
        surrendered(nodes, request_, Manner.FULL)
    gh, pt = nodes.gh, nodes.pt
    execute.accept(gh.node, request_.id, gh["officer"])
    nodes.settle()
    surrendered(nodes, request_, Manner.FULL)

    def face(stage, penalty=Penalty.DEATH, *, kept=("new-trial",), broken=()):
        more = {"items": ("item-1",), "at": nodes.clock.now(), "text": "Before the court."}
        more |= {"penalty": penalty, "stage": stage, "kept": kept, "broken": broken}
        said = sentence(gh.node, request_.id, gh["officer"], approver="approver", **more)
        approve(gh.node, said.act.id, gh["approver"])
        nodes.settle()
        return said.act.id

    with h.fails(NotPermitted, "app.assurance_forbids"):
        face(SentenceStage.SOUGHT)
    with h.fails(BadInput, "app.assurances_unanswered"):
        face(SentenceStage.SOUGHT, Penalty.PRISON, kept=())
    face(SentenceStage.SOUGHT, Penalty.PRISON)
    with h.fails(BadInput, "app.assurance_broken"):
        face(SentenceStage.PASSED)
    told = face(SentenceStage.PASSED, broken=("no-death",))
    same_case(nodes, request_)
    shown = show_case(pt.node, request_.header.case)
    (line,) = [one for one in shown["requests"][0]["assurances"] if one["id"] == "no-death"]
    assert (line["broken"], line["text"], line["lifted"]) == ([told], "No sentence of death.", None)
    kinds = {one["id"]: one["kind"] for one in shown["story"]["conditions"]}
    assert kinds == {"no-death": "assurance_broken", "new-trial": "trial_guarantee"}
    assert "house.assurance" in {one["clock"] for one in shown["due"]}


def test_no_officer_speaks_for_the_court(nodes, request_):
    with h.fails(NotPermitted, "app.not_competent"):
        persons.court(
            nodes.pt.node,
            request_.id,
            nodes.pt["officer"],
            judge="approver",
            finding=CourtFinding.LAWFUL,
            items=("item-1",),
            at=nodes.clock.now(),
            text="Heard.",
        )


def test_what_the_court_found_unlawful_is_not_granted_and_nobody_is_prosecuted_before_a_refusal(
    nodes, request_
):
    before_judge(nodes, request_, CourtFinding.NOT_LAWFUL)
    with h.fails(NotPermitted, "cases.requires.court_first"):
        ruled(nodes, request_, Ruling("item-1", Outcome.GRANT, "Granted.", "Inward."))
    with h.fails(NotPermitted, "cases.requires.item_refused"):
        prosecuted(nodes, request_)


@pytest.mark.parametrize("ground", ["conditions", "nationality"])
def test_only_a_refusal_because_of_nationality_opens_the_duty_to_prosecute(nodes, request_, ground):
    pt = nodes.pt
    key = f"budapest.ground.extradition_{ground}"
    ruled(nodes, request_, Ruling("item-1", Outcome.REFUSE, "Refused.", "Inward.", grounds=(key,)))
    owed = [one["kind"] for one in show_case(pt.node, request_.header.case)["next"]]
    if ground == "conditions":
        assert "prosecute_instead" not in owed
        with h.fails(NotPermitted, "cases.requires.prosecution_owed"):
            prosecuted(nodes, request_)
        return
    assert "prosecute_instead" in owed
    kept = l.ask(nodes, "mailbox").header.case
    linking.link(pt.node, request_.header.case, pt["officer"], other=kept, tie=Tie.EVIDENCE)
    assert [one["case"] for one in show_case(pt.node, request_.header.case)["links"]] == [kept]
    assert [one["tie"] for one in show_case(pt.node, kept)["links"]] == ["extradition"]
    prosecuted(nodes, request_)
    nodes.settle()
    (said,) = same_case(nodes, request_).said("prosecute_instead")
    assert said.terms.evidence == kept
    assert show_case(nodes.gh.node, kept)["links"] == []
    with h.fails(NotPermitted, "cases.requires.prosecution_owed"):
        prosecuted(nodes, request_)


def prosecuted(nodes, request):
    return persons.prosecute_instead(
        nodes.pt.node,
        request.id,
        nodes.pt["officer"],
        items=("item-1",),
        at=nodes.clock.now(),
        proceeding=Proceeding(number="2026/3", authority="Prosecutor", stage="investigation"),
        evidence=None,
        text="Brought before the prosecutor.",
    )
