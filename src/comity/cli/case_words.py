"""A case, or an act, in words: what a person reads of the views of ``app.show``.

Promises: nothing that the view says is left out without a word; reasons come from the catalogue.

Leaves to others: the views (``app.show``), tables and frames (``session``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from comity.cli.desk_words import desk_words
from comity.cli.due import due_in_case
from comity.cli.limit_words import announced_words, limit_words, unit_words
from comity.cli.noted_words import duty_words, noted_words
from comity.cli.saying import SHORT
from comity.cli.session import Session, table
from comity.cli.wording import language_words
from comity.messages import FALLBACK, catalogue

View = dict[str, Any]


def case_words(session: Session, view: View) -> Iterator[str]:
    """A case: its requests, clocks and acts, what waits, and what may follow."""
    say = session.text
    yield say("cli.case.head", case=view["case"], states=", ".join(view["states"]))
    if view["drill"]:
        yield say("cli.case.drill")
    yield from desk_words(session, view["desk"])
    for request in view["requests"]:
        yield ""
        yield from _request(session, request)
    for clock in view["clocks"]:
        yield from _clock(session, clock)
    yield from due_in_case(session, view["due"])
    yield ""
    rows = [
        (
            act["id"][:SHORT],
            act["at"],
            act["kind"],
            act["from"],
            act["to"] or say("cli.case.at_home"),
            ", ".join(f"{s['role']} {s['name'] or s['alias']}" for s in act["signers"]),
            _standing(session, act),
            _receipts(session, act),
        )
        for act in view["acts"]
    ]
    yield from table(rows, say("cli.head.acts").split("|"))
    yield from _waiting(session, view)
    yield from duty_words(session, view)
    yield from _shared_out(session, view["at_home"])
    yield from unit_words(session, view["at_home"])
    for one in view["reopened"]:
        told = say("cli.case.to_tell") if one["told"] is None else ", ".join(one["told"]) or "-"
        yield say(
            "cli.case.reopened",
            finding=one["finding"],
            assessment=one["assessment"][:SHORT],
            why=", ".join([*(act[:SHORT] for act in one["acts"]), *one["facts"]]),
            told=told,
        )
    for one in view["unafforded"]:
        ids = {"request": one["request"][:SHORT], "act": one["act"][:SHORT]}
        yield say("cli.case.unafforded", item=one["item"], since=one["since"], what=one["what"], **ids)
    for one in view["links"]:
        yield say("cli.case.linked", case=one["case"], tie=one["tie"], act=one["act"][:SHORT])
    yield ""
    yield say("cli.case.next")
    for one in view["next"]:
        about = "-" if one["about"] is None else one["about"][:SHORT]
        by = f" ({', '.join(one['by'])})" if one["by"] else ""
        yield f"  {one['state']}  {one['kind']}  {about}{by}"


def act_words(session: Session, view: View) -> Iterator[str]:
    """One act: who said it, how it stands, and its fields."""
    say = session.text
    yield say("cli.act.head", kind=view["kind"], act=view["id"])
    if view["registered"]:
        yield say("cli.act.registered", state=view["from"][:2].upper(), by=view["to"])
    yield say(
        "cli.act.by",
        sender=view["from"],
        to=view["to"] or say("cli.case.at_home"),
        at=view["at"],
        case=view["case"] or "-",
    )
    if view["about"] is not None:
        yield say("cli.act.about", act=view["about"])
    waiting = {one["key"] for one in view["waiting"]}
    for signer in view["signers"]:
        unsigned = f"  {say('cli.act.not_signed')}" if signer["key"] in waiting else ""
        yield f"  {signer['role']}: {signer['name'] or signer['alias']} ({signer['key'][:SHORT]}){unsigned}"
    if waiting:
        names = [w["name"] or w["key"][:SHORT] for w in view["waiting"]]
        yield say("cli.act.waits", since=view["prepared_at"], names=", ".join(names))
        yield say("cli.act.to_sign", act=view["id"][:SHORT], name=names[0])
    if view["standing"] is not None:
        yield say("cli.act.standing", standing=_standing(session, view))
    receipts = _receipts(session, view)
    if receipts:
        yield say("cli.act.receipts", receipts=receipts)
    if view["returned"] is not None:
        yield say("cli.act.returned", at=view["returned"]["at"], state=view["returned"]["from"])
    if view["rejected"] is not None:
        rejected = view["rejected"]
        yield say("cli.act.rejects", act=rejected["act"][:SHORT], reason=_reason(session, rejected["reason"]))
    for name, value in view["fields"].items():
        yield ""
        yield f"{name}:"
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        yield from (f"  {line}" for line in text.splitlines())
    for erased in view["erased"]:
        yield say("cli.act.erased", field=erased["field"], at=erased["at"], act=erased["by"][:SHORT])
    gone = {erased["field"] for erased in view["erased"]}
    for name in view["not_open"]:
        if name not in gone:
            yield say("cli.act.not_open", field=name)


def _request(session: Session, view: View) -> Iterator[str]:
    say = session.text
    kind = say("cli.case.preview") if view["draft"] else say("cli.case.request")
    yield say(
        "cli.case.what",
        kind=kind,
        request=view["id"][:SHORT],
        measure=view["measure"],
        requesting=view["requesting"],
        requested=view["requested"],
        stage=say(f"cli.stage.{view['stage']}"),
    )
    if view["ratify_by"] is not None:
        yield say("cli.case.ratify_by", by=view["ratify_by"])
    if view["urgency"] not in {None, "ordinary"}:
        why = ", ".join(view["urgent_for"]) or "-"
        yield say("cli.case.urgency", urgency=view["urgency"], why=why)
    if view["wanted_by"] is not None:
        yield say("cli.case.wanted_by", by=view["wanted_by"])
    if view["origin"] is not None:
        yield say("cli.case.origin", origin=view["origin"])
    for link in ("follows", "supplements"):
        if view[link] is not None:
            yield say(f"cli.case.{link}", request=view[link][:SHORT])
    if view["previous"]:
        yield say("cli.case.previous", requests=", ".join(one[:SHORT] for one in view["previous"]))
    yield from language_words(session, view)
    for state in view["pointed_to"]:
        yield say("cli.case.pointed_to", state=state)
    if view["conduct"] is not None:
        yield from _conduct(session, view["conduct"])
    for item in view["items"]:
        more = [*item["grounds"], *item["conditions"]]
        done = "" if item["effected"] is None else f", {item['effected']}"
        yield f"  {item['id']} ({item['data']}): {item['standing']}{done} {' '.join(more)}".rstrip()
    for question in view["questions"]:
        if question["answer"] is None:
            yield say("cli.case.question", question=question["id"], ask=question["ask"][:SHORT])
    for exhibit in view["exhibits"]:
        yield say(
            "cli.case.exhibit",
            exhibit=exhibit["exhibit"],
            delivery=exhibit["delivery"][:SHORT],
            capacity=exhibit["capacity"],
            taken="-" if exhibit["taken"] is None else exhibit["taken"][:SHORT],
        )
    yield from announced_words(session, view["exhibits"])
    yield from limit_words(session, view)
    yield from noted_words(session, view)


def _conduct(session: Session, told: View) -> Iterator[str]:
    """What the statement of conduct says something on, and by what each element is shown."""
    say = session.text
    yield say("cli.case.conduct", parts=", ".join(told["parts"]))
    for one in told["elements"]:
        shown = "; ".join(one["documents"]) or say("cli.case.element_asserted")
        held = "cli.case.element_present" if one["present"] else "cli.case.element_absent"
        yield say(held, element=one["element"], shown=shown)


def _clock(session: Session, view: View) -> Iterator[str]:
    if "unknown" in view:
        yield session.text(view["unknown"], **view["arguments"])
        return
    text = "cli.case.clock_stopped" if view["stopped"] else "cli.case.clock"
    yield session.text(
        text,
        clock=view["clock"],
        request=view["request"][:SHORT],
        started=view["started"],
        ends=view["ends"],
        bound=view["bound"],
    )
    if view["held_for"]:
        yield session.text("cli.case.held_for", requests=", ".join(r[:SHORT] for r in view["held_for"]))


def _waiting(session: Session, view: View) -> Iterator[str]:
    say = session.text
    for one in view["pending"]:
        names = ", ".join(w["name"] or w["key"][:SHORT] for w in one["waiting"])
        yield say("cli.case.pending", kind=one["kind"], act=one["id"][:SHORT], names=names)
    for id in view["unreceipted"]:
        yield say("cli.case.unreceipted", act=id[:SHORT])
    for id in view["missing"]:
        yield say("cli.case.missing", act=id[:SHORT])
    for one in view["acts"]:
        if one["returned"] is not None:
            yield say("cli.case.returned", act=one["id"][:SHORT], state=one["returned"]["from"])
    for one in view["equivocations"]:
        yield say("cli.case.equivocation", state=one["state"], number=one["number"])
    for one in view["at_home"]["ratifications"]:
        if one["act"] is None:
            yield say("cli.case.to_ratify", request=one["request"][:SHORT], by=one["by"])


def _shared_out(session: Session, view: View) -> Iterator[str]:
    """Who has the case, and to whom it is offered."""
    for one in view["assignments"][-1:]:
        yield session.text(
            "cli.case.assigned", who=one["person"] or one["office"], by=one["by"], at=one["at"]
        )
    if view["handed_to"] is not None:
        yield session.text("cli.case.handed_to", who=view["handed_to"])


def _standing(session: Session, act: View) -> str:
    standing = act["standing"]
    if standing is None:
        return "-"
    if "reason" in standing:
        return _reason(session, standing["reason"])
    said = session.text(f"cli.standing.{standing['standing']}")
    return f"{said}; {session.text('cli.standing.fewer_signed')}" if act["fewer_signed"] else said


def _reason(session: Session, reason: str) -> str:
    """A reason of ``cases`` or ``exchange`` in words, or as it came, where this version has none for it."""
    for id in (f"cases.{reason}", f"exchange.order.{reason}", reason):
        if id in catalogue(FALLBACK):
            return session.text(id)
    return reason


def _receipts(session: Session, act: View) -> str:
    parts = [
        session.text(f"cli.receipt.{side}", at=receipt["at"], outcome=receipt["outcome"])
        for side, receipt in act["receipts"].items()
    ]
    return "; ".join(parts)
