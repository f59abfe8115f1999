"""Each parser of foreign bytes: kept inputs and seeded mutations are read, or refused as they should be."""

import importlib
import inspect
import pkgutil

import pytest
from fuzz import inside, lawful, others, papers, parts, peers, proofs, recovering
from fuzz.mutation import mutations
from fuzz.target import CORPUS, LONGEST, SEED, TARGETS

import comity

assert inside
assert lawful
assert others
assert papers
assert parts
assert peers
assert recovering
assert proofs


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_kept_inputs_and_mutations(name):
    one = TARGETS[name]
    seeds = [path.read_bytes() for path in one.corpus()]
    assert seeds, "no seed: make them by python -m tests.fuzz --seeds"
    for data in seeds:
        one.run(data)
    for data in mutations(seeds, 30 if one.slow else 300, name, LONGEST):
        one.run(data)


def test_the_corpus_is_small():
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} == set(TARGETS)
    assert max(path.stat().st_size for path in files) <= SEED
    assert sum(path.stat().st_size for path in files) < 350_000


READERS = (
    "read", "parse", "open", "load", "decode", "unb64", "trust", "update", "verify", "prove", "restore",
    "decrypt", "receive", "entries_of", "checked", "token_time", "compile", "check_path",
)  # fmt: skip
"""How a function is called that reads what others wrote."""

BYTES = ("bytes", "Buffer", "ByteSource", "SeekableSource", "Envelope", "Reader", "archive: Path", "Proof")

TEXTS = ("text: str", "path: Path", "data: Path", "reply: bytes", "envelope: Envelope")

EXCEPTIONS = {
    "comity.exchange.deadline._Stream.read": "hands bytes on, and reads nothing in them",
    "comity.age.armor.ArmorReader.readinto": "asked by the target age_armor",
    "comity.age.stream.Reader.readinto": "asked by age_file",
    "comity.age.stream.RangeReader.readinto": "asked by age_range",
    "comity.evidence.s3content.ContentReader.readinto": "hands on what a bucket gives, which age proves",
    "comity.app.watched._Read.readinto": "hands on what the vault gives, and counts it",
    "comity.evidence.handover.verify_handover": "an event and a token, by verify_event and verify_token",
    "comity.evidence.vault.AddressHash.update": "hashes, and reads nothing in them",
    "comity.evidence.vault.KnownHash.update": "hashes, and reads nothing in them",
    "comity.law.bundle.Bundle.load_known": "bytes of this node's own store, by the digest that it noted",
    "comity.law.sources.compiled_of": "files of the installed package, by their digest",
    "comity.age.stream.open_payload": "asked by age_file, through open_sealed",
    "comity.age.file.open_view": "asked by age_file, through open_sealed",
    "comity.acts.kinds.Kind.read_field": "asked by inbox_field, through open_act",
    "comity.app.receive.receive": "the inbox (inbox_*) and the store; tests/story/test_hostile_acts.py",
    "comity.app.pieces.receive_piece": "a digest is looked up; tests/story/test_hostile_pieces.py",
    "comity.cli.session.read_file": "gives bytes, and reads nothing in them",
    "comity.toml.read_toml": "asked by settings_file, draft, rulings, law_file",
    "comity.yaml.read_yaml": "asked by scenario",
    "comity.dsse.verify_ed25519": "asked by every signed target; fixed lengths",
    "comity.dsse.verify_one": "likewise",
    "comity.app.content.Proving.prove": "hashes whatever comes",
    "comity.evidence.rows.Rows.read": "asked by exhibit_index, through read_index",
    "comity.evidence.rows.Joined.readinto": "hands on what it is given",
    "comity.evidence.chunks.ChunkTrees.update": "hashes whatever comes",
    "comity.evidence.chunks.prove_chunk": "hashes whatever comes",
    "comity.evidence.chunks.verify_chunk": "one hash, then the proof of tree_proofs",
    "comity.evidence.custody.prove_exhibit": "over this node's own events",
    "comity.evidence.inside.member.Member.read": "hashes whatever comes; asked by inside_zip",
    "comity.evidence.delivery.PayloadReader.readinto": "after digests; pieces of piece_head",
    "comity.evidence.renewal.verify_stamp": "asked by stamp_reply and stamp_place, over digests",
    "comity.evidence.selection.prove_part": "over this node's own index",
    "comity.store.peers.update_peer": "writes what entry_signed has read",
    "comity.tlog.event.verify_leaf": "asked by log_opening",
    "comity.tlog.event.verify_subject": "asked by log_opening",
    "comity.tlog.policy.Policy.open": "asked by policy",
    "comity.tlog.proof.verify_under": "asked by log_proof",
    "comity.tlog.tiles.Tiles.verify": "asked by log_tiles, through load",
}


def readers():
    """Every function of the program that reads bytes (or a proof made of them), by its full name."""
    for found in pkgutil.walk_packages(comity.__path__, "comity."):
        if found.name.startswith(("comity.demo", "comity.cli.__main__")):
            continue
        module = importlib.import_module(found.name)
        members = [(module.__name__, module)]
        members += [
            (f"{module.__name__}.{n}", c)
            for n, c in vars(module).items()
            if inspect.isclass(c) and c.__module__ == module.__name__
        ]
        for place, holder in members:
            for name, value in vars(holder).items():
                function = getattr(value, "__func__", value)
                if not inspect.isfunction(function) or function.__module__ != module.__name__:
                    continue
                taken = ", ".join(f"{n}: {a}" for n, a in function.__annotations__.items() if n != "return")
                texts = name.startswith(("read_", "parse", "unb64", "load")) and any(
                    one in taken for one in TEXTS
                )
                if name.startswith(READERS) and (texts or any(one in taken for one in BYTES)):
                    yield f"{place}.{name}"


def test_each_reader_of_foreign_bytes_is_a_target_or_an_exception_with_its_reason():
    found = set(readers())
    aimed_at = {name for one in TARGETS.values() for name in one.parses}
    assert sorted(found - aimed_at - set(EXCEPTIONS)) == []
    assert sorted(set(EXCEPTIONS) - found) == []
    assert not set(EXCEPTIONS) & aimed_at
    for name in aimed_at:  # a target that stands for nothing that is there any more
        place, _, function = name.rpartition(".")
        owner, _, cls = place.rpartition(".")
        try:
            holder = importlib.import_module(place)
        except ModuleNotFoundError:
            holder = getattr(importlib.import_module(owner), cls)
        assert hasattr(holder, function), name
