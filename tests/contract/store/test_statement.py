"""Statements that the driver runs: in SQLAlchemy's transaction, with the same faults as SQLAlchemy's own."""

import pytest
from sqlalchemy import text

from comity.errors import ComityError, Conflict
from comity.store import get_setting, put_setting
from comity.store.statement import Statement, kept_in_moment, moment

SECRET = "no error may show this"

PUT = Statement("INSERT INTO setting (name, value) VALUES (:name, :value)")
NAMES = Statement("SELECT name FROM setting WHERE name LIKE 'test-%' ORDER BY name")


def told(function):
    """What came of it: the id of our error, or the driver's own; and all that the two say."""
    with pytest.raises(Exception) as caught:
        function()
    error = caught.value
    said = "".join(f"{one!r}{one}" for one in (error, error.__cause__, error.__context__) if one is not None)
    assert error.__cause__ is not error
    return (error.id if isinstance(error, ComityError) else None), said


@pytest.mark.parametrize(
    ("statement", "id"),
    [
        ("INSERT INTO setting (name, value) VALUES (:v, NULL)", "store.rule_broken"),
        ("INSERT INTO job (kind, subject, due) VALUES (NULL, :v, :v)", "store.rule_broken"),
        ("INSERT INTO setting (name, value) VALUES (:v, :v), (:v, :v)", "store.rule_broken"),
        ("INSERT INTO no_such_table VALUES (:v)", None),
        ("SELECT :v FROM", None),
    ],
)
@pytest.mark.parametrize("way", ["run", "all", "many"])
def test_a_fault_is_told_as_through_sqlalchemy_and_shows_no_value(do, statement, id, way):
    values = {"v": SECRET}
    rows = [values] if way == "many" else values
    expected, _ = told(lambda: do(lambda conn: conn.execute(text(statement), values)))
    assert expected == id
    found, said = told(lambda: do(lambda conn: getattr(Statement(statement), way)(conn, rows)))
    assert found == id
    assert SECRET not in said


def test_a_reader_cannot_write(db):
    def by(run):
        with db.read() as conn:
            run(conn)

    row = {"name": "test-a", "value": "1"}
    expected, _ = told(lambda: by(lambda conn: conn.execute(text(PUT.text), row)))
    found, _ = told(lambda: by(lambda conn: PUT.run(conn, row)))
    assert found == expected is not None


def test_it_stands_or_falls_with_what_sqlalchemy_runs(do, see):
    def deed(conn):
        conn.execute(text(PUT.text), {"name": "test-a", "value": "1"})
        PUT.run(conn, {"name": "test-b", "value": "2"})
        assert conn.execute(text("SELECT count(*) FROM setting WHERE name LIKE 'test-%'")).scalar_one() == 2
        assert NAMES.scalars(conn) == ["test-a", "test-b"]
        raise Conflict("store.database_not_empty")

    with pytest.raises(Conflict):
        do(deed)
    assert see(NAMES.scalars) == []


def test_a_failed_deed_leaves_the_others_of_its_batch(do, see):
    do(put_setting, "test-a", 1)
    with pytest.raises(Conflict):
        do(PUT.run, {"name": "test-a", "value": "2"})
    do(PUT.run, {"name": "test-b", "value": "3"})
    assert [see(get_setting, name) for name in ("test-a", "test-b")] == [1, 3]


def test_a_transaction_begins_with_it_where_none_was_begun(db):
    """Without one, SQLite would commit each statement by itself."""
    with db._writing.connect() as conn:
        PUT.run(conn, {"name": "test-a", "value": "1"})
        assert conn.in_transaction()
    with db.read() as conn:
        assert NAMES.scalars(conn) == []


def test_rows_have_names_and_changes_are_counted(do, see):
    assert do(PUT.run, {"name": "test-a", "value": "%"}) == 1
    do(PUT.many, [{"name": f"test-{letter}", "value": ":x"} for letter in "bc"])
    do(PUT.many, [])
    both = Statement("SELECT name, value, count(*) OVER () FROM setting WHERE value <> :none ORDER BY name")
    rows = [row for row in see(both.all, {"none": "''"}) if row.name.startswith("test-")]
    assert [(row.name, row.value) for row in rows] == [("test-a", "%"), ("test-b", ":x"), ("test-c", ":x")]
    assert rows[0][2] == see(both.first, {"none": "''"})[2]
    assert see(both.scalar, {"none": "''"}) == see(both.first, {"none": "''"}).name
    nothing = Statement("SELECT name FROM setting WHERE name = :name")
    assert (see(nothing.first, {"name": "?"}), see(nothing.scalar, {"name": "?"})) == (None, None)
    assert do(Statement("UPDATE setting SET value = '1' WHERE name LIKE 'test-%'").run) == 3


@pytest.mark.parametrize("said", ["SELECT '%', '%s', ':a', 'b:c'", "SELECT '100%', :v || '%(v)s'"])
def test_what_a_driver_could_take_for_a_value_is_none(see, said):
    literal = said.replace("':a'", "':' || 'a'")
    rows = see(Statement(literal).all, {"v": "x"} if ":v" in literal else {})
    wanted = ("100%", "x%(v)s") if ":v" in literal else ("%", "%s", ":a", "b:c")
    assert [tuple(row) for row in rows] == [wanted]


def test_in_one_moment_what_was_read_is_not_asked_for_again_and_nothing_is_mixed_up(db):
    asked = []
    value = Statement("SELECT name FROM setting WHERE name = :a AND :b <> ''")

    def names(conn, **values):
        return [row.name for row in value.all(conn, values)]

    row = {"name": "test-a", "value": "1"}
    db.writer.run(lambda conn: PUT.run(conn, row))
    with db.read() as conn:
        read, value_read = Statement._read, value
        with pytest.MonkeyPatch.context() as patch, moment(conn):
            patch.setattr(Statement, "_read", lambda *told: asked.append(told[0]) or read(*told))
            assert names(conn, a="test-a", b="x") == ["test-a"]
            found = value.all(conn, {"a": "test-a", "b": "x"})
            found.clear()  # a list of the caller's own
            with moment(conn):
                assert names(conn, a="test-a", b="x") == ["test-a"]
            assert names(conn, a="test-a", b="x") == ["test-a"], "the inner one has not ended it"
            assert asked == [value_read]
            assert names(conn, a="x", b="test-a") == [], "equal values under other names are another question"
            assert len(asked) == 2
        assert kept_in_moment(conn) is None
    db.writer.run(lambda conn: PUT.run(conn, {**row, "name": "test-b"}))
    with db.read() as conn, moment(conn):
        assert NAMES.scalars(conn) == ["test-a", "test-b"], "another moment"
