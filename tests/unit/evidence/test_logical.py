"""Logical images (``.ad1``): read as another's reader reads them; what is damaged or lies is named."""

from __future__ import annotations

import hashlib
import io
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bombs
from dissect.evidence import ad1
from logical_images import Item, image
from test_inside import sealed, sha256

from comity.evidence.inside.allowance import Allowance
from comity.evidence.inside.contents import Part, read_inside
from comity.evidence.inside.signature import type_of

TREE = (
    Item("folder", children=(Item("a.txt", b"hello"), Item("deeper", children=(Item("b", b"\0" * 70_000),)))),
    Item("empty", b""),
    Item("c.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 900),
)


def inside(*parts):
    """What is inside of an image's parts: read in this process, without the bounds of one."""
    found = []
    given_ = [Part(f"x.ad{n}", len(one), io.BytesIO(one)) for n, one in enumerate(parts, start=1)]
    reason = read_inside(given_, type_of(parts[0][:1024]), found.append, None)
    listed = {one.path[-1] if len(one.path) == 1 else one.path: one for one in found}
    assert len(listed) == len(found)
    return listed, reason


def by_the_judge(parts):
    """Each file by its path: content, times and stored digests, as dissect.evidence reads them."""
    found = {}

    def walk(entry, path):
        for child in entry.children:
            inner = f"{path}/{child.name}" if path else child.name
            if child.is_dir():
                walk(child, inner)
            else:
                found[inner] = child

    judge = ad1.AD1([io.BytesIO(one) for one in parts])
    root = judge.root
    for name in ("E:", "Data"):
        root = next(child for child in root.children if child.name == name)
    walk(root, "")
    return found


# -- what an image holds ------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [None, 512 + 1000, 512 + 130])
def test_files_with_their_times_and_digests_as_another_reader_has_them(part) -> None:
    parts = image(*TREE, part=part)
    assert (len(parts) > 1) is (part is not None)
    listed, reason = inside(*parts)
    judged = by_the_judge(parts)
    assert reason is None
    assert set(listed) == set(judged) == {"folder/a.txt", "folder/deeper/b", "empty", "c.jpg"}
    for path, theirs in judged.items():
        # An empty file has no table of chunks; that reader looks for one all the same.
        ours, content = listed[path], theirs.open().read() if theirs.size else b""
        assert (ours.what, ours.size, ours.sha256) == ("file", len(content), sha256(content))
        assert ours.unread is None
        stored = {one.algorithm: one.stored for one in ours.hashes}
        assert stored == {"md5": theirs.md5, "sha1": theirs.sha1}
        assert all(one.same for one in ours.hashes)
        shown = [f"{at:%Y-%m-%dT%H:%M:%S}" for at in (theirs.mtime, theirs.atime, theirs.btime)]
        assert [ours.times.modified, ours.times.accessed, ours.times.born] == shown
    # No zone stands in the image, so that none is told.
    assert listed["c.jpg"].times.modified == "2026-02-01T09:10:11"
    assert listed["c.jpg"].type == "image/jpeg"


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\", exclude_categories=("C", "Z")), min_size=1
)
CONTENT = st.binary(max_size=600)
ITEMS = st.recursive(
    st.builds(Item, NAMES, CONTENT),
    lambda inner: st.builds(
        lambda name, some: Item(name, None, tuple(some)), NAMES, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(ITEMS, min_size=1, max_size=4),
    st.integers(min_value=1, max_value=700),
    st.one_of(st.none(), st.integers(min_value=512 + 60, max_value=3000)),
    st.sampled_from([3, 4]),
)
def test_every_file_of_any_tree_in_any_cut_comes_out_as_it_went_in(items, chunk, part, version) -> None:
    wanted = []

    def walk(some, path):
        for item in some:
            inner = f"{path}/{item.name}" if path else item.name
            if item.content is not None:
                wanted.append((inner, sha256(item.content)))
            walk(item.children, inner)

    walk(items, "")
    found = []
    parts = image(*items, chunk=chunk, part=part, version=version)
    given_ = [Part("x", len(one), io.BytesIO(one)) for one in parts]
    assert read_inside(given_, "application/x-ad1", found.append, None) is None
    assert sorted((one.path[0], one.sha256) for one in found) == sorted(wanted)
    assert all(stored.same for one in found for stored in one.hashes)


def test_links_and_names_that_are_no_names() -> None:
    listed, reason = inside(
        *image(
            Item("link", b"to", records={(2, 2): b"9"}),
            Item("junction", b"to", records={(2, 2): b"11"}),
            Item("../../etc/passwd", b"x"),
            Item(b"caf\xe9", b"x"),
            Item("odd", b"x", records={(5, 9): b"20261341T101010", (5, 8): b"", (5, 7): b"yesterday"}),
            Item("ntfs", b"x", records={(6, 0xA002): b"20260401T010203.000004"}),
        )
    )
    assert reason is None
    assert {name: one.what for name, one in listed.items()} == {
        "link": "link", "junction": "link", "..=2F..=2Fetc=2Fpasswd": "file", "caf=E9": "file", "odd": "file",
        "ntfs": "file",
    }  # fmt: skip
    odd = listed["odd"].times
    assert (odd.modified, odd.born, odd.accessed) == (None, None, None)
    assert listed["ntfs"].times.changed == "2026-04-01T01:02:03"


def test_an_image_of_nothing_and_one_of_a_version_that_nobody_knows() -> None:
    assert inside(*image()) == ({}, None)
    assert inside(*image(*TREE, version=5)) == ({}, "no_reader")
    assert inside(b"ADCRYPT\x00" + bytes(1000)) == ({}, "encrypted")
    assert inside(image(*TREE)[0][:520]) == ({}, "damaged")
    assert inside(image(*TREE)[0][:30]) == ({}, "damaged")


def test_an_image_within_an_archive_is_opened_and_an_encrypted_one_is_named() -> None:
    (whole,) = image(Item("a", b"hello"))
    listed, reason = inside(bombs.zipped(**{"x.ad1": whole, "y.ad1": image(*TREE, part=4000)[0]}))
    assert reason is None
    assert listed["x.ad1", "a"].sha256 == sha256(b"hello")
    assert listed["x.ad1", "a"].hashes[0].same is True
    assert listed["y.ad1"].unread == "parts_missing"
    assert listed["x.ad1"].unread is None


# -- what was stored, and what is found ---------------------------------------------------------------


def test_a_stored_digest_that_differs_is_said_beside_what_was_found() -> None:
    other = hashlib.md5(b"other", usedforsecurity=False).hexdigest().encode()
    listed, reason = inside(
        *image(Item("a", b"hello", records={(1, 0x5001): other.upper(), (1, 0x5002): b""}))
    )
    (md5,) = listed["a"].hashes
    assert reason is None
    assert (md5.stored, md5.found, md5.same) == (other.decode(), hashlib.md5(b"hello").hexdigest(), False)
    assert listed["a"].sha256 == sha256(b"hello")


def test_a_stored_digest_that_is_none_is_damage() -> None:
    listed, _ = inside(*image(Item("a", b"hello", records={(1, 0x5002): b"abc"}), Item("b", b"x")))
    assert (listed["a"].unread, listed["a"].hashes, listed["b"].unread) == ("damaged", (), None)


def test_a_damaged_chunk_is_named_with_what_was_stored_and_the_rest_is_listed() -> None:
    broken = Item("broken", bytes(range(256)) * 600)
    (whole,) = image(Item("first", b"1"), broken, Item("last", b"2"))
    data = bytearray(whole)
    data[512 + broken.place + 48 + 6 + 8 + 8 * 5 + 30] ^= 0x40
    listed, reason = inside(bytes(data))
    assert reason is None
    assert (listed["broken"].unread, listed["broken"].sha256, listed["broken"].size) == (
        "damaged",
        None,
        153_600,
    )
    assert [one.same for one in listed["broken"].hashes] == [None, None]
    assert (listed["first"].sha256, listed["last"].sha256) == (sha256(b"1"), sha256(b"2"))


@pytest.mark.parametrize(("place", "more"), [(0, 1), (0, -1), (2, -3), (1, 1), (2, -10_000), (2, 1 << 40)])
def test_a_table_of_chunks_that_is_not_true_is_damage(place, more) -> None:
    """It says how many chunks there are, where the first begins and ends: short of its checksum, here."""
    item = Item("lying", b"hello" * 100)
    data = bytearray(image(item, Item("after", b"2"))[0])
    (table,) = struct.unpack_from("<Q", data, 512 + item.place + 24)
    (true,) = struct.unpack_from("<Q", data, 512 + table + 8 * place)
    struct.pack_into("<Q", data, 512 + table + 8 * place, (true + more) % 2**64)
    listed, _ = inside(bytes(data))
    assert (listed["lying"].unread, listed["lying"].sha256) == ("damaged", None)
    assert listed["after"].sha256 == sha256(b"2")


# -- parts --------------------------------------------------------------------------------------------


def test_what_lies_in_a_part_that_is_not_here_is_named_and_the_rest_is_read() -> None:
    items = [Item(f"f{number}", bytes([number]) * 10 + bytes(range(256))) for number in range(12)]
    parts = image(*items, part=512 + 1400)
    assert len(parts) > 4
    for missing in range(1, len(parts)):
        listed, reason = inside(*parts[:missing], *parts[missing + 1 :])
        assert reason == "parts_missing"
        read = [one for one in listed.values() if one.sha256 is not None]
        lost = {one.unread for one in listed.values() if one.sha256 is None}
        assert lost <= {"parts_missing"}
        assert all(one.sha256 == sha256(items[int(one.path[0][1:])].content) for one in read)
        assert len(read) < 12
    listed, reason = inside(*parts[1:])
    assert (set(listed), reason) == (set(), "parts_missing")


def test_a_part_of_another_image_and_one_that_was_cut_are_named() -> None:
    parts = image(*TREE, part=512 + 700)
    other = image(Item("other", bytes(range(256)) * 100), part=512 + 300)
    assert inside(parts[0], other[1], *parts[2:])[1] == "damaged"
    assert inside(parts[0], parts[1], parts[1], *parts[2:])[1] == "damaged"
    listed, reason = inside(parts[0], parts[1][:-9], *parts[2:])
    assert reason == "damaged"
    assert listed["folder/a.txt"].unread is None


def test_the_parts_of_an_exhibit_are_put_together_past_the_ninth(tmp_path) -> None:
    parts = image(Item("a", bytes(range(256)) * 40), *TREE, part=512 + 400)
    assert 11 < len(parts) < 100
    files = {f"x.ad{number}": one for number, one in enumerate(parts, start=1)}
    made = sealed(files | {"alone.AD1": image(Item("b", b"2"))[0], "y.ad2": parts[1]}, tmp_path)
    listed = {one.path[0]: one for one in made["x.ad1"].inside}
    assert (made["x.ad1"].unread, listed["a"].hashes[0].same) == (None, True)
    assert {made[name].part_of for name in files if name != "x.ad1"} == {"x.ad1"}
    assert made["alone.AD1"].inside[0].sha256 == sha256(b"2")
    assert (made["y.ad2"].unread, made["y.ad2"].part_of) == ("parts_missing", None)


def test_images_whose_names_differ_in_capital_letters_alone_are_two(tmp_path) -> None:
    first, second = image(*TREE, part=4000)[:2]
    files = {
        "x.ad1": image(Item("a", b"1"))[0],
        "X.ad1": image(Item("b", b"2"))[0],
        "y.ad1": first,
        "Y.AD2": second,
    }
    made = sealed(files, tmp_path)
    assert [made["x.ad1"].inside[0].path, made["X.ad1"].inside[0].path] == [("a",), ("b",)]
    assert {made[name].part_of for name in ("x.ad1", "X.ad1", "y.ad1")} == {None}
    assert made["Y.AD2"].part_of == "y.ad1"


# -- images that lie ----------------------------------------------------------------------------------


def test_items_that_lead_in_a_circle_end() -> None:
    back, around = Item("back", b"1"), Item("around", children=(Item("x", b"2"),))
    image(around, back)
    back.lies = {"beside": around.place}
    around.lies = {"child": around.place}
    listed, reason = inside(*image(around, back))
    assert reason is None
    assert listed["back"].sha256 == sha256(b"1")
    assert {listed["around/"].unread, listed["/"].unread} == {"damaged"}
    assert "around/x" not in listed


def test_records_that_lead_in_a_circle_end() -> None:
    around = Item("around", b"1")
    (whole,) = image(around)
    data = bytearray(whole)
    (first,) = struct.unpack_from("<Q", data, 512 + around.place + 16)
    struct.pack_into("<Q", data, 512 + first, first)
    listed, _ = inside(bytes(data))
    assert (listed["around"].unread, listed["around"].sha256) == ("damaged", None)


FAR = 2**64 - 1


@pytest.mark.parametrize(
    "lies",
    [
        {"records": FAR}, {"chunks": FAR}, {"chunks": 0}, {"size": 2**53 - 1}, {"size": 2**63}, {"size": 4},
        {"size": 6}, {"size": 1},
    ],
)  # fmt: skip
def test_numbers_that_are_not_true_are_damage_of_that_item_alone(lies) -> None:
    listed, reason = inside(*image(Item("lying", b"hello", lies=lies), Item("after", b"2")))
    assert reason is None
    assert (listed["lying"].unread, listed["lying"].sha256) == ("damaged", None)
    assert listed["after"].sha256 == sha256(b"2")


@pytest.mark.parametrize("lies", [{"name": 2**32 - 1}, {"name": 60_000}, {"beside": FAR}, {"child": FAR}])
def test_places_that_lie_outside_are_named_where_they_stand(lies) -> None:
    listed, reason = inside(*image(Item("first", b"1"), Item("lying", b"hello", lies=lies)))
    assert reason is None
    assert [one.unread for one in listed.values() if one.what == "special"] == ["damaged"]
    assert listed["first"].sha256 == sha256(b"1")


def test_folders_deeper_than_is_meant_are_named() -> None:
    item = Item("x", b"1")
    for _ in range(100):
        item = Item("x", children=(item,))
    listed, reason = inside(*image(item))
    assert reason is None
    assert [one.unread for one in listed.values()] == ["depth"]


def test_content_that_becomes_far_larger_is_stopped() -> None:
    """The same chunk stands in the table again and again."""
    chunk = 1 << 20
    item = Item("zeros", bytes(chunk))
    (whole,) = image(item, chunk=chunk)
    times = 200
    data = bytearray(whole)
    at = 512 + item.place
    (table,) = struct.unpack_from("<Q", data, at + 24)
    start, end = struct.unpack_from("<QQ", data, 512 + table + 8)
    packed = bytes(data[512 + start : 512 + end])
    struct.pack_into("<QQ", data, at + 24, len(data) - 512, chunk * times)
    first = len(data) - 512 + 8 * (times + 2)
    places = [first + len(packed) * number for number in range(times + 1)]
    data += struct.pack(f"<{times + 2}Q", times, *places) + packed * times
    listed, reason = inside(bytes(data))
    assert len(data) < 300_000
    assert (reason, listed["zeros"].unread) == ("ratio", "ratio")


def test_more_items_than_are_listed_folders_among_them(monkeypatch) -> None:
    monkeypatch.setattr("comity.evidence.inside.contents.Allowance", lambda size: Allowance(size, entries=20))
    _, reason = inside(*image(*(Item(f"{number}", children=()) for number in range(30))))
    assert reason == "entries"
