"""The second request: refused on stored data, because of what was done in good faith.

Promises: the refusal rests on a ground that the law data knows, comes after an offer of consultation that
was taken up, and gives reasons. The facts of research are put criterion by criterion; what follows from
them a person decides. Whom the request concerns is invented.

Leaves to others: the deeds (``app``), the criteria (``law``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from comity.acts import Fact, Finding, Outcome, Provenance, Reply
from comity.acts.terms import CloseReason, DataType
from comity.app import assess as assessing
from comity.app import execute
from comity.app.decide import Ruling, consult, decide
from comity.app.draft import DraftItem
from comity.app.question import Asking, answer, ask
from comity.app.send import send_draft
from comity.clock import write_instant
from comity.demo.invocation import brief, typed
from comity.demo.nodes import Side, acknowledged
from comity.demo.papers import bases_of, draft_of, own_facts
from comity.demo.story import answer_open, assessing_command, cosign
from comity.demo.teller import Teller
from comity.messages import render
from comity.wire import digest

GROUND: Final = "budapest.ground.dual_criminality"
SHOWN: Final = tuple(f"research.gf_{n:02}" for n in (2, 3, 4, 6, 8, 11))
"""Criteria that the researcher's papers show: purpose, methods, least access, data, report, no demand."""


@dataclass(frozen=True)
class Refused:
    """What the second story leaves behind."""

    case: str
    request: str
    decision: str
    findings: tuple[Finding, ...]


def second_request(teller: Teller, gh: Side, pt: Side) -> Refused:
    """Ask for a researcher's account, and be refused."""
    teller.chapter("chapter_research")
    draft = draft_of(gh, "request", bases_of(gh, "access_stored")).model_copy(
        update={
            "subject": render("demo.text_research_subject"),
            "conduct": render("demo.text_research_conduct"),
            "purpose": render("demo.text_research_purpose"),
            "items": (
                DraftItem(
                    id="research-mailbox",
                    data=DataType.CONTENT,
                    description=render("demo.text_research_item"),
                    account="finder@research.example",
                ),
            ),
            "facts": (),
        }
    )
    said = send_draft(gh.node, draft, gh["officer"], approver="approver")
    case = str(said.act.header.case)
    teller.step("request_second", "GH", "request send second.toml --as officer --approver approver")
    request = cosign(teller, gh, said)

    home = (*own_facts(pt, research=True), *_research(pt))
    made = assessing.assess(pt.node, request, pt["officer"], home=home).act
    findings: tuple[Finding, ...] = made.fields["findings"]
    teller.step("assessed_second", "PT", assessing_command(request, home))
    for finding in findings:
        if finding.check in {"research", "dual_criminality", "own_case"}:
            _show(teller, finding)
    _consultation(teller, gh, pt, request)
    answer_open(teller, pt, request, made.id)
    ruling = Ruling(
        "research-mailbox",
        Outcome.REFUSE,
        render("demo.text_refuse"),
        render("demo.text_inward_refuse"),
        grounds=(GROUND,),
    )
    refused = decide(pt.node, request, pt["officer"], rulings=(ruling,), approver="approver")
    reasons = ("--outward", brief(ruling.outward), "--inward", brief(ruling.inward))
    signing = ("--as", "officer", "--approver", "approver")
    command = typed("decide", request[:8], "--refuse", f"{ruling.item}={GROUND}", *reasons, *signing)
    teller.step("refused", "PT", command)
    ground = pt.node.bundle.ground(GROUND)
    for key in ground.provisions:
        held = pt.node.bundle.provision(key)
        confirm = render("demo.to_confirm") if held.verify else ""
        teller.detail("ground", pointer=held.pointer, summary=ground.summary, confirm=confirm)
    teller.quote(ruling.outward)
    decision = cosign(teller, pt, refused)
    execute.close(pt.node, request, pt["officer"], outcome=CloseReason.REFUSED)
    teller.step("closed", "PT", f"close {request[:8]} --as officer --outcome refused")
    acknowledged(pt)
    return Refused(case, request, decision, findings)


def _consultation(teller: Teller, gh: Side, pt: Side, request: str) -> None:
    until = pt.node.clock.now() + timedelta(days=14)
    consult(
        pt.node,
        request,
        pt["officer"],
        grounds=(GROUND,),
        answer_by=until,
        text=render("demo.text_consult"),
    )
    offer = ("--ground", GROUND, "--answer-by", write_instant(until))
    words = ("--text", brief(render("demo.text_consult")), "--as", "officer")
    command = typed("consult", request[:8], *offer, *words)
    teller.step("consulted", "PT", command, until=until.date().isoformat())
    acknowledged(pt)
    put = Asking("q1", render("demo.text_consult_question"))
    asked = ask(gh.node, request, gh["officer"], questions=(put,)).act
    command = typed("ask", request[:8], "--question", brief(put.text), "--as", "officer")
    teller.step("consult_taken_up", "GH", command)
    teller.quote(put.text)
    acknowledged(gh)
    reply = Reply(id=put.id, text=render("demo.text_consult_reply"))
    answer(pt.node, asked.id, pt["officer"], replies=(reply,), facts=())
    command = typed("answer", asked.id[:8], "--reply", f"{reply.id}={brief(reply.text)}", "--as", "officer")
    teller.step("consult_answered", "PT", command)
    acknowledged(pt)


def _research(pt: Side) -> tuple[Fact, ...]:
    """What the papers that the researcher left with the coordinator in Lisbon show."""
    return tuple(
        Fact(
            key=key,
            value=True,
            provenance=Provenance.DOCUMENT,
            stated_by=pt.state,
            reference=render("demo.text_research_paper", number=n),
            document=digest(render("demo.text_research_paper", number=n).encode()),
        )
        for n, key in enumerate(SHOWN, 1)
    )


def _show(teller: Teller, finding: Finding) -> None:
    teller.detail(
        "finding",
        verdict=render(f"demo.verdict_{finding.verdict.value}"),
        check=render(f"safeguards.{finding.check}.title"),
        pointer=finding.cites[0].pointer,
        confirm=render("demo.to_confirm") if finding.cites[0].verify else "",
        missing="",
    )
    for because in finding.because:
        arguments = {a.name: a.value for a in because.arguments}
        teller.quote(render(because.id, **arguments))
