"""Time-stamp authorities over the network: two at once, one of them down, hand-over that waits, renewal."""

import json
import os
import shutil
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta

import handing as h
import loopback as l
import pytest
import time_server
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding

from comity import dossier, store
from comity.app import backup, exhibit
from comity.app.content import read_stamp
from comity.app.court_page import chronicle
from comity.app.doctor import Health, examine
from comity.app.export import export_case
from comity.app.renewal import renew
from comity.app.stamping import stamp_due
from comity.app.time_authority import add, asked, retire, wanted
from comity.cli.program import program
from comity.cli.session import Session
from comity.errors import BadInput, Conflict, NotFound, ProofFailed, Unavailable
from comity.evidence import OpenSslAuthority, ages_at, chronicle_of, renew_by, stamp, verify_package
from comity.evidence.strength import weakening, weakens_at
from comity.wire import digest
from comity.worker import run_due

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
SECONDS = 60
LONG = {"policy": None, "seconds": 20, "most": 262_144, "plain": True}


def pem(authority):
    return authority.root.public_bytes(Encoding.PEM)


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    """Of two States."""
    return [time_server.made_authority(tmp_path_factory.mktemp(name), name) for name in ("XA", "XB")]


@pytest.fixture
def servers(authorities):
    with time_server.serving(authorities[0]) as one, time_server.serving(authorities[1]) as two:
        yield one, two


@pytest.fixture
def side(pair, servers):
    """PT, with both authorities."""
    node = pair.pt.node
    told = node.settings.model_copy(update={"stamp_seconds": SECONDS})
    object.__setattr__(node, "settings", told)
    for name, server in zip(("xa", "xb"), servers, strict=True):
        tried = add(node, name, wanted(node, pem(server.authority), url=server.url, **LONG))
        assert tried.policy == time_server.POLICY
    return pair.pt


def told(side):
    lines = examine(side.node)
    return {
        (line.message.id.removeprefix("doctor."), dict(line.message.arguments).get("authority")): line.health
        for line in lines
        if "stamps" in line.message.id or "authority" in line.message.id
    }


def tokens(side, case, id):
    with side.node.db.read() as conn:
        return [read_stamp(data) for data in store.timestamps_of(conn, case, id)]


def test_both_stamp_each_seal_and_a_stranger_proves_it_bare(pair, side, servers, request_, tmp_path):
    case = request_.header.case
    assert [one.name for one in asked(side.node)] == ["xa", "xb"]  # and not the local one
    ids = [h.take_in(pair, request_, inbox(tmp_path)) for _ in range(2)]
    pair.clock.at += timedelta(seconds=SECONDS)
    run_due(side.node)
    assert [len(server.seen) for server in servers] == [2, 2]  # once when added, once for both exhibits
    own = tokens(side, case, ids[0])
    assert len({one.chain for one in own}) == 2
    assert [one.proven for one in exhibit.verify_exhibit(side.node, case, ids[0]).stamps] == [True, True]
    bag = exhibit.open_exhibit(side.node, case, ids[1], tmp_path / "bag", side["examiner"], "for counsel")
    report = verify_package(
        bag, [side.node.keys.acts.public], roots=[server.authority.root for server in servers]
    )
    assert (report.failures, len(report.stamps)) == ((), 2)
    shell = bare(bag)
    assert (shell.returncode, "LAPSED" in shell.stdout, shell.stdout.count("Verification: OK")) == (
        0,
        False,
        2,
    )
    # Who believes the authority of one State alone is told of its token, and that the other's is not proven.
    report = verify_package(bag, [side.node.keys.acts.public], roots=[servers[1].authority.root])
    assert (report.failures, [one.path[:10] for one in report.stamps]) == ((), ["proofs/002"])
    assert [path[:20] for path in report.unproven if "timestamp" in path] == ["proofs/001-timestamp"]
    file = export_case(side.node, case, dossier.Profile.COURT)

    def verified(root):
        steps = dossier.verify(file, dossier.Trust(roots=[root])).steps
        return [line for step in steps for line in step.lines]

    lines = verified(servers[1].authority.root)
    assert not [line for line in lines if line.verdict is dossier.Verdict.FAILED]
    told_of = [line.message.id for line in lines if line.message.id.startswith("dossier.stamped")]
    assert sorted(set(told_of)) == ["dossier.stamped", "dossier.stamped_by_unknown_root"]
    # Tokens of nobody that is believed, where somebody is, are not passed over.
    stranger = OpenSslAuthority(tmp_path / "stranger").root
    wrong = [line for line in verified(stranger) if line.verdict is dossier.Verdict.FAILED]
    assert [line.message.id for line in wrong] == ["evidence.stamp_wrong"] * 4
    # Of two tokens one is changed, and its name with it: the shell finds it too.
    (second,) = bag.glob("proofs/002-timestamp-*.tsr")
    (first,) = bag.glob("proofs/001-timestamp-*.tsr")
    second.unlink()
    second.with_name(first.name.replace("001", "002", 1)).write_bytes(first.read_bytes())
    assert bare(bag).returncode != 0
    # One that is retired stamps no more, and what it stamped is believed.
    retire(side.node, "xb")
    last = h.take_in(pair, request_, inbox(tmp_path))
    (made,) = stamp_due(side.node)
    assert (made.authority, made.exhibits) == ("xa", 1)
    assert [one.proven for one in exhibit.verify_exhibit(side.node, case, ids[0]).stamps] == [True, True]
    assert len(tokens(side, case, last)) == 1


def inbox(folder):
    path = folder / "inbox"
    path.write_bytes(l.MAILBOX)
    return path


def bare(bag):
    """The commands that the package itself prints, in a shell without our code."""
    lines = (bag / "VERIFY.txt").read_text().splitlines()
    script = "\n".join(["set -e", *(line for line in lines if line.startswith("    "))])
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    return subprocess.run(
        ["sh", "-c", script], cwd=bag, capture_output=True, check=False, text=True, env=environment
    )


def test_one_that_is_down_keeps_no_token_back_and_hand_over_waits_where_it_is_to(
    pair, side, servers, request_, tmp_path
):
    case = request_.header.case
    servers[1].behaviour = "broken"
    id = h.take_in(pair, request_, inbox(tmp_path))
    h.release(pair, request_, id)
    pair.clock.at += timedelta(seconds=3 * SECONDS)
    run_due(side.node, 1)
    assert len(tokens(side, case, id)) == 1
    health = told(side)
    assert (health["stamps", "xa"], health["stamps_due", "xb"]) == (Health.OK, Health.WARN)
    waits = side.node.settings.model_copy(update={"stamp_handover": "waits"})
    goes_on = side.node.settings
    object.__setattr__(side.node, "settings", waits)
    before = h.count(side, request_)
    with h.fails(Unavailable, "evidence_app.not_stamped_yet"):
        h.hand_over(pair, request_, id)
    assert h.count(side, request_) == before
    servers[1].behaviour = "well"
    pair.clock.at += timedelta(minutes=20)
    run_due(side.node)
    assert len(tokens(side, case, id)) == 2
    h.hand_over(pair, request_, id)
    object.__setattr__(side.node, "settings", goes_on)
    servers[0].behaviour = servers[1].behaviour = "broken"
    other = h.sealed_and_released(pair, request_, inbox(tmp_path))
    with pytest.raises(Unavailable, match=r"timestamping\.refused"):
        exhibit.stamp(side.node, case, other, side["examiner"])
    h.hand_over(pair, request_, other)  # the policy goes on


def test_a_damaged_file_of_an_authority_is_named_and_holds_up_no_sealing_and_no_delivery(
    pair, side, request_, tmp_path
):
    path = side.node.settings.data / "timestamp" / "xb.json"
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    id = h.sealed_and_released(pair, request_, inbox(tmp_path))
    h.hand_over(pair, request_, id)
    (line,) = (one for one in examine(side.node) if one.message.id == "time_authority.damaged")
    assert (line.health, dict(line.message.arguments)) == (Health.BAD, {"file": "xb.json"})
    with h.fails(BadInput, "time_authority.damaged"):
        stamp_due(side.node)
    path.write_bytes(whole)
    came = stamp_due(side.node)  # nothing of it was forgotten: the seal, and that it was handed over
    assert [(one.authority, one.exhibits) for one in came] == [("xa", 2), ("xb", 2)]


def test_a_hand_over_is_stamped_by_each_and_proves_itself_bare(pair, side, servers, request_, tmp_path):
    case, keys = request_.header.case, [side.node.keys.acts.public]
    id = h.sealed_and_released(pair, request_, inbox(tmp_path))
    stamp_due(side.node)
    assert [one.left for one in stamp_due(side.node)] == [0, 0]
    act = h.hand_over(pair, request_, id)
    assert ("stamps_soon", "xa") in told(side)
    pair.clock.at += timedelta(seconds=SECONDS)
    run_due(side.node)
    assert [len(server.seen) for server in servers] == [3, 3]
    assert h.actions(side, request_, id)[-3:] == ["sent", "stamped", "stamped"]
    roots = [server.authority.root for server in servers]
    bag = exhibit.open_exhibit(side.node, case, id, tmp_path / "bag", side["examiner"], "for counsel")
    report = verify_package(bag, keys, roots=roots)
    assert (report.failures, len(report.stamps), len(report.handovers)) == ((), 2, 2)
    assert {(one.event.action, one.event.note) for one in report.handovers} == {("sent", act.id)}
    assert not [path for path in report.unproven if "handover" in path]
    shell = bare(bag)
    assert (shell.returncode, shell.stdout.count("Verification: OK")) == (0, 4), shell.stderr
    page = chronicle(side.node, case, id)
    assert page.stamps[2:] == chronicle_of(bag, keys, roots=roots).stamps[2:]
    counter = report.handovers[0].event.counter
    assert [(one.proven, one.handover) for one in page.stamps[2:]] == [(True, counter)] * 2
    # Without the key of the node that handed over, or without a root, nothing is said of it.
    assert verify_package(bag, keys).handovers == ()
    token = min(bag.glob("proofs/*-handover-stamp-*.tsr"))
    # A key that is not trusted: the event stays unproven, and is no failure of the package.
    assert verify_package(bag, [pair.gh.node.keys.acts.public], roots=roots).handovers == ()
    # A second event of the same number: the shell would take both for one, and so it is refused here too.
    (event,) = bag.glob(f"proofs/{token.name[:3]}-handover-[0-9a-f]*.json")
    beside = bag / "proofs" / f"{token.name[:3]}-handover-{digest(b'{}')}.json"
    beside.write_bytes(b"{}")
    failures = verify_package(bag, keys, roots=roots).failures
    later = max(event, beside)
    assert [(one.path, one.what) for one in failures] == [(f"proofs/{later.name}", "stamp")]
    assert bare(bag).returncode != 0
    beside.unlink()
    # Another true event of the exhibit is put in its place: it is not what was stamped, and no hand-over.
    with side.node.db.read() as conn:
        other = store.custody_of(conn, case, id)[0].envelope
    number = token.name[:3]
    event.rename(bag / "proofs" / f"{number}-handover-{digest(other)}.json")
    (bag / "proofs" / f"{number}-handover-{digest(other)}.json").write_bytes(other)
    failures = verify_package(bag, keys, roots=roots).failures
    assert [(one.path, one.what) for one in failures] == [(f"proofs/{token.name}", "stamp")]
    assert bare(bag).returncode != 0


def test_what_ages_is_renewed_by_the_next_that_answers_and_what_ended_is_said(
    pair, side, servers, request_, tmp_path
):
    case = request_.header.case
    id = h.take_in(pair, request_, inbox(tmp_path))
    stamp_due(side.node)
    before = datetime.now(UTC) + timedelta(days=12 * 365)
    servers[0].behaviour = "broken"
    with time_server.serving(time_server.made_authority(tmp_path / "new", days=1000)) as server:
        add(side.node, "xc", wanted(side.node, pem(server.authority), url=server.url, **LONG))
        with h.fails(Unavailable, r"timestamping\.refused"):  # the first's trouble: no other gains anything
            renew(side.node, side["examiner"], before=before)
        assert len(tokens(side, case, id)) == 2
    short = time_server.made_authority(tmp_path / "short", days=30)
    pair.clock.at = datetime.now(UTC)
    with time_server.serving(short) as server:
        add(side.node, "xd", wanted(side.node, pem(short), url=server.url, **LONG), untried=True)
        aged = h.take_in(pair, request_, inbox(tmp_path))
        assert [one.exhibits for one in stamp_due(side.node)] == [0, 1, 0, 1]  # xc is gone
        assert told(side)["authority_ends", "xd"] is Health.WARN
        made = renew(side.node, side["examiner"])
        assert ([one.exhibit for one in made.due], made.authority) == ([aged], "xb")
        assert [name for name, _ in made.troubles] == ["xa"]
        proven = exhibit.verify_exhibit(side.node, case, aged).stamps
        assert [one.proven for one in proven] == [True, True, True]
        pair.clock.at += timedelta(days=40)
        health = told(side)
        assert health["authority_ended", "xd"] is Health.BAD
        assert ("authority_ended", "xb") not in health
        assert ("authority_clock", "xb") not in health
    # A token was kept long after the time that it names: one of the two clocks is wrong.
    h.take_in(pair, request_, inbox(tmp_path))
    stamp_due(side.node)
    assert told(side)["authority_clock", "xb"] is Health.WARN


def test_a_weak_key_is_renewed_before_its_certificate_ends(tmp_path):
    strong = OpenSslAuthority(tmp_path / "strong")
    weak = time_server.made_authority(tmp_path / "weak", key=("-newkey", "rsa:2048"))
    token, _ = stamp(weak, b"statement")
    assert weakens_at(token) == renew_by(token) == datetime(2030, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert renew_by(token) < ages_at(token)
    fresh, _ = stamp(strong, b"statement")
    assert weakens_at(fresh) == datetime(2035, 12, 31, 23, 59, 59, tzinfo=UTC)
    # What it rests on is told, and that nobody compared the table with it.
    by, draft = weakening(token), weakening(fresh)
    assert (by.mark, by.unchecked, draft.mark, draft.unchecked) == ("adopted", True, "draft", True)
    assert ("SP 800-57" in by.source, "IR 8547" in draft.source) == (True, True)


def test_what_cannot_be_an_authority_is_not_added(pair, servers, tmp_path):
    node = pair.pt.node
    good = pem(servers[0].authority)
    other = pem(servers[1].authority)
    url = servers[0].url

    def adds(name, chain=good, at=url, **more):
        return add(node, name, wanted(node, chain, url=at, **(LONG | more)))

    for kind, id, name, told_ in (
        (BadInput, "time_authority.not_a_name", "local", {}),
        (BadInput, "time_authority.not_a_name", "../xa", {}),
        (BadInput, "time_authority.not_a_url", "xa", {"at": "ftp://a.example/"}),
        (BadInput, "time_authority.not_a_url", "xa", {"at": "https://someone@a.example/"}),
        (BadInput, "evidence.not_a_policy", "xa", {"policy": "best"}),
        (BadInput, "evidence.not_certificates", "xa", {"chain": b"\xff"}),
        (BadInput, "evidence.not_certificates", "xa", {"chain": b"none"}),
        (Unavailable, "timestamping.without_tls", "xa", {"plain": False}),
        (ProofFailed, "evidence.stamp_wrong", "xa", {"chain": other}),
    ):
        with h.fails(kind, id):
            adds(name, **told_)
    assert asked(node)[0].name == "local"
    adds("xa")
    with h.fails(Conflict, "time_authority.there"):
        adds("xa")
    with h.fails(NotFound, "time_authority.unknown"):
        retire(node, "xz")
    (node.settings.data / "timestamp" / "xa.json").write_bytes(b"{}")
    with pytest.raises(BadInput):
        asked(node)
    assert [line for line in examine(node) if line.health is Health.BAD]


def test_the_commands(pair, servers, tmp_path):
    chain, node = tmp_path / "root.pem", pair.pt.node
    chain.write_bytes(pem(servers[0].authority))

    def run(*words, status=0):
        clock = {"clock": node.clock, "ask_pin": None}
        session = Session(environment={"COMITY_DATA": str(node.settings.data)}, opening=clock)
        result = CliRunner().invoke(program, [str(word) for word in words], obj=session)
        assert result.exit_code == status, (result.output, result.exception)
        return result.stdout if status == 0 else result.stderr

    given = ("--url", servers[0].url, "--chain", chain)
    assert "not one of https" in run("timestamp", "add", "xa", *given, status=Unavailable.exit_code)
    made = run("timestamp", "add", "xa", *given, "--plain")
    assert "asked from now on" in made
    assert "the answer holds" in made
    assert "by a draft that may change: NIST" in made
    assert "Nobody has compared" in made
    tried = json.loads(run("timestamp", "try", "xa", "--json"))
    assert (tried["renew_by_source"]["mark"], tried["renew_by_unchecked"]) == ("draft", True)
    assert (tried["policy"], tried["clocks_agree"]) == (time_server.POLICY, False)  # this node's is made up
    assert "ahead of this machine's" in run("timestamp", "try", "xa")
    shown = json.loads(run("timestamp", "show", "--json"))
    assert [(one["authority"], one["asked"]) for one in shown] == [("xa", True)]
    servers[0].behaviour = "refusing"
    servers[0].kept = bytes.fromhex("300a30080201020303010002")
    assert "no reliable time" in run("timestamp", "try", "xa", status=Unavailable.exit_code)
    run("timestamp", "retire", "xa")
    assert " no " in next(line for line in run("timestamp", "show").splitlines() if "xa" in line)
    copied = backup.backup(node, tmp_path / "copy.tar")
    assert copied
    with tarfile.open(tmp_path / "copy.tar") as archive:
        assert "timestamp/xa.json" in archive.getnames()
