"""What is not there: exactly the fields that the statement tells to be missing, and members nobody knows.

Promises: a field that is not open and not told, or told and open, or told under a name that the kind of
act has not left, fails. Where the act that withheld or destroyed a field is in the file, it must say so.

Leaves to others: whether the ground is a good one. What a digest hides cannot be known from the file.
"""

from __future__ import annotations

from comity.acts import Act
from comity.acts.home_terms import DiscloseTerms, EraseTerms
from comity.dossier.report import Step
from comity.dossier.statement import STATEMENT, MissingField, Status
from comity.dossier.steps.given import Given, content
from comity.messages import message


def check_missing(given: Given, step: Step) -> None:
    """Hold what the statement tells against what the acts do not open."""
    here = content(STATEMENT)
    told: dict[tuple[str, str], MissingField] = {}
    for one in given.dossier.missing:
        if (one.act, one.digest) in told:
            step.fail(message("dossier.missing_told_twice", act=one.act), here)
        told[one.act, one.digest] = one
    found = {(act.id, value) for act in given.acts.values() for value in act.unopened}
    for act_id, _ in sorted(found - set(told)):
        step.fail(message("dossier.missing_not_told", act=act_id), here)
    for act_id, _ in sorted(set(told) - found):
        step.fail(message("dossier.told_and_there", act=act_id), here)
    for one in (told[key] for key in sorted(set(told) & found)):
        _one(given, step, one)
    for act in given.acts.values():
        names = sorted(one.field for one in told.values() if one.act == act.id)
        left = sorted(set(act.kind.fields) - set(act.fields))
        if names != left:
            step.fail(message("dossier.missing_names_differ", act=act.id), here)
    if not told and not found:
        step.ok(message("dossier.nothing_missing"), here)
    for name in given.contents:
        if name not in given.claimed:
            step.fail(message("dossier.member_unknown", name=name), content(name))


def _one(given: Given, step: Step, one: MissingField) -> None:
    here = content(STATEMENT)
    told = message(
        "dossier.field_withheld" if one.status is Status.WITHHELD else "dossier.field_destroyed",
        act=one.act,
        field=one.field,
        ground=one.ground,
    )
    order = None if one.by_act is None else given.acts.get(one.by_act)
    if order is not None and not _orders(order, one):
        step.fail(message("dossier.not_ordered", act=one.act, field=one.field, by=order.id), here)
        return
    step.ok(told, here)
    if one.by_act is None:
        step.note(message("dossier.ordered_by_nobody", act=one.act, field=one.field), here)
    elif order is None:
        step.note(message("dossier.order_not_here", act=one.act, field=one.field, by=one.by_act), here)


def _orders(order: Act, one: MissingField) -> bool:
    terms = order.terms
    if isinstance(terms, EraseTerms) and one.status is Status.DESTROYED:
        return (terms.act, terms.field, terms.ground) == (one.act, one.field, one.ground)
    if isinstance(terms, DiscloseTerms) and one.status is Status.WITHHELD:
        return any((w.act, w.field, w.ground) == (one.act, one.field, one.ground) for w in terms.withheld)
    return False
