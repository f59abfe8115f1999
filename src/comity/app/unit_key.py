"""A unit's own keys: age keys that it made for itself, listed in the directory by two persons.

Promises: only the public half comes here. A key of this node, or one of its recovery keys, is never taken
for a unit's: the central authority would hold a key to what it may not open. The private half is read for
one deed, from the unit's own file, and kept nowhere.

Leaves to others: what is sealed to them (``mark``, ``exhibit``), using them (``unseal``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity import age, store
from comity.acts import Act, Role
from comity.acts.material_terms import UnitKeyTerms
from comity.app.node import Node, Person
from comity.app.offices import renew_office
from comity.app.prepare import Saying, say
from comity.errors import BadInput, NotFound, NotPermitted
from comity.exchange import Authority
from comity.keys import read_unit_file
from comity.store import Connection

MOST: Final = 4


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
    acts = store.home_acts_of_kind(conn, "unit_key")
    return frozenset(key for act in acts if act.terms.office == office for key in act.terms.recipients)


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
    """List a unit's own keys in our entry, by two persons. The first is its working key, the others are cold.

    What was sealed to earlier keys stays sealed to them: the unit keeps these.

    Raises:
        NotFound: the node has no such office. NotPermitted: no material is sealed to offices of its
            functions; a key is one of this node's; the two are one, or may not. BadInput: a key is none, or
            of another type.
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

    def list_them(conn: Connection, _act: Act) -> None:
        renew_office(node, conn, office, {"recipients": listed}, "material.keys_do_not_fit")

    fields = {"terms": UnitKeyTerms(office=office, recipients=listed), "text": text}
    saying = Saying("unit_key", who.authority, fields, cosigners=((Role.APPROVER, second.key.id),))
    return say(node, saying, who, beside=(second,), also=list_them).act
