"""The demonstration as a person runs it: the command, its output folder, and what it refuses."""

import json
import re
import shlex
import subprocess
import sys
import zipfile
from html import unescape
from pathlib import Path

import click
import pytest

from comity.cli import program

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


def test_every_command_it_tells_is_one_that_the_program_takes(demonstrated):
    """Each is read by the real program, with all that it requires, and not run."""
    output, done = demonstrated
    told = commands(output)
    assert len(told) > 35
    printed = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("$ comity ")]
    assert printed == [f"$ comity {command}" for command in told]
    for command in told:
        assert "…" not in command
        words = shlex.split(command)
        ctx = program.make_context("comity", words)
        found, rest = program, words
        while isinstance(found, click.Group):
            name, found, rest = found.resolve_command(ctx, rest)
            ctx = found.make_context(name, rest, parent=ctx)
            rest = [*ctx._protected_args, *ctx.args]
        assert not rest, command
    spoken = {shlex.split(command)[0] for command in told}
    assert {"init", "peer", "ask", "answer", "decide", "evidence", "use", "disclose", "verify"} <= spoken


def test_its_last_command_verifies_all_as_it_did_itself(demonstrated):
    output, done = demonstrated
    (command,) = [one for one in commands(output) if one.startswith("verify ")]
    shell = f"{shlex.join(COMITY)} --json {command}"
    again = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    verdicts = {
        Path(one["path"]).relative_to(output).as_posix(): one["verdict"] for one in json.loads(again.stdout)
    }
    assert len(verdicts) == 14
    told = " ".join(done.stdout.split())
    for name, verdict in verdicts.items():
        assert f"comity verify {name}: {verdict}" in told


def test_a_letter_without_any_key_does_not_fail_and_its_case_file_can_be_read(demonstrated):
    output, _ = demonstrated
    letter = comity("verify", output / "letters" / "request.pdf")
    assert letter.returncode == 0
    assert "--entry FILE --trust STATE=FINGERPRINT" in letter.stdout
    read = comity("read", output / "defence.zip")
    assert read.returncode == 0, read.stdout + read.stderr
    assert "signatories: withheld: privacy.officers" in read.stdout
    assert "text: destroyed: retention.ended" in read.stdout


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
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    empty = comity("demo", "--output", tmp_path / "new", "--evidence", tmp_path / "empty")
    assert empty.returncode == 2
    assert "There is no file in" in empty.stderr
    assert not (tmp_path / "new").exists()


def commands(output):
    """The commands of the story, as the report shows them."""
    page = (output / "report.html").read_text(encoding="utf-8")
    blocks = re.findall(r'<p class="command"><code[^>]*>comity (.*?)</code></p>', page, re.DOTALL)
    return [unescape(re.sub(r"</?span>", "", block)) for block in blocks]


def _files(folder: Path):
    return [p for p in folder.rglob("*") if p.is_file()]
