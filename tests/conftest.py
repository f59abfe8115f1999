"""What all tests share: how hypothesis searches, and where the large real inputs lie, if they are here."""

import os
import sys
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import postgresql as server  # noqa: E402 - tests are no package
import seaweedfs  # noqa: E402 - likewise
import softhsm as tokens  # noqa: E402 - likewise

# Deadlines would make a slow machine fail; randomness would make CI's failures hard to repeat.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(autouse=True)
def _log_as_configured_by_nobody():
    """A command and the demonstration set how their process logs; here a process runs many tests."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real evidence and foreign vectors beside the repository; without it, a skip."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the real inputs (../shared/data) are not on this machine")
    return folder


@pytest.fixture(scope="session")
def postgresql():
    """A PostgreSQL server of this process's own; where there is none to start, a skip."""
    with server.running() as started:
        yield started


@pytest.fixture
def postgresql_url(postgresql):
    """The URL of a fresh store on it."""
    name = postgresql.new()
    yield postgresql.url(name)
    postgresql.drop(name)


@pytest.fixture(scope="session")
def s3():
    """An S3 server of this process's own; where there is none to start, a skip."""
    with seaweedfs.running() as started:
        yield started


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory):
    """The PKCS#11 library of tokens in software; where it is not installed, a skip."""
    with tokens.running(tmp_path_factory.mktemp("softhsm")) as library:
        yield library
