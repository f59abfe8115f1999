"""Whether a node is well: what is in order, what to look at, what is wrong, each with what to do.

Promises: it changes nothing, but for objects of its own by which the vault's store is tried, and says nothing
of any case; what it cannot look at it says. A lost guard of the log, a missing sealed object, a clock that
runs behind and work that fails are found.

Leaves to others: mending; the proof of a whole exhibit or case file (``exhibit``, ``dossier``).
"""

from __future__ import annotations

import importlib.util
import shutil
import stat
import subprocess
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from comity import store, tlog
from comity.app.adopted import misfit
from comity.app.content import read_stamp
from comity.app.deeds import lacking
from comity.app.entry import log_vkey
from comity.app.keeping import Keeping, keeping
from comity.app.move import check_place
from comity.app.node import Node
from comity.app.publish import CHECKPOINT, GUARD, RESTORED, checkpoint_in, reader
from comity.app.reading import shown_cases, shown_jobs
from comity.app.recover import not_here
from comity.app.recovery import Recovery, recoveries, restoration
from comity.app.removal import JOB as REMOVE
from comity.app.renewal import AHEAD, aging
from comity.app.scrub import LATE, last_pass, rot_of
from comity.app.stamping import count_due
from comity.app.time_authority import LOCAL, Asked, asked, ends, is_networked
from comity.app.timekeeping import last_told
from comity.clock import write_instant
from comity.errors import ComityError
from comity.evidence import certificates, read_chain, token_time
from comity.evidence.inside import is_confined
from comity.exchange import Purpose
from comity.messages import Message, explain
from comity.store import Connection

MIB: Final = 1024 * 1024
LITTLE_SPACE: Final = 1024 * MIB
NO_SPACE: Final = 100 * MIB
OLD_LAW: Final = timedelta(days=180)
SAMPLE: Final = 5
SAMPLE_BYTES: Final = 256 * MIB
"""Sealed objects that are hashed anew: so many, and so large at most."""

TOOLS: Final = ("age", "openssl")
"""Standard tools by which others check our work; time-stamps need openssl."""


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. ``remedy``: what a person can do, where there is something."""

    health: Health
    message: Message
    remedy: Message | None = None


def examine(node: Node) -> list[Line]:
    """Look at everything, in the order in which it rests on one another."""
    lines = [*_database(node), *_keys(node), *_settings(node), *_disk(node)]
    with node.db.read() as conn:
        lines += [*_clock(node, conn), *_log(node, conn), *_restored(node, conn), *_vault(node, conn)]
        lines += [*_own_entry(node, conn), *_law(node, conn), *_peers(node, conn), *_lists(node, conn)]
        lines += [*_tools(), *_reader(), *_work(node, conn)]
    return lines


def _ok(id: str, **arguments: str | int) -> Line:
    return Line(Health.OK, Message(id, tuple(sorted(arguments.items()))))


def _not_well(health: Health, id: str, **arguments: str | int) -> Line:
    named = tuple(sorted(arguments.items()))
    return Line(health, Message(id, named), Message(f"{id}.do", named))


def _fault(error: ComityError) -> Line:
    return _not_well(Health.BAD, error.id, **error.arguments)


def _database(node: Node) -> Iterator[Line]:
    # That SQLite is recent enough and the schema the program's own was asked when the store was opened.
    problems = store.integrity_check(node.db)
    for problem in problems:
        yield _not_well(Health.BAD, "doctor.database_damaged", what=problem)
    if not problems:
        yield _ok("doctor.database")


def _keys(node: Node) -> Iterator[Line]:
    try:
        node.keys.open_all()
    except ComityError as error:
        yield _fault(error)
    else:
        yield _ok("doctor.keys")
    if node.settings.demo:
        yield _not_well(Health.WARN, "doctor.demo")
    open_to_others = stat.S_IRWXG | stat.S_IRWXO
    folder = node.settings.data
    if folder.stat().st_mode & open_to_others:
        yield _not_well(Health.WARN, "doctor.folder_open", folder=str(folder))
    for path in sorted(node.settings.people.glob("*.key")):
        if path.stat().st_mode & open_to_others:
            yield _not_well(Health.BAD, "doctor.key_open", file=str(path))


def _settings(node: Node) -> Iterator[Line]:
    told = node.settings
    yield _ok("doctor.settings", state=told.state, origin=told.log_origin)
    if told.url is None:
        yield _not_well(Health.WARN, "doctor.no_url")
    if not told.recovery:
        yield _not_well(Health.WARN, "doctor.no_recovery")


def _own_entry(node: Node, conn: Connection) -> Iterator[Line]:
    """The offices and their hours, what people lack, and whether peers are told where the node is reached."""
    entry = node.directory(conn).own
    active = [p for p in store.list_people(conn) if p.status == "active"]
    people = [p.authority for p in active]
    for office in entry.authorities:
        functions = ", ".join(office.functions)
        yield _ok("doctor.office", office=office.id, functions=functions, people=people.count(office.id))
        if office.hours is None:
            yield _not_well(Health.WARN, "doctor.no_hours", office=office.id)
    for person in active:
        missing = lacking(person.deeds)
        if missing:
            key = person.key_id[:16]
            yield _not_well(Health.WARN, "doctor.deeds_lacking", key=key, deeds=", ".join(missing))
    if entry.url != node.settings.url:
        yield _not_well(
            Health.WARN, "doctor.url_differs", entry=entry.url or "-", settings=node.settings.url or "-"
        )


def _disk(node: Node) -> Iterator[Line]:
    free = shutil.disk_usage(node.settings.data).free
    if free < LITTLE_SPACE:
        health = Health.BAD if free < NO_SPACE else Health.WARN
        yield _not_well(health, "doctor.little_space", free=free // MIB)
    else:
        yield _ok("doctor.space", free=free // MIB)


def _clock(node: Node, conn: Connection) -> Iterator[Line]:
    now, last = node.clock.now(), last_told(node, conn)
    told = {"now": write_instant(now), "last": write_instant(last)}
    yield _ok("doctor.clock", **told) if last <= now else _not_well(Health.BAD, "doctor.clock_behind", **told)


def _log(node: Node, conn: Connection) -> Iterator[Line]:
    """The guard, the database and the tiles have to tell one log."""
    stored, size = store.last_checkpoint(conn), store.log_size(conn)
    vkey = log_vkey(node)
    try:
        last = None if stored is None else tlog.checkpoint.open(stored.note, vkey).checkpoint
        guard = checkpoint_in(node, node.settings.guard / GUARD)
        published = checkpoint_in(node, node.settings.log / CHECKPOINT)
        if last is not None:
            tlog.load(reader(node.settings.log), last)
    except ComityError as error:
        yield _fault(error)
        return
    if last is None and guard is None:
        if published is None and not (node.settings.guard / RESTORED).exists():
            yield _ok("doctor.log_empty")
        else:
            size = 0 if published is None else published.size
            yield _not_well(Health.BAD, "doctor.guard_missing", size=size)
        return
    if guard is None:
        yield _not_well(Health.BAD, "doctor.guard_missing", size=0 if last is None else last.size)
    elif guard.size > size or (last is not None and guard.size < last.size):
        yield _not_well(Health.BAD, "doctor.log_behind", size=size, signed=guard.size)
    elif last is not None and guard.size == last.size and guard.root != last.root:
        yield _not_well(Health.BAD, "doctor.log_forked", size=guard.size)
    elif published is None or published.size < guard.size:
        yield _not_well(Health.WARN, "doctor.log_unpublished", size=guard.size)
    else:
        yield _ok("doctor.log", size=guard.size)


def _restored(node: Node, conn: Connection) -> Iterator[Line]:
    """Of a node that was restored: from what, what came back, and what did not."""
    told = restoration(conn)
    if told is None:
        return
    yield _ok("doctor.restored", made_at=told.made_at, restored_at=told.restored_at)
    if told.size is not None and not told.behind:
        yield _ok("doctor.log_continued", size=told.size, had=told.had or 0, lost=told.lost or 0)
    for one in recoveries(conn):
        yield from _recovered(one)
    yield _not_well(Health.WARN, "doctor.home_lost", made_at=told.made_at)
    people = {person.key_id for person in store.list_people(conn)}
    unknown = [k.key for k in node.directory(conn).own.keys if k.purpose is Purpose.PERSON]
    lost = sorted(set(unknown) - people)
    if lost:
        yield _not_well(Health.WARN, "doctor.people_lost", keys=" ".join(key[:16] for key in lost))
    for case, exhibit in not_here(node, conn):
        yield _not_well(Health.BAD, "doctor.exhibit_not_back", case=case, exhibit=exhibit)


def _recovered(one: Recovery) -> Iterator[Line]:
    state = one.state
    if one.word is None and not one.pending and one.status != "gone_on":
        return  # trusted after the restore, and nothing came from it: nothing waits for it
    if one.status == "waiting":
        yield _not_well(Health.WARN, "doctor.recover_waiting", state=state)
    elif one.word is None and one.status == "asked":
        yield _not_well(
            Health.WARN, "doctor.recover_asked", state=state, at=str(one.asked_at), acts=one.own + one.theirs
        )
    elif one.word is None:
        yield _not_well(Health.WARN, "doctor.gone_on", state=state, key=str(one.by)[:16])
    else:
        yield _ok("doctor.recovered", state=state, own=one.own, theirs=one.theirs, incomplete=one.incomplete)
    if one.not_taken:
        yield _not_well(Health.WARN, "doctor.not_taken_back", state=state, count=one.not_taken)
    if one.numbers:
        yield _not_well(Health.BAD, "doctor.numbers_twice", state=state, count=one.numbers)


def _vault(node: Node, conn: Connection) -> Iterator[Line]:
    cases = shown_cases(node, conn)
    gone = store.erased_exhibits(conn)
    every = (e for case in cases for e in store.exhibits_of(conn, case) if e.address is not None)
    held = [e for e in every if (e.case, e.id) not in gone]
    # By case and name: a name is unique within its case alone.
    missing = {(e.case, e.id) for e in held if not node.vault.has(str(e.address))}
    for case, id in sorted(missing):
        yield _not_well(Health.BAD, "doctor.object_missing", exhibit=id, case=case)
    small = [e for e in held if (e.case, e.id) not in missing and (e.size or 0) <= SAMPLE_BYTES]
    sample = sorted(small, key=lambda e: e.added_at, reverse=True)[:SAMPLE]
    for exhibit in sample:
        try:
            node.vault.verify(str(exhibit.address))
        except ComityError as error:
            yield _fault(error)
    yield from _store(node)
    yield _ok("doctor.vault", objects=len(held) - len(missing), hashed=len(sample))
    yield from _scrub(node, conn, cases, len(held))
    yield from _stamps(node, conn)


def _store(node: Node) -> Iterator[Line]:
    """What the store of the vault was found to do, where it is in one; and how far a move has come."""
    try:
        check_place(node)
    except ComityError as error:
        yield _fault(error)
    try:
        found = keeping(node)
    except ComityError as error:
        yield _fault(error)
        return
    yield from _move(found)
    probed = found.probed
    if probed is None:
        return
    if not probed.once:
        yield _not_well(Health.WARN, "doctor.store_not_once", place=found.place)
    if not probed.checks:
        yield _not_well(Health.WARN, "doctor.store_checks_not", place=found.place)
    if probed.faults:
        what = probed.faults[0]
        yield _not_well(
            Health.BAD, "doctor.store_not_locked", place=found.place, lock=str(probed.lock), what=what
        )
    elif probed.lock is None:
        yield _not_well(Health.WARN, "doctor.store_without_lock", place=found.place)
    else:
        if probed.may_bypass:
            yield _not_well(Health.WARN, "doctor.store_may_bypass", place=found.place)
        yield _ok("doctor.store", place=found.place, lock=str(probed.lock), days=int(found.days or 0))


def _move(found: Keeping) -> Iterator[Line]:
    """Whether the vault is being moved, and what is left to do."""
    at = found.move
    if at is not None and at.left is not None:
        told: dict[str, str | int] = {"before": at.before, "to": at.to, "at": write_instant(at.left)}
        yield _ok("doctor.vault_moved", **told, objects=at.objects)
    elif found.before is not None:
        done = 0 if at is None else at.objects
        yield _not_well(Health.WARN, "doctor.vault_moving", before=found.before, to=found.place, objects=done)


def _stamps(node: Node, conn: Connection) -> Iterator[Line]:
    """Whether time-stamps age, whom they are asked of, and whether one is due for too long."""
    now = node.clock.now()
    aged = aging(node, conn, now + AHEAD)
    lapsed = [one for one in aged if one.lapsed(now)]
    old = [one for one in aged if not one.lapsed(now)]
    if lapsed:
        yield _not_well(Health.WARN, "doctor.stamps_lapsed", count=len(lapsed), exhibit=lapsed[0].exhibit)
    if old:
        yield _not_well(Health.WARN, "doctor.stamps_age", count=len(old), first=write_instant(old[0].ages))
    folder = node.settings.timestamp_folder
    try:
        missing = folder is not None and not folder.is_dir() and not is_networked(node.settings)
        authorities = () if missing else asked(node)
    except ComityError as error:
        yield _fault(error)
        return
    if missing:
        yield _not_well(Health.BAD, "doctor.timestamp_missing", folder=str(folder))
        yield from _due(node, conn, LOCAL, None)
    elif not authorities:
        yield _not_well(Health.WARN, "doctor.no_timestamp")
    for one in authorities:
        yield from _authority(node, conn, one)
        yield from _due(node, conn, one.name, one.since)


def _authority(node: Node, conn: Connection, one: Asked) -> Iterator[Line]:
    """Whether an authority's certificates end, and whether its clock and this machine's agreed last."""
    now = node.clock.now()
    try:
        chain = read_chain(one.authority.chain)
        last = store.last_stamp_of(conn, one.name)
        token = None if last is None else read_stamp(last[0])
        end = ends(chain if token is None else certificates(token))
    except ComityError as error:
        yield _fault(error)
        return
    if end <= now:
        yield _not_well(Health.BAD, "doctor.authority_ended", authority=one.name, at=write_instant(end))
    elif end <= now + AHEAD:
        yield _not_well(Health.WARN, "doctor.authority_ends", authority=one.name, at=write_instant(end))
    # A demonstration's clock is of its own making, and the local authority's is this machine's.
    if token is None or last is None or one.name == LOCAL:
        return
    apart = abs(token_time(token.reply) - last[1])
    if apart > node.settings.clock_tolerance:
        seconds = int(apart.total_seconds())
        yield _not_well(Health.WARN, "doctor.authority_clock", authority=one.name, seconds=seconds)


def _due(node: Node, conn: Connection, name: str, since: datetime | None) -> Iterator[Line]:
    if not node.settings.stamp_seconds:
        return
    seals = store.unstamped(conn, name, since, 1)
    handed = store.unstamped_handovers(conn, name, since, 1)
    oldest = min((*(one.added_at for one in seals), *(one.added_at for one in handed)), default=None)
    if oldest is None:
        yield _ok("doctor.stamps", authority=name)
        return
    late = node.clock.now() - oldest > timedelta(seconds=2 * node.settings.stamp_seconds)
    told: dict[str, str | int] = {
        "authority": name,
        "count": count_due(conn, name, since),
        "since": write_instant(oldest),
    }
    if late:
        yield _not_well(Health.WARN, "doctor.stamps_due", **told)
    else:
        yield _ok("doctor.stamps_soon", **told)


def _scrub(node: Node, conn: Connection, cases: Collection[str], objects: int) -> Iterator[Line]:
    """Whether the vault was read through lately, and what was found rotten then."""
    place, rot = last_pass(conn), rot_of(conn)
    for one in rot:
        if one.case in cases:
            yield _not_well(
                Health.BAD,
                "doctor.rot",
                exhibit=one.exhibit,
                case=one.case,
                what=one.what,
                at=write_instant(one.found_at),
                address=one.address,
            )
    if place.ended is None:
        if objects:
            yield _not_well(Health.WARN, "doctor.scrub_never", objects=objects)
    elif node.clock.now() - place.ended > LATE:
        yield _not_well(Health.WARN, "doctor.scrub_late", at=write_instant(place.ended))
    elif not rot:
        yield _ok("doctor.scrub", at=write_instant(place.ended), objects=place.objects)


def _law(node: Node, conn: Connection) -> Iterator[Line]:
    as_of = node.bundle.as_of
    if node.clock.now().date() - as_of > OLD_LAW:
        yield _not_well(Health.WARN, "doctor.law_old", as_of=as_of.isoformat())
    else:
        yield _ok("doctor.law", as_of=as_of.isoformat(), digest=node.bundle.digest[:16])
    wrong = misfit(node.base, conn)
    if wrong is not None:
        yield _not_well(Health.WARN, "doctor.overlay_misfit", why=explain(wrong, node.settings.language)[0])


def _peers(node: Node, conn: Connection) -> Iterator[Line]:
    peers = node.directory(conn).peers
    for state, entry in sorted(peers.items()):
        yield _ok("doctor.peer", state=state, version=entry.version, fingerprint=entry.fingerprint)
    if not peers:
        yield _not_well(Health.WARN, "doctor.no_peer")


def _lists(node: Node, conn: Connection) -> Iterator[Line]:
    """Whether lists and searches say what the acts say."""
    if not store.are_whole(conn):
        yield _not_well(Health.BAD, "doctor.lists_not_whole")
        return
    stale, other_law = store.stale_cases(conn, node.bundle_on(conn).digest)
    if stale:
        yield _not_well(Health.BAD, "doctor.lists_stale", count=stale)
    if other_law:
        yield _not_well(Health.WARN, "doctor.lists_other_law", count=other_law)
    if not stale and not other_law:
        yield _ok("doctor.lists")


def _tools() -> Iterator[Line]:
    for name in TOOLS:
        if shutil.which(name) is None:
            yield _not_well(Health.WARN, "doctor.no_tool", tool=name)
        else:
            yield _ok("doctor.tool", tool=name)
    if importlib.util.find_spec("typst") is None:
        yield _not_well(Health.WARN, "doctor.no_typst")
    else:
        yield _ok("doctor.tool", tool="typst")


def _reader() -> Iterator[Line]:
    """Whether the system refuses calls to the process that reads foreign containers."""
    try:
        confined = is_confined()
    except (OSError, subprocess.SubprocessError):
        confined = False
    if confined:
        yield _ok("doctor.confined")
    else:
        yield _not_well(Health.WARN, "doctor.not_confined")


def _work(node: Node, conn: Connection) -> Iterator[Line]:
    jobs = shown_jobs(node, conn)
    failing = [job for job in jobs if job.last_error is not None]
    for job in failing:
        if job.kind == REMOVE:
            told = {"address": str(job.subject["address"]), "error": str(job.last_error)}
            yield _not_well(Health.WARN, "doctor.removal_waits", **told, due=write_instant(job.due))
            continue
        yield _not_well(
            Health.WARN,
            "doctor.job_fails",
            kind=job.kind,
            tries=job.tries,
            error=str(job.last_error),
            due=write_instant(job.due),
        )
    if not failing:
        yield _ok("doctor.work", waiting=len(jobs))
