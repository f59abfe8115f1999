"""Taking in: what is listed, what is refused by name, and that the one pass hashes rightly."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import threading
import unicodedata

import pytest
from blake3 import blake3
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import age, merkle
from comity.errors import BadInput, Conflict, NotFound, ProofFailed, Unavailable
from comity.evidence import (
    CHUNK_SIZE,
    ChunkTrees,
    Entry,
    FileVault,
    Index,
    StreamSource,
    list_source,
    manifest_bytes,
    prove_chunk,
    read_index,
    take_in,
    verify_chunk,
    write_index,
)
from comity.evidence.hashing import Hashing
from comity.evidence.index import check_path, spell

SECRET = bytes(range(32))
KEY = age.generate_x25519()


def take(source, tmp_path, **more):
    return take_in(source, FileVault(tmp_path / "vault"), [KEY.recipient], SECRET, **more)


def test_the_index_says_what_was_there(exhibit) -> None:
    index = exhibit.taken.index
    # Sorted by the bytes of the spelt path; "%" is spelt anew and what was found is kept.
    paths = [entry.path for entry in index.files]
    assert paths == ["logs/auth.log", "logs/deep/100=25 sure.txt", "logs/nothing", "ímynd.dd"]
    assert index.files[1].found_as == "bG9ncy9kZWVwLzEwMCUgc3VyZS50eHQ="
    assert index.files[0].found_as is None
    assert [(left.path, left.why, left.target) for left in index.left_out] == [
        ("empty folder", "empty_folder", None),
        ("link", "symlink", "/etc/passwd"),
    ]
    assert read_index(write_index(index)) == index


def test_every_digest_is_right(exhibit) -> None:
    contents = [
        (exhibit.source / name).read_bytes()
        for name in ("logs/auth.log", "logs/deep/100% sure.txt", "logs/nothing", "ímynd.dd")
    ]
    taken = exhibit.taken
    assert [entry.sha256 for entry in taken.index.files] == [hashlib.sha256(c).hexdigest() for c in contents]
    whole = b"".join(contents)
    assert taken.sha256 == hashlib.sha256(whole).hexdigest()
    chunks = [whole[at : at + CHUNK_SIZE] for at in range(0, len(whole), CHUNK_SIZE)]
    assert len(chunks) == 2
    assert taken.chunk_root == merkle.root(merkle.leaf_hash(chunk) for chunk in chunks).hex()
    assert exhibit.payload().read() == whole
    sealed = exhibit.vault.path(taken.stored.digest).read_bytes()
    assert blake3(sealed).hexdigest() == taken.stored.digest
    assert b"sshd" not in sealed


def test_the_manifest_is_one_that_sha256sum_checks(exhibit, tmp_path) -> None:
    (tmp_path / "data").symlink_to(exhibit.source)
    text = manifest_bytes(exhibit.taken.index).replace(b"100=25", b"100%")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict"], input=text, cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_same_folder_gives_the_same_index(exhibit, tmp_path) -> None:
    again = take(exhibit.source, tmp_path)
    assert write_index(again.index) == write_index(exhibit.taken.index)
    assert again.salted_root == exhibit.taken.salted_root
    assert again.stored.digest != exhibit.taken.stored.digest  # fresh file key


def test_one_file_and_progress(tmp_path) -> None:
    file = tmp_path / "disk.dd"
    file.write_bytes(bytes(600_000))
    seen: list[tuple[int, int | None]] = []
    taken = take(file, tmp_path, progress=lambda done, of: seen.append((done, of)))
    assert [entry.path for entry in taken.index.files] == ["disk.dd"]
    assert seen[-1] == (600_000, 600_000)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_the_first_files_digest_is_not_asked_before_all_of_it_is_hashed(tmp_path, monkeypatch) -> None:
    """It is the stream's digest up to there, which another thread computes: here one that is late."""
    go = threading.Event()
    settle = Hashing.settle

    class Late:
        def __init__(self) -> None:
            self._hash = hashlib.sha256()
            self.hexdigest = self._hash.hexdigest

        def update(self, data) -> None:
            assert go.wait(60)
            self._hash.update(data)

        def copy(self):
            early = self._hash.copy()
            go.set()
            return early

    def settled(hashing: Hashing) -> None:
        go.set()
        settle(hashing)

    monkeypatch.setattr("comity.evidence.intake.sha256", Late)
    monkeypatch.setattr(Hashing, "settle", settled)
    (tmp_path / "s").mkdir()
    for name in ("a", "b"):
        (tmp_path / "s" / name).write_bytes(name.encode() * 1000)
    digests = [entry.sha256 for entry in take(tmp_path / "s", tmp_path).index.files]
    assert digests == [hashlib.sha256(name * 1000).hexdigest() for name in (b"a", b"b")]


def test_a_stream_of_unknown_length(tmp_path) -> None:
    seen: list[int | None] = []
    source = StreamSource("upload.bin", io.BytesIO(b"abc" * 100_000))
    taken = take(source, tmp_path, progress=lambda _, of: seen.append(of))
    assert taken.index.files[0].size == 300_000
    assert set(seen) == {None}
    with pytest.raises(Conflict, match="changed_while_read"):
        take(StreamSource("upload.bin", io.BytesIO(b"abc"), 4), tmp_path)
    with pytest.raises(BadInput, match="unsafe_path"):
        take(StreamSource("../upload.bin", io.BytesIO(b"abc")), tmp_path)


def test_what_is_no_file_is_refused_where_it_is_named_itself(tmp_path) -> None:
    source = tmp_path / "s"
    source.mkdir()
    with pytest.raises(BadInput, match="nothing_there"):
        list_source(source)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput) as caught:
        list_source(tmp_path / "pipe")
    assert caught.value.arguments == {"path": "pipe", "kind": "pipe"}
    with pytest.raises(BadInput) as caught:
        list_source(type(source)("/dev/null"))
    assert caught.value.arguments["kind"] == "character device"
    with pytest.raises(NotFound):
        list_source(tmp_path / "absent")
    (tmp_path / "alias").symlink_to(source)
    with pytest.raises(BadInput, match="source_is_link"):
        list_source(tmp_path / "alias")


def test_names_are_composed_and_collisions_are_found(tmp_path) -> None:
    source = tmp_path / "s"
    source.mkdir()
    apart = unicodedata.normalize("NFD", "ímynd")
    (source / apart).write_bytes(b"1")
    taken = take(source, tmp_path)
    assert taken.index.files[0].path == "ímynd"
    assert taken.index.files[0].found_as is not None
    (source / "ímynd").write_bytes(b"2")
    with pytest.raises(BadInput, match="name_collides"):
        take(source, tmp_path)


def test_names_that_are_no_text_are_spelt(tmp_path) -> None:
    source = tmp_path / "s"
    source.mkdir()
    for name in (b"caf\xe9", b"two\nlines", b"end ", b"back\\slash"):
        (source / os.fsdecode(name)).write_bytes(name)
    paths = [entry.path for entry in take(source, tmp_path).index.files]
    assert paths == ["back=5Cslash", "caf=E9", "end=20", "two=0Alines"]


@given(st.text(min_size=1, max_size=40).filter(lambda t: "/" not in t and t not in (".", "..")))
def test_whatever_is_spelt_is_safe(name: str) -> None:
    check_path(spell(name))
    assert spell(spell(name)) == spell(name)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../b", "a//b", "", "a/", "./a", "a\\b", "a\nb", "50%", "x" * 256, "a "]
)
def test_an_unsafe_path_in_an_index_is_refused(path: str) -> None:
    with pytest.raises(BadInput, match="unsafe_path"):
        check_path(path)


def test_a_file_that_changes_while_it_is_read_is_named(tmp_path) -> None:
    source = tmp_path / "s"
    source.mkdir()
    (source / "a").write_bytes(bytes(300_000))
    (source / "b").write_bytes(bytes(10))
    grown: list[int] = []

    def grow(done: int, _: int | None) -> None:
        if not grown:
            with (source / "b").open("ab") as file:
                file.write(b"more")
            grown.append(done)

    with pytest.raises(Conflict) as caught:
        take(source, tmp_path, progress=grow)
    assert caught.value.arguments == {"path": "b"}
    assert [p for p in (tmp_path / "vault").rglob("*") if p.is_file()] == []


def test_a_file_that_is_rewritten_in_place_is_named(tmp_path) -> None:
    source = tmp_path / "s"
    source.write_bytes(bytes(600_000))

    def rewrite(_: int, __: int | None) -> None:
        with source.open("r+b") as file:
            file.write(b"!")
        os.utime(source, ns=(1, 1))

    with pytest.raises(Conflict, match="changed_while_read"):
        take(source, tmp_path, progress=rewrite)


def test_an_empty_file_is_an_exhibit(tmp_path) -> None:
    (tmp_path / "empty").touch()
    taken = take(tmp_path / "empty", tmp_path)
    assert taken.sha256 == hashlib.sha256(b"").hexdigest()
    # One empty chunk, as with age: so that there is a leaf to show.
    assert taken.chunk_root == merkle.leaf_hash(b"").hex()


def entry(path: str, offset: int, size: int) -> Entry:
    return Entry(path=path, offset=offset, size=size, sha256="0" * 64, found_as=None)


@pytest.mark.parametrize(
    ("files", "size", "id"),
    [
        ([], 0, "nothing_there"),
        ([entry("b", 0, 1), entry("a", 1, 1)], 2, "index_order"),
        ([entry("a", 0, 1), entry("a", 1, 1)], 2, "index_order"),
        ([entry("a", 0, 1), entry("b", 2, 1)], 3, "index_gap"),
        ([entry("a", 0, 2), entry("b", 1, 1)], 3, "index_gap"),
        ([entry("a", 0, 1)], 2, "index_gap"),
        ([entry("a", 0, 1), entry("a/b", 1, 1)], 2, "name_collides"),
        ([entry("../a", 0, 1)], 1, "unsafe_path"),
    ],
)
def test_an_index_that_describes_no_one_stream_is_refused(files, size: int, id: str) -> None:
    raw = write_index(Index(v=1, size=size, files=tuple(files), left_out=(), remarks=()))
    with pytest.raises(BadInput) as caught:
        read_index(raw)
    assert caught.value.id == f"evidence.{id}"


def test_a_folder_exchanged_for_a_link_does_not_lead_out(tmp_path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_bytes(b"secret of the host")
    source = tmp_path / "s"
    (source / "b").mkdir(parents=True)
    (source / "a").write_bytes(bytes(10))
    (source / "b" / "x").write_bytes(b"evidence")

    def exchange(_: int, __: int | None) -> None:
        if not (source / "b").is_symlink():
            (source / "b").rename(tmp_path / "gone")
            (source / "b").symlink_to(outside)

    with pytest.raises(Conflict) as caught:
        take(source, tmp_path, progress=exchange)
    assert caught.value.arguments == {"path": "b/x"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(tmp_path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "locked").touch(mode=0o000)
    with pytest.raises(Unavailable):
        take(tmp_path / "s", tmp_path)


def test_a_failing_disk_is_said_and_nothing_is_kept(tmp_path) -> None:
    class Failing(io.RawIOBase):
        def readinto(self, buffer) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(Unavailable, match=r"evidence\.cannot_read"):
        take(StreamSource("x", Failing()), tmp_path)
    assert [p for p in (tmp_path / "vault").rglob("*") if p.is_file()] == []


def test_a_disk_that_fills_up_leaves_nothing_in_the_vault(tmp_path, monkeypatch) -> None:
    def full(descriptor, data, offset) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(Unavailable, match="vault_disk"):
        take(StreamSource("x", io.BytesIO(bytes(3_000_000))), tmp_path)
    assert [p for p in (tmp_path / "vault").rglob("*") if p.is_file()] == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 700_000), max_size=6), st.binary(min_size=1, max_size=50))
def test_the_trees_do_not_depend_on_the_pieces(pieces: list[int], seed: bytes) -> None:
    data = seed * (sum(pieces) // len(seed) + 1)
    data = data[: sum(pieces)]
    whole, parts = ChunkTrees(SECRET), ChunkTrees(SECRET)
    whole.update(data)
    at = 0
    for piece in pieces:
        parts.update(data[at : at + piece])
        at += piece
    assert whole.finish() == parts.finish()


def test_one_chunk_can_be_shown_alone() -> None:
    data = bytes(i % 251 for i in range(251)) * 12_000  # 3 chunks, the last one short
    trees = ChunkTrees(SECRET)
    trees.update(data)
    plain, salted = trees.finish()
    assert plain != salted
    for number in range(3):
        proof = prove_chunk(io.BytesIO(data), SECRET, number)
        chunk = data[number * CHUNK_SIZE : (number + 1) * CHUNK_SIZE]
        verify_chunk(chunk, proof, salted)
        with pytest.raises(ProofFailed):
            verify_chunk(chunk[:-1] + b"?", proof, salted)
        with pytest.raises(ProofFailed):
            verify_chunk(chunk, proof, plain)
        # The path holds no hash that one could compare with a guess of the other chunks.
        leaves = {merkle.leaf_hash(data[at : at + CHUNK_SIZE]) for at in range(0, len(data), CHUNK_SIZE)}
        assert not leaves & set(proof.path)
    with pytest.raises(BadInput, match="no_such_chunk"):
        prove_chunk(io.BytesIO(data), SECRET, 3)
    other = ChunkTrees(bytes(32))
    other.update(data)
    assert other.finish()[0] == plain
    assert other.finish()[1] != salted
