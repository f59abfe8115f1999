"""Disclose a case to the defence or a court with fields withheld; destroy a field where the law says so.

Promises: what is withheld is withheld by a person's signed act that names each field and its ground; the
file still verifies and tells what is missing. A destroyed field is gone from the store, its digest
stays, and the act that ordered it says why (P11).

Leaves to others: whether the ground holds (courts), the file (``export``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from comity import dossier, store
from comity.acts import Act, Reply, Role
from comity.acts.home_terms import DiscloseTerms, EraseTerms
from comity.acts.home_terms import Withheld as WithheldTerm
from comity.app.export import gather, write
from comity.app.hand_out import told_of
from comity.app.look import find_act, find_case
from comity.app.node import Node, Person
from comity.app.prepare import Saying, say
from comity.dossier import Profile
from comity.errors import NotFound, NotPermitted
from comity.store import Connection

GROUNDS: Final = (
    "order.court",
    "privacy.officers",
    "privacy.third_persons",
    "privilege.counsel",
    "protection.source",
    "protection.witness",
    "proceeding.ongoing",
    "retention.ended",
)
"""On what a field is withheld or destroyed: our words for a person's order, which the act quotes."""


@dataclass(frozen=True)
class Withhold:
    """One field of one act that is not to be shown. ``order``: by whose order, in words."""

    act: str
    field: str
    ground: str
    order: str


def disclose(
    node: Node,
    case: str,
    who: Person,
    *,
    second: Person,
    to: str,
    withheld: tuple[Withhold, ...] = (),
    profile: Profile = Profile.DEFENCE,
    home: tuple[str, ...] = (),
    letters: bool = True,
) -> tuple[Act, bytes]:
    """Say what is disclosed to whom, and write the file.

    ``second``: another person, who signs as well.
    ``home``: ids of acts that stayed at home and are to be shown as well.

    Raises:
        NotFound: no such case, act or field. BadInput: ``terms`` may not be withheld.
        NotPermitted: this person may not disclose.
    """
    for asked in withheld:
        check_ground(asked.ground)
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        named = tuple(
            WithheldTerm(act=find_act(node, conn, w.act).id, field=w.field, ground=w.ground) for w in withheld
        )
        shown = tuple(find_act(node, conn, id).id for id in home)
        office, (exhibits, tells) = who.authority, told_of(node, conn, reference)
        for one in named:
            store.get_act(conn, one.act).without([one.field])  # refuses terms, and what is not open
    before = gather(node, reference, letters=letters)
    in_file = {a.id for a in dossier.for_profile(before, profile, chosen=shown).acts}
    for one in named:
        if one.act not in in_file:
            raise NotFound("app.not_in_the_file", act=one.act, profile=profile.value)
    fields = {
        "terms": DiscloseTerms(profile=profile.value, withheld=named, exhibits=exhibits, tells=tells),
        "to": to,
        "orders": tuple(Reply(id=f"w{n}", text=w.order) for n, w in enumerate(withheld, 1)),
    }
    cosigner = ((Role.APPROVER, second.key.id),)
    saying = Saying("disclose", office, fields, case=reference, cosigners=cosigner)
    act = say(node, saying, who, beside=(second,)).act
    # The same act gives the same letter: none is set twice.
    parts = replace(gather(node, reference, letters=False), letters=before.letters, note=before.note)
    parts = dossier.for_profile(parts, profile, chosen=(act.id, *shown))
    for one in named:
        parts = dossier.withhold(parts, one.act, one.field, one.ground, act.id)
    return act, write(node, parts)


def erase(node: Node, act: str, who: Person, *, second: Person, field: str, ground: str, order: str) -> Act:
    """Destroy one field of one act here, because the law says so. It cannot be undone.

    ``second``: another person, who signs as well.

    Raises:
        NotFound: no such act, open field or ground. NotPermitted: ``terms`` stay; an act of the
            register stays; what is on its way stays until it is received.
    """
    check_ground(ground)
    with node.db.read() as conn:
        found = find_act(node, conn, act)
        posted = store.get_receipt(conn, found.id, "peer") is not None
    if found.header.case is None or field == "terms":
        raise NotPermitted("app.cannot_erase", act=found.id, field=field[:60])
    if found.header.shared and found.header.state == node.state and not posted:
        # What is on its way travels whole or not at all.
        raise NotPermitted("app.not_yet_received", act=found.id)
    if field not in found.fields:
        raise NotFound("app.field_not_here", act=found.id, field=field[:60])
    fields = {"terms": EraseTerms(act=found.id, field=field, ground=ground), "order": order}

    def destroy(conn: Connection, ordered: Act) -> None:
        store.erase_field(conn, found.id, field, node.clock.now(), ordered.id)

    cosigner = ((Role.APPROVER, second.key.id),)
    saying = Saying("erase", who.authority, fields, case=found.header.case, cosigners=cosigner)
    done = say(node, saying, who, beside=(second,), also=destroy).act
    node.db.checkpoint()  # so that the erased bytes do not linger in the write-ahead log
    store.forget_opened()  # nor in memory; a server does so at the end of each epoch (``publish``)
    return done


def check_ground(ground: str) -> None:
    """Whether a ground for showing less is one of those that this program knows.

    Raises:
        NotFound: it is not.
    """
    if ground not in GROUNDS:
        raise NotFound("app.no_such_ground", ground=ground[:80], known=", ".join(GROUNDS))
