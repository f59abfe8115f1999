"""The deeds that are disturbed: each with what must have happened before, and how it is done again after.

A deed is given the two nodes (``tests/story/loopback``) and a function by which it says what was
acknowledged. ``again`` is what a person or the worker would do after a fault: look whether it was done, and
do it if not.
"""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "story"))

import handing as h
import loopback as l
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from tests.bench import nodes

from comity import store
from comity.app import backup, custody, exhibit, prepare
from comity.app.publish import publish
from comity.app.sweep import sweep
from comity.evidence import payload, verify_package
from comity.evidence.vault import LOCK

OUT = "out"
OPENED = "opened"
COPY = "copy.tar"
ABOUT = 200  # characters
SIZE = 300_000
"""Bytes of the exhibit: two pieces of a sealed stream's blocks, and an index."""

FILES = {"a": 0, "b": 5_000, "in/c": 70_000, "in/d": 0, "in/deep/e": 1, "z": 150_000}
"""A folder: empty files, small ones, and one that is large for ``SMALL``, as files of 8 MiB are."""

SMALL = 100_000

Say = Callable[[str, str], None]


@dataclass
class World:
    """The two nodes, what was made before, and where the folders are."""

    pair: l.Pair
    folder: Path
    facts: dict

    def new_cases(self) -> list[str]:
        with self.pair.gh.node.db.read() as conn:
            return [c.case for c in store.list_cases(conn, limit=-1) if c.case not in self.facts["cases"]]

    def exhibits(self) -> list[str]:
        with self.pair.pt.node.db.read() as conn:
            return [e.id for e in store.exhibits_of(conn, self.facts["case"])]

    def shared(self, kind: str) -> list[str]:
        """The acts of a kind in the case in which something was granted, as either side has them."""
        found = {}
        for side in (self.pair.gh, self.pair.pt):
            with side.node.db.read() as conn:
                acts = store.acts_of_case(conn, self.facts["case"])
                found |= {act.id: act for act in acts if act.header.kind == kind}
        return list(found)

    def act(self, id: str):
        with self.pair.gh.node.db.read() as conn:
            return store.get_act(conn, id)


def ask(world: World, say: Say) -> None:
    gh = world.pair.gh
    side = SimpleNamespace(node=gh.node, officer=gh["officer"], approver=gh["approver"])
    say("act", nodes.request(SimpleNamespace(gh=side), nodes.text(ABOUT)).id)


def ask_again(world: World, say: Say) -> None:
    if not world.new_cases():
        ask(world, say)
    assert len(world.new_cases()) == 1


def ask_by_two(world: World, say: Say) -> None:
    """One signs, it waits, another signs."""
    gh = world.pair.gh
    with gh.node.db.read() as conn:
        about = store.get_act(conn, world.facts["request"])
    saying = prepare.Saying(
        kind="request",
        from_="gh:central-authority",
        to="pt:central-authority",
        case="5e" * 16,
        fields=dict(about.fields),
        cosigners=((l.Role.APPROVER, gh["approver"].key.id),),
    )
    said = prepare.say(gh.node, saying, gh["officer"])
    say("prepared", said.act.id)
    say("act", prepare.approve(gh.node, said.act.id, gh["approver"]).act.id)


def ask_by_two_again(world: World, say: Say) -> None:
    gh = world.pair.gh
    with gh.node.db.read() as conn:
        waiting = [one.act.id for one in store.list_prepared(conn)]
    if world.new_cases():
        assert not waiting
        return
    for id in waiting:
        say("act", prepare.approve(gh.node, id, gh["approver"]).act.id)
    if not waiting:
        ask_by_two(world, say)
    assert len(world.new_cases()) == 1


def carry(world: World, say: Say) -> None:
    """All that is due: post, receive, receipt; pieces; the log."""
    world.pair.settle()


def carry_again(world: World, say: Say) -> None:
    carry(world, say)
    for side in (world.pair.gh, world.pair.pt):
        with side.node.db.read() as conn:
            for id in store.unreceipted(conn):
                raise AssertionError(id)
            assert store.outgoing_undelivered(conn) == ()


def take_in(world: World, say: Say) -> None:
    source = world.folder.parent / "source"
    if not source.exists():
        source.write_bytes(bytes(range(256)) * (SIZE // 256))
    who = world.pair.pt["examiner"]
    pt = world.pair.pt.node
    say("exhibit", exhibit.add(pt, world.facts["request"], ("mailbox",), source, "from the provider", who))


def take_in_again(world: World, say: Say) -> None:
    if not world.exhibits():
        take_in(world, say)
    assert world.exhibits() == ["PT-1"]


def take_in_folder(world: World, say: Say) -> None:
    source = world.folder.parent / "folder"
    for path, size in FILES.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(_content(path, size))
    pt = world.pair.pt
    exhibit.add(pt.node, world.facts["request"], ("mailbox",), source, "from the provider", pt["examiner"])


def _content(path: str, size: int) -> bytes:
    return (path.encode() * (size // len(path) + 1))[:size]


def review(world: World, say: Say) -> None:
    h.release(world.pair, world.act(world.facts["request"]), "PT-1")


def hand_over(world: World, say: Say) -> None:
    say("act", h.hand_over(world.pair, world.act(world.facts["request"]), "PT-1").id)


def hand_over_again(world: World, say: Say) -> None:
    if not world.shared("deliver"):
        hand_over(world, say)
    assert len(world.shared("deliver")) == 1


def take_over(world: World, say: Say) -> None:
    (delivery,) = world.shared("deliver")
    say("act", custody.take_custody(world.pair.gh.node, delivery, world.pair.gh["examiner"]).act.id)


def take_over_again(world: World, say: Say) -> None:
    if not world.shared("take_custody"):
        take_over(world, say)
    assert len(world.shared("take_custody")) == 1


def open_it(world: World, say: Say) -> None:
    where = world.folder / OUT / OPENED
    pt = world.pair.pt
    payload.SMALL = SMALL
    exhibit.open_exhibit(pt.node, world.facts["case"], "PT-1", where, pt["examiner"], "for counsel")
    say("opened", str(where.relative_to(world.folder)))


def open_it_again(world: World, say: Say) -> None:
    # A process that was killed leaves its unfinished folder, and the error names it for the person to remove.
    shutil.rmtree(world.folder / OUT / f"{OPENED}.unfinished", ignore_errors=True)
    if not (world.folder / OUT / OPENED).exists():
        open_it(world, say)


def torn(folder: Path) -> list[str]:
    """What of an opened package is not what was sealed: it has its name only once all of it is there."""
    wrong = [path for path, size in FILES.items() if _read(folder / "data" / path) != _content(path, size)]
    try:
        key = load_pem_public_key(_read(folder / "seal/signer.pem") or b"").public_bytes_raw()
    except ValueError:
        return [*wrong, "seal/signer.pem"]
    return [*wrong, *(failure.path for failure in verify_package(folder, [key]).failures)]


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def publish_twice(world: World, say: Say) -> None:
    """Over the edge of a full tile."""
    for _ in range(2):
        say("checkpoint", publish(world.pair.pt.node).hex())


def copy(world: World, say: Say) -> None:
    backup.backup(world.pair.pt.node, world.folder / OUT / COPY)
    say("copy", COPY)


def copy_again(world: World, say: Say) -> None:
    if not (world.folder / OUT / COPY).exists():
        copy(world, say)
    # Whatever the first left beside it is gone with the next to the same place.
    later = world.folder / OUT / "later.tar"
    later.unlink(missing_ok=True)
    backup.backup(world.pair.pt.node, later)


def fill_log(world: World, say: Say) -> None:
    """So near to a full tile that the next two epochs pass it."""
    pt = world.pair.pt.node
    while True:
        with pt.db.read() as conn:
            if store.log_size(conn) % 256 >= 128:
                return
        publish(pt)


def left_over(world: World) -> list[str]:
    """Files that nothing names, in either vault or log, or beside what was written for a person."""
    found = []
    for side in (world.pair.gh, world.pair.pt):
        node = side.node
        sweep(node)
        with node.db.read() as conn:
            exhibits, pieces = store.named_objects(conn)
        # What was sent is kept for a while; what was received goes when it has been taken over.
        held = set().union(*pieces.values())
        if node is world.pair.gh.node and world.shared("take_custody"):
            held = set()
        lying = node.vault.addresses()
        found += [f"{node.state}: {name} is left" for name in lying - exhibits - held]
        found += [f"{node.state}: {name} is missing" for name in {*exhibits, *held} - lying]
        for place in (node.settings.data, world.folder / OUT):
            odd = {*place.rglob(".*"), *place.rglob("*.part"), *place.rglob("*.unfinished")}
            odd -= {node.settings.vault / LOCK}
            odd |= {*(node.settings.vault / "incoming").iterdir()}
            found += [f"{path.relative_to(world.folder)} is left" for path in sorted(odd)]
    return found


@dataclass(frozen=True)
class Deed:
    """``before``: what is done first, undisturbed."""

    do: Callable[[World, Say], None]
    again: Callable[[World, Say], None]
    before: tuple[Callable[[World, Say], None], ...] = ()


_SENT = (take_in, review, hand_over)
DEEDS = {
    "send": Deed(ask, ask_again),
    "two_sign": Deed(ask_by_two, ask_by_two_again),
    "receive": Deed(carry, carry_again, (ask,)),
    "take_in": Deed(take_in, take_in_again),
    "open": Deed(open_it, open_it_again, (take_in_folder, carry)),
    "deliver": Deed(hand_over, hand_over_again, (take_in, review)),
    "pieces": Deed(carry, carry_again, _SENT),
    "take_custody": Deed(take_over, take_over_again, (*_SENT, carry)),
    "publish": Deed(publish_twice, publish_twice, (fill_log, ask, carry)),
    "backup": Deed(copy, copy_again, (take_in, carry)),
}


def begin(folder: Path, deed: Deed, say: Say) -> dict:
    """Make both nodes, a granted request, and what the deed needs; give what is known of it."""
    pair = l.make_pair(folder)
    asked = l.ask(pair, "mailbox", "logs")
    l.grant(pair, asked, "mailbox")
    with pair.gh.node.db.read() as conn:
        cases = [line.case for line in store.list_cases(conn, limit=-1)]
    facts = {"case": asked.header.case, "request": asked.id, "cases": cases}
    world = World(pair, folder, facts)
    (folder / OUT).mkdir()
    for step in deed.before:
        step(world, say)
    if deed.do is not ask and ask in deed.before:
        facts["cases"] = [*cases, *world.new_cases()]
    pair.close()
    return facts


__all__ = ["DEEDS", "OPENED", "OUT", "Deed", "World", "begin", "left_over", "torn"]
