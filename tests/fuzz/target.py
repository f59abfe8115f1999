"""What a fuzz target is: bytes in, and either they are read, or refused by an error of the house.

Promises: ``Target.run`` lets through nothing but what the target says may be raised; anything else is a
finding. Leaves to others: the targets (``peers``, ``proofs``, ``papers``), running them (``harness``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comity.errors import BadInput, ComityError, ProofFailed

LONGEST = 64 * 1024
"""Bytes of an input at most."""

SEED = 24_000
"""Bytes of a kept input at most: the smallest whole case file has some 20,000."""

CORPUS = Path(__file__).resolve().parent / "corpus"


@dataclass(frozen=True)
class Target:
    """``parses``: the functions that it stands for. ``seeds``: real inputs, by a short name each."""

    name: str
    read: Callable[[bytes], object]
    parses: tuple[str, ...]
    seeds: Callable[[], dict[str, bytes]]
    raises: tuple[type[ComityError], ...]
    slow: bool

    def run(self, data: bytes) -> None:
        """Read one input. Whatever it raises is a finding."""
        try:
            self.read(data)
        except self.raises:
            return

    def corpus(self) -> list[Path]:
        """The kept inputs: seeds, and what once was a finding."""
        return sorted(path for path in (CORPUS / self.name).glob("*") if path.is_file())


TARGETS: dict[str, Target] = {}


def target(
    *parses: str,
    seeds: Callable[[], dict[str, bytes]],
    raises: tuple[type[ComityError], ...] = (BadInput, ProofFailed),
    slow: bool = False,
) -> Callable[[Callable[[bytes], object]], Callable[[bytes], object]]:
    """Make a function that takes bytes a target of its own name."""

    def note(read: Callable[[bytes], object]) -> Callable[[bytes], object]:
        assert read.__name__ not in TARGETS
        TARGETS[read.__name__] = Target(read.__name__, read, parses, seeds, raises, slow)
        return read

    return note


def cut(data: bytes, *sizes: int) -> list[bytes]:
    """Parts of these sizes, and the rest: how one input feeds several arguments."""
    parts = []
    for size in sizes:
        parts.append(data[:size])
        data = data[size:]
    return [*parts, data]
