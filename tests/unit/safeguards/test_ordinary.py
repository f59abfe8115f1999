"""The thirty ordinary requests stay as they were written, before any check was tuned to them."""

import hashlib
from importlib.resources import files
from pathlib import Path

FOLDER = files("comity.law") / "scenarios" / "ordinary"
FROZEN = Path(__file__).with_name("ordinary.sha256")


def test_the_thirty_requests_are_those_that_were_frozen():
    frozen = dict(reversed(line.split()) for line in FROZEN.read_text(encoding="utf-8").splitlines())
    held = {one.name: hashlib.sha256(one.read_bytes()).hexdigest() for one in FOLDER.iterdir()}
    assert len(frozen) == 30
    assert held == frozen
