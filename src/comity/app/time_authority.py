"""The time-stamp authorities of a node: those over the network, several at once, or else the local one.

Promises: an authority is kept with the chain that it was given with, and its root is believed for what it
stamped, also when it is retired and asked no more. The local one is asked only where no other is. One that is
added was asked once, and its answer held.

Leaves to others: what is asked of them (``stamping``, ``renewal``), the protocol (``exchange.timestamping``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import Certificate
from pydantic import Field, ValidationError

from comity.app.node import Node
from comity.clock import read_instant, write_instant
from comity.durable import make_folder, sync_folder, write_new, write_over
from comity.errors import BadInput, ComityError, Conflict, NotFound, ProofFailed, Unavailable
from comity.evidence import (
    TOKEN_LIMIT,
    Authority,
    OpenSslAuthority,
    Weakening,
    read_chain,
    renew_by,
    stamp,
    token_policy,
    weakening,
)
from comity.exchange.timestamping import HttpAuthority
from comity.settings import Settings
from comity.wire import Model, Version1, dump_bytes, parse

LOCAL: Final = "local"
"""The name of the local authority."""

MOST: Final = 4
"""Authorities that are asked at once."""

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
_LIMIT: Final = 4 * TOKEN_LIMIT
_ENTROPY: Final = 32


class TimeAuthority(Model):
    """One authority over the network, as the node keeps it, in ``timestamp/NAME.json``.

    ``chain``: PEM, with the root. ``seconds``: for an exchange; ``most``: bytes of an answer. ``plain``: http
    will do. ``asked``: whether it is asked still. ``since``: seals from then on are stamped by it.
    """

    v: Version1 = 1
    url: str = Field(pattern=r"^https?://[^\s/?#@]+(/[^\s#]*)?$", max_length=300)
    chain: str = Field(max_length=TOKEN_LIMIT)
    policy: str | None = Field(default=None, pattern=r"^[0-2](\.(0|[1-9][0-9]*)){1,20}$", max_length=100)
    seconds: int = Field(default=20, ge=1, le=300)
    most: int = Field(default=TOKEN_LIMIT, ge=1024, le=TOKEN_LIMIT)
    plain: bool = False
    asked: bool = True
    since: str

    @property
    def certificates(self) -> list[Certificate]:
        """Its chain."""
        return read_chain(self.chain.encode())


@dataclass(frozen=True)
class Asked:
    """One that is asked. ``since``: seals from then on are due; none: those without any time-stamp."""

    name: str
    authority: Authority
    since: datetime | None


@dataclass(frozen=True)
class Tried:
    """What came of asking an authority about nothing of a case.

    ``ahead``: how far its clock is before this machine's; ``renew_by``: how long its tokens are relied on;
    ``weakening``: by what, where that is by their algorithms and not by their certificates.
    """

    at: datetime
    ahead: timedelta
    renew_by: datetime
    weakening: Weakening | None
    policy: str
    size: int


def folder(told: Settings) -> Path:
    """Where the authorities over the network are kept."""
    return told.data / "timestamp"


def known(told: Settings) -> dict[str, TimeAuthority]:
    """The authorities over the network, also those that are retired, by their names.

    Raises:
        BadInput: a file is not one of ours. Unavailable: it cannot be read.
    """
    found = {}
    for path in sorted(folder(told).glob("*.json")):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Unavailable("evidence.authority_unreadable", file=path.name, what=_why(error)) from error
        try:
            found[path.stem] = parse(TimeAuthority, data, limit=_LIMIT)
        except BadInput as error:
            raise BadInput("time_authority.damaged", file=path.name) from error
    return found


def asked(node: Node) -> tuple[Asked, ...]:
    """Whom a time-stamp is asked of: each over the network, unless retired; else the local one, or none."""
    told = node.settings
    network = [
        Asked(name, _over_network(one), read_instant(one.since))
        for name, one in known(told).items()
        if one.asked
    ]
    if network or told.timestamp_folder is None:
        return tuple(network)
    return (Asked(LOCAL, OpenSslAuthority(told.timestamp_folder), None),)


def set_up(node: Node) -> bool:
    """Whether some authority is asked; also where a file cannot be read: who asks is told, and by ``doctor``.

    Nothing that is sealed or handed over is held up by a file of an authority that is damaged.
    """
    try:
        return node.settings.timestamp_folder is not None or is_networked(node.settings)
    except ComityError:
        return True


def is_networked(told: Settings) -> bool:
    """Whether some authority over the network is asked, and the local one therefore not."""
    return any(one.asked for one in known(told).values())


def some_asked(node: Node) -> tuple[Asked, ...]:
    """The same.

    Raises:
        Unavailable: none is set.
    """
    found = asked(node)
    if not found:
        raise Unavailable("evidence_app.no_timestamp_authority")
    return found


def roots(node: Node) -> list[Certificate]:
    """The roots that are believed for time-stamps: of every authority that this node asks, or asked."""
    return list(dict.fromkeys(_roots(node.settings)))


def _roots(told: Settings) -> Iterator[Certificate]:
    chains: list[Sequence[Certificate]] = [one.certificates for one in known(told).values()]
    if told.timestamp_folder is not None and (told.timestamp_folder.is_dir() or not chains):
        chains.append(read_chain(OpenSslAuthority(told.timestamp_folder).chain))
    for chain in chains:
        yield from (one for one in chain if one.issuer == one.subject)


def wanted(
    node: Node, pem: bytes, *, url: str, policy: str | None, seconds: int, most: int, plain: bool
) -> TimeAuthority:
    """An authority as a person wants it, for seals from now on. ``pem``: its chain.

    Raises:
        BadInput: the address, the policy or the chain is none.
    """
    try:
        chain = pem.decode("ascii")
    except UnicodeDecodeError as error:
        raise BadInput("evidence.not_certificates") from error
    told: dict[str, Any] = {"url": url, "policy": policy, "seconds": seconds, "most": most, "plain": plain}
    try:
        return TimeAuthority(chain=chain, since=write_instant(node.clock.now()), **told)
    except ValidationError as error:
        name = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
        if name == "policy":
            raise BadInput("evidence.not_a_policy", policy=str(policy)[:60]) from error
        if name == "url":
            raise BadInput("time_authority.not_a_url", url=url[:100]) from error
        raise BadInput("evidence.not_certificates") from error


def add(node: Node, name: str, wanted: TimeAuthority, *, untried: bool = False) -> Tried | None:
    """Have an authority asked from now on, after it was asked once; ``untried``: without that.

    Raises:
        BadInput: the name is none, the chain is none or has no root. Conflict: the name is taken, or so many
            are asked already. ProofFailed: a certificate has ended, or the answer does not hold.
            Unavailable: it did not answer, or the disk does not take it.
    """
    if name == LOCAL or not _NAME.fullmatch(name):
        raise BadInput("time_authority.not_a_name", name=name[:40])
    there = known(node.settings)
    if name in there:
        raise Conflict("time_authority.there", name=name)
    if sum(one.asked for one in there.values()) >= MOST:
        raise Conflict("time_authority.too_many", limit=MOST)
    chain = wanted.certificates
    if not any(one.issuer == one.subject for one in chain):
        raise BadInput("time_authority.no_root")
    ended = [one.not_valid_after_utc for one in chain if one.not_valid_after_utc <= node.clock.now()]
    if ended:
        raise ProofFailed("time_authority.chain_ended", at=write_instant(min(ended)))
    tried = None if untried else _tried(node, _over_network(wanted))
    path = folder(node.settings) / f"{name}.json"
    try:
        make_folder(path.parent)
        write_new(path, dump_bytes(wanted))
        sync_folder(path.parent)
    except FileExistsError as error:
        raise Conflict("time_authority.there", name=name) from error
    except OSError as error:
        raise Unavailable("evidence.authority_unreadable", file=path.name, what=_why(error)) from error
    return tried


def attempt(node: Node, name: str) -> Tried:
    """Ask an authority about random bytes; nothing is kept.

    Raises:
        NotFound: there is none of that name. Unavailable, ProofFailed, BadInput: as ``evidence.stamp``.
    """
    if name == LOCAL and node.settings.timestamp_folder is not None:
        return _tried(node, OpenSslAuthority(node.settings.timestamp_folder))
    return _tried(node, _over_network(_one(node, name)))


@dataclass(frozen=True)
class Shown:
    """One as it is set. ``url``: none for the local one. ``root``: its name; ``ends``: of its chain."""

    name: str
    url: str | None
    policy: str | None
    asked: bool
    root: str
    fingerprint: str
    ends: datetime


def shown(node: Node) -> tuple[Shown, ...]:
    """All authorities that there are, also those that are retired.

    Raises:
        BadInput, Unavailable: as ``known``.
    """
    told = node.settings
    network = known(told)
    found = [_shown(name, one.url, one.policy, one.asked, one.certificates) for name, one in network.items()]
    if told.timestamp_folder is not None and (told.timestamp_folder.is_dir() or not found):
        chain = read_chain(OpenSslAuthority(told.timestamp_folder).chain)
        found.append(_shown(LOCAL, None, None, not any(one.asked for one in network.values()), chain))
    return tuple(found)


def _shown(
    name: str,
    url: str | None,
    policy: str | None,
    asked: bool,  # noqa: FBT001
    chain: Sequence[Certificate],
) -> Shown:
    root = next(one for one in chain if one.issuer == one.subject)
    sha256 = root.fingerprint(SHA256()).hex()
    return Shown(name, url, policy, asked, root.subject.rfc4514_string()[:80], sha256, ends(chain))


def retire(node: Node, name: str) -> None:
    """Ask an authority no more; what it stamped is believed as before.

    Raises:
        NotFound: there is none of that name. Unavailable: the disk does not take it.
    """
    path = folder(node.settings) / f"{name}.json"
    data = dump_bytes(_one(node, name).model_copy(update={"asked": False}))
    try:
        write_over(path, data, path.parent, 0o600)
    except OSError as error:
        raise Unavailable("evidence.authority_unreadable", file=path.name, what=_why(error)) from error


def ends(chain: Sequence[Certificate]) -> datetime:
    """When the first certificate of a chain ends (UTC)."""
    return min(one.not_valid_after_utc for one in chain).astimezone(UTC)


def _one(node: Node, name: str) -> TimeAuthority:
    found = known(node.settings).get(name)
    if found is None:
        raise NotFound("time_authority.unknown", name=name[:40])
    return found


def _over_network(one: TimeAuthority) -> HttpAuthority:
    return HttpAuthority(
        one.url,
        one.chain.encode(),
        policy=one.policy,
        seconds=float(one.seconds),
        most=one.most,
        plain=one.plain,
    )


def _tried(node: Node, authority: Authority) -> Tried:
    token, at = stamp(authority, node.entropy(_ENTROPY))
    by, weak = renew_by(token), weakening(token)
    if weak is not None and weak.at != by:
        weak = None
    return Tried(at, at - node.clock.now(), by, weak, token_policy(token.reply), len(token.reply))


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
