"""Two served nodes as processes on this machine, and the first request through commands, each a process."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from comity import store

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cli_walk import walk
from commands import command

OUT = ("--as", "ama", "--second", "kofi", "--to", "Court A", "--purpose", "Trial")
COMITY = Path(sys.executable).with_name("comity")
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("COMITY_") and name != "PYTHONDONTWRITEBYTECODE"
}


def environment(folder):
    """As an installed program has it: compiled once, for some fifty processes."""
    return {**PLAIN, "PYTHONPYCACHEPREFIX": str(folder.parent / "bytecode")}


@dataclass
class Desk:
    """One node's commands, each run as a process of its own."""

    folder: Path

    def __call__(self, *args, status=0):
        done = command([*map(str, args)], {**environment(self.folder), "COMITY_DATA": str(self.folder)})
        assert done.returncode == status, (args, done.returncode, done.stdout, done.stderr)
        return done

    def json(self, *args):
        return json.loads(self(*args, "--json").stdout)

    def act(self, *args):
        return self.json(*args)["act"]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def founded(folder, state, port):
    desk, low = Desk(folder), state.lower()
    desk(
        "init", folder, "--state", state, "--name", f"Node of {state}", "--demo", "--port", port,
        "--url", f"http://127.0.0.1:{port}", "--office", f"{low}:central-authority=central_authority",
    )  # fmt: skip
    for number, (name, work) in enumerate((("ama", ("officer", "examiner")), ("kofi", ("approver",)))):
        works = [part for one in work for part in ("--work", one)]
        desk(
            "person", "add", name, "--office", f"{low}:central-authority", *works,
            "--shown-name", f"Officer {number}", "--function", "officer", "--instrument", "Appointment",
        )  # fmt: skip
    return desk


def serving(desk):
    """The node's own process; it has said that it listens when this returns."""
    process = subprocess.Popen(
        [COMITY, "serve", "--data", desk.folder],
        env=environment(desk.folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "listens" in process.stdout.readline(), process.stderr.read()
    return process


def told(process):
    """What a process has written, once it is asked to end."""
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


@pytest.fixture
def served(tmp_path):
    with ThreadPoolExecutor() as both:
        made = both.map(lambda state: founded(tmp_path / state, state, free_port()), ("GH", "PT"))
        desks = dict(zip(("GH", "PT"), made, strict=True))
    for state, other in (("GH", "PT"), ("PT", "GH")):
        file = tmp_path / f"{other}.json"
        fingerprint = desks[other].json("directory", "-o", file)["fingerprint"]
        desks[state]("peer", "add", file, "--fingerprint", fingerprint)
    processes = {state: serving(desk) for state, desk in desks.items()}
    yield desks, processes
    for process in processes.values():
        if process.poll() is None:
            process.kill()
            process.communicate()


def settled(desks):
    """Return when every act and piece of both nodes is acknowledged, as their databases say."""
    patience = monotonic() + 60
    between = Event()
    for desk in desks.values():
        with store.Database.open(store.url_of(desk.folder / "comity.db")) as db:
            while True:
                with db.read() as conn:
                    left = [job for job in store.waiting(conn) if job.kind not in {"publish", "scrub"}]
                if not left:
                    break
                assert monotonic() < patience, left
                between.wait(0.05)  # for another process; there is nothing in this one to wait on


def test_a_request_goes_from_preview_to_close_and_verifies(served, tmp_path):
    desks, processes = served
    gh, pt = desks["GH"], desks["PT"]

    it = walk(gh, pt, lambda: settled(desks), tmp_path)
    one, other = (desk.json("request", "show", it.case)["requests"] for desk in desks.values())
    assert one == other
    trust = []
    for state, desk in desks.items():
        trust += ["--trust", f"{state}={desk.json('directory')['fingerprint']}"]
        case = tmp_path / f"{state}.zip"
        desk("case", "export", it.case, "-o", case, *OUT)
    gh("verify", *(tmp_path / f"{state}.zip" for state in desks), tmp_path / "package", *trust)
    with urllib.request.urlopen(gh.json("directory")["url"] + "/log/checkpoint") as answer:
        assert answer.read() == (gh.folder / "log" / "checkpoint").read_bytes()
    for process in processes.values():
        status, errors = told(process)
        assert status == 0, errors
        assert "Traceback" not in errors
        assert all(json.loads(line)["level"] for line in errors.splitlines())
