"""The mark of an exhibit that only a competent unit opens: asked by everything that would read what it holds.

Promises: whoever would open a marked exhibit with a key of the node is refused here, and told whom to ask.
The mark says what kind of material it is, as the law data names it, and to which unit it is sealed; nothing
else.

Leaves to others: setting it (``exhibit``, ``marking``, ``unseal``), what the acts say of it
(``cases.protected``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity import age, store
from comity.acts import Entropy
from comity.acts.delivery_terms import Protected
from comity.age.header import VERSION_LINE
from comity.cases import Case, HomeCase
from comity.errors import BadInput, NotFound, NotPermitted
from comity.exchange import Authority, Directory, choose
from comity.law import Bundle
from comity.store import Connection
from comity.wire import dump_bytes, parse

_LIMIT: Final = 4096

ContentRecipient = age.X25519Recipient | age.HybridRecipient


@dataclass(frozen=True)
class Hidden:
    """The mark of what only a unit opens, and its index (names of files) under the exhibit's own key."""

    mark: Protected
    index: bytes

    @classmethod
    def of(cls, mark: Protected, key: ContentRecipient, index: bytes, entropy: Entropy) -> Hidden:
        """Seal an index so that who opens the exhibit opens it."""
        return cls(mark, hide(index, key, entropy))


def hide(data: bytes, key: ContentRecipient, entropy: Entropy) -> bytes:
    """Seal what is kept beside a marked exhibit under its own key."""
    return age.seal(data, [key], entropy=entropy)


def is_hidden(data: bytes) -> bool:
    """Whether what is kept beside an exhibit was sealed so already."""
    return data.startswith(VERSION_LINE)


def mark_of(conn: Connection, case: str, exhibit: str) -> Protected | None:
    """The mark of an exhibit; none where it has none."""
    found = store.find_record(conn, case, exhibit, "mark")
    return None if found is None else parse(Protected, found, limit=_LIMIT)


def get_mark(conn: Connection, case: str, exhibit: str) -> Protected:
    """The mark of an exhibit that has to have one.

    Raises:
        NotPermitted: it has none.
    """
    found = mark_of(conn, case, exhibit)
    if found is None:
        raise NotPermitted("material.not_marked", exhibit=exhibit)
    return found


def as_record(mark: Protected) -> bytes:
    """A mark as it is kept beside its exhibit."""
    return dump_bytes(mark)


def refuse_protected(conn: Connection, case: str, exhibit: str) -> None:
    """Refuse whatever would read what a marked exhibit holds.

    Raises:
        NotPermitted: it is marked.
    """
    mark = mark_of(conn, case, exhibit)
    if mark is not None:
        raise NotPermitted("material.only_the_unit", exhibit=exhibit, unit=mark.unit)


def came_under(case: Case, home: HomeCase, exhibit: str) -> str:
    """The request under which an exhibit came here.

    Raises:
        NotFound: under none: it is a paper, or a scan.
    """
    intake = home.intake(exhibit)
    if intake is not None:
        return intake.about
    for request in case.requests.values():
        if any(one.exhibit == exhibit for one in request.exhibits):
            return request.id
    raise NotFound("material.under_no_request", exhibit=exhibit)


def competent_unit(
    directory: Directory, bundle: Bundle, state: str, material: str, office: str | None = None
) -> Authority:
    """The unit of a State that such material is sealed to. ``office``: which one, where there are several.

    Raises:
        NotFound: no such kind of material in the law data, or no entry of that State.
        NotPermitted: no unit of that State lists a key of its own; or the one named is not competent.
        BadInput: there are several, and none was named.
    """
    function = bundle.material(material).function
    entry = directory.entry(state)
    units = [one for one in entry.authorities if function in one.functions and one.recipients]
    if office is not None:
        found = next((one for one in units if one.id == office), None)
        if found is None:
            raise NotPermitted(
                "material.not_a_unit", office=office[:60], function=function, material=material
            )
        return found
    if not units:
        where = "material.no_unit_here" if state == directory.own.state else "material.no_unit_there"
        raise NotPermitted(where, state=state, function=function, material=material)
    if len(units) > 1:
        raise BadInput("material.several_units", units=", ".join(one.id for one in units))
    return units[0]


def keys_of(unit: Authority) -> list[age.X25519Recipient | age.HybridRecipient]:
    """The keys that material is sealed to: the unit's working key and its cold recovery keys."""
    return choose(unit.recipients)
