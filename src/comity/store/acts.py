"""Acts kept: envelope and disclosures apart, so that a field can be erased and the act still verifies.

Promises: an act is stored once, as it came; a repeat changes nothing, and brings back nothing that was
erased. This node never gives one number to two of its acts; two acts of a peer with one number are
kept, as proof. ``arrived_at`` is when this node stored it, whether it could be folded yet or not.

Leaves to others: checking signatures (``acts``), order (``cases``), waiting for co-signers (``prepared``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection

from comity import dsse
from comity.acts import Act, Disclosure, open_act, read_act, read_disclosure, write_act
from comity.clock import read_instant, write_instant
from comity.errors import Conflict, NotFound, NotPermitted, ProofFailed
from comity.store import cases
from comity.store.opened import Key, Opened
from comity.store.statement import Statement, kept_in_moment

_KEPT_BYTES: Final = 32 * 1024 * 1024
"""Bytes of acts that are kept open in memory; what is made of them takes some times as much."""

Direction = Literal["own", "peer", "home"]
"""Our own shared act, a peer's, or one of ours that stays at home."""

Which = Literal["shared", "home", "all"]
_WHICH: Final[dict[Direction, Which]] = {"own": "shared", "peer": "shared", "home": "home"}


@dataclass(frozen=True, slots=True)
class Record:
    """An act with what this node knows of it. ``seq`` grows in the order of storing."""

    act: Act
    seq: int
    direction: Direction
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Erased:
    """A field that was destroyed here: its digest and name stay. ``by_act``: the act that ordered it."""

    digest: str
    name: str
    erased_at: datetime
    by_act: str


@dataclass(frozen=True, slots=True)
class Equivocation:
    """Two acts of one State with one number: the one that came first, and the other, opened at its terms."""

    first: str
    second: Act
    found_at: datetime


def put_act(conn: Connection, act: Act, *, received_at: datetime, direction: Direction) -> bool:
    """Store an act with the disclosures it has; ``False`` if it is here already, and nothing changes.

    Raises:
        Conflict: this node has given that number to another act; or a direction that the act's
            addressee belies.
    """
    if has_act(conn, act.id):
        return False
    header = act.header
    if direction != "peer":
        taken = act_by_number(conn, header.case, header.state, shared=header.shared, number=header.number)
        if taken is not None:
            raise Conflict("store.number_taken", state=header.state, number=header.number)
    _PUT_ACT.run(
        conn,
        {
            "id": act.id,
            "case": header.case,
            "kind": header.kind,
            "state": header.state,
            "from_authority": header.from_,
            "to_authority": header.to,
            "direction": direction,
            "number": header.number,
            "at": header.at,
            "arrived_at": write_instant(received_at),
            "envelope": dsse.write(act.envelope),
        },
    )
    _PUT_DISCLOSURE.many(conn, [_row(act.id, disclosure) for disclosure in act.disclosures])
    _keep_open(act)
    if header.case is not None:
        cases.reindex_case(conn, header.case)
    return True


def has_act(conn: Connection, act_id: str) -> bool:
    """Whether the act is here."""
    return _HAS.first(conn, {"id": act_id}) is not None


def get_act(conn: Connection, act_id: str) -> Act:
    """The act, with the fields that are still open here.

    Raises:
        NotFound: it is not here.
    """
    return get_record(conn, act_id).act


def get_record(conn: Connection, act_id: str) -> Record:
    """The act, with what this node knows of it.

    Raises:
        NotFound: it is not here.
    """
    kept = kept_in_moment(conn)
    if kept is not None and (_GET, act_id) in kept:
        found: Record = kept[_GET, act_id]
        return found
    row = _GET.first(conn, {"id": act_id})
    if row is None:
        raise NotFound("store.no_such_act", act=act_id)
    return _record(row, [d.text for d in _DISCLOSED.all(conn, {"id": act_id})])


def acts_beginning(conn: Connection, prefix: str, *, most: int = 2) -> tuple[str, ...]:
    """Ids that begin so (hexadecimal digits), at most so many: enough to tell one from several."""
    row = {"low": prefix, "high": prefix + "g", "most": most}
    return tuple(str(id) for id in _BEGINNING.scalars(conn, row))


def acts_of_case(conn: Connection, case: str | None, which: Which = "shared") -> tuple[Act, ...]:
    """The acts of a case in the order of storing; ``None``: those of the node's own register."""
    return tuple(record.act for record in records_of_case(conn, case, which))


def ids_of_case(conn: Connection, case: str | None, which: Which = "shared") -> tuple[tuple[str, str], ...]:
    """Id and kind of each act of a case in the order of storing; nothing of them is opened."""
    kept = kept_in_moment(conn)
    if kept is not None and (_OF_CASE, case) in kept:
        return tuple((one.act.id, one.act.header.kind) for one in records_of_case(conn, case, which))
    statement = _IDS_OF_REGISTER if case is None else _IDS_OF_CASE
    rows = statement.all(conn, {"case": case, "which": which})
    return tuple((str(row[0]), str(row[1])) for row in rows)


def case_of_act(conn: Connection, act_id: str) -> str | None:
    """The case that an act belongs to; none where it belongs to none, or is not here."""
    found = _CASE_OF.scalar(conn, {"id": act_id})
    return None if found is None else str(found)


def records_of_case(conn: Connection, case: str | None, which: Which = "shared") -> tuple[Record, ...]:
    """As ``acts_of_case``, with what this node knows of each."""
    kept = kept_in_moment(conn)
    if kept is None:
        return _records_of_case(conn, case, which)
    if (_OF_CASE, case) not in kept:  # all of them are wanted sooner or later, and one of them by its id
        found = kept[_OF_CASE, case] = _records_of_case(conn, case, "all")
        kept |= {(_GET, record.act.id): record for record in found}
    return tuple(one for one in kept[_OF_CASE, case] if which in {"all", _WHICH[one.direction]})


def _records_of_case(conn: Connection, case: str | None, which: Which) -> tuple[Record, ...]:
    wanted = {"case": case, "which": which}
    texts: dict[str, list[str]] = defaultdict(list)
    for row in (_DISCLOSED_OF_REGISTER if case is None else _DISCLOSED_OF_CASE).all(conn, wanted):
        texts[row.act_id].append(row.text)
    rows = (_OF_REGISTER if case is None else _OF_CASE).all(conn, wanted)
    return tuple(_record(row, texts[row.id]) for row in rows)


def act_by_number(conn: Connection, case: str | None, state: str, *, shared: bool, number: int) -> Act | None:
    """The act to which a State gave this number (the first that came, if it gave it to two)."""
    wanted = {"case": case, "state": state, "shared": shared, "number": number}
    found = (_BY_NUMBER_IN_REGISTER if case is None else _BY_NUMBER).scalar(conn, wanted)
    return None if found is None else get_act(conn, str(found))


def next_home_number(conn: Connection, case: str | None, state: str) -> int:
    """The number for our State's next act that stays at home, from 1. Ask in the deed that stores it."""
    row = {"case": case, "state": state, "shared": False}
    return int((_NEXT_IN_REGISTER if case is None else _NEXT).scalar(conn, row))


def put_equivocation(conn: Connection, first: str, second: Act, found_at: datetime) -> bool:
    """Keep the proof that a State gave one number to two acts; ``False`` if it is kept already.

    ``second`` is kept with its signatures and terms, apart from the case, and with no other field open: the
    proof needs none, and a field that is erased in the act must not live on here. Whether it is also stored
    as an act is the caller's.

    Raises:
        NotFound: the first act is not here.
        Conflict: the two are no equivocation: one act, or another case, State or number.
    """
    one, two = get_act(conn, first).header, second.header
    same = (one.case, one.state, one.number, one.shared) == (two.case, two.state, two.number, two.shared)
    if not same or first == second.id or one.case is None:
        raise Conflict("store.no_equivocation", first=first, second=second.id)
    row = {
        "first": first,
        "second": second.id,
        "case": one.case,
        "bytes": write_act(second.without(set(second.fields) - {"terms"})),
        "found_at": write_instant(found_at),
    }
    return _PUT_EQUIVOCATION.run(conn, row) == 1


def equivocations(conn: Connection, case: str) -> tuple[Equivocation, ...]:
    """The proofs kept in a case, oldest first."""
    return tuple(
        Equivocation(row.first_id, read_act(row.second), read_instant(row.found_at))
        for row in _EQUIVOCATIONS.all(conn, {"case": case})
    )


def erase_field(conn: Connection, act_id: str, field: str, erased_at: datetime, by_act: str) -> bool:
    """Destroy a field's content and salt; its digest and name stay. ``False`` if it was erased before.

    The old bytes leave the disk with ``Database.checkpoint``; backups made before still have them.

    Raises:
        NotFound: the act is not here, or this copy never opened such a field.
        NotPermitted: ``terms`` stay for ever.
    """
    if field == "terms":
        raise NotPermitted("store.terms_stay", act=act_id)
    state = _FIELD.first(conn, {"id": act_id, "name": field})
    if state is None:
        raise NotFound("store.no_such_field", act=act_id, field=field)
    if state.erased_at is not None:
        return False
    _ERASE.run(conn, {"id": act_id, "name": field, "at": write_instant(erased_at), "by": by_act})
    return True


def erased_fields(conn: Connection, act_id: str) -> tuple[Erased, ...]:
    """The fields of an act that were destroyed here, by name."""
    return tuple(
        Erased(row.digest, row.name, read_instant(row.erased_at), row.erased_by)
        for row in _ERASED.all(conn, {"id": act_id})
    )


def put_commitment(conn: Connection, act_id: str, disclosure: str, *, act: Act | None = None) -> None:
    """Keep the opening of an act's ``rests_on``: what stays at home, and its salt.

    ``act``: the act itself, where it was stored in this very deed.

    Raises:
        NotFound: the act is not here.
        ProofFailed: it opens another act's.
        Conflict: it is kept already.
    """
    header = get_act(conn, act_id).header if act is None or act.id != act_id else act.header
    if read_disclosure(disclosure).digest != header.rests_on:
        raise ProofFailed("store.commitment_of_another", act=act_id)
    _PUT_COMMITMENT.run(conn, {"id": act_id, "text": disclosure})


def commitment_of(conn: Connection, act_id: str) -> str | None:
    """The opening of an act's ``rests_on``, where this node has it."""
    found = _COMMITMENT.scalar(conn, {"id": act_id})
    return None if found is None else str(found)


def _row(act_id: str, disclosure: Disclosure) -> dict[str, str]:
    return {"id": act_id, "digest": disclosure.digest, "name": disclosure.name, "text": disclosure.text}


def forget_opened() -> None:
    """Forget the acts that are kept open in memory: after an erasure, and now and then in a server."""
    _kept.clear()


def _record(row: Any, texts: list[str]) -> Record:
    return Record(_opened(bytes(row.envelope), texts), row.seq, row.direction, read_instant(row.arrived_at))


_kept: Final = Opened(_KEPT_BYTES)


def _keep_open(act: Act) -> None:
    """Keep an act that is well formed already; it is found by its bytes, as it will be read."""
    texts = [d.text for d in act.disclosures]
    _kept.put(_key(dsse.write(act.envelope), texts), act)


def _opened(envelope: bytes, texts: list[str]) -> Act:
    """An act, opened once: the same bytes are the same act, and a case is folded for each deed in it.

    The key is the whole of its bytes, so that an act with a field erased since is another entry.
    """
    key = _key(envelope, texts)
    act = _kept.get(key)
    if act is None:
        act = open_act(dsse.read(envelope), texts)
        _kept.put(key, act)
    return act


def _key(envelope: bytes, texts: list[str]) -> Key:
    return envelope, tuple(sorted(texts))


_PUT_ACT = Statement(
    "INSERT INTO act (id, case_id, kind, state, from_authority, to_authority, direction, number, at,"
    " arrived_at, envelope) VALUES (:id, :case, :kind, :state, :from_authority, :to_authority, :direction,"
    " :number, :at, :arrived_at, :envelope)"
)
_PUT_DISCLOSURE = Statement(
    "INSERT INTO disclosure (act_id, digest, name, text) VALUES (:id, :digest, :name, :text)"
)
_BEGINNING = Statement("SELECT id FROM act WHERE id >= :low AND id < :high ORDER BY id LIMIT :most")
_HAS = Statement("SELECT 1 FROM act WHERE id = :id")
_GET = Statement("SELECT seq, direction, arrived_at, envelope FROM act WHERE id = :id")
_DISCLOSED = Statement("SELECT text FROM disclosure WHERE act_id = :id AND text IS NOT NULL")
# Acts of a case, or of the node's own register, which is no case: two statements each, since PostgreSQL
# uses no index for "IS NOT DISTINCT FROM".
_CASE = ("case_id = :case", "case_id IS NULL")


def _two(statement: str) -> tuple[Statement, Statement]:
    """The statement for a case, and for the register."""
    in_case, in_register = (Statement(statement.format(case=case)) for case in _CASE)
    return in_case, in_register


_OF_CASE, _OF_REGISTER = _two(
    "SELECT id, seq, direction, arrived_at, envelope FROM act WHERE {case}"
    " AND (:which = 'all' OR (direction = 'home') = (:which = 'home')) ORDER BY seq"
)
_CASE_OF = Statement("SELECT case_id FROM act WHERE id = :id")
_IDS_OF_CASE, _IDS_OF_REGISTER = _two(
    "SELECT id, kind FROM act WHERE {case}"
    " AND (:which = 'all' OR (direction = 'home') = (:which = 'home')) ORDER BY seq"
)
_DISCLOSED_OF_CASE, _DISCLOSED_OF_REGISTER = _two(
    "SELECT d.act_id, d.text FROM act AS a JOIN disclosure AS d ON d.act_id = a.id"
    " WHERE a.{case} AND d.text IS NOT NULL"
    " AND (:which = 'all' OR (a.direction = 'home') = (:which = 'home'))"
)
_BY_NUMBER, _BY_NUMBER_IN_REGISTER = _two(
    "SELECT id FROM act WHERE {case} AND state = :state AND number = :number"
    " AND (direction <> 'home') = :shared ORDER BY seq LIMIT 1"
)
_NEXT, _NEXT_IN_REGISTER = _two(
    "SELECT coalesce(max(number), 0) + 1 FROM act WHERE {case}"
    " AND state = :state AND (direction <> 'home') = :shared"
)
_PUT_EQUIVOCATION = Statement(
    "INSERT INTO equivocation (first_id, second_id, case_id, second, found_at)"
    " VALUES (:first, :second, :case, :bytes, :found_at) ON CONFLICT DO NOTHING"
)
_EQUIVOCATIONS = Statement(
    "SELECT first_id, second, found_at FROM equivocation WHERE case_id = :case ORDER BY found_at, second_id"
)
_FIELD = Statement("SELECT erased_at FROM disclosure WHERE act_id = :id AND name = :name")
_ERASE = Statement(
    "UPDATE disclosure SET text = NULL, erased_at = :at, erased_by = :by WHERE act_id = :id AND name = :name"
)
_ERASED = Statement(
    "SELECT digest, name, erased_at, erased_by FROM disclosure"
    " WHERE act_id = :id AND erased_at IS NOT NULL ORDER BY name"
)
_PUT_COMMITMENT = Statement("INSERT INTO commitment (act_id, text) VALUES (:id, :text)")
_COMMITMENT = Statement("SELECT text FROM commitment WHERE act_id = :id")
