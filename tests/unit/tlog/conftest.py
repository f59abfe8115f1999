"""A log in memory, with a key, a witness, and a source of randomness that repeats."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import note, tlog
from comity.errors import NotFound


def _key(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


@dataclass
class Log:
    """What store and app will do: keep tiles, the frontier, and the last signed checkpoint."""

    name: str = "log.example/xa"
    number: int = 1
    files: dict[str, bytes] = field(default_factory=dict)
    frontier: tlog.Frontier = field(default_factory=tlog.Frontier)
    signed: tlog.Signed | None = None

    @property
    def signer(self) -> note.Signer:
        return _key(self.number).sign

    @property
    def vkey(self) -> note.Vkey:
        return note.Vkey(self.name, note.ED25519, _key(self.number).public_key().public_bytes_raw())

    @property
    def last(self) -> tlog.Checkpoint | None:
        return self.signed.checkpoint if self.signed else None

    def grow(self, entries: Sequence[bytes]) -> tlog.Signed:
        growth = tlog.integrate(self.frontier, entries)
        self.signed = tlog.sign(growth, self.vkey, self.signer, self.last)
        for tile, data in growth.writes:
            assert self.files.setdefault(tile.path, data) == data, "a tile is immutable"
        self.frontier = growth.frontier
        return self.signed

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise NotFound("test.no_tile", path=path)
        return self.files[path]

    def tiles(self, size: int | None = None) -> tlog.Tiles:
        return tlog.Tiles(self.read, self.frontier.size if size is None else size)


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def entropy() -> Callable[[int], bytes]:
    state = [0]

    def draw(size: int) -> bytes:
        state[0] += 1
        return hashlib.shake_128(str(state[0]).encode()).digest(size)

    return draw


def _entries(start: int, end: int) -> list[bytes]:
    return [hashlib.sha256(str(number).encode()).digest() for number in range(start, end)]


@pytest.fixture
def entries() -> Callable[[int, int], list[bytes]]:
    return _entries


@pytest.fixture
def witness() -> Callable[[int], tuple[note.Vkey, note.Signer]]:
    def make(number: int) -> tuple[note.Vkey, note.Signer]:
        key = _key(100 + number)
        return (
            note.Vkey(f"witness{number}.example", note.COSIGNATURE, key.public_key().public_bytes_raw()),
            key.sign,
        )

    return make
