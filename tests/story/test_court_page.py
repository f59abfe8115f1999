"""The page for a court, of an exhibit in the node, handed out by two persons; and of a package."""

import json
from dataclasses import replace

import handing as h
import pytest
from click.testing import CliRunner

from comity import dsse, store
from comity.app import exhibit
from comity.app.court_page import chronicle
from comity.app.custody_said import Form, hand_out_custody, hand_out_graph
from comity.app.hand_out import Leave
from comity.app.publish import publish
from comity.cli import program
from comity.cli.session import Session
from comity.errors import ProofFailed
from comity.evidence import chronicle_of
from comity.wire import digest


@pytest.fixture
def run(pair):
    node = pair.pt.node
    opening = {"clock": node.clock, "courier": node.courier}

    def typed(*words, node_of=str(node.settings.data)):
        session = Session(data=node_of, environment={}, opening=opening)
        return CliRunner().invoke(program, ["evidence", *map(str, words)], obj=session)

    return typed


BY = ("--as", "examiner", "--second", "approver", "--to", "the court", "--purpose", "trial")


def test_the_page_of_an_exhibit_and_of_its_package(pair, request_, files, tmp_path, run):
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")
    other = h.take_in(pair, request_, files / "mail" / "inbox")
    exhibit.stamp(side.node, case, id, side["examiner"])
    publish(side.node)
    noted = run(
        "analysed", id, "--as", "examiner", "--tool", "plaso", "--version", "1", "--text", "Time line."
    )
    assert noted.exit_code == 0, noted.output
    told = chronicle(side.node, case, id)
    assert [event.action for event in told.events] == ["taken_in", "sealed", "stamped", "analysed"]
    assert told.log.places[-1] is None
    # Each by the first root that covers it: the first two came with one, the other exhibit's lie between.
    assert told.log.places[0] == told.log.places[1] != told.log.places[2]
    with side.node.db.read() as conn:
        roots = {o.position: o.subject for o in store.openings(conn, case) if o.kind == "custody_root"}
    assert set(told.log.places[:3]) <= set(roots)
    assert [stamp.proven for stamp in told.stamps] == [True]
    # Handed out by two, and the act names its digest.
    page = tmp_path / "page.html"
    assert "two persons" in run("page", id, "-o", page, "--as", "examiner").output
    assert "neither a .html" in run("page", id, "-o", tmp_path / "page.txt", *BY).output
    done = run("page", id, "-o", page, *BY, "--json", "--language", "ar")
    assert done.exit_code == 0, done.output
    html = page.read_text()
    assert 'dir="rtl"' in html
    assert other not in html
    with side.node.db.read() as conn:
        act = store.get_act(conn, json.loads(done.stdout)["act"])
    assert (act.terms.form, act.terms.file) == ("page", digest(page.read_bytes()))
    # The same of the package, without a node; its custody is as it was when the package was made.
    bag = exhibit.open_exhibit(side.node, case, id, tmp_path / "bag", side["examiner"], "for counsel")
    done = run("page", bag, "-o", tmp_path / "bag.html", node_of=None)
    assert done.exit_code == 0, done.output
    assert "nobody hands it out" in run("page", bag, "-o", tmp_path / "x.html", *BY).output
    assert str(told.statement.sha256) in (tmp_path / "bag.html").read_text()
    packed = chronicle_of(bag, [side.node.keys.acts.public])
    assert packed.events[:4] == told.events
    assert (packed.log, [stamp.proven for stamp in packed.stamps]) == (None, [False])
    assert replace(packed, events=(), stamps=(), root=None, tree_size=0) == replace(
        told, events=(), stamps=(), root=None, tree_size=0, log=None
    )
    # A package that does not hold has no page.
    (bag / "data" / "inbox").write_bytes(b"x")
    with pytest.raises(ProofFailed, match=r"^evidence\.package_damaged"):
        chronicle_of(bag, [side.node.keys.acts.public])


def test_custody_that_was_changed_beside_the_program_makes_no_page_and_no_graph(pair, request_, files):
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")
    with side.node.db.read() as conn:
        event = store.custody_of(conn, case, id)[-1]
    double = dsse.write(dsse.read(event.envelope))
    side.node.db.writer.run(lambda conn: store.put_custody(conn, case, id, 3, double))
    with h.fails(ProofFailed, "evidence_app.root_not_committed"):
        chronicle(side.node, case, id)
    leave = Leave(side["examiner"], side["approver"], "the court", "trial")
    with h.fails(ProofFailed, "evidence_app.root_not_committed"):
        hand_out_graph(side.node, case, leave)


def test_an_event_taken_away_at_the_end_is_found(pair, request_, files, monkeypatch):
    """What is left had a root that was committed once: it must be the last one."""
    side, case = pair.pt, request_.header.case
    id = h.take_in(pair, request_, files / "mail")
    exhibit.stamp(side.node, case, id, side["examiner"])
    assert len(chronicle(side.node, case, id).events) == 3
    whole = store.custody_of
    monkeypatch.setattr(store, "custody_of", lambda *given: whole(*given)[:-1])
    leave = Leave(side["examiner"], side["approver"], "the court", "trial")
    for deed in (
        lambda: chronicle(side.node, case, id),
        lambda: exhibit.verify_exhibit(side.node, case, id),
        lambda: hand_out_custody(side.node, case, id, Form.IN_TOTO, leave),
        lambda: hand_out_graph(side.node, case, leave),
    ):
        with h.fails(ProofFailed, "evidence_app.root_not_committed"):
            deed()
