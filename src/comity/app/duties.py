"""Duties at home: call back who asks in an emergency, tell the person concerned or let it wait, tell holders.

Promises: an emergency request is answered only once its office was called back under the number of the
directory, never under one that a person types or the request names; each call is kept with its outcome.
Whoever lets notice wait says which office decided so, until when, and why.

Leaves to others: what is due of it (``cases.starts``), finding the person concerned (people).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts import Act
from comity.acts.duty_terms import (
    CalledBackTerms,
    DelayNoticeTerms,
    NotifyPersonTerms,
    Reached,
    TellHolderTerms,
)
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.reply import matter, note
from comity.clock import write_instant
from comity.errors import BadInput, NotFound


def call_back(
    node: Node, about: str, who: Person, *, office: str | None, outcome: Reached, at: datetime, text: str
) -> Act:
    """Keep that the office that asks was called back. ``office``: another one of that State.

    Raises:
        NotFound: the directory has no number of it. NotPermitted: the request was not put to us.
    """
    it = matter(node, about)
    called = office or it.act.header.from_
    with node.db.read() as conn:
        entry = node.directory(conn).entry(it.request.requesting)
    listed = entry.office(called)
    if listed is None or listed.phone is None:
        raise NotFound("duties.no_number", office=called)
    terms = CalledBackTerms(office=called, entry=entry.version, outcome=outcome, at=write_instant(at))
    return note(node, it, "called_back", {"terms": terms, "number": listed.phone, "text": text}, who)


def notify_person(
    node: Node,
    about: str,
    who: Person,
    *,
    items: tuple[str, ...],
    at: datetime,
    text: str,
    presence_over: bool = False,
) -> Act:
    """Keep that the person concerned was told of what was done with these items.

    ``presence_over``: or that who came freely was told that the presence is no longer needed.
    """
    terms = NotifyPersonTerms(items=items, at=write_instant(at), presence_over=presence_over)
    return note(node, matter(node, about), "notify_person", {"terms": terms, "text": text}, who)


def delay_notice(
    node: Node, about: str, who: Person, *, items: tuple[str, ...], by: str, until: datetime, text: str
) -> Act:
    """Let notice to the person concerned wait. ``by``: the function of the office that decided so.

    Raises:
        BadInput: the law data knows no such function. NotPermitted: the time is past.
    """
    if not node.bundle.has_function(by):
        known = ", ".join(f.key for f in node.bundle.content.functions)
        raise BadInput("app.unknown_function", function=by[:60], known=known)
    terms = DelayNoticeTerms(items=items, by=by, until=write_instant(until))
    return note(node, matter(node, about), "delay_notice", {"terms": terms, "text": text}, who)


def tell_holder(
    node: Node,
    event: str,
    who: Person,
    *,
    to: str | None = None,
    handed: str | None = None,
    at: datetime,
    text: str,
) -> Act:
    """Keep that who holds something was told of a recall or a breach (``event``).

    ``to``: a State to which it was passed on; or ``handed``: the act by which it was handed out at home.

    Raises:
        BadInput: the act is neither; or both holders are named, or none. NotFound: no such act.
        NotPermitted: that one holds nothing of it, or was told.
    """
    if (to is None) == (handed is None):
        raise BadInput("duties.one_holder")
    with node.db.read() as conn:
        act = find_act(node, conn, event)
        by = None if handed is None else find_act(node, conn, handed).id
    if act.header.kind not in {"recall", "breach"} or act.header.about is None:
        raise BadInput("duties.no_event", act=act.id[:12])
    terms = TellHolderTerms(act=act.id, to=to, at=write_instant(at), handed=by)
    return note(node, matter(node, act.header.about), "tell_holder", {"terms": terms, "text": text}, who)
