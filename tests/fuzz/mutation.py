"""Seeded mutations: the same wrong inputs in every run, for the tests that are no fuzzer.

Promises: a generator of inputs, each one change or a few away from a real one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

TOKENS = (
    b"", b"\x00", b"\xff", b"\n", b"\n\n", b'"', b"{}", b"[]", b"null", b"true", b"1.5", b"-0", b"../", b"=",
    b"9" * 40, b"9" * 5000, b"[" * 3000,
    b'{"a":' * 2000, b"a = [" + b"[" * 3000, b"a = " + b"9" * 5000 + b"\n",
    b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"YR==", b"\\ud800", b"a.a.a = 1\n",
    b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00Z",
)  # fmt: skip


def mutations(seeds: Sequence[bytes], count: int, name: str, longest: int) -> Iterator[bytes]:
    """``count`` inputs made of the seeds; the same for the same name."""
    rng = random.Random(name)
    for number in range(count):
        data = bytearray(rng.choice(seeds)) if seeds else bytearray()
        for _ in range(1 + number % 3):
            _change(data, rng, seeds)
        yield bytes(data[:longest])


def _change(data: bytearray, rng: random.Random, seeds: Sequence[bytes]) -> None:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(7):
        case 0 if at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        case 1:
            del data[at:]
        case 2:
            data[at:at] = rng.choice(TOKENS)
        case 3:
            data[at : at + rng.randrange(8)] = rng.choice(TOKENS)
        case 4:
            del data[at : at + rng.randrange(1, 20)]
        case 5:
            data[at:at] = data[at : at + rng.randrange(1, 60)]
        case _ if seeds:
            other = rng.choice(seeds)
            begin = rng.randrange(len(other) + 1)
            data[at : at + 30] = other[begin : begin + 30]
