"""Bringing a store forward: whole or not at all, and to the very schema that a new one has."""

import re
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from comity.errors import BadInput, Conflict, NotFound, Unavailable
from comity.store import (
    Database,
    are_whole,
    get_setting,
    migrate,
    plan_migration,
    put_setting,
    schema,
    sqlite,
    steps,
    url_of,
)

VERSION_1 = Path(__file__).with_name("version_1.sql")
COUNTED = ("act", "disclosure", "log_opening", "log_leaf", "custody_event", "job", "setting")

NEXT = '''"""A column more, for a test."""

from alembic import op

revision = "4"
down_revision = "3"


def upgrade():
    for statement in {
        "sqlite": ("ALTER TABLE job ADD COLUMN note TEXT", "CREATE INDEX job_note ON job (note)"),
        "postgresql": (
            'ALTER TABLE job ADD COLUMN note text COLLATE "C"',
            "CREATE INDEX job_note ON job (note)",
        ),
    }[op.get_context().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
    FAIL
'''


@pytest.fixture
def old(path):
    """A store of version 1 with rows in it, made of a frozen copy of that version's statements."""
    conn = dbapi2.connect(str(path), isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    statements = VERSION_1.read_text().partition("\n\n")[2]
    for statement in re.split(r";\n(?:\n|$)", statements.strip() + "\n"):
        if statement:
            conn.execute(statement)
    conn.execute("INSERT INTO schema_version VALUES (1)")
    conn.execute(
        "INSERT INTO act (id, case_id, kind, state, from_authority, to_authority, direction, number, at,"
        " arrived_at, envelope) VALUES ('a1', 'c', 'k', 'GH', 'gh:a', 'pt:a', 'own', 1, 't', 't', x'00')"
    )
    conn.execute("INSERT INTO disclosure (act_id, digest, name, text) VALUES ('a1', 'd1', 'text', 'x')")
    conn.execute("INSERT INTO log_opening VALUES (zeroblob(32), x'00', 'k', NULL, NULL, 't')")
    conn.execute("INSERT INTO log_leaf VALUES (0, zeroblob(32))")
    conn.execute("INSERT INTO custody_event VALUES ('c', 0, 'E', 1, x'00')")
    conn.execute("INSERT INTO job (kind, subject, due) VALUES ('post', '1', 't')")
    conn.execute("INSERT INTO setting VALUES ('x', '17')")
    conn.close()
    return path


@pytest.fixture
def next_version(tmp_path, monkeypatch):
    """A program of the next version, whose migration does well, or fails at its end."""

    def next_version(fail="pass"):
        folder = tmp_path / "next"
        folder.mkdir(exist_ok=True)
        (folder / "version_4.py").write_text(NEXT.replace("FAIL", fail))
        monkeypatch.setattr(schema, "VERSION", 4)
        monkeypatch.setattr(steps, "LOCATIONS", [steps.LOCATIONS[0], str(folder)])

    return next_version


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, path):
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    Database.create(url_of(path)).close()
    return url_of(path)


def laid(path):
    """All that a file says of its schema, word for word; and what kind of table each is."""
    conn = dbapi2.connect(str(path))
    found = {row[:3]: row[3] for row in conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema")}
    tables = {row[1]: row[2:] for row in conn.execute("PRAGMA table_list") if row[0] == "main"}
    first = {
        table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in ("schema_version", "sequencer")
    }
    conn.close()
    return found, tables, first


def counts(path):
    conn = dbapi2.connect(str(path))
    found = {table: conn.execute(f"SELECT * FROM {table}").fetchall() for table in COUNTED}
    conn.close()
    return found


def test_an_old_store_is_refused_with_the_way_on(old):
    with pytest.raises(Conflict) as caught:
        Database.open(url_of(old))
    assert caught.value.id == "store.schema_older"
    assert caught.value.arguments == {"found": 1, "wanted": schema.VERSION}


def test_a_migrated_file_has_the_schema_of_a_fresh_one_and_all_its_rows(old, tmp_path):
    before = counts(old)
    done = migrate(url_of(old))
    assert (done.found, done.wanted, [step for step, _ in done.steps]) == (1, 3, [2, 3])
    fresh = tmp_path / "fresh.db"
    Database.create(url_of(fresh)).close()
    assert laid(old) == laid(fresh)
    assert counts(old) == before
    with Database.open(url_of(old)) as db:
        assert db.problems() == ()
        with db.read() as conn:
            assert get_setting(conn, "x") == 17


def test_before_it_the_file_is_copied_as_it_was(old):
    before = counts(old)
    done = migrate(url_of(old))
    copy = old.with_name(done.copy)
    assert copy.name == "comity.db.version-1"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert counts(copy) == before
    with pytest.raises(Conflict) as caught:
        Database.open(url_of(copy))
    assert caught.value.arguments["found"] == 1


def test_a_plan_says_what_would_be_done_and_does_nothing(old):
    before = old.read_bytes()
    plan = plan_migration(url_of(old))
    assert (plan.found, plan.wanted, plan.copy) == (1, 3, None)
    assert [number for number, _ in plan.steps] == [2, 3]
    assert "sequencer" in plan.steps[0][1]
    assert old.read_bytes() == before
    assert [file.name for file in old.parent.glob("*version*")] == []


def test_without_room_for_the_copy_nothing_is_done(old, monkeypatch):
    before = old.read_bytes()
    usage = type("Usage", (), {"free": 2 * old.stat().st_size - 1})
    monkeypatch.setattr(sqlite.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Unavailable) as caught:
        migrate(url_of(old))
    assert caught.value.id == "store.no_room_to_migrate"
    assert old.read_bytes() == before
    assert plan_migration(url_of(old)).found == 1


def test_a_copy_of_an_earlier_time_is_not_written_over(old):
    copy = old.with_name("comity.db.version-1")
    copy.write_bytes(b"somebody's only copy")
    with pytest.raises(Conflict) as caught:
        migrate(url_of(old))
    assert caught.value.id == "store.migration_copy_there"
    assert copy.read_bytes() == b"somebody's only copy"
    assert plan_migration(url_of(old)).found == 1


def test_a_store_of_this_version_has_nothing_to_be_done(url):
    done = migrate(url)
    assert (done.found, done.steps, done.copy) == (schema.VERSION, (), None)


def test_a_newer_store_is_refused(url, monkeypatch):
    monkeypatch.setattr(schema, "VERSION", 1)
    for function in (migrate, plan_migration):
        with pytest.raises(Conflict) as caught:
            function(url)
        assert caught.value.id == "store.schema_newer"


def test_what_is_no_store_is_not_made_one(path, tmp_path):
    with pytest.raises(NotFound):
        migrate(url_of(tmp_path / "nothing.db"))
    path.write_bytes(b"")
    with pytest.raises(BadInput) as caught:
        migrate(url_of(path))
    assert caught.value.id == "store.not_a_store"


def test_a_step_forward_is_done_on_both_and_what_was_stored_stays(url, next_version):
    with Database.open(url) as db:
        db.writer.run(lambda conn: put_setting(conn, "x", 17))
    next_version()
    assert [number for number, _ in plan_migration(url).steps] == [4]
    assert migrate(url).found == 3
    assert migrate(url).steps == ()
    with Database.open(url) as db, db.read() as conn:
        assert get_setting(conn, "x") == 17
        assert conn.exec_driver_sql("SELECT count(note) FROM job").scalar_one() == 0
        assert conn.exec_driver_sql("SELECT version FROM schema_version").fetchall() == [(4,)]


def test_a_step_that_fails_is_not_half_done(url, next_version, path, monkeypatch):
    next_version("raise RuntimeError")
    with pytest.raises(RuntimeError):
        migrate(url)
    assert list(path.parent.glob("*version-*")) == []
    monkeypatch.undo()
    with Database.open(url) as db, db.read() as conn:
        assert conn.exec_driver_sql("SELECT * FROM job").keys() >= {"kind"}
        assert "note" not in conn.exec_driver_sql("SELECT * FROM job").keys()  # noqa: SIM118 - a result's keys


def test_on_a_server_nobody_else_may_use_the_database_meanwhile(postgresql_url, next_version, monkeypatch):
    from comity.store import postgresql

    with Database.open(postgresql_url) as other:
        next_version()
        monkeypatch.setattr(postgresql, "BUSY_SECONDS", 0)
        with other.read(), pytest.raises(Conflict) as caught:
            migrate(postgresql_url)
        assert caught.value.id == "store.migration_others"
    monkeypatch.undo()
    next_version()
    assert migrate(postgresql_url).found == 3


# All that PostgreSQL knows of a store, under names that do not change from one database to the next.
CATALOGUE = (
    """SELECT table_name, ordinal_position, column_name, data_type, collation_name, is_nullable,
        column_default, is_identity, identity_generation
        FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2""",
    """SELECT conrelid::regclass::text, conname, contype, condeferrable, convalidated,
        pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2""",
    "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1, 2",
    """SELECT tgrelid::regclass::text, tgname, tgenabled, pg_get_triggerdef(oid)
        FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2""",
    """SELECT proname, prosrc, provolatile, prosecdef, proconfig, pg_get_function_identity_arguments(oid)
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace ORDER BY 1""",
    """SELECT relname, relkind, relpersistence, reloptions FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace ORDER BY 1""",
    "SELECT * FROM schema_version",
    "SELECT * FROM sequencer",
)


def catalogue(url):
    with Database.open(url) as db, db.read() as conn:
        return [conn.exec_driver_sql(ask).fetchall() for ask in CATALOGUE]


def test_on_postgresql_a_migrated_schema_is_that_of_a_fresh_store(
    postgresql, postgresql_url, next_version, monkeypatch
):
    before = catalogue(postgresql_url)
    assert [len(part) > 2 for part in before[:6]] == [True] * 6
    next_version()
    migrate(postgresql_url)
    job = next(statement for statement in schema.TABLES if "TABLE job " in statement)
    longer = job.replace("done_at TEXT,", "done_at TEXT, note TEXT,")
    tables = tuple(longer if one == job else one for one in schema.TABLES)
    monkeypatch.setattr(schema, "TABLES", (*tables, "CREATE INDEX job_note ON job (note)"))
    fresh = postgresql.url(postgresql.create())
    Database.create(fresh).close()
    assert catalogue(postgresql_url) == catalogue(fresh) != before


NEW_IN_3 = (
    "case_line",
    "case_due",
    "case_tag",
    "case_clock",
    "case_word",
    "exhibit_record",
    "vault_fault",
    "exhibit_examination",
    "exhibit_stamper",
)


def test_a_server_s_store_of_version_2_comes_to_the_present_schema(postgresql_url):
    fresh = catalogue(postgresql_url)
    with Database.open(postgresql_url) as db:

        def back(conn):
            for table in NEW_IN_3:
                conn.exec_driver_sql(f"DROP TABLE {table}")
            conn.exec_driver_sql("DROP INDEX act_home_kind")
            conn.exec_driver_sql("DELETE FROM setting WHERE name = 'index_version'")
            conn.exec_driver_sql("UPDATE schema_version SET version = 2")

        db.writer.run(back)
    assert [step for step, _ in migrate(postgresql_url).steps] == [3]
    assert catalogue(postgresql_url) == fresh


def test_after_a_migration_the_lists_are_said_not_to_be_whole(old):
    migrate(url_of(old))
    with Database.open(url_of(old)) as db, db.read() as conn:
        assert not are_whole(conn)


def test_both_databases_have_the_same_tables_columns_and_indexes(postgresql_url, path):
    """What ``schema`` reads off one description is what both databases made of it, but for the words."""
    kinds = {"INTEGER": "bigint", "TEXT": "text", "BLOB": "bytea"}
    with Database.create(url_of(path)) as db, db.read() as conn:
        ask = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        ask += " AND name NOT LIKE 'case_word%'"  # each database has an index of words of its own
        sqlites = {
            (table, row.name, kinds[row.type], bool(row.notnull or row.pk))
            for (table,) in conn.exec_driver_sql(ask).fetchall()
            for row in conn.exec_driver_sql(f"PRAGMA table_info({table})").fetchall()
        }
        asked = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        indexes = {name for (name,) in conn.exec_driver_sql(asked)}
        triggers = {
            name for (name,) in conn.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        }
    columns, _, theirs, rules, *_ = catalogue(postgresql_url)
    assert {(row[0], row[2], row[3], row[5] == "NO") for row in columns if row[0] != "case_word"} == sqlites
    assert {row[4] for row in columns if row[3] == "text"} == {"C"}
    assert indexes <= {row[1] for row in theirs}
    truncating = {row[1] for row in rules if row[1].endswith("_no_truncate")}
    assert {row[1] for row in rules} - truncating == triggers
    assert len(truncating) == 7
