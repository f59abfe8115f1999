"""What came out of holding a package against its seal: which files fail and why, and what was proven beside.

Promises: each file that fails is there once, with the first reason that was found.

Leaves to others: finding (``inspection``), showing (``dossier``, ``chronicle``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from comity.errors import ProofFailed
from comity.evidence.bag import STATEMENT
from comity.evidence.certificate import Certificate
from comity.evidence.custody import Event
from comity.evidence.index import safe
from comity.evidence.seal import SealStatement


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that does not hold: its path in the bag, as it can be shown (``index.safe``), and why."""

    path: str
    what: str
    """``changed``, ``missing``, ``unlisted``, ``link``, ``special``, ``unreadable`` (not what it must be, or
    its disk fails; a folder ends in a slash), ``untrusted`` (signed by none of the trusted keys),
    ``signature`` (which does not hold), ``contradicts`` (a true signature over what is not so), ``stamp``,
    ``part`` (not shown to be part of the other exhibit), ``certificate`` (it is none, or of another
    exhibit)."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """One time-stamp over the signed statement: when, and under which of the given roots."""

    path: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A hand-over that was time-stamped: the custody event, when it is shown to have existed."""

    path: str
    event: Event
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What came out. ``statement`` is there once its signature was proven."""

    statement: SealStatement | None
    signer: bytes | None
    failures: tuple[Failure, ...]
    stamps: tuple[Stamped, ...]
    unproven: tuple[str, ...]
    """Proofs held against their digest only; time-stamps without a given root, or lapsed (``renewal``)."""
    certificates: tuple[Certificate, ...] = ()
    """Of those that a trusted node signed: what persons certified."""

    handovers: tuple[HandedOver, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing failed."""
        return not self.failures

    def demand(self) -> SealStatement:
        """The proven statement.

        Raises:
            ProofFailed: ``evidence.package_damaged`` with the first file that fails.
        """
        if self.failures or self.statement is None:
            path = self.failures[0].path if self.failures else STATEMENT
            raise ProofFailed("evidence.package_damaged", path=path)
        return self.statement


@dataclass(slots=True)
class Findings:
    """What is found while a package is gone through. The first that is told of a file stays."""

    failures: dict[str, str] = field(default_factory=dict)
    stamps: list[Stamped] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    handovers: list[HandedOver] = field(default_factory=list)
    closed: tuple[str, ...] = ()
    """Folders that cannot be listed: nobody can say that what should be below is missing."""

    def lacks(self, path: str) -> None:
        """Tell of a file that should be there, and is not found."""
        self.fail(path, "unreadable" if path.startswith(self.closed) else "missing")

    def fail(self, path: str, what: str) -> None:
        """Tell of a file that does not hold (``Failure``)."""
        self.failures.setdefault(path, what)

    def report(self, statement: SealStatement | None, signer: bytes | None) -> Report:
        """All of it, in the order of the paths."""
        failures = tuple(Failure(safe(path), self.failures[path]) for path in sorted(self.failures))
        return Report(
            statement,
            signer,
            failures,
            tuple(self.stamps),
            tuple(self.unproven),
            tuple(self.certificates),
            tuple(self.handovers),
        )
