"""P12 as an operator does it: real nodes, processes, a copy while people write, and a lost machine."""

import shutil
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Event, Thread
from time import monotonic

import pytest
from cli_walk import preserve_text, put, request_text
from test_cli import founded, free_port, serving

from comity import merkle, note, store, tlog
from comity.errors import Conflict

OTHER = {"GH": "PT", "PT": "GH"}


@pytest.fixture
def served(tmp_path):
    """Two nodes that publish their logs each second, each served by a process."""
    with ThreadPoolExecutor() as both:
        made = both.map(lambda state: founded(tmp_path / state, state, free_port()), OTHER)
        desks = dict(zip(OTHER, made, strict=True))
    for state, desk in desks.items():
        introduce(desk, desks[OTHER[state]], tmp_path / f"{state}-of.json")
        file = desk.folder / "settings.toml"
        file.write_text("epoch_seconds = 1\n" + file.read_text())
    processes = {state: serving(desk) for state, desk in desks.items()}
    yield desks, processes
    for process in processes.values():
        if process.poll() is None:
            process.kill()
            process.communicate()


def introduce(desk, other, file):
    fingerprint = other.json("directory", "-o", file)["fingerprint"]
    desk("peer", "add", file, "--fingerprint", fingerprint)


def wait_until(holds):
    """For another process; there is nothing in this one to wait on."""
    patience, between = monotonic() + 60, Event()
    while not holds():
        assert monotonic() < patience
        between.wait(0.05)


def quiet(*desks):
    """Whether everything that was said is acknowledged, and everything asked for has come."""
    left = []
    for desk in desks:
        with store.Database.open(store.url_of(desk.folder / "comity.db")) as db, db.read() as conn:
            left += [job for job in store.waiting(conn) if job.kind not in {"publish", "scrub"}]
    return not left


class Monitor:
    """Whoever follows a public log: keeps each checkpoint that it shows."""

    def __init__(self, url):
        self.seen, self._url, self._stop = [], url + "/log/checkpoint", Event()
        self._thread = Thread(target=self._follow)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _follow(self):
        while not self._stop.wait(0.1):
            self.look()

    def look(self):
        try:
            with urllib.request.urlopen(self._url) as answer:
                data = answer.read()
        except OSError:
            return  # it is being restored
        if data not in self.seen:
            self.seen.append(data)


def verify_grows(log, vkey, seen):
    """Each checkpoint extends the one before it, by the tiles as they are published at last."""
    told = [tlog.checkpoint.open(data, vkey).checkpoint for data in seen]

    def read(path):
        return (log / path).read_bytes()

    for old, new in pairwise(told):
        tiles = tlog.Tiles(read, told[-1].size)
        assert tiles.root(new.size) == new.root
        proof = merkle.consistency_proof(tiles.node, old.size, new.size)
        merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)
    return told


def test_a_node_is_lost_and_comes_back(served, tmp_path):
    desks, processes = served
    gh, pt = desks["GH"], desks["PT"]
    entry = gh.json("directory")
    file = put(tmp_path, "preserve.toml", preserve_text())
    request = put(tmp_path, "request.toml", request_text())
    sent = gh.json("request", "send", request, "--as", "ama", "--approver", "kofi")
    gh("approve", sent["act"], "--as", "kofi")
    wait_until(lambda: quiet(gh, pt))
    with Monitor(entry["url"]) as monitor:
        with ThreadPoolExecutor(3) as people:
            # Commands write, both nodes post and publish, and the copy is made in the midst of it.
            said = [people.submit(gh.act, "request", "send", file, "--as", "ama") for _ in range(4)]
            said.append(people.submit(pt.act, "ask", sent["act"], "--as", "ama", "--question", "Why?"))
            said[0].result()
            gh("backup", tmp_path / "copy.tar")
            acts = [one.result() for one in said]
        wait_until(lambda: quiet(gh, pt))
        after = gh.act("request", "send", file, "--as", "ama")
        asked = pt.act("ask", sent["act"], "--as", "ama", "--question", "And then?")
        wait_until(lambda: quiet(gh, pt))
        before = len(monitor.seen)
        wait_until(lambda: len(monitor.seen) > before)  # what was said last is in the public log
        processes["GH"].kill()
        processes["GH"].communicate()
        monitor.look()
    mirror = shutil.copytree(gh.folder / "log", tmp_path / "mirror")
    shutil.rmtree(gh.folder)
    last = put(tmp_path, "last-checkpoint", monitor.seen[-1].decode())

    told = gh.json("restore", tmp_path / "copy.tar", gh.folder, "--last-checkpoint", last, "--log", mirror)
    assert told["log"]["behind"] == 0
    refused = gh("request", "send", file, "--as", "ama", "--case", sent["case"], status=Conflict.exit_code)
    assert "restored" in refused.stderr
    text = gh("recover", "--show").stdout
    assert "PT: not asked yet" in text
    processes["GH"] = serving(gh)
    with Monitor(entry["url"]) as again:
        wait_until(lambda: quiet(gh, pt))
        before = len(again.seen)
        wait_until(lambda: len(again.seen) > before + 1)
    peers = gh.json("recover", "--show")["peers"]
    assert [(one["state"], one["status"], one["not_taken"]) for one in peers] == [("PT", "done", 0)]
    assert "PT: brought everything back" in gh("recover").stdout
    with store.Database.open(store.url_of(gh.folder / "comity.db")) as one, one.read() as conn:
        cases = [line.case for line in store.list_cases(conn, limit=-1)]
        assert {after, asked, *acts} <= {a.id for case in cases for a in store.acts_of_case(conn, case)}
    for case in cases:
        ours, theirs = (desk.json("request", "show", case)["requests"] for desk in desks.values())
        assert ours == theirs
    vkey = note.parse_vkey(entry["log"])
    verify_grows(gh.folder / "log", vkey, [*monitor.seen, *again.seen])
    assert "brought everything back" in gh("doctor").stdout
