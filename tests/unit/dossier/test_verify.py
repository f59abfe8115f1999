"""Verifying a case file: what holds, and what one who holds a node's key still cannot make hold."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import builders as b
import case_files as c
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import dsse, note
from comity.acts import write_act
from comity.clock import write_instant
from comity.dossier import Profile, Subject, Trust, Verdict, verify
from comity.dossier.container import Member, pack
from comity.dossier.statement import Law, ListedMember, read_dossier, sign_dossier
from comity.errors import BadInput
from comity.evidence.index import LeftOut, write_index
from comity.exchange.entry import Status
from comity.law import Bundle
from comity.wire import decode, digest, dump_bytes, encode

FULL = c.written(c.full())
LEAN = c.written(c.without_law(c.full()))
NOTES = {line.message for line in verify(LEAN, c.TRUST).notes}
FILES = c.contents(FULL)


def member(start: str, end: str = "") -> str:
    return next(name for name in FILES if name.startswith(start) and name.endswith(end))


def test_the_whole_story_holds_and_says_what_it_cannot_show() -> None:
    report = verify(FULL, c.TRUST)
    assert report.holds
    assert report.subject is Subject.CASE_FILE
    assert [step.number for step in report.steps] == list(range(1, 13))
    assert c.ids(report, Verdict.NOTE) == {"dossier.not_shown_in_log"}  # the deliberation, not yet published


def test_the_same_parts_give_the_same_bytes() -> None:
    parts = c.full()
    shuffled = replace(
        parts, acts=parts.acts[::-1], receipts=parts.receipts[::-1], entries=parts.entries[::-1]
    )
    assert c.written(shuffled) == FULL


def test_without_trust_the_report_asks_to_compare_fingerprints() -> None:
    report = verify(FULL)
    assert report.holds
    told = [line for line in report.notes if line.message.id == "dossier.compare_fingerprint"]
    fingerprints = {dict(line.message.arguments)["fingerprint"] for line in told}
    assert fingerprints == set(c.TRUST.fingerprints.values())


def test_another_fingerprint_stops_the_verification() -> None:
    report = verify(FULL, Trust(fingerprints={"PT": c.GH.keys["acts"].id}))
    assert c.ids(report) == {"dossier.fingerprint_differs"}
    assert [step.id for step in report.steps] == ["container", "statement", "directory"]


def test_a_file_signed_by_another_state_is_found() -> None:
    assert c.failed(verify(c.forged(FULL, {}, by=c.GH), c.TRUST)) == {("statement", "dossier.json")}


def test_a_statement_that_its_node_did_not_sign_is_found() -> None:
    envelope, dossier = read_dossier(FILES["dossier.json"])
    other, _ = read_dossier(c.contents(c.forged(FULL, {}, note="another"))["dossier.json"])
    mixed = envelope.model_copy(update={"signatures": other.signatures})
    files = {name: data for name, data in FILES.items() if name != "dossier.json"}
    data = pack([Member("dossier.json", dsse.write(mixed)), *(Member(n, files[n]) for n in files)])
    assert len(dossier.members) == len(files)
    assert c.ids(verify(data, c.TRUST)) == {"dsse.signature_wrong"}


def test_a_statement_of_a_day_on_which_the_key_was_not_good_is_found() -> None:
    report = verify(c.forged(FULL, {}, made_at="2025-12-31T23:59:59Z"), c.TRUST)
    assert c.ids(report) == {"dossier.key_not_good"}


def test_a_statement_that_names_other_law_data_than_the_acts_is_found() -> None:
    report = verify(c.forged(LEAN, {}, law=Law(bundles=(), tables=(c.LAW["table"],))), c.TRUST)
    assert c.ids(report) == {"dossier.bundles_differ"}


def test_a_trusted_entry_pins_its_state() -> None:
    report = verify(FULL, Trust(entries=(c.GH.entry(), c.PT.entry())))
    assert "dossier.compare_fingerprint" not in c.ids(report, Verdict.NOTE)
    assert report.holds


def test_the_report_is_plain_values_with_words() -> None:
    value = verify(c.forged(FULL, {"README.txt": None}), c.TRUST).as_json()
    assert json.loads(json.dumps(value)) == value
    (line,) = [one for step in value["steps"] for one in step["lines"] if one["verdict"] == "failed"]
    assert value["holds"] is False
    assert (line["id"], line["part"]["text"]) == ("dossier.member_missing", "content of dossier.json")
    assert line["do"]


def test_a_report_never_says_that_something_is_lawful() -> None:
    assert "is for a court to say" in verify(FULL, c.TRUST).as_json()["verdict"]


# -- what a node could forge in its own file ------------------------------------------------------


def test_an_act_left_out_is_missed_by_those_that_stand_on_it() -> None:
    parts = c.without_law(c.full())
    gone = parts.shared[2]
    data = c.written(replace(parts, acts=tuple(a for a in parts.acts if a.id != gone.id)))
    report = verify(data, c.TRUST)
    assert "dossier.act_missing" in c.ids(report)
    assert gone.id in {dict(line.message.arguments).get("act") for line in report.failures}


def test_the_last_act_left_out_changes_what_the_acts_come_to() -> None:
    parts = c.without_law(c.full())
    acts = tuple(a for a in parts.acts if a.header.kind != "deliver")
    short = c.written(replace(parts, acts=acts, letters=()))
    whole = c.contents(c.written(parts))
    folds = decode(dsse.read(whole["dossier.json"]).body, limit=100_000)["folds_to"]
    report = verify(c.forged(short, {}, folds_to=folds), c.TRUST)
    assert c.ids(report) == {
        "dossier.folds_differently",
        "dossier.event_of_other",  # the log has it,
        "dossier.custody_of_absent_act",  # and so has custody
    }


def test_an_act_whose_signature_was_made_by_another_key_is_named() -> None:
    act = next(a for a in c.full().acts if a.header.kind == "decide")
    name = member("acts/", f"{act.id[:12]}.json")
    file = decode(FILES[name], limit=10**6)
    signatures = file["envelope"]["signatures"]
    signatures[0]["sig"], signatures[1]["sig"] = signatures[1]["sig"], signatures[0]["sig"]
    report = verify(c.forged(FULL, {name: encode(file)}), c.TRUST)
    assert c.failed(report) == {("acts", name)}
    assert c.ids(report) == {"dsse.signature_wrong"}


def test_a_stripped_cosignature_is_named() -> None:
    act = next(a for a in c.full().acts if a.header.kind == "decide")
    name = member("acts/", f"{act.id[:12]}.json")
    file = decode(FILES[name], limit=10**6)
    file["envelope"]["signatures"].pop()
    assert c.ids(verify(c.forged(FULL, {name: encode(file)}), c.TRUST)) == {"acts.signer_missing"}


def test_an_act_under_another_name_is_named() -> None:
    name = member("acts/0003")
    other = name.replace("0003", "0099")
    report = verify(c.forged(FULL, {name: None, other: FILES[name]}), c.TRUST)
    assert "dossier.wrong_name" in c.ids(report)


def test_a_member_that_nobody_knows_is_named() -> None:
    report = verify(c.forged(FULL, {"acts/notes.txt": b"hello", "zebra": b""}), c.TRUST)
    assert ("missing", "zebra") in c.failed(report)
    assert ("acts", "acts/notes.txt") in c.failed(report)


def test_members_in_another_order_are_found() -> None:
    files = dict(FILES)
    _, dossier = read_dossier(files.pop("dossier.json"))
    names = list(files)[::-1]
    listed = tuple(ListedMember(name=n, size=len(files[n]), sha256=digest(files[n])) for n in names)
    acts = c.PT.keys["acts"]
    envelope = sign_dossier(dossier.model_copy(update={"members": listed}), acts.public, acts.sign)
    data = pack([Member("dossier.json", dsse.write(envelope)), *(Member(n, files[n]) for n in names)])
    assert c.ids(verify(data, c.TRUST)) == {"dossier.members_unordered"}


# -- keys -----------------------------------------------------------------------------------------


def retired(seed: str, status: Status, until: str, **more):
    entry = c.GH.entry()
    keys = tuple(
        k.model_copy(update={"status": status, "until": until}) if k.key == c.key(seed).id else k
        for k in entry.keys
    )
    return c.GH.signed_entry(keys=keys, **more)


def with_entry(entry: bytes, **more) -> bytes:
    return c.written(replace(c.without_law(c.full()), entries=(entry, c.PT.signed_entry()), **more))


def test_a_key_retired_after_the_receipt_is_good() -> None:
    until = write_instant(c.AT + timedelta(days=5))
    assert verify(with_entry(retired("gh-author", Status.RETIRED, until)), c.TRUST).holds


def test_a_key_revoked_before_the_receipt_is_not_good_whatever_the_act_claims() -> None:
    until = write_instant(c.AT + timedelta(seconds=1))
    report = verify(with_entry(retired("gh-author", Status.REVOKED, until)), c.TRUST)
    assert c.ids(report) == {"dossier.key_not_good"}
    named = {name for _, name in c.failed(report)}
    assert named
    assert all("-GH-" in name for name in named)


def test_a_retired_key_without_a_receipt_is_told_to_rest_on_the_time_claimed() -> None:
    until = write_instant(c.AT + timedelta(days=5))
    report = verify(with_entry(retired("gh-author", Status.RETIRED, until), receipts=()), c.TRUST)
    assert report.holds
    assert "dossier.key_time_claimed" in c.ids(report, Verdict.NOTE)
    revoked = verify(with_entry(retired("gh-author", Status.REVOKED, until), receipts=()), c.TRUST)
    assert c.ids(revoked) == {"dossier.key_not_good"}


def test_a_rotation_of_the_acts_key_is_followed_from_the_fingerprint_that_was_trusted() -> None:
    from comity.exchange.entry import Purpose, sign_entry

    old, new = c.GH.entry(), c.key("gh-node-2")
    at = write_instant(c.AT + timedelta(days=5))
    keys = [
        k.model_copy(update={"status": Status.RETIRED, "until": at}) if k.key == old.fingerprint else k
        for k in old.keys
    ]
    keys.append(c.listed(new, Purpose.ACTS, since=at))
    second = c.GH.entry(version=2, issued_at=at, keys=tuple(sorted(keys, key=lambda k: k.key)))
    signed = dsse.write(sign_entry(second, c.GH.keys["acts"], new))
    entries = (c.GH.signed_entry(), signed, c.PT.signed_entry())
    parts = replace(c.without_law(c.full()), entries=entries)
    assert verify(c.written(parts), c.TRUST).holds  # the old fingerprint
    assert verify(c.written(parts), Trust(fingerprints={"GH": new.id})).holds
    alone = dsse.write(sign_entry(second, new))
    report = verify(c.written(replace(parts, entries=(entries[0], alone, entries[2]))), c.TRUST)
    assert ("directory", "directory/GH.000002.json") in c.failed(report)


def test_a_states_receipt_of_its_own_act_dates_nothing() -> None:
    until = write_instant(c.AT + timedelta(days=5))
    parts = c.small()
    own = replace(parts, receipts=(c.GH.receipt(parts.acts[0], c.AT),), log=None)
    data = c.written(replace(own, entries=(retired("gh-author", Status.REVOKED, until), c.PT.signed_entry())))
    assert "dossier.key_not_good" in c.ids(verify(data, c.TRUST))


# -- receipts, log, custody, exhibits, letters ----------------------------------------------------


def test_a_receipt_signed_by_another_state_is_named() -> None:
    act = c.full().shared[0]
    other = c.PT.receipt(act, c.AT)
    forged = other.model_copy(update={"signatures": c.GH.receipt(act, c.AT).signatures})
    name = member("receipts/0001-PT")
    assert c.failed(verify(c.forged(FULL, {name: dsse.write(forged)}), c.TRUST)) == {("receipts", name)}


def test_a_receipt_that_its_node_did_not_sign_or_of_another_case_is_named() -> None:
    act, name = c.full().shared[0], member("receipts/0001-PT")
    one, other = c.PT.receipt(act, c.AT), c.PT.receipt(act, c.AT + timedelta(days=1))
    unsigned = one.model_copy(update={"signatures": other.signatures})
    stranger = c.Told().sides["GH"].act("preview", act.terms.model_dump(mode="json"), case="ab" * 16)
    elsewhere = c.PT.receipt(stranger, c.AT)
    for forged, wanted in ((unsigned, "dsse.signature_wrong"), (elsewhere, "dossier.act_of_other_case")):
        report = verify(c.forged(FULL, {name: dsse.write(forged)}), c.TRUST)
        assert (c.failed(report), c.ids(report)) == ({("receipts", name)}, {wanted})


def test_an_opening_that_says_to_be_of_another_act_is_named() -> None:
    """A State that published one act cannot show the same leaf for another."""
    shown, hidden = (a for a in c.full().acts if a.header.kind in {"intake", "deliberate"})
    event = next(e for e in c.full().log.events if e.opening.subject == shown.id)
    lie = event.opening.model_copy(update={"subject": hidden.id})
    name = "log/PT/0012.signed"
    files = {name + ".opening.json": dump_bytes(lie), name + ".tlog-proof": event.proof.encode()}
    report = verify(c.forged(FULL, files), c.TRUST)
    assert c.ids(report) == {"tlog.opening_of_another_subject"}
    assert c.failed(report) == {("log", name + ".opening.json")}


def test_a_proof_that_carries_another_checkpoint_is_named() -> None:
    event = c.full().log.events[0]
    witness = note.Vkey("witness.example", note.ED25519, c.key("witness").public)
    text = note.parse(event.proof.checkpoint)
    cosigned = text.signed_also(note.sign(text.text, witness, c.key("witness").sign)).encode()
    name = member("log/PT/0001", ".tlog-proof")
    report = verify(c.forged(FULL, {name: replace(event.proof, checkpoint=cosigned).encode()}), c.TRUST)
    assert (c.failed(report), c.ids(report)) == ({("log", name)}, {"dossier.other_checkpoint"})


def test_an_opening_of_another_act_is_named() -> None:
    one, other = member("log/PT/0001", ".opening.json"), member("log/PT/0002", ".opening.json")
    report = verify(c.forged(FULL, {one: FILES[other]}), c.TRUST)
    assert c.failed(report) == {("log", one)}


def test_a_proof_of_another_leaf_is_named() -> None:
    one, other = member("log/PT/0001", ".tlog-proof"), member("log/PT/0002", ".tlog-proof")
    assert c.failed(verify(c.forged(FULL, {one: FILES[other]}), c.TRUST)) == {("log", one)}


def test_a_checkpoint_that_the_log_did_not_sign_is_named() -> None:
    log = c.Log(c.Node("PT"))
    log.node.keys["log"] = c.key("a stranger's log")
    log.enter(("signed", c.full().acts[0].id))
    report = verify(c.forged(FULL, {"log/PT/checkpoint": log.public().checkpoint}), c.TRUST)
    assert ("log", "log/PT/checkpoint") in c.failed(report)


def test_another_seal_than_the_acts_name_is_named(tmp_path) -> None:
    parts = c.full()
    from comity.evidence.seal import read_statement, sign_statement

    statement = read_statement(parts.exhibits[0].statement)
    acts = c.PT.keys["acts"]
    other = sign_statement(statement.model_copy(update={"source": "Elsewhere"}), acts.public, acts.sign)
    name = "exhibits/EX-1/statement.dsse.json"
    report = verify(c.forged(FULL, {name: dsse.write(other)}), c.TRUST)
    assert (c.failed(report), c.ids(report)) == ({("exhibits", name)}, {"dossier.seal_not_as_named"})


def test_an_index_or_manifest_that_was_not_sealed_is_named() -> None:
    for file in ("index.json", "manifest-sha256.txt"):
        name = f"exhibits/EX-1/{file}"
        report = verify(c.forged(FULL, {name: FILES[name] + b" "}), c.TRUST)
        assert c.failed(report) == {("exhibits", name)}


def test_an_index_that_hides_what_was_left_out_is_named() -> None:
    index = c.full().exhibits[0].index
    other = index.model_copy(update={"left_out": (LeftOut(path="a", why="symlink", target="b"),)})
    name = "exhibits/EX-1/index.json"
    assert c.failed(verify(c.forged(FULL, {name: write_index(other)}), c.TRUST)) == {("exhibits", name)}


def test_a_letter_beside_another_act_is_named() -> None:
    pdf, seal = member("letters/", ".pdf"), member("letters/", ".seal.json")
    moved = {pdf.replace("0009", "0008"): FILES[pdf], seal.replace("0009", "0008"): FILES[seal]}
    report = verify(c.forged(FULL, {pdf: None, seal: None, **moved}), c.TRUST)
    assert c.ids(report) == {"dossier.letter_of_no_act"}


def test_another_letter_than_was_sealed_is_named() -> None:
    name = member("letters/", ".pdf")
    report = verify(c.forged(FULL, {name: b"%PDF-1.7 another\n"}), c.TRUST)
    assert c.ids(report) == {"dossier.letter_differs"}


def test_law_data_by_reference_is_taken_from_the_reader_or_told_to_be_absent() -> None:
    data = c.written(c.without_law(c.full()))
    assert c.ids(verify(data, c.TRUST), Verdict.NOTE) == {"dossier.not_shown_in_log"}
    report = verify(data, replace(c.TRUST, bundles=()))
    assert report.holds
    assert {"dossier.bundle_absent", "dossier.table_absent"} <= c.ids(report, Verdict.NOTE)


def test_an_act_by_a_table_that_nobody_knows_takes_no_proof_from_the_rest() -> None:
    """A peer may name any table: the file is folded without it, and says so; what is here is not left out."""
    report = verify(c.written(c.small(by_no_table=True)), c.TRUST)
    assert report.holds
    assert "dossier.folds" in c.ids(report, Verdict.OK)
    assert {"dossier.table_unknown", "dossier.act_moves_nothing"} <= c.ids(report, Verdict.NOTE)


def test_a_file_that_folds_without_a_table_that_it_holds_is_found() -> None:
    less = decode(dsse.read(c.contents(FULL)["dossier.json"]).body, limit=10**6)["law"]
    report = verify(c.forged(FULL, {}, law=Law(bundles=tuple(less["bundles"]), tables=())), c.TRUST)
    assert "dossier.table_left_out" in c.ids(report)


@pytest.mark.parametrize("member_", ["about", "requires"])
def test_law_data_of_a_states_own_making_is_told_to_be_unknown_and_raises_nothing(member_: str) -> None:
    content = decode(c.BUNDLE.data, limit=10**7)
    for row in content["tables"][0]["rows"]:
        row[member_] = "case" if member_ == "about" else ["no_such_predicate"]
    bundle = Bundle.load(encode(content))
    law = {"bundle": bundle.digest, "table": bundle.content.tables[0].digest}
    roles = ("author", "approver")
    gh, pt = b.Side("GH", "PT"), b.Side("PT", "GH")
    request = gh.act("request", b.request_terms("mailbox"), roles=roles, header={"law": law})
    ask = pt.act("ask", b.questions("q1"), about=request.id, after=(request.id,), header={"law": law})
    parts = replace(c.small(), acts=(request, ask), receipts=(), log=None)
    data = c.forged(c.written(parts), {f"law/{bundle.digest}.json": bundle.data})
    report = verify(data, c.TRUST)
    assert "dossier.bundle_not_known" in c.ids(report, Verdict.NOTE)
    assert {"dossier.unreadable", "dossier.act_moves_nothing"} & (c.ids(report) | c.ids(report, Verdict.NOTE))


# -- hostile content ------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.data())
def test_whatever_a_node_puts_into_a_member_there_is_a_report(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([n for n in FILES if n not in {"dossier.json", "README.txt"}]))
    old = FILES[name]
    at = data.draw(st.integers(0, len(old) - 1))
    change = data.draw(
        st.sampled_from(
            [
                b"",
                old[:at],
                old[:at] + b'"' + old[at:],
                old[:at] + bytes([old[at] ^ 1]) + old[at + 1 :],
                old[:at] + b"9" + old[at + 1 :],
                b"null",
                b"[" * 5000,
                old + old,
            ]
        )
    )
    if change != old and not name.startswith("law/"):
        report = verify(c.forged(LEAN, {name: change}), c.TRUST)
        assert not report.holds
        stem = name.partition(".")[0]  # an opening and its proof contradict each other
        assert stem in {part.partition(".")[0] for _, part in c.failed(report)}


UNNAMED = ("dossier.json", "README.txt", "law/", "acts/0012")
"""What nothing else in the file calls for: the law data (the reader has it), the last act at home."""


@pytest.mark.parametrize("name", [name for name in FILES if not name.startswith(UNNAMED)])
def test_a_member_left_out_never_raises_and_never_goes_untold(name: str) -> None:
    report = verify(c.forged(LEAN, {name: None}), c.TRUST)
    assert report.failures or {line.message for line in report.notes} - NOTES


# -- writing --------------------------------------------------------------------------------------


def test_writing_refuses_a_gap_that_is_not_told() -> None:
    parts = c.full()
    acts = tuple(a.without({"text"}) if a.header.kind == "effected" else a for a in parts.acts)
    with pytest.raises(BadInput) as error:
        c.written(replace(parts, acts=acts))
    assert error.value.id == "dossier.missing_not_told"


def test_writing_refuses_a_proof_under_another_checkpoint() -> None:
    parts = c.full()
    log = c.Log(c.PT)
    log.enter(("signed", parts.acts[0].id))
    mixed = replace(parts.log, checkpoint=log.public().checkpoint)
    with pytest.raises(BadInput) as error:
        c.written(replace(parts, log=mixed))
    assert error.value.id == "dossier.other_checkpoint"


def test_an_act_of_another_case_is_refused_and_found() -> None:
    stranger = (
        c.Told()
        .sides["GH"]
        .act("preview", {"measure": "preserve", "items": b.items("x")}, case="ab" * 16, header={"law": c.LAW})
    )
    parts = c.without_law(c.full())
    with pytest.raises(BadInput) as error:
        c.written(replace(parts, acts=(*parts.acts, stranger)))
    assert error.value.id == "dossier.act_of_other_case"
    name = f"acts/0013-GH-preview-{stranger.id[:12]}.json"
    report = verify(c.forged(LEAN, {name: write_act(stranger)}), c.TRUST)
    assert ("acts", name) in c.failed(report)


def test_a_file_tells_for_whom_it_is() -> None:
    text = c.contents(c.written(c.small()))["README.txt"].decode()
    assert "for the other State" in text
    assert c.small().profile is Profile.PEER
    assert b.CASE in text


def test_an_event_of_another_kind_is_not_taken_for_the_acts() -> None:
    act = c.full().acts[0]
    log = c.Log(c.PT)
    log.enter(("signed", act.id))  # PT never signed GH's act
    shown = log.public()
    data = c.written(replace(c.without_law(c.full()), log=shown))
    notes = [line for line in verify(data, c.TRUST).notes if line.message.id == "dossier.promised_by"]
    assert act.id in {dict(line.message.arguments)["act"] for line in notes}
