"""One flipped bit, one chunk swapped, dropped, repeated or cut, anywhere: found, and the place is named.

In a package of a folder and of a part, in a sealed object of the vault, and in the pieces of a delivery.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity import age
from comity.errors import ComityError, ProofFailed, Unavailable
from comity.evidence import (
    FileVault,
    Stamp,
    StreamSource,
    Token,
    assemble,
    delivery,
    pieces,
    verify_package,
    write_package,
    write_part,
)
from comity.evidence.bag import Proof
from comity.evidence.intake import take_in

CHUNK = 64 * 1024
RECEIVER = age.generate_x25519()
SMALL = 30_000

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def harmed(data: bytes, draw, size: int = CHUNK) -> bytes:
    """The same bytes, less or more: a bit of them, or one of their chunks. Never the same."""
    whole = [data[at : at + size] for at in range(0, len(data), size)]
    how = draw(st.sampled_from(("bit", "swap", "drop", "repeat", "cut", "longer")), label="how")
    at = draw(st.integers(0, max(0, len(data) - 1)), label="at")
    one, other = at // size, draw(st.integers(0, max(0, len(whole) - 1)), label="other")
    if not data or how == "longer":
        return data + b"\0"
    if how == "bit":
        bit = 1 << draw(st.integers(0, 7), label="bit")
        return data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
    if how == "cut":
        return data[:at]
    if how == "swap":
        whole[one], whole[other] = whole[other], whole[one]
    elif how == "drop":
        del whole[one]
    else:
        whole.insert(one, whole[one])
    made = b"".join(whole)
    return made if made != data else data[:-1]


# -- packages -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["folder", "part"])
def bag(request, exhibit, part, tmp_path_factory):
    """A package of a folder, and one of a part with its proof."""
    folder = tmp_path_factory.mktemp(request.param) / "bag"
    public = exhibit.node.public
    if request.param == "folder":
        write_package(folder, exhibit.envelope, exhibit.taken.index, exhibit.payload(), public)
    else:
        seal, taken, key, made, _, _ = part
        proof = Proof(1, "part", write_part(made))
        with exhibit.vault.open(taken.stored.digest) as sealed:
            payload = io.BytesIO(age.decrypt([key], sealed).read())
        write_package(folder, seal, taken.index, payload, public, proofs=(proof,))
    assert verify_package(folder, [public]).holds
    return folder


@some
@given(st.data())
def test_any_damage_to_any_file_of_a_package_is_named_by_that_file(bag, exhibit, data):
    path = data.draw(st.sampled_from(sorted(p for p in bag.rglob("*") if p.is_file())))
    good = path.read_bytes()
    bad = harmed(good, data.draw)
    try:
        path.write_bytes(bad)
        failures = verify_package(bag, [exhibit.node.public]).failures
        assert [failure.path for failure in failures] == [str(path.relative_to(bag))]
    finally:
        path.write_bytes(good)


def test_files_of_a_package_that_change_places_are_both_named(bag, exhibit, tmp_path):
    folder = Path(shutil.copytree(bag, tmp_path / "bag"))
    one, other = sorted(p for p in (folder / "data").rglob("*") if p.is_file() and p.stat().st_size)[:2]
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)
    named = {failure.path for failure in verify_package(folder, [exhibit.node.public]).failures}
    assert named == {str(path.relative_to(folder)) for path in (one, other)}


# -- sealed objects -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sealed(exhibit):
    """The ciphertext of the folder's exhibit, and where its chunks begin."""
    with exhibit.vault.open(exhibit.taken.stored.digest) as file:
        data = file.read()
    return data, age.read_header(io.BytesIO(data)).size + 16


@some
@given(st.data())
def test_damage_to_a_sealed_object_is_named_by_its_chunk_and_nothing_after_it_is_given(exhibit, sealed, data):
    whole, start = sealed
    bad = whole[:start] + harmed(whole[start:], data.draw, age.SEALED)
    first = next(
        (at for at in range(start, len(whole)) if whole[at : at + 1] != bad[at : at + 1]), len(whole)
    )
    reader = age.decrypt([exhibit.identity], io.BytesIO(bad))
    got = bytearray()
    with pytest.raises(ProofFailed, match=r"age\.payload") as told:
        got.extend(byte for piece in iter(lambda: reader.read(10_000), b"") for byte in piece)
    wrong = (first - start) // age.SEALED
    assert told.value.arguments["chunk"] in {wrong, wrong + 1}  # "after which it goes on", or is cut
    assert bytes(got) == exhibit.payload().read()[: len(got)]
    assert len(got) <= (wrong + 1) * age.CHUNK


def test_damage_to_a_header_opens_nothing(exhibit, sealed):
    whole, start = sealed
    for at in range(start):
        for bit in (0, 7):
            bad = whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :]
            with pytest.raises(ComityError):
                age.decrypt([exhibit.identity], io.BytesIO(bad)).read()


# -- pieces -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["folder", "part"])
def cut(request, exhibit, part):
    """The pieces of a folder, and of a part with its proof; and the payload that they make."""
    stamps = [Stamp.of(Token(b"reply", b"chain"))]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delivery, "PIECE_SIZE", SMALL)
        if request.param == "folder":
            payload, seal, index, proof = exhibit.payload(), exhibit.envelope, exhibit.taken.index, b""
        else:
            seal, taken, key, made, _, _ = part
            index, proof = taken.index, write_part(made)
            with exhibit.vault.open(taken.stored.digest) as file:
                payload = io.BytesIO(age.decrypt([key], file).read())
        made = list(pieces(seal, index, payload, [RECEIVER.recipient], stamps=stamps, part=proof))
    return [piece.data for piece in made], [(piece.sha256, piece.size) for piece in made], payload.getvalue()


def arrived(data, announced, exhibit, got):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delivery, "PIECE_SIZE", SMALL)
        sources = (io.BytesIO(piece) for piece in data)
        reader = assemble(sources, announced, [RECEIVER], [exhibit.node.public]).payload
        while piece := reader.read(10_000):
            got += piece


@some
@given(st.data())
def test_damage_to_any_piece_is_named_by_its_number_before_it_is_opened(cut, exhibit, data):
    good, announced, payload = cut
    number = data.draw(st.integers(0, len(good) - 1))
    how = data.draw(st.sampled_from(("harm", "swap", "drop", "repeat")))
    bad = list(good)
    if how == "harm":
        bad[number] = harmed(good[number], data.draw, 4096)
    elif how == "swap":
        other = data.draw(st.integers(0, len(good) - 1).filter(lambda one: one != number))
        bad[number], bad[other] = bad[other], bad[number]
        number = min(number, other)
    elif how == "drop":
        del bad[number]
    else:
        bad.insert(number, bad[number])
        number += 1
    got = bytearray()
    if how == "repeat" and number == len(good):  # one more after the last: nobody asks for it
        arrived(bad, announced, exhibit, got)
        assert got == payload
        return
    with pytest.raises(ProofFailed, match=r"evidence\.piece_(wrong|missing)") as told:
        arrived(bad, announced, exhibit, got)
    assert told.value.arguments["number"] == number
    assert payload.startswith(got)
    assert got != payload


def test_nothing_of_an_exhibit_is_made_whole_of_pieces_that_are_announced_wrong(cut, exhibit):
    """A sender that announces its pieces in another order, one twice, or one less, is found out."""
    good, announced, payload = cut
    for order in (
        [*range(1), *range(2, len(good)), 1],
        [*range(len(good) - 2), len(good) - 1, len(good) - 2],
        [*range(len(good) - 1), len(good) - 2],
        list(range(len(good) - 1)),
    ):
        got = bytearray()
        with pytest.raises(ComityError):
            arrived([good[n] for n in order], [announced[n] for n in order], exhibit, got)
        assert bytes(got) != payload


# -- a source and a disk that fail --------------------------------------------------------------------


class Stalling(io.RawIOBase):
    """A source that gives a byte at a time, then nothing for a while, then an error."""

    def __init__(self, data, error=None):
        super().__init__()
        self._data, self._error, self._turn = data, error, 0

    def readinto(self, view):
        self._turn += 1
        if not self._data and self._error is not None:
            raise self._error
        count = min(1 if self._turn % 2 else 7, len(view), len(self._data))
        view[:count] = self._data[:count]
        self._data = self._data[count:]
        return count


def test_a_source_that_gives_little_at_a_time_is_waited_for_and_one_that_fails_leaves_nothing(tmp_path):
    vault = FileVault(tmp_path / "vault")
    key, data = age.generate_x25519(), bytes(range(251)) * 500
    taken = take_in(StreamSource("slow", Stalling(data)), vault, [key.recipient], bytes(32))
    with vault.open(taken.stored.digest) as file:
        assert age.decrypt([key], file).read() == data
    before = vault.addresses()
    failing = Stalling(data, OSError(5, "cable"))
    with pytest.raises(Unavailable, match=r"evidence\.cannot_read"):
        take_in(StreamSource("cut", failing), vault, [key.recipient], bytes(32))
    assert vault.addresses() == before
    assert list(vault.incoming.iterdir()) == []
