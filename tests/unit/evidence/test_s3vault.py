"""The vault on a real S3 store: whole objects only, locked where that is asked, and the lock tried first."""

from __future__ import annotations

import io
import os
import socket
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from seaweedfs import PART

from comity import age
from comity.clock import FixedClock, SystemClock
from comity.errors import BadInput, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.evidence import FileVault, MovingVault, carry, take_in
from comity.evidence.bucket import Bucket, Retention
from comity.evidence.probe import clear, probe
from comity.evidence.s3vault import ABANDONED

MIB = 1024 * 1024


def keys(vault):
    """What lies there, but for whose it is."""
    found = {one.key.split("/")[0] for one in vault.bucket.versions("") if not one.marker}
    return sorted(found - {"owner"})


def content(size):
    return os.urandom(size)


@contextmanager
def cutting(port, after):
    """A way to the store that is cut for good once ``after`` bytes went there; gives its URL."""
    gone, listening = [0], socket.create_server(("127.0.0.1", 0))
    cut = threading.Event()

    def pump(source, sink, counted):
        try:
            while data := source.recv(256 * 1024):
                gone[0] += len(data) if counted else 0
                if gone[0] > after:
                    cut.set()
                if cut.is_set():
                    return
                sink.sendall(data)
        except OSError:
            return  # its other direction ended it
        finally:
            for end in (source, sink):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def serve():
        while True:
            try:
                ours, _ = listening.accept()
            except OSError:
                return
            if cut.is_set():
                ours.close()
                continue
            theirs = socket.create_connection(("127.0.0.1", port))
            for ends in ((ours, theirs, True), (theirs, ours, False)):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    serving = threading.Thread(target=serve, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        cut.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join()


@pytest.mark.parametrize("size", [0, PART, 2 * PART + 7])
def test_what_is_put_is_read_again_whole_and_from_anywhere(opened, plain, tmp_path, size):
    vault, data = opened(plain), content(size)
    stored = vault.put(io.BytesIO(data))
    assert stored == FileVault(tmp_path / "files").put(io.BytesIO(data))  # the same address as on files
    assert vault.verify(stored.digest) == stored
    assert vault.addresses() == {stored.digest}
    with vault.open(stored.digest) as file:
        assert file.read() == data
        for at in (0, size // 3, max(0, 2 * PART - 3), max(0, size - 2), size + 9):
            file.seek(at)
            some = bytearray(100)
            assert bytes(some[: age.fill(file, memoryview(some))]) == data[at : at + 100]
    vault.remove(stored.digest)
    assert not vault.has(stored.digest)
    assert keys(vault) in ([], ["probe"])
    with pytest.raises(NotFound):
        vault.open(stored.digest)


def test_a_sealed_exhibit_lies_there_and_opens(opened, plain, tmp_path):
    vault, key = opened(plain), age.generate_x25519()
    (tmp_path / "file").write_bytes(data := content(3 * MIB))
    taken = take_in(tmp_path / "file", vault, [key.recipient], bytes(32))
    with vault.open(taken.stored.digest) as sealed:
        assert age.decrypt([key], sealed).read() == data


def test_the_same_object_may_be_put_twice_and_leaves_one(opened, plain):
    vault = opened(plain)
    first, second = (vault.put(io.BytesIO(b"same"), announced=True) for _ in range(2))
    assert first == second
    assert len([key for key, _ in vault.bucket.keys("data/")]) == 1


def test_a_damaged_object_is_found_and_healed_by_putting_it_again(opened, plain):
    vault = opened(plain)
    stored = vault.put(io.BytesIO(b"sealed"))
    ((key, _),) = vault.bucket.keys("data/")
    vault.bucket.put(key, b"SEALED")
    with pytest.raises(ProofFailed, match=r"^evidence\.vault_damaged"):
        vault.verify(stored.digest)
    assert vault.put(io.BytesIO(b"sealed")) == stored
    assert vault.verify(stored.digest) == stored


def test_a_name_that_is_no_name_is_damage(opened, plain):
    vault = opened(plain)
    stored = vault.put(io.BytesIO(b"sealed"))
    ((key, _),) = vault.bucket.keys("name/")
    vault.bucket.put(key, b'{"v":1,"content":[]}')
    with pytest.raises(ProofFailed):
        vault.verify(stored.digest)


def test_what_is_left_without_a_commit_leaves_nothing(opened, plain):
    vault = opened(plain)
    with vault.writer() as writer:
        writer.write(content(3 * PART))
    assert vault.bucket.uploads("") == []
    assert keys(vault) in ([], ["probe"])


def test_bytes_that_change_on_their_way_are_refused(opened, plain, monkeypatch):
    """The store compares with the SHA-256 that was taken before they left."""
    vault, put = opened(plain), Bucket._ask

    def changed(bucket, operation, key=None, **more):
        if operation == "upload_part":
            more["Body"][17] ^= 1
        return put(bucket, operation, key, **more)

    monkeypatch.setattr(Bucket, "_ask", changed)
    with pytest.raises(BadInput, match=r"^evidence\.s3_other_bytes"):
        vault.put(io.BytesIO(content(PART + 1)))
    assert keys(vault) in ([], ["probe"])


def test_of_a_store_that_does_not_check_everything_is_read_again(opened, plain, monkeypatch):
    vault, put = opened(plain), Bucket._ask

    def unchecked(bucket, operation, key=None, **more):
        more.pop("ChecksumSHA256", None)
        if operation == "put_object" and more["Body"] == b"exhibit":
            more["Body"] = b"EXHIBIT"
        return put(bucket, operation, key, **more)

    monkeypatch.setattr(Bucket, "_ask", unchecked)
    assert not vault.probed().checks
    with pytest.raises(ProofFailed, match=r"^evidence\.vault_damaged"):
        vault.put(io.BytesIO(b"exhibit"))
    assert vault.addresses() == frozenset()
    assert vault.verify(vault.put(io.BytesIO(b"another")).digest)


@pytest.mark.parametrize("lock", [None, "compliance"])
def test_a_cut_in_the_middle_leaves_nothing_and_its_parts_are_swept(opened, s3, plain, locking, lock):
    """Whole or absent: and what a dead process cannot take away, the next sweep does."""
    bucket = locking if lock else plain
    with cutting(s3.port, 2 * PART) as endpoint:
        vault = opened(bucket, lock=lock, endpoint=endpoint, prefix="cut")
        with pytest.raises(Unavailable, match=r"^evidence\.s3_silent"):
            vault.put(io.BytesIO(content(4 * PART)))
    after = opened(bucket, lock=lock, prefix="cut")
    assert after.addresses() == frozenset()
    assert after.bucket.uploads("data/")
    elsewhere = opened(bucket, lock=lock, prefix="cut", folder="elsewhere")
    assert elsewhere.clear_incoming() == 0  # another machine's, and young: it may be at work
    assert after.clear_incoming() >= 1
    assert after.bucket.uploads("data/") == []
    assert list(after.bucket.keys("data/")) == []


def test_what_another_machine_gave_up_is_swept_when_it_is_old(opened, plain):
    began = opened(plain, prefix="shared")
    began.bucket.begin(f"data/{began._place()}/ab")
    began.bucket.put(f"data/{began._place()}/cd", b"nameless")
    named = began.put(io.BytesIO(b"named"))
    later = FixedClock(datetime.now(UTC) + ABANDONED + timedelta(minutes=1))
    other = opened(plain, prefix="shared", folder="other", clock=later)
    assert other.clear_incoming() == 2
    assert other.addresses() == {named.digest} == other.sweepable(other.addresses())
    young = opened(plain, prefix="shared", folder="other")
    assert young.sweepable(young.addresses()) == frozenset()
    assert began.sweepable(began.addresses()) == {named.digest}


@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_a_lock_is_tried_and_found_to_hold(opened, locking, mode):
    probed = opened(locking, lock=mode).probed()
    assert (probed.once, probed.checks, probed.locked) == (True, True, True)
    assert probed.may_bypass == (mode == "governance")


def test_a_bucket_without_a_lock_is_found_out_and_takes_no_exhibit(opened, plain):
    vault = opened(plain, lock="compliance")
    assert vault.probed().faults == ("not_offered",)
    with pytest.raises(Unavailable, match=r"^evidence\.vault_not_locked"):
        vault.put(io.BytesIO(b"exhibit"))
    assert vault.put(io.BytesIO(b"piece"), announced=True)  # on its way: needs no lock


BYPASS = "BypassGovernanceRetention"
LIES = {
    "not_shown": ("head_object", None),
    "deleted": ("delete_object", lambda more: "VersionId" in more and BYPASS not in more),
    "bypassed": ("delete_object", lambda more: "VersionId" in more and BYPASS in more),
    "shortened": ("put_object_retention", lambda more: BYPASS not in more),
    "overwritten": ("put_object", lambda more: more["Body"] == b"another"),
    "hidden": ("delete_object", lambda more: "VersionId" not in more),
}


@pytest.mark.parametrize("fault", LIES)
def test_each_way_to_break_a_lock_is_found(opened, locking, monkeypatch, fault):
    """A store that says yes to everything, and in one thing does what the lock forbids."""
    vault, ask = opened(locking, lock="compliance"), Bucket._ask
    operation, when = LIES[fault]
    broken, locked = [], set()

    def lying(bucket, asked, key=None, **more):
        if "ObjectLockMode" in more:
            locked.add(key)
        if asked == "head_object" and (broken or fault == "not_shown") and key in locked:
            if fault in {"shortened", "not_shown"}:
                return {"ContentLength": 32}
            raise NotFound("evidence.s3_absent", what="404", operation=asked)
        if asked == operation and key in locked and when is not None and when(more):
            broken.append(asked)
            return {}
        return ask(bucket, asked, key, **more)

    monkeypatch.setattr(Bucket, "_ask", lying)
    assert vault.probed().faults == (fault,)
    assert not vault.probed().locked


def test_what_is_locked_stays_whoever_asks(opened, locking):
    vault, data = opened(locking, lock="compliance"), content(PART + 9)
    stored = vault.put(io.BytesIO(data))
    until = vault.kept_until(stored.digest)
    assert until > datetime.now(UTC) + timedelta(days=29)
    with pytest.raises(NotPermitted, match=r"^evidence\.vault_locked"):
        vault.remove(stored.digest)
    assert vault.sweepable(frozenset({stored.digest})) == frozenset()
    for one in vault.bucket.versions(""):
        if one.key.startswith(("data/", "name/")):
            with pytest.raises(NotPermitted):
                vault.bucket.delete(one.key, one.id, bypass=True)
            vault.bucket.delete(one.key)  # hides it
            vault.bucket.put(one.key, b"another")  # and puts something in its place
    assert vault.verify(stored.digest) == stored
    with vault.open(stored.digest) as file:
        assert file.read() == data
    piece = vault.put(io.BytesIO(b"piece"), announced=True)
    assert vault.kept_until(piece.digest) is None
    vault.remove(piece.digest)


def test_a_lock_that_is_not_shown_after_all_is_not_believed(opened, locking, monkeypatch):
    vault = opened(locking, lock="compliance")
    assert vault.probed().locked
    monkeypatch.setattr(Bucket, "retain", lambda *a, **more: None)
    with pytest.raises(Unavailable, match=r"^evidence\.vault_not_locked"):
        vault.put(io.BytesIO(b"exhibit"))
    assert vault.addresses() == frozenset()


def test_what_a_vault_is_moved_back_to_is_locked_anew(opened, locking, tmp_path):
    """It lies there since before, and that lock is over; carried, it counts as stored only under one."""
    at, late = SystemClock().now(), timedelta(days=90)
    before = opened(locking, lock="governance", prefix="back")
    old = FileVault(tmp_path / "old")
    stored = old.put(io.BytesIO(b"sealed"))
    assert before.put(io.BytesIO(b"sealed")) == stored
    again = opened(locking, lock="governance", prefix="back", clock=FixedClock(at + late))
    assert again.kept_until(stored.digest) is None
    carry(MovingVault(again, old), stored.digest, passing=True)
    assert again.kept_until(stored.digest) is None
    carry(MovingVault(again, old), stored.digest, passing=False)
    assert again.kept_until(stored.digest) >= at + late + timedelta(days=29)


def test_once_its_lock_is_over_an_object_can_go(opened, locking):
    vault = opened(locking, lock="governance")
    stored = vault.put(io.BytesIO(b"exhibit"))
    for one in vault.bucket.versions(""):
        if not one.marker and not one.key.startswith("probe/"):
            soon = Retention("GOVERNANCE", datetime.now(UTC) + timedelta(seconds=1))
            vault.bucket.retain(one.key, one.id, soon, bypass=True)
    late = opened(locking, lock="governance", prefix=vault.bucket.place.prefix)
    late._clock = FixedClock(datetime.now(UTC) + timedelta(seconds=5))
    assert late.sweepable(frozenset({stored.digest})) == {stored.digest}


def test_who_may_not_and_what_is_not_there_are_told(opened, s3, plain, monkeypatch):
    assert not opened(plain).has("0" * 64)
    with pytest.raises(BadInput):
        opened(plain).has("../name")
    with pytest.raises(NotFound, match=r"^evidence\.s3_absent"):
        opened("nowhere").put(io.BytesIO(b"x"))
    stranger = opened(plain)
    monkeypatch.setattr("seaweedfs.WHO", ("test-access", "another-secret"))
    stranger = opened(plain)
    with pytest.raises(NotPermitted, match=r"^evidence\.s3_refused") as caught:
        stranger.put(io.BytesIO(b"x"))
    for told in (str(caught.value), repr(stranger.bucket._credentials), repr(stranger.bucket)):
        assert "another-secret" not in told


def test_nothing_of_the_surroundings_leads_elsewhere(s3, plain, opened, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "another")
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://127.0.0.1:9\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert opened(plain).put(io.BytesIO(b"x"))


def test_a_probe_leaves_only_what_a_lock_keeps(opened, plain, locking):
    vault = opened(plain)
    probe(vault.bucket, None, datetime.now(UTC))
    assert keys(vault) == []
    vault = opened(locking)
    probe(vault.bucket, "compliance", datetime.now(UTC))
    kept = [vault.bucket.head(one.key, one.id)[1] for one in vault.bucket.versions("") if not one.marker]
    clear(vault.bucket)
    left = [vault.bucket.head(one.key, one.id)[1] for one in vault.bucket.versions("") if not one.marker]
    assert len(kept) > len(left) == 1
    assert left[0].mode == "COMPLIANCE"


# -- what a store does that nobody asked for ----------------------------------------------------------


def test_a_name_that_was_put_and_whose_answer_was_lost_keeps_its_content(opened, plain, monkeypatch):
    """It is asked again, and told that one is there: ours. Removing its content would lose the exhibit."""
    vault, put = opened(plain), Bucket.put

    def deaf(self, key, data, **more):
        version = put(self, key, data, **more)
        if key.startswith("name/"):
            return put(self, key, data, **more)  # as the client does that heard nothing
        return version

    vault.probed()
    monkeypatch.setattr(Bucket, "put", deaf)
    stored = vault.put(io.BytesIO(b"said to be stored"))
    monkeypatch.undo()
    assert vault.verify(stored.digest) == stored
    assert vault.clear_incoming() == 0


def test_a_name_that_somebody_hid_still_keeps_its_content(opened, locking):
    """A deleted name is read on (its first version counts): so what it names is no leaving of a crash."""
    vault = opened(locking)
    stored = vault.put(io.BytesIO(b"hidden"))
    vault.bucket.delete(f"name/{stored.digest[:2]}/{stored.digest[2:]}")
    assert vault.has(stored.digest)
    assert vault.clear_incoming() == 0
    assert vault.verify(stored.digest) == stored


def test_a_strange_or_damaged_name_stops_no_sweep_and_costs_no_content(opened, plain):
    vault = opened(plain)
    kept = vault.put(io.BytesIO(b"named, and the name is damaged"))
    well = vault.put(io.BytesIO(b"well"))
    vault.bucket.put("name/README", b"somebody was here")
    vault.bucket.put(f"name/{kept.digest[:2]}/{kept.digest[2:]}", b"no name")
    lying = {one.key for one in vault.bucket.versions("data/")}
    assert vault.clear_incoming() == 0
    assert {one.key for one in vault.bucket.versions("data/")} == lying
    assert vault.sweepable(vault.addresses()) == {well.digest}  # whose the other is, nothing says yet
    vault.remove(kept.digest)
    assert not vault.has(kept.digest)


def test_an_object_that_became_shorter_is_damage_and_no_silence(opened, plain):
    vault = opened(plain)
    for left in (b"short", b""):
        stored = vault.put(io.BytesIO(os.urandom(300)), announced=True)
        (key,) = [one.key for one in vault.bucket.versions("data/")]
        vault.bucket.put(key, left)
        with pytest.raises(ProofFailed, match="vault_damaged"):
            vault.verify(stored.digest)
        vault.remove(stored.digest)


@pytest.mark.parametrize("listing", ["keys", "versions", "uploads"])
def test_a_listing_that_never_ends_is_left(opened, plain, monkeypatch, listing):
    bucket = opened(plain).bucket
    token = dict.fromkeys(("NextContinuationToken", "NextKeyMarker", "NextVersionIdMarker"), "again")
    said = {"IsTruncated": True, **token, "NextUploadIdMarker": "again"}
    monkeypatch.setattr(Bucket, "_ask", lambda *_, **__: said)
    with pytest.raises(Unavailable):
        list(getattr(bucket, listing)(""))


def test_a_name_whose_lock_is_not_shown_is_not_believed(opened, locking, monkeypatch):
    vault, head = opened(locking, lock="compliance"), Bucket.head
    vault.probed()

    def shows_not(self, key, version=None):
        size, retention = head(self, key, version)
        return size, None if key.startswith("name/") else retention

    monkeypatch.setattr(Bucket, "head", shows_not)
    with pytest.raises(Unavailable, match="vault_not_locked"):
        vault.put(io.BytesIO(b"its name can be deleted"))


def test_two_processes_that_make_the_folders_id_at_once_have_one(opened, plain, monkeypatch, tmp_path):
    """Else what one of them leaves is another machine's to the sweep, for a week."""
    one, other, told = opened(plain), opened(plain), []
    random = os.urandom

    def meanwhile(size):
        if not told:
            told.append("")
            told[0] = other._place()
        return random(size)

    monkeypatch.setattr(os, "urandom", meanwhile)
    assert one._place() == told[0] == other._place()
    assert [path.name for path in (tmp_path / "here").iterdir()] == [".place"]
