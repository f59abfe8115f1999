"""Founding a node on PostgreSQL by the command line, bringing an older database forward, what is not told."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from desk import PLAIN, Desk

from comity.cli.serving import alone
from comity.store import Database, schema, url_of

PASSWORD = "an-old-password"
OFFICE = ("--office", "gh:central-authority=central_authority")


@pytest.fixture
def server_url(postgresql):
    """An empty database, its URL with a password in it (which this server does not ask for)."""
    return postgresql.url(postgresql.create(), password=PASSWORD)


def found(folder, *more, environment=None):
    desk = Desk(folder)
    words = ("init", folder, "--state", "GH", "--name", "Node of GH", *OFFICE, "--demo", *more)
    return desk, desk.run(*map(str, words), environment=environment)


def test_a_node_is_founded_on_postgresql_by_an_option(tmp_path, server_url):
    desk, result = found(tmp_path / "gh", "--database-url", server_url)
    assert result.exit_code == 0, result.stderr
    assert not (desk.folder / "comity.db").exists()
    told = [result.stdout, result.stderr, desk("doctor").stdout, desk("serve", "--once").stdout]
    told += [desk("migrate").stdout, desk("migrate", "--dry-run").stdout]
    wrong, remedy = desk.refused("backup", tmp_path / "copy.tar", status=4)
    assert "pg_dump" in remedy
    assert not (tmp_path / "copy.tar").exists()
    assert PASSWORD not in "".join([*told, wrong, remedy])
    assert (desk.folder / "settings.toml").stat().st_mode & 0o077 == 0


def test_a_node_is_founded_on_postgresql_by_the_environment_and_its_address_is_not_kept(tmp_path, server_url):
    environment = {**PLAIN, "COMITY_DATA": str(tmp_path / "gh"), "COMITY_DATABASE_URL": server_url}
    desk, result = found(tmp_path / "gh", environment=environment)
    assert result.exit_code == 0, result.stderr
    assert "database" not in (desk.folder / "settings.toml").read_text()
    assert not (desk.folder / "comity.db").exists()
    assert desk.run("person", "list", environment=environment).exit_code == 0
    assert PASSWORD not in result.stdout + result.stderr


@pytest.mark.parametrize("wrong", ["taken", "nowhere", "no url"])
def test_where_the_database_is_not_right_nothing_is_founded(tmp_path, server_url, wrong):
    url = {"taken": server_url, "nowhere": server_url + "_nowhere", "no url": "postgresql:secret"}[wrong]
    if wrong == "taken":
        Database.create(url).close()
    _, result = found(tmp_path / "gh", "--database-url", url)
    assert result.exit_code != 0
    assert not (tmp_path / "gh").exists()
    assert PASSWORD not in result.stderr
    assert "secret" not in result.stderr


def test_an_older_database_is_said_with_its_remedy_and_brought_forward(tmp_path, monkeypatch):
    desk, result = found(tmp_path / "gh")
    assert result.exit_code == 0
    make_old(desk.folder / "comity.db")
    wrong, remedy = desk.refused("person", "list", status=6)
    assert "comity migrate" in remedy
    planned = desk.json("migrate", "--dry-run")
    assert (planned["found"], planned["wanted"], planned["done"], planned["copy"]) == (1, 3, False, None)
    desk.refused("person", "list", status=6)
    with alone(desk.folder):
        wrong, _ = desk.refused("migrate", status=6)
        assert str(desk.folder) in wrong  # it is being served
    done = desk("migrate").stdout
    assert "comity.db.version-1" in done
    assert "2:" in done
    desk("person", "list")
    assert "comity reindex" in done
    assert "comity reindex" in desk("doctor", status=6).stdout
    assert desk.json("reindex") == {"cases": 0}
    assert "doctor.lists" in {line["id"] for line in desk.json("doctor")}
    assert desk.json("migrate")["steps"] == []


def make_old(path):
    """As version 1 left it: without what later versions brought."""
    from pysqlite3 import dbapi2

    with Database.open(url_of(path)) as db:
        assert db.checkpoint()
    conn = dbapi2.connect(str(path), isolation_level=None)
    for table in (
        "sequencer",
        "case_line",
        "case_due",
        "case_tag",
        "case_clock",
        "case_word",
        "exhibit_examination",
        "exhibit_record",
        "exhibit_stamper",
        "vault_fault",
    ):
        conn.execute(f"DROP TABLE {table}")
    conn.execute("DROP INDEX act_home_kind")
    conn.execute("DELETE FROM setting WHERE name = 'index_version'")
    conn.execute("UPDATE schema_version SET version = 1")
    conn.close()
    assert schema.VERSION == 3
