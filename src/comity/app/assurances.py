"""What becomes of a person who was surrendered, held against the conditions of the surrender.

Promises: what a rule finds broken is refused before it is done, with what would lift it; once it happened it
is said with the condition that it breaks, and not without. Every condition that binds is shown with the act
that laid it down, and every breach of one.

Leaves to others: seeking consent (``afterwards``), giving up again and other trials (``persons``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from comity import store
from comity.acts import Condition
from comity.acts.person_terms import Penalty, SentenceStage, SentenceTerms, SpecialityTerms
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import matter, reply
from comity.cases import RequestState
from comity.cases.assurances import ask, assurances, broken_assurances
from comity.clock import write_instant
from comity.errors import BadInput, NotPermitted
from comity.store import Connection
from comity.wire import Json, dump


def sentence(
    node: Node,
    about: str,
    who: Person,
    *,
    approver: str | None,
    penalty: Penalty,
    stage: SentenceStage,
    items: tuple[str, ...],
    kept: tuple[str, ...],
    broken: tuple[str, ...],
    at: datetime,
    text: str,
) -> Said:
    """Say which penalty persons face, and how far it has come; it waits for the approver's signature.

    ``kept``, ``broken``: the conditions of their surrender that a person found kept in it, or broken by it.

    Raises:
        NotPermitted: nobody was surrendered, or a condition forbids what is only sought.
        BadInput: a condition in force is not answered, or is broken and not said to be.
    """
    it = matter(node, about)
    terms = SentenceTerms(
        items=items,
        penalty=penalty,
        stage=stage,
        kept=tuple(sorted(kept)),
        broken=tuple(sorted(broken)),
        at=write_instant(at),
    )
    hold_against(it.request, terms, ahead=stage is SentenceStage.SOUGHT)
    return reply(node, it, "sentence", {"terms": terms, "text": text}, who, approver=approver)


def hold_against(request: RequestState, terms: SentenceTerms | SpecialityTerms, *, ahead: bool) -> None:
    """Refuse a deed that a condition in force forbids, or of which one is not answered, by its name.

    ``ahead``: it is only about to be done.

    Raises:
        NotPermitted, BadInput: as ``sentence``.
    """
    asked = ask(request, terms)
    told = {*terms.kept, *getattr(terms, "broken", ())}
    if ahead and asked.broken:
        raise NotPermitted("app.assurance_forbids", conditions=", ".join(asked.broken))
    hidden = sorted(set(asked.broken) - set(getattr(terms, "broken", ())))
    if hidden:
        raise BadInput("app.assurance_broken", conditions=", ".join(hidden))
    left = sorted(set(asked.open) - told)
    if left:
        raise BadInput("app.assurances_unanswered", conditions=", ".join(left))


def assurances_of(conn: Connection, request: RequestState) -> list[Json]:
    """Every condition on every person who was surrendered, with the acts that broke it."""
    breaches = broken_assurances(request)
    found: list[Json] = []
    for one in assurances(request):
        own = next((word for word in _own_words(conn, one.source) if word.id == one.limit.id), None)
        broken = [
            said.id
            for said in breaches
            if one.item in said.terms.items
            and one.limit.id in getattr(said.terms, "broken", (getattr(said.terms, "condition", None),))
        ]
        found.append(
            {
                **dump(one.limit),
                "item": one.item,
                "source": one.source,
                "lifted": one.lifted,
                "text": None if own is None else own.text,
                "broken": broken,
            }
        )
    return found


def _own_words(conn: Connection, act: str) -> Sequence[Condition]:
    return tuple(store.get_act(conn, act).fields.get("conditions") or ())
