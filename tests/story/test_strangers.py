"""Over real HTTP: strangers cannot tell one refusal from another, nor from success, by what they get."""

from collections import Counter
from contextlib import contextmanager, suppress
from http.client import HTTPConnection

import handing
import loopback as l
from hostile import preview, seal
from snapshot import unchanged
from test_hostile_acts import STRANGERS

from comity import age, store
from comity.app import pieces
from comity.errors import NotFound
from comity.evidence import CIPHERTEXT_LIMIT
from comity.exchange import MAX_SEALED, Step
from comity.exchange.courier import ACT_PATH, PIECE_PATH


@contextmanager
def served(node):
    """The node's address, while it is served."""
    where = l.listening()
    with l.served(node, where):
        yield where.getsockname()


def post(address, path, body):
    """Status, headers but for the date, and content of the answer."""
    connection = HTTPConnection(*address, timeout=60)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # it was answered before all was sent
            connection.request("POST", path, body, {"Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        headers = [(name.lower(), value) for name, value in answer.getheaders() if name.lower() != "date"]
        return answer.status, headers, answer.read()
    finally:
        connection.close()


def one_of_each_step(world, case):
    """For each step that makes a stranger, the first act of the catalogue that it refuses."""
    found = {}
    for name, (step, build) in STRANGERS.items():
        if step not in found:
            found[step] = name, build
    return {name: build(world, preview(world.gh, case)) for name, build in found.values()}


def alike(answers):
    """Nothing tells the answers apart: status, headers, length, and a shape that an age file always has."""
    statuses, headers, contents = zip(*answers.values(), strict=True)
    assert set(statuses) == {200}
    assert len({tuple(one) for one in headers}) == 1, headers
    assert len({len(one) for one in contents}) == 1
    shapes = Counter(shape(one) for one in contents)
    assert len(shapes) == 1, shapes
    # What is not shape looks random: no two answers agree at more places than chance has it.
    for number, one in enumerate(contents):
        for two in contents[number + 1 :]:
            body, other = one[-4096:], two[-4096:]
            assert sum(a == b for a, b in zip(body, other, strict=True)) < 60
            assert body[:8] != other[:8]


def shape(data):
    """Lines of the header by their lengths and fixed beginnings."""
    head, _, _ = data.partition(b"\n--- ")
    return tuple(len(line) for line in head.split(b"\n")), head[:30]


def test_acts(world):
    case = world.gh.node.entropy(16).hex()
    honest = preview(world.gh, case)
    with served(world.pt.node) as address:
        bodies = one_of_each_step(world, case)
        bodies |= {
            "beyond all limits": bytes(MAX_SEALED * 2),
            "at the limit": bytes(MAX_SEALED),
            "one more": bytes(MAX_SEALED + 1),
        }
        with unchanged(world.pt.node):
            answers = {name: post(address, ACT_PATH, data) for name, data in bodies.items()}
        answers["folded"] = post(address, ACT_PATH, seal(world.gh, honest))
        answers["again"] = post(address, ACT_PATH, seal(world.gh, honest))
        no_office = preview(world.gh, world.gh.node.entropy(16).hex(), to="pt:no-such-office")
        answers["not in order"] = post(address, ACT_PATH, seal(world.gh, no_office))
        parked = preview(world.gh, world.gh.node.entropy(16).hex(), after=["a" * 64], number=2)
        answers["parked"] = post(address, ACT_PATH, seal(world.gh, parked))
    alike(answers)
    reached = {step for step, _ in STRANGERS.values()}
    assert len(bodies) == len(reached) + 3
    assert reached >= {Step.SIZE, Step.SEAL, Step.KEYS, Step.SIGNATURES}
    identities = world.gh.node.keys.age.identities
    opened = [name for name, (_, _, data) in answers.items() if can_open(data, identities)]
    assert opened == ["folded", "again", "not in order", "parked"]


def can_open(data, identities):
    try:
        age.open_sealed(data, identities, 4096)
    except NotFound:
        return False
    return True


def test_pieces(pair, request_, files):
    id = handing.sealed_and_released(pair, request_, files / "mail")
    pair.courier.cut = {PIECE_PATH}
    act = handing.hand_over(pair, request_, id)
    pair.settle()
    with pair.pt.node.db.read() as conn:
        head = pieces.piece_bytes(pair.pt.node, store.outgoing_of(conn, act.id)[0])
    bodies = {
        "nothing": b"",
        "cut": head[:-1],
        "changed": head[:-1] + bytes([head[-1] ^ 1]),
        "unknown": bytes(len(head)),
        "at the limit": bytes(CIPHERTEXT_LIMIT),
        "too long": bytes(CIPHERTEXT_LIMIT + 1),
        "beyond all limits": bytes(2 * CIPHERTEXT_LIMIT),
    }
    with served(pair.gh.node) as address:
        with unchanged(pair.gh.node):
            answers = {name: post(address, PIECE_PATH, data) for name, data in bodies.items()}
        answers["taken"] = post(address, PIECE_PATH, head)
        answers["again"] = post(address, PIECE_PATH, head)
        answers["an act's answer"] = post(address, ACT_PATH, b"")
    alike(answers)
