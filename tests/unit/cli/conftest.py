"""Two small nodes for demonstration, made once for all tests of the command line."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from desk import Loop, found


@pytest.fixture(scope="session")
def lone(tmp_path_factory):
    """One node that nobody talks to. Tests leave it as it is."""
    return found(tmp_path_factory.mktemp("lone") / "gh", "GH")


@pytest.fixture(scope="session")
def couple(tmp_path_factory):
    """Two nodes that trust one another: by state."""
    folder = tmp_path_factory.mktemp("couple")
    courier = Loop()
    desks = {}
    for state in ("GH", "PT"):
        courier.folders[state] = folder / state.lower()
        desks[state] = found(folder / state.lower(), state, courier)
    for state, other in (("GH", "PT"), ("PT", "GH")):
        file = folder / f"{other}.json"
        fingerprint = desks[other].json("directory", "-o", file)["fingerprint"]
        desks[state]("peer", "add", file, "--fingerprint", fingerprint)
    return desks
