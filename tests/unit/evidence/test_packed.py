"""Lists by the million: what lies packed is what was put in; its text is the one that the models have."""

import io
import os
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field

from comity.errors import BadInput
from comity.evidence import Entry, Index, LeftOut, Remark, read_index, write_index
from comity.evidence.filetree import FileTree, file_leaf, files_root, verify_files
from comity.evidence.index import ENTRIES, LEFT_OUT, REMARKS, checked, index_text, manifest_bytes
from comity.evidence.inside import Acquired, Examined, Inner, Inside, StoredHash, read_listing, write_listing
from comity.evidence.inside.listing import Times
from comity.evidence.packed import ROWS
from comity.evidence.rows import PIECE, Foreign
from comity.evidence.source import list_source
from comity.wire import Model, Version1, dump_bytes, parse

HEX = "0123456789abcdef"
SECRET = bytes(32)
digests = st.text(HEX, min_size=64, max_size=64)
parts = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), min_size=1, max_size=12
).filter(lambda text: "/" not in text and "\\" not in text and "%" not in text)
words = st.one_of(parts, st.sampled_from(["a}],", '},{"found_as":', 'b"}],"left_out":[', "a}", ",", 'x"}]']))


class Whole(Model):
    """An index as one model, as it would be read in one piece."""

    v: Version1
    size: int
    files: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Remark, ...] = Field(default=(), exclude_if=lambda remarks: not remarks)


def index_of(names, left_out=(), remarks=()):
    files, offset = [], 0
    for number, name in enumerate(names):
        value = f"{number:064x}"
        files.append(Entry(path=name, offset=offset, size=number, sha256=value, found_as=None))
        offset += number
    return Index(v=1, size=offset, files=tuple(files), left_out=left_out, remarks=remarks)


def numbered(count):
    return [f"folder {n // 100:05}/file {n:07}" for n in range(count)]


@settings(max_examples=60)
@given(st.lists(words, max_size=5), st.lists(words, max_size=4), st.lists(words, max_size=4), digests)
def test_the_text_of_an_index_is_that_of_the_model_whatever_its_names_are(files, left_out, remarks, value):
    whole = Whole(
        v=1,
        size=0,
        files=tuple(Entry(path=p, offset=0, size=0, sha256=value, found_as=p) for p in files),
        left_out=tuple(LeftOut(path=p, why="symlink", target=p) for p in left_out),
        remarks=tuple(
            Remark(path=p, what="resumed", other=p, at=None if len(p) % 2 else len(p)) for p in remarks
        ),
    )
    index = Index(**{name: getattr(whole, name) for name in Whole.model_fields})
    data = dump_bytes(whole)
    assert b"".join(index_text(index)) == write_index(index) == dump_bytes(index) == data
    # Nothing of a name is ever taken for the end of a row or of a list.
    text = Foreign(io.BytesIO(data), "Index", len(data))
    text.expect(b'{"files":[')
    assert text.rows(ENTRIES, "files", b'],"left_out":[') == whole.files
    assert text.rows(LEFT_OUT, "left_out", b'],"remarks":[', b'],"size":') == whole.left_out
    if text.ended_with == b'],"remarks":[':
        assert text.rows(REMARKS, "remarks", b'],"size":') == whole.remarks
    assert text.rest(10) == b'0,"v":1}'


@pytest.mark.parametrize("count", [1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS, 7 * ROWS + 5])
def test_many_rows_are_read_as_they_come_and_are_the_same(count: int):
    index = index_of(
        numbered(count),
        tuple(LeftOut(path=name, why="socket", target=None) for name in numbered(count)),
        tuple(Remark(path=name, what="sparse", other=None) for name in numbered(count)),
    )
    data = write_index(index)
    again = read_index(Dripping(data))
    assert again == read_index(data) == index
    assert write_index(again) == data
    assert [entry.path for entry in again.files] == numbered(count)
    assert [again.files[n].path for n in (0, count // 2, -1)] == [
        numbered(count)[n] for n in (0, count // 2, -1)
    ]
    assert [entry.offset for entry in again.files[1:4]] == [entry.offset for entry in again.files][1:4]
    assert manifest_bytes(index) == b"".join(
        f"{entry.sha256}  data/{entry.path}\n".encode() for entry in index.files
    )
    with pytest.raises(IndexError):
        again.files[count]


class Dripping(io.BytesIO):
    """Gives a few bytes at a time, as a network does."""

    def readinto(self, buffer):
        return super().readinto(memoryview(buffer)[:4999])


DAMAGE = [
    (b'"offset":3,', b'"offset":03,', "wire.not_json"),
    (b'"offset":3,', b'"offset":3.0,', "wire.not_an_integer"),
    (b'"offset":3,', b'"offset":3, ', "wire.not_canonical"),
    (b'"offset":3,', b'"offset":"3",', "wire.not_the_model"),
    (b'"offset":3,', b'"offset":3,"offset":3,', "wire.duplicate_member"),
    (b'"offset":3,', b'"offset":3,"owner":"x",', "wire.not_the_model"),
    (b'"found_as":null,"offset":3,', b'"offset":3,"found_as":null,', "wire.not_"),
    (b"file 0000003", b"f\\u0069le 0000003", "wire.not_canonical"),
    (b"file 0000003", b"f\xff", "wire.not_utf8"),
    (b'},{"found_as":null,"offset":3,', b'}, {"found_as":null,"offset":3,', "wire.not_canonical"),
    (b'],"size"', b'],"remarks":[],"size"', "wire.not_canonical"),
    (b'],"left_out":[', b'],"left_out":[{}', "wire.not_"),
    (
        b'],"size"',
        b'],"remarks":[{"at":null,"other":null,"path":"a","what":"sparse"}],"size"',
        "wire.not_canonical",
    ),
    (b'],"size"', b',],"size"', "wire.not_"),
    (b'"size":3}', b'"size":9007199254740992}', "wire.integer_too_large"),
    (
        b'],"size"',
        b'],"remarks":[{"at":9007199254740992,"other":null,"path":"a","what":"resumed"}],"size"',
        "wire.integer_too_large",
    ),
    (b'"v":1}', b'"v":1}\n', "wire.not_canonical"),
    (b'"v":1}', b'"v":1', "wire.not_json"),
    (b'"v":1}', b'"v":2}', "wire.not_the_model"),
    (b'{"files":[', b'{"files": [', "wire.not_"),
    (b'"v":1}', b'"v":1}' + b" " * 1000, "wire.not_"),
]


@pytest.mark.parametrize("many", [5, 3 * ROWS])
@pytest.mark.parametrize(("before", "after", "id"), DAMAGE)
def test_what_the_whole_would_be_refused_for_is_refused_in_a_block(
    many, before: bytes, after: bytes, id: str
):
    data = write_index(index_of(numbered(many)))
    assert before in data
    bad = data.replace(before, after, 1)
    if b'"remarks":[' not in bad:  # what is not written where there is none: a rule of the index's own
        with pytest.raises(BadInput, match=r"^wire\."):
            parse(Whole, bad, limit=10**6)
    with pytest.raises(BadInput) as caught:
        read_index(bad)
    assert caught.value.id.startswith(id)


def test_a_listing_of_what_is_inside_is_read_row_by_row_too():
    times = Times(modified=None, accessed=None, changed=None, born="2026-01-02T03:04:05")
    inner = Inner(
        path=("a}],", 'b"},{"acquired":'), what="file", size=1, sha256=None, times=times, type="x",
        hashes=(StoredHash(algorithm="md5", stored="0" * 32, found=None),), unread=None,
    )  # fmt: skip
    said = Acquired(parts=("a",), media_size=3, sha256=None, hashes=(), told=(("date", '],"salt":'),))
    rows = tuple(
        Examined(
            path=name,
            type=None,
            part_of=None,
            acquired=said if number % 7 == 0 else None,
            inside=(inner,) * (number % 5),
            unread=None,
        )
        for number, name in enumerate(numbered(2 * ROWS + 3))
    )
    listing = Inside(v=1, salt="0" * 64, files=rows)
    data = write_listing(listing)
    assert data == dump_bytes(listing)
    assert read_listing(Dripping(data)) == read_listing(data) == listing
    assert read_listing(data).files[-1] == rows[-1]
    for before, after in ((b'"size":1,', b'"size":9007199254740992,'), (b'"size":1,', b'"size": 1,')):
        with pytest.raises(BadInput, match=r"^wire\."):
            read_listing(data.replace(before, after, 1))


def test_a_row_may_hold_all_that_is_inside():
    inner = Inner(
        path=("a" * 900,), what="file", size=1, sha256=None, times=None, type=None, hashes=(), unread=None
    )
    row = Examined(path="big", type=None, part_of=None, acquired=None, inside=(inner,) * 3000, unread=None)
    listing = Inside(v=1, salt="0" * 64, files=(row, row))
    assert len(write_listing(listing)) > 8 * PIECE
    assert read_listing(io.BytesIO(write_listing(listing))) == listing


def test_what_follows_a_long_row_is_not_gone_through_for_each_block_of_rows(monkeypatch):
    """An image with all that is inside of it, and then many files, of which as much is read ahead."""
    looked = 0

    class Counted(bytearray):
        def find(self, wanted, start=0, end=None):
            nonlocal looked
            looked += (len(self) if end is None else end) - start
            return super().find(wanted, start, len(self) if end is None else end)

    inner = Inner(
        path=("a" * 900,), what="file", size=1, sha256=None, times=None, type=None, hashes=(), unread=None
    )

    def row(path, inside):
        return Examined(path=path, type=None, part_of=None, acquired=None, inside=inside, unread=None)

    files = [row("a", (inner,) * 1100), *(row(name, ()) for name in numbered(30 * ROWS))]
    data = write_listing(Inside(v=1, salt="0" * 64, files=files))
    monkeypatch.setattr("comity.evidence.rows.bytearray", Counted, raising=False)
    assert read_listing(data).files == files
    assert looked < 4 * len(data)


def test_a_fault_is_told_by_its_place_in_the_whole():
    data = write_index(index_of(numbered(3 * ROWS)))
    at = data.index(b'"size":700}')
    bad = data[:at] + b'"size":true}' + data[at + len(b'"size":700}') :]
    with pytest.raises(BadInput) as caught:
        read_index(bad)
    assert caught.value.arguments["where"] == "files.700.size"
    at = data.index(b'"size":700}') + 6
    with pytest.raises(BadInput) as caught:
        read_index(data[:at] + b":" + data[at:])
    assert caught.value.id == "wire.not_json"
    assert abs(int(caught.value.arguments["offset"]) - at) < len('"size":700}')


def test_a_row_without_end_takes_no_more_memory_than_a_row_may():
    endless = b'{"files":[{"found_as":null,"offset":0,"path":"' + b"a" * (8 * PIECE)
    tracemalloc.start()
    with pytest.raises(BadInput, match=r"wire\.too_long"):
        read_index(io.BytesIO(endless))
    assert tracemalloc.get_traced_memory()[1] < 6 * PIECE
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("names", "collides"),
    [
        (["a", "a!", "a-b", "a/x"], "a"),
        (["a", "a b", "a b/c"], "a b"),
        (["a", "a b", "a.d", "aa/b"], None),
        (["a b", "a-b/a", "a-b/a-/c", "a-b/a/d"], "a-b/a"),
    ],
)
def test_a_file_that_is_a_folder_too_is_found_however_much_stands_between(names, collides):
    assert names == sorted(names)
    if collides is None:
        checked(index_of(names))
    else:
        with pytest.raises(BadInput) as caught:
            checked(index_of(names))
        assert (caught.value.id, caught.value.arguments["path"]) == ("evidence.name_collides", collides)


def test_a_file_s_leaf_is_the_same_in_the_tree_and_alone():
    index = index_of(sorted(["é}", 'q"', *numbered(70)], key=str.encode))
    tree = FileTree(index, SECRET)
    assert tree.root == files_root(index, SECRET)
    for number in (0, 70, 71):
        proof = tree.prove([number])
        verify_files([index.files[number]], proof, tree.root)
        assert len(file_leaf(bytes.fromhex(proof.files[0].salt), index.files[number])) == 32


def test_a_million_rows_lie_in_the_space_of_their_digests():
    """Measured on fewer: what a file takes beyond its digest, in memory, while the index is made."""
    count = 20_000
    tracemalloc.start()
    packing = ENTRIES.packing()
    for number in range(count):
        path = f"a folder of some depth/{number // 1000:04}/{number:07}.dat"
        packing.add(Entry.made(path=path, offset=number, size=1, sha256=os.urandom(32).hex(), found_as=None))
    packed = packing.packed()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(packed) == count
    assert now / count < 64
    assert peak - now < 2_000_000


def test_files_are_found_in_the_order_of_their_whole_paths(tmp_path):
    names = ["a/x", "a-b", "a.d/y", "a", "b/a", "b", "b0", "c%/1", "c-/1", "c/1"]
    for name in names:
        if name not in {"a", "b"}:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(name.encode())
    paths = [found.path for found in list_source(tmp_path).files]
    assert paths == sorted(paths, key=str.encode)
    assert len(paths) == len(names) - 2
    several = list_source(tmp_path / "c%", tmp_path / "b", tmp_path / "a")
    assert [found.path for found in several.files] == ["a/x", "b/a", "c=25/1"]
    assert [found.names for found in several.files] == [[b"x"], [b"a"], [b"1"]]
    assert several.size == len("a/xb/ac%/1")
