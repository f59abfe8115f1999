"""Serving begins only where it can keep what comes in, alone on its folder, at the address it tells."""

import shutil
import socket
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from desk import PLAIN, Desk

from comity import store
from comity.app.node import open_node
from comity.cli import serving
from comity.cli.serving import LOCK, SERVED, _probe, alone
from comity.errors import Conflict, Unavailable


@pytest.fixture
def desk(lone, tmp_path):
    return Desk(shutil.copytree(lone.folder, tmp_path / "gh"))


def test_one_process_serves_a_folder_and_other_commands_run_beside_it(desk):
    with alone(desk.folder):
        with pytest.raises(Conflict), alone(desk.folder):
            pass
        wrong, _ = desk.refused("serve", "--port", 0, status=6)
        assert str(desk.folder) in wrong
        assert desk.json("person", "list")
        desk("serve", "--once")
    with alone(desk.folder):
        assert (desk.folder / LOCK).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", ["log", "guard"])
def test_a_folder_that_takes_no_writing_stops_it_at_the_start(desk, place):
    shutil.rmtree(desk.folder / place, ignore_errors=True)
    (desk.folder / place).write_text("no folder", encoding="utf-8")
    wrong, _ = desk.refused("serve", "--port", 0, status=7)
    assert str(desk.folder / place) in wrong


def test_a_vault_that_cannot_be_opened_is_a_mistake_in_two_lines(desk):
    shutil.rmtree(desk.folder / "vault", ignore_errors=True)
    (desk.folder / "vault").write_text("no folder", encoding="utf-8")
    wrong, _ = desk.refused("doctor", status=7)
    assert "vault" in wrong


def test_the_probe_writes_to_the_database_and_says_when_it_cannot(desk):
    node = open_node(desk.folder, PLAIN)
    with node.db:
        _probe(node)
        with node.db.read() as conn:
            assert store.get_setting(conn, SERVED)
    with pytest.raises(Unavailable):
        _probe(node)


def test_doctor_sees_that_peers_are_told_another_address(desk):
    environment = {**PLAIN, "COMITY_DATA": str(desk.folder), "COMITY_URL": "http://new.example"}
    told = desk.run("doctor", environment=environment).stdout
    assert "http://new.example" in told
    assert "Restart" in told
    assert "Restart" not in desk("doctor").stdout


def test_no_answer_waits_for_the_peers_acknowledgement():
    """asyncio sets it only on sockets made with their protocol named; else each answer takes 40 ms more."""
    with serving._listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
