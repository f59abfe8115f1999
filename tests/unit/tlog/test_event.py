"""Events: what a leaf hides, and what an opening shows and binds."""

from __future__ import annotations

import secrets
from collections import Counter

import pytest

from comity import tlog
from comity.errors import BadInput, ProofFailed
from comity.tlog.event import Opening
from comity.wire import b64u, dump_bytes, parse, sha256, unb64u

ACT = sha256(b"an act")


def test_a_leaf_is_what_the_design_says(entropy):
    opening = tlog.commit("signed", ACT, entropy)
    assert opening.subject == ACT.hex()
    told = dump_bytes(opening.event)
    assert told == (
        b'{"digest":"' + opening.event.digest.encode() + b'","kind":"signed","reserved":null,"v":1}'
    )
    assert tlog.leaf(opening) == sha256(b"comity/tlog/leaf/v1\n" + unb64u(opening.salt) + told)
    inner = unb64u(opening.inner_salt)
    assert unb64u(opening.event.digest) == sha256(b"comity/tlog/subject/v1\n" + inner + ACT)
    assert inner != unb64u(opening.salt)


def test_an_opening_shows_its_leaf_and_subject_and_no_other(entropy):
    one, two = (tlog.commit("received", ACT, entropy) for _ in range(2))
    leaf = tlog.leaf(one)
    assert leaf != tlog.leaf(two)
    assert one.event.digest != two.event.digest
    assert tlog.verify_leaf(one, leaf) == "received"
    tlog.verify_subject(one, ACT)
    tlog.verify_subject(one, ACT.hex())
    with pytest.raises(ProofFailed) as caught:
        tlog.verify_leaf(two, leaf)
    assert caught.value.id == "tlog.opening_of_another_leaf"
    with pytest.raises(ProofFailed) as caught:
        tlog.verify_subject(one, sha256(b"another act"))
    assert caught.value.id == "tlog.opening_of_another_subject"


@pytest.mark.parametrize("change", ["salt", "kind", "digest"])
def test_each_part_of_the_event_is_bound(entropy, change: str):
    opening = tlog.commit("signed", ACT, entropy)
    event = opening.event
    other = b64u(bytes(32))
    changed = Opening(
        salt=other if change == "salt" else opening.salt,
        event=tlog.Event(
            kind="dummy" if change == "kind" else event.kind,
            digest=other if change == "digest" else event.digest,
        ),
        inner_salt=opening.inner_salt,
        subject=opening.subject,
    )
    with pytest.raises(ProofFailed):
        tlog.verify_leaf(changed, tlog.leaf(opening))


def test_a_subject_that_the_digest_does_not_bind_is_refused(entropy):
    opening = tlog.commit("signed", ACT, entropy)
    other = sha256(b"another act")
    forged = opening.model_copy(update={"subject": other.hex()})
    for subject in (ACT, other):
        with pytest.raises(ProofFailed):
            tlog.verify_subject(forged, subject)


def test_the_kind_can_be_shown_alone(entropy):
    opening = tlog.commit("enrolment", ACT, entropy)
    partly = opening.of_kind_only()
    assert tlog.verify_leaf(partly, tlog.leaf(opening)) == "enrolment"
    assert ACT.hex().encode() not in dump_bytes(partly)
    with pytest.raises(ProofFailed) as caught:
        tlog.verify_subject(partly, ACT)
    assert caught.value.id == "tlog.opening_without_subject"


def test_openings_travel(entropy):
    for opening in (tlog.commit("signed", ACT, entropy), tlog.dummy(entropy).of_kind_only()):
        assert parse(Opening, dump_bytes(opening), limit=1000) == opening


def test_half_an_opening_is_none(entropy):
    data = dump_bytes(tlog.commit("signed", ACT, entropy))
    for told in (
        data.replace(f'"{ACT.hex()}"'.encode(), b"null"),
        data.replace(ACT.hex().encode(), ACT.hex().upper().encode()),
        data.replace(b'"reserved":null', b'"reserved":0'),
        data.replace(b'"signed"', b'"other"'),
        data.replace(b'"v":1', b'"v":2'),
    ):
        assert told != data
        with pytest.raises(BadInput):
            parse(Opening, told, limit=1000)


def test_digests_are_read_in_one_spelling(entropy):
    opening = tlog.commit("signed", ACT, entropy)
    told = dump_bytes(opening)
    salt = opening.salt
    other = salt[:-1] + chr(ord(salt[-1]) + 1)  # the same 32 bytes with a stray trailing bit
    with pytest.raises(BadInput):
        parse(Opening, told.replace(salt.encode(), other.encode()), limit=1000)


def test_dummies_look_like_everything_else():
    """Sizes are equal, and no bit of a leaf leans to one side for either kind."""
    real = [tlog.leaf(tlog.commit("signed", ACT, secrets.token_bytes)) for _ in range(400)]
    dummies = [tlog.leaf(tlog.dummy(secrets.token_bytes)) for _ in range(400)]
    assert {len(leaf) for leaf in real + dummies} == {32}
    assert len(set(real + dummies)) == 800
    for group in (real, dummies):
        bits = Counter(bit for leaf in group for bit in range(256) if leaf[bit // 8] >> bit % 8 & 1)
        assert all(120 < bits[bit] < 280 for bit in range(256))  # eight standard deviations
    one, other = tlog.dummy(secrets.token_bytes), tlog.commit("signed", ACT, secrets.token_bytes)
    assert set(one.event.model_dump()) == set(other.event.model_dump())
    assert tlog.verify_leaf(one, tlog.leaf(one)) == "dummy"


def test_what_cannot_be_committed(entropy):
    for subject in (b"", ACT[:-1], ACT.hex().upper(), " " + ACT.hex(), "zz" * 32, ACT.hex()[:-2]):
        with pytest.raises(BadInput) as caught:
            tlog.commit("signed", subject, entropy)
        assert caught.value.id == "tlog.not_a_subject"
    with pytest.raises(BadInput) as caught:
        tlog.commit("signed", ACT, lambda size: bytes(size - 1))
    assert caught.value.id == "tlog.too_little_entropy"
