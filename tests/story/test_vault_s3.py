"""The whole way of an exhibit with both vaults in locked buckets of a real S3 store, to its destruction."""

import io
import json
import shutil
from datetime import UTC, datetime

import handing as h
import loopback as l
import pytest
import seaweedfs

from comity import store, worker
from comity.app import custody, examine, exhibit, scrub, selection
from comity.app.destroy import destroy
from comity.app.doctor import Health
from comity.app.doctor import examine as doctor
from comity.app.keeping import check_keeping
from comity.app.sweep import sweep
from comity.clock import read_instant
from comity.errors import Conflict, NotFound, NotPermitted, Unavailable
from comity.evidence import Criteria, verify_package
from comity.evidence.bucket import Bucket

DAYS = 40


@pytest.fixture
def stored(asked, tmp_path, s3):
    """The pair of ``asked``, each with its vault in a locked bucket."""
    shutil.copytree(asked[0], tmp_path / "nodes")
    credentials = tmp_path / "credentials"
    credentials.write_text("\n".join(seaweedfs.WHO))
    credentials.chmod(0o600)
    for state in ("GH", "PT"):
        with (tmp_path / "nodes" / state / "settings.toml").open("a") as told:
            place = f"{s3.endpoint}/{s3.shared(lock=True)}/{state}/{tmp_path.name}"
            told.write(f'vault_store = "s3:{place}"\n')
            told.write(f'vault_lock = "compliance"\nvault_lock_days = {DAYS}\n')
    pair = l.open_pair(tmp_path / "nodes", {"COMITY_S3_CREDENTIALS_FILE": str(credentials)})
    yield pair
    pair.close()


def told(side):
    return {line.message.id: line.health for line in doctor(side.node)}


def bytes_of(vault, address):
    """Every version of what lies under an address, past the program."""
    (named,) = [one for one in vault.bucket.versions("name/") if one.key.replace("/", "")[4:] == address]
    stretches = json.loads(vault.bucket.read(named.key, named.id))["content"]
    return [vault.bucket.head(one["key"], one["version"])[0] for one in stretches]


def test_an_exhibit_goes_its_whole_way_through_locked_buckets(stored, request_, files, tmp_path):
    pair, case, pt, gh = stored, request_.header.case, stored.pt, stored.gh
    assert told(pt)["doctor.store"] is Health.OK
    id = h.take_in(pair, request_, files)
    examine.examine(pt.node, case, id, pt["examiner"])
    h.release(pair, request_, id)
    given = h.hand_over(pair, request_, id)
    pair.settle()
    custody.take_custody(gh.node, given.id, gh["examiner"])
    pair.settle()
    for side in (pt, gh):
        assert exhibit.verify_exhibit(side.node, case, id).files == 3
        bag = exhibit.open_exhibit(side.node, case, id, tmp_path / side.node.state, side["examiner"], "trial")
        assert verify_package(bag, [pt.node.keys.acts.public]).holds
        came = scrub.scrub(side.node)
        assert came.rot == ()
        assert h.vault_objects(side) == set()  # nothing of it on this machine's disk
    assert (tmp_path / "GH" / "data" / "disk.dd").read_bytes() == (files / "disk.dd").read_bytes()
    # Pieces have served: they go under no lock. The exhibit does.
    with gh.node.db.read() as conn:
        address = store.get_exhibit(conn, case, id).address
    assert gh.node.vault.addresses() == {address}
    assert (gh.node.vault.kept_until(address) - datetime.now(UTC)).days in {DAYS - 1, DAYS}

    act = destroy(gh.node, request_.id, gh["officer"], exhibits=(id,), text="Before two persons.").act
    (paper,) = json.loads(act.fields["text"].splitlines()[-1])["exhibits"]
    until = read_instant(paper["sealed_kept_until"])
    assert until == gh.node.vault.kept_until(address)
    with h.fails(NotPermitted, "store.exhibit_key_erased"):
        exhibit.open_exhibit(gh.node, case, id, tmp_path / "gone", gh["examiner"], "x")
    assert sum(bytes_of(gh.node.vault, address)) == paper["sealed_size"]  # there, and telling nothing
    after = scrub.scrub(gh.node)
    assert (after.objects, after.rot) == (came.objects - 1, ())  # no longer asked for
    assert sweep(gh.node).objects == 0
    assert gh.node.vault.has(address)


def test_what_a_killed_process_left_in_the_bucket_is_swept(stored, request_, files):
    vault = stored.pt.node.vault
    h.take_in(stored, request_, files / "mail" / "inbox")
    vault.bucket.begin(f"data/{vault._place()}/{'ab' * 16}")
    vault.bucket.put(f"data/{vault._place()}/{'cd' * 16}", b"without a name")
    orphan = vault.put(io.BytesIO(b"a piece that no act names"), announced=True).digest
    locked = vault.put(io.BytesIO(b"sealed, and killed before its deed")).digest
    came = sweep(stored.pt.node)
    assert (came.unfinished, came.objects) == (2, 1)
    assert (vault.has(orphan), vault.has(locked)) == (False, True)
    assert exhibit.verify_exhibit(stored.pt.node, request_.header.case, "PT-1").files == 1


def test_an_interrupted_intake_and_an_interrupted_selection_go_on(stored, request_, tmp_path, monkeypatch):
    """By the same person, of the same: what the bucket has is not sent again."""
    pt, vault = stored.pt, stored.pt.node.vault
    monkeypatch.setattr(vault, "_part", seaweedfs.PART)
    sent, part = [], vault.bucket.part
    monkeypatch.setattr(vault.bucket, "part", lambda *told: sent.append(told[2]) or part(*told))
    source = tmp_path / "large.dd"
    source.write_bytes(bytes(range(256)) * (3 * seaweedfs.PART // 256))

    def stop(done, total):
        if done > total - 1_000_000:
            raise KeyboardInterrupt

    def twice(deed):
        sent.clear()
        with pytest.raises(KeyboardInterrupt):
            deed(stop)
        assert sweep(pt.node).unfinished == 0
        first = len(sent)
        made = deed(None)
        assert (first >= 2, len(sent) - first <= 2) == (True, True)
        assert exhibit.verify_exhibit(pt.node, request_.header.case, made).size == source.stat().st_size
        assert list((pt.node.settings.vault / "unfinished").iterdir()) == []
        return made

    who = pt["examiner"]
    id = twice(
        lambda told: exhibit.add(pt.node, request_.id, ["mailbox"], source, "disk", who, progress=told)
    )
    asked = selection.Asked(Criteria(paths=("*",), data=(), accounts=(), since=None, until=None))
    part_of = twice(
        lambda told: (
            selection.select(
                pt.node, request_.header.case, id, asked, "all of it", who, progress=told
            ).exhibit
        )
    )
    assert part_of != id


def test_custody_is_taken_also_where_the_bucket_keeps_the_pieces(stored, request_, files, monkeypatch):
    """A bucket with a lock of its own: pieces that have served stay there until that is over."""
    id = h.sealed_and_released(stored, request_, files / "mail" / "inbox")
    given = h.hand_over(stored, request_, id)
    stored.settle()
    vault, until = stored.gh.node.vault, datetime.now(UTC)
    monkeypatch.setattr(vault, "kept_until", lambda address, **_: until)
    before = vault.addresses()
    custody.take_custody(stored.gh.node, given.id, stored.gh["examiner"])
    assert before < vault.addresses()
    monkeypatch.undo()
    assert sweep(stored.gh.node).objects == len(before)


def test_a_bucket_that_does_not_lock_is_told_by_the_doctor(stored, s3):
    vault = stored.pt.node.vault
    vault.bucket.close()
    vault.bucket = s3.bucket(s3.shared(lock=False), prefix="unlocked")
    assert told(stored.pt)["doctor.store_not_locked"] is Health.BAD


def test_a_bucket_that_is_another_nodes_is_told_by_the_doctor_and_takes_nothing(stored, request_, files):
    """Both nodes by one prefix, by mistake: the second's sweep would take the first's older exhibits away."""
    gh, pt = stored.gh.node, stored.pt.node
    id = h.take_in(stored, request_, files / "mail" / "inbox")
    gh.vault.bucket.close()
    gh.vault.bucket = pt.vault.bucket
    assert told(stored.gh)["evidence.s3_of_another"] is Health.BAD
    with h.fails(Conflict, "evidence.s3_of_another"):
        check_keeping(gh)
    gh.vault._owned = False  # as of a process that was just started
    with h.fails(Conflict, "evidence.s3_of_another"):
        sweep(gh)
    assert exhibit.verify_exhibit(pt, request_.header.case, id).files == 1


def test_rot_in_a_bucket_is_found_named_and_kept_on_schedule_as_in_files(
    stored, request_, files, monkeypatch
):
    """What the store gives back is not what was put there; one object is gone; and then nothing answers."""
    pt, case = stored.pt.node, request_.header.case
    ids = [h.take_in(stored, request_, files / "mail" / "inbox") for _ in range(3)]
    with pt.db.read() as conn:
        rows = {id: store.get_exhibit(conn, case, id) for id in ids}
    content = {id: pt.vault._find(rows[id].address)[0].key for id in ids}
    read, ask = Bucket._read, Bucket._ask
    bad, away = {content[ids[0]]: "flipped", content[ids[1]]: "gone"}, []

    def asked(self, operation, *args, **more):
        if away and operation in away[0]:
            raise away[0][operation]
        return ask(self, operation, *args, **more)

    def worn(self, key, version, **more):
        if bad.get(key) == "gone":
            raise NotFound("evidence.s3_absent", what="NoSuchKey", operation="get_object")
        data = read(self, key, version, **more)
        return data[:-1] + bytes([data[-1] ^ 1]) if key in bad else data

    monkeypatch.setattr(Bucket, "_read", worn)
    monkeypatch.setattr(Bucket, "_ask", asked)
    scrub.plan_scrub(pt)
    worker.run_due(pt)
    found = [(one.case, one.exhibit, one.what) for one in scrub.rotten(pt)]
    assert sorted(found) == [(case, ids[0], "damaged"), (case, ids[1], "missing")]
    assert h.actions(stored.pt, request_, ids[0])[-1] == "damaged"
    assert told(stored.pt)["doctor.rot"] is Health.BAD
    with pt.db.read() as conn:
        (job,) = store.waiting(conn, scrub.JOB)
    assert (job.due, job.last_error) == (stored.clock.now() + scrub.EVERY, None)
    bad.clear()
    silent = Unavailable("evidence.s3_silent", what="ConnectTimeoutError")
    busy = Unavailable("evidence.s3_busy", what="SlowDown", operation="get_object")
    for weather in ({"get_object": silent, "list_object_versions": silent}, {"get_object": busy}):
        away[:] = [weather]
        stored.clock.at = job.due
        worker.run_due(pt)  # a store that is down is no rot: it is tried again, and nothing is said meanwhile
        with pt.db.read() as conn:
            (job,) = store.waiting(conn, scrub.JOB)
        assert (job.last_error, len(scrub.rotten(pt))) == (weather["get_object"].id, 2)
    away.clear()
    stored.clock.at = job.due
    worker.run_due(pt)
    assert scrub.rotten(pt) == ()
    assert h.actions(stored.pt, request_, ids[0])[-1] == "checked"
