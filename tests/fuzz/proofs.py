"""Targets: what proves something. The log's files, time-stamps, exhibits, custody, case files, letters.

Promises: as ``peers``: what a key signs is signed, so that the readers behind a signature are reached.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from fuzz import world
from fuzz.target import CORPUS, LONGEST, cut, target

from comity import age, dossier, dsse, evidence, merkle, note, tlog, wire
from comity.clock import read_instant, write_instant
from comity.dossier.letter import LETTER_TYPE, read_seal
from comity.dossier.reading import read_case_file
from comity.dossier.statement import read_dossier
from comity.errors import BadInput, NotFound, ProofFailed
from comity.evidence.delivery import Head
from comity.evidence.index import check_path, write_index
from comity.tlog.tiles import Tiles


def case_file(beginning: str, most: int = 1) -> dict[str, bytes]:
    found = world.members(world.full_case_file(), beginning)[:most]
    return {f"case-{number}": one for number, one in enumerate(found)}


def checkpoint_seed() -> bytes:
    return world.members(world.full_case_file(), "log/PT/checkpoint")[0]


def proof_seed() -> bytes:
    return next(
        one
        for name, one in world.case_files().contents(world.full_case_file()).items()
        if name.endswith(".tlog-proof")
    )


# -- the log --------------------------------------------------------------------------------------


@target("comity.note.parse", seeds=lambda: {"checkpoint": checkpoint_seed()})
def signed_note(data):
    assert note.parse(data).encode() == data


@target("comity.note.parse_vkey", seeds=lambda: {"vkey": world.case_files().PT.vkey.encode().encode()})
def vkey(data):
    text = data.decode("utf-8", errors="surrogateescape")
    assert note.parse_vkey(text).encode() == text


@target(
    "comity.tlog.checkpoint.open",
    "comity.tlog.checkpoint.parse",
    seeds=lambda: {"checkpoint": checkpoint_seed()},
)
def checkpoint(data):
    signed = note.parse(data)
    assert tlog.checkpoint.parse(signed.text).text() == signed.text
    tlog.checkpoint.open(data, world.case_files().PT.vkey)


@target(seeds=lambda: {"text": note.parse(checkpoint_seed()).text.encode()})
def checkpoint_signed(data):
    """A text of any content that the log truly signed."""
    pt = world.case_files().PT
    text = data.decode("utf-8", errors="surrogateescape")
    signed = note.Note(text, (note.sign(text, pt.vkey, pt.keys["log"].sign),)).encode()
    assert tlog.checkpoint.open(signed, pt.vkey).checkpoint.text() == text


POLICY = """log {log}
witness w1 {witness} https://w.example
group g any w1
quorum g
"""


def policy_seed() -> bytes:
    pt = world.case_files().PT
    witness = note.Vkey("w.example", note.COSIGNATURE, pt.keys["pdf"].public)
    return POLICY.format(log=pt.vkey.encode(), witness=witness.encode()).encode()


@target("comity.tlog.policy.parse", seeds=lambda: {"policy": policy_seed()})
def policy(data):
    read = tlog.policy.parse(data)
    read.open(checkpoint_seed())


@target("comity.tlog.proof.parse", "comity.tlog.proof.verify", seeds=lambda: {"proof": proof_seed()})
def log_proof(data):
    read = tlog.proof.parse(data)
    assert read.encode() == data
    tlog.proof.verify(read, bytes(32), world.case_files().PT.vkey)


@target(
    "comity.tlog.tiles.parse_path",
    seeds=lambda: {"tile": b"tile/0/x001/234", "partial": b"tile/entries/000.p/13"},
)
def tile_path(data):
    text = data.decode("utf-8", errors="surrogateescape")
    assert tlog.tiles.parse_path(text).path == text


@target(
    "comity.tlog.tiles.entries_of",
    seeds=lambda: {"bundle": b"\x03" + tlog.tiles.bundle([b"one", b"", b"three"])},
)
def entry_bundle(data):
    count, rest = cut(data, 1)
    entries = tlog.tiles.entries_of(rest, int.from_bytes(count, "big"))
    assert tlog.tiles.bundle(entries) == rest


@target(
    "comity.tlog.integrate.load",
    raises=(BadInput, NotFound, ProofFailed),
    seeds=lambda: {"tiles": (300).to_bytes(2, "big") + bytes(32 * 257)},
)
def log_tiles(data):
    """Tiles of any content, below a checkpoint of any size."""
    size, rest = cut(data, 2)

    def read(path: str) -> bytes:
        width = path.rpartition(".p/")[2] if ".p/" in path else "256"
        return rest[: 32 * int(width)]

    tiles = Tiles(read, int.from_bytes(size, "big"))
    tiles.upper_edge()
    root = tiles.root()
    told = tlog.Checkpoint("log.example/pt", tiles.size, root)
    tlog.load(read, told)
    tiles.inclusion(tiles.size - 1)


@target(
    "comity.merkle.verify_inclusion",
    "comity.merkle.verify_consistency",
    "comity.merkle.verify_subtree_inclusion",
    "comity.merkle.verify_subtree_consistency",
    seeds=lambda: {"proof": bytes([0, 0, 0, 2, 0, 0, 0, 7]) + bytes(32 * 5)},
)
def tree_proofs(data):
    one, two, hashes = cut(data, 4, 4)
    a, b = int.from_bytes(one, "big"), int.from_bytes(two, "big")
    proof = [hashes[at : at + 32] for at in range(0, len(hashes), 32)]
    leaf, root = bytes(32), b"r" * 32
    for check in (
        lambda: merkle.verify_inclusion(leaf, a, b, proof, root),
        lambda: merkle.verify_consistency(a, leaf, b, root, proof),
        lambda: merkle.verify_subtree_inclusion(leaf, a, proof, root, start=a, end=b),
        lambda: merkle.verify_subtree_consistency(leaf, b, root, proof, start=a // 2, end=a),
    ):
        try:
            check()
        except (BadInput, ProofFailed):
            continue


@target(seeds=lambda: {"opening": opening_seed()})
def log_opening(data):
    opening = wire.parse(tlog.Opening, data, limit=LONGEST)
    assert wire.dump_bytes(opening) == data
    tlog.verify_leaf(opening, tlog.leaf(opening))
    tlog.verify_subject(opening, opening.subject or "0" * 64)


def opening_seed() -> bytes:
    files = world.case_files().contents(world.full_case_file())
    return next(one for name, one in files.items() if name.endswith(".opening.json"))


@target(
    "comity.clock.read_instant",
    seeds=lambda: {"instant": b"2026-11-21T12:00:00Z", "first": b"0001-01-01T00:00:00Z"},
)
def instant(data):
    text = data.decode("utf-8", errors="surrogateescape")
    assert write_instant(read_instant(text)) == text


# -- exhibits -------------------------------------------------------------------------------------


@target(
    "comity.evidence.index.read_index",
    "comity.evidence.index.check_path",
    seeds=lambda: case_file("exhibits/EX-1/index"),
)
def exhibit_index(data):
    index = evidence.read_index(data)
    assert write_index(index) == data
    for one in index.files:
        check_path(one.path)


@target(
    "comity.evidence.seal.read_statement",
    "comity.evidence.seal.verify_statement",
    seeds=lambda: {"statement": dsse.read(case_file("exhibits/EX-1/statement")["case-0"]).body},
)
def seal_statement(data):
    pt = world.case_files().PT.keys["acts"]
    envelope = pt.state(evidence.SEAL_TYPE, data)
    statement = evidence.verify_statement(envelope, pt.public)
    assert wire.dump_bytes(statement) == data


def custody() -> dict[str, bytes]:
    return case_file("custody/EX-1.json")


@target(
    "comity.evidence.custody.read_proof",
    "comity.evidence.custody.verify_exhibit",
    seeds=custody,
)
def custody_proof(data):
    proof = evidence.read_proof(data)
    assert evidence.write_proof(proof) == data
    evidence.verify_exhibit(proof, [world.case_files().PT.keys["acts"].public])


@target(
    "comity.evidence.custody.verify_event",
    "comity.evidence.custody.verify_events",
    seeds=lambda: {"event": evidence.read_proof(custody()["case-0"]).events[0].event.body},
)
def custody_event(data):
    pt = world.case_files().PT.keys["acts"]
    envelope = pt.state(evidence.CUSTODY_TYPE, data)
    assert wire.dump_bytes(evidence.verify_event(envelope, [pt.public])) == data


@target(
    "comity.evidence.delivery.assemble",
    raises=(BadInput, NotFound, ProofFailed),
    seeds=lambda: {"head": head_seed()},
)
def piece_head(data):
    """The head of an exhibit, of any content, truly announced."""
    made = world.two()
    sealed = age.seal(data, [age.parse_recipient(made.XB.entry.recipients[0])])
    announced = [(wire.digest(sealed), len(sealed))]
    pt = world.case_files().PT.keys["acts"]
    evidence.assemble([io.BytesIO(sealed)], announced, made.XB.age.identities, [pt.public])


def head_seed() -> bytes:
    statement = dsse.read(case_file("exhibits/EX-1/statement")["case-0"])
    return wire.dump_bytes(
        Head(v=1, statement=statement, index_size=306, part_size=0, stamps=(), certificates=())
    )


@cache
def package() -> dict[str, bytes]:
    """The files of a small package, but for the payload's sealed form."""
    with tempfile.TemporaryDirectory() as folder:
        taken, part = world.case_files().seal(Path(folder), "ab" * 16)
        core = evidence.core_files(part.statement, part.index, world.case_files().PT.keys["acts"].public)
        stored = {
            f"data/{one.path}": (Path(folder) / "mailbox" / one.path).read_bytes()
            for one in taken.index.files
        }
        return {path: b"".join(pieces()) for path, pieces in core.items()} | stored


@target(
    "comity.evidence.inspection.verify_package",
    raises=(),
    slow=True,
    seeds=lambda: {
        "index": bytes([0]) + write_index_of_package(),
        "proof": b"\xffproofs/001-timestamp-" + b"0" * 64 + b".tsr\n",
    },
)
def exhibit_package(data):
    """A package in which one file is another; beyond the last one, a file of any name is added."""
    chosen, rest = cut(data, 1)
    names = sorted(package())
    number = int.from_bytes(chosen, "big")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, content in package().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        if number < len(names):
            (folder / names[number]).write_bytes(rest)
        else:
            name = rest.partition(b"\n")[0].decode("utf-8", errors="surrogateescape")
            path = folder / "proofs" / name.rpartition("/")[2].replace("\0", "")[:200]
            path.parent.mkdir(exist_ok=True)
            if path.name not in {"", ".", "..", "proofs"}:
                path.write_bytes(rest)
        report = evidence.verify_package(folder, [world.case_files().PT.keys["acts"].public])
        same = number < len(names) and package()[names[number]] == rest
        assert same == (not report.failures) or number >= len(names)
        dossier.verify_path(folder)


def write_index_of_package() -> bytes:
    return package()["seal/index.json"]


# -- time-stamps ----------------------------------------------------------------------------------


@cache
def token() -> evidence.Token:
    """A token and its chain, kept in the corpus: the program openssl is not asked for when fuzzing."""
    return evidence.Token(kept("stamp_reply", "reply"), kept("stamp_chain", "chain"))


def kept(name: str, seed: str) -> bytes:
    return (CORPUS / name / seed).read_bytes()


@cache
def fresh_token() -> evidence.Token:
    if shutil.which("openssl") is None:
        raise SystemExit("seeds of time-stamps need the program openssl")
    with tempfile.TemporaryDirectory() as folder:
        made, _ = evidence.stamp(evidence.OpenSslAuthority(Path(folder) / "tsa"), b"data")
        return made


@target(
    "comity.evidence.timestamp.verify_token",
    "comity.evidence.timestamp.token_time",
    "comity.evidence.timestamp._read_reply",
    seeds=lambda: {"reply": fresh_token().reply},
)
def stamp_reply(data):
    evidence.token_time(data)
    roots = evidence.read_chain(token().chain)[:1]
    at = evidence.verify_token(evidence.Token(data, token().chain), b"data", roots)
    assert at.tzinfo is not None


@target(
    "comity.evidence.timestamp.read_chain",
    "comity.app.content.read_stamp",
    seeds=lambda: {"chain": fresh_token().chain},
)
def stamp_chain(data):
    chain = evidence.read_chain(data)
    for roots in (chain, evidence.read_chain(token().chain)[:1]):
        try:
            evidence.verify_token(evidence.Token(token().reply, data), b"data", roots)
        except ProofFailed:
            continue


@target(seeds=lambda: {"certificate": certificate()})
def stamp_certificate(data):
    """A certificate of any content (DER), in its PEM dress."""
    import base64

    text = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(data) + b"-----END CERTIFICATE-----\n"
    stamp_chain(text)


def certificate() -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return evidence.read_chain(fresh_token().chain)[1].public_bytes(Encoding.DER)


# -- case files and letters -----------------------------------------------------------------------


@target(
    "comity.dossier.verify.verify",
    "comity.dossier.container.read",
    raises=(),
    seeds=lambda: {"small": world.small_case_file()},
)
def whole_case_file(data):
    report = dossier.verify(data, world.case_files().TRUST)
    assert not report.holds or data == world.small_case_file() or len(data) > 1000


@target(
    "comity.dossier.statement.read_dossier", seeds=lambda: {"statement": case_file("dossier.json")["case-0"]}
)
def case_file_statement(data):
    envelope, _ = read_dossier(data)
    assert dsse.write(envelope) == data


@cache
def member_names() -> list[str]:
    return [name for name in world.case_files().contents(world.full_case_file()) if name != "dossier.json"]


def member_seeds() -> dict[str, bytes]:
    files = world.case_files().contents(world.full_case_file())
    wanted = (
        "directory/",
        "acts/0008",
        "receipts/0001",
        "log/PT/0001.received.opening",
        "log/PT/0001.received.tlog",
        "log/PT/checkpoint",
        "custody/",
        "exhibits/EX-1/index",
        "letters/0009.pdf.seal",
    )
    return {
        f"member-{number}": bytes([number]) + files[name]
        for number, name in enumerate(member_names())
        if name.startswith(wanted) and not name.startswith("directory/GH")
    }


@target(
    "comity.dossier.reading.read_case_file",
    raises=(),
    slow=True,
    seeds=member_seeds,
)
def case_file_member(data):
    """A case file that its node truly signed, in which one member is another; or one more, of any name."""
    chosen, rest = cut(data, 1)
    number = int.from_bytes(chosen, "big")
    names = member_names()
    change = {names[number] if number < len(names) else f"acts/{number}-x.json": rest}
    made = world.case_files()
    file = made.forged(world.full_case_file(), change)
    dossier.verify(file, made.TRUST).as_json("en")
    with tempfile.NamedTemporaryFile(suffix=".zip") as kept_file:
        kept_file.write(file)
        kept_file.flush()
        try:
            read_case_file(Path(kept_file.name), made.TRUST)
        except (BadInput, ProofFailed):
            return


PDF = b"%PDF-1.7 a letter that stands for one\n"


@target(
    "comity.dossier.letter.read_seal",
    "comity.dossier.letter.verify_letter",
    seeds=lambda: {"seal": dsse.read(case_file("letters/0009.pdf.seal")["case-0"]).body},
)
def letter_seal(data):
    key = world.case_files().PT.keys["pdf"]
    envelope = key.state(LETTER_TYPE, data)
    assert wire.dump_bytes(read_seal(envelope)) == data
    dossier.verify_letter(PDF, envelope, key.public)


@target(
    "comity.dossier.recognise.dispatch.verify_path",
    raises=(),
    seeds=lambda: {"entry": case_file("directory/")["case-0"], "zip": b"PK\x03\x04" + bytes(40), "pdf": PDF},
)
def any_file(data):
    """Whatever a person hands to ``comity verify``: it gives a report."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("given", "letter.pdf"):
            path = Path(folder) / name
            path.write_bytes(data)
            report = dossier.verify_path(path, world.case_files().TRUST)
            json.dumps(report.as_json("en"))
