"""The contract of peers, people, law bundles and settings."""

import dataclasses

import pytest

from comity.errors import Conflict, NotFound
from comity.store import (
    PersonRow,
    get_bundle,
    get_peer,
    get_person,
    get_setting,
    list_bundles,
    list_peers,
    list_people,
    peer_entries,
    person_by_name,
    pin_peer,
    put_bundle,
    put_person,
    put_setting,
    set_person_status,
    update_peer,
)


@pytest.fixture
def pinned(do, at):
    do(pin_peer, "PT", "finger", entry=b"v2", version=2, at=at())


def test_a_pinned_node_moves_forward_and_keeps_its_past(do, see, at, pinned):
    assert do(update_peer, "PT", entry=b"v3", version=3, at=at(1))
    assert not do(update_peer, "PT", entry=b"v3", version=3, at=at(2))
    peer = see(get_peer, "PT")
    assert (peer.fingerprint, peer.version, peer.entry) == ("finger", 3, b"v3")
    assert (peer.pinned_at, peer.got_at) == (at(), at(1))
    assert see(peer_entries, "PT") == ((2, b"v2"), (3, b"v3"))


def test_an_entry_never_goes_back_nor_says_two_things(do, see, at, pinned):
    for version, id in ((1, "store.peer_rollback"), (2, "store.peer_two_contents")):
        with pytest.raises(Conflict) as caught:
            do(update_peer, "PT", entry=b"other", version=version, at=at(1))
        assert caught.value.id == id
    assert see(get_peer, "PT").entry == b"v2"


def test_a_new_fingerprint_is_pinned_by_a_person_alone(do, see, at, pinned):
    do(pin_peer, "PT", "new finger", entry=b"v5", version=5, at=at(3))
    peer = see(get_peer, "PT")
    assert (peer.fingerprint, peer.pinned_at, peer.version) == ("new finger", at(3), 5)
    with pytest.raises(Conflict):
        do(pin_peer, "PT", "third finger", entry=b"v4", version=4, at=at(4))
    assert see(get_peer, "PT").fingerprint == "new finger"


def test_a_node_not_pinned_is_not_updated(do, see, at, pinned):
    for call in (
        lambda: do(update_peer, "FR", entry=b"", version=1, at=at()),
        lambda: see(get_peer, "FR"),
    ):
        with pytest.raises(NotFound) as caught:
            call()
        assert caught.value.id == "store.no_such_peer"
    do(pin_peer, "FR", "finger", entry=b"v1", version=1, at=at())
    assert [(peer.state, peer.version) for peer in see(list_peers)] == [("FR", 1), ("PT", 2)]


@pytest.fixture
def person(at):
    return PersonRow(
        key_id="11" * 32,
        name="officer-a",
        alg="ed25519",
        public=b"\x01" * 32,
        authority="gh:desk",
        deeds=("draft", "sign"),
        status="active",
        since=at(),
        enrolment="22" * 32,
    )


def test_a_person_is_found_by_key_and_by_name(do, see, at, person):
    other = dataclasses.replace(person, key_id="33" * 32, name="judge-b", authority="gh:court")
    do(put_person, other)
    do(put_person, person)
    assert see(get_person, person.key_id) == person
    assert see(person_by_name, "judge-b") == other
    assert see(list_people) == (other, person)
    assert see(list_people, "gh:desk") == (person,)
    for function, name in ((get_person, "44" * 32), (person_by_name, "nobody")):
        with pytest.raises(NotFound) as caught:
            see(function, name)
        assert caught.value.id == "store.no_such_person"


def test_a_key_and_a_name_are_given_once(do, person):
    do(put_person, person)
    for twin in (dataclasses.replace(person, name="x"), dataclasses.replace(person, key_id="33" * 32)):
        with pytest.raises(Conflict) as caught:
            do(put_person, twin)
        assert caught.value.id == "store.person_there"


def test_a_revoked_key_stays_known_since_when(do, see, at, person):
    do(put_person, person)
    do(set_person_status, person.key_id, "revoked", at(5))
    assert see(get_person, person.key_id) == dataclasses.replace(person, status="revoked", since=at(5))
    with pytest.raises(NotFound):
        do(set_person_status, "44" * 32, "revoked", at(5))
    with pytest.raises(Conflict):
        do(set_person_status, person.key_id, "suspended", at(6))


def test_a_bundle_of_one_digest_has_one_content(do, see, at):
    assert do(put_bundle, "aa" * 32, b"law", at(1))
    assert not do(put_bundle, "aa" * 32, b"law", at(2))
    assert do(put_bundle, "00" * 32, b"newer law", at(2))
    assert see(get_bundle, "aa" * 32) == b"law"
    assert see(list_bundles) == ("aa" * 32, "00" * 32)
    with pytest.raises(Conflict) as caught:
        do(put_bundle, "aa" * 32, b"other law", at(3))
    assert caught.value.id == "store.bundle_two_contents"
    with pytest.raises(NotFound) as caught:
        see(get_bundle, "bb" * 32)
    assert caught.value.id == "store.no_such_bundle"


def test_a_setting_is_one_json_value(do, see):
    assert see(get_setting, "law.active") is None
    for value in ({"bundle": "aa", "since": 3}, ["x"], 0, False, None):
        do(put_setting, "law.active", value)
        assert see(get_setting, "law.active") == value
