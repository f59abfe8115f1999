"""Asking the other side, and answering what it asked.

Promises: a question about a fact is put in the words that every node puts it in.

Leaves to others: the deeds (``app.question``), the words of facts (``safeguards``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.acts.finding import Provenance
from comity.cli.command import argument, as_person, command, option
from comity.cli.saying import choice, facts, pairs, tell
from comity.cli.session import Session
from comity.errors import BadInput


@command("ask")
@argument("request", metavar="REQUEST")
@as_person
@option("--question", "questions", multiple=True, metavar="TEXT")
@option("--fact", "about", multiple=True, metavar="KEY")
@option("--open", "drafted", is_flag=True)
@click.pass_obj
def ask_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    questions: tuple[str, ...],
    about: tuple[str, ...],
    drafted: bool,
) -> None:
    """``comity ask``."""
    from comity.app.assess import entered, findings_now, settled_by
    from comity.app.question import Asking, ask
    from comity.messages import say
    from comity.safeguards import drafts, question

    if not questions and not about and not drafted:
        raise BadInput("cli.nothing_asked")
    with session.node() as node:
        person = node.person(who)
        home = entered(node, request)
        missed: dict[str, str | None] = dict.fromkeys(about)
        if drafted:
            missed |= {draft.fact: draft.about for draft in drafts(settled_by(node, request, home))}
        if about:
            found = {m.key: f.check for f in findings_now(node, request, home) for m in f.missing}
            missed |= {key: found.get(key) for key in about}
        if not questions and not missed:
            raise BadInput("cli.nothing_to_ask")
        asked = [
            Asking(f"q{n}", say(question(key), session.language), key, finding)
            for n, (key, finding) in enumerate(missed.items(), start=1)
        ]
        asked += [Asking(f"q{n}", text) for n, text in enumerate(questions, start=1 + len(missed))]
        tell(session, node, ask(node, request, person, questions=tuple(asked)))


@command("answer")
@argument("asked", metavar="ASK")
@as_person
@option("--reply", "replies", multiple=True, required=True, metavar="QUESTION=TEXT")
@option("--fact", "stated", multiple=True, metavar="KEY=VALUE")
@option("--provenance", type=choice(Provenance), default=Provenance.DOCUMENT.value, show_default=True)
@option("--reference", default="", metavar="TEXT")
@option("--document", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def answer_command(
    session: Session,
    /,
    *,
    asked: str,
    who: str,
    replies: tuple[str, ...],
    stated: tuple[str, ...],
    provenance: str,
    reference: str,
    document: Path | None,
) -> None:
    """``comity answer``."""
    from comity.acts import Reply
    from comity.app.question import answer
    from comity.wire import build

    said = tuple(build(Reply, {"id": id, "text": text}) for id, text in pairs(replies, "q1=TEXT"))
    with session.node() as node:
        told = facts(node, stated, provenance, reference, document)
        tell(session, node, answer(node, asked, node.person(who), replies=said, facts=told))
