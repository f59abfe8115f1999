"""What the database refuses even of a faulty program."""

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import text

from comity.errors import BadInput, Conflict
from comity.store import Database, acts, cases, jobs, knowing, log, pieces, schema, url_of

ACT = (
    "INSERT INTO act (id, case_id, kind, state, from_authority, to_authority, direction, number, at,"
    " arrived_at, envelope) VALUES (?, 'c', 'k', 'GH', 'gh:a', ?, ?, ?, 't', 't', x'00')"
)


@pytest.fixture
def laid(db, path, raw):
    """A store with one row in each table that is only added to."""
    with raw(path) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA recursive_triggers = ON")
        conn.execute(ACT, ("a1", "pt:a", "own", 1))
        conn.execute("INSERT INTO disclosure (act_id, digest, name, text) VALUES ('a1', 'd1', 'text', 'x')")
        conn.execute("INSERT INTO disclosure (act_id, digest, name, text) VALUES ('a1', 'd2', 'terms', 'y')")
        conn.execute("INSERT INTO commitment VALUES ('a1', 'x')")
        conn.execute("INSERT INTO equivocation VALUES ('a1', 'a2', 'c', x'00', 't')")
        conn.execute("INSERT INTO receipt VALUES ('a1', 'own', 't', x'00')")
        conn.execute("INSERT INTO custody_event VALUES ('c', 0, 'E', 1, x'00')")
        conn.execute("INSERT INTO log_opening VALUES (zeroblob(32), x'00', 'k', NULL, NULL, 't')")
        conn.execute("INSERT INTO log_leaf VALUES (0, zeroblob(32))")
        yield conn


def test_every_table_is_strict(db, path, raw):
    with raw(path) as conn:
        tables = [
            row
            for row in conn.execute("PRAGMA table_list")
            if row[0] == "main" and not row[1].startswith(("sqlite_", "case_word"))  # a virtual one is none
        ]
    assert len(tables) == len([s for s in schema.TABLES if s.startswith("CREATE TABLE")])
    assert [name for _, name, _, _, _, strict in tables if not strict] == []


def test_a_column_takes_only_its_type(laid):
    with pytest.raises(dbapi2.IntegrityError, match="cannot store TEXT value in INTEGER column"):
        laid.execute(ACT, ("a9", "pt:a", "own", "nine"))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("act", "arrived_at"),
        ("custody_event", "envelope"),
        ("log_leaf", "leaf"),
        ("receipt", "envelope"),
        ("equivocation", "second"),
        ("commitment", "text"),
    ],
)
def test_what_was_added_is_never_changed_nor_removed(laid, table, column):
    before = laid.execute(f"SELECT * FROM {table}").fetchall()
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(dbapi2.IntegrityError, match=r"never changed or removed|no gaps"):
            laid.execute(statement)
    assert laid.execute(f"SELECT * FROM {table}").fetchall() == before


def test_a_disclosure_is_erased_once_and_nothing_else(laid):
    for statement in (
        "DELETE FROM disclosure",
        "UPDATE disclosure SET text = 'other'",
        "UPDATE disclosure SET digest = 'd', text = NULL, erased_at = 't', erased_by = 'a' WHERE text = 'x'",
        "UPDATE disclosure SET text = NULL WHERE name = 'text'",
        "UPDATE disclosure SET text = NULL, erased_at = 't', erased_by = 'a' WHERE name = 'terms'",
    ):
        with pytest.raises(dbapi2.IntegrityError):
            laid.execute(statement)
    laid.execute("UPDATE disclosure SET text = NULL, erased_at = 't', erased_by = 'a' WHERE name = 'text'")
    with pytest.raises(dbapi2.IntegrityError, match="erased once"):
        laid.execute(
            "UPDATE disclosure SET text = 'x', erased_at = NULL, erased_by = NULL WHERE name = 'text'"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO log_leaf VALUES (2, x'%s')" % ("11" * 32),
        "INSERT INTO custody_event VALUES ('c', 2, 'E', 2, x'00')",
        "INSERT INTO custody_event VALUES ('c', 1, 'E', 3, x'00')",
        "INSERT INTO custody_event VALUES ('c', 1, 'F', 2, x'00')",
        "INSERT INTO custody_event VALUES ('d', 1, 'E', 1, x'00')",
    ],
)
def test_rows_that_are_counted_have_no_gap(laid, statement):
    laid.execute("INSERT INTO log_opening VALUES (x'%s', x'00', 'k', NULL, NULL, 't')" % ("11" * 32))
    with pytest.raises(dbapi2.IntegrityError, match="no gaps"):
        laid.execute(statement)


def test_this_node_gives_a_number_once_and_a_peer_may_give_it_twice(laid):
    for id, to, direction in (("b1", "pt:a", "own"), ("h1", None, "home")):
        if direction == "home":
            laid.execute(ACT, ("h0", None, "home", 1))
        with pytest.raises(dbapi2.IntegrityError, match="UNIQUE"):
            laid.execute(ACT, (id, to, direction, 1))
    laid.execute(ACT, ("p1", "gh:a", "peer", 1))
    laid.execute(ACT, ("p2", "gh:a", "peer", 1))


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        (acts._OF_CASE, "act_case"),
        (acts._DISCLOSED_OF_CASE, "act_case"),
        (acts._BY_NUMBER, "act_case"),
        (acts._NEXT, "act_case"),
        (cases._PROJECT, "act_case"),
        (knowing._OF_KIND, "act_home_kind"),
        (knowing._OF_KIND_IN_CASE, "act_home_kind"),
        (jobs._lease("sqlite", None), "job_due"),
        (log._OPENING, "log_opening_subject"),
        (pieces._EXPECTED, "piece_digest"),
    ],
)
def test_what_is_asked_often_is_found_by_an_index(db, statement, index):
    named = dict.fromkeys(text(statement.text).compile().params, "x")
    with db.read() as conn:
        plan = [row.detail for row in conn.execute(text(f"EXPLAIN QUERY PLAN {statement.text}"), named)]
    assert any(index in step for step in plan), plan
    assert not any(step.startswith(("SCAN act", "SCAN job", "SCAN log_opening")) for step in plan), plan


def test_a_foreign_key_is_checked_at_once(laid):
    """At commit it would take the whole batch with it."""
    laid.execute("BEGIN")
    with pytest.raises(dbapi2.IntegrityError, match="FOREIGN KEY"):
        laid.execute("INSERT INTO receipt VALUES ('nobody', 'own', 't', x'00')")
    laid.execute("COMMIT")


@pytest.mark.parametrize(
    ("version", "id"), [(0, "store.schema_older"), (schema.VERSION + 1, "store.schema_newer")]
)
def test_a_schema_of_another_version_is_refused(db, path, raw, version, id):
    db.close()
    with raw(path) as conn:
        conn.execute("UPDATE schema_version SET version = ?", (version,))
    with pytest.raises(Conflict) as caught:
        Database.open(url_of(path))
    assert (caught.value.id, caught.value.arguments["found"]) == (id, version)


def test_another_programs_database_is_no_store(path, raw):
    with raw(path) as conn:
        conn.execute("CREATE TABLE other (x)")
    with pytest.raises(BadInput) as caught:
        Database.open(url_of(path))
    assert caught.value.id == "store.not_a_store"


@pytest.mark.parametrize("content", [b"", b"this is a text, and long enough to be looked at " * 100])
def test_another_file_is_no_store(path, content):
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        Database.open(url_of(path))
    assert caught.value.id == "store.not_a_store"
