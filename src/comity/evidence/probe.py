"""What an S3 store does when it is tried, whatever it says that it would do.

Promises: judged is what an attempt came to (are the bytes still there, is the lock still on), not how it was
answered. A lock is called one only if the version under it outlived all of these: deleting it, deleting it in
spite of the lock, shortening the lock, putting another object in its place, deleting that place. What is left
of a probe are locked objects of a few bytes, which ``clear`` removes once their lock is over.

Leaves to others: what follows from it (``s3vault``, ``app.doctor``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal

from comity.errors import BadInput, ComityError, Conflict, NotFound, Unavailable
from comity.evidence.bucket import Bucket, Retention

START: Final = "probe/"
_LOCKED: Final = timedelta(minutes=10)
"""For so long a probe stays locked: longer than two clocks differ."""

Mode = Literal["governance", "compliance"]
Fault = Literal["not_offered", "not_shown", "deleted", "bypassed", "shortened", "overwritten", "hidden"]

_UNTOLD: Final = frozenset({"evidence.s3_silent", "evidence.s3_busy"})
_SILENT: Final = _UNTOLD | {"evidence.s3_not_installed", "evidence.s3_refused"}


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found.

    ``once``: what is put where something lies is refused, if so asked. ``checks``: so are bytes that do not
    have the SHA-256 that came with them. ``lock``: which was asked for, if any. ``faults``: how the store
    broke it. ``may_bypass``: our own credentials lift a lock of governance.
    """

    once: bool
    checks: bool
    lock: Mode | None
    faults: tuple[Fault, ...]
    may_bypass: bool

    @property
    def locked(self) -> bool:
        """Whether what is put under a lock stays, as far as it was tried."""
        return self.lock is not None and not self.faults


def probe(bucket: Bucket, lock: Mode | None, now: datetime) -> Probed:
    """Try a bucket.

    Raises:
        NotPermitted, Unavailable: it cannot even be written to, or does not answer.
    """
    once, checks = _once(bucket), _checks(bucket)
    faults, may_bypass = ((), False) if lock is None else _lock(bucket, lock, now)
    return Probed(once, checks, lock, faults, may_bypass)


def clear(bucket: Bucket) -> None:
    """Remove what probes left and no lock keeps any more."""
    for one in bucket.versions(START):
        with suppress(ComityError):
            bucket.delete(one.key, one.id)


def _once(bucket: Bucket) -> bool:
    key = _key()
    version = bucket.put(key, b"first")
    try:
        other = bucket.put(key, b"second", new=True)
    except Conflict:
        return True
    except Unavailable as error:
        _answered(error)
        return False
    else:
        bucket.delete(key, other)
        return False
    finally:
        _tidy(bucket, key, version)


def _checks(bucket: Bucket) -> bool:
    key = _key()
    try:
        version = bucket.put(key, b"sent", told=sha256(b"told").digest())
    except BadInput:
        return True
    except Unavailable as error:
        _answered(error)
        return False  # that it failed says nothing of why
    _tidy(bucket, key, version)
    return False


def _lock(bucket: Bucket, mode: Mode, now: datetime) -> tuple[tuple[Fault, ...], bool]:
    if not bucket.says_it_locks():
        return ("not_offered",), False
    key, data = _key(), os.urandom(32)
    wanted = Retention(mode.upper(), now.replace(microsecond=0) + _LOCKED)
    try:
        version = bucket.put(key, data, retention=wanted)
    except (Unavailable, BadInput) as error:
        _answered(error)
        return ("not_offered",), False
    if version is None:
        _tidy(bucket, key, None)
        return ("not_offered",), False
    sooner = Retention(wanted.mode, wanted.until - _LOCKED / 2)
    trials: list[tuple[Fault, Callable[[], object]]] = [
        ("not_shown", lambda: None),
        ("deleted", lambda: bucket.delete(key, version)),
        ("shortened", lambda: bucket.retain(key, version, sooner)),
        ("overwritten", lambda: bucket.put(key, b"another")),
        ("hidden", lambda: bucket.delete(key)),
    ]
    if mode == "compliance":
        trials += [
            ("bypassed", lambda: bucket.retain(key, version, sooner, bypass=True)),
            ("bypassed", lambda: bucket.delete(key, version, bypass=True)),
        ]
    for fault, attempt in trials:
        _try(attempt)
        if not _stands(bucket, key, version, data, wanted):
            return (fault,), False
    if mode == "compliance":
        return (), False
    _try(lambda: bucket.delete(key, version, bypass=True))
    return (), not _stands(bucket, key, version, data, wanted)


def _stands(bucket: Bucket, key: str, version: str, data: bytes, wanted: Retention) -> bool:
    try:
        _, shown = bucket.head(key, version)
        return (
            shown is not None
            and shown.mode == wanted.mode
            and shown.until >= wanted.until
            and bucket.read(key, version) == data
        )
    except NotFound:
        return False


def _try(attempt: Callable[[], object]) -> None:
    """Do what must have no effect; how the store refuses it is its own affair."""
    try:
        attempt()
    except ComityError as error:
        if error.id in _UNTOLD:
            raise


def _answered(error: ComityError) -> None:
    """Go on if the store answered at all.

    Raises:
        ComityError: it did not.
    """
    if error.id in _SILENT:
        raise error


def _tidy(bucket: Bucket, key: str, version: str | None) -> None:
    with suppress(ComityError):
        bucket.delete(key, version)


def _key() -> str:
    return START + os.urandom(16).hex()
