"""Ask the other side, and answer what it asked.

Promises: a question may cite the finding that it would settle; an answer names the questions it answers,
and may add facts with their provenance.

Leaves to others: which facts may be asked of the other side (``safeguards.questions``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.acts import Fact, Question, Reply
from comity.acts.terms import AnswerTerms, AskTerms, QuestionTerm
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import matter, reply
from comity.errors import BadInput, NotPermitted
from comity.safeguards import fact_key


@dataclass(frozen=True)
class Asking:
    """One question: its name in the act, its words, the fact and the finding that it is about."""

    id: str
    text: str
    fact: str | None = None
    finding: str | None = None


def ask(node: Node, about: str, who: Person, *, questions: tuple[Asking, ...]) -> Said:
    """Put questions about a request or a preview to the other side.

    Raises:
        NotPermitted: the case does not allow it now; or a fact is one that nobody is asked for.
        BadInput: a fact that no check reads.
    """
    for one in questions:
        if one.fact is not None and not fact_key(one.fact).harmless:
            raise NotPermitted("app.asked_of_nobody", fact=one.fact)
    fields = {
        "terms": AskTerms(questions=tuple(QuestionTerm(id=q.id, about=q.finding) for q in questions)),
        "questions": tuple(Question(id=q.id, text=q.text, fact=q.fact) for q in questions),
    }
    return reply(node, matter(node, about), "ask", fields, who)


def answer(
    node: Node, asked: str, who: Person, *, replies: tuple[Reply, ...], facts: tuple[Fact, ...]
) -> Said:
    """Answer questions. ``asked``: the id of the act that put them, or the beginning of it.

    Raises:
        BadInput: that act asks nothing. NotPermitted: it is answered already, or was not put to us.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, asked)
    if act.header.kind != "ask" or act.header.about is None:
        raise BadInput("app.asks_nothing", act=act.id, kind=act.header.kind)
    terms = AnswerTerms(ask=act.id, questions=tuple(r.id for r in replies))
    fields = {"terms": terms, "replies": replies, "facts": facts}
    return reply(node, matter(node, act.header.about), "answer", fields, who)
