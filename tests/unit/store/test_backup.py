"""Copies made while the store is written to: of one moment, sound, and never over another file."""

import stat
from threading import Event, Thread

import pytest

from comity.errors import Conflict, Unavailable
from comity.store import Database, back_up, backup, get_setting, integrity_check, put_setting, schema, url_of


def test_a_copy_made_while_others_write_is_of_one_moment(db, tmp_path):
    stop = Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1

            def deed(conn, number=number):
                put_setting(conn, "one", number)
                put_setting(conn, "padding", "x" * 50_000)
                put_setting(conn, "two", number)

            db.writer.run(deed)

    db.writer.run(lambda conn: put_setting(conn, "one", 0))
    db.writer.run(lambda conn: put_setting(conn, "two", 0))
    thread = Thread(target=write)
    thread.start()
    try:
        for turn in range(3):
            back_up(db, tmp_path / f"copy{turn}.db")
    finally:
        stop.set()
        thread.join()
    for turn in range(3):
        with Database.open(url_of(tmp_path / f"copy{turn}.db")) as copy, copy.read() as conn:
            assert get_setting(conn, "one") == get_setting(conn, "two")


def test_a_copy_has_every_table_and_every_guard(db, path, tmp_path, raw):
    target = tmp_path / "copy.db"
    back_up(db, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.glob("copy*")) == ["copy.db"]
    ask = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name"
    with raw(path) as one, raw(target) as other:
        laid = other.execute(ask).fetchall()
        assert laid == one.execute(ask).fetchall()
    # A virtual table has tables of its own.
    ours = [name for _, name, _ in laid if not name.startswith("case_word_")]
    assert len(ours) == sum(statement.startswith("CREATE") for statement in schema.ddl())


def test_what_was_erased_is_not_in_the_copy(db, tmp_path):
    secret = "a name that the law wants destroyed"
    db.writer.run(lambda conn: put_setting(conn, "x", secret))
    db.writer.run(lambda conn: put_setting(conn, "x", "gone"))
    back_up(db, tmp_path / "copy.db")
    assert secret.encode() not in (tmp_path / "copy.db").read_bytes()


def test_a_file_that_is_there_is_never_overwritten(db, tmp_path):
    target = tmp_path / "precious"
    target.write_bytes(b"the backup of yesterday")
    with pytest.raises(Conflict) as caught:
        back_up(db, target)
    assert caught.value.id == "store.backup_there"
    assert target.read_bytes() == b"the backup of yesterday"


def test_a_file_that_came_while_the_copy_was_made_is_not_overwritten_either(db, tmp_path, monkeypatch):
    target = tmp_path / "copy.db"
    monkeypatch.setattr(backup, "_prove", lambda copy: target.write_bytes(b"another backup"))
    with pytest.raises(Conflict) as caught:
        back_up(db, target)
    assert caught.value.id == "store.backup_there"
    assert [file.read_bytes() for file in tmp_path.glob("copy*")] == [b"another backup"]


def test_what_an_interrupted_backup_left_is_cleared_away(db, tmp_path):
    (tmp_path / "copy.db.part").write_bytes(b"half")
    back_up(db, tmp_path / "copy.db")
    assert sorted(file.name for file in tmp_path.glob("copy*")) == ["copy.db"]


def test_a_copy_that_is_not_sound_is_thrown_away(db, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "integrity_check", lambda database: ("row 1 missing from index x",))
    with pytest.raises(Unavailable) as caught:
        back_up(db, tmp_path / "copy.db")
    assert caught.value.id == "store.backup_unsound"
    assert list(tmp_path.glob("copy*")) == []


def test_a_folder_that_is_not_there_is_a_disk_error(db, tmp_path):
    with pytest.raises(Unavailable) as caught:
        back_up(db, tmp_path / "no" / "copy.db")
    assert caught.value.id == "store.disk_failed"


def test_a_sound_store_has_no_problems_and_a_broken_one_names_them(db, path, raw):
    assert integrity_check(db) == ()
    with raw(path) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("INSERT INTO receipt VALUES ('nobody', 'own', 't', x'00')")
    (problem,) = integrity_check(db)
    assert "receipt" in problem
    assert "act" in problem
