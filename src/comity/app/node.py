"""One node, opened: its settings, database, keys, vault, law and the way to its peers, as one value.

Promises: what a deed needs from outside (time, randomness, disk, network) comes in through this
value, so that a test or a demonstration can hand in its own. Opening changes nothing on disk.

Leaves to others: making a data folder (``found``), every deed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final
from weakref import WeakKeyDictionary

from comity import settings, store
from comity.acts import Act, Entropy
from comity.app.adopted import bundle_in_force
from comity.app.folded import Folded
from comity.app.rolls import base_of
from comity.cases import Case, HomeCase, fold, fold_home
from comity.clock import Clock, SystemClock, write_instant
from comity.errors import NotFound
from comity.evidence import Vault, open_vault
from comity.exchange import Directory, Entry, trust
from comity.exchange.courier import Courier
from comity.exchange.http import HttpCourier
from comity.keys import (
    Ask,
    NodeKeys,
    Protection,
    SigningKey,
    Token,
    find_pin,
    find_protection,
    load_person_key,
)
from comity.law import Bundle, Table
from comity.settings import Settings
from comity.store import Connection

ALIAS_SECRET: Final = "alias_secret"  # noqa: S105 - the name of a setting
STORY_TABLE: Final = "story"
CASE_BYTES: Final = 16
_OWNER: Final = b"comity vault owner, version 1"
EARLY: Final = "early"
"""The job that takes up an act from the future when its time has come; until then it is parked."""

Versions = tuple[tuple[str, str, int], ...]
"""State, pinned fingerprint and version of each entry that a directory was made of."""


@dataclass(frozen=True)
class Person:
    """Someone who signs on this machine: the name of the key file, and the key, opened."""

    name: str
    key: SigningKey
    authority: str
    deeds: tuple[str, ...]


@dataclass(frozen=True)
class Reader:
    """Who reads. ``reason``: why, where it is none of that person's cases. Nobody named: the operator.

    ``machine``: the node at its own work, which tells nobody what it reads.
    """

    person: Person | None = None
    reason: str | None = None
    machine: bool = False


MACHINE: Final = Reader(machine=True)
OPERATOR: Final = Reader()


@dataclass(frozen=True)
class Node:
    """An open node. ``protection``: of key files, so that a person's can be opened when needed.

    ``reader``: for whom it is open, which every deed that reads a case asks (``reading``). A face that
    shows anything to a person says who that is.
    """

    settings: Settings
    db: store.Database
    keys: NodeKeys
    protection: Protection
    clock: Clock
    vault: Vault
    courier: Courier
    entropy: Entropy
    reader: Reader = MACHINE

    def new_case(self) -> str:
        """A reference for a new case: random, so that it tells nothing and no two States choose the same."""
        return self.entropy(CASE_BYTES).hex()

    @property
    def state(self) -> str:
        """The State whose node this is (ISO code)."""
        return self.settings.state

    @property
    def base(self) -> Bundle:
        """The law data below: what ships with the program, with the rolls read here; our acts lie over it."""
        return base_of(self.settings.data)

    @property
    def bundle(self) -> Bundle:
        """The law data that this node goes by: with what its State's adviser adopted, and what was ticked."""
        with self.db.read() as conn:
            return self.bundle_on(conn)

    def bundle_on(self, conn: Connection) -> Bundle:
        """``bundle``, for whoever reads or writes already: as it is in that one's transaction."""
        return bundle_in_force(self.base, conn)

    @property
    def table(self) -> Table:
        """The table of lawful next acts that this node's own acts rely on: nothing adopted changes one."""
        return self.base.table_named(STORY_TABLE)

    def now(self) -> str:
        """The present instant, as acts write it."""
        return write_instant(self.clock.now())

    def person(self, name: str) -> Person:
        """Open a person's key, if that key is enrolled here.

        Raises:
            NotFound: no such key file, or its key is not enrolled. Others: as the key file's.
        """
        if self.reader.person is not None and self.reader.person.name == name:
            return self.reader.person
        key = load_person_key(self.settings.people, name, self.protection)
        with self.db.read() as conn:
            enrolled = store.get_person(conn, key.id)
        return Person(name, key, enrolled.authority, enrolled.deeds)

    def directory(self, conn: Connection) -> Directory:
        """This node's own entry and its peers', as far as pinned.

        Raises:
            NotFound: this node has no entry of its own yet.
        """
        versions = store.peer_versions(conn)
        # A version of an entry has one content for ever, and a newer one, or another pin, is another key.
        known = _directories.get(self.db)
        if known is not None and known[0] == versions:
            return known[1]
        entries = {p.state: _trusted(p.entry, p.fingerprint) for p in store.list_peers(conn)}
        own = entries.pop(self.state, None)
        if own is None:
            raise NotFound("app.no_own_entry", state=self.state)
        directory = Directory(own, MappingProxyType(entries))
        _directories[self.db] = (versions, directory)
        return directory

    def alias(self, conn: Connection, case: str | None, key: str) -> str:
        """A person's pseudonym in one case: the same within it, unlinkable between two."""
        return self.aliases(conn, case, (key,))[key]

    def aliases(self, conn: Connection, case: str | None, keys: Iterable[str]) -> dict[str, str]:
        """Several persons' pseudonyms in one case, by their keys."""
        secret = store.get_setting(conn, ALIAS_SECRET)
        if not isinstance(secret, str):
            raise NotFound("app.no_alias_secret")
        raw = bytes.fromhex(secret)
        macs = {key: hmac.digest(raw, f"{case or '-'}:{key}".encode(), "sha256") for key in keys}
        return {key: "p-" + mac.hex()[:12] for key, mac in macs.items()}


def open_node(
    data: Path,
    environment: Mapping[str, str],
    *,
    clock: Clock | None = None,
    courier: Courier | None = None,
    entropy: Entropy = secrets.token_bytes,
    ask_pin: Ask | None = None,
) -> Node:
    """Open the node of a data folder. ``ask_pin``: asks a person for a token's PIN, if no file tells it.

    Raises:
        ComityError: as ``settings.load``, ``find_protection``, ``NodeKeys.load``, ``Database.open``.
    """
    told = settings.load(data, environment)
    protection = find_protection(environment, demo=told.demo)
    db = store.Database.open(told.database_url)
    return Node(
        settings=told,
        db=db,
        keys=NodeKeys.load(told.keys, protection, _token(told, environment, ask_pin)),
        protection=protection,
        clock=clock or SystemClock(),
        vault=open_vault(told, environment, lambda: _owner(db)),
        courier=courier or HttpCourier(plain=told.demo),
        entropy=entropy,
    )


def _owner(db: store.Database) -> str:
    """What a bucket is marked by as this node's: of its database, so that every data folder has the same.

    Raises:
        NotFound: the node was not founded to its end.
    """
    with db.read() as conn:
        secret = store.get_setting(conn, ALIAS_SECRET)
    if not isinstance(secret, str):
        raise NotFound("app.no_alias_secret")
    return hmac.digest(bytes.fromhex(secret), _OWNER, "sha256").hex()


def _token(told: Settings, environment: Mapping[str, str], ask_pin: Ask | None) -> Token | None:
    if told.token_module is None:
        return None
    pin, typed = find_pin(environment, ask_pin)
    return Token(told.token_module, told.token_label, pin, typed)


_directories: Final[WeakKeyDictionary[store.Database, tuple[Versions, Directory]]] = WeakKeyDictionary()
"""The directory last made of a database's entries, and of which versions of them it was made."""


_folded: Final = Folded()


@lru_cache(maxsize=64)
def _trusted(entry: bytes, fingerprint: str) -> Entry:
    # What was pinned is checked again when it is read: the database is no root of trust.
    return trust(entry, fingerprint)


def case_of(node: Node, conn: Connection, case: str) -> Case:
    """Fold the shared acts of one case; remembered, since it is a function of sets of acts alone."""
    kept = store.kept_in_moment(conn)
    if kept is None:
        return _case_of(node, conn, case)
    if (case_of, case) not in kept:
        kept[case_of, case] = _case_of(node, conn, case)
    told: Case = kept[case_of, case]
    return told


def _case_of(node: Node, conn: Connection, case: str) -> Case:
    ids = frozenset(id for id, _ in store.ids_of_case(conn, case, "shared"))
    early = store.acts_waiting(conn, case, EARLY)
    tables = tables_of(node)
    key = (ids, early, frozenset(tables))
    found = _folded.get(key)
    if found is None:
        # Of the terms alone, which stay in every copy: so nothing is remembered that can be erased.
        found = fold((_bare(act) for act in store.acts_of_case(conn, case, "shared")), tables, early)
        _folded.put(key, found, len(ids))
    return found


def _bare(act: Act) -> Act:
    return act.without({d.name for d in act.disclosures} - {"terms"})


def home_of(node: Node, conn: Connection, case: str, shared: Case | None = None) -> HomeCase:
    """Fold this State's own acts on top of the shared case. ``shared``: that case, if folded on ``conn``."""
    kept = store.kept_in_moment(conn)
    if kept is None:
        return _home_of(node, conn, case, shared)
    if (home_of, case) not in kept:
        kept[home_of, case] = _home_of(node, conn, case, shared)
    told: HomeCase = kept[home_of, case]
    return told


def _home_of(node: Node, conn: Connection, case: str, shared: Case | None) -> HomeCase:
    if shared is None:
        shared = case_of(node, conn, case)
    return fold_home(shared, store.acts_of_case(conn, case, "home"), node.state)


def tables_of(node: Node) -> Mapping[str, Table]:
    """Every table of lawful next acts that this node knows, by digest; adopting changes none of them."""
    return {table.digest: table for table in node.base.content.tables}


def other_state(case: Case, own: str) -> str:
    """The State on the other side of a case."""
    return case.states[1] if case.states[0] == own else case.states[0]
