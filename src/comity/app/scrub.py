"""Scrub: read everything in the vault again, and name what has rotted and whose exhibits it was.

Promises: each object that an exhibit or a waiting piece needs is hashed anew, in the order of the addresses.
What is not well is kept and named with its cases and exhibits until it is found well, and stands in their
custody; it stops nothing.
A pass that is interrupted, by its budget or by a crash, is taken up where it was. Nothing is decrypted, and
no key is needed: sealed content that this node cannot open is checked as well.

Leaves to others: when (a job of ``worker``, or a person), mending: from a copy, or from who has the exhibit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic, sleep
from typing import Final

import structlog

from comity import dsse, store
from comity.app.node import Node
from comity.app.reading import shown_cases
from comity.app.touch import Touch, record
from comity.clock import read_instant, write_instant
from comity.errors import NotFound, NotPermitted, ProofFailed, Unavailable
from comity.evidence import Action, Told, read_statement
from comity.store import Connection, Job, Need
from comity.wire import Json

JOB: Final = "scrub"
"""The kind of the job, of which there is one."""

EVERY: Final = timedelta(days=30)
"""From the end of one pass over the vault to the beginning of the next."""

PAUSE: Final = timedelta(minutes=10)
"""Between two stretches of one pass that the job does."""

STRETCH: Final = 16 * 1024**3
"""Bytes after which the job lets others go first."""

LATE: Final = 2 * EVERY
"""A vault that was not read through for so long is reported."""

_BUSY: Final = "evidence.s3_busy"
_STATE: Final = "vault_scrub"
_KEPT: Final = 64
"""Objects after which the place in the pass is written down."""

_log = structlog.get_logger("scrub")

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Rot:
    """An object that is not well, and an exhibit that needs it. ``delivery``: the act whose piece it is."""

    address: str
    what: store.FaultKind
    found_at: datetime
    case: str
    exhibit: str
    delivery: str | None


class Pace:
    """At most so many bytes a second, on the whole. ``time``, ``wait``: of a clock that only goes forward."""

    def __init__(
        self, rate: int, time: Callable[[], float] = monotonic, wait: Callable[[float], object] = sleep
    ) -> None:
        self._rate = rate
        self._time = time
        self._wait = wait
        self._began: float | None = None
        self._read = 0

    def told(self, size: int) -> None:
        """So many bytes more were read: wait until they may have been."""
        now = self._time()
        if self._began is None:
            self._began = now
        self._read += size
        early = self._began + self._read / self._rate - now
        if early > 0:
            self._wait(early)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What a stretch came to. ``objects``, ``size`` (bytes): read in it. ``done``: the pass is at its end."""

    objects: int
    size: int
    done: bool
    rot: tuple[Rot, ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """The pass under way, and the last one that was ended. ``after``: the address that was read last."""

    began: datetime | None
    after: str
    ended: datetime | None
    objects: int


def scrub(
    node: Node,
    *,
    budget: int | None = None,
    since: datetime | None = None,
    progress: Progress | None = None,
    pace: Pace | None = None,
) -> Scrubbed:
    """Read the vault on from where the last pass stopped, or from its beginning.

    ``budget``: bytes after which it stops, after at least one object. ``since``: only exhibits that were
    added then or later; the pass over the whole is not touched. ``pace``: how fast it may read.

    Raises:
        Unavailable: the store does not answer.
    """
    with node.db.read() as conn:
        needs = store.needs_of_vault(conn)
        place = _place(conn)
    if since is not None:
        needs = tuple(one for one in needs if one.since is not None and one.since >= since)
    every = [(address, tuple(found)) for address, found in groupby(needs, key=lambda one: one.address)]
    whole = since is None
    after = place.after if whole else ""
    waiting = [one for one in every if one[0] > after]
    read = size = 0
    for number, (address, needed) in enumerate(waiting, start=1):
        if budget is not None and read and size >= budget:
            break
        size += look(node, address, needed, None if pace is None else pace.told)
        read = number
        if progress is not None:
            progress(size, None)
        if whole and not number % _KEPT:
            _keep(node, place, address, number)
    done = read == len(waiting)
    if whole and done:
        _end(node, place, read)
    elif whole and read:
        _keep(node, place, waiting[read - 1][0], read)
    return Scrubbed(read, size, done, rotten(node))


def rotten(node: Node) -> tuple[Rot, ...]:
    """What was found not to be well and was not found well since, by address, case and exhibit.

    Of a case that is not there for this reader, the object alone is told.
    """
    with node.db.read() as conn:
        rot = rot_of(conn)
        shown = set(shown_cases(node, conn)) if rot else set()
    walled = (replace(one, case="-", exhibit="-", delivery=None) for one in rot if one.case not in shown)
    return (*(one for one in rot if one.case in shown), *sorted(set(walled), key=lambda one: one.address))


def rot_of(conn: Connection) -> tuple[Rot, ...]:
    """The same, on a connection."""
    faults = {fault.address: fault for fault in store.vault_faults(conn)}
    if not faults:
        return ()
    return tuple(
        Rot(one.address, fault.what, fault.found_at, one.case, one.exhibit, one.delivery)
        for one in store.needs_of_vault(conn)
        if (fault := faults.get(one.address)) is not None
    )


def last_pass(conn: Connection) -> Pass:
    """How far scrubbing has come."""
    return _place(conn)


def scrub_job(node: Node, job: Job) -> None:
    """Do a stretch; the job stands again after a pause, or for the next pass."""
    done = scrub(node, budget=STRETCH).done
    due = node.clock.now() + (EVERY if done else PAUSE)
    node.db.writer.run(lambda conn: store.repeat(conn, job, due))


def plan_scrub(node: Node) -> None:
    """See to it that the job is there."""
    node.db.writer.run(lambda conn: store.put_job(conn, JOB, {}, node.clock.now()))


def look(node: Node, address: str, needed: Sequence[Need], told: Told | None) -> int:
    """Hash one object anew and keep what came of it; give its bytes.

    Raises:
        Unavailable: the store answers nothing at all.
    """
    what: store.FaultKind
    try:
        size = node.vault.verify(address, told).size
    except ProofFailed:
        what = "damaged"
    except NotFound:
        with node.db.read() as conn:
            # Destroyed, or taken into custody, while the pass was under way.
            still = [one for one in store.needs_of_vault(conn) if one.address == address]
        if all(one.may_be_gone for one in still):
            node.db.writer.run(lambda conn: store.drop_fault(conn, address))
            return 0
        what = "missing"
    except OSError:
        what = "unreadable"
    except (NotPermitted, Unavailable) as error:
        if error.id == _BUSY:
            raise  # it says nothing of the object
        node.vault.has(address)  # raises where the store answers nothing at all; else it is this one object
        what = "unreadable"
    else:
        with node.db.read() as conn:
            known = any(fault.address == address for fault in store.vault_faults(conn))
        if known:
            node.db.writer.run(lambda conn: _mended(node, conn, address, needed))
        return size
    _fault(node, address, what, needed)
    # Whose it is, ``rotten`` tells to those who may know: the log goes to more people.
    _log.error("vault_rot", address=address, what=what)
    return 0


def _fault(node: Node, address: str, what: store.FaultKind, needed: Sequence[Need]) -> None:
    """Keep that an object is not well; in the custody of its exhibits too, when it is found first."""
    now = node.clock.now()

    def told(conn: Connection) -> None:
        if not any((one.address, one.what) == (address, what) for one in store.vault_faults(conn)):
            _touched(node, conn, needed, Action.DAMAGED, what)
        store.put_fault(conn, address, what, now)

    try:
        node.db.writer.run(told)
    except Unavailable as error:  # the clock runs behind: no event can be signed, and the fault is kept
        _log.warning("vault_rot_not_in_custody", address=address, error=error.id)
        node.db.writer.run(lambda conn: store.put_fault(conn, address, what, now))


def _mended(node: Node, conn: Connection, address: str, needed: Sequence[Need]) -> None:
    store.drop_fault(conn, address)
    _touched(node, conn, needed, Action.CHECKED, "scrub")


def _touched(node: Node, conn: Connection, needed: Sequence[Need], action: Action, purpose: str) -> None:
    for one in needed:
        if one.delivery is None:  # a piece that still waits is no exhibit yet
            row = store.get_exhibit(conn, one.case, one.exhibit)
            stream = read_statement(dsse.read(row.statement)).sha256
            record(node, conn, one.case, None, Touch(one.exhibit, action, purpose, stream))


def _keep(node: Node, place: Pass, after: str, read: int) -> None:
    now = node.clock.now()

    def write(conn: Connection) -> None:
        began = write_instant(place.began or now)
        ended = None if place.ended is None else write_instant(place.ended)
        _write(conn, began, after, ended, place.objects + read)

    node.db.writer.run(write)


def _end(node: Node, place: Pass, read: int) -> None:
    now = node.clock.now()

    def write(conn: Connection) -> None:
        # As it is now: what came while the pass was under way may be needed, and found rotten by another.
        needed = {one.address for one in store.needs_of_vault(conn)}
        _write(conn, None, "", write_instant(now), (place.objects if place.after else 0) + read)
        for fault in store.vault_faults(conn):
            if fault.address not in needed:
                store.drop_fault(conn, fault.address)

    node.db.writer.run(write)


def _write(conn: Connection, began: str | None, after: str, ended: str | None, objects: int) -> None:
    value: Json = {"began": began, "after": after, "ended": ended, "objects": objects}
    store.put_setting(conn, _STATE, value)


def _place(conn: Connection) -> Pass:
    found = store.get_setting(conn, _STATE)
    if not isinstance(found, dict):
        return Pass(None, "", None, 0)
    began, ended = found["began"], found["ended"]
    return Pass(
        None if began is None else read_instant(str(began)),
        str(found["after"]),
        None if ended is None else read_instant(str(ended)),
        int(str(found["objects"])),
    )
