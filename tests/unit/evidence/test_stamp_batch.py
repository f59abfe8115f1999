"""One token for many statements: each place leads to what was stamped, and tells of no other statement."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import merkle
from comity.errors import BadInput, ProofFailed
from comity.evidence import Token, batch, root_at, stamp_together, verify_token


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=20), min_size=1, max_size=40), st.data())
def test_each_place_leads_to_the_root_and_no_other_statement_does(statements, data):
    root, places = batch(statements, os.urandom)
    for place, statement in zip(places, statements, strict=True):
        assert root_at(place, statement) == root
        assert root_at(place, statement + b"x") != root
    at = data.draw(st.integers(0, len(statements) - 1))
    lines = places[at].splitlines(keepends=True)
    for number, line in enumerate(lines):
        side, _, text = line.partition(b" ")
        other = side + b" " + merkle.leaf_hash(text).hex().encode() + b"\n"
        assert root_at(b"".join([*lines[:number], other, *lines[number + 1 :]]), statements[at]) != root
    # The same statements under other salts: nothing of a place is the same, so none can be guessed from one.
    _, again = batch(statements, os.urandom)
    hashes = [set(place.split()[1::2]) for place in (places[at], again[at])]
    assert not hashes[0] & hashes[1]


@pytest.mark.parametrize(
    "place",
    [b"", b"salt 00\n", b"left " + b"0" * 64 + b"\n", b"salt " + b"0" * 64, b"salt " + b"A" * 64 + b"\n",
     b"salt " + b"0" * 64 + b"\nup " + b"0" * 64 + b"\n", b"salt " + b"0" * 64 + b"\n" * 9000],
)  # fmt: skip
def test_what_is_no_place_is_refused(place):
    with pytest.raises(BadInput, match=r"evidence\.not_a_place"):
        root_at(place, b"statement")


def test_a_batch_has_some_statements_and_not_too_many():
    for count in (0, 4097):
        with pytest.raises(BadInput, match=r"evidence\.batch_size"):
            batch([b"x"] * count, bytes)


@pytest.mark.parametrize(("counts", "steps"), [((1, 2, 3, 63, 64), 6), ((65, 100, 128), 7), ((4096,), 12)])
def test_a_place_tells_of_the_number_no_more_than_a_power_of_two(counts, steps):
    lefts = set()
    for count in counts:
        _, places = batch([b"same"] * count, os.urandom)
        assert {len(place.splitlines()) for place in places} == {1 + steps}
        lefts |= {tuple(line.split()[0] for line in place.splitlines()[1:]) for place in places}
    _, places = batch([b"first"] * 2, os.urandom)
    assert len(lefts) > 1  # nor does the place in the tree follow from that in the batch


def test_one_answer_of_openssl_stamps_them_all_and_only_them(authority, monkeypatch):
    asked, answer = [], authority.answer
    monkeypatch.setattr(authority, "answer", lambda query: (asked.append(query), answer(query))[1])
    statements = [b"one", b"two", b"three"]
    tokens, at = stamp_together(authority, statements, bytes)
    assert len(asked) == 1
    for token, statement in zip(tokens, statements, strict=True):
        assert verify_token(token, statement, [authority.root]) == at
    for wrong in (
        (tokens[0], b"two"),
        (Token(tokens[0].reply, tokens[0].chain, tokens[1].place), b"one"),
        (Token(tokens[0].reply, tokens[0].chain), b"one"),
    ):
        with pytest.raises(ProofFailed, match="stamp_wrong"):
            verify_token(*wrong, [authority.root])
