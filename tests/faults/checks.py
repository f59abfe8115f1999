"""What must hold of two nodes after whatever happened, once all that is due is done.

Nothing acknowledged is lost, nothing is there twice, both sides have the same cases, the log extends every
checkpoint that was ever seen, and nothing is left over. Each breach is one line of text.
"""

from collections import Counter
from collections.abc import Iterator

from comity import merkle, store, tlog
from comity.app import custody, doctor, exhibit
from comity.app.doctor import Health
from comity.app.entry import log_vkey
from comity.app.node import Node, case_of
from comity.app.publish import CHECKPOINT, GUARD, publish, reader
from comity.errors import ComityError

PASSED_OVER = {"doctor.no_tool", "doctor.no_typst", "doctor.timestamp_missing"}


def breaches(nodes: dict[str, Node], seen: dict[str, list[bytes]]) -> list[str]:
    """All that does not hold. ``seen``: the checkpoints of each node's log that anyone ever saw."""
    found = []
    for state, node in nodes.items():
        publish(node)
        found += [f"{state}: {line}" for line in (*_well(node), *_acts(node), *_log(node, seen[state]))]
        found += [f"{state}: {line}" for line in _custody(node)]
    found += _agreement(list(nodes.values()))
    return found


def lost(nodes: dict[str, Node], acts: list[str]) -> list[str]:
    """The acknowledged acts that are not on both sides, receipted by both."""
    found = []
    for state, node in nodes.items():
        with node.db.read() as conn:
            for id in acts:
                sides = [side for side in ("own", "peer") if store.get_receipt(conn, id, side) is not None]
                if not store.has_act(conn, id):
                    found.append(f"{state}: the act {id[:12]} is lost")
                elif len(sides) != 1:
                    found.append(f"{state}: the act {id[:12]} has receipts {sides}")
    return found


def _well(node: Node) -> Iterator[str]:
    for line in doctor.examine(node):
        if line.health is Health.BAD and line.message.id not in PASSED_OVER:
            yield str(line.message)
    with node.db.read() as conn:
        for id in store.unreceipted(conn):
            yield f"no receipt for {id[:12]}"
        for piece in store.outgoing_undelivered(conn):
            yield f"no receipt for piece {piece.digest[:12]}"
        for job in store.waiting(conn):
            if job.kind not in {"publish", "scrub"}:
                yield f"a job {job.kind} waits: {job.last_error}"


def _acts(node: Node) -> Iterator[str]:
    with node.db.read() as conn:
        records = [one for case in _cases(node) for one in store.records_of_case(conn, case, "all")]
        openings = store.openings(conn)
    numbers = Counter(
        (a.act.header.case, a.act.header.state, a.direction == "home", a.act.header.number) for a in records
    )
    committed = Counter(o.subject for o in openings if o.subject is not None)
    for number, times in numbers.items():
        if times != 1:
            yield f"{number} is given to {times} acts"
    for one in records:
        if committed[one.act.id] != 1:
            yield f"{one.act.id[:12]} is {committed[one.act.id]} times in the log"
    for one in openings:
        if one.position is None:
            yield f"a leaf ({one.kind}) has no place after the epoch"


def _log(node: Node, seen: list[bytes]) -> Iterator[str]:
    vkey, folder = log_vkey(node), node.settings.log
    with node.db.read() as conn:
        entries = store.leaves(conn, 0, store.log_size(conn))
        last = store.last_checkpoint(conn)
    if last is None:
        yield "no checkpoint after publishing"
        return
    for name, path in (("published", folder / CHECKPOINT), ("guard", node.settings.guard / GUARD)):
        if path.read_bytes() != last.note:
            yield f"{name} differs from the database's last checkpoint"
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    tiles = tlog.Tiles(reader(folder), last.size)
    try:
        told = [entry for index in range(-(-last.size // 256)) for entry in tiles.entries(index)]
        if tuple(told) != tuple(entries):
            yield "the entry bundles differ from the database"
    except ComityError as error:
        yield f"tiles: {error}"
        return
    for note in (*seen, last.note):
        one = tlog.checkpoint.open(note, vkey).checkpoint
        if one.size > last.size:
            yield f"the log shrank from {one.size} to {last.size}"
        elif tiles.root(one.size) != one.root or merkle.root(iter(hashes[: one.size])) != one.root:
            yield f"the log forked: its first {one.size} leaves are not what was signed"


def _custody(node: Node) -> Iterator[str]:
    for case in _cases(node):
        with node.db.read() as conn:
            held = store.exhibits_of(conn, case)
        for one in held:
            try:
                exhibit.verify_exhibit(node, case, one.id)
                counters = [event.counter for event in custody.custody_list(node, case, one.id)]
            except ComityError as error:
                yield f"exhibit {one.id}: {error}"
                continue
            if counters != list(range(1, len(counters) + 1)):
                yield f"exhibit {one.id}: custody counts {counters}"


def _agreement(nodes: list[Node]) -> Iterator[str]:
    told = []
    for node in nodes:
        with node.db.read() as conn:
            dumps = {case: case_of(node, conn, case).dump() for case in _cases(node)}
            receipts = {}
            for case in dumps:
                for one in store.records_of_case(conn, case, "shared"):
                    side = "own" if one.direction == "peer" else "peer"
                    receipts[one.act.id] = store.get_receipt(conn, one.act.id, side)
        told.append((dumps, receipts))
    (cases, receipts), (others, other_receipts) = told
    for case in sorted({*cases, *others}):
        if cases.get(case) != others.get(case):
            yield f"case {case[:12]} is not the same on both sides"
    for id in sorted({*receipts, *other_receipts}):
        if receipts.get(id) != other_receipts.get(id):
            yield f"the receipt of {id[:12]} is not the same on both sides"


def _cases(node: Node) -> list[str]:
    with node.db.read() as conn:
        return [line.case for line in store.list_cases(conn, limit=-1)]
