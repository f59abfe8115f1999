"""Offer information unasked: what sort it is, what for, and under which conditions; then it is given.

Promises: the offer gives nothing away but what it says; what is bound by conditions is delivered only after
the other side accepted them all. Two persons sign, as for a grant.

Leaves to others: accepting (``execute``), giving (``exhibit``, ``deliver``).
"""

from __future__ import annotations

from typing import Final

from comity.acts import Condition, Selector
from comity.acts.names import Authority
from comity.acts.terms import Basis, InformTerms, Item
from comity.app.contacts import receiver
from comity.app.limits import values
from comity.app.node import Node, Person
from comity.app.people import signatories
from comity.app.prepare import Said, Saying, say
from comity.app.recovery import refuse_named_case
from comity.app.reply import beside
from comity.errors import BadInput

MEASURE: Final = "inform"


def offer(
    node: Node,
    who: Person,
    *,
    to: Authority,
    items: tuple[tuple[Item, Selector], ...],
    bases: tuple[Basis, ...],
    conditions: tuple[Condition, ...],
    subject: str,
    use: str,
    approver: str | None,
    judge: str | None = None,
    case: str | None = None,
) -> Said:
    """Offer information to another State; it waits for the second signature.

    ``use``: which proceedings it may help, or to which request it may lead. ``case``: the case that it
    belongs to; none: a new one.

    Raises:
        NotFound: no such person, provision or office. BadInput: an item of a sort that nobody informs of.
        NotPermitted: the office is not competent, or a second person is missing.
    """
    measure = node.bundle.measure(MEASURE)
    for item, _ in items:
        if item.data not in measure.items:
            raise BadInput(
                "draft.item_sort",
                item=item.id,
                sort=item.data.value,
                measure=measure.key,
                sorts=", ".join(measure.items),
            )
    for basis in bases:
        node.bundle.provision(basis.provision)
    reference = case if case is not None else node.new_case()
    with node.db.read() as conn:
        if case is not None:
            refuse_named_case(conn, to, case)
        receiver(node, conn, to)
        cosigners = beside(conn, approver=approver, judge=judge)
        named = signatories(node, conn, reference, [who.key.id, *(key for _, key in cosigners)])
    terms = InformTerms(
        measure=MEASURE,
        items=tuple(item for item, _ in items),
        bases=bases,
        conditions=tuple(sorted(condition.id for condition in conditions)),
        limits=values(conditions),
    )
    fields = {
        "terms": terms,
        "subject": subject,
        "selectors": tuple(selector for _, selector in items),
        "use": use,
        "conditions": conditions,
        "signatories": named,
    }
    saying = Saying("inform", who.authority, fields, to=to, case=reference, cosigners=cosigners)
    return say(node, saying, who)
