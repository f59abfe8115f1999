"""Exhibits between two nodes when something is wrong: strangers, damage, and a node that signs lies."""

import io
from dataclasses import replace

import handing as h
import pytest

from comity import age, dsse, store
from comity.app import content, custody, deliver, exhibit, pieces
from comity.errors import NotFound, ProofFailed
from comity.evidence import (
    PIECE_SIZE,
    Action,
    FileVault,
    manifest_bytes,
    sign_event,
    take_in,
    write_index,
)
from comity.exchange.courier import PIECE_PATH
from comity.wire import digest


def test_a_strangers_bytes_get_the_constant_answer_and_leave_nothing(pair, request_, files):
    id = h.sealed_and_released(pair, request_, files / "mail")
    act = h.hand_over(pair, request_, id)
    pair.courier.cut = {PIECE_PATH}
    pair.settle()
    with pair.pt.node.db.read() as conn:
        head = pieces.piece_bytes(pair.pt.node, store.outgoing_of(conn, act.id)[0])
    gh = pair.gh.node
    before = h.count(pair.gh, request_)
    others = [b"", b"x", head[:-1], head + b"x", bytes([head[0] ^ 1]) + head[1:]]
    answers = [pieces.receive_piece(gh, data) for data in others]
    answers.append(pieces.receive_piece(gh, io.BytesIO(bytes(PIECE_SIZE * 2))))
    with pytest.raises(NotFound):  # sealed to nobody
        age.decrypt(pair.pt.node.keys.age.identities, io.BytesIO(answers[0]))
    assert h.vault_objects(pair.gh) == set()
    assert list((gh.settings.vault / "incoming").iterdir()) == []
    assert h.count(pair.gh, request_) == before
    answers.append(pieces.receive_piece(gh, io.BytesIO(head)))
    assert len(h.vault_objects(pair.gh)) == 1
    assert {len(answer) for answer in answers} == {len(answers[0])}


def test_damage_is_found_before_anything_is_claimed(pair, request_, files):
    case = request_.header.case
    id, other = (h.sealed_and_released(pair, request_, files / "mail") for _ in range(2))
    act = h.hand_over(pair, request_, id)
    pair.settle()
    with pair.gh.node.db.read() as conn:
        rows = store.pieces_of(conn, act.id, id)
    h.damage(pair.gh, rows[-1].address)
    before = h.count(pair.gh, request_)
    with h.fails(ProofFailed, "evidence.piece_wrong"):
        custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    assert h.count(pair.gh, request_) == before
    assert h.vault_objects(pair.gh) == {row.address for row in rows}

    with pair.pt.node.db.read() as conn:
        address = store.get_exhibit(conn, case, other).address
    h.damage(pair.pt, address)
    with h.fails(ProofFailed, "evidence.vault_damaged"):
        exhibit.verify_exhibit(pair.pt.node, case, other)
    before = h.count(pair.pt, request_)
    with h.fails(ProofFailed, "age.payload"):
        h.hand_over(pair, request_, other)
    assert h.count(pair.pt, request_) == before
    folder = pair.pt.node.settings.data / "opened"
    with h.fails(ProofFailed, "age.payload"):
        exhibit.open_exhibit(pair.pt.node, case, other, folder, pair.pt["examiner"], "a look")
    assert not folder.exists()
    assert h.actions(pair.pt, request_, other)[-1] == "opened"  # the attempt is on record; no export is


def test_what_is_not_as_announced_is_not_taken(pair, request_, files, monkeypatch):
    id = h.sealed_and_released(pair, request_, files / "mail")
    announce = deliver._announce
    lie = {"stream": "0" * 64}
    monkeypatch.setattr(deliver, "_announce", lambda *a: announce(*a).model_copy(update=lie))
    act = h.hand_over(pair, request_, id)
    pair.settle()
    with h.fails(ProofFailed, "deliver.not_as_announced"):
        custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    assert h.count(pair.gh, request_)[0] == 0


def test_a_seal_over_files_that_are_others_is_found_out(pair, request_, files, monkeypatch):
    """A node can sign what it likes: each file is held against the index before custody is claimed."""
    sealing = exhibit.take_in

    def lying(*args, **more):
        taken = sealing(*args, **more)
        entry = taken.index.files[0].model_copy(update={"sha256": "0" * 64})
        index = taken.index.model_copy(update={"files": (entry, *taken.index.files[1:])})
        listed, manifest = digest(write_index(index)), digest(manifest_bytes(index))
        return replace(taken, index=index, index_sha256=listed, manifest_sha256=manifest)

    monkeypatch.setattr(exhibit, "take_in", lying)
    id = h.sealed_and_released(pair, request_, files / "mail")
    with h.fails(ProofFailed, "evidence.payload_wrong"):
        exhibit.verify_exhibit(pair.pt.node, request_.header.case, id)
    act = h.hand_over(pair, request_, id)
    pair.settle()
    with h.fails(ProofFailed, "evidence.payload_wrong"):
        custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    assert h.count(pair.gh, request_)[0] == 0


def test_salts_that_are_others_are_found_out(pair, request_, files, monkeypatch):
    """With them no part could be shown to be a part, which would be noticed years later."""
    sealing = exhibit.take_in
    monkeypatch.setattr(exhibit, "take_in", lambda *a, **m: replace(sealing(*a, **m), salted_root="0" * 64))
    id = h.take_in(pair, request_, files / "mail")
    with h.fails(ProofFailed, "evidence.stream_wrong") as told:
        exhibit.verify_exhibit(pair.pt.node, request_.header.case, id)
    assert told.value.arguments["what"] == "salted tree"


def test_custody_that_was_changed_beside_the_program_is_found(pair, request_, files):
    case, node = request_.header.case, pair.pt.node
    id = h.take_in(pair, request_, files / "mail")
    assert exhibit.verify_exhibit(node, case, id).events == 2
    last = custody.custody_list(node, case, id)[-1]
    forged = last.model_copy(update={"counter": 3, "action": Action.USED})
    envelope = dsse.write(sign_event(forged, node.keys.acts.public, node.keys.acts.sign))
    node.db.writer.run(lambda conn: store.put_custody(conn, case, id, 3, envelope))
    with h.fails(ProofFailed, "evidence_app.root_not_committed"):
        exhibit.verify_exhibit(node, case, id)


def test_files_are_proven_one_by_one(files):
    index = exhibit_index(files)
    data = memoryview(b"".join(f.read_bytes() for f in sorted(files.rglob("*")) if f.is_file()))
    whole = content.FileDigests(index)
    whole.update(data)
    whole.finish()
    short = content.FileDigests(index)
    short.update(data[:-1])
    with h.fails(ProofFailed, "evidence.payload_wrong"):
        short.finish()
    with h.fails(ProofFailed, "evidence.payload_wrong"):
        content.FileDigests(index).update(memoryview(bytes(data) + b"x"))


def exhibit_index(folder):
    vault = FileVault(folder.parent / "vault")
    return take_in(folder, vault, [age.generate_x25519().recipient], bytes(32)).index
