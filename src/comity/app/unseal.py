"""What a unit's own key is used for: to open, to seal to another State's unit, to take over what one gave.

Promises: the key is used only once two persons of the unit have said for what, in an act that stays at home
and in custody, which names both; an opening has a purpose, a proceeding and an end, and none begins after
it. The key is in memory for one deed. Nothing rests unsealed on the way to or from another State; an opening
writes the package into a new folder, and nowhere else. No key of the node takes part in any of it.

Leaves to others: announcing what was sealed for a unit (``deliver``), saying that custody is taken
(``custody``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from comity import age, dsse, store
from comity.acts import Act, Proceeding, Role
from comity.acts.delivery_terms import Delivery, Protected
from comity.acts.material_terms import Unsealing, UnsealTerms
from comity.acts.terms import DeliverTerms
from comity.app.content import acts_keys, check_line, unwrap_by
from comity.app.custody import arrive, keep
from comity.app.cutting import content_of, cut
from comity.app.look import find_act, find_case
from comity.app.mark import came_under, competent_unit, get_mark, keys_of
from comity.app.node import Node, Person, case_of, home_of
from comity.app.opening import Held, hold, refuse_bad_place, write_out
from comity.app.prepare import Also, Saying, say
from comity.app.reply import matter
from comity.app.touch import Touch, record
from comity.app.unit_key import UnitKey, listed_ever
from comity.cases import Unsealed
from comity.clock import write_instant
from comity.errors import BadInput, ComityError, NotFound, NotPermitted, Unavailable
from comity.evidence import Action, read_statement
from comity.evidence.index import INDEX_LIMIT
from comity.evidence.selection import PART_LIMIT
from comity.exchange import Authority
from comity.law import Bundle
from comity.store import Connection, Outgoing

_HEADER: Final = 4096
"""What an age file is longer than what it holds, and more."""


@dataclass(frozen=True)
class Two:
    """The two persons of a unit who say that its key is used, and for what, in a line."""

    first: Person
    second: Person
    purpose: str


def permit(  # noqa: PLR0917 - what, by whom, for what, until when: in the order in which one says it
    node: Node, case: str, exhibit: str, two: Two, proceeding: Proceeding, until: datetime | None = None
) -> Act:
    """Say by two that a marked exhibit is opened for a proceeding, before ``until``.

    That is at most what the policy allows (``longest_opening``), and just that where none is named.

    Raises:
        NotFound: no such exhibit. NotPermitted: it is not marked; the two are one, or of another office.
        BadInput: the purpose is no line; the end is not to come, or later than is allowed.
    """
    now = node.clock.now()
    if until is not None and until <= now:
        raise BadInput("material.end_is_past", until=write_instant(until))
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        row = store.get_exhibit(conn, case, exhibit)
        shared = case_of(node, conn, case)
        about = came_under(shared, home_of(node, conn, case, shared), row.id)
        mark = get_mark(conn, row.case, row.id)
        longest = longest_opening(node, conn, mark)
    last = now + longest
    until = last if until is None else until
    if until > last:
        hours = longest // timedelta(hours=1)
        raise BadInput("material.end_too_late", until=write_instant(until), hours=hours)
    terms = UnsealTerms(
        exhibit=exhibit,
        statement=dsse.read(row.statement).id,
        unit=mark.unit,
        what=Unsealing.OPEN,
        until=write_instant(until),
    )
    return _said(node, case, about, two, terms, stream=_stream(row), proceeding=proceeding)


def longest_opening(node: Node, conn: Connection, mark: Protected) -> timedelta:
    """How long a permission lasts at most: the node's written policy, within what the law data has."""
    try:
        most = node.bundle_on(conn).material(mark.material).open_hours
    except NotFound:  # a kind that another State's data has, and ours has not
        most = node.settings.open_hours
    return timedelta(hours=min(most, node.settings.open_hours))


def open_protected(node: Node, permission: str, destination: Path, who: Person, key: UnitKey) -> Path:
    """Write a marked exhibit with its proofs to a new folder, as two said. ``permission``: their act.

    Raises:
        NotFound: no such act. NotPermitted: it is no such act; who opens is none of the two; its time is
            over; the key is not the unit's. ProofFailed: the exhibit is not what was sealed; nothing is
            written.
        Conflict: the folder is there. Unavailable: the disk did not take it.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, permission)
        case = str(act.header.case)
        said = _live(node, conn, act, who)
        purpose = str(act.fields["purpose"])
        refuse_bad_place(destination, purpose)
        held = _opened_by(node, conn, store.indexed_exhibit(conn, case, said.exhibit), key)
    other = next(one for one in said.signers if one != who.key.id)
    touch = Touch(said.exhibit, Action.OPENED, purpose, held.statement.sha256, act.id, beside=other)
    return write_out(node, held, destination, who, touch)


def may_be_opened(node: Node, conn: Connection, case: str, exhibit: str, proceeding: Proceeding) -> bool:
    """Whether two have said that a marked exhibit is opened for this proceeding, and its time is not over.

    A proceeding is a number before an authority: another court has the same number for something else.
    """
    now, longest = node.clock.now(), longest_opening(node, conn, get_mark(conn, case, exhibit))
    for said in home_of(node, conn, case).guard.unsealed:
        if said.opens(exhibit, now, longest):
            told = store.get_act(conn, said.act).fields.get("proceeding")
            if told is not None and (told.number, told.authority) == (
                proceeding.number,
                proceeding.authority,
            ):
                return True
    return False


def seal_for_unit(
    node: Node, about: str, exhibit: str, two: Two, key: UnitKey, *, to: str | None = None
) -> Act:
    """Seal a marked exhibit to the unit of the State that asked, ready to be delivered. ``to``: which unit.

    Raises:
        NotFound: no such request or exhibit. NotPermitted: it is not marked; that State's entry names no unit
            with a key; the two are one or of another office; the key is not the unit's. BadInput: several
            units.
        ProofFailed: it is not what was sealed. Unavailable: the disk did not take the pieces.
    """
    check_line(two.purpose, "purpose")
    it = matter(node, about)
    if it.request.requested != node.state:
        raise NotPermitted("evidence_app.not_asked", act=it.act.id)
    with node.db.read() as conn:
        row = store.indexed_exhibit(conn, it.id, exhibit)
        mark = get_mark(conn, row.case, row.id)
        known = home_of(node, conn, it.id, it.case)
        if row.status != "own" or known.intake(exhibit) is None:
            raise NotPermitted("deliver.not_ours", exhibit=exhibit)
        _own_unit(two, mark.unit)
        directory, bundle = node.directory(conn), node.bundle_on(conn)
        theirs = competent_unit(directory, bundle, it.request.requesting, mark.material, to)
        held = _opened_by(node, conn, row, key)
        leaving = content_of(conn, held.row, held.key, held.envelope, held.index, held.part or b"")
    terms = UnsealTerms(
        exhibit=exhibit,
        statement=held.envelope.id,
        unit=mark.unit,
        what=Unsealing.SEND,
        to=theirs.id,
        to_keys=theirs.keys_digest,
    )
    earlier = [u.act for u in known.guard.unsealed if (u.exhibit, u.what) == (exhibit, Unsealing.SEND)]
    with node.vault.held():
        ready = tuple(cut(node, leaving, keys_of(theirs)))

        def also(conn: Connection, act: Act) -> None:
            for before in earlier:
                store.drop_outgoing(conn, before)
            for n, piece in enumerate(ready):
                store.put_outgoing(
                    conn, Outgoing(act.id, exhibit, n, piece.digest, piece.size, piece.digest, None)
                )

        intake = known.intake(exhibit)
        at_home = it.act.id if intake is None else intake.about
        return _said(node, it.id, at_home, two, terms, stream=held.statement.sha256, also=also)


def take_over(node: Node, delivery: str, two: Two, key: UnitKey) -> tuple[Act, ...]:
    """Take over the marked exhibits of a delivery to this unit: proven, and sealed anew to its own keys.

    What is here already is left as it is. Custody is then taken, as of any delivery.

    Raises:
        NotFound: no such act. NotPermitted: it is no delivery to us, or has nothing for this unit; it is not
            competent for what is announced; the two are one or of another office; the key is not the unit's,
            or not what it was sealed to. Unavailable: pieces are missing.
        ProofFailed: a piece or an exhibit is not what was announced and sealed.
    """
    check_line(two.purpose, "purpose")
    with node.db.read() as conn:
        act = find_act(node, conn, delivery)
        if not isinstance(act.terms, DeliverTerms) or act.header.state == node.state:
            raise NotPermitted("deliver.not_to_us", act=act.id)
        case = str(act.header.case)
        directory = node.directory(conn)
        here = {one.id for one in store.exhibits_of(conn, case)}
        ours = [one for one in act.terms.exhibits if _for_unit(one, two.first.authority)]
        if not ours:
            raise NotPermitted("material.nothing_for_unit", act=act.id, unit=two.first.authority)
        unit = directory.authority(two.first.authority)
        for one in ours:
            _refuse_unfit(act, one, unit, node.bundle_on(conn))
        signers, earlier = acts_keys(directory, act.header.state), listed_ever(conn, unit.id)
        missing = [p for one in ours for p in store.missing_pieces(conn, act.id, one.exhibit)]
    if matter(node, str(act.header.about)).request.delivery(act.id) is None:
        raise NotPermitted("deliver.without_effect", act=act.id)
    if missing:
        total = sum(len(one.sealed) for one in ours)
        raise Unavailable("deliver.pieces_missing", act=act.id, missing=len(missing), total=total)
    _own_unit(two, unit.id)
    key.refuse_unless_of(unit, earlier)
    return tuple(
        _take_one(node, act, one, two, key, unit, signers) for one in ours if one.exhibit not in here
    )


def _take_one(  # noqa: PLR0917 - what came, by whom, with what: in the order in which one has them
    node: Node, act: Act, one: Delivery, two: Two, key: UnitKey, unit: Authority, signers: tuple[bytes, ...]
) -> Act:
    case, mark = str(act.header.case), one.protected
    with node.vault.held():
        try:
            came = arrive(node, act, one, signers, identities=key.identities, unit=keys_of(unit))
        except NotFound as error:
            raise _other_key(error, one.exhibit, unit.id) from error

        def also(conn: Connection, said: Act) -> None:
            keep(node, conn, came, mark)
            material = "-" if mark is None else mark.material
            record(
                node, conn, case, two.first, Touch(one.exhibit, Action.MARKED, material, one.stream, said.id)
            )

        terms = UnsealTerms(
            exhibit=one.exhibit,
            statement=came.head.statement.id,
            unit=unit.id,
            what=Unsealing.TAKE_OVER,
            delivery=act.id,
        )
        return _said(node, case, str(act.header.about), two, terms, stream=one.stream, also=also)


def _said(
    node: Node,
    case: str,
    about: str,
    two: Two,
    terms: UnsealTerms,
    *,
    stream: str,
    proceeding: Proceeding | None = None,
    also: Also | None = None,
) -> Act:
    """Say by two that the unit's key is used, and enter it in custody, which names both."""
    check_line(two.purpose, "purpose")
    _own_unit(two, terms.unit)

    def enter(conn: Connection, act: Act) -> None:
        if also is not None:
            also(conn, act)
        second = two.second.key.id
        touch = Touch(terms.exhibit, Action.UNSEALED, two.purpose, stream, act.id, beside=second)
        record(node, conn, case, two.first, touch)

    fields = {"terms": terms, "purpose": two.purpose, "proceeding": proceeding}
    cosigner = ((Role.APPROVER, two.second.key.id),)
    saying = Saying("unseal", terms.unit, fields, case=case, about=about, cosigners=cosigner)
    return say(node, saying, two.first, beside=(two.second,), also=enter).act


def _own_unit(two: Two, unit: str) -> None:
    """Refuse whoever is not of the unit, and one person for two, before anything is opened."""
    if two.first.key.id == two.second.key.id:
        raise NotPermitted("material.one_person", unit=unit)
    for one in (two.first, two.second):
        if one.authority != unit:
            raise NotPermitted("material.other_office", unit=unit, office=one.authority)


def _live(node: Node, conn: Connection, act: Act, who: Person) -> Unsealed:
    """What two said, as long as it may be acted on, by one of them."""
    case = act.header.case
    guard = None if case is None else home_of(node, conn, case).guard
    said = next((one for one in (guard.unsealed if guard else ()) if one.act == act.id), None)
    if said is None or said.until is None:
        raise NotPermitted("material.no_permission", act=act.id)
    if who.key.id not in said.signers:
        raise NotPermitted("material.not_one_of_two", act=act.id)
    directory, now = node.directory(conn), node.clock.now()
    reasons = [
        directory.incompetence(said.unit, act.header.kind, measure=None, role=role, key=who.key.id, at=now)
        for role in (Role.AUTHOR, Role.APPROVER)
    ]
    if None not in reasons:  # what one could say when it was said, one may not any more
        told = str(reasons[0])
        raise NotPermitted("app.not_competent", kind=act.header.kind, role=str(Role.AUTHOR), reason=told)
    ends = said.ends(longest_opening(node, conn, get_mark(conn, str(case), said.exhibit)))
    if ends is None or ends <= now:
        raise NotPermitted("material.time_is_over", act=act.id, until=write_instant(ends or now))
    return said


def _opened_by(node: Node, conn: Connection, row: store.IndexedExhibit, key: UnitKey) -> Held:
    """An exhibit as the unit's key opens it: what its files are called, and what proves it to be a part."""
    unit = node.directory(conn).authority(get_mark(conn, row.case, row.id).unit)
    key.refuse_unless_of(unit, listed_ever(conn, unit.id))
    try:
        content = unwrap_by(key.identities, conn, row)
    except NotFound as error:
        raise _other_key(error, row.id, unit.id) from error
    own = [content.identity]
    index = age.open_sealed(row.index, own, INDEX_LIMIT + _HEADER)
    part = store.find_record(conn, row.case, row.id, "part")
    if part is not None:
        part = age.open_sealed(part, own, PART_LIMIT + _HEADER)
    return hold(node, conn, row, content, index, part)


def _other_key(error: NotFound, exhibit: str, unit: str) -> ComityError:
    """What to say where the unit's key does not open what is sealed to another key of the unit."""
    if error.id != "age.no_match":
        return error
    return NotPermitted("material.sealed_to_earlier_key", exhibit=exhibit, unit=unit)


def _refuse_unfit(act: Act, one: Delivery, unit: Authority, bundle: Bundle) -> None:
    """Refuse what another State announced for an office of ours that is not competent for it."""
    if one.protected is None:
        return
    function = bundle.material(one.protected.material).function
    if function not in unit.functions:
        raise NotPermitted(
            "material.unit_not_competent",
            act=act.id,
            exhibit=one.exhibit,
            material=one.protected.material,
            unit=unit.id,
            function=function,
        )


def _for_unit(one: Delivery, unit: str) -> bool:
    return one.protected is not None and one.protected.unit == unit


def _stream(row: store.Exhibit) -> str:
    return read_statement(dsse.read(row.statement)).sha256
