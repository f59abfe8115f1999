"""A time-stamp authority over HTTP: its answer is proven; every way in which it can go wrong has a name."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comity.errors import BadInput, ProofFailed, Unavailable
from comity.evidence import OpenSslAuthority, read_chain, stamp, verify_token
from comity.evidence.timestamp import certificates
from comity.exchange.timestamping import HttpAuthority
from comity.messages import explain

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import time_server

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
DATA = b"the signed statement"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return time_server.made_authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def root(authority):
    return authority.chain[: authority.chain.index(b"-----END") + len(b"-----END CERTIFICATE-----\n")]


@pytest.fixture(scope="module")
def running(authority):
    with time_server.serving(authority) as server:
        yield server


@pytest.fixture
def server(running):
    running.behaviour, running.seen = "well", []
    return running


def over_http(server, root, **more):
    return HttpAuthority(server.url, root, plain=True, **more)


def test_a_token_comes_with_its_chain_in_the_order_of_der_and_holds_under_the_root_alone(server, root):
    """Authorities bring the intermediate after the signer, which a strict reader refuses."""
    token, at = stamp(over_http(server, root, policy=time_server.POLICY), DATA)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    assert len(certificates(token)) == 3
    assert verify_token(token, DATA, read_chain(root)) == at
    (asked,) = server.seen
    assert asked[0] == "/tsr"


def test_only_https_unless_a_person_says_plain(server, root):
    with pytest.raises(Unavailable, match=r"timestamping\.without_tls"):
        stamp(HttpAuthority(server.url, root), DATA)
    assert server.seen == []


@pytest.mark.parametrize(
    ("behaviour", "id"),
    [
        ("moved", "timestamping.moved"),
        ("broken", "timestamping.refused"),
        ("page", "timestamping.wrong_type"),
        ("long", "timestamping.too_long"),
        ("garbage", "evidence.not_a_reply"),
    ],
)
def test_what_is_no_answer_of_an_authority_is_named(server, root, behaviour, id):
    server.behaviour = behaviour
    with pytest.raises((Unavailable, BadInput)) as caught:
        stamp(over_http(server, root), DATA)
    assert caught.value.id == id
    assert all(explain(caught.value))
    assert len(server.seen) == 1  # no redirect was followed, and nothing was asked twice


def test_one_that_dribbles_is_cut_off_and_one_that_is_away_is_told(server, root):
    server.behaviour = "slow"
    with pytest.raises(Unavailable, match=r"timestamping\.too_slow"):
        stamp(over_http(server, root, seconds=0.2), DATA)
    with time_server.serving(server.authority) as gone:
        pass
    with pytest.raises(Unavailable, match=r"timestamping\.unreachable"):
        stamp(over_http(gone, root), DATA)


def refusal(failure, status=2, text="no thanks\u202e"):
    said = text.encode()
    told = b"\x30" + bytes((len(said) + 2,)) + b"\x0c" + bytes((len(said),)) + said
    bits = bytes(
        0x80 >> (failure - 8 * place) if place == failure // 8 else 0 for place in range(failure // 8 + 1)
    )
    last = 7 - failure % 8
    info = b"\x02\x01" + bytes((status,)) + told + b"\x03" + bytes((len(bits) + 1, last)) + bits
    return b"\x30" + bytes((len(info) + 2,)) + b"\x30" + bytes((len(info),)) + info


@pytest.mark.parametrize(
    ("failure", "id"),
    [
        (0, "refused_algorithm"),
        (2, "refused_request"),
        (5, "refused_format"),
        (14, "refused_no_time"),
        (15, "refused_policy"),
        (16, "refused_extension"),
        (17, "refused_more"),
        (25, "refused_failure"),
        (3, "refused"),
    ],
)
def test_a_refusal_is_told_in_words(server, root, failure, id):
    server.behaviour, server.kept = "refusing", refusal(failure)
    with pytest.raises(Unavailable) as caught:
        stamp(over_http(server, root), DATA)
    assert caught.value.id == f"evidence.{id}"
    what, do = explain(caught.value)
    assert "“no thanks”" in what  # and no letter that turns the line round
    assert do


def test_openssl_s_own_refusal_of_a_policy_is_read(server, root):
    with pytest.raises(Unavailable, match=r"evidence\.refused_policy"):
        stamp(over_http(server, root, policy="1.2.3.4.99"), DATA)
    with pytest.raises(BadInput, match=r"evidence\.not_a_policy"):
        stamp(over_http(server, root, policy="9.9"), DATA)


def test_an_answer_to_another_question_is_refused(server, root):
    """A true token of the authority, over the same data, from an earlier time."""
    server.kept = stamp(over_http(server, root), DATA)[0].reply
    server.behaviour = "replayed"
    with pytest.raises(ProofFailed, match="Nonce"):
        stamp(over_http(server, root), DATA)
    with pytest.raises(ProofFailed):
        stamp(over_http(server, root), b"other data")


def test_a_policy_that_was_not_asked_for_is_refused(server, root, monkeypatch):
    monkeypatch.setattr("comity.evidence.timestamp.with_policy", lambda query, _: query)
    with pytest.raises(ProofFailed) as caught:
        stamp(over_http(server, root, policy="1.2.3.9"), DATA)
    assert (caught.value.id, caught.value.arguments["other"]) == ("evidence.stamp_policy", time_server.POLICY)


def test_an_authority_under_another_root_is_refused(server, tmp_path):
    stranger = OpenSslAuthority(tmp_path).root
    from cryptography.hazmat.primitives.serialization import Encoding

    with pytest.raises(ProofFailed, match="stamp_wrong"):
        stamp(over_http(server, stranger.public_bytes(Encoding.PEM)), DATA)
