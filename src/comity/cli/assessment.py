"""Assessing a request: the findings in words, and a person's answers to those that are open.

Promises: a finding shows all that its reader needs to doubt it: the paragraphs with their marks, the facts
with their provenance, what is missing and who may be asked.

Leaves to others: the checks (``safeguards``), keeping findings and answers (``app.assess``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from comity.acts.finding import Provenance
from comity.cli.command import argument, command, option
from comity.cli.saying import choice, facts
from comity.cli.session import Session
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.acts import Finding
    from comity.app.node import Node

NOBODY: Final = "nobody"
"""What ``--tell`` takes where nobody is told."""


@command("assess")
@argument("request", metavar="REQUEST")
@option("--as", "who", metavar="NAME")
@option("--fact", "stated", multiple=True, metavar="KEY=VALUE")
@option("--provenance", type=choice(Provenance), default=Provenance.OWN_INQUIRY.value, show_default=True)
@option("--reference", default="", metavar="TEXT")
@option("--finding", "keys", multiple=True, metavar="KEY")
@option("--answer", "texts", multiple=True, metavar="TEXT")
@option("--not-resolved", is_flag=True)
@option("--tell", "told", multiple=True, metavar="STATE")
@click.pass_obj
def assess_command(
    session: Session,
    /,
    *,
    request: str,
    who: str | None,
    stated: tuple[str, ...],
    provenance: str,
    reference: str,
    keys: tuple[str, ...],
    texts: tuple[str, ...],
    not_resolved: bool,
    told: tuple[str, ...],
) -> None:
    """``comity assess``."""
    from comity.app.assess import assess, findings_now

    with session.node() as node:
        if keys or texts:
            if len(keys) != len(texts) or who is None:
                raise BadInput("cli.answer_in_full")
            answers = tuple(zip(keys, texts, strict=True))
            if told:
                _tell(session, node, request, who, answers, told=told)
                return
            _answer(session, node, request, who, answers, resolved=not not_resolved)
            return
        home = facts(node, stated, provenance, reference)
        if who is None:
            act, findings = None, findings_now(node, request, home)
        else:
            said = assess(node, request, node.person(who), home=home)
            act, findings = said.act, said.act.fields["findings"]
    value = {
        "assessment": None if act is None else act.id,
        "findings": [finding_view(session, one) for one in findings],
    }
    session.show(value, lambda: _words(session, value))


def _answer(
    session: Session,
    node: Node,
    request: str,
    who: str,
    answers: tuple[tuple[str, str], ...],
    *,
    resolved: bool,
) -> None:
    """Answer findings of an assessment, or of the latest one of a request."""
    from comity.app.assess import answer_finding, latest_assessment
    from comity.app.node import find_act
    from comity.app.reply import matter

    with node.db.read() as conn:
        act = find_act(conn, request)
    assessment, about = act.id, act.id
    if act.header.kind == "assess":
        about = str(act.header.about)
    else:
        assessment = latest_assessment(node, matter(node, act.id)).state.id
    person = node.person(who)
    said = [
        answer_finding(node, assessment, person, finding=key, text=text, resolved=resolved)
        for key, text in answers
    ]
    value = [{"act": one.id, "finding": key} for one, (key, _) in zip(said, answers, strict=True)]
    now = latest_assessment(node, matter(node, about))
    left, split = now.unanswered, now.split

    def words() -> Iterator[str]:
        for one in value:
            yield session.text("cli.assess.answered", finding=one["finding"], act=one["act"])
        if split:
            yield session.text("cli.assess.split", findings=", ".join(split))
        if left:
            yield session.text("cli.assess.left", findings=", ".join(left))
        else:
            yield session.text("cli.assess.none_left")

    shown = {"assessment": assessment, "answers": value, "unanswered": list(left), "split": list(split)}
    session.show(shown, words)


def _tell(
    session: Session,
    node: Node,
    request: str,
    who: str,
    answers: tuple[tuple[str, str], ...],
    *,
    told: tuple[str, ...],
) -> None:
    """Note whom one tells that findings were reopened; ``nobody`` is a choice as well."""
    from comity.app.reopening import tell

    states = () if told == (NOBODY,) else told
    if NOBODY in states:
        raise BadInput("cli.tell_whom")
    person = node.person(who)
    said = [
        (key, act.id)
        for key, text in answers
        for act in tell(node, request, person, finding=key, told=states, text=text)
    ]

    def words() -> Iterator[str]:
        for key, act in said:
            yield session.text("cli.assess.told", finding=key, states=", ".join(states) or "-", act=act)

    value = {"told": list(states), "acts": [{"act": act, "finding": key} for key, act in said]}
    session.show(value, words)


def finding_view(session: Session, finding: Finding) -> dict[str, Any]:
    """A finding as plain JSON values, with its words."""
    from comity.messages import say
    from comity.safeguards import narrative, question
    from comity.wire import dump

    title, *because = narrative(finding)
    return {
        **dump(finding),
        "title": say(title, session.language),
        "words": [say(one, session.language) for one in because],
        "questions": {m.key: say(question(m.key), session.language) for m in finding.missing},
    }


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    findings = value["findings"]
    for one in findings:
        yield from _finding(session, one)
    open_ = [one["check"] for one in findings if one["verdict"] != "met"]
    yield ""
    yield say("cli.assess.sum", count=len(findings), open=len(open_))
    if value["assessment"] is None:
        yield say("cli.assess.not_kept")
    else:
        yield say("cli.assess.kept", act=value["assessment"])


def _finding(session: Session, one: dict[str, Any]) -> Iterator[str]:
    say = session.text
    verdict = say(f"cli.verdict.{one['verdict']}")
    yield f"{verdict:<12}  {one['check']}  {one['title']}"
    for text in one["words"]:
        yield f"    {text}"
    for cite in one["cites"]:
        confirm = f" ({say('cli.to_be_confirmed')})" if cite["verify"] else ""
        yield f"    § {cite['pointer']}{confirm}"
    for fact in one["facts"]:
        yield "    " + say(
            "cli.assess.fact",
            fact=fact["key"],
            value=str(fact["value"]).lower() if isinstance(fact["value"], bool) else fact["value"],
            provenance=fact["provenance"],
            state=fact["stated_by"],
        )
    weak = [f"{law['key']} ({law['mark']})" for law in one["law"]]
    if weak:
        yield "    " + say("cli.assess.law", law=", ".join(weak))
    for missing in one["missing"]:
        yield "    " + say(
            f"cli.assess.missing.{missing['ask']}",
            fact=missing["key"],
            question=one["questions"][missing["key"]],
        )
