"""A node broken on its own side: keys, certificates, log, vault, clock. It says so, and stays as it is.

Each case harms a sound node in one way, does the deed that meets the harm, and holds: the error's id, two
lines and a status at the command line, every row and file as it was. When the harm is undone, work goes on.
"""

import shutil

import handing
import hostile as h
import loopback as l
import pytest
from click.testing import CliRunner
from snapshot import changes, files_of, snapshot, unchanged

from comity import dossier, store
from comity.app import doctor, exhibit, peers
from comity.app.entry import log_vkey
from comity.app.node import open_node
from comity.app.prepare import Saying, say
from comity.app.publish import publish
from comity.app.receive import receive
from comity.cli import program
from comity.cli.session import Session
from comity.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.worker import run_due


def run(node, *arguments, environment=None):
    """The command line of a node, at the same time of day."""
    told = {"COMITY_DATA": str(node.settings.data), **(environment or {})}
    session = Session(environment=told, opening={"clock": node.clock, "courier": node.courier})
    return CliRunner().invoke(program, [str(one) for one in arguments], obj=session)


def refused(node, *arguments, status, **more):
    """Two lines, of which the first says what and where, and the second what to do."""
    result = run(node, *arguments, **more)
    assert result.exit_code == status, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    lines = result.stderr.splitlines()
    assert len(lines) == 2, result.stderr
    return lines


def fails(error, id):
    return pytest.raises(error, match=rf"^{id}\b")


# -- keys -----------------------------------------------------------------------------------------


def replaced(data):
    def harm(path):
        path.chmod(0o600)
        path.write_bytes(data(path.read_bytes()))

    return harm


def a_folder(path):
    path.unlink()
    path.mkdir(mode=0o700)


def a_link(path):
    other = path.with_name("other")
    path.rename(other)
    path.symlink_to(other)


HARMS = {
    "cut": (replaced(lambda d: d[: len(d) // 2]), BadInput),
    "cut by a byte": (replaced(lambda d: d[:-2]), BadInput),
    "empty": (replaced(lambda d: b""), BadInput),
    "garbage": (replaced(lambda d: bytes(range(256))), BadInput),
    "text": (replaced(lambda d: b"hello\n"), BadInput),
    "an unknown kind of key": (replaced(lambda d: d[:40] + b"AAAA" + d[44:]), BadInput),
    "too long": (replaced(lambda d: d * 3000), BadInput),
    "readable by others": (lambda path: path.chmod(0o644), NotPermitted),
    "gone": (lambda path: path.unlink(), NotFound),
    "a folder": (a_folder, ComityError),
    "a link": (a_link, NotPermitted),
}


@pytest.mark.parametrize("name", ["acts", "age"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_key_of_the_node_that_cannot_be_read(pair, name, harm):
    do, kind = HARMS[harm]
    node = pair.pt.node
    path = node.settings.keys / f"{name}.key"
    kept = path.read_bytes()
    do(path)
    before = files_of(node.settings.data)
    with pytest.raises(kind) as caught:
        open_node(node.settings.data, {}, clock=pair.clock).keys.open_all()
    assert str(path) in str(caught.value.arguments.values())
    for command in (("doctor",), ("serve", "--port", 0), ("request", "list")):
        result = run(node, *command)
        assert "Traceback" not in result.output
        assert isinstance(result.exception, SystemExit | None)
        assert result.exit_code == caught.value.exit_code or (command[0] != "serve")
    assert "key" in run(node, "doctor").output
    assert files_of(node.settings.data) | {"serve.lock": ""} == before | {"serve.lock": ""}
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    path.touch(0o600)
    path.write_bytes(kept)
    open_node(node.settings.data, {}, clock=pair.clock).keys.open_all()


@pytest.mark.parametrize("harm", HARMS)
def test_a_persons_key_that_cannot_be_read(pair, request_, harm):
    do, kind = HARMS[harm]
    node = pair.gh.node
    do(node.settings.people / "officer.key")
    with unchanged(node):
        with pytest.raises(kind):
            node.person("officer")
        status = 2 if kind is BadInput else None
        result = run(
            node,
            "withdraw",
            request_.id,
            "--as",
            "officer",
            "--text",
            "No more.",
            "--reason",
            "no_longer_needed",
        )
        assert status is None or result.exit_code == status, result.output
        assert result.exit_code
        assert len(result.stderr.splitlines()) == 2, result.stderr


def test_a_passphrase_that_is_wrong_missing_empty_or_no_text(pair, tmp_path):
    """Keys under a passphrase: nothing but the right one opens them, and none is asked for twice."""
    from comity.keys import Passphrase
    from comity.keys.file import protect

    node = pair.gh.node
    for path in node.settings.keys.glob("*.key"):
        data = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(protect(data, Passphrase("right", 2), node.entropy))
    told = tmp_path / "passphrase"
    for text, status in ((b"wrong\n", 5), (b"", 2), (b"\xff\xfe", 2), (b"x" * 5000, 2)):
        told.touch(0o600)
        told.write_bytes(text)
        with unchanged(node):
            refused(
                node, "serve", "--port", 0, status=status, environment={"COMITY_PASSPHRASE_FILE": str(told)}
            )
    refused(node, "serve", "--port", 0, status=4)  # none was told
    told.unlink()
    refused(node, "serve", "--port", 0, status=7, environment={"COMITY_PASSPHRASE_FILE": str(told)})
    told.touch(0o600)
    told.write_bytes(b"right\n")
    told.chmod(0o644)
    refused(node, "serve", "--port", 0, status=4, environment={"COMITY_PASSPHRASE_FILE": str(told)})
    told.chmod(0o600)
    environment = {"COMITY_PASSPHRASE_FILE": str(told)}
    open_node(node.settings.data, environment, clock=pair.clock).keys.open_all()


# -- certificates, entries ------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["root.pem", "tsa.pem", "tsa.key"])
@pytest.mark.parametrize("harm", ["cut", "empty", "garbage", "gone"])
def test_a_time_stamp_authority_that_cannot_be_read(pair, request_, files, file, harm):
    node = pair.pt.node
    id = handing.take_in(pair, request_, files / "mail")
    assert exhibit.stamp(node, request_.header.case, id, pair.pt["examiner"])
    path = node.settings.timestamp_folder / file
    kept = path.read_bytes()
    HARMS[harm][0](path)
    before = snapshot(node)
    with pytest.raises((BadInput, ProofFailed, Unavailable)):
        exhibit.stamp(node, request_.header.case, id, pair.pt["examiner"])
    assert snapshot(node).rows == before.rows
    path.write_bytes(kept)
    assert exhibit.stamp(node, request_.header.case, id, pair.pt["examiner"])


@pytest.mark.parametrize("data", [b"", b"-----BEGIN CERTIFICATE-----\n", b"\xff" * 50, b"{}"])
def test_what_a_verifier_brings_along_and_cannot_be_read(pair, tmp_path, data):
    path, case = tmp_path / "given", tmp_path / "case.zip"
    path.write_bytes(data)
    case.write_bytes(b"x")
    with unchanged(pair.gh.node):
        refused(pair.gh.node, "verify", case, "--root", path, status=2)
        refused(pair.gh.node, "verify", case, "--entry", path, status=2)
        refused(pair.gh.node, "peer", "add", path, "--fingerprint", "0" * 64, status=2)


def test_an_entry_with_anything_wrong_is_not_followed(pair):
    gh, pt = pair.gh.node, pair.pt.node
    right = peers.own_entry(pt)
    fingerprint = pt.keys.acts.id
    wrong = [
        right[:-1],
        right[: len(right) // 2],
        b"",
        h.flip(right, 40),
        h.flip(right, len(right) // 2),
        right + b" ",
    ]
    with unchanged(gh):
        for data in wrong:
            with pytest.raises((BadInput, ProofFailed)):
                peers.add_peer(gh, data, fingerprint)
            with pytest.raises((BadInput, ProofFailed)):
                peers.follow_peer(gh, "PT", data)
        with pytest.raises(BadInput):
            peers.add_peer(gh, peers.own_entry(gh), gh.keys.acts.id)
        with pytest.raises(ProofFailed):
            peers.add_peer(gh, right, gh.keys.acts.id)
        with pytest.raises(NotFound):
            peers.follow_peer(gh, "ZZ", right)
    peers.add_peer(gh, right, fingerprint)


# -- the log --------------------------------------------------------------------------------------


def tiles(node, level="0"):
    folder = node.settings.log / "tile" / level
    return sorted(
        (path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )


def change_tile(node):
    path = tiles(node)[-1]
    path.write_bytes(h.flip(path.read_bytes(), 5))


def lose_tile(node):
    tiles(node)[-1].unlink()


def cut_tile(node):
    path = tiles(node)[-1]
    path.write_bytes(path.read_bytes()[:-1])


def change_bundle(node):
    path = tiles(node, "entries")[-1]
    path.write_bytes(h.flip(path.read_bytes(), 20))


def older_guard(node):
    (node.settings.guard / "checkpoint").write_bytes(node.first_checkpoint)


def garbage_guard(node):
    (node.settings.guard / "checkpoint").write_bytes(b"garbage")


def empty_guard(node):
    (node.settings.guard / "checkpoint").write_bytes(b"")


def lose_guard(node):
    (node.settings.guard / "checkpoint").unlink()


def others_guard(node):
    shutil.copy(node.other.settings.guard / "checkpoint", node.settings.guard / "checkpoint")


def older_database(node):
    """The database of before the last epoch, as a careless restore leaves it."""
    for name in ("comity.db", "comity.db-wal", "comity.db-shm"):
        (node.settings.data / name).unlink(missing_ok=True)
    shutil.copy(node.old_database, node.settings.data / "comity.db")


LOGS = {
    "a tile changed": (change_tile, "tlog.tiles_differ", "tlog.tiles_differ"),
    "a tile missing": (lose_tile, "app.no_such_tile", "app.no_such_tile"),
    "a tile cut": (cut_tile, "tlog.tile_damaged", "tlog.tile_damaged"),
    "a bundle changed": (change_bundle, "tlog.entry_differs", "tlog.entry_differs"),
    "the guard behind": (older_guard, None, "doctor.log_behind"),
    "the guard garbage": (garbage_guard, "note.no_signatures", "note.no_signatures"),
    "the guard empty": (empty_guard, "note.no_signatures", "note.no_signatures"),
    "the guard missing": (lose_guard, "tlog.last_signed_unknown", "doctor.guard_missing"),
    "the guard another log's": (others_guard, "note.no_known_key", "note.no_known_key"),
    "the guard ahead of the database": (older_database, "app.log_behind", "doctor.log_behind"),
}


@pytest.mark.parametrize("wrong", LOGS)
def test_a_log_whose_parts_disagree(pair, wrong, tmp_path):
    """Nothing is signed or placed, twice over; the doctor says which part it is."""
    harm, id, told = LOGS[wrong]
    node = pair.pt.node
    node.db.checkpoint()
    first = publish(node)
    node.db.checkpoint()
    shutil.copy(node.settings.data / "comity.db", tmp_path / "old.db")
    publish(node)
    publish(pair.gh.node)
    object.__setattr__(node, "first_checkpoint", first)
    object.__setattr__(node, "other", pair.gh.node)
    object.__setattr__(node, "old_database", tmp_path / "old.db")
    reopened = wrong == "the guard ahead of the database"
    if reopened:
        node.db.close()
    kept = tmp_path / "kept"
    shutil.copytree(node.settings.data, kept)
    harm(node)
    if reopened:
        node = pair.pt.node = open_node(node.settings.data, {}, clock=pair.clock, courier=pair.courier)
    if id is not None:
        with unchanged(node):
            for _ in range(2):
                with pytest.raises((BadInput, NotFound, ProofFailed, Conflict), match=f"^{id}"):
                    publish(node)
    found = [line for line in doctor.examine(node) if line.health is doctor.Health.BAD]
    assert told in {line.message.id for line in found}
    assert run(node, "doctor").exit_code
    if id is not None:
        # The job is kept, and says why; it publishes when the log is whole again.
        pair.later(days=2)
        run_due(node)
        with node.db.read() as conn:
            (job,) = store.waiting(conn, "publish")
        assert job.last_error == id
    if not reopened:
        for name in ("log", "guard"):
            shutil.rmtree(node.settings.data / name)
            shutil.copytree(kept / name, node.settings.data / name)
        pair.later(days=2)
        assert publish(node)


def test_a_tile_too_many_and_a_checkpoint_of_another_are_named_to_a_reader(pair):
    """What a node serves, anyone can hold against its checkpoint."""
    node = pair.pt.node
    publish(node)
    trust = dossier.Trust(vkeys=(log_vkey(node).encode(),))
    log = node.settings.log
    assert dossier.verify_path(log, trust).holds
    extra = log / "tile" / "0" / "007"
    extra.write_bytes(bytes(32 * 256))
    (log / "tile" / "other").write_bytes(b"")
    assert named(dossier.verify_path(log, trust), dossier.Verdict.NOTE) == {"tile/0/007", "tile/other"}
    extra.unlink()
    publish(pair.gh.node)
    shutil.copy(pair.gh.node.settings.log / "checkpoint", log / "checkpoint")
    assert named(dossier.verify_path(log, trust)) == {"checkpoint"}
    publish(node)
    assert dossier.verify_path(log, trust).holds


def named(report, verdict=dossier.Verdict.FAILED):
    return {line.part.name for step in report.steps for line in step.lines if line.verdict is verdict}


# -- the vault ------------------------------------------------------------------------------------


def test_a_vault_file_changed_on_disk(pair, request_, files):
    """Found before anything leaves or is claimed: to open, to hand over and to examine it."""
    node, case = pair.pt.node, request_.header.case
    id = handing.sealed_and_released(pair, request_, files / "mail")
    with node.db.read() as conn:
        address = store.get_exhibit(conn, case, id).address
    path = node.vault.path(address)
    kept = path.read_bytes()
    for harm in (
        lambda: handing.damage(pair.pt, address),
        lambda: path.write_bytes(kept[:-1]),
        lambda: path.write_bytes(b""),
        path.unlink,
    ):
        harm()
        before = snapshot(node)
        with pytest.raises((ProofFailed, NotFound, BadInput)):
            exhibit.verify_exhibit(node, case, id)
        assert changes(before, snapshot(node)) == {}
        with pytest.raises((ProofFailed, NotFound, BadInput)):
            handing.hand_over(pair, request_, id)
        # What was sealed before the damage was met stays in the vault, named by nothing.
        assert all(name.startswith("vault/") for name in changes(before, snapshot(node)))
        bad = {line.message.id for line in doctor.examine(node) if line.health is doctor.Health.BAD}
        assert bad & {"evidence.vault_damaged", "doctor.object_missing"}
        path.touch()
        path.chmod(0o600)
        path.write_bytes(kept)
    handing.hand_over(pair, request_, id)


# -- a database that is none ----------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"SQLite format 3\0" + bytes(5000)])
def test_a_database_that_cannot_be_read(pair, content):
    node = pair.gh.node
    pair.by_hand = True  # its lists cannot be read either
    node.db.close()
    file = node.settings.data / "comity.db"
    for name in ("comity.db-wal", "comity.db-shm"):
        (node.settings.data / name).unlink(missing_ok=True)
    file.write_bytes(content)
    for command in (("doctor",), ("request", "list"), ("serve", "--port", 0)):
        result = run(node, *command)
        assert result.exit_code in {2, 3, 5, 6, 7}, (result.output, result.exception)
        assert len(result.stderr.splitlines()) == 2, result.stderr
    assert file.read_bytes() == content


# -- the clock ------------------------------------------------------------------------------------


def speak(pair):
    """Something that an officer says."""
    gh = pair.gh
    case = gh.node.entropy(16).hex()
    saying = Saying("preview", "gh:central-authority", h.PREVIEW, "pt:central-authority", case)
    return say(gh.node, saying, gh["officer"]).act


def test_a_clock_that_runs_behind_signs_nothing(pair, request_, files):
    """No act, no receipt, no checkpoint, no custody event is dated before what was signed already."""
    gh, pt = pair.gh, pair.pt
    pair.later(days=60)
    publish(pt.node)
    speak(pair)
    incoming = h.preview(gh, "ab" * 16)
    sealed = h.seal(gh, incoming)
    pair.clock.at -= l.timedelta(days=30)
    with unchanged(gh.node, pt.node):
        with fails(Unavailable, "app.clock_behind"):
            speak(pair)
        with fails(Unavailable, "app.clock_behind"):
            receive(pt.node, sealed)
        with fails(Unavailable, "app.clock_behind"):
            publish(pt.node)
        assert run(pt.node, "doctor").exit_code
        refused(pt.node, "serve", "--port", 0, status=7)
        assert len(receive(pt.node, b"stranger"))  # who is nobody, learns nothing of it
    with fails(Unavailable, "app.clock_behind"):
        handing.take_in(pair, request_, files / "mail")
    assert "doctor.clock_behind" in {line.message.id for line in doctor.examine(pt.node)}
    pair.clock.at += l.timedelta(days=30)
    assert h.send(pair, sealed, incoming).outcome == "folded"
    assert speak(pair)
    assert publish(pt.node)


def test_a_clock_that_steps_back_a_little_does_no_harm(pair):
    tolerance = pair.gh.node.settings.clock_tolerance
    pair.later(days=1)
    speak(pair)
    pair.clock.at -= tolerance
    speak(pair)
    pair.clock.at -= l.timedelta(seconds=1)
    with fails(Unavailable, "app.clock_behind"):
        speak(pair)


def test_a_clock_that_ran_ahead_is_noticed_when_it_is_right_again(pair):
    """What it signed meanwhile is parked over there; here nothing more is signed until it is made good."""
    gh, pt = pair.gh, pair.pt
    pair.clock.at += l.timedelta(days=10)
    ahead = speak(pair)
    pair.clock.at -= l.timedelta(days=10)
    with fails(Unavailable, "app.clock_behind"):
        speak(pair)
    assert h.send(pair, h.seal(gh, ahead), ahead).outcome == "parked"
    assert "doctor.clock_behind" in {line.message.id for line in doctor.examine(gh.node)}
    pair.later(days=10)
    run_due(pt.node)
    assert speak(pair)
