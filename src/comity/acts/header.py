"""The signed header of an act, version 1.

Promises: everything that the order of a case needs stands here or in ``terms``: kind, case, from
and to, number, ``after``, the time claimed, the law relied on, who must sign, and the salted
digests of the fields. Lists stand in their one order. Frozen for ever.

Leaves to others: signatures (``signatures``), whether the act may follow (``cases``).
"""

from __future__ import annotations

from functools import cached_property
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from comity.acts.names import Alias, Authority, CaseId, Digest, Instant, Key, Role, Salted, state_of
from comity.wire import Model, Version1

ACT_TYPE: Final = "application/vnd.comity.act.v1+json"

Algorithm = Literal["ed25519", "webauthn-es256", "webauthn-eddsa", "webauthn-rs256"]


class Signer(Model):
    """Who must have signed: role, key, algorithm, and the person's pseudonym in this case."""

    role: Role
    key: Digest
    alg: Algorithm
    alias: Alias


class LawUsed(Model):
    """The bundle that the author's node held, and the table of lawful next acts relied on."""

    bundle: Digest
    table: Digest


class Header(Model):
    """The header. ``from_`` is written ``from``; ``to`` is null for what stays at home.

    ``case`` is null for what belongs to the node's own register (an enrolment). ``number`` counts
    the State's shared acts in the case from 1, or its own acts at home, likewise. ``after`` holds
    the last shared acts that the author's node had (each stands for all that came before it).
    ``about`` is the request concerned. ``rests_on`` is a salted digest that is always there.
    """

    v: Version1
    kind: Key
    case: CaseId | None
    from_: Authority = Field(alias="from")
    to: Authority | None
    number: int = Field(ge=1, le=1_000_000)
    after: tuple[Digest, ...] = Field(max_length=64)
    at: Instant
    about: Digest | None
    law: LawUsed
    signers: tuple[Signer, ...] = Field(min_length=1, max_length=8)
    rests_on: Salted
    fields: tuple[Salted, ...] = Field(min_length=1, max_length=64)

    @model_validator(mode="after")
    def _one_order(self) -> Self:
        if list(self.after) != sorted(set(self.after)):
            raise ValueError("after")
        if list(self.fields) != sorted(set(self.fields)):
            raise ValueError("fields")
        keys = [s.key for s in self.signers]
        if len(set(keys)) != len(keys):
            raise ValueError("signers: one key twice")
        # One author, who is a person or the node itself; co-signers come beside, never alone.
        heads = [s for s in self.signers if s.role in (Role.AUTHOR, Role.NODE, Role.REGISTRAR)]
        if len(heads) != 1:
            raise ValueError("signers: one author")
        # What was registered is signed by the registrar alone: the State that spoke signed nothing.
        if self.registered and (len(self.signers) != 1 or self.to is None):
            raise ValueError("signers: a registrar alone, for what was addressed")
        if [(s.role, s.key) for s in self.signers] != sorted((s.role, s.key) for s in self.signers):
            raise ValueError("signers: order")
        if self.to is not None and (self.case is None or state_of(self.to) == self.state):
            raise ValueError("to")
        return self

    @cached_property
    def state(self) -> str:
        """The State that speaks, as its ISO code."""
        return state_of(self.from_)

    @cached_property
    def registered(self) -> bool:
        """Whether it is no word of the State that speaks, but what the State addressed registered of it."""
        return any(signer.role is Role.REGISTRAR for signer in self.signers)

    @property
    def signed_by(self) -> str:
        """The State whose keys signed: of what was registered, the one addressed."""
        return state_of(self.to) if self.registered and self.to is not None else self.state

    @property
    def shared(self) -> bool:
        """Whether the act travels."""
        return self.to is not None
