"""Whose a bucket is: a small object that its first node puts there, and every node asks for.

Promises: a bucket, or a prefix in one, has one owner, whatever data folders that node has: who comes second
is refused before anything is put there or removed. Of two that come at once, one is it, where the store puts
an object only where none is (``probe``). What the mark holds tells nothing of the node.

Leaves to others: who the owner is (``app.node``), when to ask (``s3vault``).
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from comity.errors import BadInput, Conflict
from comity.evidence.bucket import Bucket
from comity.evidence.names import Digest
from comity.wire import Model, Version1, dump_bytes, parse

KEY: Final = "owner"
_LIMIT: Final = 4096


class _Mark(Model):
    """Version 1. ``owner``: an id of the node."""

    v: Version1
    owner: Digest


def claim(bucket: Bucket, owner: str, *, wrote: str, once: bool) -> None:
    """See to it that the bucket is marked as ``owner``'s.

    ``wrote``: what the keys begin with that this data folder wrote. ``once``: whether the store puts an
    object only where none is, if so asked.

    Raises:
        Conflict: it is another's, or has no mark and holds what this data folder did not put there.
        NotPermitted, Unavailable: as ``Bucket``.
    """
    mark = _Mark(v=1, owner=owner)
    if _first(bucket) is None:
        ours = any(True for _ in bucket.keys(wrote))
        if not ours and any(True for _ in bucket.keys("data/")):
            told = dump_bytes(mark).decode("ascii")
            raise Conflict("evidence.s3_no_owner", place=str(bucket.place), key=KEY, mark=told)
        with suppress(Conflict):  # another was first, or we were, and the answer was lost: it is read again
            bucket.put(KEY, dump_bytes(mark), new=once)
    if _first(bucket) != mark:
        raise Conflict("evidence.s3_of_another", place=str(bucket.place))


def _first(bucket: Bucket) -> _Mark | None:
    """The mark that was put first: what somebody put over it later, or hid it by, counts for nothing.

    Raises:
        Conflict: it is none.
    """
    found = [one for one in bucket.versions(KEY) if one.key == KEY and not one.marker]
    if not found:
        return None
    try:
        return parse(_Mark, bucket.read(KEY, found[-1].id), limit=_LIMIT)
    except BadInput as error:
        raise Conflict("evidence.s3_of_another", place=str(bucket.place)) from error
