"""Exhibits from intake to use: between two nodes, with real files, cut networks and crashes."""

import io
import os
import tracemalloc
from dataclasses import replace

import handing as h
import loopback as l
import pytest

from comity import age, dsse, store
from comity.acts import Capacity, Proceeding
from comity.acts.terms import EffectedTerms, Execution, UseKind
from comity.app import custody, deliver, execute, exhibit, pieces, prepare, touch
from comity.clock import write_instant
from comity.errors import BadInput, NotFound, NotPermitted, Unavailable
from comity.evidence import PIECE_SIZE, StreamSource, verify_package
from comity.exchange import verify_piece_receipt
from comity.exchange.courier import ACT_PATH, PIECE_PATH


def test_real_evidence_goes_from_one_state_to_the_other_and_proves_itself(pair, request_, shared, tmp_path):
    case = request_.header.case
    source = shared / "data" / "evidence"
    pt, gh = pair.pt, pair.gh
    id = h.take_in(pair, request_, source)
    exhibit.stamp(pt.node, case, id, pt["examiner"])
    h.release(pair, request_, id)
    act = h.hand_over(pair, request_, id)
    assert [c.id for c in act.fields["conditions"]] == ["use-limit"]
    pair.settle()
    custody.take_custody(gh.node, act.id[:12], gh["examiner"])
    pair.settle()
    execute.use(
        gh.node,
        request_.id,
        gh["officer"],
        exhibits=(id,),
        kind=UseKind.STATED,
        proceeding=Proceeding(number="2026/1", authority="Fictional Court", stage="trial"),
        text="Shown at trial.",
    )
    bags = {}
    for side in (pt, gh):
        verified = exhibit.verify_exhibit(side.node, case, id)
        assert verified.files == len(list(source.iterdir()))
        assert [stamp.proven for stamp in verified.stamps] == [side is pt]  # PT's own authority
        bags[side.node.state] = exhibit.open_exhibit(
            side.node, case, id, tmp_path / side.node.state, side["examiner"], "for counsel"
        )
        report = verify_package(bags[side.node.state], [pt.node.keys.acts.public])
        assert report.holds, report.failures
    assert h.core(bags["PT"]) == h.core(bags["GH"])
    for file in source.iterdir():
        assert (bags["GH"] / "data" / file.name).read_bytes() == file.read_bytes()
    assert h.actions(pt, request_, id) == [
        *("taken_in", "sealed", "stamped", "reviewed", "sent", "opened", "exported")
    ]
    assert h.actions(gh, request_, id) == ["received", "checked", "used", "opened", "exported"]
    # One root in the log for each change of the case's custody: intake's two events are one change; that it
    # came in is one of its own, before it was checked.
    for side, changes in ((pt, 6), (gh, 5)):
        with side.node.db.read() as conn:
            roots = [o.subject for o in store.openings(conn, case) if o.kind == "custody_root"]
            assert len(roots) == changes
            assert touch.root_of(conn, case) in roots
    # Nothing of what came is left under a key that is not the exhibit's own.
    with gh.node.db.read() as conn:
        assert h.vault_objects(gh) == {store.get_exhibit(conn, case, id).address}
    gh.node.db.writer.run(lambda conn: store.erase_exhibit_key(conn, case, id, l.AT, act.id))
    with h.fails(NotPermitted, "store.exhibit_key_erased"):
        exhibit.open_exhibit(gh.node, case, id, tmp_path / "after", gh["examiner"], "once more")
    assert not (tmp_path / "after").exists()


def test_what_was_preserved_is_delivered_under_the_request_that_follows(pair, request_, files):
    kept = l.ask(pair, "mailbox", "other", measure="preserve", case=request_.header.case)
    with h.fails(NotPermitted, "evidence_app.item_not_granted"):
        h.take_in(pair, kept, files / "mail")
    done = EffectedTerms(outcome=Execution.DONE, items=("mailbox", "other"), at=write_instant(l.AT))
    l.said(pair, pair.pt, "effected", {"terms": done, "text": "Copied."}, request=kept)
    one, other = h.take_in(pair, kept, files / "mail"), h.take_in(pair, kept, files / "mail", ("other",))
    assert (one, other) == ("PT-1", "PT-2")
    for id in (one, other):
        h.release(pair, kept, id)
    with h.fails(NotPermitted, "deliver.other_request"):  # the first request does not build on it
        h.hand_over(pair, request_, one)
    follows = l.ask(pair, "mailbox", follows=kept.id, case=request_.header.case)
    with h.fails(NotPermitted, "deliver.item_not_granted"):
        h.hand_over(pair, follows, one)
    l.grant(pair, follows, "mailbox")
    with h.fails(NotPermitted, "deliver.other_request"):  # nobody asked for "other" again
        h.hand_over(pair, follows, other)
    act = h.hand_over(pair, follows, one)
    assert act.fields["conditions"] == ()
    pair.settle()
    custody.take_custody(pair.gh.node, act.id, pair.gh["officer"])
    assert exhibit.verify_exhibit(pair.gh.node, request_.header.case, one).files == 2


def test_what_may_not_be_done_is_refused_and_leaves_nothing(pair, request_, files):
    case, pt, gh = request_.header.case, pair.pt, pair.gh
    before = h.count(pt, request_)
    with h.fails(NotPermitted, "evidence_app.item_not_granted"):
        h.take_in(pair, request_, files, ("mailbox", "logs"))
    with h.fails(NotFound, "evidence_app.no_such_item"):
        h.take_in(pair, request_, files, ("cellar",))
    with h.fails(NotPermitted, "evidence_app.no_item"):
        h.take_in(pair, request_, files, ())
    for label in ("x" * 301, "a copy\nhanded over by nobody", "a copy\u2028"):
        with h.fails(BadInput, "evidence_app.not_a_line"):
            exhibit.add(pt.node, request_.id, ("mailbox",), files, label, pt["examiner"])
    with h.fails(NotPermitted, "evidence_app.not_asked"):
        exhibit.add(gh.node, request_.id, ("mailbox",), files, "a copy", gh["examiner"])
    with h.fails(NotPermitted, "app.not_competent"):  # before anything is read
        exhibit.add(pt.node, request_.id, ("mailbox",), files / "nowhere", "a copy", pt["approver"])
    assert h.vault_objects(pt) == set()
    assert h.count(pt, request_) == before

    id = h.take_in(pair, request_, files / "mail")
    with h.fails(NotPermitted, "deliver.not_released"):
        h.hand_over(pair, request_, id)
    with h.fails(NotPermitted, "evidence_app.own_review"):
        exhibit.review(pt.node, case, id, True, "Mine.", pt["examiner"])
    with h.fails(NotFound, "evidence_app.not_taken_in_here"):
        exhibit.review(pt.node, case, "PT-9", True, "?", pt["approver"])
    h.release(pair, request_, id)
    h.release(pair, request_, id, verdict=False)
    with h.fails(NotPermitted, "deliver.not_released"):  # the last word counts
        h.hand_over(pair, request_, id)
    h.release(pair, request_, id)
    with h.fails(BadInput, "deliver.named_twice"):
        h.hand_over(pair, request_, id, id)
    with h.fails(BadInput, "deliver.nothing_named"):
        h.hand_over(pair, request_)
    with h.fails(NotPermitted, "cases.requires.capacity_granted"):  # granted as evidence, not as intelligence
        deliver.deliver(pt.node, request_.id, [id], Capacity.INTELLIGENCE, "?", pt["officer"])
    assert h.count(pt, request_)[1] == 0
    act = h.hand_over(pair, request_, id)
    with h.fails(NotPermitted, "deliver.delivered_already"):
        h.hand_over(pair, request_, id)
    with h.fails(NotPermitted, "deliver.not_to_us"):
        custody.take_custody(pt.node, act.id, pt["examiner"])
    pair.settle()
    custody.take_custody(gh.node, act.id, gh["examiner"])
    with h.fails(NotPermitted, "deliver.taken_already"):
        custody.take_custody(gh.node, act.id, gh["examiner"])
    with h.fails(NotPermitted, "deliver.not_ours"):
        deliver.deliver(gh.node, request_.id, [id], Capacity.EVIDENCE, "?", gh["officer"])


def test_a_failure_before_the_commit_leaves_no_half_exhibit(pair, request_, files, monkeypatch):
    before = h.count(pair.pt, request_)

    def full(*_):
        raise Unavailable("store.disk_full")

    with monkeypatch.context() as patch:
        patch.setattr(custody.store, "put_custody", full)
        with h.fails(Unavailable, "store.disk_full"):
            h.take_in(pair, request_, files)
    assert h.count(pair.pt, request_) == before
    assert h.take_in(pair, request_, files / "mail") == "PT-1"
    assert h.actions(pair.pt, request_, "PT-1") == ["taken_in", "sealed"]


@pytest.mark.parametrize("where", ["name", "number"])
def test_an_intake_that_is_overtaken_is_said_anew_without_reading_again(
    pair, request_, files, monkeypatch, where
):
    room, name = {"name": (exhibit, "_next_id"), "number": (prepare, "commit_act")}[where]
    as_it_was, sealed, first = getattr(room, name), [], [True]

    def overtaken(*args, **more):
        if where == "name":
            found = as_it_was(*args, **more)
        if first:
            first.clear()
            assert h.take_in(pair, request_, files / "mail" / "inbox") == "PT-1"
        return found if where == "name" else as_it_was(*args, **more)

    sealing = exhibit.take_in
    monkeypatch.setattr(exhibit, "take_in", lambda *a, **m: sealed.append(a[0]) or sealing(*a, **m))
    monkeypatch.setattr(room, name, overtaken)
    assert h.take_in(pair, request_, files / "mail") == "PT-2"
    assert [[found.path for found in one.files] for one in sealed] == [["empty", "inbox"], ["inbox"]]
    assert h.actions(pair.pt, request_, "PT-2") == ["taken_in", "sealed"]


def test_nothing_is_announced_before_every_piece_is_durable(pair, request_, files, monkeypatch):
    id = h.sealed_and_released(pair, request_, files)
    before = h.count(pair.pt, request_)
    writer, made = pair.pt.node.vault.writer, []

    def third_fails(**how):
        made.append(1)
        if len(made) == 3:
            raise Unavailable("evidence.vault_disk", reason="No space left on device")
        return writer(**how)

    with monkeypatch.context() as patch:
        patch.setattr(pair.pt.node.vault, "writer", third_fails)
        with h.fails(Unavailable, "evidence.vault_disk"):
            h.hand_over(pair, request_, id)
    assert h.count(pair.pt, request_) == before
    act = h.hand_over(pair, request_, id)
    announced = act.terms.exhibits[0]
    assert len(announced.pieces) == 4  # the index, two whole pieces, the rest
    for piece in (announced.head, *announced.pieces):
        assert pair.pt.node.vault.verify(piece.digest).size == piece.size


def test_pieces_follow_the_act_and_resume_over_a_bad_network(pair, request_, files):
    case, gh, pt = request_.header.case, pair.gh, pair.pt
    id = h.sealed_and_released(pair, request_, files)
    pair.courier.cut = {ACT_PATH}
    act = h.hand_over(pair, request_, id)
    pair.settle()
    assert pair.courier.posted == []  # no piece goes before its act is acknowledged

    pair.courier.cut = {PIECE_PATH}
    pair.later(hours=1)
    pair.settle()
    with h.fails(Unavailable, "deliver.pieces_missing") as told:
        custody.take_custody(gh.node, act.id, gh["examiner"])
    assert (told.value.arguments["missing"], told.value.arguments["total"]) == (5, 5)

    pair.courier.cut, pair.courier.doubled, pair.courier.lose_answers = set(), True, 2
    pair.later(hours=1)
    pair.settle()
    with pt.node.db.read() as conn:
        assert len(store.outgoing_undelivered(conn)) == 2
        sent = store.outgoing_of(conn, act.id)
    held = h.vault_objects(gh)
    pair.later(hours=1)
    pair.settle()
    assert h.vault_objects(gh) == held == {piece.digest for piece in sent}  # what came twice is there once
    with pt.node.db.read() as conn:
        assert store.outgoing_undelivered(conn) == ()
        assert store.waiting(conn, "piece") == ()
        for piece in store.outgoing_of(conn, act.id):
            receipt = verify_piece_receipt(dsse.read(piece.receipt), gh.node.keys.acts.public_key, "GH")
            assert receipt.receipt.piece == piece.digest
    custody.take_custody(gh.node, act.id, gh["examiner"])
    assert exhibit.verify_exhibit(gh.node, case, id).size == 2 * PIECE_SIZE + 5 + len(l.MAILBOX)
    assert len({size for path, _, size in pair.courier.posted if path == PIECE_PATH}) == 1

    # A late copy of a piece is acknowledged, and not kept: it would outlive the exhibit's own key.
    held = h.vault_objects(gh)
    pieces.receive_piece(gh.node, pieces.piece_bytes(pt.node, sent[0]))
    assert h.vault_objects(gh) == held


def test_the_cold_recovery_key_opens_what_the_vault_key_is_lost_for(pair, request_, files, asked):
    id = h.take_in(pair, request_, files / "mail" / "inbox")
    with pair.pt.node.db.read() as conn:
        row = store.get_exhibit(conn, request_.header.case, id)
        wrapped = store.exhibit_key(conn, request_.header.case, id)
    text = age.open_sealed(wrapped.wrapped_key, [asked[2]], 4096).decode()
    with pair.pt.node.vault.open(row.address) as sealed:
        assert age.decrypt([age.parse_identity(text.strip())], sealed).read() == l.MAILBOX


class Endless(io.RawIOBase):
    """A stream of so many bytes that nobody holds in memory."""

    def __init__(self, size):
        self.left = size

    def readable(self):
        return True

    def readinto(self, buffer):
        size = min(len(buffer), self.left)
        buffer[:size] = os.urandom(size)
        self.left -= size
        return size


def test_an_exhibit_of_any_size_passes_in_constant_memory(pair, request_, tmp_path):
    """One piece, its ciphertext and what is being written of it are held; never an exhibit (P10)."""
    size = 8 * PIECE_SIZE
    tracemalloc.start()
    try:
        id = h.take_in(pair, request_, StreamSource("disk.dd", Endless(size)))
        h.release(pair, request_, id)
        act = h.hand_over(pair, request_, id)
        pair.settle()
        custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
        exhibit.open_exhibit(
            pair.gh.node, request_.header.case, id, tmp_path / "bag", pair.gh["examiner"], "a look"
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (tmp_path / "bag" / "data" / "disk.dd").stat().st_size == size
    assert peak < 6 * PIECE_SIZE


def test_a_stamp_needs_an_authority(pair, request_, files):
    id = h.take_in(pair, request_, files / "mail")
    node = pair.pt.node
    bare = node.settings.model_copy(update={"timestamp": "none"})
    with h.fails(Unavailable, "evidence_app.no_timestamp_authority"):
        exhibit.stamp(replace(node, settings=bare), request_.header.case, id, pair.pt["examiner"])


def test_acts_and_pieces_go_by_the_hybrid_where_the_receiver_lists_it(tmp_path):
    """Never both kinds in one file: whoever holds the X25519 identity alone opens neither."""
    pair = l.make_pair(tmp_path / "nodes", hybrid=True)
    try:
        request = l.ask(pair, "mailbox")
        l.grant(pair, request, "mailbox")
        (tmp_path / "seized").write_bytes(l.MAILBOX)
        id = h.take_in(pair, request, tmp_path / "seized")
        h.release(pair, request, id)
        act = h.hand_over(pair, request, id)
        with pair.pt.node.db.read() as conn:
            piece = pieces.piece_bytes(pair.pt.node, store.outgoing_of(conn, act.id)[0])
        classical, hybrid = pair.gh.node.keys.age.identities
        with pytest.raises(NotFound):
            age.open_sealed(piece, [classical], len(piece))
        assert age.open_sealed(piece, [hybrid], len(piece))
        pair.settle()
        custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
        folder = exhibit.open_exhibit(
            pair.gh.node, request.header.case, id, tmp_path / "bag", pair.gh["examiner"], "for counsel"
        )
        assert (folder / "data" / "seized").read_bytes() == l.MAILBOX
    finally:
        pair.close()
