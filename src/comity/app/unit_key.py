"""A unit's own keys: age keys that it made for itself, listed in the directory by two persons and the unit.

Promises: only the public half comes here. Once a unit has two persons, no key is listed as its own before one
of them has confirmed it; what was listed without its word is told as such for ever, to other States too. No
key of this node, and none of its recovery keys, is taken for a unit's: the central authority would hold a key
to what it may not open. The private half is read for one deed, from the unit's own file, and kept nowhere.

Leaves to others: what is sealed to them (``mark``, ``exhibit``), using them (``unseal``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from comity import age, store
from comity.acts import Act, Role
from comity.acts.material_terms import ConfirmUnitKeyTerms, UnitKeyTerms
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.offices import check_office, renew_office
from comity.app.prepare import Saying, say
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.exchange import MOST_LISTINGS, Authority, Entry, KeyListing, Purpose, keys_digest
from comity.keys import read_unit_file
from comity.store import Connection

MOST: Final = 4
_UNFIT: Final = "material.keys_do_not_fit"
_MOST_ALONE: Final = MOST_LISTINGS - 1
"""Times that keys are listed without a unit's word: there is room for one more, with it."""

PERSONS: Final = 2
"""So many persons of a unit make it one that speaks for itself: two let its key be used."""


@dataclass(frozen=True)
class UnitKey:
    """What opens what was sealed to a unit: the identities of its own key file, for one deed."""

    identities: tuple[age.X25519Identity | age.HybridIdentity, ...] = field(repr=False)

    def refuse_unless_of(self, unit: Authority, earlier: Collection[str] = ()) -> None:
        """Refuse a key that the unit does not list, and did not list ``earlier``.

        Raises:
            NotPermitted: as said.
        """
        if not {str(one.recipient) for one in self.identities} & {*unit.recipients, *earlier}:
            raise NotPermitted("material.not_the_units_key", unit=unit.id)


def listed_ever(conn: Connection, office: str) -> frozenset[str]:
    """Every key that was listed for a unit of ours: what was sealed to an earlier one stays sealed to it."""
    confirmed = {act.terms.act for act in store.home_acts_of_kind(conn, "confirm_unit_key")}
    return frozenset(
        key
        for act in _listings(conn, office)
        if not act.terms.waits or act.id in confirmed
        for key in act.terms.recipients
    )


def read_unit_key(path: Path, passphrase: str | None = None) -> UnitKey:
    """The key in a unit's own file: an age identity file, under a passphrase or not.

    Raises:
        NotFound, NotPermitted, ProofFailed, BadInput, Unavailable: as ``keys.read_unit_file``.
    """
    return UnitKey(read_unit_file(path, passphrase))


def enrol_unit_key(
    node: Node,
    office: str,
    recipients: Sequence[str],
    who: Person,
    second: Person,
    *,
    text: str | None = None,
) -> Act:
    """Say by two which keys are a unit's own. The first is its working key, the others are cold.

    Where the unit has, or ever had, two persons, they are listed only once one of its persons has confirmed
    them (``confirm_unit_key``). Else they are listed at once, and the entry tells for ever that it was so.
    What was sealed to earlier keys stays sealed to them: the unit keeps these.

    Raises:
        NotFound: the node has no such office. NotPermitted: no material is sealed to offices of its
            functions; a key is one of this node's; the two are one, or may not; keys were listed too often
            without the unit's word. BadInput: a key is none, or of another type.
    """
    listed = tuple(dict.fromkeys(recipients))
    if not 1 <= len(listed) <= MOST:
        raise BadInput("material.how_many_keys", most=MOST)
    for one in listed:
        age.parse_recipient(one)
    bundle = node.bundle
    with node.db.read() as conn:
        directory = node.directory(conn)
        unit = directory.own.office(office)
    if unit is None:
        raise NotFound("app.no_such_office", office=office[:60])
    functions = sorted({one.function for one in bundle.content.materials})
    if not set(functions) & set(unit.functions):
        raise NotPermitted("material.no_unit", office=office, functions=", ".join(functions))
    ours = {*node.keys.vault.recipients, *node.keys.age.recipients, *node.settings.recovery}
    if ours & set(listed):
        raise NotPermitted("material.key_of_the_node", office=office)
    waits = has_people(directory.own, office)

    def list_them(conn: Connection, act: Act) -> None:
        if has_people(node.directory(conn).own, office) != waits:
            raise Conflict("material.people_meanwhile", office=office)
        if waits:
            check_office(node, conn, office, {"recipients": listed, "listings": ()}, _UNFIT)
        else:
            renew_office(node, conn, office, _listing(node, conn, act, None), _UNFIT)

    fields = {"terms": UnitKeyTerms(office=office, recipients=listed, waits=waits), "text": text}
    saying = Saying("unit_key", who.authority, fields, cosigners=((Role.APPROVER, second.key.id),))
    return say(node, saying, who, beside=(second,), also=list_them).act


def confirm_unit_key(node: Node, listing: str, who: Person, *, text: str | None = None) -> Act:
    """Confirm, as a person of the unit, that the keys that two listed last are its own; they are listed now.

    ``listing``: the act of the two, or the beginning of it. Keys that were listed without the unit's word can
    be confirmed as well; that they were listed without it stays told.

    Raises:
        NotFound: no such act. NotPermitted: it lists no keys of a unit, or others were listed since; who
            confirms is of another office, or may not. Conflict: it is confirmed.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, listing)
        _refuse_unless_last(conn, act)
    terms = act.terms
    if who.authority != terms.office:
        raise NotPermitted("material.other_office", unit=terms.office, office=who.authority)

    def list_them(conn: Connection, said: Act) -> None:
        _refuse_unless_last(conn, act, but=said.id)
        renew_office(node, conn, terms.office, _listing(node, conn, act, said), _UNFIT)

    told = ConfirmUnitKeyTerms(act=act.id, office=terms.office, recipients=terms.recipients)
    saying = Saying("confirm_unit_key", who.authority, {"terms": told, "text": text})
    return say(node, saying, who, also=list_them).act


def has_people(own: Entry, office: str) -> bool:
    """Whether a unit has, or ever had, two persons: if they left, others can be enrolled."""
    keys = [one for one in own.keys if one.purpose is Purpose.PERSON and one.authority == office]
    return len(keys) >= PERSONS


def _listing(node: Node, conn: Connection, act: Act, confirmation: Act | None) -> dict[str, Any]:
    """What an office tells once these keys are listed, and of those listed without its word."""
    unit = node.directory(conn).own.office(act.terms.office)
    before = () if unit is None else unit.listings
    found = next((one for one in before if one.act == act.id), None)
    new = KeyListing(
        keys=keys_digest(act.terms.recipients),
        since=node.now() if found is None else found.since,
        act=act.id,
        alone=confirmation is None or found is not None,
        confirmed=None if confirmation is None else confirmation.id,
    )
    earlier = tuple(one for one in before if one.alone and one.act != act.id)
    if confirmation is None and len(earlier) >= _MOST_ALONE:
        raise NotPermitted("material.listed_alone_too_often", office=act.terms.office, most=_MOST_ALONE)
    return {"recipients": act.terms.recipients, "listings": (*earlier, new)}


def _listings(conn: Connection, office: str) -> tuple[Act, ...]:
    """The acts by which two said which keys are a unit's, as they came."""
    acts = store.home_acts_of_kind(conn, "unit_key")
    return tuple(sorted((a for a in acts if a.terms.office == office), key=lambda a: a.header.number))


def _refuse_unless_last(conn: Connection, act: Act, *, but: str = "") -> None:
    """Refuse to confirm what is no listing, or is not the last one, or is confirmed. ``but``: by that act."""
    if act.header.kind != "unit_key":
        raise NotPermitted("material.no_listing", act=act.id)
    last = _listings(conn, act.terms.office)[-1]
    if last.id != act.id:
        raise NotPermitted("material.listed_since", act=act.id, last=last.id)
    acts = store.home_acts_of_kind(conn, "confirm_unit_key")
    if any(one.terms.act == act.id and one.id != but for one in acts):
        raise Conflict("material.confirmed_already", act=act.id)
