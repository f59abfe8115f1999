"""Which logs and which witnesses are enough (C2SP tlog-policy), from a file that any tool reads.

Promises: a policy is read strictly: each name once, each key once, each name in one group at most,
exactly one quorum; what cannot be satisfied as written is refused when it is read.

Leaves to others: fetching from the URLs that a policy may name; they are not read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from comity import note
from comity.errors import BadInput, ProofFailed
from comity.tlog import checkpoint as checkpoints
from comity.tlog.checkpoint import Signed

MAX_SIZE: Final = 65_536
"""Bytes of a policy that are read at most: hundreds of logs, witnesses and groups."""

MAX_LINES: Final = 192
"""Logs, witnesses and groups together at most; the specification asks for 32 of each."""

NONE: Final = "none"
"""The quorum that asks for no witness."""

_FORBIDDEN: Final = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_BLANKS: Final = re.compile(r"[ \t]+")
_COUNT: Final = re.compile("[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Group:
    """Witnessed when at least ``least`` of its members are: witnesses, or other groups."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Known logs, known witnesses by the policy's own names, and the rule for a quorum."""

    logs: tuple[note.Vkey, ...]
    witnesses: Mapping[str, note.Vkey] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def satisfied(self, witnesses: Collection[str], name: str | None = None) -> bool:
        """Whether these witnesses, by name, make the quorum (or the group ``name``)."""
        name = self.quorum if name is None else name
        if name == NONE:
            return True
        group = self.groups.get(name)
        if group is None:
            return name in witnesses
        return sum(self.satisfied(witnesses, member) for member in group.members) >= group.least

    def open(self, data: bytes) -> tuple[Signed, dict[str, datetime]]:
        """Read a checkpoint that the policy accepts, with the times that its witnesses state.

        Raises:
            BadInput: not a checkpoint.
            ProofFailed: no log of the policy signed it, a known signature is wrong, or the
                witnesses are not enough.
        """
        origin = checkpoints.parse(note.parse(data).text).origin
        logs = [log for log in self.logs if log.name == origin]
        if not logs:
            raise ProofFailed("tlog.log_unknown", origin=origin[:80])
        signed = checkpoints.open(data, *logs)
        times: dict[str, datetime] = {}
        for name, vkey in self.witnesses.items():
            at = checkpoints.witnessed(signed, vkey)
            if at is not None:
                times[name] = at
        if not self.satisfied(times):
            raise ProofFailed("tlog.too_few_witnesses", origin=origin[:80], count=len(times))
        return signed, times


def parse(data: bytes) -> Policy:
    """Read a policy file.

    Raises:
        BadInput: a line that cannot be read, with its number; or no quorum.
    """
    if len(data) > MAX_SIZE or _FORBIDDEN.search(data):
        raise BadInput("tlog.not_a_policy")
    reading = _Reading()
    # Octets beyond ASCII are opaque; surrogate escapes keep each apart.
    text = data.decode("utf-8", errors="surrogateescape")
    for number, line in enumerate(text.split("\n"), start=1):
        words = [word for word in _BLANKS.split(line) if word]
        if words and not words[0].startswith("#"):
            reading.line(number, words)
            if len(reading.logs) + len(reading.witnesses) + len(reading.groups) > MAX_LINES:
                raise BadInput("tlog.not_a_policy")
    if reading.quorum is None:
        raise BadInput("tlog.policy_without_quorum")
    return Policy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


class _Reading:
    """A policy while it is read: what is defined so far, line by line."""

    def __init__(self) -> None:
        self.logs: list[note.Vkey] = []
        self.witnesses: dict[str, note.Vkey] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def line(self, number: int, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(number, note.parse_vkey(vkey))
            case ["witness", name, vkey, *url] if len(url) <= 1 and self._free(name):
                self._witness(number, name, note.parse_vkey(vkey))
            case ["group", name, least, *members] if members and self._free(name):
                self._group(number, name, least, members)
            case ["quorum", name] if self.quorum is None and (name == NONE or self._known(name)):
                self.quorum = name
            case _:
                raise BadInput("tlog.policy_line", number=number)

    def _known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _free(self, name: str) -> bool:
        return name != NONE and not self._known(name)

    def _log(self, number: int, vkey: note.Vkey) -> None:
        if vkey.type != note.ED25519 or any(vkey.key == other.key for other in self.logs):
            raise BadInput("tlog.policy_line", number=number)
        self.logs.append(vkey)

    def _witness(self, number: int, name: str, vkey: note.Vkey) -> None:
        if vkey.type != note.COSIGNATURE or any(vkey.key == other.key for other in self.witnesses.values()):
            raise BadInput("tlog.policy_line", number=number)
        self.witnesses[name] = vkey

    def _group(self, number: int, name: str, least: str, members: list[str]) -> None:
        words = {"any": 1, "all": len(members)}
        if least not in words and not _COUNT.fullmatch(least):
            raise BadInput("tlog.policy_line", number=number)
        needed = words[least] if least in words else int(least)
        fresh = set(members)
        if (
            needed > len(members)
            or len(fresh) != len(members)
            or fresh & self.members
            or not all(self._known(member) for member in members)
        ):
            raise BadInput("tlog.policy_line", number=number)
        self.members |= fresh
        self.groups[name] = Group(needed, tuple(members))
