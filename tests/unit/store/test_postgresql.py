"""PostgreSQL: what is refused, what a server can do to a deed, and what never shows."""

import re
import socket
import sys
import traceback
from contextlib import contextmanager, suppress
from threading import Event, Thread

import postgresql as servers
import psycopg
import pytest
from sqlalchemy import make_url, text

from comity.errors import BadInput, Conflict, NotPermitted, Unavailable
from comity.store import Database, acts, cases, get_setting, jobs, knowing, log, pieces, put_setting, schema
from comity.store import postgresql as pg
from comity.store.statement import Statement

SECRET = "the name of a person"


@pytest.fixture
def db(postgresql_url):
    with Database.open(postgresql_url) as database:
        yield database


@pytest.fixture
def name(postgresql_url):
    return postgresql_url.rpartition("/")[2]


@pytest.fixture
def raw(postgresql, name):
    with postgresql.connect(name) as conn:
        yield conn


def stored(db, *names):
    with db.read() as conn:
        return [get_setting(conn, name) for name in names]


def put(name, value=1):
    return lambda conn: put_setting(conn, name, value)


def everything(error):
    """An error as a log with tracebacks would show it, causes and all."""
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize(
    "url",
    ["postgresql+psycopg://", "postgresql+psycopg:///", "postgresql+psycopg://host:port/db", "mysql://h/d"],
)
def test_only_the_url_of_a_database_is_taken(url):
    with pytest.raises(BadInput) as caught:
        Database.open(url)
    assert caught.value.id == "store.url_not_supported"


def test_a_parameter_that_nobody_knows_is_told_without_the_password(postgresql_url):
    url = postgresql_url.replace("comity@", f"comity:{SECRET.replace(' ', '_')}@") + "?nonsense=1"
    with pytest.raises(BadInput) as caught:
        Database.open(url)
    assert caught.value.id == "store.url_not_supported"
    assert "the_name" not in everything(caught.value)


def test_without_the_driver_it_is_said_what_to_install(postgresql_url, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(Unavailable) as caught:
        Database.open(postgresql_url)
    assert caught.value.id == "store.no_psycopg"


def test_no_server_and_no_database_are_told_without_the_password(postgresql):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"postgresql+psycopg://comity:hunter2@127.0.0.1:{free.getsockname()[1]}/hunter"
    for url in (nobody, postgresql.url("nowhere", password="hunter2")):
        with pytest.raises(Unavailable) as caught:
            Database.open(url)
        assert caught.value.id == "store.no_connection"
        assert "hunter2" not in everything(caught.value)
    assert '"nowhere" does not exist' in str(caught.value.arguments["what"])
    assert "hunter2" not in repr(pg.PostgreSQL.of(make_url(nobody)))


def test_only_an_empty_database_becomes_a_store_and_only_a_store_is_opened(postgresql, postgresql_url):
    with pytest.raises(Conflict) as caught:
        Database.create(postgresql_url)
    assert caught.value.id == "store.database_not_empty"
    other = postgresql.create()
    with pytest.raises(BadInput) as caught:
        Database.open(postgresql.url(other))
    assert caught.value.id == "store.not_a_store"
    with postgresql.connect(other) as conn:
        conn.execute("CREATE TABLE other (x int)")
    with pytest.raises(Conflict):
        Database.create(postgresql.url(other))
    postgresql.drop(other)


@pytest.mark.parametrize(("version", "id"), [(1, "store.schema_older"), (99, "store.schema_newer")])
def test_a_schema_of_another_version_is_refused(postgresql_url, raw, version, id):
    raw.execute("UPDATE schema_version SET version = %s", (version,))
    with pytest.raises(Conflict) as caught:
        Database.open(postgresql_url)
    assert caught.value.id == id


def test_a_server_that_does_not_sync_is_refused_and_so_is_another_encoding(postgresql, monkeypatch):
    with postgresql.connect() as conn:
        conn.execute("CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII'")
    with pytest.raises(Unavailable) as caught:
        Database.create(postgresql.url("ascii"))
    assert caught.value.id == "store.not_utf8"
    monkeypatch.setattr(pg, "FLOOR", 990_000)
    with pytest.raises(Unavailable) as caught:
        Database.create(postgresql.url("postgres"))
    assert (caught.value.id, caught.value.arguments["wanted"]) == ("store.postgresql_too_old", 99)
    monkeypatch.undo()
    with servers.running(fsync="off") as careless, pytest.raises(Unavailable) as caught:
        Database.create(careless.url("postgres"))
    assert caught.value.id == "store.not_durable"
    assert caught.value.arguments == {"setting": "fsync", "value": "off"}


def test_a_commit_waits_for_the_disk_whatever_the_database_was_told(postgresql_url, raw, name):
    raw.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with Database.open(postgresql_url) as db:
        assert db.writer.run(lambda conn: conn.exec_driver_sql("SHOW synchronous_commit").scalar()) == "on"


def test_a_reader_sees_one_moment_and_cannot_write(db):
    db.writer.run(put("x", 1))
    with db.read() as conn:
        assert get_setting(conn, "x") == 1
        db.writer.run(put("x", 2))
        assert get_setting(conn, "x") == 1
    with db.read() as conn:
        assert get_setting(conn, "x") == 2
        with pytest.raises(Unavailable) as caught:
            put_setting(conn, "x", 3)
    assert caught.value.id == "store.read_only"
    assert stored(db, "x") == [2]


@pytest.mark.parametrize(
    ("statement", "id"),
    [
        ("INSERT INTO setting VALUES (:v, :v), (:v, :v)", "store.rule_broken"),
        ("INSERT INTO disclosure VALUES (:v, :v, :v, :v)", "store.rule_broken"),
        ("INSERT INTO setting VALUES (:v, NULL)", "store.rule_broken"),
        ("INSERT INTO job (kind, subject, due, tries) VALUES ('k', 's', 'd', :v)", None),
        ("INSERT INTO nowhere VALUES (:v)", None),
        ("SELECT CAST(:v AS bigint)", None),
    ],
)
def test_no_error_shows_what_was_to_be_stored(db, statement, id):
    """PostgreSQL's DETAIL tells the row; the driver's text and that of SQLAlchemy have it too."""
    with pytest.raises(Exception) as caught:
        db.writer.run(lambda conn: conn.execute(text(statement), {"v": SECRET}))
    assert getattr(caught.value, "id", None) == id
    assert SECRET not in everything(caught.value)


def test_a_failed_statement_is_the_end_of_its_deed_and_of_no_other(db):
    def hides(conn):
        put_setting(conn, "a", 1)
        try:
            conn.execute(text("INSERT INTO schema_version SELECT version FROM schema_version"))
        except Conflict:
            return "all is well"

    with pytest.raises(Exception):  # noqa: B017 - a fault of the program, as it comes
        db.writer.run(hides)
    db.writer.run(put("b"))
    assert stored(db, "a", "b") == [None, 1]


def backend(conn):
    return conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()


def test_a_connection_lost_in_a_deed_means_that_nothing_was_done(db, raw):
    def deed(conn):
        put_setting(conn, "a", 1)
        raw.execute("SELECT pg_terminate_backend(%s, 10000)", (backend(conn),))
        put_setting(conn, "b", 1)

    with pytest.raises(Unavailable) as caught:
        db.writer.run(deed)
    assert caught.value.id == "store.connection_lost"
    assert stored(db, "a", "b") == [None, None]
    db.writer.run(put("a", 2))
    assert stored(db, "a") == [2]


def test_a_connection_that_a_statement_finds_lost_is_used_no_more(db, raw):
    left = []

    def look():
        with db.read() as conn:
            raw.execute("SELECT pg_terminate_backend(%s, 10000)", (backend(conn),))
            try:
                Statement("SELECT 1").all(conn)
            finally:
                left.append(conn.invalidated)

    with pytest.raises(Unavailable) as caught:
        look()
    assert (left, caught.value.id) == ([True], "store.connection_lost")


def test_connections_that_died_in_between_are_made_anew(db, raw, name):
    db.writer.run(put("a"))
    assert stored(db, "a") == [1]
    raw.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = %s AND pid <> pg_backend_pid()",
        (name,),
    )
    db.writer.run(put("b"))
    assert stored(db, "a", "b") == [1, 1]


class Wire:
    """Carries bytes to a server and back, until told to lose the answer to a COMMIT, or the COMMIT itself."""

    def __init__(self, port):
        self.to = port
        self.lose = None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.open = []
        Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                here, _ = self.listening.accept()
            except OSError:
                return
            there = socket.create_connection(("127.0.0.1", self.to))
            self.open += [here, there]
            cut = Event()
            Thread(target=self._carry, args=(here, there, cut, True), daemon=True).start()
            Thread(target=self._carry, args=(there, here, cut, False), daemon=True).start()

    def _carry(self, source, target, cut, asking):
        try:
            while data := source.recv(65536):
                if asking and self.lose and b"COMMIT\0" in data:
                    cut.set()
                    if self.lose == "question":
                        break
                if not asking and cut.is_set():
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self):
        for end in (self.listening, *self.open):
            end.close()


@contextmanager
def wired(server, name):
    wire = Wire(server.port)
    url = server.url(name).replace(str(server.port), str(wire.port)) + "?sslmode=disable"
    try:
        with Database.open(url) as db:
            yield wire, db
    finally:
        wire.close()


@pytest.mark.parametrize(("lose", "done"), [("answer", 1), ("question", None)])
def test_a_commit_whose_answer_is_lost_is_told_as_such_and_not_tried_again(postgresql, name, db, lose, done):
    ran = []
    with wired(postgresql, name) as (wire, far):
        far.writer.run(put("before"))
        wire.lose = lose

        def deed(conn):
            ran.append(1)
            put_setting(conn, "a", 1)

        with pytest.raises(Unavailable) as caught:
            far.writer.run(deed)
        assert caught.value.id == "store.in_doubt"
        wire.lose = None
        far.writer.run(put("after"))
    assert ran == [1]
    assert stored(db, "before", "a", "after") == [1, done, 1]


def test_whoever_holds_the_lock_is_waited_for_and_then_it_is_said(postgresql_url, raw, monkeypatch):
    monkeypatch.setattr(pg, "BUSY_SECONDS", 0)
    with Database.open(postgresql_url) as db:
        raw.execute(f"SELECT pg_advisory_lock({pg.WRITER_LOCK})")
        with pytest.raises(Unavailable) as caught:
            db.writer.run(put("x"))
        assert caught.value.id == "store.busy"
        raw.execute(f"SELECT pg_advisory_unlock({pg.WRITER_LOCK})")
        db.writer.run(put("x"))


def test_a_writer_that_is_paused_does_not_keep_the_others_out(postgresql_url, db, monkeypatch):
    monkeypatch.setattr(pg, "PAUSED_SECONDS", 1)
    with Database.open(postgresql_url) as sleeper:

        def deed(conn):
            put_setting(conn, "slept", 1)
            db.writer.run(put("awake"))  # waits for the lock, and gets it when the server has had enough
            put_setting(conn, "slept", 2)

        with pytest.raises(Unavailable) as caught:
            sleeper.writer.run(deed)
        assert caught.value.id == "store.connection_lost"
    assert stored(db, "slept", "awake") == [None, 1]


def test_two_writers_see_what_the_other_has_committed(postgresql_url, db):
    """Were the moment taken before the lock, the second would count from an old number."""
    began, go = Event(), Event()

    def first(conn):
        put_setting(conn, "n", 1)
        began.set()
        go.wait()

    thread = Thread(target=lambda: db.writer.run(first))
    with Database.open(postgresql_url) as other:
        thread.start()
        began.wait()
        seen = []
        second = Thread(target=lambda: seen.append(other.writer.run(lambda conn: get_setting(conn, "n"))))
        second.start()
        with db.read() as conn:
            waits = text("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while conn.execute(waits).first() is None:
                pass
        go.set()
        thread.join()
        second.join()
    assert seen == [1]


@pytest.mark.parametrize("column", ["arrived_at", "id"])
def test_what_was_added_is_never_changed_removed_or_truncated(raw, column):
    raw.execute(
        "INSERT INTO act (id, case_id, kind, state, from_authority, to_authority, direction, number, at,"
        " arrived_at, envelope) VALUES ('a1', 'c', 'k', 'GH', 'gh:a', 'pt:a', 'own', 1, 't', 't', '')"
    )
    raw.execute("INSERT INTO disclosure (act_id, digest, name, text) VALUES ('a1', 'd', 'text', 'x')")
    raw.execute("INSERT INTO custody_event VALUES ('c', 0, 'E', 1, '')")
    raw.execute("INSERT INTO log_opening VALUES (decode(repeat('00', 32), 'hex'), '', 'k', NULL, NULL, 't')")
    raw.execute("INSERT INTO log_leaf SELECT 0, leaf FROM log_opening")
    for statement, rule in (
        (f"UPDATE act SET {column} = {column}", "act: rows are never changed or removed"),
        ("DELETE FROM act", "act: rows are never changed or removed"),
        ("TRUNCATE act CASCADE", "act: rows are never changed or removed"),
        ("TRUNCATE disclosure", "disclosure: rows are never changed or removed"),
        ("DELETE FROM disclosure", "disclosure: rows are never removed"),
        ("UPDATE disclosure SET text = 'y'", "a field is erased once"),
        ("INSERT INTO custody_event VALUES ('c', 2, 'E', 2, '')", "counters have no gaps"),
        ("INSERT INTO custody_event VALUES ('c', 1, 'E', 3, '')", "counters have no gaps"),
        ("INSERT INTO log_leaf SELECT 2, leaf FROM log_opening", "positions have no gaps"),
        ("DELETE FROM log_leaf", "log_leaf: rows are never changed or removed"),
        ("DELETE FROM sequencer", "its row is never removed"),
        ("UPDATE sequencer SET token = -1", "never goes back"),
    ):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=re.escape(rule)):
            raw.execute(statement)
    with pytest.raises(psycopg.errors.UniqueViolation, match="act_own_number"):
        raw.execute("INSERT INTO act SELECT 9, 'a2', case_id, kind, state, from_authority, to_authority,"
                    " direction, number, at, arrived_at, envelope FROM act")  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (acts._OF_CASE, "act_case"),
        (acts._BY_NUMBER, "act_case|act_own_number"),
        (acts._NEXT, "act_case|act_own_number"),
        (cases._PROJECT, "act_case"),
        (knowing._OF_KIND, "act_home_kind"),
        (knowing._OF_KIND_IN_CASE, "act_home_kind|act_case|act_home_number"),
        (jobs._lease("postgresql", None), "job_due"),
        (log._OPENING, "log_opening_subject"),
        (pieces._EXPECTED, "piece_digest"),
    ],
)
def test_what_is_asked_often_can_be_found_by_an_index(db, statement, index):
    kinds = {"shared": True, "number": 1, "size": 1}
    named = {name: kinds.get(name, "x") for name in text(statement.text).compile().params}

    def explain(conn):
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [row[0] for row in conn.execute(text(f"EXPLAIN {statement.text}"), named)]

    plan = db.writer.run(explain)
    assert any(re.search(index, step) for step in plan), plan


def test_a_rule_that_somebody_switched_off_is_found(db, raw):
    assert db.problems() == ()
    raw.execute("ALTER TABLE act DISABLE TRIGGER act_no_delete")
    assert db.problems() == ("rule switched off: act_no_delete",)


def test_it_is_copied_by_its_own_tools(db, tmp_path):
    with pytest.raises(NotPermitted) as caught:
        db.copy_to(tmp_path / "copy")
    assert caught.value.id == "store.copied_by_its_own_tools"


def test_what_was_erased_leaves_the_tables_files(postgresql, db, raw, make_erasable):
    secret = b"a name that the law wants destroyed"
    make_erasable(secret.decode())
    oid = raw.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()[0]
    base = postgresql.folder / "data" / "base" / str(oid)

    def on_disk():
        raw.execute("CHECKPOINT")
        return any(secret in file.read_bytes() for file in base.iterdir() if file.is_file())

    assert on_disk()
    db.writer.run(
        lambda conn: conn.execute(text("UPDATE disclosure SET text = NULL, erased_at = 't', erased_by = 'a'"))
    )
    assert on_disk()
    assert db.checkpoint()
    assert not on_disk()


@pytest.fixture
def make_erasable(raw):
    def make_erasable(content):
        raw.execute(
            "INSERT INTO act (id, case_id, kind, state, from_authority, to_authority, direction, number, at,"
            " arrived_at, envelope) VALUES ('a1', 'c', 'k', 'GH', 'gh:a', 'pt:a', 'own', 1, 't', 't', '')"
        )
        # Several: what a page holds of one alone would be covered by what takes its place.
        rows = "INSERT INTO disclosure (act_id, digest, name, text) SELECT 'a1', n, n, %s"
        raw.execute(rows + " FROM generate_series(1, 40) AS n", (content,))

    return make_erasable


def test_a_checkpoint_hindered_by_a_reader_says_so(postgresql_url, db, monkeypatch):
    monkeypatch.setattr(pg, "BUSY_SECONDS", 0)
    with db.read() as conn:
        get_setting(conn, "x")
        db.writer.run(put("x"))
        assert not db.checkpoint()
    assert db.checkpoint()


def test_a_power_cut_of_the_server_loses_nothing_that_was_acknowledged():
    with servers.running() as server:
        with Database.create(server.url("postgres")) as db:
            for number in range(5):
                db.writer.run(put(f"n{number}"))
            servers.stop(server, "QUIT")  # without writing anything back
            with pytest.raises(Unavailable) as caught:
                db.writer.run(put("later"))
            assert caught.value.id in {"store.no_connection", "store.connection_lost"}
            again = servers.start(server.folder, server.port)
            server.process = again.process
            db.writer.run(put("later"))
            assert stored(db, *(f"n{number}" for number in range(5)), "later") == [1] * 6
        assert schema.VERSION == 3
