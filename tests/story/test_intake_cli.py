"""``comity evidence add`` of whatever comes: several paths, a stream, an interruption; as commands."""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from hashlib import sha1, sha256

import pytest
from click.testing import CliRunner
from handing import actions, count, fails, hand_over, release, take_in, vault_objects
from logical_images import Item, image

from comity import dsse, store
from comity.app import custody
from comity.app.examine import examine, look_inside
from comity.app.exhibit import verify_exhibit
from comity.app.sweep import sweep
from comity.cli import program
from comity.cli.progress import Lines, amount, duration
from comity.cli.session import Session
from comity.errors import ComityError, NotFound
from comity.evidence import Keeping, intake


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
    assert "no exhibit yet" in done.stderr
    assert vault_objects(pair.pt) == objects
    assert not list((pair.pt.node.settings.vault / "incoming").iterdir())
    assert count(pair.pt, request_) == before
    assert add("-", stdin=Pipe(data)).exit_code == 0


def test_an_interrupted_intake_of_files_goes_on_where_it_was(add, files, pair, request_, monkeypatch) -> None:
    """The same command again, by the same person; the reader of the index is told."""
    monkeypatch.setattr("comity.app.exhibit.Keeping", partial(Keeping, least=1))
    incoming = pair.pt.node.settings.vault / "incoming"
    disk, mail = files / "large.dd", files / "mail"
    disk.write_bytes(bytes(range(256)) * 16_000)
    opened = intake.opened

    def until(path):
        def interrupted(found):
            if found.path == path:
                raise KeyboardInterrupt
            return opened(found)

        return interrupted

    before = count(pair.pt, request_)
    monkeypatch.setattr(intake, "opened", until("mail/inbox"))
    assert add(disk, mail).exit_code == 130
    assert count(pair.pt, request_) == before
    assert len(list(incoming.iterdir())) == 2
    sweep(pair.pt.node)
    monkeypatch.setattr(intake, "opened", opened)
    done = add(disk, mail, more=("--json", "--no-examine"))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [(one["what"], one["path"]) for one in told["remarks"]] == [("resumed", "large.dd")]
    data = disk.read_bytes() + b"".join((mail / name).read_bytes() for name in ("empty", "inbox"))
    assert told["sha256"] == sha256(data).hexdigest()
    assert verify_exhibit(pair.pt.node, request_.header.case, told["exhibit"]).size == len(data)
    assert list(incoming.iterdir()) == []
    # The source is touched between two runs: said, and nothing of the first is kept.
    monkeypatch.setattr(intake, "opened", until("mail/inbox"))
    assert add(disk, mail).exit_code == 130
    monkeypatch.setattr(intake, "opened", opened)
    disk.write_bytes(bytes(16_000 * 256))
    done = add(disk, mail, more=("--json",))
    assert json.loads(done.stderr)["id"] == "evidence.changed_since"
    assert list(incoming.iterdir()) == []
    assert add(disk, mail, more=("--no-examine",)).exit_code == 0


def test_a_stream_that_was_interrupted_is_compared_when_it_comes_again(add, monkeypatch, pair) -> None:
    monkeypatch.setattr("comity.app.exhibit.Keeping", partial(Keeping, least=1))
    data = bytes(range(251)) * 16_000
    for end, what in ((b"", "came_again"), (b"x", "came_otherwise")):
        assert add("-", stdin=Pipe(data[:-5], interrupted=True)).exit_code == 130
        again = end + data
        done = add("-", stdin=Pipe(again), more=("--json", "--no-examine"))
        told = json.loads(done.stdout)
        assert [one["what"] for one in told["remarks"]] == [what]
        assert (told["remarks"][0]["at"] == 0) is (what == "came_otherwise")
        assert told["sha256"] == sha256(again).hexdigest()
    assert not list((pair.pt.node.settings.vault / "incoming").iterdir())


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


def test_a_long_reading_of_the_vault_tells_how_far_it_is(add, desk, files, monkeypatch) -> None:
    """Proving reads an exhibit twice: as it lies sealed, and what is in it."""
    id = json.loads(add(files, more=("--json", "--no-examine")).stdout)["exhibit"]
    monkeypatch.setattr("comity.cli.progress.SECONDS", -1)
    done = desk("verify", id, "--as", "examiner")
    assert done.exit_code == 0, done.output
    last = [line for line in done.stderr.splitlines() if line.startswith(f"{id}: ")][-1]
    assert "(100 per cent)" in last
    assert "0:00:00 left" in last
    assert desk("verify", id, "--as", "examiner", "--json").stderr == ""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("comity.app.opening.Proving.prove", interrupted)
    done = desk("verify", id, "--as", "examiner")
    assert done.exit_code == 130
    assert "Interrupted before it was done" in done.stderr


# -- what is inside -----------------------------------------------------------------------------------


@pytest.fixture
def desk(pair):
    def run(*words):
        node = pair.pt.node
        session = Session(
            data=str(node.settings.data),
            environment={},
            opening={"clock": node.clock, "courier": node.courier},
        )
        return CliRunner().invoke(program, ["evidence", *map(str, words)], obj=session)

    return run


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "letters.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("private/diary.txt", "Dear diary")
        made.writestr("more.7z", b"7z\xbc\xaf\x27\x1c")
    return path


def test_what_is_inside_is_listed_signed_and_kept_sealed(add, desk, pair, request_, archive) -> None:
    done = add(archive, more=("--json",))
    assert done.exit_code == 0, done.output
    value = json.loads(done.stdout)
    id, found = value["exhibit"], value["examination"]
    assert (found["inside"], found["unread"], found["differs"]) == (2, 1, 0)
    assert actions(pair.pt, request_, id) == ["taken_in", "sealed", "opened", "examined"]
    shown = desk("inside", id, "--as", "examiner", "--path", "*diary*")
    assert "letters.zip > private/diary.txt" in shown.stdout
    assert "7z" not in shown.stdout
    assert actions(pair.pt, request_, id)[-1] == "opened"
    listed = json.loads(desk("inside", id, "--as", "examiner", "--json").stdout)["files"][0]
    assert listed["inside"][1]["sha256"] == sha256(b"Dear diary").hexdigest()
    # At rest, nothing of it can be read; and a delivery does not carry it.
    case = request_.header.case
    with pair.pt.node.db.read() as conn:
        kept = store.last_examination(conn, case, id)
        assert b"diary" not in kept.listing + kept.envelope
        assert b"diary" not in store.indexed_exhibit(conn, case, id).index
    release(pair, request_, id)
    deliver = hand_over(pair, request_, id)
    pair.settle()
    custody.take_custody(pair.gh.node, deliver.id, pair.gh["officer"])
    with pair.gh.node.db.read() as conn, fails(NotFound, "store.not_examined"):
        store.last_examination(conn, case, id)
    assert examine(pair.gh.node, case, id, pair.gh["officer"]).said.inside == 2


def test_digests_that_a_logical_image_stored_are_checked_and_told(
    add, desk, pair, request_, tmp_path
) -> None:
    other = sha1(b"other").hexdigest()
    items = Item("a", bytes(range(256))), Item("b", b"B", records={(1, 0x5002): other.encode()})
    for number, part in enumerate(image(*items, part=900), start=1):
        (tmp_path / f"phone.ad{number}").write_bytes(part)
    one, two, *more = sorted(tmp_path.glob("phone.ad*"))
    assert "phone.ad2" in add(one).stderr  # an image in parts is one thing
    done = add(one, two, *more)
    assert done.exit_code == 0, done.output
    assert "phone.ad1 > b: DIFFERS. The acquisition stored the SHA1 " + other in done.stdout
    assert "found again: 3 digests." in done.stdout
    told = json.loads(desk("examine", "PT-1", "--as", "examiner", "--json").stdout)
    assert (told["agrees"], told["differs"], told["inside"]) == (3, 1, 2)
    assert told["members"]["same"] == 3
    assert [entry["found"] for entry in told["members"]["differs"]] == [sha1(b"B").hexdigest()]
    assert add(one, *more, more=("--json",)).exit_code != 0
    lacking = add(one, two, more=("--json",))
    assert json.loads(lacking.stdout)["examination"]["unread"] > 0


def test_an_examination_that_is_not_ours_or_of_another_listing_is_refused(pair, request_, archive) -> None:
    node, who, case = pair.pt.node, pair.pt["examiner"], request_.header.case
    id, other = take_in(pair, request_, archive), take_in(pair, request_, archive)
    with fails(NotFound, "store.not_examined"):
        look_inside(node, case, id, who)
    looked = [examine(node, case, one, who) for one in (id, other)]
    assert looked[0].said.listing_sha256 != looked[1].said.listing_sha256  # its salt
    assert looked[0].inside.files == looked[1].inside.files == look_inside(node, case, id, who).inside.files
    with node.db.read() as conn:
        ours, theirs = (store.last_examination(conn, case, one) for one in (id, other))
    for envelope, listing, error in (
        (ours.envelope, theirs.listing, "age"),
        (theirs.envelope, ours.listing, "evidence_app.listing_wrong"),
        (forged(pair.gh, dsse.read(ours.envelope)), ours.listing, "evidence_app.examination_not_ours"),
    ):
        row = store.ExaminationRow(envelope, listing)
        node.db.writer.run(lambda conn, row=row: store.put_examination(conn, case, id, row, node.clock.now()))
        with pytest.raises(ComityError, match=f"^{error}"):
            look_inside(node, case, id, who)


def forged(side, envelope):
    """The same statement, signed by another State's node."""
    keys = side.node.keys.acts
    return dsse.write(
        dsse.sign(envelope.payloadType, envelope.body, dsse.key_id("ed25519", keys.public), keys.sign)
    )


def test_an_interrupted_look_leaves_the_exhibit_whole(add, desk, monkeypatch, archive) -> None:
    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("comity.app.examine.examine", interrupted)
        done = add(archive)
    assert done.exit_code == 130
    assert "taken in, whole" in done.stderr
    assert desk("examine", "PT-1", "--as", "examiner").exit_code == 0
