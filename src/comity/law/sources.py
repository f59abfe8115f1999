"""The law data that ships with the program: its TOML files, and the bundle that was compiled of them.

Promises: the only module of the room that reads a file, and only files of the package itself. The compiled
bundle is taken only where it was made of these very files; else they are compiled anew, which is slower and
gives the same. So nobody can change a file and go by an old bundle.

Leaves to others: what they mean (``compile``), making the compiled bundle (``scripts/compile_law.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from comity.law.bundle import Bundle
from comity.law.compile import compile_bundle

COMPILED: Final = "bundle.json"
MADE_OF: Final = "made-of.txt"
"""Beside the compiled bundle: the digest of the files that it was made of, and its own."""


def packaged_files() -> dict[str, bytes]:
    """The TOML files below ``law/data``, by their path with ``/``."""
    return dict(_below(files("comity.law") / "data", ""))


@cache
def packaged_bundle() -> Bundle:
    """The shipped law data: the same bytes in every process of one version."""
    told = packaged_files()
    return compiled_of(told, _compiled()) or Bundle.load(compile_bundle(told))


def compiled_of(told: Mapping[str, bytes], compiled: Mapping[str, bytes]) -> Bundle | None:
    """The compiled bundle, if it was made of these files; ``compiled``: the files beside them.

    Raises:
        ProofFailed: it is not the one that was made of them.
    """
    noted = compiled.get(MADE_OF, b"").decode("ascii", errors="replace").split()
    if len(noted) != len(("files", "bundle")) or COMPILED not in compiled or noted[0] != files_digest(told):
        return None
    return Bundle.load_known(compiled[COMPILED], noted[1])


def files_digest(told: Mapping[str, bytes]) -> str:
    """One digest of all files, by their names and what is in them."""
    whole = sha256()
    for name in sorted(told):
        whole.update(f"{sha256(told[name]).hexdigest()}  {name}\n".encode())
    return whole.hexdigest()


def _compiled() -> dict[str, bytes]:
    folder = files("comity.law") / "compiled"
    if not folder.is_dir():
        return {}
    return {entry.name: entry.read_bytes() for entry in folder.iterdir() if entry.name in {COMPILED, MADE_OF}}


def _below(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _below(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(".toml"):
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
