"""Entries are trusted by a compared fingerprint and followed without going back."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from comity import age, note
from comity.acts import Role
from comity.dsse import write
from comity.errors import BadInput, Conflict, NotFound, ProofFailed
from comity.exchange import Directory, LogName, Purpose, Status, sign_entry, trust, update
from comity.messages import explain
from comity.wire import b64u, build, decode, dump, dump_bytes, encode


def signed(two, entry, *names, node=None):
    keys = (node or two.XA).keys
    return write(sign_entry(entry, *(keys[n] for n in names or ("acts",))))


def next_entry(two, version=2, **change):
    told = {"version": version, "issued_at": "2026-02-01T00:00:00Z"} | change
    return two.rebuilt(two.XA.entry, **told)


def fails(kind, id, call):
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.id == id
    assert all(explain(caught.value))


def swapped(two, key):
    """A person's public key exchanged for another's, under the first one's id."""
    return b64u(two.XB.keys["author"].public) if key["purpose"] == "person" else key["public"]


# -- trusting -------------------------------------------------------------------------------------


def test_trusted_by_its_fingerprint(two):
    data = signed(two, two.XA.entry)
    assert trust(data, two.XA.keys["acts"].id) == two.XA.entry
    fails(ProofFailed, "exchange.fingerprint_differs", lambda: trust(data, two.XB.entry.fingerprint))
    # The fingerprint is the acts key's; another listed key is not enough.
    log = two.XA.keys["log"].id
    fails(ProofFailed, "exchange.fingerprint_differs", lambda: trust(signed(two, two.XA.entry, "log"), log))


def test_not_signed_or_changed_or_of_another_type(two):
    pinned = two.XA.entry.fingerprint
    by_other = signed(two, two.XA.entry, "log")
    fails(ProofFailed, "exchange.entry_not_signed", lambda: trust(by_other, pinned))
    good = sign_entry(two.XA.entry, two.XA.keys["acts"])
    other = two.rebuilt(two.XA.entry, node="Another")
    swapped = good.model_copy(update={"payload": sign_entry(other).payload})
    fails(ProofFailed, "dsse.signature_wrong", lambda: trust(write(swapped), pinned))
    typed = two.XA.keys["acts"].state("application/vnd.comity.act.v1+json", dump_bytes(two.XA.entry))
    fails(BadInput, "exchange.entry_unknown_version", lambda: trust(write(typed), pinned))


@pytest.mark.parametrize(
    "fault",
    [
        lambda two, e: e | {"v": 2},
        lambda two, e: e | {"keys": e["keys"][::-1]},
        lambda two, e: e | {"keys": [*e["keys"], e["keys"][-1]]},
        lambda two, e: e | {"authorities": e["authorities"][::-1]},
        lambda two, e: e | {"keys": [k for k in e["keys"] if k["purpose"] != "acts"]},
        lambda two, e: e | {"keys": [k | {"public": swapped(two, k)} for k in e["keys"]]},
        lambda two, e: e | {"keys": [k | {"name": "Officer A"} for k in e["keys"]]},
        lambda two, e: e | {"keys": [k | {"until": two.SINCE} for k in e["keys"]]},
        lambda two, e: e | {"keys": [k | {"rp_id": "x.example"} for k in e["keys"]]},
        lambda two, e: e | {"keys": [k | {"since": "2026-02-31T00:00:00Z"} for k in e["keys"]]},
        lambda two, e: e | {"keys": [k | {"authority": None} for k in e["keys"]]},
        lambda two, e: e | {"authorities": e["authorities"][:1]},  # the court has active keys
        lambda two, e: e | {"state": "XC"},
        lambda two, e: e | {"url": "https://user@xa.example"},
        lambda two, e: e | {"recipients": []},
        lambda two, e: e | {"recipients": ["age1nothing"]},
        lambda two, e: e | {"recipients": e["recipients"] * 2},
        lambda two, e: e | {"recipients": [str(age.generate_hybrid().recipient)]},
        lambda two, e: e | {"log": {"origin": "else.example/log", "vkey": e["log"]["vkey"]}},
        lambda two, e: e | {"log": dump(two.XB.entry.log)},
    ],
)
def test_an_entry_that_contradicts_itself_is_none(two, fault):
    body = fault(two, dump(two.XA.entry))
    assert body != dump(two.XA.entry)
    data = write(two.XA.keys["acts"].state("application/vnd.comity.directory.v1+json", encode(body)))
    with pytest.raises(BadInput):
        trust(data, two.XA.entry.fingerprint)


def test_any_bit_changed_in_an_entry_is_found(two):
    data = signed(two, two.XA.entry)
    for at in range(0, len(data) * 8, 131):
        changed = bytearray(data)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises((BadInput, ProofFailed)):
            trust(bytes(changed), two.XA.entry.fingerprint)


# -- following ------------------------------------------------------------------------------------


def test_followed_forward_only(two):
    old = two.XA.entry
    new = next_entry(two, node="Renamed")
    assert update(old, signed(two, new)) == new
    assert update(old, signed(two, old)) is old
    fails(Conflict, "exchange.entry_rolled_back", lambda: update(new, signed(two, old)))
    other = next_entry(two, node="Otherwise")
    fails(Conflict, "exchange.entry_equivocates", lambda: update(new, signed(two, other)))
    earlier = next_entry(two, version=3, issued_at="2026-01-31T23:59:59Z")
    fails(Conflict, "exchange.entry_rolled_back", lambda: update(new, signed(two, earlier)))


def test_not_followed_to_another_state_or_signer(two):
    old = two.XA.entry
    elsewhere = signed(two, two.XB.entry, node=two.XB)
    fails(Conflict, "exchange.entry_of_other_state", lambda: update(old, elsewhere))
    by_other = signed(two, next_entry(two), "log")
    fails(ProofFailed, "exchange.entry_not_signed", lambda: update(old, by_other))
    by_more = signed(two, next_entry(two), "acts", "log")
    fails(ProofFailed, "exchange.entry_signed_by_others", lambda: update(old, by_more))


def rotated(two, old_status=Status.RETIRED):
    """XA's second version: a new acts key, the old one retired."""
    fresh = two.signing_key("XA second acts")
    retired = {"status": old_status, "until": "2026-02-01T00:00:00Z"}
    keys = [
        k.model_copy(update=retired) if k.key == two.XA.entry.fingerprint else k for k in two.XA.entry.keys
    ]
    keys.append(two.listed(fresh, Purpose.ACTS, deeds=("reject.node",)))
    entry = next_entry(two, keys=tuple(sorted(keys, key=lambda k: k.key)))
    return entry, replace(two.XA, keys=two.XA.keys | {"new": fresh})


def test_the_acts_key_is_rotated_by_the_old_and_the_new_together(two):
    old = two.XA.entry
    new, node = rotated(two)
    assert update(old, signed(two, new, "acts", "new", node=node)) == new
    alone = signed(two, new, "new", node=node)
    fails(ProofFailed, "exchange.entry_not_signed", lambda: update(old, alone))
    by_old = signed(two, new, "acts", node=node)
    fails(ProofFailed, "exchange.entry_not_signed", lambda: update(old, by_old))
    # Afterwards the new one signs, and the old one cannot any more.
    third = two.rebuilt(new, version=3)
    assert update(new, signed(two, third, "new", node=node)) == third
    fails(
        ProofFailed,
        "exchange.entry_not_signed",
        lambda: update(new, signed(two, third, "acts", node=node)),
    )


def test_a_lost_acts_key_is_replaced_by_comparing_again(two):
    old = two.XA.entry
    new, node = rotated(two, Status.REVOKED)
    alone = signed(two, new, "new", node=node)
    assert update(old, alone, pinned=new.fingerprint) == new
    fails(
        ProofFailed,
        "exchange.fingerprint_differs",
        lambda: update(old, alone, pinned=old.fingerprint),
    )
    # Also then nothing goes back.
    fails(
        Conflict,
        "exchange.entry_rolled_back",
        lambda: update(two.rebuilt(new, version=9), alone, pinned=new.fingerprint),
    )


def test_no_key_is_forgotten_changed_or_brought_back(two):
    officer = two.XA.keys["author"].id
    ended = two.XA.with_key(officer, status=Status.RETIRED, until="2026-02-01T00:00:00Z").entry

    def step(old, **change):
        keys = tuple(k.model_copy(update=change) if k.key == officer else k for k in old.keys)
        return lambda: update(old, signed(two, two.rebuilt(old, version=2, keys=keys)))

    assert step(ended, status=Status.REVOKED, until="2026-01-15T00:00:00Z")()
    assert step(two.XA.entry, deeds=("request.author",))()
    forgotten = two.rebuilt(
        two.XA.entry, version=2, keys=tuple(k for k in two.XA.entry.keys if k.key != officer)
    )
    fails(
        Conflict,
        "exchange.key_forgotten",
        lambda: update(two.XA.entry, signed(two, forgotten)),
    )
    fails(Conflict, "exchange.key_changed", step(two.XA.entry, since="2025-01-01T00:00:00Z"))
    fails(Conflict, "exchange.key_changed", step(two.XA.entry, authority="xa:court"))
    fails(Conflict, "exchange.key_brought_back", step(ended, status=Status.ACTIVE, until=None))
    fails(Conflict, "exchange.key_brought_back", step(ended, until="2026-02-01T00:00:01Z"))
    revoked = two.XA.with_key(officer, status=Status.REVOKED, until="2026-02-01T00:00:00Z").entry
    fails(Conflict, "exchange.key_brought_back", step(revoked, status=Status.RETIRED))


# -- looking up -----------------------------------------------------------------------------------


def test_looking_up(two):
    directory = two.directory(two.XB, two.XA)
    officer = two.XA.keys["author"].id
    assert directory.key(officer).authority == "xa:central-authority"
    assert directory.state_of_key(officer) == "XA"
    assert directory.key("0" * 64) is None
    assert directory.entry("XB") is two.XB.entry
    assert directory.authority("xa:court").name == "Court"
    fails(NotFound, "exchange.authority_unknown", lambda: directory.authority("xa:none"))
    fails(NotFound, "exchange.state_unknown", lambda: directory.entry("XC"))
    assert two.XA.keys["log"].id not in directory.public_keys("XA")


def test_good_from_since_and_before_until(two):
    officer = two.XA.keys["author"].id
    ended = two.XA.with_key(officer, status=Status.RETIRED, until="2026-02-01T00:00:00Z")
    directory = two.directory(two.XB, ended)

    def at(*when):
        return directory.key_good(officer, datetime(*when, tzinfo=UTC))

    assert [at(2025, 12, 31, 23, 59, 59), at(2026, 1, 1), at(2026, 1, 31, 23, 59, 59), at(2026, 2, 1)] == [
        False,
        True,
        True,
        False,
    ]
    assert not directory.key_good("0" * 64, two.NOW)


def test_competence_is_of_the_keys_own_state(two):
    directory = two.directory(two.XB, two.XA)

    def ask(authority, key):
        return directory.competent(
            authority, "request", measure="preserve", role=Role.AUTHOR, key=key, at=two.NOW
        )

    assert ask("xa:central-authority", two.XA.keys["author"].id)
    assert not ask("xa:central-authority", two.XB.keys["author"].id)
    assert not ask("xa:central-authority", two.XA.keys["approver"].id)
    assert not ask("xa:court", two.XA.keys["author"].id)
    judge = two.XB.keys["judge"].id
    able = two.directory(two.XB.with_key(judge, deeds=("request.judge",)), two.XA)
    for authority, wanted in (("xb:central-authority", True), ("xa:central-authority", False)):
        told = {"measure": "preserve", "role": Role.JUDGE, "key": judge, "at": two.NOW}
        assert able.competent(authority, "request", **told) is wanted


def test_a_key_belongs_to_one_state(two):
    stolen = two.listed(two.XB.keys["author"], Purpose.PERSON, authority="xa:court")
    keys = tuple(sorted((*two.XA.entry.keys, stolen), key=lambda k: k.key))
    thief = two.rebuilt(two.XA.entry, keys=keys)
    fails(Conflict, "exchange.key_of_two_states", lambda: Directory(two.XB.entry).with_peer(thief))
    fails(Conflict, "exchange.entry_of_other_state", lambda: Directory(two.XB.entry).with_peer(two.XB.entry))


def test_a_directory_does_not_change(two):
    before = Directory(two.XB.entry)
    after = before.with_peer(two.XA.entry)
    assert not before.peers
    assert set(after.peers) == {"XA"}
    with pytest.raises(TypeError):
        after.peers["XC"] = two.XA.entry


def test_an_entry_reads_back_byte_for_byte(two):
    data = signed(two, two.XA.entry)
    assert signed(two, trust(data, two.XA.entry.fingerprint)) == data
    assert build(type(two.XA.entry), decode(dump_bytes(two.XA.entry), limit=10**6)) == two.XA.entry


def test_the_logs_key_is_the_listed_one(two):
    vkey = note.Vkey("xa.example/log", note.ED25519, os.urandom(32)).encode()
    with pytest.raises(BadInput):
        two.rebuilt(two.XA.entry, log=LogName(origin="xa.example/log", vkey=vkey))
