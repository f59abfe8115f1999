"""Evidence goes to a State without a node on a medium, and comes from one; a letter that waits is due."""

import errno
import os
import shutil
import subprocess
from datetime import timedelta

import pytest
from handing import actions
from test_life import draft
from test_paper import asked_on_paper, enter_abroad, refused, slip

from comity import store
from comity.acts import Capacity, Outcome
from comity.acts.home_terms import Channel
from comity.app import custody, deliver, exhibit, register
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.decide import Ruling, decide
from comity.app.dispatch import dispatch
from comity.app.draft import read_content
from comity.app.due import due_everywhere, due_in
from comity.app.export import export_case
from comity.app.handed_in import register_evidence
from comity.app.letter_said import said_sections
from comity.app.medium import SUMS, Medium, _Hashing
from comity.app.opening import open_exhibit, verify_exhibit
from comity.app.paper_form import paper_form
from comity.app.peers import own_entry
from comity.app.prepare import approve
from comity.app.reply import matter
from comity.app.send import send_draft
from comity.dossier import Profile, Trust, verify
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, Unavailable
from comity.evidence import verify_package
from comity.exchange import trust
from comity.wire import digest

LOG = b"2026-10-01T10:00:00Z in\n" * 500


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(b"%PDF-1.7 what came")
    return path


@pytest.fixture
def key(tmp_path):
    """A key pair that the office abroad made with its own tool: the identity's file, and the recipient."""
    file = tmp_path / "key.txt"
    made = subprocess.run(["age-keygen", "-o", file], check=True, capture_output=True, text=True)
    return file, made.stderr.split()[-1]


def granted_on_paper(pair, scan):
    """A request of ES on paper, granted, with one exhibit that is reviewed and released."""
    pt = pair.pt
    request = asked_on_paper(pair, scan).act
    made = assess(pt.node, request.id, pt["officer"]).act
    for person in ("officer", "approver"):
        for one in latest_assessment(pt.node, matter(pt.node, request.id)).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=one, text="Looked at; satisfied.")
    rulings = (Ruling("log", Outcome.GRANT, "Granted.", "Inward."),)
    said = decide(pt.node, request.id, pt["officer"], rulings=rulings, approver="approver")
    approve(pt.node, said.act.id, pt["approver"])
    source = scan.with_name("log.txt")
    source.write_bytes(LOG)
    id = exhibit.add(pt.node, request.id, ["log"], source, "from the provider", pt["examiner"])
    exhibit.review(pt.node, request.header.case, id, True, "Within the order.", pt["approver"])
    return request, said.act, id


def give(pair, request, id, folder, recipient):
    medium = Medium(folder, recipient)
    who = pair.pt["officer"]
    return deliver.deliver(
        pair.pt.node, request.id, [id], Capacity.EVIDENCE, "As granted.", who, medium=medium
    )


def report_of(side, case):
    entries = (trust(own_entry(side.node), side.node.keys.acts.id),)
    return verify(export_case(side.node, case, Profile.COURT), Trust(entries=entries))


def test_an_exhibit_goes_on_a_medium_that_their_own_tools_open_and_check(pair, scan, key, tmp_path):
    pt = pair.pt
    request, _, id = granted_on_paper(pair, scan)
    case, folder = request.header.case, tmp_path / "medium"
    act = give(pair, request, id, folder, key[1]).act
    (announced,) = act.terms.exhibits
    file = folder / f"{id}.tar.age"
    assert (announced.head.digest, announced.head.size) == (digest(file.read_bytes()), file.stat().st_size)
    assert announced.pieces == ()
    subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, check=True, capture_output=True)
    plain, opened = tmp_path / "opened.tar", tmp_path / "opened"
    subprocess.run(["age", "--decrypt", "-i", key[0], "-o", plain, file], check=True)
    opened.mkdir()
    subprocess.run(["tar", "-xf", plain, "-C", opened], check=True)
    found = verify_package(opened / id, [pt.node.keys.acts.public])
    assert found.statement.sha256 == digest(LOG)
    assert not found.failures
    assert (opened / id / "data" / "log.txt").read_bytes() == LOG
    assert actions(pt, request, id)[-1] == "handed_out"
    with pt.node.db.read() as conn:
        assert store.outgoing_undelivered(conn) == ()
        assert store.get_job(conn, "post", {"act": act.id}) is None
    told = [row for section in said_sections(act, "en") for row in section.rows]
    assert any(announced.head.digest in text and announced.stream in text for _, text in told)
    report = report_of(pt, case)
    assert report.holds, report.failures


def test_a_medium_is_not_left_behind_by_a_deed_that_fails(pair, scan, key, tmp_path, monkeypatch):
    request, _, id = granted_on_paper(pair, scan)
    folder = tmp_path / "medium"
    with refused("deliver.on_paper", NotPermitted):
        deliver.deliver(pair.pt.node, request.id, [id], Capacity.EVIDENCE, "-", pair.pt["officer"])
    with refused("age.key_text"):
        give(pair, request, id, folder, "age1nothing")
    folder.mkdir()
    with refused("evidence.folder_exists", Conflict):
        give(pair, request, id, folder, key[1])
    folder.rmdir()
    monkeypatch.setattr(deliver, "say", lambda *_, **__: (_ for _ in ()).throw(Unavailable("store.busy")))
    with refused("store.busy", Unavailable):
        give(pair, request, id, folder, key[1])
    assert not folder.exists()
    monkeypatch.undo()
    give(pair, request, id, folder, key[1])
    with refused("deliver.delivered_already", NotPermitted):
        give(pair, request, id, tmp_path / "again", key[1])
    assert not (tmp_path / "again").exists()


def waiting(side, case):
    return {one["act"]: one for one in due_in(side.node, case) if one["clock"] == "house.dispatch"}


@pytest.mark.parametrize("after", [0, 1, 150, 200, 5_000, 12_000, -1])
def test_a_medium_that_is_pulled_out_or_full_leaves_nothing_said_and_nothing_written(  # noqa: PLR0917
    pair, scan, key, tmp_path, monkeypatch, after
):
    """At whatever byte; and where its last sync fails. The next medium has it whole."""
    request, _, id = granted_on_paper(pair, scan)
    folder = tmp_path / "medium"
    before = actions(pair.pt, request, id)
    for trouble in (errno.EIO, errno.ENOSPC):
        left = [after]

        def failing(self, data, trouble=trouble, left=left, write=_Hashing.write):
            left[0] -= len(data)
            if left[0] < 0:
                raise OSError(trouble, os.strerror(trouble))
            return write(self, data)

        def unsynced(_, trouble=trouble):
            raise OSError(trouble, os.strerror(trouble))

        with monkeypatch.context() as patched:
            if after < 0:
                patched.setattr("comity.app.medium.os.fsync", unsynced)
            else:
                patched.setattr(_Hashing, "write", failing)
            with refused("evidence.package_disk", Unavailable):
                give(pair, request, id, folder, key[1])
        assert not folder.exists()
        assert actions(pair.pt, request, id) == before
    give(pair, request, id, folder, key[1])
    subprocess.run(["sha256sum", "--check", "--strict", SUMS], cwd=folder, check=True, capture_output=True)


def test_a_letter_that_has_not_gone_out_is_due_until_its_dispatch_is_registered(pair, scan):
    pt = pair.pt
    request, decision, _ = granted_on_paper(pair, scan)
    case = request.header.case
    assert set(waiting(pt, case)) == {decision.id}
    assert waiting(pt, case)[decision.id]["standing"] == "running"
    pair.later(days=3)
    pair.settle()
    (late,) = waiting(pt, case).values()
    assert (late["standing"], late["late_seconds"], late["whom"]) == ("late", 43200, "own_office")
    everywhere = due_everywhere(pt.node, within=timedelta(days=1))
    assert decision.id in [one["act"] for one in everywhere if one["clock"] == "house.dispatch"]
    dispatch(
        pt.node,
        decision.id,
        pt["officer"],
        channel=Channel.POST,
        at=pair.clock.at,
        attested_by="Registry",
    )
    assert waiting(pt, case) == {}
    pair.settle()
    everywhere = due_everywhere(pt.node, within=timedelta(days=1))
    assert decision.id not in [one["act"] for one in everywhere]


def test_what_goes_by_wire_is_never_due_as_a_letter(pair):
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    act = approve(pair.gh.node, said.act.id, pair.gh["approver"]).act
    assert waiting(pair.gh, act.header.case) == {}
    pair.settle()
    assert waiting(pair.gh, act.header.case) == {}


def asked_abroad(pair, scan):
    """A request of GH to ES on paper, which ES granted by letter."""
    gh = pair.gh
    enter_abroad(gh)
    said = send_draft(gh.node, draft(to="es:central-authority"), gh["officer"], approver="approver")
    request = approve(gh.node, said.act.id, gh["approver"]).act
    pair.later(hours=3)
    form = paper_form("decide", matter(gh.node, request.id).request, "GH", "en")
    content = read_content(form.replace('"?"', '"It is lawful."').encode(), "decide.toml")
    register.register_said(gh.node, request.id, "decide", content, slip(pair, scan), gh["officer"])
    return request


def test_evidence_that_came_on_a_medium_is_sealed_here_taken_over_used_and_proven(pair, scan, tmp_path):
    gh = pair.gh
    request = asked_abroad(pair, scan)
    case, folder = request.header.case, tmp_path / "disk"
    folder.mkdir()
    (folder / "log.txt").write_bytes(LOG)
    (folder / "list.txt").write_bytes(b"one file\n")
    told = slip(pair, scan, channel=Channel.COURIER, text="A disk with the log.")
    made = register_evidence(gh.node, request.id, folder, ["log"], Capacity.EVIDENCE, told, gh["officer"])
    assert made.exhibit == "ES-1"
    act = made.entered.act
    assert (act.header.state, act.header.registered) == ("ES", True)
    assert actions(gh, request, "ES-1") == ["taken_in", "sealed"]
    shutil.rmtree(folder)
    custody.take_custody(gh.node, act.id, gh["examiner"])
    assert actions(gh, request, "ES-1")[-1] == "checked"
    with refused("deliver.taken_already", NotPermitted):
        custody.take_custody(gh.node, act.id, gh["officer"])
    assert verify_exhibit(gh.node, case, "ES-1").files == 2
    out = open_exhibit(gh.node, case, "ES-1", tmp_path / "out", gh["officer"], "reading")
    assert (out / "data" / "log.txt").read_bytes() == LOG
    report = report_of(gh, case)
    assert report.holds, report.failures


@pytest.mark.parametrize(
    ("items", "changes", "told"),
    [
        (["nothing"], {}, ("evidence_app.no_such_item", NotFound)),
        ([], {}, ("evidence_app.no_item", NotPermitted)),
        (["log"], {"attested_by": " "}, ("register.empty", BadInput)),
        (["log"], {"channel": Channel.TELEPHONE}, ("register.to_be_confirmed", BadInput)),
    ],
)
def test_evidence_that_cannot_be_registered_leaves_nothing(pair, scan, items, changes, told):
    gh = pair.gh
    request = asked_abroad(pair, scan)
    before = held(gh, request)
    came = slip(pair, scan, **changes)
    with refused(*told):
        register_evidence(gh.node, request.id, scan, items, Capacity.EVIDENCE, came, gh["officer"])
    assert held(gh, request) == before


def held(side, request):
    with side.node.db.read() as conn:
        case = request.header.case
        return (
            [one.id for one in store.exhibits_of(conn, case)],
            [one.id for one in store.acts_of_case(conn, case, "all")],
        )


def test_evidence_by_wire_or_not_asked_for_by_us_or_not_granted_is_not_registered(pair, scan):
    gh, pt = pair.gh, pair.pt
    came = asked_on_paper(pair, scan).act
    with refused("register.evidence_not_asked", NotPermitted):
        register_evidence(pt.node, came.id, scan, ["log"], Capacity.EVIDENCE, slip(pair, scan), pt["officer"])
    said = send_draft(gh.node, draft(), gh["officer"], approver="approver")
    request = approve(gh.node, said.act.id, gh["approver"]).act
    pair.settle()
    with refused("register.item_not_granted", NotPermitted):
        register_evidence(
            gh.node, request.id, scan, ["log"], Capacity.EVIDENCE, slip(pair, scan), gh["officer"]
        )
