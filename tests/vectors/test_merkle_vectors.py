"""The JSON vectors of transparency-dev/merkle (Apache-2.0): every verdict must be ours, too."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity import merkle
from comity.errors import ProofFailed

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "vectors" / "merkle"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the merkle vectors are not beside this repository"
)

Vector = dict[str, Any]


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _proof(vector: Vector) -> list[bytes]:
    return [_bytes(part) for part in vector["proof"] or ()]


def _inclusion(v: Vector) -> None:
    merkle.verify_inclusion(_bytes(v["leafHash"]), v["leafIdx"], v["treeSize"], _proof(v), _bytes(v["root"]))


def _consistency(v: Vector) -> None:
    merkle.verify_consistency(v["size1"], _bytes(v["root1"]), v["size2"], _bytes(v["root2"]), _proof(v))


def _subtree_inclusion(v: Vector) -> None:
    merkle.verify_subtree_inclusion(
        _bytes(v["leafHash"]), v["leafIdx"], _proof(v), _bytes(v["root"]), start=v["start"], end=v["end"]
    )


def _subtree_consistency(v: Vector) -> None:
    merkle.verify_subtree_consistency(
        _bytes(v["root1"]), v["size"], _bytes(v["root2"]), _proof(v), start=v["start"], end=v["end"]
    )


@pytest.mark.parametrize(
    ("folder", "verify", "count"),
    [
        ("inclusion", _inclusion, 98),
        ("consistency", _consistency, 98),
        ("subtreeinclusion", _subtree_inclusion, 204),
        ("subtreeconsistency", _subtree_consistency, 118),
    ],
)
def test_every_verdict(folder: str, verify: Callable[[Vector], None], count: int) -> None:
    wrong: list[str] = []
    seen: Counter[bool] = Counter()
    for path in sorted((FOLDER / folder).rglob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        try:
            verify(vector)
            refused = False
        except ProofFailed:
            refused = True
        seen[refused] += 1
        if refused != vector["wantErr"]:
            wrong.append(str(path.relative_to(FOLDER)))
    assert wrong == []
    assert seen.total() == count
    assert seen[False] > 0  # the happy paths were there
