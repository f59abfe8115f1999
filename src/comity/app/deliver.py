"""Deliver: seal released exhibits to the other State's node, or onto a medium; announce them by digest.

Promises: only an exhibit that was taken in here, reviewed and released leaves, and only for items that were
granted, their conditions accepted (P13). Nothing is announced before every piece of it is durable; what a
crash leaves behind are sealed objects that nobody was told of. The conditions that apply travel with it.

Leaves to others: posting the act and its pieces (``worker``, ``pieces``), the order of the case (``cases``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from comity import age, dsse, store
from comity.acts import Act, Capacity, Condition, Role
from comity.acts.delivery_terms import Protected
from comity.acts.material_terms import Unsealing
from comity.acts.terms import DeliverTerms, Delivery, Piece
from comity.acts.wording import Wording
from comity.app.addressee import check_addressee
from comity.app.assessment import check_giving
from comity.app.callback import check_called_back
from comity.app.content import unwrap
from comity.app.cutting import Content, content_of, cut, keep_piece, proofs_of
from comity.app.limits import values
from comity.app.mark import competent_unit, get_mark, keys_of, mark_of, refuse_protected
from comity.app.medium import Medium, written
from comity.app.node import Node, Person, home_of
from comity.app.paper import is_on_paper
from comity.app.pieces import job_subject
from comity.app.prepare import Said, Saying, say
from comity.app.reopening import refuse_while_reopened
from comity.app.reply import Matter, matter, offices, own_office
from comity.app.stamping import check_stamped, plan_handover_stamps
from comity.app.touch import Touch, record
from comity.cases import HomeCase, IntakeState, ItemStanding
from comity.dsse import Envelope
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.evidence import (
    Action,
    SealStatement,
    Stamp,
    piece_count,
    read_index,
    read_statement,
    seal_beside,
)
from comity.exchange import Authority, choose
from comity.store import Connection, Outgoing

MAX_PIECES: Final = 20_000
"""Pieces that one act can announce: about 156 GiB."""


def deliver(  # noqa: PLR0917 - what, how, by whom: in the order in which one says it
    node: Node,
    about: str,
    exhibits: Sequence[str],
    capacity: Capacity,
    description: str,
    who: Person,
    *,
    approver: Person | None = None,
    conditions: tuple[Condition, ...] = (),
    medium: Medium | None = None,
    wording: Wording | None = None,
) -> Said:
    """Deliver exhibits under a request. ``approver``, where one is wanted, signs at once.

    ``conditions``: of this delivery, beside those of the decision; they are accepted before custody is taken.
    ``wording``: in which language what is said with it is, and which translations go with it.
    ``medium``: in a case on paper, where the exhibits are put; that it went is then said (``dispatch``).

    Raises:
        NotFound: no such request or exhibit. BadInput, Conflict: as ``medium.written``. NotPermitted: a
            medium in a case by wire, or none in one on paper; an exhibit is not ours, not released or
            delivered already; an item is not granted; a grave finding was reopened; information offered
            unasked was not assessed; the office that would get it is not competent for the measure; the
            case does not allow it now.
        ProofFailed: an exhibit in the vault is damaged. Unavailable: the disk did not take the pieces, or the
            exhibit waits for its time-stamp, as the settings want.
    """
    it = matter(node, about)
    own, theirs = offices(node, it.act)
    own_office(who, own)
    with node.db.read() as conn:
        if is_on_paper(node, conn, it.id):
            if medium is None:
                raise NotPermitted("deliver.on_paper", case=it.id)
        elif medium is not None:
            raise NotPermitted("deliver.by_wire", case=it.id)
        recipients = () if medium else choose(node.directory(conn).entry(it.request.requesting).recipients)
        home = home_of(node, conn, it.id)
        # Asked again when it is committed; here before anything is sealed.
        check_giving(node, conn, it.act)
        check_called_back(node, conn, it.act)
        if medium is None:
            check_addressee(node, conn, theirs, it.request.measure)
        refuse_while_reopened(node, conn, it.id, it.act.id)
        leaving = [_leaving(node, conn, it, home, exhibit) for exhibit in exhibits]
        decision = _one_decision(leaving)
        granted = conditions_of(conn, decision, {label for one in leaving for label in one.conditions})
    limits = values(conditions)
    _check_size(leaving)
    by_unit = {one.exhibit.id: one.content for one in leaving if isinstance(one.content, _ForUnit)}
    # Everything is sealed and durable here before a word is said of it.
    with node.vault.held(), _sealed(node, leaving, recipients, medium) as announced:

        def also(conn: Connection, act: Act) -> None:
            for one in announced:
                if one.protected is None:  # it may have been marked while it was being sealed
                    refuse_protected(conn, it.id, one.exhibit)
            now = node.clock.now()
            action = Action.SENT if medium is None else Action.HANDED_OUT
            sent = (Touch(e.exhibit, action, act.header.kind, e.stream, act.id) for e in announced)
            record(node, conn, it.id, who, *sent)
            plan_handover_stamps(node, conn, it.id, [one.exhibit for one in announced])
            for exhibit in announced if medium is None else ():
                if exhibit.protected is not None:
                    _moves(node, conn, exhibit, by_unit[exhibit.exhibit], act.id)
                for n, piece in enumerate(exhibit.sealed):
                    row = Outgoing(act.id, exhibit.exhibit, n, piece.digest, piece.size, piece.digest, None)
                    if exhibit.protected is None or piece == exhibit.beside:
                        store.put_outgoing(conn, row)
                    store.put_job(conn, "piece", job_subject(row), now)

        saying = Saying(
            kind="deliver",
            from_=own,
            to=theirs,
            case=it.id,
            about=it.act.id,
            fields={
                "terms": DeliverTerms(
                    decision=decision,
                    capacity=capacity,
                    exhibits=announced,
                    conditions=tuple(sorted(one.id for one in conditions)),
                    limits=limits,
                    wording=wording,
                ),
                "description": description,
                "conditions": (*granted, *conditions),
            },
            cosigners=() if approver is None else ((Role.APPROVER, approver.key.id),),
            rests_on=leaving[-1].intake.review,
        )
        return say(node, saying, who, beside=() if approver is None else (approver,), also=also)


@dataclass(frozen=True)
class _ForUnit:
    """A marked exhibit, which its unit has sealed to the receiver's already. ``act``: by which it said so.

    ``keys``: the digest of the keys that it is sealed to (``recipients``). ``stamps``, ``certificates``: as
    they are now, which may be more than when it was sealed.
    """

    act: str
    keys: str
    protected: Protected
    pieces: tuple[Piece, ...]
    recipients: tuple[age.Recipient, ...]
    stamps: tuple[Stamp, ...]
    certificates: tuple[Envelope, ...]


@dataclass(frozen=True)
class _Leaving:
    """An exhibit that may leave, and what is needed to seal it to its receiver, or what its unit sealed."""

    exhibit: store.Exhibit
    intake: IntakeState
    envelope: Envelope
    statement: SealStatement
    content: Content | _ForUnit
    decision: str
    conditions: tuple[str, ...]

    @property
    def pieces(self) -> int:
        if isinstance(self.content, _ForUnit):
            return len(self.content.pieces) + 1
        return piece_count(self.content.index_size, self.statement.size, len(self.content.part))


def _leaving(node: Node, conn: Connection, it: Matter, home: HomeCase, id: str) -> _Leaving:
    exhibit = store.get_exhibit(conn, it.id, id)
    intake = home.intake(id)
    if exhibit.status != "own" or intake is None:
        raise NotPermitted("deliver.not_ours", exhibit=id)
    if not home.released(id):
        raise NotPermitted("deliver.not_released", exhibit=id)
    check_stamped(node, conn, it.id, id)
    # Of the whole case: the receiver holds an exhibit once, whichever request it came under.
    if any(announced.exhibit == id for one in it.case.requests.values() for announced in one.exhibits):
        raise NotPermitted("deliver.delivered_already", exhibit=id)
    decision, conditions = _granted(it, intake)
    envelope = dsse.read(exhibit.statement)
    mark = mark_of(conn, it.id, id)
    return _Leaving(
        exhibit=exhibit,
        intake=intake,
        envelope=envelope,
        statement=read_statement(envelope),
        content=_content(node, conn, exhibit, envelope)
        if mark is None
        else _for_unit(node, conn, it, home, id),
        decision=decision,
        conditions=conditions,
    )


def _content(node: Node, conn: Connection, exhibit: store.Exhibit, envelope: Envelope) -> Content:
    key = unwrap(node, conn, exhibit)
    part = store.find_record(conn, exhibit.case, exhibit.id, "part") or b""
    index = store.indexed_exhibit(conn, exhibit.case, exhibit.id).index
    return content_of(conn, exhibit, key, envelope, read_index(index), part)


def _for_unit(node: Node, conn: Connection, it: Matter, home: HomeCase, id: str) -> _ForUnit:
    """What the unit has sealed for a unit of the State that asked, which still lists a key of its own."""
    mark = get_mark(conn, it.id, id)
    own = (one for one in reversed(home.guard.unsealed) if (one.exhibit, one.what) == (id, Unsealing.SEND))
    for said in own:
        to = store.get_act(conn, said.act).terms.to
        theirs = competent_unit(
            node.directory(conn), node.bundle_on(conn), it.request.requesting, mark.material, to
        )
        ready = tuple(Piece(digest=one.digest, size=one.size) for one in store.outgoing_of(conn, said.act))
        if ready:
            keys = store.get_act(conn, said.act).terms.to_keys
            _refuse_other_keys(id, theirs, keys)
            return _ForUnit(
                said.act,
                keys,
                Protected(material=mark.material, unit=theirs.id),
                ready,
                tuple(keys_of(theirs)),
                *proofs_of(conn, it.id, id),
            )
    # Say first what the other State lacks: only then does it help to have it sealed.
    competent_unit(node.directory(conn), node.bundle_on(conn), it.request.requesting, mark.material)
    raise NotPermitted("material.seal_first", exhibit=id, unit=mark.unit)


def _refuse_other_keys(exhibit: str, theirs: Authority, keys: str | None) -> None:
    """Refuse pieces that were sealed to other keys than the unit lists now: it may open none."""
    if keys != theirs.keys_digest:
        raise NotPermitted("material.keys_changed", exhibit=exhibit, unit=theirs.id)


def _moves(node: Node, conn: Connection, one: Delivery, sealed: _ForUnit, act: str) -> None:
    """The pieces that a unit sealed leave by an act: still those, and still for the receiver's keys."""
    theirs = node.directory(conn).authority(sealed.protected.unit)
    _refuse_other_keys(one.exhibit, theirs, sealed.keys)
    if store.move_outgoing(conn, sealed.act, act) != len(sealed.pieces):
        raise Conflict("material.sealed_meanwhile", exhibit=one.exhibit)


def _granted(it: Matter, intake: IntakeState) -> tuple[str, tuple[str, ...]]:
    """The decision that granted what an exhibit answers, and the conditions of that grant."""
    if intake.about != it.act.id and not _followed(it, intake):
        raise NotPermitted("deliver.other_request", exhibit=intake.exhibit, act=intake.about)
    decisions, conditions = set(), set()
    for label in intake.items:
        item = it.request.item(label)
        if item is None or item.standing is not ItemStanding.GRANTED or item.decision is None:
            raise NotPermitted("deliver.item_not_granted", exhibit=intake.exhibit, item=label)
        decisions.add(item.decision)
        conditions |= set(item.conditions)
    if len(decisions) != 1:
        raise NotPermitted("deliver.several_decisions", count=len(decisions))
    return decisions.pop(), tuple(sorted(conditions))


def _followed(it: Matter, intake: IntakeState) -> bool:
    """Whether it was preserved under the request that this one builds on, and is the same asked again."""
    if it.request.follows != intake.about:
        return False
    before = it.case.request(intake.about)
    for label in intake.items:
        one, other = before.item(label), it.request.item(label)
        if one is None or other is None or one.data is not other.data:
            return False
    return True


def _one_decision(leaving: Sequence[_Leaving]) -> str:
    if not leaving:
        raise BadInput("deliver.nothing_named")
    decisions = {one.decision for one in leaving}
    if len(decisions) != 1:
        raise NotPermitted("deliver.several_decisions", count=len(decisions))
    return decisions.pop()


def conditions_of(conn: Connection, decision: str, wanted: Collection[str]) -> tuple[Condition, ...]:
    """Conditions of a grant, in the words of the decision.

    Raises:
        NotFound: the words of one were withheld or destroyed.
    """
    told = {c.id: c for c in store.get_act(conn, decision).fields.get("conditions", ())}
    for label in sorted(set(wanted) - set(told)):
        raise NotFound("deliver.condition_unknown", condition=label, act=decision)
    return tuple(told[label] for label in sorted(wanted))


def _check_size(leaving: Sequence[_Leaving]) -> None:
    ids = [one.exhibit.id for one in leaving]
    if len(set(ids)) != len(ids):
        raise BadInput("deliver.named_twice")
    total = sum(one.pieces for one in leaving)
    if total > MAX_PIECES:
        raise NotPermitted("deliver.too_large", pieces=total, limit=MAX_PIECES)


@contextmanager
def _sealed(
    node: Node, leaving: Sequence[_Leaving], recipients: Sequence[age.Recipient], medium: Medium | None
) -> Iterator[tuple[Delivery, ...]]:
    """Everything sealed: pieces in the vault, or a file each on a medium, taken away if the deed fails."""
    if medium is None:
        yield tuple(
            _announce(one, _pieces(node, one.content, recipients), _beside(node, one)) for one in leaving
        )
        return
    contents = [one.content for one in leaving if isinstance(one.content, Content)]
    if len(contents) < len(leaving):
        raise NotPermitted("material.not_on_a_medium")
    with written(node, medium, contents) as files:
        yield tuple(_announce(one, [file]) for one, file in zip(leaving, files, strict=True))


def _pieces(node: Node, one: Content | _ForUnit, recipients: Sequence[age.Recipient]) -> Sequence[Piece]:
    """The pieces of one exhibit: cut now, or by its unit before."""
    return one.pieces if isinstance(one, _ForUnit) else tuple(cut(node, one, recipients))


def _beside(node: Node, one: _Leaving) -> Piece | None:
    """What was stamped or certified, beside pieces that cannot be opened here; none where nothing was."""
    told = one.content
    if not isinstance(told, _ForUnit) or not (told.stamps or told.certificates):
        return None
    return keep_piece(node, seal_beside(one.envelope, told.stamps, told.certificates, told.recipients))


def _announce(one: _Leaving, sealed: Sequence[Piece], beside: Piece | None = None) -> Delivery:
    return Delivery(
        exhibit=one.exhibit.id,
        items=one.intake.items,
        statement=one.envelope.id,
        stream=one.statement.sha256,
        size=one.statement.size,
        head=sealed[0],
        pieces=tuple(sealed[1:]),
        protected=one.content.protected if isinstance(one.content, _ForUnit) else None,
        beside=beside,
    )
