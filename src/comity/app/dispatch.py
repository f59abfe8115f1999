"""What goes out on paper: an act of ours dispatched as a letter, and a paper that was not for us passed on.

Promises: that something went is said by a named person, with how, when, to whom, and the digest of what was
sent; an act of a case by wire is never dispatched, since its receipt says more.

Leaves to others: what comes in (``register``), the letter itself (``letter``).
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from comity.acts import Act, state_of
from comity.acts.home_terms import Channel, DispatchTerms, PassOnTerms, RegisterTerms
from comity.app.contacts import find_contact, listed, name_of
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.paper import is_on_paper
from comity.app.prepare import Saying, say
from comity.app.scans import keep_scan, scanned
from comity.app.seen import check_seen
from comity.clock import write_instant
from comity.errors import BadInput, NotPermitted
from comity.store import Connection


def dispatch(
    node: Node,
    act: str,
    who: Person,
    *,
    channel: Channel,
    at: datetime,
    attested_by: str,
    letter: str | None = None,
    to: str | None = None,
    proof: Path | None = None,
) -> Act:
    """Say that an act of ours went out on paper. ``letter``: SHA-256 of what was sent; ``proof``: a scan.

    ``to``: the address; none: as the contact has it.

    Raises:
        NotFound: no such act. NotPermitted: it is not ours, or goes by wire. BadInput: it is dated ahead or
            before the act, or no address is told and the contact is not known.
    """
    for place, text in (("attested_by", attested_by), ("to", to or "-")):
        check_seen(text, place)
    with node.db.read() as conn:
        sent = find_act(node, conn, act)
        header = sent.header
        if not header.shared or header.registered or header.state != node.state:
            raise NotPermitted("register.not_ours", act=sent.id, kind=header.kind)
        if not is_on_paper(node, conn, str(header.case)):
            raise NotPermitted("register.case_by_wire", case=str(header.case))
        address = to or _address(node, conn, str(header.to))
    _past(node, at)
    if write_instant(at) < header.at:
        raise BadInput("register.sent_before_said", at=write_instant(at), said=header.at)
    case = str(header.case)
    with ExitStack() as stack:
        scan = None
        if proof is not None:
            scan = stack.enter_context(scanned(node, proof, f"dispatch of {sent.id}"))
        terms = DispatchTerms(
            act=sent.id,
            channel=channel,
            at=write_instant(at),
            letter=letter,
            scan=None if scan is None else scan.digest,
        )
        about = header.about or sent.id
        saying = Saying(
            "dispatch",
            who.authority,
            {"terms": terms, "to": address, "attested_by": attested_by},
            case=case,
            about=about,
        )

        def also(conn: Connection, said: Act) -> None:
            if scan is not None:
                keep_scan(node, conn, case, who, scan, said.id, kind="dispatch")

        return say(node, saying, who, also=also).act


def pass_on(
    node: Node,
    register: str,
    who: Person,
    *,
    state: str,
    channel: Channel,
    at: datetime,
    to: str,
    text: str,
    attested_by: str,
) -> Act:
    """Say that a paper that was not for us went on to the State that it is for, or back to its sender.

    ``state``: where it went; back, where that is the State that it came from. ``text``: what the sender was
    told.

    Raises:
        NotFound: no such act. BadInput: it was not registered, is dated ahead, or went to ourselves.
        NotPermitted: it was passed on or confirmed already.
    """
    for place, said in (("to", to), ("text", text), ("attested_by", attested_by)):
        check_seen(said, place)
    if state == node.state:
        raise BadInput("register.passed_to_ourselves", state=state)
    _past(node, at)
    with node.db.read() as conn:
        entry = find_act(node, conn, register)
        if not isinstance(entry.terms, RegisterTerms):
            raise BadInput("register.not_registered", act=entry.id, kind=entry.header.kind)
        came = None if entry.terms.act is None else find_act(node, conn, entry.terms.act)
    sender = None if came is None else came.header.state
    terms = PassOnTerms(
        entry=entry.id, state=state, returned=state == sender, channel=channel, at=write_instant(at)
    )
    fields = {"terms": terms, "to": to, "text": text, "attested_by": attested_by}
    saying = Saying("pass_on", who.authority, fields, case=str(entry.header.case), about=entry.header.about)
    return say(node, saying, who).act


def _past(node: Node, at: datetime) -> None:
    if at > node.clock.now():
        raise BadInput("register.not_sent_yet", at=write_instant(at))


def _address(node: Node, conn: Connection, office: str) -> str:
    if listed(node, conn, office) or name_of(conn, office) is None:
        raise BadInput("register.no_address", office=office, state=state_of(office))
    return find_contact(conn, office).address
