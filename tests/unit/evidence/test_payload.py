"""The payload of a package: files that share blocks and files longer than one, held against their entries."""

from __future__ import annotations

import io
from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.durable import Syncs
from comity.errors import ProofFailed
from comity.evidence import payload
from comity.evidence.chunks import ChunkTrees
from comity.evidence.index import Entry, Index
from comity.evidence.payload import Stream, differing, write_payload
from comity.evidence.relay import BLOCK

some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
sizes = st.lists(st.sampled_from([0, 1, 100, 5000, BLOCK - 1, BLOCK, BLOCK + 1]), min_size=1, max_size=6)


def lay(folder, sizes):
    """Files of these sizes, no two alike, their index, and a statement over the stream that they make."""
    whole, trees, entries = sha256(), ChunkTrees(bytes(32)), []
    for number, size in enumerate(sizes):
        data = (b"%d/" % number * (size // 2 + 1))[:size]
        (folder / str(number)).write_bytes(data)
        whole.update(data)
        digest = sha256(data).hexdigest()
        entries.append(Entry(path=str(number), offset=trees.size, size=size, sha256=digest, found_as=None))
        trees.update(data)
    index = Index(v=1, size=trees.size, files=tuple(entries), left_out=())
    return index, SimpleNamespace(sha256=whole.hexdigest(), chunk_root=trees.finish()[0].hex())


@some
@given(sizes, st.data())
def test_files_are_held_against_their_entries_and_the_stream_against_its_seal(tmp_path, sizes, data):
    index, sealed = lay(tmp_path, sizes)
    stream = Stream(index)
    assert differing(tmp_path, index.files, stream) == {}
    assert stream.proves(sealed)
    one = data.draw(st.sampled_from(index.files), label="harmed")
    how = data.draw(st.sampled_from(["bit", "cut", "longer", "link", "gone"]), label="how")
    path = tmp_path / one.path
    good = path.read_bytes()
    if how == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif how == "gone":
        path.unlink()
    elif how == "longer" or not good:
        path.write_bytes(good + b"\0")
    elif how == "cut":
        path.write_bytes(good[:-1])
    else:
        path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    assert differing(tmp_path, index.files, Stream(index)) == {one.path: "changed"}
    path.unlink(missing_ok=True)


def test_bytes_that_move_from_one_file_to_the_next_are_found_though_the_stream_is_the_same(tmp_path):
    index, sealed = lay(tmp_path, [5000, 5000])
    one, two = ((tmp_path / entry.path).read_bytes() for entry in index.files)
    (tmp_path / "0").write_bytes(one[:-1])
    (tmp_path / "1").write_bytes(one[-1:] + two)
    stream = Stream(index)
    assert differing(tmp_path, index.files, stream) == {"0": "changed", "1": "changed"}
    assert stream.proves(sealed)


def test_a_file_that_cannot_be_read_is_told_as_that_and_the_others_are_read_on(tmp_path):
    index, _ = lay(tmp_path, [100, 100, 100])
    (tmp_path / "0").unlink()
    (tmp_path / "0").mkdir()
    (tmp_path / "2").write_bytes(b"other")
    assert differing(tmp_path, index.files, Stream(index)) == {"0": "unreadable", "2": "changed"}


@pytest.fixture
def large_from_5001(monkeypatch):
    monkeypatch.setattr(payload, "SMALL", 5000)


def _of(stream, entry):
    return stream[entry.offset : entry.offset + entry.size]


@some
@given(sizes, st.data())
def test_a_stream_becomes_its_files_or_the_first_that_is_wrong_is_named(
    tmp_path_factory, large_from_5001, sizes, data
):
    found, made, third = (tmp_path_factory.mktemp(name) for name in ("found", "made", "third"))
    index, sealed = lay(found, sizes)
    stream = b"".join((found / entry.path).read_bytes() for entry in index.files)
    with Syncs() as syncs:
        assert write_payload(made, index, io.BytesIO(stream), syncs) == sealed.sha256
    for entry in index.files:
        assert (made / entry.path).read_bytes() == (found / entry.path).read_bytes()
    how = data.draw(st.sampled_from(["bit", "cut", "longer", "drop", "twice"]), label="how")
    at = data.draw(st.integers(0, max(0, len(stream) - 1)), label="at")
    what, wrong = "goes on", index.files[-1].path
    if how == "longer" or not stream:
        stream += b"\0"
    else:
        flipped = bytes([stream[at] ^ 1])
        put = {"bit": flipped + stream[at + 1 :], "cut": b"", "drop": stream[at + 1 :], "twice": stream[at:]}
        harmed = stream[: at + (how == "twice")] + put[how]
        first = next((n for n, e in enumerate(index.files) if _of(harmed, e) != _of(stream, e)), None)
        if first is not None:
            wrong = index.files[first].path
            what = (
                "is cut" if len(_of(harmed, index.files[first])) < index.files[first].size else "is another"
            )
        stream = harmed
    with pytest.raises(ProofFailed) as caught, Syncs() as syncs:
        write_payload(third, index, io.BytesIO(stream), syncs)
    assert (caught.value.arguments["path"], caught.value.arguments["what"]) == (wrong, what)


def test_a_name_that_is_taken_is_never_written_over(tmp_path):
    index, _ = lay(tmp_path, [10, 10])
    before = (tmp_path / "1").read_bytes()
    (tmp_path / "0").unlink()
    with pytest.raises(FileExistsError) as caught, Syncs() as syncs:
        write_payload(tmp_path, index, io.BytesIO(b"0/" * 5 + b"1/" * 5), syncs)
    assert caught.value.filename == str(tmp_path / "1")
    assert (tmp_path / "1").read_bytes() == before
