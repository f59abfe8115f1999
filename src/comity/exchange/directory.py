"""The directory: the own entry and those of trusted peers; whose key it is, and what it may sign.

Promises: a key belongs to one State (an entry that claims another's key is refused); a key is good
by the instant of the earliest receipt, never by the time claimed; competence is answered from the
entries alone, and where it is lacking the reason is told as a message id.

Leaves to others: trusting entries (``entry``); which kinds may follow (``cases``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from comity.acts import Header, PublicKey, Role, Signer, state_of
from comity.clock import write_instant
from comity.errors import Conflict, NotFound
from comity.exchange.entry import Authority, DirectoryKey, Entry, Purpose, Status


@dataclass(frozen=True)
class Directory:
    """All entries that this node goes by. Immutable: a new entry makes a new directory."""

    own: Entry
    peers: Mapping[str, Entry] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for state, entry in self.peers.items():
            if state != entry.state or state == self.own.state:
                raise Conflict("exchange.entry_of_other_state", state=state, found=entry.state)
        _ = self._keys  # refuses a key that two States claim

    def with_peer(self, entry: Entry) -> Directory:
        """The directory with this entry instead of that State's earlier one.

        Raises:
            Conflict: it is the own State's, or claims a key of another's.
        """
        return Directory(self.own, MappingProxyType({**self.peers, entry.state: entry}))

    def entry(self, state: str) -> Entry:
        """The entry of a State, the own one too.

        Raises:
            NotFound: no entry is trusted for it.
        """
        found = self.own if state == self.own.state else self.peers.get(state)
        if found is None:
            raise NotFound("exchange.state_unknown", state=state)
        return found

    def authority(self, id: str) -> Authority:
        """An authority by its id.

        Raises:
            NotFound: no entry for its State, or none of that name in it.
        """
        found = self.entry(state_of(id)).office(id)
        if found is None:
            raise NotFound("exchange.authority_unknown", authority=id)
        return found

    def key(self, key_id: str) -> DirectoryKey | None:
        """A key by its id, good or not; none where no entry lists it."""
        found = self._keys.get(key_id)
        return None if found is None else found[1]

    def state_of_key(self, key_id: str) -> str | None:
        """The State whose entry lists the key."""
        found = self._keys.get(key_id)
        return None if found is None else found[0]

    def key_good(self, key_id: str, at: datetime) -> bool:
        """Whether what the key signed is good if it was received first at this instant."""
        found = self.key(key_id)
        return found is not None and good(found, at)

    def public_keys(self, state: str) -> dict[str, PublicKey]:
        """Every key of a State that may sign acts, good or not, for ``acts.verify_signers``."""
        found = self._public.get(state)
        if found is None:
            signing = (k for k in self.entry(state).keys if k.purpose in {Purpose.ACTS, Purpose.PERSON})
            found = self._public[state] = {k.key: k.public_key for k in signing}
        return dict(found)

    def competent(
        self, authority: str, kind: str, *, measure: str | None, role: Role, key: str, at: datetime
    ) -> bool:
        """Whether the key may sign such an act in that role for that authority at this instant."""
        return self.incompetence(authority, kind, measure=measure, role=role, key=key, at=at) is None

    def incompetence(
        self, authority: str, kind: str, *, measure: str | None, role: Role, key: str, at: datetime
    ) -> str | None:
        """Why not, as a message id; none where it is competent. ``measure``: null where none is named."""
        listed = self.key(key)
        if listed is None or self.state_of_key(key) != state_of(authority):
            return "exchange.order.key_unknown"
        if not good(listed, at):
            return "exchange.order.key_not_good"
        office = self.entry(state_of(authority)).office(authority)
        if office is None:
            return "exchange.order.authority_unknown"
        if (listed.purpose is Purpose.ACTS) != (role is Role.NODE):
            return "exchange.order.role_of_other_key"
        # A court of the same State may order for an authority; author and approver are its own.
        if role in {Role.AUTHOR, Role.APPROVER} and listed.authority != authority:
            return "exchange.order.key_of_other_authority"
        if f"{kind}.{role}" not in listed.deeds:
            return "exchange.order.deed_not_given"
        if measure is not None and measure not in office.measures:
            return "exchange.order.measure_not_given"
        return None

    @cached_property
    def _public(self) -> dict[str, dict[str, PublicKey]]:
        return {}

    @cached_property
    def _keys(self) -> Mapping[str, tuple[str, DirectoryKey]]:
        found: dict[str, tuple[str, DirectoryKey]] = {}
        for entry in (self.own, *self.peers.values()):
            for key in entry.keys:
                if key.key in found:
                    raise Conflict("exchange.key_of_two_states", key=key.key, state=entry.state)
                found[key.key] = (entry.state, key)
        return found


def incompetence_of(
    directory: Directory, header: Header, signer: Signer, *, measure: str | None, at: datetime
) -> str | None:
    """Why a signer of an act is not competent for it, as a message id; none where it is.

    A registrar signs for the office that was addressed, and only that something came in.
    """
    if header.registered:
        office = str(header.to)
        role, kind, measure = Role.AUTHOR, "register", None
    else:
        office, role, kind = header.from_, signer.role, header.kind
    return directory.incompetence(office, kind, measure=measure, role=role, key=signer.key, at=at)


def good(key: DirectoryKey, at: datetime) -> bool:
    """Whether a key is good at an instant: from ``since``, and before ``until``."""
    instant = write_instant(at)  # instants sort as their texts do (``clock``)
    return key.since <= instant and (key.until is None or instant < key.until)


def revoked(key: DirectoryKey, at: datetime) -> bool:
    """Whether others may have held the key at that instant, so that it proves nobody."""
    return key.status is Status.REVOKED and not good(key, at)
