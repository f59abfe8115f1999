"""RFC 6962 trees: what the definition says, and what a verifier must not let through."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import merkle
from comity.errors import BadInput, ProofFailed


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def by_definition(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + by_definition(hashes[:k]) + by_definition(hashes[k:])).digest()


def test_known_roots():
    # The leaf and tree hashes that RFC 6962 implementations share as first vectors.
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert (
        merkle.leaf_hash(b"L123456").hex()
        == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert (
        merkle.node_hash(b"N123", b"N456").hex()
        == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )


@pytest.mark.parametrize("count", [*range(70), 255, 256, 257])
def test_every_way_to_a_root_is_the_definition(count: int):
    hashes = leaves(count)
    expected = by_definition(hashes)
    assert merkle.root(hashes) == expected
    assert merkle.Tree(hashes).root() == expected
    range_ = merkle.CompactRange()
    for one in hashes:
        range_ = range_.append(one)
    assert range_.root() == expected
    assert len(range_.hashes) == count.bit_count()


def test_every_inclusion_up_to_33_leaves():
    hashes = leaves(33)
    tree = merkle.Tree(hashes)
    for size in range(1, 34):
        root = merkle.root(hashes[:size])
        for index in range(size):
            proof = tree.inclusion(index, size)
            merkle.verify_inclusion(hashes[index], index, size, proof, root)
            for other in {index ^ 1, index + 1, size} - {index}:
                with pytest.raises(ProofFailed):
                    merkle.verify_inclusion(hashes[index], other, size, proof, root)


def test_every_consistency_up_to_33_leaves():
    hashes = leaves(33)
    tree = merkle.Tree(hashes)
    roots = [merkle.root(hashes[:size]) for size in range(34)]
    for size in range(1, 34):
        for older in range(1, size + 1):
            proof = tree.consistency(older, size)
            merkle.verify_consistency(older, roots[older], size, roots[size], proof)
            if older < size:
                with pytest.raises(ProofFailed):
                    merkle.verify_consistency(older, roots[older - 1], size, roots[size], proof)
                with pytest.raises(ProofFailed):
                    merkle.verify_consistency(older, roots[older], size, roots[size], proof[:-1])


def test_every_subtree_up_to_20_leaves():
    hashes = leaves(20)
    tree = merkle.Tree(hashes)
    tried = 0
    for size in range(1, 21):
        root = tree.root(size)
        for start in range(size + 1):
            for end in range(start, size + 1):
                if not merkle.is_subtree(start, end):
                    continue
                tried += 1
                own = by_definition(hashes[start:end])
                assert merkle.subtree_root(tree.node, start, end) == own
                proof = merkle.subtree_consistency_proof(tree.node, start, end, size)
                merkle.verify_subtree_consistency(own, size, root, proof, start=start, end=end)
                with pytest.raises(ProofFailed):
                    merkle.verify_subtree_consistency(
                        own, size, root, [*proof, bytes(32)], start=start, end=end
                    )
                for index in range(start, end):
                    path = merkle.subtree_inclusion_proof(tree.node, index, start, end)
                    merkle.verify_subtree_inclusion(hashes[index], index, path, own, start=start, end=end)
    assert tried > 500


def test_the_subtree_proofs_of_the_draft():
    # draft-ietf-plants-merkle-tree-certs, section 4.4.2, figures for a tree of 14 leaves.
    hashes = leaves(14)
    tree = merkle.Tree(hashes)

    def mth(start: int, end: int) -> bytes:
        return by_definition(hashes[start:end])

    assert merkle.subtree_consistency_proof(tree.node, 4, 8, 14) == (mth(0, 4), mth(8, 14))
    assert merkle.subtree_consistency_proof(tree.node, 8, 13, 14) == (
        mth(12, 13),
        mth(13, 14),
        mth(8, 12),
        mth(0, 8),
    )


@given(st.data())
def test_no_changed_proof_verifies(data: st.DataObject):
    size = data.draw(st.integers(1, 300))
    older = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    tree = merkle.Tree(hashes)
    root, before = tree.root(), tree.root(older)
    for proof, check in (
        (tree.inclusion(index), lambda p: merkle.verify_inclusion(hashes[index], index, size, p, root)),
        (tree.consistency(older), lambda p: merkle.verify_consistency(older, before, size, root, p)),
    ):
        check(proof)
        at = data.draw(st.integers(0, len(proof)))
        with pytest.raises(ProofFailed):
            check((*proof[:at], root, *proof[at:]))
        if at < len(proof):
            with pytest.raises(ProofFailed):
                check((*proof[:at], *proof[at + 1 :]))
            bit = data.draw(st.integers(0, 255))
            flipped = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
            with pytest.raises(ProofFailed):
                check((*proof[:at], flipped, *proof[at + 1 :]))


def test_a_proof_longer_than_the_tree_cannot_borrow_another_root():
    """Under a size of one leaf, no sibling may lead to the root of a larger tree."""
    left, right = leaves(2)
    root = merkle.node_hash(left, right)
    for call in (
        lambda: merkle.verify_inclusion(right, 0, 1, [left], root),
        lambda: merkle.verify_consistency(1, right, 1, root, [left]),
    ):
        with pytest.raises(ProofFailed) as caught:
            call()
        assert caught.value.id == "merkle.proof_too_long"


def test_hashes_that_trade_bytes_are_refused():
    """31 and 33 bytes hash to the same node as 32 and 32: only the lengths tell them apart."""
    left, right = leaves(2)
    root = merkle.node_hash(left, right)
    with pytest.raises(ProofFailed) as caught:
        merkle.verify_inclusion(left + right[:1], 0, 2, [right[1:]], root)
    assert caught.value.id == "merkle.proof_not_of_hashes"
    with pytest.raises(ProofFailed) as caught:
        merkle.verify_consistency(1, left + right[:1], 2, root, [right[1:]])
    assert caught.value.id == "merkle.proof_not_of_hashes"


def test_an_inner_node_is_no_leaf():
    entries = [b"a", b"b"]
    hashes = [merkle.leaf_hash(one) for one in entries]
    assert merkle.leaf_hash(b"".join(hashes)) != merkle.root(hashes)


def test_the_empty_past_proves_nothing():
    tree = merkle.Tree(leaves(4))
    with pytest.raises(ProofFailed) as caught:
        merkle.verify_consistency(0, merkle.EMPTY_ROOT, 4, tree.root(), [])
    assert caught.value.id == "merkle.proof_of_nothing"
    with pytest.raises(BadInput):
        tree.consistency(0)


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_tree_grown_in_steps_is_the_tree_built_at_once(steps: list[int]):
    hashes = leaves(sum(steps))
    tree, range_ = merkle.Tree(), merkle.CompactRange()
    at = 0
    for step in steps:
        tree.extend(hashes[at : at + step])
        range_ = range_.extend(hashes[at : at + step])
        at += step
    assert tree.root() == range_.root() == by_definition(hashes)
    assert range_.hashes == tuple(tree.node(*one) for one in merkle.perfect_nodes(0, len(tree)))


def test_impossible_states_are_refused():
    one = merkle.leaf_hash(b"")
    for size, hashes in ((3, (one,)), (-1, ()), (1, (one[:-1],))):
        with pytest.raises(BadInput):
            merkle.CompactRange(size, hashes)
    tree = merkle.Tree([one])
    with pytest.raises(BadInput):
        tree.extend([one, b"short"])
    assert len(tree) == 1
    for ask in (lambda: tree.node(0, 1), lambda: tree.root(2), lambda: tree.inclusion(1)):
        with pytest.raises(BadInput):
            ask()
    with pytest.raises(BadInput):
        merkle.subtree_root(tree.node, 1, 3)


def test_a_hostile_size_costs_nothing():
    with pytest.raises(ProofFailed):
        merkle.verify_inclusion(bytes(32), 2**4000, 2**4000 + 1, [bytes(32)] * 64, bytes(32))
    with pytest.raises(ProofFailed):
        merkle.verify_consistency(2**4000 + 1, bytes(32), 2**4001, bytes(32), [bytes(32)] * 64)
