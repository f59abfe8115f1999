"""Bytes of an authority, read before anything is proven: no crash, and nothing but an order is changed."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as s

from comity.errors import ComityError
from comity.evidence import stamp
from comity.evidence.timestamp_form import ordered, refusal_of


@pytest.fixture(scope="module")
def reply(authority) -> bytes:
    return stamp(authority, b"data")[0].reply


@given(s.binary(max_size=200))
def test_any_bytes_are_read_without_a_crash(data: bytes) -> None:
    refusal_of(data)
    assert ordered(data) == data or sorted(ordered(data)) == sorted(data)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@given(place=s.integers(0, 10_000), change=s.integers(1, 255), cut=s.integers(0, 400))
def test_a_reply_that_is_damaged_is_left_as_it_is_or_keeps_its_bytes(reply, place, change, cut) -> None:
    data = bytearray(reply)
    data[place % len(data)] ^= change
    damaged = bytes(data[: len(data) - cut])
    try:
        assert sorted(ordered(damaged)) == sorted(damaged) or len(ordered(damaged)) <= len(damaged)
        refusal_of(damaged)
    except ComityError:
        pytest.fail("an error of ours has no place here: what cannot be read is left as it is")


def test_certificates_come_out_in_the_order_of_der_and_else_nothing_moves() -> None:
    def element(tag: int, *inner: bytes) -> bytes:
        content = b"".join(inner)
        head = bytes((tag, len(content))) if len(content) < 128 else bytes((tag, 0x81, len(content)))
        return head + content

    long, short = element(0x30, bytes(60)), element(0x30, b"\1")
    info, kind = element(0x30, b"\2\1\0"), b"\x06\1\x2a"
    before, after = b"\2\1\3", element(0x31, b"signer")

    def reply(*held: bytes) -> bytes:
        signed = element(0x30, before, element(0xA0, *held), after)
        return element(0x30, info, element(0x30, kind, element(0xA0, signed)))

    assert ordered(reply(long, short)) == reply(short, long) == ordered(reply(short, long))
    without = element(0x30, info, element(0x30, kind, element(0xA0, element(0x30, before, after))))
    assert ordered(without) == without
    assert ordered(info) == info
