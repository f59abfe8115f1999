"""Findings and questions as messages, to be put into a person's language.

Promises: every reason of every finding has a text; a question says what is asked, and never what an
answer would do. What may be said outward of a finding is one message a check and verdict, which gets
nothing of the finding but the paragraphs on which the check relies: no reason, no fact, no indicator can
stand in it. Most findings have none, and then nothing is said.

Leaves to others: the texts (``locale``), layout (``web``, ``cli``).
"""

from __future__ import annotations

from comity.acts import Because, Finding
from comity.messages import FALLBACK, Message, catalogue, message
from comity.safeguards.catalogue import check_of
from comity.safeguards.registry import fact_key


def narrative(finding: Finding) -> tuple[Message, ...]:
    """The title of the check, then each reason, in order: the inward text."""
    title = Message(f"safeguards.{finding.check}.title")
    return (title, *(_reason(because) for because in finding.because))


def outward(finding: Finding) -> Message | None:
    """What the other State may read of a finding; ``None``: nothing.

    Raises:
        BadInput: a finding of a check that is not in the catalogue.
    """
    id = f"safeguards.{finding.check}.outward.{finding.verdict.value}"
    if id not in catalogue(FALLBACK):
        return None
    # Of a paragraph that is relied on, the law data was read; one that a rule only points to may tell why.
    relied = check_of(finding.check).relied_on & {read.key for read in finding.law}
    paragraphs = [cite.pointer for cite in finding.cites if cite.provision in relied]
    return message(id, paragraphs="; ".join(paragraphs))


def question(fact: str) -> Message:
    """The question that a fact answers, the same whoever is asked.

    Raises:
        BadInput: no such fact.
    """
    return Message(fact_key(fact).text)


def _reason(because: Because) -> Message:
    return message(because.id, **{a.name: a.value for a in because.arguments})
