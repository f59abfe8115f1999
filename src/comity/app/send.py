"""Send a request or a preview: from a draft to a signed act, or to one that waits for a second officer.

Promises: what the law data asks of the measure (how many sign, whether one alone must be ratified, and by
when) is filled in and checked before anyone signs. A new case gets a random reference.

Leaves to others: the draft's text (``draft``), the second signature (``prepare.approve``), posting.
"""

from __future__ import annotations

from typing import Any, Final

from comity import store
from comity.acts import Role
from comity.app.draft import Draft, speak
from comity.app.node import Node, Person
from comity.app.people import signatories
from comity.app.prepare import Said, Saying, say
from comity.errors import NotPermitted

CASE_BYTES: Final = 16


def send_draft(
    node: Node, draft: Draft, who: Person, *, approver: str | None = None, case: str | None = None
) -> Said:
    """Sign a request as its author. With an approver it waits for that person's signature.

    ``approver``: the name of an enrolled person. ``case``: the case that it belongs to; none: a new one.

    Raises:
        NotPermitted: the office is not the signer's, or the measure asks for a second person.
        NotFound: no such approver or measure. BadInput: the draft is not valid.
    """
    spoken = speak(draft, node.clock.now())
    node.bundle.measure(draft.measure)
    if who.authority != draft.from_:
        raise NotPermitted("app.other_office", name=who.name, office=draft.from_, own=who.authority)
    reference = case if case is not None else node.entropy(CASE_BYTES).hex()
    with node.db.read() as conn:
        second = store.person_by_name(conn, approver) if approver is not None else None
        fields: dict[str, Any] = {"terms": spoken.terms, **spoken.fields}
        if spoken.kind == "request":
            keys = [who.key.id, *([second.key_id] if second else [])]
            fields["signatories"] = signatories(node, conn, reference, keys)
    return say(
        node,
        Saying(
            kind=spoken.kind,
            from_=draft.from_,
            to=draft.to,
            case=reference,
            fields=fields,
            cosigners=((Role.APPROVER, second.key_id),) if second else (),
        ),
        who,
    )
