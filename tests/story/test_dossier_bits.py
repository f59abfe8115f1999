"""Promise P7 for the case file: each flipped bit is found, and the part in which it lies is named."""

from __future__ import annotations

import random
import sys
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "unit" / "dossier")]

import case_files as c  # noqa: E402 - it lies beside the unit tests

from comity.dossier import Part, Place, verify  # noqa: E402

Spans = list[tuple[int, int, Part]]

SMALL = c.written(c.small())


def parts_of(data: bytes) -> Spans:
    """Where each part lies, as the standard library sees the zip: from, to, part."""
    spans: Spans = []
    with zipfile.ZipFile(BytesIO(data)) as file:
        infos, at = file.infolist(), file.start_dir
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        spans += [
            (info.header_offset, start, Part(Place.LOCAL_HEADER, info.filename)),
            (start, start + info.file_size, Part(Place.CONTENT, info.filename)),
        ]
    for info in infos:
        end = at + 46 + len(info.filename)
        spans.append((at, end, Part(Place.CENTRAL_ENTRY, info.filename)))
        at = end
    spans.append((at, len(data), Part(Place.END_RECORD)))
    assert [start for start, _, _ in spans[1:]] == [end for _, end, _ in spans[:-1]]
    assert (spans[0][0], spans[-1][1]) == (0, len(data))
    return spans


def named(data: bytearray, at: int, bit: int) -> list[Part | None]:
    """The parts that a verification names when one bit is another."""
    data[at] ^= 1 << bit
    found = [line.part for line in verify(data).failures]
    data[at] ^= 1 << bit
    return found


@pytest.mark.parametrize("quarter", range(4))
def test_every_bit_of_a_small_case_file_flipped_once_is_found_and_named(quarter: int) -> None:
    data = bytearray(SMALL)
    for start, end, part in parts_of(SMALL):
        for at in range(start + (quarter - start) % 4, end, 4):
            for bit in range(8):
                assert named(data, at, bit) == [part], (at, bit)
    assert data == SMALL


def test_the_small_case_file_itself_holds() -> None:
    report = verify(SMALL, c.TRUST)
    assert report.holds
    assert not c.failed(report)


def test_a_bit_of_each_header_byte_and_random_bits_of_a_large_case_file_are_found_and_named() -> None:
    whole = c.written(c.full())
    data, rng = bytearray(whole), random.Random(11)
    for start, end, part in parts_of(whole):
        heads = range(start, end) if part.place is not Place.CONTENT else [start, end - 1]
        inner = [rng.randrange(start, end) for _ in range(3)]
        for at in [*heads, *inner]:
            assert named(data, at, rng.randrange(8)) == [part], at
