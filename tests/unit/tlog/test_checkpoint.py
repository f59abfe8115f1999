"""Checkpoints and cosignatures."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comity import merkle, note, tlog
from comity.errors import BadInput, ProofFailed
from comity.tlog import checkpoint as checkpoints

ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
TEXT = f"example.com/behind-the-sofa\n20852163\n{ROOT}\n"  # tlog-checkpoint, the example
AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


def test_the_text_of_the_specification():
    read = checkpoints.parse(TEXT)
    assert (read.origin, read.size, len(read.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert read.text() == TEXT
    more = checkpoints.parse(TEXT + "extension\n")
    assert more.extensions == ("extension",)
    assert more.text() == TEXT + "extension\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n\n",
        TEXT[:-1],
        TEXT + "\n",
        "\n" + TEXT,
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", "+1"),
        TEXT.replace("20852163", "٣"),
        TEXT.replace("20852163", " 1"),
        TEXT.replace("20852163", str(2**63)),
        TEXT.replace(ROOT, ROOT[:-4]),
        TEXT.replace(ROOT, ROOT[:-2] + "J="),
        TEXT.replace(ROOT, ""),
        f"example.com\n1\n{ROOT}\n\nextension\n",
    ],
)
def test_what_is_no_checkpoint(text: str):
    with pytest.raises(BadInput):
        checkpoints.parse(text)


def test_what_cannot_be_written():
    for origin, size, root, more in (
        ("", 0, bytes(32), ()),
        ("a\nb", 0, bytes(32), ()),
        ("a", -1, bytes(32), ()),
        ("a", 2**63, bytes(32), ()),
        ("a", 0, bytes(31), ()),
        ("a", 0, bytes(32), ("",)),
    ):
        with pytest.raises(BadInput):
            tlog.Checkpoint(origin, size, root, more).text()


def test_a_signed_checkpoint_opens_with_the_logs_key_alone(log, witness):
    signed = log.grow([b"entry"])
    data = signed.encode()
    assert checkpoints.open(data, log.vkey) == signed
    assert signed.checkpoint.root == merkle.leaf_hash(b"entry")
    other, _ = witness(1)
    with pytest.raises(ProofFailed) as caught:
        checkpoints.open(data, note.Vkey(log.name, note.ED25519, other.key))
    assert caught.value.id == "note.no_known_key"
    with pytest.raises(ProofFailed):
        checkpoints.open(data.replace(b"\n1\n", b"\n2\n"), log.vkey)


def test_a_log_cannot_speak_for_another(log):
    text = tlog.Checkpoint("log.example/xb", 0, merkle.EMPTY_ROOT).text()
    forged = note.Note(text, (note.sign(text, log.vkey, log.signer),))
    with pytest.raises(ProofFailed) as caught:
        checkpoints.open(forged.encode(), log.vkey)
    assert caught.value.id == "tlog.checkpoint_of_another"
    with pytest.raises(BadInput) as refused:
        checkpoints.sign(checkpoints.parse(text), log.vkey, log.signer)
    assert refused.value.id == "tlog.another_origin"


def test_a_cosignature_signs_the_time_and_the_text(log, witness):
    vkey, signer = witness(1)
    signed = log.grow([b"entry"])
    line = tlog.cosign(signed, vkey, signer, AT)
    assert line.value[:8] == int(AT.timestamp()).to_bytes(8, "big")
    message = f"cosignature/v1\ntime {int(AT.timestamp())}\n{signed.note.text}".encode()
    assert vkey.check(message, line.value[8:])
    both = tlog.Signed(signed.checkpoint, signed.note.signed_also(line))
    again = checkpoints.open(both.encode(), log.vkey)
    assert tlog.witnessed(again, vkey) == AT
    assert tlog.witnessed(signed, vkey) is None
    later = tlog.cosign(signed, vkey, signer, AT.replace(year=2027))
    two = tlog.Signed(signed.checkpoint, both.note.signed_also(later, line))
    assert len(two.note.signatures) == 3
    assert tlog.witnessed(two, vkey) == AT
    unknown, _ = witness(2)
    assert checkpoints.witnesses(two, [vkey, unknown]) == {vkey: AT}


@pytest.mark.parametrize("at", [0, 7, 8, 71])
def test_a_changed_cosignature_is_refused(log, witness, at: int):
    vkey, signer = witness(1)
    signed = log.grow([b"entry"])
    line = tlog.cosign(signed, vkey, signer, AT)
    value = bytearray(line.value)
    value[at] ^= 1
    for bad in (bytes(value), line.value[:8], line.value[:5], b"\xff" * 72):
        spoilt = tlog.Signed(
            signed.checkpoint, signed.note.signed_also(note.Signature(line.name, line.id, bad))
        )
        with pytest.raises(ProofFailed):
            tlog.witnessed(spoilt, vkey)


def test_a_time_beyond_all_calendars_is_refused(log, witness):
    vkey, signer = witness(1)
    signed = log.grow([b"entry"])
    stamp = 2**63 - 1
    value = stamp.to_bytes(8, "big") + signer(f"cosignature/v1\ntime {stamp}\n{signed.note.text}".encode())
    line = note.Signature(vkey.name, vkey.id, value)
    with pytest.raises(ProofFailed):
        tlog.witnessed(tlog.Signed(signed.checkpoint, signed.note.signed_also(line)), vkey)


def test_keys_have_one_use_each(log, witness):
    vkey, signer = witness(1)
    signed = log.grow([b"entry"])
    plain = note.Vkey(vkey.name, note.ED25519, vkey.key)
    for call in (
        lambda: tlog.cosign(signed, plain, signer, AT),
        lambda: tlog.witnessed(signed, plain),
        lambda: checkpoints.open(signed.encode(), vkey),
    ):
        with pytest.raises(BadInput) as caught:
            call()
        assert caught.value.id == "note.key_type"
