"""Assessing a request: the findings, a person's answers to those that are open, what was kept recomputed.

Promises: a request is named by its id, or by its case where it is the only one there. What was entered of the
own file before counts until it is entered otherwise, or ``--anew`` is said.

Leaves to others: the checks (``safeguards``), keeping findings and answers (``app.assess``), layout
(``assessed``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.acts.finding import Provenance
from comity.cli.assessed import Shown, replayed_view, replayed_words, view, words
from comity.cli.command import argument, as_someone, command, option
from comity.cli.saying import choice, facts
from comity.cli.session import Session
from comity.errors import BadInput, ProofFailed

if TYPE_CHECKING:
    from comity.app.node import Node

NOBODY: Final = "nobody"
"""What ``--tell`` takes where nobody is told."""


@command("assess")
@argument("request", metavar="REQUEST")
@as_someone()
@option("--fact", "stated", multiple=True, metavar="KEY=VALUE")
@option("--provenance", type=choice(Provenance), default=Provenance.OWN_INQUIRY.value, show_default=True)
@option("--reference", default="", metavar="TEXT")
@option("--document", type=click.Path(path_type=Path), metavar="FILE")
@option("--anew", is_flag=True)
@option("--show", "whole", multiple=True, metavar="KEY")
@option("--all", "everything", is_flag=True)
@option("--replay", "recompute", is_flag=True)
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
    document: Path | None,
    anew: bool,
    whole: tuple[str, ...],
    everything: bool,
    recompute: bool,
    keys: tuple[str, ...],
    texts: tuple[str, ...],
    not_resolved: bool,
    told: tuple[str, ...],
) -> None:
    """``comity assess``."""
    from comity.app import assess as deeds
    from comity.safeguards import check_of

    for key in whole:
        check_of(key)
    with session.node() as node:
        if recompute:
            _replay(session, node, request)
            return
        if keys or texts:
            if len(keys) != len(texts) or who is None:
                raise BadInput("cli.answer_in_full")
            answers = tuple(zip(keys, texts, strict=True))
            if told:
                _tell(session, node, request, who, answers, told=told)
                return
            _answer(session, node, request, who, answers, resolved=not not_resolved)
            return
        own = facts(node, stated, provenance, reference, document)
        about = deeds.request_named(node, request)
        before = () if anew else deeds.entered(node, about)
        home = deeds.with_entered(before, own)
        act = None
        findings = deeds.findings_now(node, about, home)
        reopened = deeds.reopened(node, about, findings)
        if who is not None:
            act = deeds.assess(node, about, node.person(who), home=home).act
            findings = act.fields["findings"]
        settlings = deeds.settled_by(node, about, home)
    shown = Shown(about, None if act is None else act.id, findings, settlings, reopened, len(before))
    value = view(session, shown)
    session.show(value, lambda: words(session, value, None if everything else whole))


def _replay(session: Session, node: Node, assessment: str) -> None:
    from comity.app.replay import replay

    value = replayed_view(replay(node, assessment))
    session.show(value, lambda: replayed_words(session, value))
    if not value["same"]:
        raise ProofFailed("cli.replay_differs", act=value["assessment"])


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
    from comity.app.look import find_act
    from comity.app.reply import matter

    with node.db.read() as conn:
        act = find_act(node, conn, request)
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
    from comity.app.telling import tell

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
