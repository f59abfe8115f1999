"""Move the vault from one place to another: from files to a bucket, and back.

Promises: whatever is needed is carried over and read again where it came to, one after the other; each
exhibit's custody says so, in the transaction that keeps how far the move has come. The old place is left when
all of it was found well in the new one, and not before. Whoever goes on, after whatever end, goes on from
there; both are read meanwhile. What cannot be carried is named, and holds up nothing but the leaving.

Leaves to others: which places these are (the settings), carrying one object (``evidence.moving``), what
nothing names (``sweep``: it is not carried), processes that were started with other settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final

import structlog

from comity import dsse, store
from comity.app.interrupted import forget_kept
from comity.app.node import Node
from comity.app.scrub import Pace, look
from comity.app.sweep import named
from comity.app.touch import Touch, record
from comity.clock import read_instant, write_instant
from comity.errors import Conflict, NotFound, NotPermitted, ProofFailed
from comity.evidence import Action, MovingVault, Told, carry, read_statement
from comity.store import Connection, Need
from comity.wire import Json

_STATE: Final = "vault_move"
_ALL: Final = "g"
"""After every address, in their order."""

_ROUNDS: Final = 3
"""How often what came to the old place meanwhile is carried over too, in one run."""

PURPOSE: Final = "vault_move"
"""What custody gives as the reason."""

_log = structlog.get_logger("move")

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Move:
    """How far a move has come. ``before``, ``to``: the places, as the settings write them.

    ``after``: of the addresses in their order, the last that was carried. ``open``: those up to there that
    were not. ``objects``, ``size`` (bytes): carried, found well. ``verified``: when all was; ``left``: when
    the old place had been left. ``kept``: objects that a lock keeps there.
    """

    before: str
    to: str
    began: datetime
    after: str = ""
    open: tuple[str, ...] = ()
    objects: int = 0
    size: int = 0
    verified: datetime | None = None
    left: datetime | None = None
    kept: int = 0


@dataclass(frozen=True, slots=True)
class _Object:
    """What is carried. ``passing``: it is on its way to somebody, and goes under no lock."""

    address: str
    needed: tuple[Need, ...]
    passing: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """What a run came to. ``busy``: another process was at work, so the old place was not left yet."""

    move: Move
    busy: bool = False


def move(
    node: Node, *, leave: bool = True, progress: Progress | None = None, pace: Pace | None = None
) -> Moved:
    """Carry over what is not yet, and leave the old place when all is. ``pace``: how fast it may read.

    ``leave``: or let the old place be, to be left by a later run.

    Raises:
        NotPermitted: the settings tell of no move; or an object could not be put there or removed.
        Conflict: somebody goes on putting objects in the old place, or moves the vault too.
        Unavailable: a store does not answer.
    """
    vault = _moving(node)
    at = _begun(node)
    read = 0

    def told(size: int) -> None:
        nonlocal read
        read += size
        if pace is not None:
            pace.told(size)
        if progress is not None:
            progress(read, None)

    for _ in range(_ROUNDS):
        at = _carry_all(node, vault, at, told)
        late = (_named_in(node, vault) | _unseen(node, vault)) - vault.new.addresses() - set(at.open)
        if not late:
            break
        at = _keep(node, replace(at, open=tuple(sorted((*at.open, *late)))))
    else:
        raise Conflict("vault_move.written_meanwhile", place=at.before)
    if at.open:
        return Moved(_keep(node, replace(at, verified=None)))
    if at.verified is None:
        at = _keep(node, replace(at, verified=node.clock.now()))
    return _leave(node, vault, at) if leave else Moved(at)


def last_move(conn: Connection) -> Move | None:
    """The move under way, or the last one."""
    found = store.get_setting(conn, _STATE)
    return _read(found) if isinstance(found, dict) else None


def check_place(node: Node) -> None:
    """Refuse settings by which the vault would be where it was before it was moved.

    Raises:
        Conflict: as said.
    """
    with node.db.read() as conn:
        at = last_move(conn)
    told = {node.settings.vault_store, node.settings.vault_before}
    if at is not None and at.to not in told:
        raise Conflict("vault_move.elsewhere", place=node.settings.vault_store, to=at.to)
    if at is not None and at.left is None and at.before not in told:
        raise Conflict("vault_move.not_ended", before=at.before, to=at.to)


def _moving(node: Node) -> MovingVault:
    if not isinstance(node.vault, MovingVault):
        raise NotPermitted("vault_move.not_set")
    return node.vault


def _begun(node: Node) -> Move:
    before, to = str(node.settings.vault_before), node.settings.vault_store
    with node.db.read() as conn:
        at = last_move(conn)
    if at is not None and (at.before, at.to) == (before, to):
        # Left, and yet something lies there that is needed: another process put it there.
        return at if at.left is None else replace(at, left=None, after=_ALL)
    if at is not None and at.left is None and (at.before, at.to) != (to, before):
        raise Conflict("vault_move.not_ended", before=at.before, to=at.to)
    return _keep(node, Move(before, to, node.clock.now()))


def _named_in(node: Node, vault: MovingVault) -> frozenset[str]:
    """What is needed of what lies in the old place."""
    lying = vault.old.addresses()
    with node.db.read() as conn:
        return named(node, conn, lying) & lying


def _unseen(node: Node, vault: MovingVault) -> frozenset[str]:
    """Exhibits that neither place lists: they are gone; or hidden there, and can be carried all the same."""
    with node.db.read() as conn:
        needed = frozenset(one.address for one in store.needs_of_vault(conn) if one.delivery is None)
    return needed - vault.addresses()


def _carry_all(node: Node, vault: MovingVault, at: Move, told: Told) -> Move:
    # First: what comes there meanwhile is late, and not taken for what is on its way to somebody.
    waiting = {address for address in _named_in(node, vault) if address > at.after} | set(at.open)
    with node.db.read() as conn:
        exhibits, _ = store.named_objects(conn)
        by_address = groupby(store.needs_of_vault(conn), key=lambda one: one.address)
        needs = {address: tuple(found) for address, found in by_address}
    for address in sorted(waiting):
        one = _Object(address, needs.get(address, ()), passing=address not in exhibits)
        at = _carry_one(node, vault, at, one, told)
    return _keep(node, replace(at, after=_ALL))


def _carry_one(node: Node, vault: MovingVault, at: Move, what: _Object, told: Told) -> Move:
    """Carry one object, and keep what came of it."""
    address, needed = what.address, what.needed
    still = tuple(one for one in at.open if one != address)
    after = max(at.after, address)
    try:
        with vault.held():
            stored = carry(vault, address, passing=what.passing, told=told)
    except (NotFound, ProofFailed) as error:
        if not _is_needed(node, address):  # removed, or destroyed, meanwhile
            return _keep(node, replace(at, after=after, open=still))
        _log.error("vault_not_moved", address=address, error=error.id)
        look(node, address, needed, None)  # its cases are told, as by a scrub
        return _keep(node, replace(at, after=after, open=tuple(sorted((*still, address)))))
    done = replace(at, after=after, open=still, objects=at.objects + 1, size=at.size + stored.size)

    destroyed: list[Need] = []

    def keep(conn: Connection) -> None:
        told = last_move(conn)
        if told is None or told.objects != at.objects:  # what it carried, it entered, maybe this one too
            raise Conflict("vault_move.another_run")
        destroyed.extend(one for one in needed if one.delivery is None and _is_destroyed(conn, one))
        for one in needed:
            if one.delivery is None and one not in destroyed:
                row = store.get_exhibit(conn, one.case, one.exhibit)
                stream = read_statement(dsse.read(row.statement)).sha256
                record(node, conn, one.case, None, Touch(one.exhibit, Action.MOVED, PURPOSE, stream))
        _write(conn, done)

    node.db.writer.run(keep)
    if destroyed:
        with suppress(NotFound, NotPermitted):  # under a lock: the sweep removes it, once that is over
            vault.remove(address)
    return done


def _is_needed(node: Node, address: str) -> bool:
    with node.db.read() as conn:
        return address in named(node, conn, frozenset({address}))


def _is_destroyed(conn: Connection, one: Need) -> bool:
    """Whether an exhibit was destroyed while it was carried: its custody has ended then."""
    try:
        store.exhibit_key(conn, one.case, one.exhibit)
    except NotPermitted:
        return True
    except NotFound:  # of a unit's: no key of it is here
        return False
    return False


def _leave(node: Node, vault: MovingVault, at: Move) -> Moved:
    """Remove from the old place what is well in the new one, and what nothing needs."""
    there = vault.new.addresses()
    kept = _remove(vault, _named_in(node, vault) & there)
    # What nothing names may be somebody's who is just writing it, by settings of before.
    with vault.held(alone=True) as ours:
        if not ours:
            return Moved(at, busy=True)
        needed = _named_in(node, vault)
        late = needed - there
        if late:
            return Moved(_keep(node, replace(at, open=tuple(sorted(late)), verified=None)), busy=True)
        kept += _remove(vault, vault.old.sweepable(vault.old.addresses() - needed))
        forget_kept(node, vault.old, lambda _: True)  # nobody goes on with it there, and nobody sweeps there
        vault.old.clear_incoming()
    return Moved(_keep(node, replace(at, left=node.clock.now(), kept=kept)))


def _remove(vault: MovingVault, addresses: frozenset[str]) -> int:
    """Remove from the old place; how many a lock keeps there."""
    kept = 0
    for address in sorted(addresses):
        try:
            vault.old.remove(address)
        except NotFound:
            continue
        except NotPermitted:
            kept += 1
    return kept


def _keep(node: Node, at: Move) -> Move:
    node.db.writer.run(lambda conn: _write(conn, at))
    return at


def _write(conn: Connection, at: Move) -> None:
    value: Json = {
        "before": at.before,
        "to": at.to,
        "began": write_instant(at.began),
        "after": at.after,
        "open": list(at.open),
        "objects": at.objects,
        "size": at.size,
        "verified": None if at.verified is None else write_instant(at.verified),
        "left": None if at.left is None else write_instant(at.left),
        "kept": at.kept,
    }
    store.put_setting(conn, _STATE, value)


def _read(found: Mapping[str, Json]) -> Move:
    verified, left, open = found["verified"], found["left"], found["open"]
    return Move(
        before=str(found["before"]),
        to=str(found["to"]),
        began=read_instant(str(found["began"])),
        after=str(found["after"]),
        open=tuple(str(one) for one in open) if isinstance(open, list) else (),
        objects=int(str(found["objects"])),
        size=int(str(found["size"])),
        verified=None if verified is None else read_instant(str(verified)),
        left=None if left is None else read_instant(str(left)),
        kept=int(str(found["kept"])),
    )
