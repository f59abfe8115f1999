"""What others can confirm: the other State's receipts, and the public log.

Promises: a receipt is proven with the acts key of the State that it names; an opening opens to the act (or
custody root) in its name, its leaf is shown under the one checkpoint of the file, and that is signed by
the log key of that State's entry. Acts that no log event shows are named, with what a receipt promised.

Leaves to others: comparing the checkpoint with what peers and witnesses saw (``tlog``, people).
"""

from __future__ import annotations

from comity import dsse, note, tlog
from comity.acts import RECEIPT_TYPE, Receipt
from comity.clock import read_instant
from comity.dossier import members
from comity.dossier.report import CONTENT_FAULTS, Step
from comity.dossier.statement import STATEMENT
from comity.dossier.steps.given import Given, content
from comity.errors import ProofFailed
from comity.exchange.entry import Purpose
from comity.exchange.receipts import MAX_RECEIPT, verify_receipt
from comity.messages import message
from comity.wire import parse

Shown = set[tuple[str, str]]
"""Kind and subject of each event that was proven."""


def check_receipts(given: Given, step: Step) -> None:
    """Prove every receipt; what it says of time is used for the keys of the act's signers."""
    for name, data in given.under("receipts/"):
        try:
            receipt = _receipt(given, dsse.read(data))
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            continue
        place = given.place.get(receipt.act)
        if place is None or members.receipt_name(place, receipt.state, receipt.act) != name:
            step.fail(message("dossier.receipt_of_no_act", act=receipt.act), content(name))
            continue
        given.receipts.setdefault(receipt.act, []).append(receipt)
    if given.receipts:
        step.ok(message("dossier.receipts_proven", count=sum(map(len, given.receipts.values()))))
    for act in given.acts.values():
        if act.header.shared and act.id not in given.receipts:
            here = content(members.act_name(given.place[act.id], act))
            step.note(message("dossier.no_receipt", act=act.id), here)


def _receipt(given: Given, envelope: dsse.Envelope) -> Receipt:
    if envelope.payloadType != RECEIPT_TYPE:
        raise ProofFailed("dsse.other_type", wanted=RECEIPT_TYPE, found=envelope.payloadType)
    claimed = parse(Receipt, envelope.body, limit=MAX_RECEIPT)
    keyid = envelope.signatures[0].keyid if len(envelope.signatures) == 1 else ""
    key = given.key_of(claimed.state, Purpose.ACTS, keyid)
    if key is None:
        raise ProofFailed("dossier.signer_unknown", state=claimed.state)
    receipt = verify_receipt(envelope, key, claimed.state).receipt
    read_instant(receipt.log.by)
    if receipt.case != given.dossier.case:
        raise ProofFailed("dossier.act_of_other_case", case=given.dossier.case)
    if not given.good(keyid, read_instant(receipt.at)):
        raise ProofFailed("dossier.key_not_good", key=keyid, at=receipt.at)
    return receipt


def check_log(given: Given, step: Step) -> None:
    """Prove the checkpoint of the exporting State's log, and every event shown under it."""
    state = given.dossier.state
    name = members.checkpoint_name(state)
    data = given.take(name)
    shown: Shown = set()
    if data is not None and state in given.entries:
        try:
            signed = tlog.checkpoint.open(data, *_vkeys(given, state))
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            return
        told = message("dossier.checkpoint_signed", state=state, size=signed.checkpoint.size)
        step.ok(told, content(name))
        for opening, _ in given.under(f"log/{state}/", members.OPENING):
            found = _event(given, step, opening, signed)
            if found is not None:
                shown.add(found)
    if data is None:
        step.note(message("dossier.no_checkpoint", state=state), content(STATEMENT))
    elif shown:
        step.ok(message("dossier.events_shown", count=len(shown)), content(name))
    given.roots |= {subject for kind, subject in shown if kind == "custody_root"}
    _unpublished(given, step, shown)


def _event(given: Given, step: Step, name: str, signed: tlog.Signed) -> tuple[str, str] | None:
    """Prove one event; its kind and subject."""
    proof_name = name.removesuffix(members.OPENING) + members.PROOF
    data = given.take(proof_name)
    here = name
    try:
        opening = parse(tlog.Opening, given.contents[name], limit=MAX_RECEIPT)
        subject, kind = opening.subject or "", opening.event.kind
        tlog.verify_subject(opening, subject)
        named = members.event_name(given.dossier.state, subject, kind, given.place.get(subject))
        known = kind == "custody_root" or subject in given.place
        if named + members.OPENING != name or not known:
            raise ProofFailed("dossier.event_of_other", subject=subject)
        here = proof_name if data is not None else name
        if data is None:
            raise ProofFailed("dossier.member_missing", name=proof_name)
        proof = tlog.proof.parse(data)
        if proof.checkpoint != signed.encode():
            raise ProofFailed("dossier.other_checkpoint", subject=subject)
        entry = tlog.leaf(opening)
        tlog.proof.verify_under(proof.index, proof.hashes, entry, signed.checkpoint)
    except CONTENT_FAULTS as error:
        step.fault(error, content(here))
        return None
    return kind, subject


def _unpublished(given: Given, step: Step, shown: Shown) -> None:
    """Acts that the file's log does not show: not yet published, or not at all."""
    state = given.dossier.state
    for act in given.acts.values():
        own = "enrolment" if act.header.kind == "enrol" else "signed"
        kind = own if act.header.signed_by == state else "received"
        if (kind, act.id) in shown:
            continue
        here = content(members.act_name(given.place[act.id], act))
        promises = [r.log.by for r in given.receipts.get(act.id, []) if r.state == state]
        if promises:
            step.note(message("dossier.promised_by", act=act.id, by=min(promises)), here)
        else:
            step.note(message("dossier.not_shown_in_log", act=act.id), here)


def _vkeys(given: Given, state: str) -> list[note.Vkey]:
    """The log's keys, past ones too, under the origin that the entry names."""
    entry = given.entries[state]
    keys = (k.public_key.public for k in entry.keys if k.purpose is Purpose.LOG)
    return [note.Vkey(entry.log.origin, note.ED25519, key) for key in keys]
