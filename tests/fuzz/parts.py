"""Targets: parts of exhibits, what is said of the files that they are chosen from, and certificates.

Promises: as ``proofs``.
"""

from __future__ import annotations

import io
import tempfile
from functools import cache
from pathlib import Path

from fuzz import world
from fuzz.target import target

from comity import age, dsse, evidence, wire
from comity.acts.home_terms import Certifies
from comity.app.selection import read_marks
from comity.errors import BadInput, NotFound, ProofFailed
from comity.evidence.beside import Beside
from comity.evidence.certificate import CERTIFICATE_TYPE
from comity.evidence.selection import ROOT_TYPE, SELECTION_TYPE
from comity.wire import digest, dump_bytes


@cache
def part() -> tuple[dsse.Envelope, evidence.Index, evidence.Part]:
    """A part of one file of the small exhibit."""
    files = world.case_files()
    acts = files.PT.keys["acts"]
    secret = bytes(range(32))
    with tempfile.TemporaryDirectory() as folder:
        taken, whole = files.seal(Path(folder), "ab" * 16)
        entry = taken.index.files[0]
        stream = io.BytesIO((Path(folder) / "mailbox" / entry.path).read_bytes())
        sealed = evidence.take_in(
            evidence.PartSource([(entry, stream)], entry.size),
            evidence.FileVault(Path(folder) / "part"),
            [world.two().XB.age.identities[0].recipient],
            secret,
        )
    tree = evidence.FileTree(taken.index, secret)
    said = evidence.read_statement(whole.statement).model_copy(update={"files_root": tree.root.hex()})
    root = evidence.sign_root(evidence.make_root(said, len(tree)), acts.public, acts.sign)
    own = evidence.make_statement(
        sealed, exhibit="EX-2", case=said.case, taken_at=files.AT, taken_by="p-1", source="part of EX-1"
    )
    seal = evidence.sign_statement(own, acts.public, acts.sign)
    criteria = evidence.Criteria(paths=("one.*",), data=(), accounts=(), since=None, until=None)
    selection = evidence.Selection(
        v=1, exhibit="EX-2", case=said.case, source="EX-1", statement=seal.id, root=root.id,
        selected_at=said.taken_at, selected_by="p-1", why="Of a test", criteria=criteria, files=1,
        size=entry.size, rest=digest(b"rest"),
    )  # fmt: skip
    envelope = evidence.sign_selection(selection, acts.public, acts.sign)
    made = evidence.Part(v=1, selection=envelope, root=root, proof=tree.prove([0]))
    return seal, sealed.index, made


@target(
    "comity.evidence.selection.read_part",
    "comity.evidence.selection.verify_part",
    "comity.evidence.filetree.verify_files",
    seeds=lambda: {"part": evidence.write_part(part()[2])},
)
def exhibit_part(data):
    seal, index, _ = part()
    read = evidence.read_part(data)
    assert evidence.write_part(read) == data
    evidence.verify_part(read, seal, index, [world.case_files().PT.keys["acts"].public])


@target("comity.evidence.selection.verify_root", seeds=lambda: {"root": part()[2].root.body})
def files_root(data):
    acts = world.case_files().PT.keys["acts"]
    read = evidence.verify_root(acts.state(ROOT_TYPE, data), [acts.public])
    assert dump_bytes(read) == data


@target("comity.evidence.selection.verify_selection", seeds=lambda: {"said": part()[2].selection.body})
def selection(data):
    acts = world.case_files().PT.keys["acts"]
    read = evidence.verify_selection(acts.state(SELECTION_TYPE, data), [acts.public])
    assert dump_bytes(read) == data


@target(
    "comity.app.selection.read_marks",
    seeds=lambda: {"marks": b'[[file]]\npath = "mail/**"\ndata = "content"\nsince = 2026-01-01T00:00:00Z\n'},
)
def marks(data):
    for one in read_marks(data):
        assert wire.parse(evidence.Mark, dump_bytes(one), limit=len(data) * 8 + 400) == one


@target(
    "comity.evidence.stamp_batch.root_at",
    seeds=lambda: {"place": evidence.batch([b"one", b"two", b"three"], bytes)[1][1]},
)
def stamp_place(data):
    assert len(evidence.root_at(data, b"statement")) == len(evidence.files_root(part()[1], bytes(32)))


@target("comity.evidence.certificate.verify_certificate", seeds=lambda: {"certificate": certificate_seed()})
def custody_certificate(data):
    """What travels with an exhibit, of any content, truly signed."""
    pt = world.case_files().PT.keys["acts"]
    envelope = pt.state(CERTIFICATE_TYPE, data)
    assert wire.dump_bytes(evidence.verify_certificate(envelope, part()[0], [pt.public])) == data


def certificate_seed() -> bytes:
    made = evidence.Certificate(
        v=1,
        certifies=Certifies.CUSTODIAN,
        case="ab" * 16,
        exhibit="EX-1",
        seal=part()[0].id,
        act="cd" * 32,
        by="p-0",
        name="Officer A",
        function="examiner",
        office="pt:office",
        at="2026-11-21T12:00:00Z",
        text="Kept.",
        asked="A copy.",
        followed="A copy.",
        departure=None,
        original=None,
        translation=None,
        written_in=None,
        into=None,
    )
    return wire.dump_bytes(made)


@target(
    "comity.evidence.beside.open_beside",
    raises=(BadInput, NotFound, ProofFailed),
    seeds=lambda: {"beside": beside_seed()},
)
def piece_beside(data):
    """What goes beside pieces that a unit sealed, of any content, truly announced."""
    made = world.two()
    sealed = age.seal(data, [age.parse_recipient(made.XB.entry.recipients[0])])
    announced = (wire.digest(sealed), len(sealed))
    own, pt = made.XB.age.identities, world.case_files().PT.keys["acts"]
    found = evidence.open_beside(io.BytesIO(sealed), announced, 3, own, part()[0], [pt.public])
    assert wire.dump_bytes(found) == data


def beside_seed() -> bytes:
    stamp = evidence.Stamp(reply="AAAA", chain="AAAA", place="", renews=False)
    return wire.dump_bytes(Beside(v=1, seal=part()[0].id, stamps=(stamp,), certificates=()))
