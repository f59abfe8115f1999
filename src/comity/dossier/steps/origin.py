"""Whose file it is: the directory entries, the signed statement, and the law that the acts rely on.

Promises: each State's entries form one chain, the first signed by its own key, each next one by the key
before it. A fingerprint that the reader brings must occur in the chain; where none is brought, the
file proves only that it agrees with itself, and the report says so. The statement is signed by the
acts key of its State.

Leaves to others: comparing fingerprints by another way (people), what the keys signed (``acts``).
"""

from __future__ import annotations

from itertools import groupby

from comity import dsse
from comity.acts.home_terms import AdoptLawTerms, ConfirmLawTerms
from comity.clock import read_instant
from comity.dossier import members
from comity.dossier.report import CONTENT_FAULTS, Part, Step
from comity.dossier.statement import DOSSIER_TYPE, STATEMENT
from comity.dossier.steps.given import Given, content
from comity.errors import Conflict
from comity.exchange.directory import Directory
from comity.exchange.entry import Entry, Purpose, trust, update
from comity.law import Applied, Bundle
from comity.messages import message
from comity.wire import digest, parse


def check_directory(given: Given, step: Step) -> None:
    """Prove each State's chain of entries, and compare it with what the reader trusts."""
    found = list(given.under("directory/"))
    for state, chain in groupby(found, key=lambda one: one[0][len("directory/") :].partition(".")[0]):
        _chain(given, step, state, list(chain))
    own = given.entries.get(given.dossier.state)
    here = content(STATEMENT)
    if own is None:
        step.fail(message("dossier.no_entry", state=given.dossier.state), here)
        return
    try:
        given.directory = Directory(
            own, {state: entry for state, entry in given.entries.items() if state != own.state}
        )
    except Conflict as error:  # one key in two entries
        step.fault(error, content(found[-1][0]))


def _chain(given: Given, step: Step, state: str, chain: list[tuple[str, bytes]]) -> None:
    entry: Entry | None = None
    fingerprints: list[str] = []
    for name, data in chain:
        try:
            if entry is None:
                claimed = parse(Entry, dsse.read(data).body, limit=len(data))
                entry = trust(data, claimed.fingerprint)
            else:
                entry = update(entry, data)
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            return
        if members.entry_name(entry.state, entry.version) != name or entry.state != state:
            step.fail(message("dossier.wrong_name", wanted=entry.state), content(name))
            return
        fingerprints.append(entry.fingerprint)
    if entry is None:
        return
    given.entries[state] = entry
    last = content(chain[-1][0])
    pinned = given.trust.pinned(state)
    if not pinned:
        step.note(message("dossier.compare_fingerprint", state=state, fingerprint=entry.fingerprint), last)
    elif pinned & set(fingerprints):
        step.ok(message("dossier.fingerprint_known", state=state, version=entry.version), last)
    else:
        wanted = message(
            "dossier.fingerprint_differs", state=state, wanted=min(pinned), found=entry.fingerprint
        )
        step.fail(wanted, last)


def check_statement(given: Given, step: Step) -> None:
    """Prove that the State's node signed the statement, with a key that was good when it says so."""
    here = content(STATEMENT)
    given.claimed |= {STATEMENT, members.README}
    dossier = given.dossier
    keyids = [s.keyid for s in given.envelope.signatures]
    key = given.key_of(dossier.state, Purpose.ACTS, keyids[0]) if len(keyids) == 1 else None
    if key is None:
        step.fail(message("dossier.signer_unknown", state=dossier.state), here)
        return
    try:
        dsse.verify_one(given.envelope, DOSSIER_TYPE, key.public)
        made_at = read_instant(dossier.made_at)
    except CONTENT_FAULTS as error:
        step.fault(error, here)
        return
    if not given.good(key.id, made_at):
        step.fail(message("dossier.key_not_good", key=key.id, at=dossier.made_at), here)
        return
    told = message(
        "dossier.statement_signed", state=dossier.state, at=dossier.made_at, count=len(dossier.members)
    )
    step.ok(told, here)
    if members.README not in given.contents:
        step.fail(message("dossier.member_missing", name=members.README), here)


def check_law(given: Given, step: Step) -> None:
    """Load the bundles, and hold them against what the acts name (``acts`` must be read before)."""
    held: dict[str, bytes] = {}
    for name, data in given.under("law/"):
        if members.bundle_name(digest(data)) != name:
            step.fail(message("dossier.wrong_name", wanted=digest(data)), content(name))
        elif digest(data) not in given.dossier.law.bundles:
            step.fail(message("dossier.bundle_not_named", digest=digest(data)), content(name))
        else:
            held[digest(data)] = data
    named = {act.header.law.bundle for act in given.acts.values()}
    if named != set(given.dossier.law.bundles):
        step.fail(message("dossier.bundles_differ"), content(STATEMENT))
    for value in sorted(named):
        here = content(members.bundle_name(value) if value in held else STATEMENT)
        bundle_bytes = held.get(value) or given.trust.bundle_by_digest.get(value)
        if bundle_bytes is None:
            step.note(message("dossier.bundle_absent", digest=value), here)
            continue
        try:
            bundle = Bundle.load(bundle_bytes)
        except CONTENT_FAULTS as error:
            step.fault(error, here)
            continue
        tables = {table.digest: table for table in bundle.content.tables}
        given.tables |= tables
        if value in held:
            given.tables_shown.update(tables)
        if value in given.trust.bundle_by_digest:
            step.ok(message("dossier.bundle_known", digest=value, as_of=bundle.content.as_of), here)
        else:  # a State's own law data may permit whatever it likes: people are to look at it
            step.note(message("dossier.bundle_not_known", digest=value, as_of=bundle.content.as_of), here)
        for applied in bundle.content.applied:
            _adopted(given, step, applied, here)


def _adopted(given: Given, step: Step, applied: Applied, here: Part) -> None:
    """Hold what a bundle says lies over it against the act that put it there, where the file has that act.

    That the bundle is made of just these is not computed anew: the law data below may not be here.
    """
    act = given.acts.get(applied.act)
    if act is None:
        step.note(message("dossier.law_act_absent", state=applied.state, act=applied.act), here)
        return
    terms = act.terms
    if isinstance(terms, AdoptLawTerms):
        fits = (terms.overlay, terms.version, "overlay") == (applied.digest, applied.version, applied.what)
    else:
        fits = isinstance(terms, ConfirmLawTerms) and (terms.document, "ticks") == (
            applied.digest,
            applied.what,
        )
    if not fits or act.header.state != applied.state:
        step.fail(message("dossier.law_act_differs", act=act.id), here)
        return
    who = ", ".join(f"{signer.role.value} {signer.alias}" for signer in act.header.signers)
    told = f"dossier.law_{'adopted' if applied.what == 'overlay' else 'confirmed'}"
    step.ok(message(told, state=applied.state, act=act.id, at=act.header.at, who=who), here)
