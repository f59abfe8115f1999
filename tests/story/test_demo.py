"""The demonstration as a person runs it: the command, its output folder, and what it refuses."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

COMITY = (sys.executable, "-m", "comity.cli")


def comity(*args, timeout=240):
    command = (*COMITY, *map(str, args))
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory):
    output = tmp_path_factory.mktemp("demo") / "demo-output"
    return output, comity("demo", "--output", output)


def test_it_ends_well_and_says_what_was_proved(demonstrated):
    _, done = demonstrated
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert "✗" not in done.stdout
    told = " ".join(done.stdout.split())
    assert "not in force" in told
    assert "Budapest Convention" in told
    assert "to be confirmed" in told
    assert "14 files verified" in told


@pytest.mark.parametrize(
    "name",
    [
        "GH/case.zip",
        "PT/case.zip",
        "GH/case-refused.zip",
        "PT/case-refused.zip",
        "defence.zip",
        "exhibit/VERIFY.txt",
        "letters/request.pdf",
        "letters/refusal.pdf",
        "log/GH/checkpoint",
        "log/PT/checkpoint",
        "report.html",
    ],
)
def test_it_leaves_what_the_readme_says(demonstrated, name):
    output, _ = demonstrated
    assert (output / name).stat().st_size > 100


def test_each_file_verifies_by_command_and_a_changed_one_does_not(demonstrated, tmp_path):
    output, _ = demonstrated
    trust = []
    for state in ("GH", "PT"):
        told = (output / "directory" / f"{state}.fingerprint").read_text().strip()
        trust += ["--trust", told, "--entry", output / "directory" / f"{state}.json"]
    whole = ("GH/case.zip", "PT/case-refused.zip", "defence.zip", "exhibit", "log/GH", "letters/request.pdf")
    fine = comity("verify", *(output / one for one in whole), *trust)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    stranger = ["--trust", "PT=" + "0" * 64]
    assert comity("verify", output / "PT" / "case.zip", *stranger).returncode != 0
    data = bytearray((output / "defence.zip").read_bytes())
    data[len(data) // 2] ^= 1
    changed = tmp_path / "defence.zip"
    changed.write_bytes(data)
    wrong = comity("verify", changed)
    assert wrong.returncode != 0
    with zipfile.ZipFile(output / "defence.zip") as archive:
        names = archive.namelist()
    assert any(name in wrong.stdout for name in names)


def test_the_defence_file_tells_what_it_lacks_and_opens_neither(demonstrated):
    output, _ = demonstrated
    told = json.loads(comity("--json", "verify", output / "defence.zip").stdout)
    text = json.dumps(told)
    assert "signatories" in text
    assert "retention.ended" in text
    data = (output / "defence.zip").read_bytes()
    assert b"officer, GH (invented)" not in data


def test_evidence_comes_out_as_it_went_in(demonstrated):
    output, _ = demonstrated
    before = {p.relative_to(output / "evidence"): p.read_bytes() for p in _files(output / "evidence")}
    data = output / "exhibit" / "data"
    after = {p.relative_to(data): p.read_bytes() for p in _files(data)}
    assert before == after
    assert len(before) == 3


def test_no_plaintext_lies_in_the_nodes(demonstrated):
    """Sealing while streaming: the evidence is in neither node's folder in the clear."""
    output, _ = demonstrated
    for state in ("GH", "PT"):
        for path in _files(output / "nodes" / state):
            assert b"Accepted password for backup-7" not in path.read_bytes(), path


def test_a_folder_that_is_not_ours_is_left_alone(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("three years")
    done = comity("demo", "--output", mine)
    assert done.returncode != 0
    assert (mine / "thesis.txt").read_text() == "three years"
    missing = comity("demo", "--output", tmp_path / "new", "--evidence", tmp_path / "nothing")
    assert missing.returncode != 0
    assert not (tmp_path / "new").exists()


def _files(folder: Path):
    return [p for p in folder.rglob("*") if p.is_file()]
