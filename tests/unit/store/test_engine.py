"""Opening a store safely or not at all, and what a disk can do to it."""

import stat
from contextlib import ExitStack
from threading import Thread

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from comity.errors import BadInput, Conflict, NotFound, Unavailable
from comity.store import Database, engine, get_setting, place, put_setting, sqlite, url_of


def test_an_sqlite_below_the_floor_is_refused(path, monkeypatch):
    assert sqlite.SQLITE_FLOOR == (3, 51, 3)
    monkeypatch.setattr(sqlite, "SQLITE_FLOOR", (999, 0, 0))
    with pytest.raises(Unavailable) as caught:
        Database.create(url_of(path))
    assert caught.value.id == "store.sqlite_too_old"
    assert caught.value.arguments == {"found": dbapi2.sqlite_version, "wanted": "999.0.0"}
    assert not path.exists()


def test_a_store_is_not_opened_below_the_floor_either(db, path, monkeypatch):
    monkeypatch.setattr(sqlite, "SQLITE_FLOOR", (999, 0, 0))
    with pytest.raises(Unavailable):
        Database.open(url_of(path))


@pytest.mark.parametrize(
    "url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql://host/db", "sqlite:///a.db?x=1"]
)
def test_only_the_url_of_a_file_is_taken(url):
    with pytest.raises(BadInput) as caught:
        Database.open(url)
    assert caught.value.id == "store.url_not_supported"


def test_opening_makes_no_file_and_creating_overwrites_none(path):
    with pytest.raises(NotFound) as caught:
        Database.open(url_of(path))
    assert caught.value.id == "store.not_found"
    assert not path.exists()
    Database.create(url_of(path)).close()
    before = path.read_bytes()
    with pytest.raises(Conflict) as caught:
        Database.create(url_of(path))
    assert caught.value.id == "store.already_there"
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_a_disk_error(tmp_path):
    with pytest.raises(Unavailable) as caught:
        Database.create(url_of(tmp_path / "no" / "comity.db"))
    assert caught.value.id == "store.disk_failed"


def test_what_is_stored_is_for_the_owner_alone(db, path):
    db.writer.run(lambda conn: put_setting(conn, "x", 1))
    files = sorted(path.parent.iterdir())
    assert [file.name for file in files] == ["comity.db", "comity.db-shm", "comity.db-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
def test_every_connection_is_careful(db, pragma, value):
    ask = lambda conn: conn.exec_driver_sql(f"PRAGMA {pragma}").scalar()  # noqa: E731
    assert db.writer.run(ask) == value
    with db.read() as conn:
        assert ask(conn) == value


def test_a_reader_sees_one_moment_and_cannot_write(db):
    db.writer.run(lambda conn: put_setting(conn, "x", 1))
    with db.read() as conn:
        assert get_setting(conn, "x") == 1
        db.writer.run(lambda conn: put_setting(conn, "x", 2))
        assert get_setting(conn, "x") == 1
    with db.read() as conn:
        assert get_setting(conn, "x") == 2
        with pytest.raises(Unavailable) as caught:
            put_setting(conn, "x", 3)
        assert caught.value.arguments["what"] == "attempt to write a readonly database"


def test_a_connection_is_used_again_and_never_in_the_middle_of_something(db):
    def raw():
        with db.read() as conn:
            return conn.connection.dbapi_connection

    assert raw() is raw()
    with db.read() as one, db.read() as other:
        assert one.connection.dbapi_connection is not other.connection.dbapi_connection
    with pytest.raises(Unavailable), db.read() as conn:
        put_setting(conn, "x", 0)  # a reader cannot
    db.writer.run(lambda conn: put_setting(conn, "x", 1))
    for _ in range(3):
        with db.read() as conn:
            assert get_setting(conn, "x") == 1


def test_who_waits_for_a_connection_gets_the_next_that_is_free(path, monkeypatch):
    """Given back, a connection is held and not in the pool: who waits at the pool would not hear of it."""
    for module in (place, engine):
        monkeypatch.setattr(module, "READERS_AT_MOST", 9)
    got = []
    with Database.create(url_of(path)) as db:

        def reads():
            with db.read() as conn:
                got.append(get_setting(conn, "x"))

        with ExitStack() as busy:
            for _ in range(8):
                busy.enter_context(db.read())
            with db.read():
                waiting = [Thread(target=reads) for _ in range(3)]
                for thread in waiting:
                    thread.start()
                assert not got
            for thread in waiting:  # eight are still in use, one is free
                thread.join(sqlite.BUSY_SECONDS * 3)
    assert got == [None] * 3


def test_a_full_disk_is_said_and_nothing_is_half_done(db):
    db.writer.run(lambda conn: put_setting(conn, "kept", True))

    def fill(conn):
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        put_setting(conn, "small", 1)
        put_setting(conn, "large", "x" * 1_000_000)

    with pytest.raises(Unavailable) as caught:
        db.writer.run(fill)
    assert caught.value.id == "store.disk_full"
    db.writer.run(lambda conn: put_setting(conn, "after", True))  # room was made
    with db.read() as conn:
        assert [get_setting(conn, name) for name in ("kept", "small", "after")] == [True, None, True]


def test_another_process_that_holds_the_file_is_waited_for_and_then_said(db, path, raw, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0)
    with raw(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable) as caught:
            db.writer.run(lambda conn: put_setting(conn, "x", 1))
        assert caught.value.id == "store.busy"
        other.execute("ROLLBACK")
    db.writer.run(lambda conn: put_setting(conn, "x", 1))


def test_a_damaged_file_is_said(db, path):
    db.writer.run(lambda conn: put_setting(conn, "x", "y" * 20_000))
    db.close()
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 40] = b"\xff" * (4096 * 39)
    path.write_bytes(content)
    with pytest.raises(Unavailable) as caught, Database.open(url_of(path)) as again, again.read() as conn:
        get_setting(conn, "x")
    assert caught.value.id == "store.damaged"


def test_a_file_that_went_away_is_not_made_anew(db, path):
    db.close()
    again = Database.open(url_of(path))
    again.close()
    for file in path.parent.glob("comity.db*"):
        file.unlink()
    with pytest.raises(Unavailable) as caught:
        again._readers.connect()
    assert caught.value.id == "store.disk_failed"
    assert not path.exists()


def test_an_error_never_shows_what_was_to_be_stored(db):
    def deed(conn):
        conn.execute(text("INSERT INTO nowhere VALUES (:secret)"), {"secret": "the name of a person"})

    with pytest.raises(OperationalError) as caught:
        db.writer.run(deed)
    assert "the name of a person" not in str(caught.value)


def test_what_was_deleted_leaves_the_disk_with_the_checkpoint(db, path):
    secret = "a name that the law wants destroyed"
    db.writer.run(lambda conn: put_setting(conn, "x", secret * 400))
    assert db.checkpoint()
    db.writer.run(lambda conn: put_setting(conn, "x", "gone"))
    on_disk = lambda: b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))  # noqa: E731
    assert secret.encode() in on_disk()
    assert db.checkpoint()
    assert secret.encode() not in on_disk()


def test_a_checkpoint_hindered_by_a_reader_says_so(db, monkeypatch):
    monkeypatch.setattr(sqlite, "_PRAGMAS", ("PRAGMA busy_timeout = 0", *sqlite._PRAGMAS[1:]))
    db.writer.run(lambda conn: put_setting(conn, "x", 1))
    with db.read() as conn:
        get_setting(conn, "x")
        db.writer.run(lambda conn: put_setting(conn, "x", 2))
        assert not db.checkpoint()
    assert db.checkpoint()
