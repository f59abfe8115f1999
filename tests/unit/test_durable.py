"""``durable``: a new file is the owner's alone and whole, a taken name is refused, a folder is synced."""

import os
import stat
from pathlib import Path

import pytest

from comity import durable


def test_a_new_file_is_synced_and_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def see(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", see)
    durable.write_new(tmp_path / "a", b"abc")
    assert (tmp_path / "a").read_bytes() == b"abc"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert synced == [3], "synced before all bytes were handed over"


def test_a_name_that_is_taken_keeps_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        durable.write_new(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"


def test_a_folder_is_synced_and_a_file_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(stat.S_ISDIR(os.fstat(handle).st_mode)))
    durable.sync_folder(tmp_path)
    assert synced == [True]
    (tmp_path / "a").touch()
    with pytest.raises(NotADirectoryError):
        durable.sync_folder(tmp_path / "a")


def test_each_folder_that_is_made_is_durable_in_the_one_above(tmp_path, monkeypatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    durable.make_folder(tmp_path / "a" / "b")
    assert synced == [tmp_path.stat().st_ino, (tmp_path / "a").stat().st_ino]
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    durable.make_folder(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_a_file_takes_the_place_of_another_and_every_name_above_it_is_durable(tmp_path, monkeypatch) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / ".x.new").write_bytes(b"what a killed run left, and longer than what comes")
    (inner / "x").write_bytes(b"old")
    synced: list[tuple[int, bytes]] = []
    monkeypatch.setattr(
        os, "fsync", lambda handle: synced.append((os.fstat(handle).st_ino, (inner / "x").read_bytes()))
    )
    durable.write_over(inner / "x", b"new", tmp_path)
    # The content before the rename, then the names, up to the top.
    assert [content for _, content in synced] == [b"old", b"new", b"new", b"new"]
    made = (inner / "x", inner, tmp_path / "a", tmp_path)
    assert [number for number, _ in synced] == [path.stat().st_ino for path in made]
    assert sorted(path.name for path in inner.iterdir()) == ["x"]
    assert (inner / "x").read_bytes() == b"new"
