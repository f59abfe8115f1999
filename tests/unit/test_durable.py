"""``durable``: a new file is the owner's alone and whole, a taken name is refused, folders are synced."""

import errno
import os
import stat
from pathlib import Path

import pytest

from comity import durable
from comity.durable import Syncs


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


def opened(folder, number):
    return os.open(folder / str(number), os.O_WRONLY | os.O_CREAT)


def test_all_that_was_taken_is_synced_and_closed(tmp_path, monkeypatch):
    real, synced = os.fsync, []
    monkeypatch.setattr(os, "fsync", lambda handle: (real(handle), synced.append(os.fstat(handle).st_ino)))
    with Syncs() as syncs:
        handles = [opened(tmp_path, number) for number in range(200)]
        for handle in handles:
            syncs.take(handle)
        syncs.take_folder(tmp_path)
    wanted = {path.stat().st_ino for path in (tmp_path, *tmp_path.iterdir())}
    assert set(synced) == wanted
    assert len(synced) == 201
    for handle in handles:
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(handle)


def test_one_that_the_disk_did_not_take_is_told_though_all_others_are_well(tmp_path, monkeypatch):
    real = os.fsync
    bad = tmp_path / "3"
    bad.touch()

    def fsync(handle):
        if os.path.samestat(os.fstat(handle), bad.stat()):
            raise OSError(errno.EIO, "as if")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    handles = iter([opened(tmp_path, number) for number in range(5)])
    with pytest.raises(OSError, match="as if"), Syncs() as syncs:
        any(syncs.take(handle) for handle in handles)


def test_a_sync_that_dies_is_never_taken_for_one_that_was_done(tmp_path, monkeypatch):
    def fsync(_):
        raise ValueError("a fault of the program")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(RuntimeError), Syncs() as syncs:
        syncs.take(opened(tmp_path, 1))
