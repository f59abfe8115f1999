"""Packages on disks that fail, or lose what was not synced; names that only some disks have."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from comity.errors import Unavailable
from comity.evidence import Failure, Proof, Report, verify_package, write_package


def write(exhibit, folder: Path) -> Path:
    public, proofs = exhibit.node.public, [Proof(2, "custody", b'{"v":1}')]
    write_package(folder, exhibit.envelope, exhibit.taken.index, exhibit.payload(), public, proofs=proofs)
    return folder


@pytest.fixture
def bag(exhibit, tmp_path) -> Path:
    return write(exhibit, tmp_path / "bag")


def verify(bag: Path, exhibit) -> Report:
    return verify_package(bag, [exhibit.node.public])


def files(bag: Path) -> list[str]:
    return sorted(p.relative_to(bag).as_posix() for p in bag.rglob("*") if p.is_file())


def test_what_the_disk_does_not_give_is_named_and_the_others_are_still_held_against_the_seal(
    bag, exhibit, monkeypatch
) -> None:
    """A scratched disc: any file of the package, or a folder."""
    bad: list[str] = []

    def give(path: object) -> None:
        if os.path.relpath(os.fspath(path), bag) in bad:  # type: ignore[call-overload]
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def failing(real, where=lambda path: path):
        def call(path, *rest, **named):
            give(where(path))
            return real(path, *rest, **named)

        return call

    monkeypatch.setattr(Path, "open", failing(Path.open))
    monkeypatch.setattr(os, "scandir", failing(os.scandir))
    monkeypatch.setattr(os, "readv", failing(os.readv, lambda file: Path(f"/proc/self/fd/{file}").readlink()))
    (bag / "data" / "logs" / "nothing").write_bytes(b"something")
    changed = Failure("data/logs/nothing", "changed")
    for path in files(bag):
        if path == changed.path:
            continue
        bad[:] = [path]
        found = verify(bag, exhibit).failures
        assert Failure(path, "unreadable") in found
        if path not in {
            "seal/statement.dsse.json",
            "seal/index.json",
        }:  # without these nothing can be compared
            assert set(found) == {changed, Failure(path, "unreadable")}
    bad[:] = ["data/logs/deep"]
    inner = "data/logs/deep/100=25 sure.txt"
    assert set(verify(bag, exhibit).failures) == {
        changed,
        Failure("data/logs/deep/", "unreadable"),
        Failure(inner, "unreadable"),
    }
    bad[:] = ["."]
    assert set(verify(bag, exhibit).failures) == {
        Failure("./", "unreadable"),
        Failure("seal/statement.dsse.json", "unreadable"),
    }


def test_an_unlisted_file_is_named_so_that_its_name_can_be_shown(bag, exhibit) -> None:
    """A name of bytes that are no UTF-8, or of two lines, of which one says that all is well."""
    (bag / "data" / "\udcff").write_bytes(b"")
    (bag / "data" / "a]\nok\x1b[2J").write_bytes(b"")
    assert set(verify(bag, exhibit).failures) == {
        Failure("data/=FF", "unlisted"),
        Failure("data/a]=0Aok=1B[2J", "unlisted"),
    }


def test_every_folder_that_is_made_for_a_package_is_durable_in_the_one_above(
    exhibit, tmp_path, monkeypatch
) -> None:
    """Else a power cut takes the package with them, though custody says that it was written."""
    synced: list[Path] = []

    def sync(folder: Path) -> None:
        assert (tmp_path / "new" / "deep" / "bag").is_dir()
        synced.append(folder)

    monkeypatch.setattr("comity.evidence.package.sync_folder", sync)
    write(exhibit, tmp_path / "new" / "deep" / "bag")
    assert synced == [tmp_path / "new" / "deep", tmp_path / "new", tmp_path]
    synced.clear()
    monkeypatch.chdir(tmp_path / "new")
    (tmp_path / "new" / "deep").rename(tmp_path / "new" / "other")
    write(exhibit, Path("deep/bag"))
    assert synced == [Path("deep"), Path()]


def test_a_disk_that_takes_no_folder_is_said(exhibit, tmp_path, monkeypatch) -> None:
    def full(self, *_args, **_more):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(Unavailable) as caught:
        write(exhibit, tmp_path / "bag")
    assert caught.value.id == "evidence.package_disk"
    assert not list(tmp_path.iterdir())
