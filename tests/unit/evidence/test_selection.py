"""A part proves to be a part, file by file, and tells nothing of the rest."""

from __future__ import annotations

import io
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import age, dsse
from comity.acts.terms import DataType
from comity.errors import BadInput, ProofFailed
from comity.evidence import (
    Criteria,
    Entry,
    FileProof,
    FileTree,
    Index,
    Mark,
    PartSource,
    Why,
    assemble,
    choose,
    files_root,
    leaf_count,
    pieces,
    prove_rest,
    read_part,
    read_statement,
    sign_root,
    sign_selection,
    take_in,
    verify_files,
    verify_package,
    verify_part,
    verify_root,
    write_package,
    write_part,
)
from comity.evidence.bag import Proof
from comity.evidence.criteria import matches
from comity.wire import dump_bytes

SECRET = bytes(range(32))
OTHER = bytes(range(1, 33))
ALL = Criteria(paths=(), data=(), accounts=(), since=None, until=None)


def wanted(**asked):
    return ALL.model_copy(update=asked)


def index_of(names):
    files, offset = [], 0
    for name in sorted(names, key=str.encode):
        size = len(name)
        value = sha256(name.encode()).hexdigest()
        files.append(Entry(path=name, offset=offset, size=size, sha256=value, found_as=None))
        offset += size
    return Index(v=1, size=offset, files=tuple(files), left_out=(), remarks=())


names = st.sets(st.text("abcdefgh", min_size=1, max_size=6), min_size=1, max_size=90)
secrets = st.binary(min_size=32, max_size=32)


@settings(max_examples=25)
@given(names, secrets, st.data())
def test_any_files_prove_to_be_of_the_exhibit_and_their_proof_tells_nothing_of_the_rest(paths, secret, data):
    index = index_of(paths)
    tree = FileTree(index, secret)
    assert tree.root == files_root(index, secret)
    assert len(tree) == leaf_count(len(index.files)) >= max(64, len(index.files))
    numbers = sorted(data.draw(st.sets(st.sampled_from(range(len(index.files))), min_size=1)))
    chosen = [index.files[n] for n in numbers]
    proof = tree.prove(numbers)
    verify_files(chosen, proof, tree.root)
    # Of the rest: no name, no digest, and no salt by which a guess of a file could be tried on a node.
    shown = dump_bytes(proof)
    told = {one.salt for one in proof.files}
    for number, entry in enumerate(index.files):
        if number not in numbers:
            assert entry.sha256.encode() not in shown
            assert tree.prove([number]).files[0].salt not in told
            known = min(told)
            again = proof.files[0].model_copy(update={"salt": known})
            guess = FileProof(leaves=proof.leaves, files=(*proof.files, again), nodes=proof.nodes)
            with pytest.raises(ProofFailed, match=r"evidence\.files_wrong"):
                verify_files([*chosen, entry], guess, tree.root)


@settings(max_examples=25)
@given(names, secrets, st.data())
def test_what_was_left_out_may_be_any_other_file_and_the_proof_has_the_same_shape(paths, secret, data):
    """Whoever sees the proof cannot tell two exhibits apart that differ in what was left out alone.

    The salts are as good as random, so it is enough that the proof has its shape from the chosen files'
    places and the number of leaves; the places are those of random hashes.
    """
    index = index_of(paths)
    number = data.draw(st.sampled_from(range(len(index.files))))
    other = Index(
        v=1,
        size=index.size,
        files=tuple(
            entry if at == number else entry.model_copy(update={"path": f"zz{at}", "sha256": "0" * 64})
            for at, entry in enumerate(index.files)
        ),
        left_out=(),
        remarks=(),
    )
    one, two = FileTree(index, secret), FileTree(other, secret)
    assert len(one) == len(two)
    for tree in (one, two):
        proof = tree.prove([number])
        assert len(proof.nodes) == len(tree).bit_length() - 1
        assert proof.files[0].salt == one.prove([number]).files[0].salt


def test_files_stand_in_no_order_of_their_names():
    index = index_of([f"{n:04}" for n in range(400)])
    tree = FileTree(index, SECRET)
    places = [tree.prove([n]).files[0].place for n in range(400)]
    assert places != sorted(places)
    assert max(places) - min(places) > 256  # spread over all 512 leaves, not at one end


@settings(max_examples=25)
@given(names, st.data())
def test_a_proof_with_one_thing_changed_holds_no_more(paths, data):
    index = index_of(paths)
    tree = FileTree(index, SECRET)
    numbers = sorted(data.draw(st.sets(st.sampled_from(range(len(index.files))), min_size=1)))
    chosen = [index.files[n] for n in numbers]
    proof = tree.prove(numbers)
    at = data.draw(st.sampled_from(range(len(numbers))))
    change = data.draw(
        st.sampled_from(["path", "sha256", "size", "found_as", "place", "salt", "nodes", "cut", "more"])
    )
    if change in {"path", "sha256", "size", "found_as"}:
        value = {"path": "other", "sha256": "0" * 64, "size": 10**6, "found_as": "eA=="}[change]
        chosen[at] = chosen[at].model_copy(update={change: value})
    elif change in {"place", "salt"}:
        value = (proof.files[at].place + 1) % proof.leaves if change == "place" else "0" * 64
        placed = list(proof.files)
        placed[at] = placed[at].model_copy(update={change: value})
        proof = proof.model_copy(update={"files": tuple(placed)})
    elif change == "nodes" and proof.nodes:
        proof = proof.model_copy(update={"nodes": ("0" * 64, *proof.nodes[1:])})
    elif change == "cut" and proof.nodes:
        proof = proof.model_copy(update={"nodes": proof.nodes[:-1]})
    else:
        proof = proof.model_copy(update={"nodes": (*proof.nodes, "0" * 64)})
    with pytest.raises(ProofFailed, match=r"evidence\.files_wrong"):
        verify_files(chosen, proof, tree.root)


def test_a_filler_cannot_be_opened_as_a_file_and_odd_proofs_are_refused():
    index = index_of(["a", "b"])
    tree = FileTree(index, SECRET)
    for numbers in ([], [2], [0, 0], [-1]):
        with pytest.raises(BadInput, match=r"evidence\.no_such_files"):
            tree.prove(numbers)
    proof = tree.prove([0])
    for leaves in (65, 128):
        with pytest.raises(ProofFailed):
            verify_files(index.files[:1], proof.model_copy(update={"leaves": leaves}), tree.root)
    with pytest.raises(ProofFailed):
        verify_files(index.files, proof, tree.root)
    with pytest.raises(ProofFailed):
        verify_files(index.files[:1], proof, files_root(index, OTHER))


@pytest.mark.parametrize(
    ("path", "pattern", "fits"),
    [
        ("mail/inbox", "mail/*", True),
        ("mail/deep/inbox", "mail/*", False),
        ("mail/deep/inbox", "mail/**", True),
        ("mail/deep/inbox", "**/inbox", True),
        ("inbox", "**/inbox", True),
        ("inbox", "**", True),
        ("a/b/c/d", "a/**/d", True),
        ("a/d", "a/**/d", True),
        ("a/b", "a/**/d", False),
        ("inbox", "*/inbox", False),
        ("Inbox", "inbox", False),
        ("a/b", "a/b/**", True),
        ("a1", "a?", True),
        ("a", "a/b", False),
    ],
)
def test_patterns(path, pattern, fits):
    assert matches(path, pattern) is fits


def test_a_pattern_cannot_be_made_slow():
    assert not matches("/".join("a" * 60 for _ in range(60)), "/".join(["**", "*a*a*a*a*a*b"] * 30))
    with pytest.raises(BadInput, match=r"select\.pattern_deep"):
        matches("a", "/".join(["a"] * 65))


MARKS = (
    Mark(path="account", data=DataType.SUBSCRIBER, account="one"),
    Mark(path="log/*", data=DataType.TRAFFIC),
    Mark(path="log/jan", account="one", since="2026-01-01T00:00:00Z", until="2026-01-31T23:59:59Z"),
    Mark(path="log/feb", account="two", since="2026-02-01T00:00:00Z", until="2026-02-28T23:59:59Z"),
    Mark(path="mail", data=DataType.CONTENT, account="one"),
)
FILES = index_of(["account", "log/feb", "log/jan", "mail", "unknown"])


@pytest.mark.parametrize(
    ("criteria", "excluded", "taken", "left"),
    [
        (ALL, (), ["account", "log/feb", "log/jan", "mail", "unknown"], {}),
        (wanted(paths=("log/*",)), (), ["log/feb", "log/jan"], {Why.PATH: 3}),
        (wanted(paths=("log/*",)), ("**/feb",), ["log/jan"], {Why.PATH: 3, Why.EXCLUDED: 1}),
        (wanted(data=(DataType.TRAFFIC,)), (), ["log/feb", "log/jan"], {Why.UNMARKED: 1, Why.DATA: 2}),
        (
            wanted(accounts=("one",)), (), ["account", "log/jan", "mail"], {Why.UNMARKED: 1, Why.ACCOUNT: 1},
        ),
        (
            wanted(since="2026-01-01T00:00:00Z", until="2026-02-01T00:00:00Z"),
            (),
            ["log/jan"],
            {Why.UNMARKED: 3, Why.OVER_THE_EDGE: 1},
        ),
        (wanted(since="2026-02-01T00:00:00Z"), (), ["log/feb"], {Why.UNMARKED: 3, Why.TIME: 1}),
    ],
)  # fmt: skip
def test_what_is_chosen_and_why_the_rest_is_not(criteria, excluded, taken, left):
    choice = choose(FILES, criteria, excluded, MARKS)
    assert [FILES.files[n].path for n in choice.taken] == taken
    assert {one.why: one.files for one in choice.left} == left
    sizes = sum(one.size for one in choice.left) + sum(FILES.files[n].size for n in choice.taken)
    assert sizes == FILES.size


def test_a_choice_that_cannot_be_meant_is_refused():
    with pytest.raises(BadInput, match=r"select\.nothing_fits"):
        choose(FILES, wanted(accounts=("nobody",)), (), MARKS)
    for criteria, excluded in ((wanted(paths=("nowhere/*",)), ()), (ALL, ("nowhere/*",))):
        with pytest.raises(BadInput, match=r"select\.matches_nothing"):
            choose(FILES, criteria, excluded, MARKS)
    # A pattern that travels tells nothing of what stays: "mail" is there, and is not traffic.
    named = wanted(paths=("log/*", "mail"), data=(DataType.TRAFFIC,))
    with pytest.raises(BadInput, match=r"select\.matches_nothing_taken"):
        choose(FILES, named, (), MARKS)
    twice = (*MARKS, Mark(path="mail", data=DataType.TRAFFIC))
    with pytest.raises(BadInput, match=r"select\.marks_differ"):
        choose(FILES, wanted(data=(DataType.CONTENT,)), (), twice)


def test_the_part_is_exactly_what_was_selected_of_what_was_sealed(exhibit, part):
    seal, taken, _, made, rest, selection = part
    keys = [exhibit.node.public]
    assert verify_part(read_part(write_part(made)), seal, taken.index, keys) == selection
    assert verify_root(made.root, keys).files_root == read_statement(exhibit.envelope).files_root
    prove_rest(selection, rest)
    with pytest.raises(ProofFailed, match="rest"):
        prove_rest(selection, rest.model_copy(update={"excluded": ()}))


def test_what_goes_with_a_part_tells_nothing_of_the_rest(exhibit, part):
    seal, taken, _, made, rest, _ = part
    source = read_statement(exhibit.envelope)
    chosen = {entry.path for entry in taken.index.files}
    shown = [write_part(made), dsse.write(seal), made.root.body, made.selection.body, dump_bytes(taken.index)]
    secret = [entry for entry in exhibit.taken.index.files if entry.path not in chosen]
    assert secret
    for data in shown:
        for entry in secret:
            assert entry.path.encode() not in data
            assert entry.sha256.encode() not in data
        for told in (source.sha256, source.chunk_root, source.manifest_sha256, source.index_sha256):
            assert told.encode() not in data  # by these, who guesses the rest could confirm it
        assert rest.salt.encode() not in data
        assert b"link" not in data  # what was left out of the source stays there
    assert b'"leaves":64' in made.root.body


@pytest.mark.parametrize("change", ["seal", "selection", "root", "file", "fewer", "leaves", "stranger"])
def test_a_part_that_is_not_what_was_selected_is_refused(exhibit, part, change):
    seal, taken, _, made, _, selection = part
    index, keys, node = taken.index, [exhibit.node.public], exhibit.node
    if change == "seal":
        seal = exhibit.envelope
    elif change == "selection":
        other = selection.model_copy(update={"source": "EX-3"})
        made = made.model_copy(update={"selection": sign_selection(other, node.public, node.sign)})
    elif change in {"root", "leaves"}:
        said = verify_root(made.root, keys)
        more = {"files_root": "0" * 64} if change == "root" else {"leaves": 128}
        forged = sign_root(said.model_copy(update=more), node.public, node.sign)
        told = selection.model_copy(update={"root": forged.id})
        both = {"root": forged, "selection": sign_selection(told, node.public, node.sign)}
        made = made.model_copy(update=both)
    elif change == "file":
        first = index.files[0].model_copy(update={"sha256": "0" * 64})
        index = index.model_copy(update={"files": (first, *index.files[1:])})
    elif change == "fewer":
        index = index.model_copy(update={"files": index.files[:1], "size": index.files[0].size})
    else:
        keys = [bytes(32)]
    with pytest.raises(ProofFailed):
        verify_part(made, seal, index, keys)


def test_a_file_that_is_not_the_one_that_was_sealed_is_not_taken_into_a_part(exhibit):
    entry = exhibit.taken.index.files[0]
    before = exhibit.vault.addresses()
    with pytest.raises(ProofFailed, match=r"evidence\.payload_wrong"):
        take_in(
            PartSource([(entry, io.BytesIO(b"x" * entry.size))], entry.size),
            exhibit.vault, [age.generate_x25519().recipient], OTHER,
        )  # fmt: skip
    assert exhibit.vault.addresses() == before


def test_a_part_is_delivered_with_its_proof_and_proven_before_its_payload_is_read(exhibit, part):
    seal, taken, key, made, _, _ = part
    theirs = age.generate_x25519()

    def sent(proof):
        with exhibit.vault.open(taken.stored.digest) as sealed:
            payload = io.BytesIO(age.decrypt([key], sealed).read())
        return list(pieces(seal, taken.index, payload, [theirs.recipient], part=proof))

    def got(cut):
        announced = [(piece.sha256, piece.size) for piece in cut]
        return assemble([io.BytesIO(p.data) for p in cut], announced, [theirs], [exhibit.node.public])

    arrived = got(sent(write_part(made)))
    assert arrived.part == write_part(made)
    assert (
        arrived.payload.read()
        == exhibit.payload().read()[: len(b"Nov 21 sshd: accepted\n" * 1000)] + b"per cent"
    )
    assert got(sent(b"")).part is None
    other = made.model_copy(update={"root": made.selection})
    with pytest.raises(ProofFailed):
        got(sent(write_part(other)))


def test_a_package_shows_its_part_and_a_forged_one_is_named(exhibit, part, tmp_path):
    seal, taken, key, made, _, _ = part
    public = exhibit.node.public
    forged = made.model_copy(
        update={"proof": made.proof.model_copy(update={"nodes": ("0" * 64,) * len(made.proof.nodes)})}
    )
    for name, one, failures in (("good", made, []), ("forged", forged, ["part"])):
        proof = Proof(1, "part", write_part(one))
        with exhibit.vault.open(taken.stored.digest) as sealed:
            write_package(
                tmp_path / name, seal, taken.index, age.decrypt([key], sealed), public, proofs=(proof,)
            )
        report = verify_package(tmp_path / name, [public])
        assert [failure.what for failure in report.failures] == failures
        assert proof.path not in report.unproven or failures


def test_a_part_whose_whole_was_taken_in_under_an_earlier_key_of_the_node_is_proven(exhibit, part, tmp_path):
    """The node's key was changed between intake and selection: both are its own, and both are asked."""
    seal, taken, key, made, _, selection = part
    old, new = Ed25519PrivateKey.from_private_bytes(bytes([7] * 32)), exhibit.node
    earlier = old.public_key().public_bytes_raw()
    root = sign_root(verify_root(made.root, [new.public]), earlier, old.sign)
    said = selection.model_copy(update={"root": root.id})
    both = made.model_copy(update={"root": root, "selection": sign_selection(said, new.public, new.sign)})
    proof = Proof(1, "part", write_part(both))

    def payload():
        with exhibit.vault.open(taken.stored.digest) as sealed:
            return io.BytesIO(age.decrypt([key], sealed).read())

    theirs = age.generate_x25519()
    cut = list(pieces(seal, taken.index, payload(), [theirs.recipient], part=proof.data))
    announced = [(piece.sha256, piece.size) for piece in cut]
    sources = [[io.BytesIO(piece.data) for piece in cut] for _ in range(2)]
    assert assemble(sources[0], announced, [theirs], [new.public, earlier]).part == proof.data
    with pytest.raises(ProofFailed, match="part_stranger"):
        assemble(sources[1], announced, [theirs], [new.public])
    write_package(tmp_path / "bag", seal, taken.index, payload(), new.public, proofs=(proof,))
    assert verify_package(tmp_path / "bag", [new.public, earlier]).holds
    (failure,) = verify_package(tmp_path / "bag", [new.public]).failures
    assert (failure.path, failure.what) == (proof.path, "untrusted")
