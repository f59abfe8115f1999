"""A disk and a stream whose intake was interrupted: gone on with, or compared, as far as can be known."""

from __future__ import annotations

import io
import os
import subprocess
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interrupted import MIB, Run, at

from comity import age
from comity.errors import Conflict
from comity.evidence import StreamSource
from comity.evidence.again import Again
from comity.evidence.disk import disk_state


@pytest.fixture(scope="module")
def sectors():
    return os.urandom(6 * MIB)


@pytest.fixture
def attached(tmp_path, as_disk, sectors):
    (tmp_path / "image").write_bytes(sectors)
    return as_disk(tmp_path / "image")


def test_a_disk_that_nobody_wrote_to_is_gone_on_with(tmp_path, attached, sectors, read_from_source) -> None:
    with pytest.raises(KeyboardInterrupt):
        Run(tmp_path, attached)(at(4 * MIB))
    read_from_source[0] = 0
    second = Run(tmp_path, attached)
    taken = second()
    assert second.opens(taken) == sectors
    assert read_from_source[0] < 4 * MIB
    (said,) = taken.index.remarks
    assert (said.what, said.path) == ("resumed", attached.name)
    assert 2 * MIB < said.at < 4 * MIB
    assert second.left() == []


@pytest.mark.parametrize("how", ["written", "beneath", "taken out"])
def test_a_disk_that_was_written_to_or_taken_out_begins_anew(tmp_path, attached, how) -> None:
    first = Run(tmp_path, attached)
    with pytest.raises(KeyboardInterrupt):
        first(at(4 * MIB))
    if how == "written":  # one byte, and the times of the device's name set back
        state = attached.stat()
        with attached.open("r+b", buffering=0) as disk:
            disk.write(b"x" * 512)
        os.utime(attached, ns=(state.st_atime_ns, state.st_mtime_ns))
    elif how == "beneath":  # past the disk, into the file that it is made of
        with (tmp_path / "image").open("r+b") as image:
            image.write(b"x")
    else:  # and put in again under the same name
        subprocess.run(["losetup", "--detach", attached], check=True)
        subprocess.run(["losetup", attached, tmp_path / "image"], check=True)
    with pytest.raises(Conflict, match=r"evidence\.changed_since"):
        Run(tmp_path, attached)()
    assert first.left() == []
    assert not Run(tmp_path, attached)().index.remarks


def test_a_disk_that_is_written_to_while_it_is_read_is_said(tmp_path, attached) -> None:
    state = attached.stat()

    def write(done):
        if done >= 4 * MIB:
            with attached.open("r+b", buffering=0) as disk:
                disk.write(b"x" * 512)
            os.utime(attached, ns=(state.st_atime_ns, state.st_mtime_ns))

    run = Run(tmp_path, attached)
    with pytest.raises(Conflict, match=r"evidence\.changed_while_read"):
        run(write)
    assert run.left() == []


def tree(folder, *, name="8:16", inner=(), partition=False, where="pci0000:00"):
    """A kernel's tree of one disk, as sysfs shows it; gives its place and the folder of numbers."""
    device = folder / "devices" / where / "block" / "sdb"
    device.mkdir(parents=True, exist_ok=True)
    own = device / "sdb1" if partition else device
    for one in {device, own}:
        (one / "slaves").mkdir(parents=True, exist_ok=True)
        (one / "size").write_text("4096\n")
        (one / "stat").write_text(" ".join(str(n) for n in range(17)) + "\n")
    (device / "diskseq").write_text("9\n")
    if partition:
        (own / "partition").write_text("1\n")
    for one in inner:
        (device / "slaves" / one.name).symlink_to(one)
    numbers = folder / "numbers"
    numbers.mkdir(exist_ok=True)
    (numbers / name).symlink_to(own)
    return device, numbers


def count(device, place):
    numbers = (device / "stat").read_text().split()
    numbers[place] = str(int(numbers[place]) + 8)
    (device / "stat").write_text(" ".join(numbers))


def test_what_the_kernel_counts_is_what_a_state_tells(tmp_path) -> None:
    device, numbers = tree(tmp_path)
    before = disk_state(os.makedev(8, 16), kernel=numbers)
    count(device, 0), count(device, 2), count(device, 9)  # it was read, and that took time
    assert disk_state(os.makedev(8, 16), kernel=numbers) == before is not None
    for place in (6, 13):
        count(device, place)
        assert disk_state(os.makedev(8, 16), kernel=numbers) != before
        before = disk_state(os.makedev(8, 16), kernel=numbers)
    (device / "diskseq").write_text("10\n")
    after = disk_state(os.makedev(8, 16), kernel=numbers)
    assert after.own == before.own
    assert after.whole != before.whole
    assert disk_state(os.makedev(8, 17), kernel=numbers) is None  # no such disk


def test_of_a_partition_the_disk_counts_too_and_of_a_volume_its_disks(tmp_path) -> None:
    device, numbers = tree(tmp_path, partition=True)
    before = disk_state(os.makedev(8, 16), kernel=numbers)
    count(device, 6)  # by who wrote past the partition, or to another one
    after = disk_state(os.makedev(8, 16), kernel=numbers)
    assert (after.own, after.whole != before.whole) == (before.own, True)
    volume, numbers = tree(tmp_path / "dm", inner=[device], where="virtual")
    before = disk_state(os.makedev(8, 16), kernel=numbers)
    count(device, 6)
    assert disk_state(os.makedev(8, 16), kernel=numbers).whole != before.whole
    assert volume.name == "sdb"


@pytest.mark.parametrize("where", ["virtual", "platform/host3/session1", "rbd/0"])
def test_a_disk_that_another_machine_may_write_to_has_no_state(tmp_path, where) -> None:
    _, numbers = tree(tmp_path, where=where)
    assert disk_state(os.makedev(8, 16), kernel=numbers) is None


def test_a_disk_without_a_state_is_not_kept(tmp_path, attached, monkeypatch) -> None:
    monkeypatch.setattr("comity.evidence.source.disk_state", lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        Run(tmp_path, attached)(at(4 * MIB))
    run = Run(tmp_path, attached)
    assert run.left() == []
    assert not run().index.remarks


# -- a stream -----------------------------------------------------------------------------------------


def stream(data):
    return StreamSource("dump", BytesIO(data))


@pytest.mark.parametrize("change", [None, "early", "late", "short", "after"])
def test_a_stream_that_comes_again_is_compared_while_it_comes(tmp_path, sectors, change) -> None:
    """What comes is the exhibit, whatever came before."""
    first = Run(tmp_path, stream(sectors), task=("request", "-"))
    with pytest.raises(KeyboardInterrupt):
        first(at(4 * MIB))
    (sealed,) = (path for path in first.vault.incoming.iterdir() if not path.suffix)
    kept = len(age.decrypt_unfinished([first.key], BytesIO(sealed.read_bytes())).read())
    assert kept > 2 * MIB
    place = {None: kept, "early": 17, "late": kept - 1, "short": MIB + 5, "after": kept}[change]
    again = bytearray(sectors[:place] if change == "short" else sectors)
    if change in {"early", "late", "after"}:
        again[place] ^= 1
    second = Run(tmp_path, stream(bytes(again)), task=("request", "-"))
    taken = second()
    assert second.opens(taken) == again
    (said,) = taken.index.remarks
    assert said.path == "dump"
    assert (said.what, said.at) == ("came_again" if change in {None, "after"} else "came_otherwise", place)
    assert second.left() == []


class Drops(io.RawIOBase):
    """Gives what it has in pieces of these sizes."""

    def __init__(self, data, sizes):
        super().__init__()
        self.data, self.sizes = data, list(sizes)

    def readinto(self, view):
        size = self.sizes.pop() if self.sizes else len(view)
        taken, self.data = self.data[: min(size, len(view))], self.data[min(size, len(view)) :]
        view[: len(taken)] = taken
        return len(taken)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.binary(max_size=300),
    st.binary(max_size=300),
    st.integers(0, 300),
    st.lists(st.integers(1, 70), max_size=20),
    st.lists(st.integers(1, 70), max_size=20),
)
def test_however_the_pieces_fall_the_first_difference_is_named(then, other, common, sizes, more) -> None:
    now = then[:common] + other
    again = Again(Drops(now, sizes), Drops(then, more))
    came, block = b"", memoryview(bytearray(64))
    while got := again.readinto(block):
        came += bytes(block[:got])
    assert came == now
    pairs = enumerate(zip(then, now, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(then), len(now)))
    remark = again.remark("x")
    if not then:
        assert remark is None
    else:
        assert (remark.at, remark.what) == (same, "came_again" if same == len(then) else "came_otherwise")
