"""The payload of a package: files that share blocks and files longer than one, held against their entries."""

from __future__ import annotations

from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.evidence.chunks import ChunkTrees
from comity.evidence.index import Entry, Index
from comity.evidence.payload import Stream, differing
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
    assert differing(tmp_path, index.files, stream) == []
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
    assert differing(tmp_path, index.files, Stream(index)) == [one]
    path.unlink(missing_ok=True)


def test_bytes_that_move_from_one_file_to_the_next_are_found_though_the_stream_is_the_same(tmp_path):
    index, sealed = lay(tmp_path, [5000, 5000])
    one, two = ((tmp_path / entry.path).read_bytes() for entry in index.files)
    (tmp_path / "0").write_bytes(one[:-1])
    (tmp_path / "1").write_bytes(one[-1:] + two)
    stream = Stream(index)
    assert differing(tmp_path, index.files, stream) == list(index.files)
    assert stream.proves(sealed)


def test_a_file_that_cannot_be_read_is_an_error_and_not_a_difference(tmp_path):
    index, _ = lay(tmp_path, [100])
    (tmp_path / "0").unlink()
    (tmp_path / "0").mkdir()
    with pytest.raises(IsADirectoryError):
        differing(tmp_path, index.files, Stream(index))
