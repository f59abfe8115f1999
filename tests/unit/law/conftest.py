"""Law data for tests: the shipped files, and ways to change them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from comity.law import Bundle, compile_bundle, packaged_bundle, packaged_files


@pytest.fixture(scope="session")
def files():
    return packaged_files()


@pytest.fixture(scope="session")
def law():
    return packaged_bundle()


@pytest.fixture
def changed(files):
    """Compile the shipped files with one text replaced in one file, or with files added."""

    def change(name=None, old="", new="", **added):
        copy = dict(files)
        if name is not None:
            text = copy[name].decode()
            assert old in text, f"{old!r} is not in {name}"
            copy[name] = text.replace(old, new, 1).encode()
        for path, text in added.items():
            copy[path] = copy.get(path, b"") + text.encode()
        return Bundle.load(compile_bundle(copy))

    return change
