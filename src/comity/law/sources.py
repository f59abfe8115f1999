"""The law data that ships with the program, as bytes.

Promises: the only module of the room that reads a file, and only files of the package itself.

Leaves to others: what they mean (``compile``).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from comity.law.bundle import Bundle
from comity.law.compile import compile_bundle


def packaged_files() -> dict[str, bytes]:
    """The TOML files below ``law/data``, by their path with ``/``."""
    return dict(_below(files("comity.law") / "data", ""))


@cache
def packaged_bundle() -> Bundle:
    """The shipped law data, compiled: the same bytes in every process of one version."""
    return Bundle.load(compile_bundle(packaged_files()))


def _below(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _below(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
