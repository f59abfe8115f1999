"""``python -m tests.fuzz``: every parser of foreign bytes under atheris, for some seconds in all.

``--seconds N`` (60), ``--only NAME,NAME``, ``--seeds`` (write the corpus anew), ``--run NAME FILE`` (one
input again). What is found is kept in ``tests/fuzz/found/TARGET/``, and told with how to repeat it.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from fuzz import inside, lawful, others, papers, parts, peers, proofs, recovering  # noqa: E402
from fuzz.target import CORPUS, LONGEST, SEED, TARGETS  # noqa: E402

from comity.wire import digest  # noqa: E402

assert inside
assert lawful
assert others
assert papers
assert parts
assert peers
assert recovering
assert proofs

FOUND = CORPUS.parent / "found"
AT_ONCE = 2
SECONDS_FOR_ONE = 60
"""An input that takes so long is a finding."""

MEBIBYTES = 2500


def write_seeds() -> None:
    """Make the corpus's real inputs anew; what once was a finding stays."""
    for one in TARGETS.values():
        folder = CORPUS / one.name
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in one.seeds().items():
            assert len(data) <= SEED, (one.name, name, len(data))
            (folder / name).write_bytes(data)


def groups(names: list[str]) -> list[list[str]]:
    """As many groups as run at once, each with quick and slow targets."""
    return [names[at::AT_ONCE] for at in range(AT_ONCE) if names[at::AT_ONCE]]


def start(names: list[str], folder: Path, seconds: int) -> subprocess.Popen[bytes]:
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for number, name in enumerate(names):
        for path in TARGETS[name].corpus():
            data = bytes([number]) + path.read_bytes()
            (corpus / digest(data)[:20]).write_bytes(data)
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={SECONDS_FOR_ONE}",
        f"-rss_limit_mb={MEBIBYTES}",
        f"-artifact_prefix={folder}/found-",
        f"-report_slow_units={SECONDS_FOR_ONE}",
        "-print_final_stats=1",
        str(corpus),
    ]
    command = [sys.executable, "-m", "tests.fuzz.harness", ",".join(names), *options]
    log = (folder / "log").open("wb")
    return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


def keep(names: list[str], folder: Path) -> list[str]:
    """Keep what a process found, each with the target's number taken off; gives what to say of it."""
    told = []
    for path in sorted(folder.glob("found-*")):
        data = path.read_bytes()
        if not data or data[0] >= len(names):
            told.append(f"an input of no target: {path.name}")
            continue
        name, kind = names[data[0]], path.name.split("-")[1]
        kept = FOUND / name / f"{kind}-{digest(data[1:])[:16]}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data[1:])
        told.append(f"{name}: {kind}\n  python -m tests.fuzz --run {name} {kept.relative_to(ROOT)}")
    return told


def fuzz(names: list[str], seconds: int) -> int:
    with tempfile.TemporaryDirectory(prefix="comity-fuzz-") as made:
        running = []
        for number, group in enumerate(groups(names)):
            folder = Path(made) / str(number)
            folder.mkdir()
            running.append((group, folder, start(group, folder, seconds)))
        failed = False
        for group, folder, process in running:
            try:
                status = process.wait(timeout=seconds + 300)
            except subprocess.TimeoutExpired:
                process.kill()
                status = process.wait()
            log = (folder / "log").read_text(errors="replace")
            runs = [line.split()[-1] for line in log.splitlines() if "number_of_executed_units" in line]
            print(f"{len(group)} targets, {seconds} s: {runs[-1] if runs else '?'} inputs, status {status}")
            found = keep(group, folder)
            if status or found:
                failed = True
                print("\n".join([*(x for x in log.splitlines()[-60:] if not x.startswith("#")), *found]))
    return int(failed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", default="")
    parser.add_argument("--seeds", action="store_true")
    parser.add_argument("--run", nargs=2, metavar=("TARGET", "FILE"))
    asked = parser.parse_args()
    if asked.seeds:
        write_seeds()
        return 0
    if asked.run:
        TARGETS[asked.run[0]].run(Path(asked.run[1]).read_bytes())
        print("read, or refused as it should be")
        return 0
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed (it has no build for this system): the fuzzers were not run")
        return 0
    names = asked.only.split(",") if asked.only else sorted(TARGETS)
    return fuzz(names, asked.seconds)


if __name__ == "__main__":
    sys.exit(main())
