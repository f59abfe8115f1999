"""The vault goes to another place while the node works: nothing is lost, whatever ends it, and it is said."""

import io
import shutil
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count

import handing as h
import loopback as l
import pytest
import seaweedfs
import weather

from comity import age, store
from comity.app import custody, exhibit
from comity.app import move as move_module
from comity.app.destroy import destroy
from comity.app.doctor import Health, examine
from comity.app.interrupted import forget_unfinished
from comity.app.keeping import check_keeping
from comity.app.move import PURPOSE, last_move, move
from comity.app.node import open_node
from comity.app.recovery import Restoration, put_restoration
from comity.app.scrub import rotten
from comity.app.sweep import KEPT, sweep
from comity.app.touch import ITSELF
from comity.clock import FixedClock, write_instant
from comity.errors import Conflict, NotFound, NotPermitted, ProofFailed
from comity.evidence import FileVault, Keeping, MovingVault, S3Vault, Task, list_source, take_in
from comity.store.writer import Writer

BUCKET = "s3:https://store.example/bucket"


@pytest.fixture(scope="module")
def told(asked, tmp_path_factory):
    """PT has two exhibits in files, one of them handed over: its pieces wait. A leaving lies there too."""
    folder = tmp_path_factory.mktemp("told") / "nodes"
    shutil.copytree(asked[0], folder)
    source = folder.parent / "inbox"
    source.write_bytes(l.MAILBOX)
    pair = l.open_pair(folder)
    ids = [h.take_in(pair, asked[1], source), h.sealed_and_released(pair, asked[1], source)]
    h.hand_over(pair, asked[1], ids[1])
    pair.pt.node.vault.put(io.BytesIO(b"nobody's"), announced=True)
    pair.close()
    return folder, ids


def moving(node, new):
    """The node by the settings of a move: here both places are folders."""
    settings = node.settings.model_copy(update={"vault_before": "files", "vault_store": BUCKET})
    return replace(node, vault=MovingVault(FileVault(new), node.vault), settings=settings)


@pytest.fixture
def opened(told, tmp_path):
    """Opens a fresh copy of PT, on its way to another folder; closes it."""
    made = []

    def make():
        folder = tmp_path / f"copy-{len(made)}"
        shutil.copytree(told[0] / "PT", folder)
        made.append(open_node(folder, {}, clock=FixedClock(l.AT)))
        return moving(made[-1], folder / "elsewhere")

    yield make
    for node in made:
        node.db.close()


def needed(node):
    with node.db.read() as conn:
        return {one.address for one in store.needs_of_vault(conn)}


def moved_events(node, case, id):
    return [e for e in custody.custody_list(node, case, id) if e.action.value == "moved"]


def all_there(node):
    return {node.vault.verify(address).digest for address in needed(node)} == needed(node)


def at_its_end(node, case, ids):
    """All in the new place, nothing in the old, and each exhibit's custody says so once."""
    assert node.vault.old.addresses() == frozenset()
    assert node.vault.new.addresses() == needed(node)
    assert all_there(node)
    for id in ids:
        (event,) = moved_events(node, case, id)
        assert (event.who, event.purpose) == (ITSELF, PURPOSE)


def test_a_move_carries_all_that_is_needed_and_leaves_the_old_place(told, opened, request_):
    node, (_, ids) = opened(), told
    case, lying = request_.header.case, node.vault.old.addresses()
    assert needed(node) < lying
    came = move(node, leave=False)
    assert (came.move.left, came.move.objects, came.busy) == (None, len(needed(node)), False)
    assert node.vault.old.addresses() == lying  # as it was told
    came = move(node)
    assert came.move.left == came.move.verified == node.clock.now()
    assert came.move.size == sum(node.vault.verify(one).size for one in needed(node))
    at_its_end(node, case, ids)
    assert [exhibit.verify_exhibit(node, case, id).files for id in ids] == [1, 1]
    assert move(node).move.objects == len(needed(node))  # nothing is done twice
    lines = {line.message.id for line in examine(node) if line.health is Health.OK}
    assert "doctor.vault_moved" in lines


class Killed(BaseException):
    """The process ended there."""


STEPS = [
    (FileVault, "writer"), (FileVault, "adopt"), (FileVault, "verify"), (FileVault, "remove"),
    (FileVault, "clear_incoming"), (Writer, "run"),
]  # fmt: skip


def killing(patch, step):
    """Die before that step of all that are counted, which is after the one before it."""
    counted = [0]

    def dying(whole):
        def wrapped(*args, **more):
            counted[0] += 1
            if counted[0] == step:
                raise Killed
            return whole(*args, **more)

        return wrapped

    for kind, name in STEPS:
        patch.setattr(kind, name, dying(getattr(kind, name)))


def test_killed_at_any_step_everything_is_there_and_the_next_run_ends_it(told, opened, request_):
    """The mistakes that it catches: left before verified; told before carried; told twice; begun anew."""
    case, ids = request_.header.case, told[1]
    for step in count(1):
        node = opened()
        with pytest.MonkeyPatch.context() as patch:
            killing(patch, step)
            try:
                move(node)
                break
            except Killed:
                pass
        assert all_there(node)
        with node.db.read() as conn:
            at = last_move(conn)
        if at is None or at.verified is None:  # nothing is left before all is verified
            assert needed(node) <= node.vault.old.addresses()
        move(node)
        at_its_end(node, case, ids)
    assert step > 20


def test_what_is_damaged_is_named_and_the_old_place_is_not_left(told, opened, request_):
    node, case = opened(), request_.header.case
    with node.db.read() as conn:
        row = store.get_exhibit(conn, case, told[1][0])
    path = node.vault.old.path(row.address)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    came = move(node)
    assert (came.move.open, came.move.left, came.move.verified) == ((row.address,), None, None)
    assert [(one.case, one.exhibit, one.what) for one in rotten(node)] == [(case, row.id, "damaged")]
    assert node.vault.new.addresses() == needed(node) - {row.address}
    assert needed(node) <= node.vault.old.addresses()
    assert moved_events(node, case, row.id) == []
    path.write_bytes(whole)  # brought back from a copy
    assert move(node).move.left is not None
    at_its_end(node, case, told[1])


@pytest.mark.parametrize("hidden", [False, True])
def test_what_is_missing_is_named_and_what_is_hidden_is_carried(told, opened, request_, monkeypatch, hidden):
    """Neither place lists it: the mistake is to leave the old one, and say that all of it is well."""
    node, case = opened(), request_.header.case
    with node.db.read() as conn:
        row = store.get_exhibit(conn, case, told[1][0])
    path = node.vault.old.path(row.address)
    if hidden:  # as somebody with our credentials hides a name in a bucket
        listed = node.vault.old.addresses
        monkeypatch.setattr(node.vault.old, "addresses", lambda: listed() - {row.address})
        assert move(node).move.open == ()
        assert all_there(node)
        assert len(moved_events(node, case, row.id)) == 1
        return
    whole = path.read_bytes()
    path.unlink()
    came = move(node)
    assert (came.move.open, came.move.left, came.move.verified) == ((row.address,), None, None)
    assert [(one.case, one.exhibit, one.what) for one in rotten(node)] == [(case, row.id, "missing")]
    path.write_bytes(whole)  # brought back from a copy
    assert move(node).move.left is not None
    at_its_end(node, case, told[1])


def test_what_rotted_on_its_way_is_carried_again(opened, monkeypatch):
    """What lies in the new place is read there; that it was sent well proves nothing."""
    node, adopt, spoilt = opened(), FileVault.adopt, []

    def spoiling(self, temporary, stored):
        adopt(self, temporary, stored)
        if not spoilt:
            spoilt.append(stored.digest)
            path = self.path(stored.digest)
            path.chmod(0o600)
            path.write_bytes(b"x" * stored.size)

    monkeypatch.setattr(FileVault, "adopt", spoiling)
    came = move(node)
    assert came.move.open == tuple(spoilt)
    assert spoilt[0] in node.vault.old.addresses()
    assert all_there(node)  # it is read where it is whole
    assert move(node).move.left is not None
    assert all_there(node)


def test_meanwhile_what_is_new_goes_to_the_new_place_and_both_are_read(pair, request_, files, monkeypatch):
    id = h.take_in(pair, request_, files / "mail" / "inbox")
    old, case = pair.pt.node.vault, request_.header.case
    pair.pt.node = node = moving(pair.pt.node, pair.pt.node.settings.data / "elsewhere")
    pair.courier.nodes[str(node.settings.url)] = node
    later = h.take_in(pair, request_, files / "mail" / "inbox")
    assert len(old.addresses()) == len(node.vault.new.addresses()) == 1
    assert [exhibit.verify_exhibit(node, case, one).files for one in (id, later)] == [1, 1]
    stray, named = io.BytesIO(b"by settings of before"), []

    def in_the_old_place(address):
        monkeypatch.undo()
        named.append(h.take_in(l.Pair(*sides), request_, files / "mail" / "inbox"))
        return FileVault.remove(old, address)

    before = replace(node, vault=old)
    sides = (pair.gh, l.Side(before, pair.pt.people), pair.clock, pair.courier)
    monkeypatch.setattr(old, "remove", in_the_old_place)
    came = move(node)  # another process, not started anew, takes in while the old place is being left
    assert came.busy
    assert exhibit.verify_exhibit(node, case, named[0]).files == 1
    old.put(stray)
    assert move(node).move.left is not None
    assert (old.addresses(), moved_events(node, case, later)) == (frozenset(), [])
    assert [len(moved_events(node, case, one)) for one in (id, *named)] == [1, 1]
    with node.vault.held():  # and where somebody is at work in it, it is left another time
        assert move(node).busy


def test_what_is_taken_in_just_as_a_move_begins_is_moved_as_an_exhibit(pair, request_, files, monkeypatch):
    """Not as a piece, which goes under no lock, and of which no custody tells."""
    h.take_in(pair, request_, files / "mail" / "inbox")
    node, case = moving(pair.pt.node, pair.pt.node.settings.data / "elsewhere"), request_.header.case
    needed_there, named = move_module._named_in, []

    def meanwhile(*args):
        if not named:
            named.append(h.take_in(pair, request_, files / "mail" / "inbox"))  # by settings of before
        return needed_there(*args)

    monkeypatch.setattr(move_module, "_named_in", meanwhile)
    assert move(node).move.left is not None
    assert len(moved_events(node, case, named[0])) == 1


def test_after_a_restore_the_sweep_leaves_a_bucket_what_a_newer_copy_may_name(opened):
    node = opened()  # in files, and elsewhere, which is in no copy
    at = write_instant(node.clock.now())
    told = Restoration(id="0" * 32, made_at=at, since=at, restored_at=at)
    node.db.writer.run(lambda conn: put_restoration(conn, told))
    assert sweep(node).objects == 0
    assert sweep(replace(node, vault=node.vault.old)).objects == 1  # files are as they were in the copy
    node.vault.new.put(io.BytesIO(b"of a newer copy"))
    assert sweep(node).objects == 0
    late = replace(node, clock=FixedClock(node.clock.now() + KEPT))
    assert sweep(late).objects == 1


def test_two_runs_at_once_enter_nothing_twice(told, opened, request_, monkeypatch):
    """The second carries all while the first carries one; then the first would enter that again."""
    node, (_, ids) = opened(), told
    carried = move_module.carry

    def meanwhile(*args, **more):
        monkeypatch.undo()
        move(node)
        return carried(*args, **more)

    monkeypatch.setattr(move_module, "carry", meanwhile)
    with h.fails(Conflict, "vault_move.another_run"):
        move(node)
    move(node)
    at_its_end(node, request_.header.case, ids)


@pytest.mark.parametrize("read_first", [False, True])
def test_what_is_destroyed_while_it_is_carried_is_nowhere(pair, request_, files, monkeypatch, read_first):
    """Before it is read again in the new place, or when that was done and is about to be told."""
    id = h.sealed_and_released(pair, request_, files / "mail" / "inbox")
    act = h.hand_over(pair, request_, id)
    pair.settle()
    custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    pair.settle()
    node = pair.gh.node
    (address,) = node.vault.addresses()
    pair.gh.node = node = moving(node, node.settings.data / "elsewhere")
    verify = FileVault.verify

    def meanwhile(self, *args):
        monkeypatch.undo()
        came = verify(self, *args) if read_first else None
        destroy(node, request_.id, pair.gh["officer"], exhibits=(id,), text="Before two persons.")
        assert not self.has(address)
        return came or verify(self, *args)

    monkeypatch.setattr(FileVault, "verify", meanwhile)
    assert move(node).move.open == ()
    assert node.vault.addresses() == frozenset()
    assert h.actions(pair.gh, request_, id)[-1] == "destroyed"


def test_what_an_interrupted_run_kept_is_found_in_both_places_and_goes_with_the_old_one(opened, tmp_path):
    """A key of the node opens it: it must not outlive a mark, nor stay where nobody sweeps any more."""
    node, source = opened(), tmp_path / "source"
    source.write_bytes(bytes(1024 * 1024))
    own, key = node.keys.vault, age.generate_x25519()
    recipients = [age.parse_recipient(one) for one in own.recipients]

    def stop(*_):
        raise KeyboardInterrupt

    def interrupted(place):
        told = Task("request", "examiner", (str(source),)).words, list_source(source)
        keys = {"recipients": recipients, "identities": own.identities}
        with closing(Keeping(place, *told, key=key, least=1, **keys)) as keeping, suppress(KeyboardInterrupt):
            take_in(source, place, [key.recipient], bytes(32), progress=stop, keeping=keeping)

    def left():
        return [len([one for one in p.incoming.iterdir() if one.is_file()]) for p in places]

    places = (node.vault.new, node.vault.old)
    for place in places:
        interrupted(place)
    assert left() == [2, 2]
    assert forget_unfinished(node, lambda task: task.about != "request") == 0
    assert forget_unfinished(node, lambda task: task.about == "request") == 2
    assert left() == [0, 0]
    for place in places:
        interrupted(place)
    assert move(node).move.left is not None
    assert left() == [2, 0]


def test_settings_that_are_no_move_or_of_before_one_are_refused(opened):
    node = opened()
    before = replace(
        node,
        vault=node.vault.old,
        settings=node.settings.model_copy(update={"vault_before": None, "vault_store": "files"}),
    )
    with h.fails(NotPermitted, "vault_move.not_set"):
        move(before)
    check_keeping(before)
    move(node, leave=False)
    third = replace(node, settings=node.settings.model_copy(update={"vault_store": BUCKET + "2"}))
    with h.fails(Conflict, "vault_move.not_ended"):
        move(third)
    for wrong, id in ((before, "vault_move.elsewhere"), (third, "vault_move.elsewhere")):
        with h.fails(Conflict, id):
            check_keeping(wrong)
    early = replace(node, settings=node.settings.model_copy(update={"vault_before": None}))
    with h.fails(Conflict, "vault_move.not_ended"):
        check_keeping(early)
    move(node)
    check_keeping(early)


def test_both_places_are_one_vault(tmp_path):
    new, old = FileVault(tmp_path / "new"), FileVault(tmp_path / "old")
    vault = MovingVault(new, old)
    stored = old.put(io.BytesIO(b"sealed"))
    assert (vault.has(stored.digest), vault.verify(stored.digest)) == (True, stored)
    with vault.writer(announced=True, address=stored.digest) as writer:
        writer.write(b"other")
        with h.fails(ProofFailed, "evidence.vault_damaged"):
            writer.commit()
    assert new.addresses() == frozenset()
    new.put(io.BytesIO(b"sealed"))
    assert vault.sweepable(vault.addresses()) == {stored.digest}
    assert vault.kept_until(stored.digest) is None
    vault.remove(stored.digest)
    assert not new.has(stored.digest) | old.has(stored.digest)
    for ask in (vault.remove, vault.open, vault.verify, vault.kept_until):
        with h.fails(NotFound, "evidence.not_in_vault"):
            ask(stored.digest)
    vault.close()


def test_to_a_bucket_and_back_with_a_store_that_refuses_in_the_middle(told, request_, tmp_path, s3):
    """Through the settings, as processes are started. There, exhibits are under a lock, and pieces not."""
    folder, ids = tmp_path / "PT", told[1]
    case = request_.header.case
    shutil.copytree(told[0] / "PT", folder)
    (tmp_path / "who").write_text("\n".join(seaweedfs.WHO))
    (tmp_path / "who").chmod(0o600)
    settings, puts = (folder / "settings.toml").read_text(), [0]

    def befalls(method, path):
        puts[0] += method == "PUT" and "/data/" in path
        return (403, "AccessDenied") if method == "PUT" and puts[0] == 2 else None

    def by(more, clock=None):
        (folder / "settings.toml").write_text(settings + more)
        environment = {"COMITY_S3_CREDENTIALS_FILE": str(tmp_path / "who")}
        return open_node(folder, environment, clock=clock or FixedClock(l.AT))

    with weather.between(s3.port, befalls) as endpoint:
        bucket = f"s3:{endpoint}/{s3.shared(lock=True)}/{tmp_path.name}"
        node = by(f'vault_store = "{bucket}"\nvault_before = "files"\nvault_lock = "governance"\n')
        with h.fails(NotPermitted, "evidence.s3_refused"):
            move(node)
        assert all_there(node)
        puts[0] = 9
        assert move(node).move.left is not None
        at_its_end(node, case, ids)
        with node.db.read() as conn:
            exhibits, _ = store.named_objects(conn)
        assert {one for one in needed(node) if node.vault.kept_until(one) is not None} == exhibits
        assert sweep(node).objects == 0
        node.db.close()
        node.vault.close()

        node = by(
            f'vault_store = "files"\nvault_before = "{bucket}"\n', FixedClock(l.AT + timedelta(hours=1))
        )
        came = move(node)
        assert (came.move.left is not None, came.move.kept) == (True, len(exhibits))
        assert node.vault.new.addresses() == needed(node)
        assert node.vault.old.addresses() == exhibits  # the lock keeps them, and it is told
        assert [len(moved_events(node, case, id)) for id in ids] == [2, 2]
        node.db.close()
        node.vault.close()

    node = by("")
    check_keeping(node)
    assert not isinstance(node.vault, (MovingVault, S3Vault))
    assert all_there(node)
    node.db.close()
