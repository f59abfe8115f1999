"""Send a request or a preview: from a draft to a signed act, or to one that waits for a second officer.

Promises: what the law data asks of the measure (how many sign, whether one alone must be ratified, and by
when) is filled in and checked before anyone signs. A new case gets a random reference.

Leaves to others: the draft's text (``draft``), the second signature (``prepare.approve``), posting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity import store
from comity.acts import state_of
from comity.acts.terms import Urgency
from comity.app.contacts import receiver
from comity.app.contents import refuse_not_building, refuse_unfit
from comity.app.draft import Draft, speak
from comity.app.look import find_act
from comity.app.node import Node, Person, case_of
from comity.app.people import signatories
from comity.app.prepare import Said, Saying, say
from comity.app.recovery import refuse_named_case
from comity.app.reply import beside, own_office
from comity.app.seen import check_seen
from comity.errors import BadInput, NotFound, NotPermitted
from comity.law import DESCRIBED
from comity.safeguards import check_fact
from comity.wire import Json


def send_draft(
    node: Node,
    draft: Draft,
    who: Person,
    *,
    approver: str | None = None,
    judge: str | None = None,
    case: str | None = None,
) -> Said:
    """Sign a request as its author. With an approver or a judge it waits for that person's signature.

    ``approver``, ``judge``: the names of enrolled persons. ``case``: the case that it belongs to; none:
    a new one.

    Raises:
        NotPermitted: the office is not the signer's, the measure asks for a second person, or it does not
            build on the request that is named.
        NotFound: no such approver or measure. BadInput: the draft is not valid.
        Conflict: the node was restored, and that State's has not brought this case back yet.
    """
    spoken = speak(draft, node.clock.now())
    check_draft(node, draft)
    own_office(who, draft.from_)
    with node.db.read() as conn:
        case = case or _case_of_earlier(node, conn, draft)
        reference = case if case is not None else node.new_case()
        if case is not None:
            refuse_named_case(conn, draft.to, case)
        refuse_not_building(node.bundle, draft, case_of(node, conn, reference))
        receiver(node, conn, draft.to)  # trusted, or reached on paper: else it would never arrive
        cosigners = beside(conn, approver=approver, judge=judge)
        fields: dict[str, Any] = {"terms": spoken.terms, **spoken.fields}
        if spoken.kind == "request":
            keys = [who.key.id, *(key for _, key in cosigners)]
            fields["signatories"] = signatories(node, conn, reference, keys)
    return say(
        node,
        Saying(
            kind=spoken.kind,
            from_=draft.from_,
            to=draft.to,
            case=reference,
            fields=fields,
            cosigners=cosigners,
        ),
        who,
    )


def _case_of_earlier(node: Node, conn: store.Connection, draft: Draft) -> str | None:
    """The case of the request that a draft adds to or builds on; none where it names none.

    Raises:
        NotFound: no such request here.
    """
    earlier = draft.supplements or draft.follows
    if earlier is None:
        return None
    return find_act(node, conn, earlier).header.case


def _check_previous(node: Node, draft: Draft) -> None:
    """Earlier requests that are named are ours, and were made to the same State: no other case is told of."""
    with node.db.read() as conn:
        for id in draft.previous:
            act = find_act(node, conn, id)
            ours = act.header.state == node.state and act.header.kind == "request"
            if not ours or state_of(str(act.header.to)) != state_of(draft.to):
                raise NotPermitted("app.previous_of_others", act=id)


def check_draft(node: Node, draft: Draft) -> None:
    """What can be known to be wrong with a request before anyone signs it.

    Raises:
        NotFound: a measure, provision, instrument or described basis that the law data does not hold.
        BadInput: a fact that no check reads, or of the wrong type; a period that ends before it begins;
            urgency without a reason; an offence that is no concept of the law data; unseen characters;
            something that the measure asks for is not said, or that it does not ask for is.
        NotPermitted: nobody asks for this measure by a request.
    """
    described = {one.key for one in node.bundle.content.described}
    for basis in draft.bases:
        if basis.instrument == DESCRIBED:
            if basis.provision not in described:
                raise NotFound("app.basis_not_described", provision=basis.provision)
            continue
        node.bundle.instrument(basis.instrument)
        if node.bundle.provision(basis.provision).instrument != basis.instrument:
            raise BadInput(
                "app.basis_of_other_instrument", provision=basis.provision, instrument=basis.instrument
            )
    refuse_unfit(node.bundle, draft)
    for fact in draft.facts:
        check_fact(fact.key, fact.value)
    for item in draft.items:
        if item.since is not None and item.until is not None and item.since > item.until:
            raise BadInput("app.period_backwards", item=item.id)
    if draft.urgency is not Urgency.ORDINARY and draft.urgency_reason is None:
        raise BadInput("app.urgency_without_reason", urgency=draft.urgency.value)
    reasons = {one.key for one in node.bundle.content.urgency_reasons}
    for reason in draft.urgent_for:
        if reason not in reasons:
            raise BadInput("app.unknown_urgency_reason", reason=reason[:60], known=", ".join(sorted(reasons)))
    if draft.urgent_for and draft.urgency is Urgency.ORDINARY:
        raise BadInput("app.ordinary_and_urgent")
    _check_previous(node, draft)
    concept = draft.offence.offence_class
    known = sorted({offence.concept for offence in node.bundle.content.offences})
    if concept is not None and concept not in known:
        raise BadInput("app.unknown_offence", concept=concept[:60], known=", ".join(known))
    for place, text in _texts(draft.model_dump(mode="json"), "request"):
        check_seen(text, place)


def _texts(value: Json, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{place}.{number}")
