"""The acts: each well formed, signed by keys that were good, and together the case that the file says.

Promises: every act is read strictly; its signers are looked up in its own State's entry; a key is judged
by the earliest receipt of the other State, else by the time of the file, never by the time claimed (which
is told where nothing better is there). The shared acts are folded anew.

Leaves to others: whether a decision was right. It is shown that it was taken, not that it should have been.
"""

from __future__ import annotations

from comity.acts import Act, read_act, verify_signers
from comity.acts.terms import PreviewTerms, RequestTerms
from comity.cases import Case, fewer_signed, fold
from comity.clock import read_instant
from comity.dossier import members
from comity.dossier.report import CONTENT_FAULTS, Part, Step
from comity.dossier.statement import STATEMENT, Profile
from comity.dossier.steps.given import Given, content
from comity.exchange.directory import Directory, incompetence_of, revoked
from comity.messages import message
from comity.wire import digest


def read_acts(given: Given, step: Step) -> None:
    """Read every act, and hold its name and its place against it."""
    names: dict[str, str] = {}
    for name, data in given.under("acts/"):
        try:
            act = read_act(data)
            read_instant(act.header.at)
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            continue
        if act.id in given.acts:
            step.fail(message("dossier.act_twice", act=act.id), content(name))
            continue
        if act.header.case not in {given.dossier.case, None}:
            step.fail(message("dossier.act_of_other_case", case=given.dossier.case), content(name))
            continue
        given.acts[act.id] = act
        names[act.id] = name
    for place, act in enumerate(members.place_acts(given.acts.values()), 1):
        given.place[act.id] = place
        if members.act_name(place, act) != names[act.id]:
            step.fail(
                message("dossier.wrong_name", wanted=members.act_name(place, act)), content(names[act.id])
            )


def check_acts(given: Given, step: Step) -> None:
    """Prove the signatures of every act that was read."""
    good = 0
    for act in given.acts.values():
        here = content(members.act_name(given.place[act.id], act))
        failures = len(step.lines)
        signed_by = act.header.signed_by
        if given.directory is None or signed_by not in given.entries:
            step.fail(message("dossier.no_entry", state=signed_by), here)
            continue
        try:
            keys = given.directory.public_keys(signed_by)
            verify_signers(act.envelope, act.header.signers, keys)
        except CONTENT_FAULTS as error:
            step.fault(error, here)
            continue
        _keys_good(given, step, act, given.directory, here)
        if act.header.registered:
            told = message("dossier.registered", act=act.id, state=act.header.state, by=signed_by)
            step.note(told, here)
        good += len(step.lines) == failures
    _home_whole(given, step)
    if good:
        step.ok(message("dossier.acts_signed", count=good))


def _keys_good(given: Given, step: Step, act: Act, directory: Directory, here: Part) -> None:
    seen = [read_instant(r.at) for r in given.receipts.get(act.id, []) if r.state != act.header.state]
    at = min(seen, default=read_instant(given.dossier.made_at))
    claimed = read_instant(act.header.at)
    for signer in act.header.signers:
        key = directory.key(signer.key)
        if key is None:  # verify_signers found it; two directories cannot differ
            step.fail(message("acts.key_unknown", key=signer.key), here)
        elif directory.key_good(signer.key, at):
            terms = act.terms
            # Told, and no failure: what an office may do changes, and the entry is not that of the day.
            named = terms.measure if isinstance(terms, PreviewTerms | RequestTerms) else None
            reason = incompetence_of(directory, act.header, signer, measure=named, at=at)
            if reason is not None:
                step.note(message("dossier.competence_not_shown", act=act.id, reason=reason), here)
        elif seen or revoked(key, at) or not directory.key_good(signer.key, claimed):
            step.fail(message("dossier.key_not_good", key=signer.key, at=given.dossier.made_at), here)
        else:
            step.note(message("dossier.key_time_claimed", key=signer.key, at=act.header.at), here)


def _home_whole(given: Given, step: Step) -> None:
    """Whether a file that is to hold all acts at home has a gap in their numbers."""
    if given.dossier.profile not in {Profile.COURT, Profile.OVERSIGHT}:
        return
    home = [a.header.number for a in given.acts.values() if not a.header.shared and a.header.case is not None]
    for number in sorted(set(range(1, max(home, default=0) + 1)) - set(home))[:1]:
        step.fail(message("dossier.home_act_missing", number=number), content(STATEMENT))


def check_fold(given: Given, step: Step) -> None:
    """Fold the shared acts, and compare with what the file says that they come to."""
    here = content(STATEMENT)
    shared = [act for act in given.acts.values() if act.header.shared]
    told = given.dossier.law.tables
    absent = [table for table in told if table not in given.tables]
    left = sorted({act.header.law.table for act in shared}.difference(told))
    try:
        case = fold(shared, {value: table for value, table in given.tables.items() if value in told})
        folded = digest(case.dump())
    except (*CONTENT_FAULTS, LookupError) as error:  # a table of a hostile State leads nowhere
        step.fault(error, here)
        return
    for id in case.missing:
        step.fail(message("dossier.act_missing", act=id), here)
    if absent:
        step.note(message("dossier.table_absent", table=absent[0]), here)
        return
    for table in left:
        if table in given.tables_shown:
            step.fail(message("dossier.table_left_out", table=table), here)
        else:
            step.note(message("dossier.table_unknown", table=table), here)
    given.case = case
    _standings(given, step, case)
    if given.dossier.folds_to is None:
        step.note(message("dossier.no_fold_said"), here)
    elif given.dossier.folds_to == folded:
        step.ok(message("dossier.folds", count=len(shared)), here)
    else:
        step.fail(message("dossier.folds_differently", said=given.dossier.folds_to, found=folded), here)


def _standings(given: Given, step: Step, case: Case) -> None:
    for act in given.acts.values():
        standing = case.standings.get(act.id)
        if standing is not None and not standing.moves:
            here = content(members.act_name(given.place[act.id], act))
            step.note(message("dossier.act_moves_nothing", act=act.id, standing=standing.name), here)
    for id in fewer_signed(case):
        act = given.acts[id]
        here = content(members.act_name(given.place[id], act))
        kind, state = act.header.kind, act.header.state
        step.note(message("dossier.fewer_signed", act=id, kind=kind, state=state), here)
    for one in case.equivocations:
        step.note(message("dossier.equivocation", state=one.state, number=one.number), content(STATEMENT))
