"""Names and kinds of files as real file systems have them: what is taken in, left out, and said."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import socket
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import age
from comity.errors import BadInput, Conflict
from comity.evidence import FileVault, list_source, read_index, take_in, write_index
from comity.evidence.index import _PLAIN, _RESERVED, NAME_LIMIT, _printable, spell_found

SECRET = bytes(range(32))
KEY = age.generate_x25519()


@pytest.fixture
def source(tmp_path):
    (tmp_path / "s").mkdir()
    return tmp_path / "s"


def take(tmp_path, *paths):
    return take_in(paths, FileVault(tmp_path / "vault"), [KEY.recipient], SECRET)


def said(index):
    return [(one.path, one.what, one.other) for one in index.remarks]


def test_several_paths_stand_under_their_own_names(tmp_path, source) -> None:
    (source / "inner").mkdir()
    (source / "inner" / "a").write_bytes(b"1")
    (source / "empty").mkdir()
    (tmp_path / "50% b").write_bytes(b"2")
    (tmp_path / "none").mkdir()
    index = take(tmp_path, source, tmp_path / "50% b", tmp_path / "none").index
    assert [entry.path for entry in index.files] == ["50=25 b", "s/inner/a"]
    assert index.files[0].found_as == base64.b64encode(b"50% b").decode()
    assert [left.path for left in index.left_out] == ["none", "s/empty"]
    assert read_index(write_index(index)) == index
    # One folder alone gives what is in it, as before.
    assert [found.path for found in list_source(source).files] == ["inner/a"]
    assert list_source(Path(f"{source}/")) == list_source(source)


def test_two_paths_of_one_name_are_refused(tmp_path, source) -> None:
    (source / "a").write_bytes(b"1")
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "s").write_bytes(b"2")
    with pytest.raises(BadInput, match="name_collides"):
        take(tmp_path, source, tmp_path / "t" / "s")
    with pytest.raises(BadInput, match="name_collides"):
        take(tmp_path, source / "a", source / "a")


def test_all_parts_of_an_image_are_named(tmp_path, source) -> None:
    for name in ("disk.E01", "disk.E02", "alone.E01"):
        (source / name).write_bytes(name.encode())
    with pytest.raises(BadInput) as caught:
        list_source(source / "disk.E01")
    assert caught.value.id == "evidence.parts_beside"
    assert caught.value.arguments == {"path": "disk.E01", "other": "disk.E02"}
    both = list_source(source / "disk.E02", source / "disk.E01")
    assert [found.path for found in both.files] == ["disk.E01", "disk.E02"]
    assert len(list_source(source / "alone.E01").files) == 1


def test_sockets_and_pipes_in_a_folder_are_left_out_and_said(tmp_path, source) -> None:
    (source / "file").write_bytes(b"1")
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(source):
        server.bind("sock")  # the address of a socket must be short
    index = take(tmp_path, source).index
    assert [(left.path, left.why) for left in index.left_out] == [("pipe", "pipe"), ("sock", "socket")]
    assert [entry.path for entry in index.files] == ["file"]


def test_hard_links_are_taken_whole_and_said(tmp_path, source) -> None:
    (source / "a").write_bytes(b"twice")
    (source / "b").hardlink_to(source / "a")
    (source / "c").write_bytes(b"twice")
    (tmp_path / "outside").write_bytes(b"elsewhere too")
    (source / "d").hardlink_to(tmp_path / "outside")
    index = take(tmp_path, source).index
    assert said(index) == [("b", "hard_link", "a"), ("d", "hard_link", None)]
    assert [entry.size for entry in index.files] == [5, 5, 5, 13]


def test_holes_read_as_zeros_and_are_said(tmp_path, source) -> None:
    with (source / "image").open("wb") as file:
        file.write(b"boot")
        file.truncate(3_000_000)
    (source / "full").write_bytes(b"x" * 100_000)
    index = take(tmp_path, source).index
    assert said(index) == [("image", "sparse", None)]
    whole = b"boot" + bytes(3_000_000 - 4)
    assert index.files[1].sha256 == hashlib.sha256(whole).hexdigest()


def test_capitals_alone_are_said(tmp_path, source) -> None:
    for name in ("Report", "report", "STRASSE", "straße", "other"):
        (source / name).write_bytes(name.encode())
    assert said(take(tmp_path, source).index) == [
        ("report", "case_collision", "Report"),
        ("straße", "case_collision", "STRASSE"),
    ]


@pytest.mark.parametrize(
    "name",
    ["CON", "aux.txt", "nul", "COM7.log", "lpt²", "what?.txt", "a:b", "ends.", "NUL .tar.gz", 'say "hi"'],
)
def test_names_that_windows_has_not(source, tmp_path, name) -> None:
    (source / name).write_bytes(b"1")
    (source / "sub").mkdir()
    (source / "sub" / "console.txt").write_bytes(b"2")
    (source / "sub" / "comet7").write_bytes(b"3")
    assert said(take(tmp_path, source).index) == [(spell_found(os.fsencode(name)), "windows_name", None)]


def test_long_names_that_are_no_text_keep_their_beginning_and_stay_two(tmp_path, source) -> None:
    one, other = b"\xe9" * 254 + b"1", b"\xe9" * 254 + b"2"
    for name in (one, other):
        (source / os.fsdecode(name)).write_bytes(name)
    index = take(tmp_path, source).index
    assert len({entry.path for entry in index.files}) == 2
    assert all(entry.path.startswith("=E9=E9") for entry in index.files)
    assert all(len(entry.path.encode()) <= NAME_LIMIT for entry in index.files)
    assert {base64.b64decode(entry.found_as) for entry in index.files} == {one, other}
    assert read_index(write_index(index)) == index


def test_a_path_beyond_four_kilobytes_is_refused_by_name(source) -> None:
    at = os.open(source, os.O_RDONLY)
    for _ in range(21):  # made step by step: no call takes so long a path
        os.mkdir("d" * 200, dir_fd=at)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    with os.fdopen(os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=at), "wb") as file:
        file.write(b"1")
    os.close(at)
    with pytest.raises(BadInput) as caught:
        list_source(source)
    assert caught.value.id == "evidence.unsafe_path"
    assert caught.value.arguments["what"] in {"length", "depth"}
    subprocess.run(["rm", "-r", source], check=True)  # shutil does not reach it either


def test_a_disk_is_read_whole_and_only_by_us(tmp_path, disk) -> None:
    path, image = disk
    index = take(tmp_path, path).index
    assert [(entry.path, entry.size) for entry in index.files] == [(path.name, 1_048_576)]
    assert index.files[0].sha256 == hashlib.sha256(image.read_bytes()).hexdigest()
    held = os.open(path, os.O_RDONLY | os.O_EXCL)  # as a mount holds it
    try:
        with pytest.raises(Conflict, match=r"evidence\.disk_in_use"):
            take(tmp_path, path)
    finally:
        os.close(held)


def test_an_index_without_remarks_has_the_text_that_it_always_had(tmp_path, source) -> None:
    (source / "a").write_bytes(b"1")
    data = write_index(take(tmp_path, source).index)
    assert b"remarks" not in data
    assert write_index(read_index(data)) == data
    with pytest.raises(BadInput, match=r"wire\.not_canonical"):
        read_index(data.replace(b'"size":1,"v"', b'"remarks":[],"size":1,"v"'))


@given(st.text(st.characters(max_codepoint=0x17F), max_size=6))
def test_a_name_that_is_plain_at_a_glance_is_spelled_as_the_rest_would_spell_it(name) -> None:
    if _PLAIN.fullmatch(name):
        kept = name.rstrip()
        assert name == kept == unicodedata.normalize("NFC", name)
        assert not set(name) & _RESERVED
        assert all(map(_printable, name))
