"""What of a case is shown to whom: fields withheld, acts that stay at home, profiles.

Promises: an act never changes but in what its copy opens, so it still verifies; whatever is withheld
is told, with its ground. What belongs to an act at home that is not shown (receipt, log event, letter,
missing field) goes with it. ``terms`` stay in every copy.

Leaves to others: whether the ground holds (a person's ``disclose`` act says so), destroying (``app``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from comity.acts import Act
from comity.acts.home_terms import IntakeTerms
from comity.acts.terms import DeliverTerms
from comity.dossier.parts import DossierParts
from comity.dossier.statement import MissingField, Profile, Status
from comity.errors import NotFound
from comity.evidence.seal import read_statement
from comity.messages import render
from comity.wire import digest

OVERSIGHT_GROUND: Final = "profile.oversight"
"""Why a file for oversight opens no field but the terms."""

NOTE_LIMIT: Final = 2000
"""Characters of what a file tells of itself."""

_ACT_KINDS: Final = frozenset({"signed", "received", "enrolment"})


def withhold(parts: DossierParts, act: str, field: str, ground: str, by_act: str | None) -> DossierParts:
    """The same parts, with one field of one act not open, and told to be missing.

    The letter that renders the act goes: it may say in words what the field says.

    Raises:
        NotFound: no such act. BadInput: ``terms``, or a field that is not open in this copy.
    """
    found = parts.act(act)
    if found is None:
        raise NotFound("dossier.no_such_act", act=act)
    less, missing = _less(found, (field,), ground, by_act)
    acts = tuple(less if one.id == act else one for one in parts.acts)
    letters = tuple(one for one in parts.letters if one.act != act)
    return replace(parts, acts=acts, letters=letters, missing=(*parts.missing, *missing))


def for_profile(parts: DossierParts, profile: Profile, *, chosen: Collection[str] = ()) -> DossierParts:
    """The parts that a profile shows, before any single field is withheld.

    *peer* has no act that stayed at home, and only the exhibits that a delivery announced; *court* has all.
    Of the whole of a delivered part *defence* is told that it is there, and has neither seal nor custody.
    Of the log's roots of custody, both have those that their proofs are under, and no other.
    *defence* has those of ``chosen`` (ids; the ``disclose`` act must be among them to be shown); *oversight*
    has every act's header and terms, and nothing of the evidence.

    Raises:
        NotFound: ``chosen`` names an act that is not there.
    """
    for id in chosen:
        if parts.act(id) is None:
            raise NotFound("dossier.no_such_act", act=id)
    if profile is Profile.COURT:
        return replace(parts, profile=profile)
    if profile is Profile.OVERSIGHT:
        return _terms_only(replace(parts, profile=profile))
    shown = frozenset(chosen) if profile is Profile.DEFENCE else frozenset()
    kept = tuple(act for act in parts.acts if act.header.shared or act.id in shown)
    parts = _announced(parts) if profile is Profile.PEER else _without_wholes(parts)
    return _with_acts(_own_roots(replace(parts, profile=profile)), kept)


def _announced(parts: DossierParts) -> DossierParts:
    """Without the exhibits that no delivery announced: of what was not selected, a peer learns nothing."""
    told = _delivered(parts)
    return replace(
        parts,
        custody=tuple(one for one in parts.custody if one.exhibit in told),
        exhibits=tuple(one for one in parts.exhibits if read_statement(one.statement).exhibit in told),
    )


def _delivered(parts: DossierParts) -> set[str]:
    return {
        one.exhibit for act in parts.acts if isinstance(act.terms, DeliverTerms) for one in act.terms.exhibits
    }


def _without_wholes(parts: DossierParts) -> DossierParts:
    """Without what a delivered part was taken of, if that was not delivered itself; and told so.

    Its plain digests, which custody has too, and the names in its index would tell of the rest.
    """
    announced = _delivered(parts)
    taken = (act.terms for act in parts.acts if isinstance(act.terms, IntakeTerms))
    whole_of = {terms.exhibit: terms.part_of for terms in taken if terms.part_of is not None}
    wholes: set[str] = set()
    waiting = [whole_of[one] for one in announced if one in whole_of]
    while waiting:  # a part may be of a part
        whole = waiting.pop()
        if whole not in wholes:
            wholes.add(whole)
            waiting += [whole_of[whole]] if whole in whole_of else []
    hidden = sorted(wholes - announced)
    held = {read_statement(one.statement).exhibit for one in parts.exhibits}
    told = [render("dossier.whole_left_out", exhibit=one) for one in hidden if one in held]
    if not told:
        return parts
    kept = tuple(one for one in parts.exhibits if read_statement(one.statement).exhibit not in hidden)
    custody = tuple(one for one in parts.custody if one.exhibit not in hidden)
    note = "\n".join([*([parts.note] if parts.note else []), *told])[:NOTE_LIMIT]
    return replace(parts, exhibits=kept, custody=custody, note=note)


def _own_roots(parts: DossierParts) -> DossierParts:
    """Of the log's roots of custody, those that a proof here is under: others tell of other touches."""
    if parts.log is None:
        return parts
    roots = {proof.root for proof in parts.custody}
    events = tuple(
        one
        for one in parts.log.events
        if one.opening.event.kind != "custody_root" or one.opening.subject in roots
    )
    return replace(parts, log=replace(parts.log, events=events))


def _with_acts(parts: DossierParts, acts: tuple[Act, ...]) -> DossierParts:
    ids = {act.id for act in acts}
    named = {act.header.law.bundle for act in acts}
    log = parts.log
    if log is not None:
        events = (e for e in log.events if e.opening.event.kind not in _ACT_KINDS or e.opening.subject in ids)
        log = replace(log, events=tuple(events))
    return replace(
        parts,
        acts=acts,
        bundles=tuple(data for data in parts.bundles if digest(data) in named),
        log=log,
        letters=tuple(one for one in parts.letters if one.act in ids),
        missing=tuple(one for one in parts.missing if one.act in ids),
    )


def _terms_only(parts: DossierParts) -> DossierParts:
    acts: list[Act] = []
    missing = list(parts.missing)
    for act in parts.acts:
        names = tuple(d.name for d in act.disclosures if d.name != "terms")
        less, gone = _less(act, names, OVERSIGHT_GROUND, None)
        acts.append(less)
        missing += gone
    # Letters render fields; an index names files; custody names purposes: none of it is for oversight.
    return replace(
        parts, acts=tuple(acts), missing=tuple(missing), letters=(), exhibits=(), custody=(), note=None
    )


def _less(
    act: Act, names: tuple[str, ...], ground: str, by_act: str | None
) -> tuple[Act, list[MissingField]]:
    less = act.without(names)
    missing = [
        MissingField(
            act=act.id,
            digest=one.digest,
            field=one.name,
            status=Status.WITHHELD,
            ground=ground,
            by_act=by_act,
        )
        for one in act.disclosures
        if one.name in names
    ]
    return less, missing
