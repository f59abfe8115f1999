"""``comity evidence add`` of whatever comes: several paths, a stream, an interruption; as commands."""

from __future__ import annotations

import io
import json
from hashlib import sha256

import pytest
from click.testing import CliRunner
from handing import count, vault_objects

from comity.cli import program
from comity.cli.progress import Lines, amount, duration
from comity.cli.session import Session


class Pipe(io.RawIOBase):
    """A standard input that gives so much, and then is interrupted, or ends."""

    def __init__(self, data, *, interrupted=False):
        super().__init__()
        self.data, self.interrupted = data, interrupted

    def readable(self):
        return True

    def readinto(self, view):
        if not self.data and self.interrupted:
            raise KeyboardInterrupt
        taken, self.data = self.data[: len(view)], self.data[len(view) :]
        view[: len(taken)] = taken
        return len(taken)


@pytest.fixture
def add(pair, request_):
    def run(*paths, stdin=None, more=()):
        node = pair.pt.node
        session = Session(
            data=str(node.settings.data),
            environment={},
            opening={"clock": node.clock, "courier": node.courier},
        )
        words = ["evidence", "add", request_.id, *map(str, paths), "--as", "examiner", "--item", "mailbox"]
        words += ["--label", "from the provider", *more]
        return CliRunner().invoke(program, words, obj=session, input=stdin)

    return run


def test_a_stream_and_several_paths(add, files) -> None:
    data = b"From a\n" * 200_000
    done = add("-", stdin=Pipe(data), more=("--name", "box.mbox", "--json"))
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["sha256"] == sha256(data).hexdigest()
    (files / "mail" / "again").hardlink_to(files / "mail" / "inbox")
    (files / "mail" / "link").symlink_to("inbox")
    done = add(files / "mail", files / "disk.dd")
    assert done.exit_code == 0, done.output
    assert "4 files" in done.stdout
    assert "1 links" in done.stdout
    assert "hard links" in done.stdout


def test_what_cannot_be_meant_is_refused_before_anything_is_read(add, files, pair, request_) -> None:
    before = count(pair.pt, request_)
    for paths, more, id in (
        (("-", files), (), "cli.evidence.stream_alone"),
        ((files,), ("--name", "x"), "cli.evidence.name_of_path"),
        ((), (), "cli.usage"),
        ((files / "none",), (), "evidence.no_source"),
    ):
        done = add(*paths, stdin=Pipe(b"data"), more=(*more, "--json"))
        assert json.loads(done.stderr)["id"] == id
    assert count(pair.pt, request_) == before


def test_an_interrupted_intake_leaves_nothing_and_can_be_run_again(add, pair, request_) -> None:
    data = bytes(5_000_000)
    objects, before = vault_objects(pair.pt), count(pair.pt, request_)
    done = add("-", stdin=Pipe(data, interrupted=True))
    assert done.exit_code == 130
    assert "Nothing was kept" in done.stderr
    assert vault_objects(pair.pt) == objects
    assert not list((pair.pt.node.settings.vault / "incoming").iterdir())
    assert count(pair.pt, request_) == before
    assert add("-", stdin=Pipe(data)).exit_code == 0


def test_plain_lines_tell_rate_and_time_left(capsys) -> None:
    times = iter([0.0, 1.0, 10.0, 12.0, 20.0])
    told = Lines(Session(), "disk", clock=lambda: next(times))
    told(1, 4096)  # too early for a line
    told(1024, 4096)
    told(2048, 4096)  # too soon after one
    told(4096, None)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "disk: 1.0 KiB of 4.0 KiB read (25 per cent), 102 B/s, 0:00:30 left"
    assert second == "disk: 4.0 KiB read, 205 B/s"
    assert (amount(1536 * 1024**4), duration(3723.4)) == ("1536.0 TiB", "1:02:03")
