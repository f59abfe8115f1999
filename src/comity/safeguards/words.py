"""Findings and questions as messages, to be put into a person's language.

Promises: every reason of every finding has a text; a question says what is asked, and never what an
answer would do.

Leaves to others: the texts (``locale``), layout (``web``, ``cli``).
"""

from __future__ import annotations

from comity.acts import Because, Finding
from comity.messages import Message, message
from comity.safeguards.registry import fact_key


def narrative(finding: Finding) -> tuple[Message, ...]:
    """The title of the check, then each reason, in order."""
    title = Message(f"safeguards.{finding.check}.title")
    return (title, *(_reason(because) for because in finding.because))


def question(fact: str) -> Message:
    """The question that a fact answers, the same whoever is asked.

    Raises:
        BadInput: no such fact.
    """
    return Message(fact_key(fact).text)


def _reason(because: Because) -> Message:
    return message(because.id, **{a.name: a.value for a in because.arguments})
