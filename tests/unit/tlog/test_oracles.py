"""The log as others read it: tlog-scales (Python) and golang.org/x/mod (Go) verify what we write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity import merkle, note, tlog
from comity.wire import b64

SIZES = (1, 2, 255, 256, 257, 511, 70_000)
AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)

GO_MODULE = "golang.org/x/mod"
GO_VERSION = "v0.20.0"

GO_PROGRAM = """\
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type tiles struct{ root string }

func (t tiles) Height() int                             { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte)     {}
func (t tiles) ReadTiles(ask []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, one := range ask {
		path := strings.Replace(one.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.root, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

type inclusion struct {
	Index int64
	Leaf  tlog.Hash
	Proof tlog.RecordProof
}
type consistency struct {
	Older int64
	Root  tlog.Hash
	Proof tlog.TreeProof
}
type question struct {
	Vkey        string
	Inclusion   []inclusion
	Consistency []consistency
}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func main() {
	folder := os.Args[1]
	raw, err := os.ReadFile(filepath.Join(folder, "question.json"))
	check(err)
	var q question
	check(json.NewDecoder(bytes.NewReader(raw)).Decode(&q))
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	verifier, err := note.NewVerifier(q.Vkey)
	check(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\\n")
	var size int64
	_, err = fmt.Sscan(lines[1], &size)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	tree := tlog.Tree{N: size, Hash: root}
	reader := tlog.TileHashReader(tree, tiles{folder})
	again, err := tlog.TreeHash(size, reader)
	check(err)
	if again != root {
		check(fmt.Errorf("another root"))
	}
	for _, one := range q.Inclusion {
		check(tlog.CheckRecord(one.Proof, size, root, one.Index, one.Leaf))
		theirs, err := tlog.ProveRecord(size, one.Index, reader)
		check(err)
		if fmt.Sprint(theirs) != fmt.Sprint(one.Proof) {
			check(fmt.Errorf("another inclusion proof for %d", one.Index))
		}
	}
	for _, one := range q.Consistency {
		check(tlog.CheckTree(one.Proof, size, root, one.Older, one.Root))
		theirs, err := tlog.ProveTree(size, one.Older, reader)
		check(err)
		if fmt.Sprint(theirs) != fmt.Sprint(one.Proof) {
			check(fmt.Errorf("another consistency proof from %d", one.Older))
		}
	}
	fmt.Println("verified", size, len(q.Inclusion), len(q.Consistency))
}
"""


class Backend:
    """tlog-scales reads a log through ``get(*path elements)``."""

    def __init__(self, log) -> None:
        self.log = log

    def get(self, *path: str) -> bytes | None:
        name = "/".join(path)
        return self.log.signed.encode() if name == "checkpoint" else self.log.files.get(name)


@pytest.mark.parametrize("size", SIZES)
def test_tlog_scales_reads_our_log(log, entries, size: int):
    pytest.importorskip("tlog_scales.reader", reason="tlog-scales is not installed")
    from tlog_scales.reader import TilesReader
    from tlog_scales.signing import Vkey

    given = entries(0, size)
    log.grow(given[: size // 2])
    log.grow(given[size // 2 :])
    reader = TilesReader(Backend(log))
    theirs = reader.get_checkpoint()
    theirs.verify(Vkey.from_string(log.vkey.encode()))
    assert (theirs.origin, theirs.size, theirs.root_hash) == (log.name, size, log.last.root)
    assert reader.calculate_root_hash() == log.last.root
    tiles = log.tiles()
    for index in {0, size // 3, size - 1}:
        assert reader.get_entry(index) == given[index]
        proof = reader.get_inclusion_proof(index, size)
        assert tuple(proof.node_hashes) == tiles.inclusion(index)
        proof.check(merkle.leaf_hash(given[index]), log.last.root)
    for older in {1, size // 2, size - 1} & set(range(1, size)):
        proof = reader.get_consistency_proof(older, size)
        assert tuple(proof.node_hashes) == tiles.consistency(older)
        proof.check(tiles.root(older), log.last.root)


def test_tlog_scales_and_we_verify_each_others_signatures(log, witness):
    pytest.importorskip("tlog_scales.signing", reason="tlog-scales is not installed")
    from tlog_scales.signing import PlainEd25519Signer, Vkey
    from tlog_scales.tlog import Checkpoint

    signed = log.grow([b"entry"])
    vkey, signer = witness(1)
    line = tlog.cosign(signed, vkey, signer, AT)
    both = tlog.Signed(signed.checkpoint, signed.note.signed_also(line))
    theirs = Checkpoint.from_text(both.encode().decode())
    for one in (log.vkey, vkey):
        theirs.verify(Vkey.from_string(one.encode()))

    name, key = "log.example/theirs", bytes(range(32))
    maker = PlainEd25519Signer(name, key)
    made = Checkpoint.make_signed(name, 1, signed.checkpoint.root, [maker]).serialize().encode()
    opened = tlog.checkpoint.open(made, note.parse_vkey(maker.vkey.serialize()))
    assert opened.checkpoint == tlog.Checkpoint(name, 1, signed.checkpoint.root)


@pytest.fixture(scope="module")
def go_verifier(tmp_path_factory) -> Path:
    """The verifying program, built from modules that are on this machine already."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("Go is not installed")
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(GO_PROGRAM, encoding="utf-8")
    (folder / "go.mod").write_text(
        f"module verifier\n\ngo 1.19\n\nrequire {GO_MODULE} {GO_VERSION}\n", encoding="utf-8"
    )
    # -mod=mod writes go.sum from the module cache; with neither proxy nor checksum server it stays offline.
    offline = os.environ | {"GOPROXY": "off", "GOFLAGS": "-mod=mod", "GONOSUMDB": "*", "GONOSUMCHECK": "1"}
    offline["GOSUMDB"] = "off"
    built = subprocess.run(
        [go, "build", "-o", "verifier", "."],
        cwd=folder,
        env=offline,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if built.returncode:
        if "GOPROXY=off" in built.stderr:
            pytest.skip(f"{GO_MODULE} {GO_VERSION} is not in the module cache")
        pytest.fail(built.stderr)
    return folder / "verifier"


def _ask(log, folder: Path) -> None:
    """Lay the log out as files, and proofs of ours beside it."""

    def go(hash: bytes) -> str:
        return b64(hash)  # tlog.Hash reads and writes base64 in JSON

    tiles, size = log.tiles(), log.frontier.size
    question = {
        "Vkey": log.vkey.encode(),
        "Inclusion": [
            {"Index": n, "Leaf": go(tiles.node(0, n)), "Proof": [go(h) for h in tiles.inclusion(n)]}
            for n in sorted({0, size // 3, size // 2, size - 1})
        ],
        "Consistency": [
            {"Older": n, "Root": go(tiles.root(n)), "Proof": [go(h) for h in tiles.consistency(n)]}
            for n in sorted({1, size // 3, 256, size - 1, size} & set(range(1, size + 1)))
        ],
    }
    files = {
        **log.files,
        "checkpoint": log.signed.encode(),
        "question.json": json.dumps(question).encode(),
    }
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def _verify(verifier: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([verifier, folder], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("size", SIZES)
def test_go_reads_our_log(log, entries, go_verifier: Path, tmp_path: Path, size: int):
    log.grow(entries(0, size // 2))
    log.grow(entries(size // 2, size))
    _ask(log, tmp_path)
    said = _verify(go_verifier, tmp_path)
    assert said.stdout.startswith(f"verified {size} "), said.stdout + said.stderr


def test_go_finds_a_flipped_bit(log, entries, go_verifier: Path, tmp_path: Path):
    """That the verifier can fail is part of what it shows."""
    log.grow(entries(0, 600))
    path = "tile/0/002.p/88"
    good = log.files[path]
    _ask(log, tmp_path)
    assert _verify(go_verifier, tmp_path).returncode == 0
    (tmp_path / path).write_bytes(bytes([good[0] ^ 1]) + good[1:])
    assert _verify(go_verifier, tmp_path).returncode != 0
