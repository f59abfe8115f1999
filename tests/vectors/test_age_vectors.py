"""The 143 age test vectors of C2SP/CCTV, each with the outcome that its header asks for."""

from __future__ import annotations

import hashlib
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from comity import age
from comity.errors import BadInput, ComityError, NotFound, ProofFailed

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "vectors" / "age"
KNOWN = {"expect", "payload", "identity", "passphrase", "armored", "file key", "comment", "compressed"}


@dataclass(frozen=True)
class Vector:
    expect: str
    payload: str | None
    identities: tuple[age.Identity, ...]
    armored: bool
    file: bytes


def read(path: Path) -> Vector:
    head, _, body = path.read_bytes().partition(b"\n\n")
    pairs = [line.split(": ", 1) for line in head.decode("utf-8").split("\n")]
    assert {name for name, _ in pairs} <= KNOWN
    fields = dict(pairs)
    if fields.get("compressed") == "zlib":
        body = zlib.decompress(body)
    identities: list[age.Identity] = [
        age.parse_identity(value) for name, value in pairs if name == "identity"
    ]
    identities += [age.PassphraseIdentity(value) for name, value in pairs if name == "passphrase"]
    return Vector(
        fields["expect"],
        fields.get("payload"),
        tuple(identities),
        fields.get("armored") == "yes",
        body,
    )


def outcome(error: ComityError) -> str:
    if error.id == "age.armor":
        return "armor failure"
    if error.id == "age.header_mac":
        assert isinstance(error, ProofFailed)
        return "HMAC failure"
    if error.id == "age.no_match":
        assert isinstance(error, NotFound)
        return "no match"
    if error.id == "age.payload":
        return "payload failure"
    assert isinstance(error, BadInput)
    return "header failure"


def names() -> list[str]:
    return sorted(path.name for path in VECTORS.iterdir()) if VECTORS.is_dir() else []


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the CCTV age vectors are not beside this repository")
def test_that_all_vectors_are_here() -> None:
    assert len(names()) == 143


@pytest.mark.parametrize("name", names())
def test_vector(name: str) -> None:
    vector = read(VECTORS / name)
    source: age.ByteSource = io.BytesIO(vector.file)
    if vector.armored:
        source = age.ArmorReader(source)
    released = hashlib.sha256()
    try:
        reader = age.decrypt(vector.identities, source)
        while piece := reader.read(100_000):
            released.update(piece)
        result = "success"
    except ComityError as error:
        result = outcome(error)
    assert result == vector.expect
    if vector.payload is not None:
        assert released.hexdigest() == vector.payload


@pytest.mark.parametrize("name", [n for n in names() if n.startswith(("stream", "x25519", "hyb"))])
def test_that_a_range_opens_like_the_whole(name: str) -> None:
    """Random access agrees with streaming on good files, and never opens a wrongly ended one."""
    vector = read(VECTORS / name)
    if vector.expect == "success":
        whole = age.decrypt(vector.identities, io.BytesIO(vector.file)).read()
        for start in {0, len(whole) // 2, max(0, len(whole) - 70_000)}:
            length = min(70_000, len(whole) - start)
            part = age.open_range(vector.identities, io.BytesIO(vector.file), start, length)
            assert part.read() == whole[start : start + length]
            assert part.size == len(whole)
    else:
        with pytest.raises(ComityError):
            open_all(vector)


def open_all(vector: Vector) -> bytes:
    size = age.open_range(vector.identities, io.BytesIO(vector.file), 0, 0).size
    return age.open_range(vector.identities, io.BytesIO(vector.file), 0, size).read()


def armored_well() -> list[str]:
    """Those whose armor can be read; a malformed one has no bytes to be armored again."""
    return [n for n in names() if n.startswith("armor") and read(VECTORS / n).expect != "armor failure"]


@pytest.mark.parametrize("name", armored_well())
def test_that_armor_is_written_as_it_is_read(name: str) -> None:
    vector = read(VECTORS / name)
    inside = age.ArmorReader(io.BytesIO(vector.file)).read()
    canonical = vector.file.replace(b"\r\n", b"\n").strip(b" \t\r\n") + b"\n"
    if inside:
        assert age.armor(inside) == canonical
    assert age.ArmorReader(io.BytesIO(age.armor(inside))).read() == inside
