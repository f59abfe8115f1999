"""The token that the vault's key is in is taken out in the middle of the work: nothing said is lost."""

import shutil

import handing as h
import loopback as l
import pytest
from softhsm import PIN, pulled_out

from comity import keys, store
from comity.app import custody, exhibit
from comity.errors import NotFound


@pytest.fixture
def opened(asked, tmp_path, softhsm):
    """Opens the pair of ``asked`` anew, as processes do, with both vaults' keys in the token."""
    shutil.copytree(asked[0], tmp_path / "nodes")
    (tmp_path / "pin").write_text(PIN)
    (tmp_path / "pin").chmod(0o600)
    for state in ("GH", "PT"):
        with (tmp_path / "nodes" / state / "settings.toml").open("a") as told:
            told.write(f'token_module = "{softhsm}"\ntoken_label = "here"\n')
    pairs = []

    def again():
        for pair in pairs:
            pair.close()
        pairs.append(l.open_pair(tmp_path / "nodes", {"COMITY_TOKEN_PIN_FILE": str(tmp_path / "pin")}))
        return pairs[-1]

    pair = again()
    for side in (pair.gh, pair.pt):
        keys.into_token(side.node.keys, side.node.entropy)
    yield again
    pairs[-1].close()


def test_what_came_while_the_token_was_out_waits_and_nothing_is_half(opened, request_, files, tmp_path):
    case = request_.header.case
    pair = opened()
    with pulled_out():  # before the key was opened: nothing is taken in, and nothing is left of it
        before = h.count(pair.pt, request_)
        with h.fails(NotFound, "keys.token_absent"):
            h.take_in(pair, request_, files / "mail" / "inbox")
        assert (h.count(pair.pt, request_), h.vault_objects(pair.pt)) == (before, set())
    id = h.take_in(pair, request_, files / "mail" / "inbox")
    with pulled_out():  # after: who has it goes on with it
        h.release(pair, request_, id)
        act = h.hand_over(pair, request_, id)
    pair = opened()
    with pulled_out():  # both nodes were started anew: pieces come in, and are receipted
        pair.settle()
        with pair.pt.node.db.read() as conn:
            assert store.outgoing_undelivered(conn, act.id) == ()
        before = h.count(pair.gh, request_)
        with h.fails(NotFound, "keys.token_absent"):
            custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
        assert h.count(pair.gh, request_) == before
    custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    pair.settle()
    assert exhibit.verify_exhibit(pair.gh.node, case, id).files == 1
    pair = opened()
    with pulled_out(), h.fails(NotFound, "keys.token_absent"):
        exhibit.open_exhibit(pair.gh.node, case, id, tmp_path / "not", pair.gh["examiner"], "trial")
    assert exhibit.open_exhibit(pair.gh.node, case, id, tmp_path / "bag", pair.gh["examiner"], "trial")
    assert not (tmp_path / "not").exists()
