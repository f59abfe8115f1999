"""The first request: from a preview to a closed file, through every step of a request's life.

Promises: each step is a deed of ``app``, done by the person who may do it, and told as it happens. What is
said about the law comes from the law data, with its marks.

Leaves to others: the nodes (``nodes``), the refused request (``refusal``), proofs (``proofs``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from comity.acts import (
    AskWhom,
    Capacity,
    Condition,
    Fact,
    Finding,
    Outcome,
    Provenance,
    Reply,
    Verdict,
)
from comity.acts.terms import Basis, CloseReason, Execution, Urgency, UseKind
from comity.app import assess as assessing
from comity.app import custody, deliver, execute, exhibit
from comity.app.decide import Ruling, decide
from comity.app.node import case_of
from comity.app.prepare import Said, approve
from comity.app.question import Asking, answer, ask
from comity.app.ratify import ratify
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.calendar import Zone
from comity.cases import clocks
from comity.demo.invocation import brief, many, stated, typed
from comity.demo.nodes import Side, acknowledged
from comity.demo.papers import ANSWERS, NUMBER, annex, bases_of, draft_of, own_facts, proceeding
from comity.demo.teller import Teller
from comity.law import relate
from comity.messages import render
from comity.messages import say as in_words
from comity.safeguards import question, questions


@dataclass
class Told:
    """What the first story leaves behind, for the proofs and the report."""

    case: str
    preserve: str
    request: str
    decision: str
    delivery: str
    exhibit: str
    here: tuple[Finding, ...] = ()
    there: tuple[Finding, ...] = ()


def _law(teller: Teller, gh: Side, measure: str, bases: tuple[Basis, ...]) -> None:
    """Say what is known to bind the two today, and which bases the request will name."""
    on = gh.node.clock.now().date()
    relation = relate(gh.node.bundle, "GH", "PT", on, measure)
    command = f"law relation GH PT --on {on.isoformat()} --measure {measure}"
    teller.step("law", command=command, on=on.isoformat())
    for reason in relation.trace:
        teller.quote(in_words(reason))
    for basis in bases:
        held = gh.node.bundle.provision(basis.provision)
        teller.detail(
            "basis_named",
            instrument=gh.node.bundle.instrument(held.instrument).short_name,
            pointer=held.pointer,
            mark=held.mark_content,
            confirm=render("demo.to_confirm") if held.verify else "",
        )


def first_request(teller: Teller, gh: Side, pt: Side, evidence: Path) -> Told:
    """Carry one piece of evidence through the whole life of a request."""
    teller.chapter("chapter_preview")
    bases = bases_of(gh, "access_stored")
    _law(teller, gh, "access_stored", bases)
    seen = send_draft(gh.node, draft_of(gh, "preview", bases), gh["officer"]).act
    case = str(seen.header.case)
    teller.step("preview", "GH", "request send preview.toml --as officer", case=case[:8])
    acknowledged(gh)
    teller.step("receipt", "PT", act=seen.id[:12])

    told = Told(case, _preserve(teller, gh, pt, case), "", "", "", "")
    _request(teller, gh, told, bases)
    _questions(teller, gh, pt, told)
    _decide(teller, gh, pt, told)
    _hand_over(teller, gh, pt, told, evidence)
    _end(teller, gh, pt, told)
    return told


def _preserve(teller: Teller, gh: Side, pt: Side, case: str) -> str:
    teller.chapter("chapter_night")
    bases = bases_of(gh, "preserve")
    signing = next(s for s in gh.node.bundle.measure("preserve").signing if s.ratify_within_hours)
    draft = draft_of(gh, "request", bases).model_copy(
        update={
            "measure": "preserve",
            "from_": "gh:desk-24-7",
            "to": "pt:desk-24-7",
            "urgency": Urgency.URGENT,
            "urgency_reason": render("demo.text_urgency"),
            "ratify_within_hours": signing.ratify_within_hours,
        }
    )
    preserve = send_draft(gh.node, draft, gh["desk"], case=case).act
    teller.step(
        "preserve",
        "GH",
        "request send preserve.toml --as desk --case " + case[:8],
        hours=int(signing.ratify_within_hours or 0),
    )
    acknowledged(gh)
    teller.step("receipt", "PT", act=preserve.id[:12])
    execute.effected(
        pt.node,
        preserve.id,
        pt["desk"],
        outcome=Execution.DONE,
        items=tuple(i.id for i in draft.items),
        at=pt.node.clock.now(),
        text=render("demo.text_effected"),
    )
    report = ("--outcome", "done", "--text", brief(render("demo.text_effected")))
    teller.step("effected", "PT", typed("effected", preserve.id[:8], *report, "--as", "desk"))
    acknowledged(pt)
    with gh.node.db.read() as conn:
        running = clocks(case_of(gh.node, conn, case), gh.node.bundle, _zones(gh))
    for clock in running:
        if clock.provision is None or clock.ends is None:
            continue
        teller.detail(
            "clock",
            until=clock.ends.strftime("%Y-%m-%d %H:%M"),
            pointer=gh.node.bundle.provision(clock.provision).pointer,
            confirm=render("demo.to_confirm") if gh.node.bundle.provision(clock.provision).verify else "",
        )
    ratify(gh.node, preserve.id, gh["desk-chief"], text=render("demo.text_ratified"))
    ratified = ("--text", brief(render("demo.text_ratified")))
    teller.step("ratified", "GH", typed("ratify", preserve.id[:8], *ratified, "--as", "desk-chief"))
    return preserve.id


def _request(teller: Teller, gh: Side, told: Told, bases: tuple[Basis, ...]) -> None:
    teller.chapter("chapter_request")
    draft = draft_of(gh, "request", bases).model_copy(update={"follows": told.preserve})
    said = send_draft(gh.node, draft, gh["officer"], approver="approver", case=told.case)
    teller.step("request", "GH", "request send request.toml --as officer --approver approver")
    told.request = cosign(teller, gh, said)
    teller.step("receipt", "PT", act=told.request[:12])
    told.here = assessing.assess(gh.node, told.request, gh["officer"]).act.fields["findings"]
    teller.step("assessed", "GH", f"assess {told.request[:8]} --as officer", **_count(told.here))


def _questions(teller: Teller, gh: Side, pt: Side, told: Told) -> None:
    teller.chapter("chapter_questions")
    home = own_facts(pt, research=False)
    findings = assessing.assess(pt.node, told.request, pt["officer"], home=home).act.fields["findings"]
    teller.step("assessed", "PT", assessing_command(told.request, home), **_count(findings))
    show_findings(teller, findings)
    wanted = questions(findings)
    put = tuple(
        Asking(f"q{n}", in_words(question(fact)), fact, finding)
        for n, (fact, finding) in enumerate(wanted, 1)
    )
    asked = ask(pt.node, told.request, pt["officer"], questions=put).act
    command = typed("ask", told.request[:8], *many("--fact", (fact for fact, _ in wanted)), "--as", "officer")
    teller.step("asked", "PT", command, count=len(put))
    for one in put[:3]:
        teller.quote(one.text)
    acknowledged(pt)
    replies = tuple(Reply(id=q.id, text=render("demo.text_reply")) for q in put)
    facts = tuple(
        Fact(
            key=str(q.fact),
            value=ANSWERS.get(str(q.fact), True),
            provenance=Provenance.DOCUMENT,
            stated_by="GH",
            reference=render("demo.text_annex", number=n),
            document=annex(n),
        )
        for n, q in enumerate(put, 1)
    )
    answer(gh.node, asked.id, gh["officer"], replies=replies, facts=facts)
    said = many("--reply", (f"{reply.id}={reply.text}" for reply in replies))
    paper = ("--reference", render("demo.text_annex", number=1))
    command = typed("answer", asked.id[:8], *said, *stated(facts), *paper, "--as", "officer")
    teller.step("answered", "GH", command, count=len(facts))
    acknowledged(gh)
    narrowed = execute.amend(
        gh.node,
        told.request,
        gh["officer"],
        approver="approver",
        text=render("demo.text_narrowed"),
        drop=("mailbox",),
    )
    less = ("--drop", "mailbox", "--text", brief(render("demo.text_narrowed")))
    signing = ("--as", "officer", "--approver", "approver")
    teller.step("amended", "GH", typed("amend", told.request[:8], *less, *signing))
    cosign(teller, gh, narrowed)


def _decide(teller: Teller, gh: Side, pt: Side, told: Told) -> None:
    teller.chapter("chapter_decision")
    home = own_facts(pt, research=False)
    made = assessing.assess(pt.node, told.request, pt["officer"], home=home).act
    told.there = made.fields["findings"]
    teller.step("assessed", "PT", assessing_command(told.request, home), **_count(told.there))
    answer_open(teller, pt, told.request, made.id)
    condition = Condition(
        id="this-proceeding-only", kind="use_limit", text=render("demo.text_condition", number=NUMBER)
    )
    rulings = (
        Ruling("subscriber", Outcome.GRANT, render("demo.text_grant"), render("demo.text_inward_grant")),
        Ruling(
            "access-log",
            Outcome.GRANT_ON_CONDITIONS,
            render("demo.text_grant_condition"),
            render("demo.text_inward_condition"),
            conditions=(condition,),
        ),
    )
    said = decide(pt.node, told.request, pt["officer"], rulings=rulings, approver="approver")
    signing = ("--as", "officer", "--approver", "approver")
    teller.step("decided", "PT", typed("decide", told.request[:8], "--file", "rulings.toml", *signing))
    for ruling in rulings:
        outcome = render(f"demo.outcome_{ruling.outcome.value}")
        teller.detail("ruling", item=ruling.item, outcome=outcome, reason=ruling.outward)
    teller.detail("inward")
    told.decision = cosign(teller, pt, said)
    execute.accept(gh.node, told.request, gh["officer"])
    teller.step("accepted", "GH", f"accept {told.request[:8]} --as officer")
    acknowledged(gh)


def _hand_over(teller: Teller, gh: Side, pt: Side, told: Told, evidence: Path) -> None:
    teller.chapter("chapter_evidence")
    with teller.progress("sealing") as progress:
        told.exhibit = exhibit.add(
            pt.node,
            told.request,
            ("subscriber", "access-log"),
            evidence,
            render("demo.text_source"),
            pt["examiner"],
            progress=progress,
        )
    sealed = exhibit.statement_of(pt.node, told.case, told.exhibit)
    what = (*many("--item", ("subscriber", "access-log")), "--label", brief(render("demo.text_source")))
    command = typed("evidence", "add", told.request[:8], evidence.name, *what, "--as", "examiner")
    teller.step("sealed", "PT", command, exhibit=told.exhibit)
    teller.detail("sealed_how", files=sealed.files, size=sealed.size, digest=sealed.sha256)
    if pt.node.settings.timestamp != "none":
        exhibit.stamp(pt.node, told.case, told.exhibit, pt["examiner"])
        where = ("--case", told.case[:8], "--as", "examiner")
        teller.step("stamped", "PT", typed("evidence", "seal", told.exhibit, *where))
    else:
        teller.step("not_stamped", "PT")
    exhibit.review(
        pt.node,
        told.case,
        told.exhibit,
        release=True,
        text=render("demo.text_review"),
        who=pt["approver"],
    )
    released = ("--release", "--text", brief(render("demo.text_review")), "--case", told.case[:8])
    teller.step("reviewed", "PT", typed("evidence", "review", told.exhibit, *released, "--as", "approver"))
    act = deliver.deliver(
        pt.node,
        told.request,
        (told.exhibit,),
        Capacity.EVIDENCE,
        render("demo.text_delivery"),
        pt["officer"],
    ).act
    told.delivery = act.id
    announced = act.terms.exhibits[0]
    given = ("--exhibit", told.exhibit, "--capacity", "evidence")
    described = ("--description", brief(render("demo.text_delivery")))
    command = typed("deliver", told.request[:8], *given, *described, "--as", "officer")
    teller.step("delivered", "PT", command, pieces=len(announced.sealed))
    acknowledged(pt)
    custody.take_custody(gh.node, told.delivery, gh["examiner"])
    teller.step("taken", "GH", f"custody take {told.delivery[:8]} --as examiner")
    acknowledged(gh)


def _end(teller: Teller, gh: Side, pt: Side, told: Told) -> None:
    teller.chapter("chapter_end")
    before = proceeding()
    execute.use(
        gh.node,
        told.request,
        gh["officer"],
        exhibits=(told.exhibit,),
        kind=UseKind.STATED,
        proceeding=before,
        text=render("demo.text_use"),
    )
    used = ("--exhibit", told.exhibit, "--number", before.number, "--authority", before.authority)
    words = ("--stage", before.stage, "--text", brief(render("demo.text_use")))
    teller.step("used", "GH", typed("use", told.request[:8], *used, *words, "--as", "officer"))
    acknowledged(gh)
    execute.close(pt.node, told.request, pt["officer"], outcome=CloseReason.ANSWERED)
    teller.step("closed", "PT", f"close {told.request[:8]} --as officer --outcome answered")
    acknowledged(pt)


def cosign(teller: Teller, side: Side, said: Said) -> str:
    """The second officer signs the very act; only then does it leave."""
    done = approve(side.node, said.act.id, side["approver"])
    teller.step("cosigned", side.state, f"approve {said.act.id[:8]} --as approver", act=said.act.id[:12])
    acknowledged(side)
    return done.act.id


def answer_open(teller: Teller, side: Side, request: str, assessment: str) -> None:
    """A person answers each open finding, with reasons; none answers itself."""
    it = matter(side.node, request)
    reason = render("demo.text_finding")
    for person, text in (("officer", "findings_answered"), ("approver", "findings_second")):
        left = assessing.latest_assessment(side.node, it).unanswered  # of the second: the heavy ones
        if not left:
            continue
        for finding in left:
            assessing.answer_finding(side.node, assessment, side[person], finding=finding, text=reason)
        answers = [word for finding in left for word in ("--finding", finding, "--answer", brief(reason))]
        command = typed("assess", request[:8], *answers, "--as", person)
        teller.step(text, side.state, command, count=len(left))


def assessing_command(request: str, home: tuple[Fact, ...]) -> str:
    """How one assesses a request with facts of the own file."""
    paper = ("--reference", home[0].reference)
    return typed("assess", request[:8], *stated(home), *paper, "--as", "officer")


def show_findings(teller: Teller, findings: tuple[Finding, ...]) -> None:
    """One line a finding: the verdict, where it stands, what is missing."""
    for finding in findings:
        missing = [m for m in finding.missing if m.ask is AskWhom.THEM]
        cite = finding.cites[0]
        teller.detail(
            "finding",
            verdict=render(f"demo.verdict_{finding.verdict.value}"),
            check=render(f"safeguards.{finding.check}.title"),
            pointer=cite.pointer,
            confirm=render("demo.to_confirm") if cite.verify else "",
            missing=render("demo.missing", count=len(missing)) if missing else "",
        )


def _count(findings: tuple[Finding, ...]) -> dict[str, int]:
    verdicts = [f.verdict for f in findings]
    return {
        "checks": len(verdicts),
        "met": verdicts.count(Verdict.MET),
        "not_met": verdicts.count(Verdict.NOT_MET),
        "open": verdicts.count(Verdict.NEEDS_HUMAN),
    }


def _zones(side: Side) -> dict[str, Zone]:
    return {state: side.node.bundle.zone(state) for state in ("GH", "PT")}
