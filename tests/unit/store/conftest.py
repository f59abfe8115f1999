"""A store in a file, and ways to look at it that the program does not have."""

import contextlib

import pytest
from pysqlite3 import dbapi2

from comity.store import Database, url_of


@pytest.fixture
def path(tmp_path):
    return tmp_path / "comity.db"


@pytest.fixture
def db(path):
    with Database.create(url_of(path)) as database:
        yield database


@pytest.fixture
def raw():
    """A connection past the program, as a person with the ``sqlite3`` tool has it."""

    @contextlib.contextmanager
    def raw(path):
        connection = dbapi2.connect(str(path), isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    return raw
