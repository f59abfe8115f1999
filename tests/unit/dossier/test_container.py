"""The container: one list of members, one zip; what differs is named."""

from __future__ import annotations

import io
import random
import zipfile

import case_files as c
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.dossier import Part, Place, verify
from comity.dossier.container import Listed, Member, pack, read
from comity.errors import BadInput
from comity.wire import decode, digest, encode


def listing(members: list[Member]) -> Member:
    return Member("list", encode([[m.name, len(m.data), digest(m.data)] for m in members]))


def listed(data: bytes) -> list[Listed]:
    return [Listed(*one) for one in decode(data, limit=10_000)]


def made(*members: Member) -> bytes:
    return pack([listing(list(members)), *members])


MEMBERS = (Member("a.txt", b"one"), Member("b/empty", b""), Member("b/two.bin", bytes(range(256))))


def test_the_standard_library_reads_what_is_packed() -> None:
    data = made(*MEMBERS)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        assert [file.read(m.name) for m in MEMBERS] == [m.data for m in MEMBERS]
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_was_packed_is_read_whole() -> None:
    reading = read(made(*MEMBERS), "list", listed)
    assert not reading.faults
    assert {name: reading.contents[name] for name in ("a.txt", "b/empty", "b/two.bin")} == {
        m.name: m.data for m in MEMBERS
    }


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "a//b", "../a", "a/../b", ".hidden", "a b", "ä", "a\\b", "C:a", "x" * 201]
)
def test_a_name_that_some_system_takes_otherwise_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as error:
        pack([Member(name, b"")])
    assert error.value.id == "dossier.member_name"


@pytest.mark.parametrize("names", [("acts/A", "acts/a"), ("acts/a", "acts/A"), ("acts/a", "acts/a")])
def test_two_names_that_differ_in_case_alone_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(BadInput) as error:
        pack([Member(name, b"") for name in names])
    assert error.value.id == "dossier.member_twice"


def test_bytes_after_the_end_and_before_the_beginning_are_found() -> None:
    data = made(*MEMBERS)
    assert read(data + b"\0", "list", listed).faults
    assert read(b"\0" + data, "list", listed).faults
    assert (
        Part(Place.AFTER_END) in read(data + data, "list", listed).faults
        or read(data + data, "list", listed).faults
    )


def test_the_same_members_zipped_by_another_program_are_found() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in c.contents(made(*MEMBERS)).items():
            file.writestr(name, data)
    assert read(out.getvalue(), "list", listed).faults


def test_bytes_between_members_are_found() -> None:
    data = made(*MEMBERS)
    at = data.index(b"a.txt") + len(b"a.txt") + 3
    assert read(data[:at] + b"hidden" + data[at:], "list", listed).faults


def test_a_changed_content_is_named_alone_and_its_headers_are_not() -> None:
    data = bytearray(made(*MEMBERS))
    data[data.index(bytes(range(256)))] ^= 1
    assert read(data, "list", listed).faults == (Part(Place.CONTENT, "b/two.bin"),)


def test_a_member_exchanged_for_another_of_its_size_is_named_alone() -> None:
    data = made(*MEMBERS)
    other = pack([listing(list(MEMBERS)), Member("a.txt", b"two"), *MEMBERS[1:]])
    assert len(data) == len(other)
    assert read(other, "list", listed).faults == (Part(Place.CONTENT, "a.txt"),)


@given(st.integers(min_value=0, max_value=2000))
def test_a_file_cut_anywhere_is_found(size: int) -> None:
    data = made(*MEMBERS)
    cut = data[: min(size, len(data) - 1)]
    assert read(cut, "list", listed).faults


@given(st.binary(max_size=400))
def test_nothing_is_raised_for_any_bytes(data: bytes) -> None:
    assert read(data, "list", listed).faults
    assert not verify(data).holds
    assert not verify(b"PK\x03\x04" + data).holds


def test_a_span_of_random_bytes_is_found_wherever_it_lies() -> None:
    data = made(*MEMBERS)
    rng = random.Random(7)
    for _ in range(500):
        at = rng.randrange(len(data))
        noise = rng.randbytes(rng.randrange(1, 40))
        changed = data[:at] + noise + data[at + len(noise) :]
        if changed != data:
            assert read(changed, "list", listed).faults, at
