"""A store in bad weather: answers are lost, come from others, or leave out what belongs there."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import weather
from botocore.exceptions import ClientError
from seaweedfs import PART

from comity.clock import SystemClock
from comity.errors import NotPermitted, Unavailable
from comity.evidence import S3Vault
from comity.evidence.bucket import Bucket, Credentials, Place
from comity.evidence.probe import probe
from comity.evidence.s3content import ContentReader, Stretch
from comity.messages import explain


@pytest.fixture
def vault(s3, tmp_path):
    """Makes a vault behind a way of its own."""
    made = []

    def make(endpoint, **more):
        bucket = s3.bucket(s3.shared(lock=False), endpoint=endpoint, prefix=f"w{os.urandom(4).hex()}", **more)
        clock = SystemClock()
        made.append(S3Vault(bucket, tmp_path / "here", clock, owner=lambda: "a" * 64, part=PART, parts=2))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_content_that_was_made_and_whose_answer_was_lost_is_found_as_made(s3, vault, attempts):
    """Asked again or not: it is there, once, and the exhibit counts as stored."""
    lost = []

    def befalls(method, path):
        if method != "POST" or "uploadId=" not in path:
            return None
        lost.append(path)
        return weather.LOST if len(lost) == 1 else (404, "NoSuchUpload")  # as the best known store says

    data = os.urandom(PART + 9)
    with weather.between(s3.port, befalls) as endpoint:
        here = vault(endpoint, attempts=attempts)
        stored = here.put(io.BytesIO(data))
        assert len(lost) == min(attempts, 2)
        with here.open(stored.digest) as file:
            assert file.read() == data
        assert len(here.bucket.versions("data/")) == 1
        assert here.bucket.uploads("") == []
        assert here.clear_incoming() == 0


def test_an_upload_that_is_gone_and_made_nothing_is_no_content(s3, vault):
    here = vault(s3.endpoint)
    upload = here.bucket.begin("data/x/y")
    part = here.bucket.part("data/x/y", upload, 1, bytearray(b"some"))
    here.bucket.put("data/x/y", b"of another size")
    here.bucket.abort("data/x/y", upload)
    with pytest.raises(Exception, match="s3_absent"):
        here.bucket.complete("data/x/y", upload, [part], 4)


@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "OperationAborted"])
def test_two_at_the_same_time_ask_again_and_not_for_ever(s3, code):
    waits, told = [], [2]

    def befalls(method, path):
        told[0] -= method == "PUT"
        return (409, code) if method == "PUT" and told[0] >= 0 else None

    with weather.between(s3.port, befalls) as endpoint:
        place = Place(endpoint, s3.shared(lock=False), f"c{os.urandom(4).hex()}")
        bucket = Bucket(place, Credentials("test-access", "test-secret"), attempts=3, wait=waits.append)
        bucket.put("one", b"1", new=True)
        assert bucket.read("one", None) == b"1"
        assert waits == [0.1, 0.2]
        told[0] = 100
        with pytest.raises(Unavailable, match=r"^evidence\.s3_fails"):
            bucket.put("two", b"2", new=True)
        assert told[0] == 97
        bucket.close()


@pytest.mark.parametrize(
    ("fate", "checks"),
    [((500, "InternalError"), False), ((501, "NotImplemented"), False), ((400, "BadDigest"), True)],
)
def test_only_who_says_that_the_bytes_were_others_checks_them(s3, vault, fate, checks):
    puts = [0]

    def befalls(method, path):
        puts[0] += method == "PUT"
        return fate if method == "PUT" and puts[0] == 3 else None  # after the two of ``_once``

    with weather.between(s3.port, befalls) as endpoint:
        assert vault(endpoint).probed().checks is checks


@pytest.mark.parametrize("which", [2, 3])
def test_a_store_that_is_busy_was_not_tried(s3, vault, which):
    """What it does when it is well is not known from that: nothing is kept of it, and it is tried again."""
    puts = [0]

    def befalls(method, path):
        puts[0] += method == "PUT"
        return (503, "SlowDown") if method == "PUT" and puts[0] == which else None

    with weather.between(s3.port, befalls) as endpoint:
        here = vault(endpoint)
        with pytest.raises(Unavailable, match=r"^evidence\.s3_busy"):
            here.put(io.BytesIO(b"x"))
        assert here.probed().once
        assert here.probed().checks


def _saying(said):
    """A bucket whose store answers that to everything."""
    bucket = Bucket(Place("http://127.0.0.1:9", "bucket"), Credentials("a", "s"))
    answer = said if callable(said) else lambda **_: said
    bucket._made = lambda: SimpleNamespace(
        **dict.fromkeys(
            (
                *("create_multipart_upload", "upload_part", "head_object", "get_object"),
                *("list_objects_v2", "list_object_versions", "list_multipart_uploads", "put_object"),
            ),
            answer,
        )
    )
    return bucket


@pytest.mark.parametrize(
    ("said", "ask"),
    [
        ({}, lambda b: b.begin("k")),
        ({}, lambda b: b.part("k", "u", 1, bytearray(1))),
        ({}, lambda b: b.head("k")),
        ({}, lambda b: b.read("k", None)),
        ({"Body": io.BytesIO(b"x")}, lambda b: b.read("k", None)),
        ({"Contents": [{"Key": "k"}]}, lambda b: list(b.keys(""))),
        ({"Contents": [{}]}, lambda b: list(b.keys(""))),
        ({"Versions": [{"Key": "k", "VersionId": "v"}]}, lambda b: b.versions("")),
        ({"DeleteMarkers": [{"Key": "k"}]}, lambda b: b.versions("")),
        ({"Uploads": [{"Key": "k", "UploadId": "u"}]}, lambda b: b.uploads("")),
    ],
)
def test_an_answer_that_leaves_out_what_belongs_there_is_told_as_that(said, ask):
    with pytest.raises(Unavailable, match=r"^evidence\.s3_answer") as caught:
        ask(_saying(said))
    assert "leaves out" in explain(caught.value)[0]


def test_a_store_that_refuses_the_probe_is_no_store_that_checks():
    def refuses(**_):
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "put_object")

    with pytest.raises(NotPermitted):
        probe(_saying(refuses), None, datetime.now(UTC))


def test_before_its_beginning_nothing_is_sought():
    """As with files: else what is read next is the beginning, and is taken for something else."""
    reader = ContentReader(_saying({}), "0" * 64, (Stretch("k", None, 10),))
    for offset, whence in ((-1, io.SEEK_SET), (-11, io.SEEK_END), (-1, io.SEEK_CUR), (0, 9)):
        with pytest.raises(ValueError, match=str(offset)):
            reader.seek(offset, whence)
    assert reader.seek(-10, io.SEEK_END) == 0
    assert reader.seek(4) == reader.tell() == 4


def test_what_no_deed_waits_for_is_asked_once(s3, vault):
    """A store that hears and says nothing is asked again and again, but not for what can come later."""
    heard, silent = [], [False]

    def befalls(method, path):
        heard.append(path)
        return weather.LOST if silent[0] else None

    with weather.between(s3.port, befalls) as endpoint:
        here = vault(endpoint, attempts=3)
        stored = here.put(io.BytesIO(b"x"))
        assert here.kept_until(stored.digest, hasty=True) is None
        silent[0] = True
        heard.clear()
        with pytest.raises(Unavailable, match=r"^evidence\.s3_silent"):
            here.kept_until(stored.digest, hasty=True)
        assert len(heard) == 1
