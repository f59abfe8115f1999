"""Whose a bucket is, and from when the days of a lock count there."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta

import pytest
from seaweedfs import PART

from comity.clock import FixedClock
from comity.errors import Conflict
from comity.evidence.bucket import Bucket
from comity.evidence.s3vault import ABANDONED


def test_a_second_node_is_refused_before_it_puts_or_removes_anything(opened, plain):
    """Its database names none of the first's exhibits: its sweep would take the older ones for leavings."""
    first = opened(plain, prefix="one-bucket")
    stored = first.put(io.BytesIO(b"an exhibit"))
    begun = first.bucket.begin(f"data/{first._place()}/ab")
    later = FixedClock(datetime.now(UTC) + ABANDONED + timedelta(minutes=1))
    second = opened(plain, prefix="one-bucket", folder="of-another", owner="b", clock=later)
    before = [one for one in first.bucket.versions("") if not one.key.startswith("probe/")]
    for attempt in (
        lambda: second.put(io.BytesIO(b"x"), announced=True),
        second.clear_incoming,
        lambda: second.sweepable(frozenset({stored.digest})),
        lambda: second.remove(stored.digest),
        lambda: second.own(anew=True),
    ):
        with pytest.raises(Conflict, match=r"^evidence\.s3_of_another"):
            attempt()
    assert [one for one in first.bucket.versions("") if not one.key.startswith("probe/")] == before
    assert [one.id for one in first.bucket.uploads("")] == [begun]
    own = opened(plain, prefix="one-bucket", folder="another-folder-of-the-first")
    assert own.verify(own.put(io.BytesIO(b"more")).digest)


def test_of_two_nodes_that_come_at_once_one_is_the_owner(opened, plain, monkeypatch):
    first, second = (opened(plain, prefix="at-once", folder=own, owner=own) for own in "ab")
    first.probed(), second.probed()
    put = Bucket.put

    def meanwhile(self, key, data, **more):
        monkeypatch.setattr(Bucket, "put", put)
        second.own()
        return put(self, key, data, **more)

    monkeypatch.setattr(Bucket, "put", meanwhile)
    with pytest.raises(Conflict, match=r"^evidence\.s3_of_another"):
        first.own()
    second.own(anew=True)


def test_a_bucket_whose_mark_was_taken_away_is_nobody_elses_for_that(opened, plain):
    first = opened(plain, prefix="no-mark")
    first.put(io.BytesIO(b"an exhibit"))
    first.bucket.delete("owner")
    second = opened(plain, prefix="no-mark", folder="of-another", owner="b")
    with pytest.raises(Conflict, match=r"^evidence\.s3_no_owner") as caught:
        second.own()
    assert f'"owner":"{"b" * 64}"' in str(caught.value.arguments["mark"])  # what to put there, if it is
    first.own(anew=True)  # it wrote there, as its data folder knows
    first.bucket.put("owner", b"somebody was here")
    with pytest.raises(Conflict, match=r"^evidence\.s3_of_another"):
        first.own(anew=True)


def test_the_days_of_a_lock_count_from_when_it_is_whole(opened, locking, s3):
    """An intake that takes three days, of a lock of thirty: not twenty-seven are left."""
    clock = FixedClock(datetime.now(UTC))
    vault = opened(locking, lock="governance", clock=clock)
    with vault.writer() as writer:
        writer.write(os.urandom(PART + 3))
        clock.at += timedelta(days=3)
        stored = writer.commit()
    whole = clock.at.replace(microsecond=0) + timedelta(days=30)
    lying = [*vault.bucket.versions("data/"), *vault.bucket.versions("name/")]
    assert [vault.bucket.head(one.key, one.id)[1].until for one in lying] == [whole] * 2
    assert vault.kept_until(stored.digest) == whole
    clock.at += timedelta(days=9)
    with vault.open(stored.digest) as file:
        assert (
            vault.put(io.BytesIO(file.read())) == stored
        )  # taken in again: kept as long as what is taken in
    assert vault.kept_until(stored.digest) == whole + timedelta(days=9)
