"""Renewing time-stamps before they age: a token over the statement and over every token before it.

Promises: what a renewal is over follows from what is there: the digests of the statement and of all earlier
stamp files, as ``sha256sum`` writes them of a package. So none of them can be changed or taken away unseen,
and as long as each renewal came while the certificates before it were valid, the first time still holds.

Leaves to others: the tokens themselves (``timestamp``), the files in a package (``package``), when to renew.

Source of the idea: RFC 4998, section 5.2 (time-stamp renewal).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from cryptography import x509

from comity.errors import ProofFailed
from comity.evidence.bag import STATEMENT
from comity.evidence.package import stamp_proofs
from comity.evidence.strength import weakens_at
from comity.evidence.timestamp import Token, certificates, own_roots, verify_token
from comity.wire import digest


def renewal_record(statement: bytes, before: Sequence[Token]) -> bytes:
    """What a renewal of these tokens is over. ``statement``: the seal statement's envelope."""
    paths = [proof.path for at, token in enumerate(before, start=1) for proof in stamp_proofs(at, token)]
    return record_of(statement, paths)


def record_of(statement: bytes, paths: Sequence[str]) -> bytes:
    """The same, of the paths of the stamp files, whose names hold their digests."""
    lines = [f"{path.rpartition('-')[2].partition('.')[0]}  {path}\n" for path in sorted(paths)]
    return "".join([f"{digest(statement)}  {STATEMENT}\n", *lines]).encode("ascii")


def ages_at(token: Token) -> datetime:
    """When the first of a token's certificates ends (UTC), its signer's too: renew it before.

    Raises:
        BadInput, ProofFailed: as ``certificates``.
    """
    return min(one.not_valid_after_utc for one in certificates(token)).astimezone(UTC)


def renew_by(token: Token) -> datetime:
    """Before when a token is renewed (UTC): its certificates end, or its algorithms are relied on no longer.

    Raises:
        BadInput, ProofFailed: as ``certificates``.
    """
    weak = weakens_at(token)
    return ages_at(token) if weak is None else min(ages_at(token), weak)


def verify_stamp(
    token: Token, statement: bytes, before: Sequence[Token], roots: Sequence[x509.Certificate]
) -> datetime:
    """Prove a token, whether it is the statement's own or renews those ``before`` it; give its genTime.

    Raises:
        BadInput, ProofFailed: as ``verify_token``; a renewal of nothing, or one that came too late.
    """
    if not token.renews:
        return verify_token(token, statement, roots)
    at = verify_token(token, renewal_record(statement, before), roots)
    check_in_time(before, at)
    return at


def judge_stamp(
    token: Token, statement: bytes, before: Sequence[Token], roots: Sequence[x509.Certificate]
) -> tuple[datetime, bool]:
    """As ``verify_stamp``, under one of ``roots`` or under its own; and whether one of ``roots`` proved it.

    Raises:
        BadInput, ProofFailed: as ``verify_stamp``: it holds under neither.
    """
    if roots:
        with suppress(ProofFailed):
            return verify_stamp(token, statement, before, roots), True
    return verify_stamp(token, statement, before, own_roots(token)), False


def check_stamps(tokens: Sequence[Token], statement: bytes) -> None:
    """Check that tokens are over this statement, each under the root of its own chain, whoever that is.

    Which authority is believed is asked where a time is shown. What is no token at all would stand in the way
    of all that goes through an exhibit's tokens, renewal above all.

    Raises:
        BadInput, ProofFailed: as ``verify_stamp``.
    """
    for number, token in enumerate(tokens):
        verify_stamp(token, statement, tokens[:number], own_roots(token))


def check_in_time(before: Sequence[Token], at: datetime) -> None:
    """Check that a renewal at ``at`` came while the certificates of some token before it were valid.

    Whether *each* of them was renewed in time says ``holds_until``.

    Raises:
        ProofFailed: it came later, or there is no token before it that is whole. BadInput: as ``ages_at``.
    """
    if not before:
        raise ProofFailed("evidence.stamp_wrong", what="renews nothing that is whole")
    if at > max(ages_at(token) for token in before):
        raise ProofFailed("evidence.stamp_wrong", what="renewed too late")


def holds_until(
    tokens: Sequence[Token], times: Sequence[datetime], ends: Callable[[Token], datetime] | None = None
) -> tuple[datetime | None, ...]:
    """For each token the time (UTC) until which it holds without another renewal; none where it has lapsed.

    ``times``: what each names (genTime). ``ends``: when a token that holds ends by itself; none: with its
    certificates (``ages_at``); whether a renewal came in time, these alone say. A token holds until its
    certificates end; one that a later renewal came to before that holds as long as that renewal. It has
    lapsed where renewals came after it, each too late: a second token beside it does not renew it.

    Raises:
        BadInput, ProofFailed: as ``ages_at``.
    """
    found: list[datetime | None] = [None] * len(tokens)
    for number in range(len(tokens) - 1, -1, -1):
        own = ages_at(tokens[number])
        later = [at for at in range(number + 1, len(tokens)) if tokens[at].renews]
        carried = [end for at in later if times[at] <= own and (end := found[at]) is not None]
        if carried or not later:
            found[number] = max([own if ends is None else min(own, ends(tokens[number])), *carried])
    return tuple(found)
