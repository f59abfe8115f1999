"""The terms of acts about who may know of a case: looks, walls, what was handed out. All stay at home.

Promises: as ``home_terms``: ids, digests, instants and choices from closed lists; a person is a key's digest.
Version 1.

Leaves to others: who may read what (``cases.knowing``), who may sign (``app``).
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from comity.acts.names import Digest, ExhibitId, Instant, Key
from comity.wire import Model


class LookTerms(Model):
    """A person who has no part in a case looks into it, and may until then; the reason is a field."""

    until: Instant


class WallTerms(Model):
    """A court sealed the case: nobody but these keys' persons knows of it. ``until``: null without an end."""

    until: Instant | None
    enter: tuple[Digest, ...] = Field(min_length=2, max_length=100)


class UnwallTerms(Model):
    wall: Digest


class Tie(StrEnum):
    """What another case is to this one: evidence on the same facts, the extradition, or merely related."""

    EVIDENCE = "evidence"
    EXTRADITION = "extradition"
    RELATED = "related"


class LinkTerms(Model):
    """Another case of this node belongs to this one. Which one is a field, which no file ever carries."""

    tie: Tie


class UnlinkTerms(Model):
    link: Digest


class DeconflictTerms(Model):
    """Somebody asked whether anybody else holds some terms. ``asked``: keyed digests of them, never words."""

    asked: tuple[Digest, ...] = Field(min_length=1, max_length=20)


class ExportTerms(Model):
    """Something of a case is handed out. ``subject``: an act, if it is its letter; ``file``: of its bytes.

    ``exhibits``: those that it is, or tells of; ``tells``: the recalls and breaches of which it tells itself.
    """

    form: Key
    profile: Key | None
    subject: Digest | None
    file: Digest
    exhibits: tuple[ExhibitId, ...] = Field(default=(), max_length=10_000)
    tells: tuple[Digest, ...] = Field(default=(), max_length=10_000)
