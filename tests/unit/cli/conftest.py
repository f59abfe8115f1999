"""Two small nodes for demonstration, made once for all tests of the command line."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from desk import found, made_couple


@pytest.fixture(scope="session")
def lone(tmp_path_factory):
    """One node that nobody talks to. Tests leave it as it is."""
    return found(tmp_path_factory.mktemp("lone") / "gh", "GH")


@pytest.fixture(scope="session")
def couple(tmp_path_factory):
    """Two nodes that trust one another: by state."""
    return made_couple(tmp_path_factory)
