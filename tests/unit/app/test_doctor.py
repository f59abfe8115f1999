"""What is wrong with a node is found and named; what is well is said to be."""

import io
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from comity import store
from comity.app import doctor
from comity.app.deeds import LATER, deeds_of, lacking
from comity.app.doctor import Health, examine
from comity.app.entry import renew_url
from comity.app.found import found, office
from comity.app.node import open_node
from comity.app.publish import publish
from comity.clock import FixedClock
from comity.messages import say

ENVIRONMENT = {}
START = datetime(2026, 11, 21, 12, tzinfo=UTC)
CASE = "ab" * 16
OTHER_CASE = "cd" * 16


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("origin") / "gh"
    offices = (office("gh:central-authority=central_authority"),)
    clock = FixedClock(START)
    with found(
        folder, ENVIRONMENT, state="GH", name="Node", offices=offices, demo=True, clock=clock
    ).db as db:
        db.checkpoint()
    return folder


@pytest.fixture
def node(origin, tmp_path):
    made = open_node(
        shutil.copytree(origin, tmp_path / "gh"), ENVIRONMENT, clock=FixedClock(START + timedelta(hours=1))
    )
    publish(made)
    with made.db:
        yield made


def ids(node, health):
    return {line.message.id for line in examine(node) if line.health is health}


def test_it_is_said_where_the_system_does_not_confine_who_reads_foreign_bytes(node, monkeypatch):
    def starts_nothing():
        raise OSError

    for answer in (lambda: False, starts_nothing):
        monkeypatch.setattr(doctor, "is_confined", answer)
        assert "doctor.not_confined" in ids(node, Health.WARN)
        assert "doctor.confined" not in ids(node, Health.OK)
    monkeypatch.setattr(doctor, "is_confined", lambda: True)
    assert "doctor.confined" in ids(node, Health.OK)


def test_a_new_node_is_well_and_every_line_has_words(node):
    lines = examine(node)
    assert not ids(node, Health.BAD)
    assert {"doctor.database", "doctor.keys", "doctor.log", "doctor.clock", "doctor.work"} <= ids(
        node, Health.OK
    )
    assert {"doctor.demo", "doctor.no_peer", "doctor.no_recovery"} <= ids(node, Health.WARN)
    for line in lines:
        assert say(line.message)
        assert (line.remedy is None) == (line.health is Health.OK)
        assert line.remedy is None or say(line.remedy)


def test_it_changes_nothing(node):
    with node.db.read() as conn:
        before = (store.log_size(conn), store.waiting(conn))
    files = sorted(p for p in node.settings.data.rglob("*") if p.is_file())
    examine(node)
    with node.db.read() as conn:
        assert (store.log_size(conn), store.waiting(conn)) == before
    assert sorted(p for p in node.settings.data.rglob("*") if p.is_file()) == files


def lose_guard(node):
    (node.settings.guard / "checkpoint").unlink()


def damage_guard(node):
    path = node.settings.guard / "checkpoint"
    path.write_bytes(path.read_bytes()[:-4] + b"AAA\n")


def lose_tile(node):
    for path in (node.settings.log / "tile" / "entries").rglob("*"):
        if path.is_file():
            path.unlink()


def wrong_tile(node):
    for path in (node.settings.log / "tile").rglob("*"):
        if path.is_file():
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)


def run_behind(node):
    node.clock.at = START - timedelta(days=1)


def open_key(node):
    (node.settings.people / "ama.key").write_bytes(b"x")
    (node.settings.people / "ama.key").chmod(0o644)


def spoil_key(node):
    path = node.settings.keys / "vault.key"
    path.chmod(0o600)
    path.write_bytes(b"nothing")


def exhibit(node, address, case=CASE):
    row = store.IndexedExhibit(
        case=case, id="GH-1", status="own", address=address, size=6, statement=b"", index=b"", manifest=b"",
        added_at=START,
    )  # fmt: skip
    node.db.writer.run(lambda conn: store.put_exhibit(conn, row, store.ExhibitKey(b"k", None)))


@pytest.mark.parametrize(
    ("harm", "id"),
    [
        (lose_guard, "doctor.guard_missing"),
        (damage_guard, "note.signature_wrong"),
        (lose_tile, "app.no_such_tile"),
        (run_behind, "doctor.clock_behind"),
        (open_key, "doctor.key_open"),
        (spoil_key, None),
    ],
)
def test_what_is_wrong_is_found_and_named(node, harm, id):
    harm(node)
    bad = ids(node, Health.BAD)
    assert bad if id is None else id in bad


def test_a_changed_tile_is_found(node):
    wrong_tile(node)
    assert ids(node, Health.BAD)


def test_a_log_that_another_copy_of_this_node_grew_is_found(node, origin, tmp_path):
    """The guard knows of more than the database: this one is the older of the two."""
    other = open_node(shutil.copytree(origin, tmp_path / "other"), ENVIRONMENT, clock=node.clock)
    with other.db:
        for _ in range(2):
            publish(other)
    shutil.copy(tmp_path / "other" / "guard" / "checkpoint", node.settings.guard / "checkpoint")
    assert "doctor.log_behind" in ids(node, Health.BAD)


def test_a_lost_object_of_the_vault_is_named(node, monkeypatch):
    stored = node.vault.put(io.BytesIO(b"sealed"))
    monkeypatch.setattr(doctor.store, "list_cases", lambda conn, **_: ())
    exhibit(node, stored.digest)
    line = store.CaseLine(CASE, ("GH", "PT"), START, START, "request", 1, 0)
    monkeypatch.setattr(doctor.store, "list_cases", lambda conn, **_: (line,))
    assert not ids(node, Health.BAD)
    path = node.vault.path(stored.digest)
    path.chmod(0o600)
    path.write_bytes(b"other!")
    assert "evidence.vault_damaged" in ids(node, Health.BAD)
    path.unlink()
    assert "doctor.object_missing" in ids(node, Health.BAD)


def test_an_exhibit_missing_in_one_case_hides_none_of_another(node, monkeypatch):
    """Two cases have a GH-1; the one's object is gone, and the other's is damaged."""
    gone, damaged = (node.vault.put(io.BytesIO(data)).digest for data in (b"sealed", b"SEALED"))
    exhibit(node, gone)
    exhibit(node, damaged, OTHER_CASE)
    lines = tuple(store.CaseLine(c, ("GH", "PT"), START, START, "request", 1, 0) for c in (CASE, OTHER_CASE))
    monkeypatch.setattr(doctor.store, "list_cases", lambda conn, **_: lines)
    node.vault.path(gone).unlink()
    path = node.vault.path(damaged)
    path.chmod(0o600)
    path.write_bytes(b"other!")
    assert {"doctor.object_missing", "evidence.vault_damaged"} <= ids(node, Health.BAD)


def test_old_law_failing_work_and_a_full_disk_are_shown(node, monkeypatch):
    node.clock.at = START + timedelta(days=400)
    node.db.writer.run(lambda conn: store.put_job(conn, "post", {"act": "0"}, START))
    job = node.db.writer.run(lambda conn: store.lease(conn, node.clock.now(), 60, kinds=("post",)))
    node.db.writer.run(lambda conn: store.fail(conn, job, node.clock.now(), "exchange.peer_unreachable"))
    assert {"doctor.law_old", "doctor.job_fails"} <= ids(node, Health.WARN)
    monkeypatch.setattr(doctor, "LITTLE_SPACE", 2**70)
    assert "doctor.little_space" in ids(node, Health.WARN)
    monkeypatch.setattr(doctor, "NO_SPACE", 2**70)
    assert "doctor.little_space" in ids(node, Health.BAD)


def test_the_offices_are_listed_and_an_address_that_peers_are_not_told_is_found(node):
    office_line = next(line for line in examine(node) if line.message.id == "doctor.office")
    assert dict(office_line.message.arguments) == {
        "office": "gh:central-authority",
        "functions": "central_authority",
        "people": 0,
    }
    assert "doctor.url_differs" not in ids(node, Health.WARN)
    moved = replace(node, settings=node.settings.model_copy(update={"url": "https://gh.example"}))
    found = next(line for line in examine(moved) if line.message.id == "doctor.url_differs")
    assert "https://gh.example" in say(found.message)
    assert renew_url(moved)
    assert "doctor.url_differs" not in ids(moved, Health.WARN)
    assert not renew_url(moved)


def test_who_was_enrolled_before_work_had_all_its_deeds_is_told_what_is_lacking():
    reading = {"look.author", "deconflict.author"}
    authors = {f"{kind}.author" for kind in ("wall", "unwall", "link", "unlink", "export")}
    approvers = {"wall.approver", "unwall.approver", "export.approver"}
    for work, later in (
        (("officer",), reading | authors),
        (("approver",), reading | approvers),
        (("judge",), reading),
        (("officer", "approver"), reading | authors | approvers),
    ):
        assert lacking(deeds_of(work)) == ()
        assert lacking(tuple(set(deeds_of(work)) - LATER)) == tuple(sorted(later)), work
    assert lacking((*set(deeds_of(("desk",))) - {"look.author"},)) == ("look.author",)


def test_a_person_who_lacks_deeds_and_an_office_that_told_no_hours_are_named(node):
    old = store.PersonRow(
        key_id="ab" * 32,
        name="ama",
        alg="ed25519",
        public=bytes(32),
        authority="gh:central-authority",
        deeds=tuple(sorted(set(deeds_of(("judge",))) - LATER)),
        status="active",
        since=START,
        enrolment="cd" * 32,
    )
    with node.db.read() as conn:
        lines = [*doctor._own_entry(node, conn)]
    assert [line.message.id for line in lines] == ["doctor.office", "doctor.no_hours"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "list_people", lambda conn: (old,))
        with node.db.read() as conn:
            lines = [*doctor._own_entry(node, conn)]
    (lacks,) = [line for line in lines if line.message.id == "doctor.deeds_lacking"]
    assert (lacks.health, "look.author" in say(lacks.message)) == (Health.WARN, True)
    assert "ama" not in say(lacks.message)
