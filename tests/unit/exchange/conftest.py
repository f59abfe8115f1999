"""Two fictional nodes, XA and XB, with their officers, entries and a directory each."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from comity import age, note
from comity.acts import ACT_TYPE, RECEIPT_TYPE, Act, compose
from comity.exchange import (
    Authority,
    Directory,
    DirectoryKey,
    Entry,
    Hours,
    LogName,
    Purpose,
    Status,
)
from comity.keys import SealingKey, SigningKey
from comity.keys.signing import generate_private, read_private
from comity.wire import b64u, build, dump

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
SINCE = "2026-01-01T00:00:00Z"
CASE = "c0" * 16


def stream(seed: str):
    """Bytes that look random and are the same in each run."""
    state = {"n": 0}

    def entropy(size: int) -> bytes:
        out = b""
        while len(out) < size:
            state["n"] += 1
            out += hashlib.sha256(f"{seed}:{state['n']}".encode()).digest()
        return out[:size]

    return entropy


def signing_key(seed: str) -> SigningKey:
    return read_private(generate_private(stream(seed)), seed)


def listed(key: SigningKey, purpose: Purpose, **more: Any) -> DirectoryKey:
    told = {
        "key": key.id,
        "alg": key.alg,
        "public": b64u(key.public),
        "rp_id": None,
        "purpose": purpose,
        "authority": None,
        "deeds": (),
        "since": SINCE,
        "status": Status.ACTIVE,
        "until": None,
    }
    return DirectoryKey(**(told | more))


@dataclass(frozen=True)
class Node:
    """A State's node as its peers and itself know it."""

    state: str
    entry: Entry
    keys: dict[str, SigningKey] = field(repr=False)
    age: SealingKey = field(repr=False)

    def with_key(self, id: str, **change: Any) -> Node:
        """The same node, one of whose keys is listed otherwise (``status``, ``until``, …)."""
        keys = tuple(k.model_copy(update=change) if k.key == id else k for k in self.entry.keys)
        return replace(self, entry=rebuilt(self.entry, keys=keys))


def rebuilt(entry: Entry, **change: Any) -> Entry:
    """A changed entry, read strictly again."""
    return build(Entry, dump(entry.model_copy(update=change)))


def node(state: str) -> Node:
    low = state.lower()
    names = ("acts", "log", "author", "approver", "judge", "clerk")
    keys = {name: signing_key(f"{state} {name}") for name in names}
    sealing = SealingKey((age.generate_x25519(stream(f"{state} age")),))
    office = f"{low}:central-authority"

    def person(name: str, authority: str, *deeds: str) -> DirectoryKey:
        return listed(keys[name], Purpose.PERSON, authority=authority, deeds=deeds)

    hours = Hours(zone="Etc/UTC", days=(1, 2, 3, 4, 5), opens="08:00", closes="16:00")
    entry = Entry(
        v=1,
        state=state,
        node=f"Node of {state}",
        version=1,
        issued_at=SINCE,
        url=f"https://{low}.example",
        speaks=(ACT_TYPE, RECEIPT_TYPE),
        authorities=(
            Authority(
                id=office,
                name="Central authority",
                functions=("central_authority",),
                measures=("access_stored", "preserve"),
                territory=state,
                hours=hours,
            ),
            Authority(
                id=f"{low}:court",
                name="Court",
                functions=("court",),
                measures=(),
                territory=state,
                hours=hours,
            ),
        ),
        keys=tuple(
            sorted(
                (
                    listed(keys["acts"], Purpose.ACTS, deeds=("reject.node",)),
                    listed(keys["log"], Purpose.LOG),
                    person("author", office, "preview.author", "request.author", "withdraw.author"),
                    person("approver", office, "request.approver"),
                    person("judge", f"{low}:court", "request.judge"),
                    person("clerk", f"{low}:court", "preview.author"),
                ),
                key=lambda k: k.key,
            )
        ),
        recipients=sealing.recipients,
        log=LogName(
            origin=f"{low}.example/log",
            vkey=note.Vkey(f"{low}.example/log", note.ED25519, keys["log"].public).encode(),
        ),
    )
    return Node(state, entry, keys, sealing)


XA = node("XA")
XB = node("XB")


def directory(own: Node = XB, *peers: Node) -> Directory:
    return Directory(own.entry, {p.state: p.entry for p in peers or (XA,)})


def preview(
    signers: tuple[tuple[str, str], ...] = (("author", "author"),),
    *,
    sender: Node = XA,
    unsigned_by: str | None = None,
    seed: str = "preview",
    signers_told: list[dict[str, str]] | None = None,
    **change: Any,
) -> Act:
    """A preview by XA for XB, signed; ``signers``: (role, name of a key); ``change``: of its header."""
    terms = {"measure": change.pop("measure", "preserve"), "items": [{"id": "a", "data": "content"}]}
    roles = sorted((role, sender.keys[name].id, name) for role, name in signers)
    header = {
        "kind": "preview",
        "case": CASE,
        "from": "xa:central-authority",
        "to": "xb:central-authority",
        "number": 1,
        "after": [],
        "at": "2026-11-21T11:59:00Z",
        "about": None,
        "law": {"bundle": "b" * 64, "table": "d" * 64},
        "signers": signers_told
        or [{"role": r, "key": k, "alg": "ed25519", "alias": "officer-a"} for r, k, _ in roles],
        "rests_on": "A" * 43,
        **change,
    }
    body = {"terms": terms, "subject": "Account of A", "conduct": "Text", "facts": [], "purpose": "Text"}
    act = compose(header, body, stream(seed))
    for _, _, name in roles:
        if name != unsigned_by:
            act = act.with_signature(sender.keys[name].cosign(act.envelope))
    return act


@dataclass
class Memory:
    """What the store would know."""

    acts: dict[str, datetime] = field(default_factory=dict)
    numbers: dict[tuple[str, str, int], str] = field(default_factory=dict)
    cases: dict[str, frozenset[str]] = field(default_factory=dict)

    def received_at(self, act: str) -> datetime | None:
        return self.acts.get(act)

    def act_by_number(self, case: str, state: str, number: int) -> str | None:
        return self.numbers.get((case, state, number))

    def parties(self, case: str) -> frozenset[str]:
        return self.cases.get(case, frozenset())


@pytest.fixture(scope="session")
def two() -> ModuleType:
    """This module, for tests to build with (they are no package and cannot import it)."""
    return sys.modules[__name__]
