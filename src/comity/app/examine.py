"""Examining an exhibit: what its files are and what is inside them, listed, signed, and kept sealed.

Promises: the listing is as secret as the exhibit: it rests sealed under the exhibit's own key, is gone when
that is destroyed, and never leaves with a delivery. What was found is signed with the tools and their
versions, and entered in custody; so is, beforehand, that the exhibit or its listing is opened for it.
Examining again adds to it.

Leaves to others: reading the files (``evidence.inside``), keys and streams (``content``), words (``cli``).
"""

from __future__ import annotations

import io
import platform
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Final, cast

from comity import age, dsse, store
from comity.age import SeekableSource
from comity.app.content import acts_keys, unwrap
from comity.app.look import find_case
from comity.app.node import Node, Person
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.errors import NotFound, ProofFailed
from comity.evidence import Action, Tool, read_index, read_statement
from comity.evidence import inside as reading
from comity.evidence.index import digest_of
from comity.evidence.inside import Examination, Inside
from comity.store import Connection
from comity.wire import build, digest, dump

_PIECE: Final = 1024 * 1024
PURPOSE: Final = "listing"
_TOOLS: Final = ("comity", "libewf-python", "pytsk3")


@dataclass(frozen=True)
class Looked:
    """An examination, and the listing that it signs."""

    said: Examination
    inside: Inside


def examine(node: Node, case: str, exhibit: str, who: Person) -> Looked:
    """Examine an exhibit where it lies sealed, and keep what was found.

    Raises:
        NotFound: no such exhibit, or it is not here. NotPermitted: its key was destroyed.
        ProofFailed: the sealed object is damaged. BadInput: the listing is too long to be kept.
    """
    with node.db.read() as conn:
        row = store.indexed_exhibit(conn, find_case(node, conn, case), exhibit)
        key = unwrap(node, conn, row)
    size = read_statement(dsse.read(row.statement)).size
    if row.address is None:
        raise NotFound("evidence_app.not_in_vault_yet", exhibit=exhibit)
    _opened(node, row, who, read_statement(dsse.read(row.statement)).sha256)
    with node.vault.open(row.address) as sealed:
        payload = age.open_range([key.identity], cast(SeekableSource, sealed), 0, size)
        files = reading.examine(read_index(row.index), payload)
    inside = Inside(v=1, salt=node.entropy(32).hex(), files=files)
    out, listed = io.BytesIO(), sha256()
    with age.encrypt([key.identity.recipient], out, entropy=node.entropy) as sealer:
        for piece in reading.listing_text(inside):
            listed.update(piece)
            sealer.write(piece)
    sealed_listing, listing = out.getvalue(), listed.hexdigest()
    made: list[Examination] = []

    def keep(conn: Connection) -> None:
        said = _said(node, conn, row, who, inside=inside, listing=listing)
        signed = dsse.write(reading.sign_examination(said, node.keys.acts.public, node.keys.acts.sign))
        examination = store.ExaminationRow(signed, sealed_listing)
        store.put_examination(conn, row.case, row.id, examination, node.clock.now())
        touch = Touch(row.id, Action.EXAMINED, PURPOSE, digest(signed), tools=said.tools)
        record(node, conn, row.case, who, touch)
        made.append(said)

    node.db.writer.run(keep)
    return Looked(made[-1], inside)


def look_inside(node: Node, case: str, exhibit: str, who: Person) -> Looked:
    """The latest examination of an exhibit and its listing, both proven; the reading is entered in custody.

    Raises:
        NotFound: no such exhibit, or it was never examined. NotPermitted: its key was destroyed.
        ProofFailed: this node did not sign it, or the listing is not the one that was signed.
    """
    with node.db.read() as conn:
        row = store.get_exhibit(conn, find_case(node, conn, case), exhibit)
        key = unwrap(node, conn, row)
        kept = store.last_examination(conn, row.case, row.id)
        envelope = dsse.read(kept.envelope)
        signer = dsse.named_signer(envelope, acts_keys(node.directory(conn), node.state))
    if signer is None:
        raise ProofFailed("evidence_app.examination_not_ours", exhibit=exhibit)
    said = reading.verify_examination(envelope, signer)
    _opened(node, row, who, said.listing_sha256)
    listing = digest_of(_opened_pieces(kept.listing, key.identity))
    if listing != said.listing_sha256 or said.seal != dsse.read(row.statement).id:
        raise ProofFailed("evidence_app.listing_wrong", exhibit=exhibit)
    return Looked(said, reading.read_listing(age.decrypt([key.identity], io.BytesIO(kept.listing))))


def _opened_pieces(sealed: bytes, identity: age.Identity) -> Iterator[bytes]:
    plain = age.decrypt([identity], io.BytesIO(sealed))
    while piece := plain.read(_PIECE):
        yield piece


def _opened(node: Node, row: store.Exhibit, who: Person, what: str) -> None:
    """Enter it before a byte is decrypted."""
    touch = Touch(row.id, Action.OPENED, PURPOSE, what)
    node.db.writer.run(lambda conn: record(node, conn, row.case, who, touch))


def _said(
    node: Node, conn: Connection, row: store.Exhibit, who: Person, *, inside: Inside, listing: str
) -> Examination:
    count: Counter[str] = Counter()
    for file in inside.files:
        count["types"] += file.type is not None
        count["unread"] += (file.unread is not None) + sum(one.unread is not None for one in file.inside)
        count["inside"] += len(file.inside)
        hashes = [
            *(file.acquired.hashes if file.acquired else ()),
            *(h for one in file.inside for h in one.hashes),
        ]
        count["agrees"] += sum(one.same is True for one in hashes)
        count["differs"] += sum(one.same is not True for one in hashes)
    members = {
        "v": 1,
        "case": row.case,
        "exhibit": row.id,
        "seal": dsse.read(row.statement).id,
        "at": write_instant(node.clock.now()),
        "by": node.alias(conn, row.case, who.key.id),
        "tools": [dump(tool) for tool in _tools()],
        "listing_sha256": listing,
        **{name: count[name] for name in ("types", "inside", "unread", "agrees", "differs")},
    }
    return build(Examination, members)


def _tools() -> tuple[Tool, ...]:
    """What reads, with its version; what is not installed reads nothing, and is not named."""
    found = [Tool(name="python", version=platform.python_version())]
    for name in _TOOLS:
        try:
            found.append(Tool(name=name, version=version(name)))
        except PackageNotFoundError:
            continue
    return tuple(found)
