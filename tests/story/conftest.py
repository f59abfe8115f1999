"""Stories share the two nodes in one process (``loopback``), and a case in which PT has granted something."""

import secrets
import shutil
import sys
from pathlib import Path

import pytest

from comity import age
from comity.app import peers
from comity.evidence import PIECE_SIZE

for folder in Path(__file__).resolve().parents[:2]:
    sys.path.insert(0, str(folder))

import hostile as h  # noqa: E402 - they lie beside this file
import loopback as l  # noqa: E402 - likewise
from protecting import made_units  # noqa: E402 - likewise


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """GH asked PT for two items; PT granted the mailbox, on a condition that GH accepted."""
    folder = tmp_path_factory.mktemp("asked")
    recovery = age.generate_x25519()
    pair = l.make_pair(folder, timestamp="openssl:tsa", recovery=(str(recovery.recipient),))
    request = l.ask(pair, "mailbox", "logs")
    l.grant(pair, request, "mailbox", condition="use-limit")
    pair.close()
    return folder, request, recovery


@pytest.fixture
def pair(asked, tmp_path):
    shutil.copytree(asked[0], tmp_path / "nodes")
    pair = l.open_pair(tmp_path / "nodes")
    yield pair
    pair.check_lists()
    pair.close()


@pytest.fixture
def request_(asked):
    return asked[1]


@pytest.fixture
def files(tmp_path):
    """Three pieces and a bit of payload, with an empty file between."""
    folder = tmp_path / "seized"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "inbox").write_bytes(l.MAILBOX)
    (folder / "mail" / "empty").write_bytes(b"")
    (folder / "disk.dd").write_bytes(secrets.token_bytes(2 * PIECE_SIZE + 5))
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """GH and PT know each other; PT knows ES too, whom nobody told of GH's cases; FR knows PT, unasked."""
    folder = tmp_path_factory.mktemp("hostile")
    pair = l.make_pair(folder)
    others = {}
    for state in ("ES", "FR"):
        side = others[state] = l.make_side(folder / state, state, pair.clock, pair.courier)
        peers.add_peer(side.node, peers.own_entry(pair.pt.node), pair.pt.node.keys.acts.id)
        if state == "ES":
            peers.add_peer(pair.pt.node, peers.own_entry(side.node), side.node.keys.acts.id)
    pair.others = others
    pair.theirs = h.preview(pair.gh, "ef" * 16)  # a case of GH and PT that is there already
    assert h.send(pair, h.seal(pair.gh, pair.theirs), pair.theirs).outcome == "folded"
    yield pair
    pair.close()
    for side in others.values():
        side.node.db.close()


@pytest.fixture
def case(world):
    return world.gh.node.entropy(16).hex()


@pytest.fixture(scope="session")
def units(tmp_path_factory):
    """As ``protecting.made_units``: to be copied, not changed."""
    return made_units(tmp_path_factory)
